"""Each check: what it says of premises on which all is well, and of those with one thing spoiled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sheetsync.config.settings import Settings
from sheetsync.disk.drives import network_mount
from sheetsync.errors import (
    BusyError,
    InputRefusedError,
    RemoteError,
    SheetSyncError,
    SpecFileError,
    StateUnusableError,
)
from sheetsync.model.health import DatabaseHealth
from sheetsync.model.job import Job
from sheetsync.model.message import Entry, EntryState
from sheetsync.model.tick import Tick, TickRun, TickState
from sheetsync.operations.doctor import CHECKS
from sheetsync.operations.health.diagnosis import Check
from sheetsync.text import same
from tests.unit.operations.health.conftest import NOW, UTC, Ask

MAIL = {"host": "smtp.example.com", "sender": "pmo@example.com"}
LOGIN = MAIL | {"user": "pmo", "password": "env:MAIL_PASSWORD"}
PAIR = {"left": "a.xlsx", "right": "b.xlsx", "form": "issues"}
DAY = timedelta(days=1)


def raising(error: Exception) -> Callable[..., NoReturn]:
    def raise_it(*_: object) -> NoReturn:
        raise error

    return raise_it


def broken(kind: type[SheetSyncError]) -> Callable[..., NoReturn]:
    return raising(kind(same("坏了"), fix=same("改它")))


def entry(state: EntryState, first: datetime = NOW) -> Entry:
    return Entry(
        key="weekly:x", recipient="z@x.cn", channel="mail", state=state, digest="", facts=(), tries=1,
        first=first, changed=first,
    )  # fmt: skip


def job(*, enabled: bool = True) -> Job:
    return Job(
        name="daily-check", title=same("每日检查"), when=(), zone="Asia/Shanghai",
        steps=(), pauses=(), limit=DAY, grace=DAY, enabled=enabled, source="jobs/daily-check.yaml",
    )  # fmt: skip


def run(state: TickState, note: str = "") -> TickRun:
    return TickRun(
        tick=Tick(job="daily-check", due=UTC), state=state, owner="x", tries=1, started=UTC, changed=UTC,
        note=note,
    )  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nothing_is_wrong_where_all_is_well(ask: Ask, check: Check) -> None:
    found = ask(check.id)
    assert found.state in {"ok", "skipped"}, found.found


SPOILED: list[tuple[str, dict[str, Any], str, str]] = [
    ("settings", {"trouble": SpecFileError(same("坏了"))}, "failure", "坏了"),
    ("settings", {"folder": None}, "warning", "没有项目文件夹"),
    ("programs", {"versions": lambda _: None}, "failure", "缺失"),
    ("programs", {"versions": lambda _: "0.0.1"}, "failure", "pandas 0.0.1 < 2.2"),
    ("folders", {"try_folder": raising(PermissionError(13, "Permission denied"))}, "failure", "不能写"),
    ("folders", {"settings": Settings(workbooks={"a": {"path": "gone/a.xlsx"}})}, "warning", "不存在"),
    ("disk", {"free_bytes": lambda _: 500 << 20}, "warning", "只剩 0.5 GB"),
    ("disk", {"free_bytes": lambda _: 50 << 20}, "failure", "写入会失败"),
    ("drive", {"network_drive": lambda _: "cifs"}, "warning", "网络盘上（cifs）"),
    ("secrets", {"settings": Settings(mail=LOGIN)}, "failure", "没有设置环境变量 MAIL_PASSWORD"),
    ("calendar", {"now": datetime(2027, 1, 4)}, "failure", "2027 年的节假日和调休还不知道"),
    ("calendar", {"now": datetime(2026, 12, 1)}, "warning", "2027 年的节假日和调休还不知道"),
    ("clock", {"utc": lambda: UTC + timedelta(minutes=6)}, "warning", "相差 6 分钟"),
    ("forms", {"forms": broken(SpecFileError)}, "failure", "坏了"),
    ("rules", {"rules": broken(SpecFileError)}, "failure", "坏了"),
    ("jobs", {"jobs": broken(SpecFileError)}, "failure", "坏了"),
    ("pairs", {"settings": Settings(pairs={"x": PAIR}), "pair": broken(SpecFileError)}, "failure", "坏了"),
    ("workbooks", {"books": lambda: ()}, "warning", "没有工作簿"),
    ("workbooks", {"recognised": lambda _: []}, "warning", "没有认出任何表单"),
    ("workbooks", {"recognised": broken(InputRefusedError)}, "failure", "坏了"),
    ("workbooks", {"recognised": broken(BusyError)}, "warning", "坏了"),
    ("database", {"database": broken(StateUnusableError)}, "failure", "坏了"),
    ("messages", {"messages": lambda: [entry("doubt")]}, "warning", "1 条消息不知道是否送达"),
    ("messages", {"messages": lambda: [entry("refused")]}, "warning", "1 条消息被拒收"),
    ("messages", {"messages": lambda: [entry("pending", NOW - 2 * DAY)]}, "warning", "待发超过一天"),
    ("recipients", {"settings": Settings(mail=MAIL)}, "warning", "没有收件人"),
    ("recipients", {"settings": Settings(report={"channels": ["bot"]})}, "failure", "还没有设置它"),
    ("recipients", {"settings": Settings(reminders={"channels": ["feishu"]})}, "failure", "还没有设置它"),
    (
        "mail",
        {"settings": Settings(mail=MAIL), "mail": broken(RemoteError)},
        "failure",
        "坏了",
    ),
    ("bases", {"bases": lambda: [("app", "tbl1")], "base": broken(RemoteError)}, "failure", "坏了"),
    ("bases", {"bases": lambda: [("app", "tbl2")]}, "failure", "“项目库”里没有这张表"),
    (
        "bases",
        {"bases": lambda: [("app", "tbl1")], "base": lambda _: ("项目库", ["tbl1"], True)},
        "warning",
        "高级权限",
    ),
    ("feishu", {"feishu": broken(RemoteError)}, "failure", "坏了"),
    (
        "scheduler",
        {"jobs": lambda: [job()], "last_run": lambda _: run("failed", "工作簿打不开")},
        "warning",
        "工作簿打不开",
    ),
    (
        "scheduler",
        {"jobs": lambda: [job()], "last_run": lambda _: run("done"), "missed": lambda _, __: 2},
        "warning",
        "2 次到时间没有运行",
    ),
]


@pytest.mark.parametrize(("check", "spoiled", "state", "words"), SPOILED)
def test_what_is_wrong_is_found_with_its_fix(
    ask: Ask, check: str, spoiled: dict[str, Any], state: str, words: str
) -> None:
    found = ask(check, **spoiled)
    assert found.state == state
    wrong = [one for one in found.found if one.state == state]
    assert any(words in one.what.zh for one in wrong)
    assert all(one.fix is not None and one.fix.zh and one.fix.en for one in wrong)


WELL: list[tuple[str, dict[str, Any], str]] = [
    ("secrets", {"settings": Settings(mail=LOGIN), "environ": {"MAIL_PASSWORD": "abcd-efgh"}}, "密钥可用"),
    ("calendar", {"now": datetime(2026, 12, 1), "published": lambda: 2027}, "日历到 2027 年"),
    ("mail", {"settings": Settings(mail=MAIL)}, "邮件服务器连得上"),
    ("recipients", {"settings": Settings(mail=MAIL | {"to": ["a@x.cn"]})}, "发给 1 人"),
    ("recipients", {"settings": Settings(report={"to": ["oc_a"], "channels": ["file"]})}, "发给 1 人"),
    ("pairs", {"settings": Settings(pairs={"x": PAIR})}, "a.xlsx 与 b.xlsx"),
    ("bases", {"bases": lambda: [("app", "tbl1")]}, "“项目库”里的表找得到"),
    ("feishu", {"feishu": lambda: [same("令牌有效")]}, "令牌有效"),
    ("messages", {"messages": lambda: [entry("pending")]}, "没有等人处理的消息"),
    (
        "scheduler",
        {"jobs": lambda: [job()], "last_run": lambda _: run("later"), "last_success": lambda _: run("done")},
        "没有失败；最近一次成功是 2026-11-20 09:00",
    ),
    ("scheduler", {"jobs": lambda: [job()]}, "没有按时运行过"),
    ("scheduler", {"jobs": lambda: [job(enabled=False)], "last_run": lambda _: run("failed")}, "没有按时"),
    ("clock", {"utc": lambda: UTC + timedelta(minutes=4)}, "一致"),
]


@pytest.mark.parametrize(("check", "premises", "words"), WELL)
def test_what_is_in_use_and_well_is_said(ask: Ask, check: str, premises: dict[str, Any], words: str) -> None:
    found = ask(check, **premises)
    assert found.state in {"ok", "skipped"}
    assert words in found.found[0].what.zh


SPOILED_DATABASE: list[tuple[str, dict[str, Any], str, str]] = [
    ("database", {"revision": "9999", "newer": True}, "failure", "更新版本"),
    ("database", {"revision": "0005"}, "ok", "先备份再升级"),
    ("database", {"absent": True, "revision": None}, "ok", "还没有建立"),
    ("copies", {"copy": None}, "warning", "还没有备份"),
    ("server_clock", {"file": None, "clock": UTC + timedelta(minutes=10)}, "warning", "相差 10 分钟"),
    ("server_clock", {"file": None, "clock": UTC}, "ok", "一致"),
    ("drive", {"file": None}, "skipped", "没有可用的数据库文件"),
    ("messages", {"revision": "0005"}, "skipped", "没有可用的数据库"),
    ("messages", {"file": None, "absent": True, "revision": None}, "skipped", "没有可用的数据库"),
    ("messages", {"absent": True, "revision": None}, "ok", "没有等人处理"),
    ("copies", {"revision": "0005"}, "ok", "可以读"),
]


@pytest.mark.parametrize(("check", "spoiled", "state", "words"), SPOILED_DATABASE)
def test_the_database(
    ask: Ask, sound: DatabaseHealth, check: str, spoiled: dict[str, Any], state: str, words: str
) -> None:
    found = ask(check, database=lambda: replace(sound, **spoiled))
    assert found.state == state
    assert words in found.found[0].what.zh


@pytest.mark.parametrize(
    ("change", "state"),
    [({"sound": False}, "failure"), ({"taken": UTC - 4 * DAY}, "warning"), ({"taken": UTC - 2 * DAY}, "ok")],
)
def test_the_copy_of_the_database(
    ask: Ask, sound: DatabaseHealth, change: dict[str, Any], state: str
) -> None:
    assert sound.copy is not None
    copied = replace(sound, copy=replace(sound.copy, **change))
    assert ask("copies", database=lambda: copied).state == state


def test_one_check_tells_of_a_database_that_cannot_be_used(ask: Ask) -> None:
    """The others that stand on it say nothing of their own."""
    failed = [one.id for one in CHECKS if ask(one.id, database=broken(StateUnusableError)).state == "failure"]
    assert failed == ["database"]


def test_a_workbook_that_somebody_has_open_is_no_failure(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "workbooks" / "~$a.xlsx").write_bytes(b"\6" + "王磊".encode("gb18030").ljust(54))
    found = ask("workbooks")
    assert found.state == "warning"
    assert "打开" in found.found[0].what.zh


def test_pictures_that_cannot_be_drawn_are_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sheetsync.operations.health.machine.late_by_department", raising(OSError("cannot open resource"))
    )
    assert ask("fonts").state == "failure"


def test_an_old_python_is_told(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheetsync.operations.health.machine._OLDEST", (9, 0))
    assert ask("programs").state == "failure"


def test_folders_are_tried_where_they_will_be_made(ask: Ask, tmp_path: Path) -> None:
    """Neither the outbox nor `.sheetsync` is there yet; looking makes neither."""
    tried: list[Path] = []

    def remember(folder: Path) -> float:
        tried.append(folder)
        return 0

    assert ask("folders", try_folder=remember).state == "ok"
    assert tried == [tmp_path, tmp_path / "workbooks"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["workbooks"]


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//nas/team /srv/team cifs rw 0 0
nas:/x /srv/my\\040share nfs4 rw 0 0
me@host: /home/me/far fuse.sshfs rw 0 0
/dev/sdb1 /srv/team/local ext4 rw 0 0
gvfs /run/gvfs fuse.portal rw 0 0
nas:/all /srv nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/me", None),
        ("/srv/team/a", "cifs"),
        ("/srv/team", "cifs"),
        ("/srv/teamwork", "nfs"),
        ("/srv/my share/a", "nfs4"),
        ("/home/me/far/away", "sshfs"),
        ("/srv/team/local/a", None),
        ("/run/gvfs/a", None),
    ],
)
def test_the_kind_of_drive_is_that_of_the_nearest_mount(place: str, kind: str | None) -> None:
    assert network_mount(Path(place), MOUNTS) == kind
