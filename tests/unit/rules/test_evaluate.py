"""Masks to findings: facts, words, suppression and order."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import Account, Finding, Status
from sheetsync.model.table import Table
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime


def _evaluate(
    catalogue: Catalogue, packs: tuple[RulePack, ...], now: str, *tables: Table
) -> tuple[Finding, ...]:
    return evaluate(
        tables,
        packs,
        now=datetime.fromisoformat(now),
        worktime=WorkTime.standard(),
        catalogue=catalogue,
    )


def test_a_finding_tells_the_whole_story(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    """Everything the JSON contract asks of a finding is there, and the message names who must act."""
    table = make_table(
        "issues",
        {
            "issue_id": ["WT20261101"],
            "state": ["已提交"],
            "submitted_at": ["2026-11-19T15:30"],
            "responded_at": ["NaT"],
            "lead_department": ["市场部"],
            "owner": ["李娜"],
        },
        raw={"responded_at": [""]},
    )
    (finding,) = _evaluate(catalogue, packs, "2026-11-20T09:00", table)
    assert finding.account == Account(
        started=datetime.fromisoformat("2026-11-19T15:30"),
        limit="2h",
        due=datetime.fromisoformat("2026-11-19T17:30"),
    )
    assert finding.overdue == timedelta(hours=15, minutes=30)
    assert (finding.rule, finding.level, finding.status) == ("T16", "red", Status.LATE)
    assert (finding.row, finding.key, finding.column, finding.value) == (2, "WT20261101", "响应时间", None)
    assert (finding.actor.zh, finding.owner) == ("主导部门", "李娜")
    assert finding.message.zh == "WT20261101 提交后 2 小时内应响应，截止 2026-11-19 17:30，尚未响应。"
    assert finding.step.zh.startswith("主导部门（市场部）立即响应")
    assert finding.step.en.startswith("lead department (市场部): acknowledge")


def test_the_message_stays_still_while_nothing_happens(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    """No running durations: an hour later the words are the same."""
    table = make_table(
        "issues",
        {
            "issue_id": ["WT20261101"],
            "state": ["已提交"],
            "submitted_at": ["2026-11-19T15:30"],
            "responded_at": ["NaT"],
        },
    )
    (early,) = _evaluate(catalogue, packs, "2026-11-20T09:00", table)
    (later,) = _evaluate(catalogue, packs, "2026-11-20T11:00", table)
    assert early.message == later.message
    assert early.overdue != later.overdue


def test_a_record_without_an_id_is_named_by_its_row(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    table = make_table(
        "progress",
        {"subtask_id": [None], "state": ["进行中"], "due": ["2023-10-09"]},
    )
    late = [f for f in _evaluate(catalogue, packs, "2023-10-16T09:00", table) if f.rule == "T47"]
    assert [(finding.key, finding.message.zh[:5]) for finding in late] == [(None, "第 2 行")]


def test_a_due_time_read_out_of_another_cell_quotes_that_cell(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    table = make_table(
        "task-master",
        {"task_id": ["XZB20231001"], "milestones": [()], "due": ["2023-10-15"]},
        raw={"due": [""], "milestones": ["10月8日启动，10月15日交付"]},
    )
    (finding,) = _evaluate(catalogue, packs, "2023-10-16T09:00", table)
    assert (finding.column, finding.value) == ("关键时间节点", "10月8日启动，10月15日交付")


def test_beyond_the_published_calendar_a_due_time_is_provisional(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    year = WorkTime.standard().last_published_year + 1
    table = make_table(
        "acceptance",
        {"acceptance_id": ["YS1"], "submitted_at": [f"{year}-03-01T10:00"], "accepted_at": ["NaT"]},
    )
    (finding,) = _evaluate(catalogue, packs, f"{year}-06-01T09:00", table)
    assert finding.account is not None
    assert finding.account.provisional


def test_findings_stand_row_by_row_the_worst_first(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    table = make_table(
        "progress",
        {
            "subtask_id": ["XZB20231001-01", "XZB20231001-02"],
            "owner": ["李娜", None],
            "state": ["进行中", "未开始"],
            "actual_progress": [0.0, 0.0],
            "planned_progress": [50.0, 0.0],
            "updated_at": ["2023-10-07", "NaT"],
            "due": ["2023-10-13", "2023-10-13"],
        },
    )
    found = _evaluate(catalogue, packs, "2023-10-16T09:00", table)
    assert [(finding.row, finding.rule) for finding in found] == [
        (2, "T47"),
        (2, "D1"),
        (2, "T53"),
        (3, "T47"),
        (3, "E5"),
    ]


def test_an_empty_table_has_no_findings(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: Callable[..., Table]
) -> None:
    tables = [
        make_table("progress", {"subtask_id": [], "state": [], "due": [], "updated_at": []}),
        make_table("task-master", {"task_id": ["XZB20231001"], "due": ["2099-01-01"]}),
        make_table("raci", {"task_id": [], "市场部": []}, open_fields=["市场部"]),
    ]
    assert _evaluate(catalogue, packs, "2023-10-16T09:00", *tables) == ()
