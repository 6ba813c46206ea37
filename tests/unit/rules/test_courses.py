"""How work runs: what is told, what is planned, what each record weighs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.course import Course
from sheetsync.model.table import Table
from sheetsync.rules.courses import courses, finished
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime

NOW = "2023-10-18 09:00"
KEYS = [f"XZB20231001-{number:02d}" for number in range(1, 20)]

Of = Callable[..., tuple[Course, ...]]
MakeTable = Callable[..., Table]


@pytest.fixture
def of(catalogue: Catalogue, packs: tuple[RulePack, ...]) -> Of:
    """A function (tables …, now=…) that returns how their work runs."""

    def run(*tables: Table, now: str = NOW) -> tuple[Course, ...]:
        return courses(
            tables,
            packs,
            now=datetime.fromisoformat(now),
            worktime=WorkTime.standard(),
            catalogue=catalogue,
        )

    return run


@pytest.fixture
def one(of: Of, make_table: MakeTable) -> Callable[..., Course]:
    """A function (columns) that returns the course of a progress tracker with them."""

    def run(now: str = NOW, **columns: list[object]) -> Course:
        size = len(next(iter(columns.values())))
        (course,) = of(make_table("progress", {"subtask_id": KEYS[:size], **columns}), now=now)
        return course

    return run


def test_only_tables_of_work_have_a_course(of: Of, make_table: MakeTable) -> None:
    tables = (
        make_table("issues", {"issue_id": ["WT20231001"], "state": ["已提交"]}),
        make_table("progress", {"subtask_id": KEYS[:1], "state": ["进行中"]}),
        make_table("task-master", {"task_id": ["XZB20231001"]}),
    )
    assert [course.table.form for course in of(*tables)] == ["progress", "task-master"]


def test_a_table_without_records_has_none(of: Of, make_table: MakeTable) -> None:
    assert of(make_table("progress", {"subtask_id": []})) == ()


def test_plan_and_progress_of_each_record(one: Callable[..., Course]) -> None:
    """The worked value of spec 4.2, a typed plan before it, and NaN where nothing was told."""
    course = one(
        now="2023-10-08 18:00",
        state=["进行中"] * 4,
        planned_start=["2023-10-08", "2023-10-08", "NaT", "2023-10-16"],
        due=["2023-10-15"] * 4,
        planned_progress=[np.nan, 40.0, np.nan, np.nan],
        actual_progress=[10.0, np.nan, 30.0, 0.0],
    )
    np.testing.assert_allclose(course.planned, [100 / 6, 40, np.nan, np.nan])
    np.testing.assert_allclose(course.actual, [10, np.nan, 30, 0])


def test_weights_are_typed_or_working_days_or_one(one: Callable[..., Course]) -> None:
    """Over the National Day holiday with its make-up days; a weight of nought is no weight."""
    course = one(
        state=["进行中"] * 6,
        planned_start=["2023-09-28", "2023-09-28", "2023-09-29", "NaT", "2023-10-12", "2023-10-12"],
        due=["2023-10-09", "2023-10-09", "2023-10-01", "2023-10-09", "2023-10-09", "2023-10-13"],
        weight=[np.nan, 2.5, np.nan, np.nan, np.nan, 0.0],
    )
    assert course.weight.tolist() == [4, 2.5, 1, 1, 1, 2]


def test_finished_and_called_off(one: Callable[..., Course]) -> None:
    """Called off is finished, too: both must be known to count it for nothing."""
    course = one(state=["进行中", "已完成", "已取消", None], actual_progress=[100.0, np.nan, 20.0, np.nan])
    assert course.finished.tolist() == [False, True, True, False]
    assert course.dropped.tolist() == [False, False, True, False]
    np.testing.assert_allclose(course.actual, [100, 100, 100, np.nan])


def test_dates_more_than_two_years_away_are_more_likely_slips_of_the_pen(
    one: Callable[..., Course],
) -> None:
    """A due date in 2032 stretches no chart; one next year does."""
    course = one(
        state=["进行中"] * 3,
        planned_start=["2023-10-09", "2013-10-09", "2023-10-09"],
        due=["2032-10-20", "2023-10-20", "2024-12-31"],
    )
    assert np.isnat(course.due).tolist() == [True, False, False]
    assert np.isnat(course.start).tolist() == [False, True, False]


def test_a_whole_day_is_due_in_the_evening_and_done_in_the_morning(one: Callable[..., Course]) -> None:
    """Nobody is called late who entered no time."""
    course = one(state=["已完成"], due=["2023-10-17"], finished_at=["2023-10-17"])
    assert course.ended[0] <= course.due[0]


def test_only_tasks_with_sub_tasks_here_are_split(of: Of, make_table: MakeTable) -> None:
    """A task whose sub-tasks are nowhere stands for itself."""
    tasks = make_table("task-master", {"task_id": ["XZB20231001", "XZB20231002", None]})
    parts = make_table("progress", {"subtask_id": ["XZB20231001-01", "XZB20239999-01"]})
    of_tasks, of_parts = of(tasks, parts)
    assert of_tasks.split.tolist() == [True, False, False]
    assert of_parts.split.tolist() == [False, False]
    assert of(tasks)[0].split.tolist() == [False, False, False]


def test_a_task_is_as_far_as_its_sub_tasks(of: Of, make_table: MakeTable) -> None:
    """Weighted by planned working days: 4 at 50 % and 1 at 0 % make 40 %."""
    tasks = make_table("task-master", {"task_id": ["XZB20231001"], "start": ["2023-10-16"]})
    parts = make_table(
        "progress",
        {
            "subtask_id": KEYS[:2],
            "state": ["进行中"] * 2,
            "planned_start": ["2023-10-16", "2023-10-16"],
            "due": ["2023-10-19", "2023-10-16"],
            "actual_progress": [50.0, 0.0],
        },
    )
    assert of(tasks, parts)[0].actual.tolist() == [40]


@pytest.mark.parametrize(
    ("state", "updated", "asked", "silent"),
    [
        ("进行中", "2023-10-18T08:00", True, False),
        ("进行中", "2023-10-17T08:00", True, False),  # until 17:00 of the next working day
        ("进行中", "2023-10-16T18:00", True, True),
        ("受阻", "2023-10-16T18:00", True, True),
        ("进行中", None, True, True),
        ("未开始", "2023-10-16T18:00", False, False),
        ("暂停", "2023-10-16T18:00", False, False),
        ("待验收", "2023-10-16T18:00", False, False),
        ("已完成", "2023-10-16T18:00", False, False),
    ],
)
def test_who_is_asked_and_who_is_silent(
    one: Callable[..., Course], state: str, updated: str | None, asked: bool, silent: bool
) -> None:
    """By the rule of the daily update, whether or not a louder rule says the same."""
    course = one(state=[state], updated_at=[updated])
    assert (course.asked.tolist(), course.silent.tolist()) == ([asked], [silent])


def test_without_the_rule_of_updates_nobody_is_asked(
    make_table: MakeTable, catalogue: Catalogue, packs: tuple[RulePack, ...]
) -> None:
    off = [
        replace(
            pack,
            rules=tuple(
                rule.model_copy(update={"enabled": rule.id != "T53" and rule.enabled}) for rule in pack.rules
            ),
        )
        for pack in packs
    ]
    table = make_table(
        "progress", {"subtask_id": KEYS[:1], "state": ["进行中"], "updated_at": ["2023-10-11T18:00"]}
    )
    (course,) = courses(
        [table],
        off,
        now=datetime.fromisoformat(NOW),
        worktime=WorkTime.standard(),
        catalogue=catalogue,
    )
    assert not (course.asked | course.silent).any()


def test_courses_are_equal_when_they_say_the_same(one: Callable[..., Course]) -> None:
    """NaN and NaT included: what is unknown twice is no difference."""
    same = {"state": ["进行中"], "due": ["NaT"], "actual_progress": [np.nan]}
    assert one(**same) == one(**same)
    assert one(**same) != one(**same | {"actual_progress": [1.0]})


def test_finished_is_told_of_every_table(make_table: MakeTable, catalogue: Catalogue) -> None:
    tables = (
        make_table("issues", {"issue_id": ["WT1", "WT2"], "state": ["已闭环", "处理中"]}),
        make_table("progress", {"subtask_id": KEYS[:1], "state": ["已完成"]}),
    )
    found = finished(
        tables, now=datetime.fromisoformat(NOW), worktime=WorkTime.standard(), catalogue=catalogue
    )
    assert [found[table.id].tolist() for table in tables] == [[True, False], [True]]
