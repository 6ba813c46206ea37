"""`remind` tells of what happened: once, with the day's message, and what is urgent at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Run
from tests.e2e.test_remind import POSTER, URGENT, mails, project, remind, told, workbook

FRESH = ["XZB20231001-04", "横幅", "物料", "李娜", "未开始", "0%", "2023-11-30", "2023-10-12"]
DONE = ["XZB20231001-01", "海报", "物料", "李娜", "已完成", "100%", "2023-10-10", "2023-10-11"]
QUIET = ["XZB20231001-05", "贴纸", "物料", "王磊", "未开始", "0%", "2023-11-30", "2023-10-12"]
THURSDAY, NOON, AFTERNOON = "2023-10-12T09:00", "2023-10-12T12:30", "2023-10-12T15:00"
FRIDAY, FRIDAY_LATER, MONDAY = "2023-10-13T09:00", "2023-10-13T11:00", "2023-10-16T09:00"
EARLY = ["WT20231001", "印刷厂停电", "紧急", "已提交", "2023-10-12 12:00", "市场部", "王磊", "", ""]


def news(done: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (one["person"], record["record"], record["rule"])
        for one in done["messages"]
        for record in one["records"]
        if record["rule"].islower()
    ]


def project_with(work: Sequence[Sequence[str]]) -> None:
    project()
    workbook(work)


def test_a_first_run_tells_of_nothing_that_happened_before(run: Run) -> None:
    project_with([POSTER, FRESH])
    assert news(remind(run, THURSDAY)) == []


def test_what_is_new_is_told_with_the_days_message_and_never_again(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, FRESH])
    done = remind(run, FRIDAY)
    assert news(done) == [("李娜", "XZB20231001-04", "task-given")]
    (mine,) = (one for one in done["messages"] if one["person"] == "李娜")
    assert mine["title"] == "[延期3天] XZB20231001-01 物料 等 2 项"
    assert "新的事项：1 项\n  [新的子任务] XZB20231001-04 物料" in mine["text"]
    assert "物料：负责人 李娜，协作人 —，截止 2023-11-30。" in mine["text"]
    assert news(remind(run, FRIDAY_LATER)) == []
    assert news(remind(run, MONDAY)) == []


def test_who_has_nothing_else_is_told_at_once(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, QUIET])
    (only,) = remind(run, AFTERNOON)["messages"]
    assert only["title"] == "[新的子任务] XZB20231001-05 物料"
    assert only["text"].endswith("新的事项只告知一次。\n按“秋季”项目规则自动发出，2023-10-12 15:00。\n")


def test_who_had_the_days_message_hears_it_with_the_next(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, FRESH])
    later = remind(run, AFTERNOON)
    assert (later["messages"], later["had"]) == ([], ["李娜"])
    assert news(remind(run, FRIDAY)) == [("李娜", "XZB20231001-04", "task-given")]


def test_on_a_rest_day_it_waits(run: Run) -> None:
    project_with([POSTER])
    remind(run, FRIDAY)
    workbook([POSTER, QUIET])
    saturday = remind(run, "2023-10-14T10:00")
    assert (saturday["messages"], "王磊" in saturday["waiting"]) == ([], True)
    assert ("王磊", "XZB20231001-05", "task-given") in news(remind(run, MONDAY))


def test_a_dry_run_shows_it_and_remembers_nothing(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, FRESH])
    assert news(remind(run, FRIDAY, "--dry-run")) == news(remind(run, FRIDAY)) != []


def test_what_is_changed_back_before_anybody_looks_is_nothing(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, FRESH])
    workbook([POSTER])
    assert news(remind(run, FRIDAY)) == []


def test_what_is_done_before_it_could_be_told_is_told_no_more(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([POSTER, FRESH])
    remind(run, AFTERNOON)
    workbook([POSTER, [*FRESH[:4], "已完成", "100%", *FRESH[6:]]])
    assert news(remind(run, FRIDAY)) == []


def test_an_urgent_issue_is_told_at_once_to_all_in_one_message_each(run: Run) -> None:
    project('[reminders.people]\n"协作管理负责人" = "周涛"\n')
    workbook()
    remind(run, THURSDAY)
    workbook(issues=[EARLY])
    done = remind(run, NOON, "--slot", "urgent")
    assert told(done) == {"周涛": [("WT20231001", "issue-urgent")], "王磊": [("WT20231001", "issue-urgent")]}
    assert {one["urgent"] for one in done["messages"]} == {True}
    (mine,) = (one for one in done["messages"] if one["person"] == "王磊")
    assert mine["title"] == "[紧急] WT20231001 印刷厂停电"
    assert remind(run, "2023-10-12T13:00", "--slot", "urgent")["messages"] == []


def test_an_urgent_issue_wakes_people_a_serious_one_does_not(run: Run) -> None:
    project()
    workbook()
    remind(run, THURSDAY)
    serious = ["WT20231002", "设计师离职", "严重", "已提交", "2023-10-12 22:50", "市场部", "王磊", "", ""]
    workbook(issues=[[*URGENT[:4], "2023-10-12 22:55", *URGENT[5:]], serious])
    night = remind(run, "2023-10-12T23:00", "--slot", "urgent")
    assert news(night) == [("王磊", "WT20231001", "issue-urgent")]
    assert night["waiting"] == ["王磊"]
    assert ("王磊", "WT20231002", "issue-urgent") in news(remind(run, FRIDAY))


def test_the_slot_urgent_leaves_everything_else_for_the_morning(run: Run) -> None:
    project('[reminders]\nfallback = "王磊"\n')
    workbook([POSTER, FRESH])
    assert remind(run, THURSDAY, "--slot", "urgent")["messages"] == []
    workbook([POSTER, FRESH, QUIET])
    found = remind(run, "2023-10-12T09:30", "--slot", "urgent")
    assert (found["messages"], found["waiting"], found["had"]) == ([], [], [])
    morning = told(remind(run, "2023-10-12T10:00"))
    assert ("XZB20231001-05", "task-given") in morning["王磊"]
    assert ("XZB20231001-01", "T47") in morning["李娜"]


def test_a_workbook_that_joins_later_begins_without_events(run: Run) -> None:
    project_with([POSTER])
    remind(run, THURSDAY)
    workbook([FRESH, QUIET], name="workbooks/冬季.xlsx")
    assert news(remind(run, FRIDAY)) == []


def test_a_project_words_its_own_events(run: Run) -> None:
    project_with([POSTER])
    Path("rules/events").mkdir(parents=True)
    Path("rules/events/own.yaml").write_text(
        "title: 我们的\nevents:\n  - id: task-given\n    title: 新活\n    source: 我们\n    form: progress\n"
        "    column: owner\n    to: [{ role: 负责人, field: owner }]\n    message: 来了。\n"
        "    step: 请看。\n",
        "utf-8",
    )
    remind(run, THURSDAY)
    workbook([DONE, FRESH])
    (only,) = remind(run, FRIDAY)["messages"]
    assert only["title"] == "[新活] XZB20231001-04 物料"


def test_a_mistake_in_the_projects_events_names_its_line(run: Run) -> None:
    project_with([POSTER])
    Path("rules/events").mkdir(parents=True)
    Path("rules/events/own.yaml").write_text("title: 我们的\nevents:\n  - id: x\n", "utf-8")
    done = run("remind", "--now", THURSDAY)
    assert done.code == 2
    assert "own.yaml:3" in done.err
    assert mails() == []


def test_the_group_hears_how_a_risk_was_handled(run: Run) -> None:
    risk = ["FX202310001", "样机未到", "中", "海报晚一天", "李娜", "2023-10-11 10:00", "", "处理中"]
    project('[reminders]\ngroup = "project@example.com"\n')
    workbook([POSTER], risks=[risk])
    remind(run, THURSDAY)
    workbook([POSTER], risks=[[*risk[:6], "借到样机，当天补拍", "已同步"]])
    done = remind(run, FRIDAY)
    assert ("项目群", "FX202310001", "risk-handled") in news(done)
    (mail,) = (mail for mail in mails() if mail["To"] == "project@example.com")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "处理结果：借到样机，当天补拍。" in body.get_content()
    assert not any(one["who"] == "项目群" for one in done["unreached"])


def test_without_a_group_nobody_misses_it(run: Run) -> None:
    risk = ["FX202310001", "样机未到", "中", "海报晚一天", "李娜", "2023-10-11 10:00", "", "处理中"]
    project()
    workbook([POSTER], risks=[risk])
    remind(run, THURSDAY)
    workbook([POSTER], risks=[[*risk[:6], "借到样机，当天补拍", "已同步"]])
    done = remind(run, FRIDAY)
    assert ("李娜", "FX202310001", "risk-handled") in news(done)
    assert not any(one["role"] == "项目群" for one in done["unreached"])
