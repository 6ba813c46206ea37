"""The ladder of spec 4.4: who is told at which share of a limit, by hand-computed times."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from sheetsync.config.rules import EscalationSettings
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import Finding, Status
from sheetsync.model.rung import Rung
from sheetsync.model.table import Table
from sheetsync.rules.escalation import Ladder, acting, climbed
from sheetsync.rules.evaluate import evaluate, pending
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime

MakeTable = Callable[..., Table]
Reached = list[tuple[int, str | None, str]]
LADDER = Ladder.of(EscalationSettings())


@pytest.fixture
def told(catalogue: Catalogue, packs: tuple[RulePack, ...]) -> Callable[..., Reached]:
    """A function (tables, rule, now, ladder=…) that returns the rungs of a rule's one finding or clock."""

    def ask(tables: Sequence[Table], rule: str, now: str, ladder: Ladder = LADDER) -> Reached:
        at = datetime.fromisoformat(now)
        chosen = tuple(pack.only((rule,)) for pack in packs)
        common = {"now": at, "worktime": WorkTime.standard(), "catalogue": catalogue}
        found = (
            *evaluate(tables, chosen, **common),
            *pending(tables, chosen, share=min(ladder.shares), **common),
        )
        rungs: tuple[Rung, ...] = ()
        if found:
            (rungs,) = climbed(found, tables, chosen, ladder=ladder, **common)
        return [(rung.number, rung.who, rung.since.isoformat(timespec="minutes")) for rung in rungs]

    return ask


def _issue(make_table: MakeTable, submitted: str, **cells: object) -> Table:
    columns: dict[str, object] = {
        "issue_id": "WT20231001",
        "state": "已提交",
        "issue_class": "一般",
        "submitted_at": submitted,
        "lead_department": "市场部",
        "owner": "李娜",
        "responded_at": None,
        "fixed_at": None,
        "solution_at": None,
        **cells,
    }
    return make_table("issues", {name: [value] for name, value in columns.items()})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-10-09T04:59", []),
        # 24 h from 10:00: 80 % are 19 h 12 min.
        ("2023-10-09T05:11", []),
        ("2023-10-09T05:12", [(1, "李娜", "2023-10-09T05:12")]),
        ("2023-10-09T09:59", [(1, "李娜", "2023-10-09T05:12")]),
        ("2023-10-09T10:00", [(1, "李娜", "2023-10-09T05:12"), (2, None, "2023-10-09T10:00")]),
        ("2023-10-10T09:59", [(1, "李娜", "2023-10-09T05:12"), (2, None, "2023-10-09T10:00")]),
        (
            "2023-10-10T10:00",
            [
                (1, "李娜", "2023-10-09T05:12"),
                (2, None, "2023-10-09T10:00"),
                (3, "市场部", "2023-10-10T10:00"),
            ],
        ),
        (
            "2023-12-31T10:00",
            [
                (1, "李娜", "2023-10-09T05:12"),
                (2, None, "2023-10-09T10:00"),
                (3, "市场部", "2023-10-10T10:00"),
            ],
        ),
    ],
)
def test_each_share_of_a_limit_tells_one_rung_more(
    make_table: MakeTable, told: Callable[..., Reached], now: str, expected: Reached
) -> None:
    """T44: an ordinary issue is solved within 24 h; its owner is on the first rung."""
    assert told([_issue(make_table, "2023-10-08T10:00")], "T44", now) == expected


@pytest.mark.parametrize(
    ("now", "numbers"),
    [
        # Two working days after Thursday 28 September are the make-up Saturday and Sunday, 7 and 8 October.
        # 80 %: all of the first and 4.8 h of the second day's work: 9-12 and 13:00-14:48.
        ("2023-10-08T14:47", []),
        ("2023-10-08T14:48", [2]),
        ("2023-10-08T17:59", [2]),
        ("2023-10-08T18:00", [2, 3]),
        # Another two working days: Monday and Tuesday.
        ("2023-10-10T17:59", [2, 3]),
        ("2023-10-10T18:00", [2, 3, 4]),
    ],
)
def test_working_days_leave_out_the_golden_week_and_count_its_make_up_days(
    make_table: MakeTable, told: Callable[..., Reached], now: str, numbers: list[int]
) -> None:
    """T43: a verdict is due in 2 wd; the head of the supporting department stands on the second rung."""
    table = make_table(
        "acceptance",
        {
            "acceptance_id": ["YS20230901"],
            "submitted_at": ["2023-09-28T10:00"],
            "acceptor": ["周涛"],
            "accepted_at": [None],
            "verdict": [None],
        },
    )
    reached = told([table], "T43", now)
    assert [number for number, _, _ in reached] == numbers
    assert [who for _, who, _ in reached[:1]] == ["周涛"][: len(numbers)]


@pytest.mark.parametrize(
    ("now", "since"),
    [
        # 17:30 + 1.6 of 2 working hours: half an hour today, 66 minutes from 9:00.
        ("2023-10-09T10:05", []),
        ("2023-10-09T10:06", ["2023-10-09T10:06"]),
        # 100 % at 10:30, 200 % two working hours later: 90 minutes before lunch and 30 after it.
        ("2023-10-09T13:30", ["2023-10-09T10:06", "2023-10-09T10:30", "2023-10-09T13:30"]),
    ],
)
def test_working_hours(
    make_table: MakeTable, told: Callable[..., Reached], now: str, since: list[str]
) -> None:
    """T31: the record of a meeting is sent within 2 wh."""
    table = make_table(
        "minutes",
        {
            "meeting_id": ["YH20231001"],
            "meeting_type": ["专题会"],
            "ended_at": ["2023-10-08T17:30"],
            "minutes_sent_at": [None],
            "recorder": ["赵敏"],
        },
    )
    assert [moment for _, _, moment in told([table], "T31", now)] == since


@pytest.mark.parametrize(("issue_class", "numbers"), [("严重", [3, 4]), ("紧急", [3, 4]), ("复杂", [3])])
def test_urgent_and_serious_issues_start_one_rung_higher(
    make_table: MakeTable, told: Callable[..., Reached], issue_class: str, numbers: list[int]
) -> None:
    """T16: the lead department answers within 2 h; at 96 minutes 80 % are over."""
    table = _issue(make_table, "2023-10-08T10:00", issue_class=issue_class)
    assert [number for number, _, _ in told([table], "T16", "2023-10-08T11:36")] == numbers


def _subtask(make_table: MakeTable, due: str, owner: str = "李娜", state: str = "进行中") -> list[Table]:
    progress = {
        "subtask_id": ["XZB20231001-01"],
        "owner": [owner],
        "state": [state],
        "actual_progress": [50.0],
        "due": [due],
    }
    return [make_table("progress", progress)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-09-28T17:59", []),
        ("2023-09-28T18:01", [(1, "2023-09-28T18:00"), (2, "2023-09-28T18:00")]),
        # Two working days after the due day: 7 and 8 October.
        ("2023-10-08T17:59", [(1, "2023-09-28T18:00"), (2, "2023-09-28T18:00")]),
        (
            "2023-10-08T18:00",
            [(1, "2023-09-28T18:00"), (2, "2023-09-28T18:00"), (3, "2023-10-08T18:00")],
        ),
    ],
)
def test_a_due_date_has_no_eighty_percent_and_doubles_after_two_working_days(
    make_table: MakeTable, told: Callable[..., Reached], now: str, expected: list[tuple[int, str]]
) -> None:
    reached = told(_subtask(make_table, "2023-09-28"), "T47", now)
    assert [(number, since) for number, _, since in reached] == expected


def test_names_come_from_the_row_its_task_and_the_directory(
    make_table: MakeTable, told: Callable[..., Reached]
) -> None:
    tables = [
        *_subtask(make_table, "2023-09-28"),
        make_table("task-master", {"task_id": ["XZB20231001"], "initiator": ["王磊"]}),
        make_table(
            "directory",
            {
                "name": ["李娜", "周涛", "赵敏"],
                "department": ["设计部", "设计部", "品牌部"],
                "is_contact": ["否", None, "是"],
                "is_head": ["否", "是", "是"],
            },
        ),
    ]
    reached = told(tables, "T47", "2023-10-09T09:00")
    assert [(number, who) for number, who, _ in reached] == [(1, "李娜"), (2, "周涛"), (3, "王磊")]


def test_nobody_of_two_people_of_one_name_is_taken_for_the_other(
    make_table: MakeTable, told: Callable[..., Reached]
) -> None:
    directory = {
        "name": ["李娜", "李娜", "周涛"],
        "department": ["设计部", "品牌部", "设计部"],
        "is_head": ["否", "否", "是"],
    }
    tables = [*_subtask(make_table, "2023-09-28"), make_table("directory", directory)]
    assert told(tables, "T47", "2023-09-29T09:00")[1] == (2, None, "2023-09-28T18:00")


def test_what_was_done_too_late_reaches_no_rung(make_table: MakeTable, told: Callable[..., Reached]) -> None:
    table = _issue(make_table, "2023-10-08T10:00", fixed_at="2023-10-12T10:00")
    assert told([table], "T44", "2023-10-13T10:00") == []


def test_a_clock_that_was_stopped_in_time_is_not_pending(
    make_table: MakeTable, told: Callable[..., Reached]
) -> None:
    table = _issue(make_table, "2023-10-08T10:00", fixed_at="2023-10-09T09:00")
    assert told([table], "T44", "2023-10-09T09:30") == []


def test_mild_findings_stay_with_whoever_must_act(
    make_table: MakeTable, told: Callable[..., Reached]
) -> None:
    """T19: verification is of level info."""
    table = _issue(make_table, "2023-10-08T10:00", fixed_at="2023-10-09T10:00", verified_at=None)
    reached = told([table], "T19", "2023-10-20T10:00")
    assert len(reached) == 1


def test_the_figures_are_a_projects_own(make_table: MakeTable, told: Callable[..., Reached]) -> None:
    settings = EscalationSettings(
        shares=(50, 100, 200, 300, 400, 500), first_rung={"一般": 3}, levels=("red",), after_due="1wd"
    )
    table = _issue(make_table, "2023-10-08T10:00")
    assert told([table], "T44", "2023-10-08T21:59", Ladder.of(settings)) == []
    # T44 is yellow, which does not climb here.
    assert told([table], "T44", "2023-10-08T22:00", Ladder.of(settings)) == [(1, "李娜", "2023-10-08T22:00")]
    # T47 is red; 200 % are one working day after the due day, Saturday 7 October.
    reached = told(_subtask(make_table, "2023-09-28"), "T47", "2023-10-07T18:00", Ladder.of(settings))
    assert [number for number, _, _ in reached] == [1, 2, 3]


def test_the_ladder_ends_at_the_top(make_table: MakeTable, told: Callable[..., Reached]) -> None:
    settings = EscalationSettings(shares=(100, 200, 300, 400, 500, 600, 700))
    reached = told(_subtask(make_table, "2023-09-28"), "T47", "2024-09-28T18:00", Ladder.of(settings))
    assert [number for number, _, _ in reached] == [1, 2, 3, 4, 5]


def test_what_is_pending_becomes_a_finding_when_its_clock_runs_out(
    make_table: MakeTable, catalogue: Catalogue, packs: tuple[RulePack, ...]
) -> None:
    """With all rules: an urgent issue waits for one solution, the urgent one (T18), not for T17 as well."""
    table = _issue(make_table, "2023-10-08T10:00", issue_class="紧急")
    common = {"worktime": WorkTime.standard(), "catalogue": catalogue}
    waiting = pending([table], packs, share=0.8, now=datetime(2023, 10, 8, 11, 40), **common)
    assert {clock.rule for clock in waiting} == {"T16", "T18"}
    assert not any(clock.overdue for clock in waiting)
    found = evaluate([table], packs, now=datetime(2023, 10, 8, 12, 1), **common)
    assert {finding.rule for finding in found if finding.account} == {"T16", "T18"}


def _tasks(make_table: MakeTable) -> Table:
    return make_table(
        "task-master",
        {"task_id": ["XZB20231001"], "initiator": ["赵敏"], "initiating_department": ["市场部"]},
    )


@pytest.mark.parametrize(
    ("rule", "form", "columns", "who"),
    [
        # The rule names no column: the initiator stands on the task.
        ("E5", "progress", {"subtask_id": "XZB20231001-01", "owner": "李娜", "state": "进行中"}, "赵敏"),
        # A department is wanted, and the task names one.
        ("Q01", "raci", {"task_id": "XZB20231001", "task": "物料"}, "市场部"),
        # Nobody initiated what belongs to no task.
        ("E5", "progress", {"subtask_id": "XZB20231002-01", "owner": "李娜", "state": "进行中"}, None),
        # The column of the rule is empty: the owner's to do.
        ("T19", "issues", {"issue_id": "WT1", "owner": "李娜", "duty_department": None}, "李娜"),
        ("T19", "issues", {"issue_id": "WT1", "owner": "李娜", "duty_department": "设计部"}, "设计部"),
    ],
)
def test_who_must_act_is_found_beside_the_column_of_the_rule(
    make_table: MakeTable,
    catalogue: Catalogue,
    packs: tuple[RulePack, ...],
    rule: str,
    form: str,
    columns: dict[str, object],
    who: str | None,
) -> None:
    table = make_table(form, {name: [value] for name, value in columns.items()})
    found = next(one for pack in packs for one in pack.rules if one.id == rule)
    finding = Finding(
        rule=rule,
        variant=found.variant,
        level="red",
        status=Status.LATE,
        table=table.id,
        position=0,
        row=2,
        key=None,
        field=table.frame.columns[0],
        column="",
        value=None,
        actor=found.actor,
        message=found.message,
        step=found.step,
    )
    at = datetime(2023, 10, 12, 9)
    worktime = WorkTime.standard()
    tables = [table, _tasks(make_table)]
    assert acting([finding], tables, packs, now=at, worktime=worktime, catalogue=catalogue) == (who,)
