"""How limits were kept: of the clocks that ended, those that stopped in time."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.course import Attainment
from sheetsync.model.table import Table
from sheetsync.rules.evaluate import evaluated
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime

NOW = "2026-11-20T09:00"

MakeTable = Callable[..., Table]
Kept = Callable[..., dict[str, tuple[int, int]]]


@pytest.fixture
def told(catalogue: Catalogue, packs: tuple[RulePack, ...]) -> Callable[..., Sequence[Attainment]]:
    """A function (tables …, now=…) that returns how each rule's limit was kept."""

    def run(*tables: Table, now: str = NOW) -> Sequence[Attainment]:
        return evaluated(
            tables,
            packs,
            now=datetime.fromisoformat(now),
            worktime=WorkTime.standard(),
            catalogue=catalogue,
        ).limits

    return run


@pytest.fixture
def kept(told: Callable[..., Sequence[Attainment]]) -> Kept:
    """A function (tables …, now=…) that returns clocks kept and ended by rule."""
    return lambda *tables, now=NOW: {one.rule: (one.kept, one.ended) for one in told(*tables, now=now)}


def issues(make_table: MakeTable, **columns: list[object]) -> Table:
    """Return an issue tracker; an issue was submitted on the 19th at 15:30, so 17:30 is the limit."""
    size = len(next(iter(columns.values())))
    return make_table(
        "issues",
        {
            "issue_id": [f"WT202611{number:02d}" for number in range(1, size + 1)],
            "state": ["已提交"] * size,
            "submitted_at": ["2026-11-19T15:30"] * size,
            "responded_at": [None] * size,
            **columns,
        },
    )


@pytest.mark.parametrize(
    ("responded", "now", "expected"),
    [
        (None, "2026-11-19T17:00", (0, 0)),
        (None, "2026-11-19T17:31", (0, 1)),
        ("2026-11-19T17:30", NOW, (1, 1)),
        ("2026-11-19T17:31", NOW, (0, 1)),
        ("2026-11-19T16:00", "2026-11-19T17:00", (1, 1)),
    ],
    ids=["still runs", "ran out", "to the minute", "stopped late", "stopped early"],
)
def test_a_clock_counts_once_it_has_ended(
    kept: Kept, make_table: MakeTable, responded: str | None, now: str, expected: tuple[int, int]
) -> None:
    """One that still runs says nothing yet; one that ran out counts, stopped or not."""
    assert kept(issues(make_table, responded_at=[responded]), now=now)["T16"] == expected


def test_without_a_start_there_is_no_clock(kept: Kept, make_table: MakeTable) -> None:
    table = issues(make_table, submitted_at=[None], responded_at=["2026-11-19T17:31"])
    assert kept(table)["T16"] == (0, 0)


def test_what_was_done_without_saying_when_counts_neither_way(kept: Kept, make_table: MakeTable) -> None:
    """已响应 tells that it was answered; whether in time nobody knows."""
    assert kept(issues(make_table, state=["已响应"]))["T16"] == (0, 0)


def test_a_later_step_proves_what_came_in_time_but_not_what_was_late(
    kept: Kept, make_table: MakeTable
) -> None:
    """With a solution by 17:00 the answer came in time; with one at 18:00 it may have or may not."""
    table = issues(make_table, solution_at=["2026-11-19T17:00", "2026-11-19T18:00"])
    assert kept(table)["T16"] == (1, 1)


def test_an_unreadable_end_counts_neither_way(kept: Kept, make_table: MakeTable) -> None:
    """What stands there may be in time; a step after the limit does not make it a kept one."""
    table = make_table(
        "issues",
        {
            "issue_id": ["WT20261101"],
            "state": ["处理中"],
            "submitted_at": ["2026-11-19T15:30"],
            "responded_at": [None],
            "solution_at": ["2026-11-19T18:00"],
        },
        broken={"responded_at": [0]},
        raw={"responded_at": ["下午"]},
    )
    assert kept(table)["T16"] == (0, 0)


def test_tables_of_a_form_are_counted_together(
    told: Callable[..., Sequence[Attainment]], make_table: MakeTable
) -> None:
    one = issues(make_table, responded_at=["2026-11-19T16:00", "2026-11-19T18:00"])
    other = issues(make_table, responded_at=["2026-11-19T16:00", None])
    found = next(limit for limit in told(one, other) if limit.rule == "T16")
    assert (found.kept, found.ended, found.rate) == (2, 4, 0.5)
    assert found.title.zh == "问题响应超时"


def test_a_rule_asks_only_whom_it_is_for(kept: Kept, make_table: MakeTable) -> None:
    """T18 gives urgent issues 2 hours for a solution; another issue has no such clock."""
    late = "2026-11-19T18:00"
    both = issues(make_table, issue_class=["紧急", "一般"], solution_at=[late, late])
    alone = issues(make_table, issue_class=["一般"], solution_at=[late])
    assert kept(both)["T18"] == (0, 1)
    assert "T18" not in kept(alone)


def test_a_limit_that_another_rule_speaks_of_counts_as_well(kept: Kept, make_table: MakeTable) -> None:
    """Silence spares people a second line; it does not make the limit a kept one."""
    table = issues(make_table, issue_class=["紧急"], solution_at=[None])
    found = kept(table, now="2026-11-21T09:00")
    assert (found["T17"], found["T18"]) == ((0, 1), (0, 1))


def test_what_has_no_limit_is_not_told(kept: Kept, make_table: MakeTable) -> None:
    """A due date, a deviation or an update of the day is no limit of a rule."""
    table = make_table(
        "progress",
        {
            "subtask_id": ["XZB20261101-01"],
            "state": ["进行中"],
            "planned_start": ["2026-11-02"],
            "due": ["2026-11-18"],
            "actual_progress": [10.0],
            "updated_at": ["2026-11-10T09:00"],
        },
    )
    assert not {"T47", "D1", "T53"} & set(kept(table))


def test_before_any_clock_has_ended_there_is_no_rate(
    told: Callable[..., Sequence[Attainment]], make_table: MakeTable
) -> None:
    """Nothing to tell is neither 0 % nor 100 %."""
    found = next(
        one for one in told(issues(make_table, state=["已提交"]), now="2026-11-19T15:40") if one.rule == "T16"
    )
    assert found.rate is None


def test_rules_stand_in_the_order_of_the_packs(
    told: Callable[..., Sequence[Attainment]], make_table: MakeTable, packs: tuple[RulePack, ...]
) -> None:
    order = list(dict.fromkeys(rule.id for pack in packs for rule in pack.rules))
    rules = [one.rule for one in told(issues(make_table, issue_class=["紧急"]))]
    assert len(rules) > 2
    assert rules == sorted(rules, key=order.index)
