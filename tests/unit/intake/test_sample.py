"""The seed's own rows, and exactly what a correct reading must yield (spec section 3)."""

from collections.abc import Callable
from datetime import datetime

import pandas as pd
import pytest

from sheetsync.intake.interpret import Reading
from sheetsync.model.finding import Problem
from sheetsync.model.table import RawSheet, Table

Read = Callable[..., Reading]
SampleSheet = Callable[[str], RawSheet]


@pytest.fixture(scope="module")
def reading(read: Read, sample_sheet: SampleSheet) -> Reading:
    return read(*(sample_sheet(name) for name in ("task-master", "progress", "minutes")))


def table(reading: Reading, form: str) -> Table:
    return next(table for table in reading.tables if table.form == form)


def problems(reading: Reading, cell: str, sheet: str) -> list[Problem]:
    return [problem for problem in reading.problems if problem.cell == cell and sheet in problem.sheet]


def test_the_three_tables_are_found(reading: Reading) -> None:
    assert [table.form for table in reading.tables] == ["task-master", "progress", "minutes"]
    assert [len(table) for table in reading.tables] == [1, 2, 1]


def test_start_and_due_come_from_the_key_dates(reading: Reading) -> None:
    """`10月8日启动，10月15日交付` with the year of XZB20231001, found at the cell it was read from."""
    master = table(reading, "task-master")
    assert master.frame["start"].tolist() == [pd.Timestamp(2023, 10, 8)]
    assert master.frame["due"].tolist() == [pd.Timestamp(2023, 10, 15)]
    assert master.whole_days["due"].tolist() == [True]


def test_the_due_date_is_a_rest_day(reading: Reading) -> None:
    """15 October 2023 is a Sunday; 8 October, a Sunday too, is worked and gives no warning."""
    found = problems(reading, "G2", "任务总表")
    assert [problem.kind for problem in found] == ["info", "warning"]
    assert "截止日为休息日" in found[1].message.zh
    assert found[1].suggestion is not None
    assert "2023-10-13 或 2023-10-16" in found[1].suggestion.zh


def test_the_progress_rows_are_typed(reading: Reading) -> None:
    frame = table(reading, "progress").frame
    assert frame["subtask_id"].tolist() == ["XZB20231001-01", "XZB20231001-02"]
    assert frame["owner"].tolist() == ["设计部*设计师", "市场部*专员"]
    assert frame["state"].tolist() == ["进行中", "待验收"]
    assert frame["actual_progress"].tolist() == [70.0, 100.0]
    assert frame["updated_at"].tolist() == [pd.Timestamp(2023, 10, 8), pd.Timestamp(2023, 10, 7)]
    assert frame["obstacles"].tolist() == ["市场部文案素材未提供", None]
    assert list(table(reading, "progress").asides["owner"]) == ["设计部", "市场部"]


def test_a_masked_person_is_the_department_head(reading: Reading) -> None:
    (found,) = problems(reading, "C2", "进度跟踪表")
    assert found.kind == "warning"
    assert "设计部负责人" in found.message.zh


def test_the_id_joins_and_the_name_is_only_looked_at(reading: Reading) -> None:
    """Q4宣传物料制作 is called Q4新品宣传物料制作 in the task master: a warning on each row."""
    for cell in ("B2", "B3"):
        (found,) = problems(reading, cell, "进度跟踪表")
        assert found.kind == "warning"
        assert "以编号为准" in found.message.zh


def test_the_meeting_is_dated_by_the_year_of_its_id(reading: Reading) -> None:
    minutes = table(reading, "minutes")
    assert minutes.frame["held_at"].tolist() == [pd.Timestamp(2023, 10, 8, 14)]
    assert minutes.whole_days["held_at"].tolist() == [False]


def test_the_resolutions_name_person_and_day(reading: Reading) -> None:
    (found,) = table(reading, "minutes").frame["resolutions"]
    assert [(item.number, item.actor, item.due.at, item.due.whole_day, item.action) for item in found] == [
        (1, "经理", datetime(2023, 10, 9), True, "提交海报核心卖点"),
        (2, "专员", datetime(2023, 10, 11), True, "完成VI审核"),
    ]


def test_the_third_point_keeps_its_date(reading: Reading) -> None:
    """`3.10月10日前完成初稿` is item 3 and a date, not 3.10."""
    (found,) = table(reading, "minutes").frame["discussion"]
    assert found[2] == "10月10日前完成初稿"
    assert len(found) == 3


def test_nothing_in_the_sample_is_refused(reading: Reading) -> None:
    assert [problem for problem in reading.problems if problem.kind == "error"] == []


def test_every_problem_has_its_place_and_owner(reading: Reading) -> None:
    for problem in reading.problems:
        assert problem.row is not None
        assert problem.owner is not None
        assert problem.cell is None or problem.cell.endswith(str(problem.row))
