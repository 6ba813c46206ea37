"""Which way mails leave, by the settings."""

import os
from pathlib import Path

import pytest

from sheetsync.config.file import parse
from sheetsync.config.mail import MailSettings
from sheetsync.errors import SpecFileError
from sheetsync.notify.folder import OutboxFolder
from sheetsync.notify.smtp import MailServer
from sheetsync.notify.way import sender_of, way_out
from tests.unit.notify.letters import ZONE, letter

SERVER = '[mail]\nhost = "smtp.example.com"\nuser = "pmo@example.com"\npassword = "{}"\n'


def settings(text: str) -> MailSettings:
    return parse(text, "sheetsync.toml").mail


def test_without_a_server_mails_lie_in_the_outbox_of_the_project(tmp_path: Path) -> None:
    way = way_out(settings(""), folder=tmp_path, zone=ZONE, environ={})
    (done,) = way.send([letter()])
    assert Path(done.place or "").parent == tmp_path / "outbox"


def test_a_folder_that_is_named_goes_before_the_server(tmp_path: Path) -> None:
    """And no password is asked for."""
    way = way_out(
        settings(SERVER.format("env:NONE")), folder=tmp_path, zone=ZONE, environ={}, outbox=tmp_path / "x"
    )
    assert isinstance(way, OutboxFolder)


def test_a_server_with_its_password_from_the_environment(tmp_path: Path) -> None:
    given = settings(SERVER.format("env:MAIL_PASSWORD"))
    way = way_out(given, folder=tmp_path, zone=ZONE, environ={"MAIL_PASSWORD": "abc"})
    assert isinstance(way, MailServer)
    with pytest.raises(SpecFileError, match="MAIL_PASSWORD is not set"):
        way_out(given, folder=tmp_path, zone=ZONE, environ={})


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    given = settings(SERVER.format("file:secret.txt"))
    (tmp_path / "secret.txt").write_text("abc\n")
    (tmp_path / "secret.txt").chmod(0o644)
    with pytest.raises(SpecFileError, match="Others may read"):
        way_out(given, folder=tmp_path, zone=ZONE, environ={})
    (tmp_path / "secret.txt").chmod(0o600)
    assert isinstance(way_out(given, folder=tmp_path, zone=ZONE, environ={}), MailServer)


def test_the_account_sends_where_no_sender_is_named() -> None:
    assert sender_of(settings(SERVER.format("env:X"))) == "pmo@example.com"
    assert sender_of(settings('[mail]\nsender = "项目办 <pm@x.cn>"')) == "项目办 <pm@x.cn>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[mail]\npassword = "hunter2"', "password 里不能写密码"),
        ("[mail]\npassword = 12345678", "password 里不能写密码"),
        ('[mail]\nuser = "a@b.cn"', "user 和 password 要一起写"),
        ('[mail]\nhost = "h"', "缺少 sender"),
        ('[mail]\nhost = "h"\nsender = "a@b.cn"\nsecurity = "none"', "只能用本机的邮件服务器"),
        ('[mail]\nto = ["张三@b.cn"]', "应为一个邮箱地址"),
        ('[mail]\nto = ["a@b.cn, c@d.cn"]', "应为一个邮箱地址"),
        ('[mail]\nsender = "a@b.cn\\nBcc: x@y.cn"', "应写成 项目办"),
        ("[mail]\nport = 0", "不能小于 1"),
    ],
)
def test_wrong_settings_are_refused_and_no_password_is_shown(text: str, said: str) -> None:
    with pytest.raises(SpecFileError) as caught:
        settings(text)
    assert said in caught.value.say("zh")
    assert "hunter2" not in caught.value.say("zh")
    assert "12345678" not in caught.value.say("en")
