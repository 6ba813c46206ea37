"""`remind` and `unreported`, from the workbook to what people get."""

import email
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import xlsxwriter

import sheetsync
from sheetsync.config.keeping import StateSettings
from sheetsync.state.database import Database
from sheetsync.state.leases import ProjectLeases
from tests.e2e.conftest import Outcome, Run
from tests.mailserver import Office, running

WORK = ["子任务编号", "完成情况描述", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间", "更新时间"]
POSTER = ["XZB20231001-01", "海报", "物料", "李娜", "进行中", "70%", "2023-10-10", "2023-10-11"]
VIDEO = ["XZB20231001-02", "视频", "物料", "王磊", "进行中", "100%", "2023-10-30", "2023-10-11"]
STRANGER = ["XZB20231001-03", "文案", "物料", "赵六", "进行中", "70%", "2023-10-09", "2023-10-11"]
PEOPLE = ["姓名", "部门", "角色", "邮箱", "是否接口人", "是否部门负责人"]
STAFF = [
    ["李娜", "设计部", "设计师", "lina@example.com", "否", "否"],
    ["周涛", "设计部", "主管", "zhoutao@example.com", "是", "是"],
    ["王磊", "市场部", "经理", "wanglei@example.com", "是", "是"],
]
ISSUES = [
    "问题编号",
    "问题描述",
    "问题级别",
    "状态",
    "提交时间",
    "主导部门",
    "责任人",
    "响应时间",
    "方案时间",
]
URGENT = ["WT20231001", "印刷厂停电", "紧急", "已提交", "2023-10-12 19:30", "市场部", "王磊", "", ""]
DELAYS = ["子任务编号", "负责人", "延迟原因分类", "预计完成时间", "提交时间"]
RISKS = ["风险编号", "风险描述", "风险等级", "影响范围", "上报人", "上报时间", "处理结果", "状态"]
THURSDAY = "2023-10-12T09:00"
FRIDAY = "2023-10-13T09:00"


def workbook(
    work: Sequence[Sequence[str]] = (POSTER,),
    *,
    issues: Sequence[Sequence[str]] = (),
    delays: Sequence[Sequence[str]] = (),
    risks: Sequence[Sequence[str]] = (),
    name: str = "workbooks/秋季.xlsx",
) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    tabs: dict[str, list[Sequence[str]]] = {"进度": [WORK, *work], "名册": [PEOPLE, *STAFF]}
    if issues:
        tabs["问题"] = [ISSUES, *issues]
    if delays:
        tabs["延迟说明"] = [DELAYS, *delays]
    if risks:
        tabs["风险"] = [RISKS, *risks]
    with xlsxwriter.Workbook(path) as made:
        for title, rows in tabs.items():
            sheet = made.add_worksheet(title)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)


def project(settings: str = "") -> None:
    Path("sheetsync.toml").write_text(f'[project]\nname = "秋季"\n\n{settings}', "utf-8")


def remind(run: Run, now: str, *more: str) -> dict[str, Any]:
    done = run("remind", "--json", "--now", now, *more)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def told(done: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        one["person"]: [(record["record"], record["rule"]) for record in one["records"]]
        for one in done["messages"]
    }


def mails(folder: str = "outbox") -> list[EmailMessage]:
    found = []
    for path in sorted(Path(folder).glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
    return found


def test_whoever_must_act_and_the_next_rung_get_a_mail_each(run: Run) -> None:
    project()
    workbook()
    done = remind(run, THURSDAY)
    assert told(done) == {"周涛": [("XZB20231001-01", "T47")], "李娜": [("XZB20231001-01", "T47")]}
    by_address = {mail["To"]: mail for mail in mails()}
    assert set(by_address) == {"lina@example.com", "zhoutao@example.com"}
    body = by_address["lina@example.com"].get_body(("plain",))
    assert body is not None
    assert by_address["lina@example.com"]["Subject"] == "[延期2天] XZB20231001-01 物料"
    for words in ("需求：", "期望：截止 2023-10-10 18:00（规则 T47）", "《秋季.xlsx》进度 第 2 行"):
        assert words in body.get_content()


def test_a_second_run_on_the_day_sends_nothing(run: Run) -> None:
    project()
    workbook()
    remind(run, THURSDAY)
    again = remind(run, "2023-10-12T15:00", "--slot", "afternoon")
    assert again["messages"] == []
    assert len(mails()) == 2


def test_the_next_day_says_how_often_it_was_said(run: Run) -> None:
    project()
    workbook()
    remind(run, THURSDAY)
    done = remind(run, FRIDAY)
    (one,) = [message for message in done["messages"] if message["person"] == "李娜"]
    assert "此前：已提醒 1 次" in one["text"]


def test_a_filled_cell_ends_it_at_the_next_run(run: Run) -> None:
    project()
    workbook()
    remind(run, THURSDAY)
    workbook([["XZB20231001-01", "海报", "物料", "李娜", "已完成", "100%", "2023-10-10", "2023-10-12"]])
    done = remind(run, FRIDAY)
    assert (done["messages"], done["closed"]) == ([], 1)


def test_a_new_date_in_a_delay_note_is_respected(run: Run) -> None:
    project()
    workbook(delays=[["XZB20231001-01", "李娜", "资源不足", "2023-10-20", "2023-10-11"]])
    done = remind(run, THURSDAY)
    assert told(done) == {}
    assert done["excused"] == 1
    assert "李娜" in told(remind(run, "2023-10-23T09:00"))


@pytest.mark.parametrize("word", ["紧急", "Urgent"])
def test_quiet_hours_hold_all_but_the_urgent(run: Run, word: str) -> None:
    """In whatever words the sheet says so."""
    project()
    workbook(issues=[[word if cell == "紧急" else cell for cell in URGENT]])
    done = remind(run, "2023-10-12T21:10")
    assert [(one["person"], one["urgent"]) for one in done["messages"]] == [("王磊", True)]
    assert set(done["waiting"]) == {"李娜", "周涛"}
    assert done["until"] == "2023-10-13T08:30:00+08:00"
    assert set(told(remind(run, FRIDAY))) >= {"李娜", "周涛"}


def test_a_rest_day_waits_and_a_make_up_saturday_does_not(run: Run) -> None:
    project()
    workbook([["XZB20231001-01", "海报", "物料", "李娜", "进行中", "70%", "2023-09-27", "2023-09-28"]])
    assert remind(run, "2023-10-01T10:00")["messages"] == []
    assert "李娜" in told(remind(run, "2023-10-07T10:00"))


def test_a_dry_run_shows_each_message_and_leaves_nothing(run: Run) -> None:
    project()
    workbook()
    shown = run("remind", "--dry-run", "--now", THURSDAY)
    assert shown.code == 0, shown.err
    assert "[延期2天] XZB20231001-01 物料\n李娜，您好：1 项等您处理。" in shown.out
    assert "没有发送" in shown.err
    assert not Path("outbox").exists()
    assert not Path(".sheetsync").exists()
    assert len(remind(run, THURSDAY)["messages"]) == 2


def test_whom_nobody_can_tell_is_told_to_who_answers_for_the_project(run: Run) -> None:
    project('[reminders]\nfallback = "周涛"\n')
    workbook([STRANGER])
    done = remind(run, THURSDAY)
    assert next((one["who"], one["why"]) for one in done["unreached"]) == ("赵六", "名册里没有")
    (one,) = done["messages"]
    assert one["person"] == "周涛"
    assert "通知不到的人\n  名册里没有：赵六（XZB20231001-03）" in one["text"]
    assert remind(run, "2023-10-12T10:00")["messages"] == []


def test_the_settings_name_the_rungs_that_the_sheets_leave_open(run: Run) -> None:
    project('[reminders.people]\n"发起人" = "王磊"\n')
    workbook([["XZB20231001-01", "海报", "物料", "李娜", "进行中", "70%", "2023-09-27", "2023-09-28"]])
    assert told(remind(run, THURSDAY))["王磊"] == [("XZB20231001-01", "T47")]


def test_a_matter_climbs_rung_by_rung_and_each_copy_names_the_steps_before(run: Run) -> None:
    project('[reminders.people]\n"发起人" = "王磊"\n')
    workbook()
    assert set(told(remind(run, THURSDAY))) == {"李娜", "周涛"}
    friday = {one["person"]: one["text"] for one in remind(run, FRIDAY)["messages"]}
    assert set(friday) == {"李娜", "王磊"}
    assert (
        "此前：负责人李娜已提醒 1 次（最近 10-12）；接口人、部门负责人周涛已提醒 1 次（最近 10-12）"
        in friday["王磊"]
    )
    assert "原因：到 10-12 18:00 仍未完成，按升级规则告知发起人、牵头部门" in friday["王磊"]


def test_two_runs_do_not_remind_at_the_same_time(run: Run) -> None:
    project()
    workbook()
    database = Database(Path(), StateSettings())
    leases = ProjectLeases(database)
    lease = leases.take("remind", "somebody else", datetime.now(UTC).replace(tzinfo=None))
    stopped = run("remind", "--now", THURSDAY)
    assert stopped.code == 5
    assert not mails()
    leases.release(lease)
    assert len(remind(run, THURSDAY)["messages"]) == 2


def test_a_mail_server_gets_each_message_once(run: Run) -> None:
    office = Office()
    with running(office) as port:
        project(f'[mail]\nhost = "localhost"\nport = {port}\nsecurity = "none"\nsender = "pmo@example.com"\n')
        workbook()
        remind(run, THURSDAY)
        remind(run, "2023-10-12T10:00")
    assert sorted(one.rcpt_tos[0] for one in office.seen) == ["lina@example.com", "zhoutao@example.com"]


class _Hook(BaseHTTPRequestHandler):
    """An address that takes posts."""

    posts: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_webhook_gets_each_reminder_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _Hook.posts.clear()
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.server_port}/in")
    project('[webhook]\nurl = "env:HOOK"\nhosts = ["127.0.0.1"]\nintranet = true\n')
    workbook()
    try:
        remind(run, THURSDAY, "--channel", "webhook")
        remind(run, "2023-10-12T10:00", "--channel", "webhook")
    finally:
        server.shutdown()
        server.server_close()
    assert len(_Hook.posts) == 2
    assert "XZB20231001-01 物料" in json.dumps(_Hook.posts, ensure_ascii=False)


def test_what_the_server_refused_does_not_count_as_told(run: Run) -> None:
    office = Office(recipients={"lina@example.com": "550 no such user"})
    with running(office) as port:
        project(f'[mail]\nhost = "localhost"\nport = {port}\nsecurity = "none"\nsender = "pmo@example.com"\n')
        workbook()
        first = run("remind", "--now", THURSDAY)
        office.recipients.clear()
        tomorrow = remind(run, FRIDAY)
    assert first.code == 4
    assert "李娜" in first.err
    (one,) = [message for message in tomorrow["messages"] if message["person"] == "李娜"]
    assert one["records"][0]["told"] == 0


def test_a_broken_line_is_a_doubt_that_is_listed_and_not_repeated(run: Run) -> None:
    office = Office(hang_up=True)
    with running(office) as port:
        project(f'[mail]\nhost = "localhost"\nport = {port}\nsecurity = "none"\nsender = "pmo@example.com"\n')
        workbook()
        first = run("remind", "--json", "--now", THURSDAY)
        office.hang_up = False
        again = remind(run, "2023-10-12T10:00")
    assert {one["state"] for one in json.loads(first.out)["messages"]} == {"doubt"}
    assert again["messages"] == []
    assert {one["person"] for one in again["doubts"]} == {"李娜", "周涛"}


def test_far_more_people_than_allowed_need_a_yes(run: Run) -> None:
    project("[reminders]\nmost_people = 1\n")
    workbook()
    stopped = run("remind", "--now", THURSDAY)
    assert stopped.code == 2
    assert "--yes" in stopped.err
    assert not mails()
    assert len(remind(run, THURSDAY, "--yes")["messages"]) == 2


def test_without_a_project_there_is_no_ledger(run: Run) -> None:
    workbook(name="秋季.xlsx")
    done = run("remind", "秋季.xlsx", "--now", THURSDAY)
    assert done.code == 2
    assert "台账" in done.err


def test_a_workbook_that_cannot_be_read_stops_no_other(run: Run) -> None:
    project()
    workbook()
    Path("workbooks/坏.xlsx").write_bytes(b"no workbook")
    done = run("remind", "--json", "--now", THURSDAY)
    assert done.code == 3
    assert set(told(json.loads(done.out))) == {"李娜", "周涛"}


def silent(outcome: Outcome) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in outcome.document()["unreported"]:
        found.setdefault(one["kind"], []).append(one["name"])
    return found


def test_who_has_not_reported_is_listed_at_any_time(run: Run) -> None:
    """Also in quiet hours, and also whose record is late for another reason."""
    workbook([POSTER, VIDEO], name="秋季.xlsx")
    found = run("unreported", "秋季.xlsx", "--json", "--now", "2023-10-12T22:00")
    assert found.code == 0, found.err
    assert silent(found)["daily"] == ["李娜", "王磊"]
    only = run("unreported", "秋季.xlsx", "--kind", "weekly", "--json", "--now", "2023-10-12T22:00")
    assert set(silent(only)) <= {"weekly"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_is_readable(run: Run, lang: str) -> None:
    workbook([POSTER], name="秋季.xlsx")
    found = run("--lang", lang, "unreported", "秋季.xlsx", "--now", "2023-10-13T09:00")
    assert "李娜  XZB20231001-01" in found.out


def test_the_library_does_what_the_command_does(run: Run) -> None:
    project()
    workbook()
    done = sheetsync.remind(project=".", now=THURSDAY, outbox="elsewhere")
    assert [one.state for one in done.sent] == ["written", "written"]
    assert len(mails("elsewhere")) == 2
    assert [one.name for one in sheetsync.unreported(project=".", now=FRIDAY, kinds=["daily"])] == ["李娜"]
    assert remind(run, THURSDAY)["messages"] == []
