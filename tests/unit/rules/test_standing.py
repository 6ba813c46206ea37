"""How far records are, and planned against actual progress."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.rules.rows import Book, Rows
from sheetsync.rules.standing import Progress, progress, standing
from sheetsync.worktime import WorkTime


def _rows(catalogue: Catalogue, now: str, *tables: Table) -> Rows:
    return Book(tables, catalogue, WorkTime.standard(), datetime.fromisoformat(now)).rows[0]


def _progress(rows: Rows) -> Progress:
    return progress(
        rows,
        start=("planned_start", "start"),
        due="due",
        planned="planned_progress",
        actual="actual_progress",
        left_out=("已取消",),
    )


@pytest.mark.parametrize(
    ("now", "planned"),
    [
        ("2023-10-08T09:00", 0.0),
        ("2023-10-08T18:00", 100 / 6),
        ("2023-10-09T17:59", 100 / 6),
        ("2023-10-13T18:00", 100.0),
        ("2023-10-20T09:00", 100.0),
        ("2023-09-20T09:00", 0.0),
    ],
)
def test_the_plan_is_linear_in_working_days(
    catalogue: Catalogue, make_table: Callable[..., Table], now: str, planned: float
) -> None:
    """8 to 15 October 2023 has six working days; after one of them 16.7 % are planned (spec 4.2)."""
    table = make_table(
        "progress",
        {
            "subtask_id": ["XZB20231001-01"],
            "actual_progress": [5.0],
            "planned_start": ["2023-10-08"],
            "due": ["2023-10-15"],
        },
    )
    made = _progress(_rows(catalogue, now, table))
    assert made.planned.tolist() == pytest.approx([planned])
    assert made.deviation.tolist() == pytest.approx([planned - 5.0])


def test_a_plan_that_ends_before_it_starts_is_none(
    catalogue: Catalogue, make_table: Callable[..., Table]
) -> None:
    table = make_table(
        "progress",
        {"subtask_id": ["XZB20231001-01"], "planned_start": ["2023-10-18"], "due": ["2023-10-15"]},
    )
    assert np.isnan(_progress(_rows(catalogue, "2023-10-20T09:00", table)).planned).all()


def test_sub_tasks_without_dates_weigh_as_much_as_their_siblings(
    catalogue: Catalogue, make_table: Callable[..., Table]
) -> None:
    tasks = make_table("task-master", {"task_id": ["XZB20231001", "XZB20231002", None]})
    parts = make_table(
        "progress",
        {
            "subtask_id": [f"XZB20231001-0{n}" for n in range(1, 5)] + ["XZB20231002-01", "XZB20231002-02"],
            "state": ["进行中", "进行中", "进行中", "已取消", "进行中", "进行中"],
            "actual_progress": [100.0, 40.0, float("nan"), 0.0, 20.0, 40.0],
            "planned_start": ["2023-10-08", None, None, None, None, None],
            "due": ["2023-10-09", None, None, None, None, None],
        },
    )
    made = _progress(_rows(catalogue, "2023-10-08T09:00", tasks, parts))
    assert made.actual[:2].tolist() == [70.0, 30.0]
    assert np.isnan(made.actual[2])


def test_a_task_without_a_state_is_as_far_as_its_sub_tasks(
    catalogue: Catalogue, make_table: Callable[..., Table]
) -> None:
    tasks = make_table(
        "task-master", {"task_id": ["XZB20231001", "XZB20231002", "XZB20231003", "XZB20231004"]}
    )
    parts = make_table(
        "progress",
        {
            "subtask_id": ["XZB20231001-01", "XZB20231001-02", "XZB20231002-01", "XZB20231003-01"],
            "state": ["已完成", "已取消", "待验收", "进行中"],
            "actual_progress": [100.0, 0.0, 100.0, 50.0],
        },
    )
    far = standing(_rows(catalogue, "2023-10-08T09:00", tasks, parts), handed_in=["待验收"])
    assert far.finished.tolist() == [True, False, False, False]
    assert far.handed_in.tolist() == [False, True, False, False]
    assert far.open.tolist() == [False, False, True, True]


def test_a_sheet_that_tells_neither_state_nor_progress_is_unknown(
    catalogue: Catalogue, make_table: Callable[..., Table]
) -> None:
    table = make_table("progress", {"subtask_id": ["XZB20231001-01"], "due": ["2023-10-09"]})
    far = standing(_rows(catalogue, "2023-10-20T09:00", table))
    assert far.unknown.tolist() == [True]
    assert far.open.tolist() == [False]
