"""Which way mails leave, by the settings."""

import os
from pathlib import Path

import pytest

from sheetsync.config.file import parse
from sheetsync.config.mail import MailSettings
from sheetsync.config.reminders import CHANNELS, Channel
from sheetsync.errors import SpecFileError
from sheetsync.model.reminder import Person
from sheetsync.notify.folder import OutboxFolder
from sheetsync.notify.smtp import MailServer
from sheetsync.notify.way import channels_of, reached_by, read_by, sender_of, way_by, way_out
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


ALL = """
[mail]
host = "smtp.example.com"
sender = "pmo@example.com"
[feishu]
app_id = "cli_a1"
app_secret = "env:APP"
webhook = "env:BOT"
webhook_secret = "env:SIGN"
[webhook]
url = "env:URL"
hosts = ["hooks.example.com"]
"""
ENVIRON = {
    "APP": "a",
    "BOT": "https://open.feishu.cn/open-apis/bot/v2/hook/x",
    "SIGN": "s",
    "URL": "https://hooks.example.com/x",
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_way_has_its_name(channel: Channel, tmp_path: Path) -> None:
    way = way_by(channel, parse(ALL, "sheetsync.toml"), folder=tmp_path, environ=ENVIRON)
    assert way.channel == {"file": "eml"}.get(channel, channel)


@pytest.mark.parametrize("channel", ["feishu", "bot", "webhook"])
def test_a_way_that_is_not_set_up_says_what_is_missing(channel: Channel, tmp_path: Path) -> None:
    with pytest.raises(SpecFileError, match=r"missing|No Feishu app"):
        way_by(channel, parse("", "sheetsync.toml"), folder=tmp_path, environ={})


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("BOT", "https://evil.example/open-apis/bot/v2/hook/x"),
        ("URL", "https://evil.example/x"),
        ("URL", "http://hooks.example.com/x"),
    ],
)
def test_an_address_elsewhere_is_refused(key: str, url: str, tmp_path: Path) -> None:
    """However it came into the environment."""
    channel: Channel = "bot" if key == "BOT" else "webhook"
    with pytest.raises(SpecFileError, match="cannot be used"):
        way_by(channel, parse(ALL, "sheetsync.toml"), folder=tmp_path, environ=ENVIRON | {key: url})


def test_who_is_reached_by_what() -> None:
    zhang = Person(name="张三", email="zhang@example.com", phone="13800000000")
    assert [reached_by(channel, zhang) for channel in ("feishu", "mail", "webhook")] == [
        "zhang@example.com"
    ] * 3
    nobody = Person(name="张三")
    assert [reached_by(channel, nobody) for channel in ("feishu", "mail", "file")] == [None, None, ""]


def test_whose_report_goes_by_what() -> None:
    asked: list[tuple[Channel, str]] = [("feishu", "oc_a"), ("mail", "oc_a"), ("bot", ""), ("webhook", "")]
    assert [read_by(channel, reader) for channel, reader in asked] == ["oc_a", None, "group", "webhook"]


def test_mail_without_a_server_is_files() -> None:
    assert channels_of((), parse("", "sheetsync.toml")) == ("file",)
