"""Dashboard and data problems as plain rows."""

from dataclasses import replace
from datetime import datetime

import pytest

from sheetsync.model.finding import Problem, Status
from sheetsync.model.summary import Summary, Tally, WorstRow
from sheetsync.render.listings import figures_listing, problems_listing
from sheetsync.text import Language, Text

WORST = WorstRow(
    key="WT20231001",
    name="样机不开机",
    owner="张三",
    status=Status.LATE,
    rule="T16",
    due=datetime(2023, 10, 16, 11),
    days_late=2,
    message="尚未响应",
    step="立即响应",
    sheet="问题跟踪表",
    row=2,
)


@pytest.fixture(name="summary")
def _summary() -> Summary:
    whole = Tally(name="", total=3, counts=((Status.LATE, 1), (Status.NORMAL, 2)))
    return Summary(
        title="新品上市",
        cut_off=datetime(2023, 10, 18, 16),
        calendar_year=2023,
        whole=whole,
        by_form=(replace(whole, name="问题跟踪表"),),
        by_department=(replace(whole, name="设计部"),),
        by_owner=(),
        deviations=0,
        errors=0,
        warnings=0,
        worst=(WORST,),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_has_a_cell_for_each_column(summary: Summary, language: Language) -> None:
    listing = figures_listing(summary, language)
    assert {len(row) for row in listing.rows} == {len(listing.columns)}
    assert len({column.name for column in listing.columns}) == len(listing.columns)
    assert len({column.title for column in listing.columns}) == len(listing.columns)


def test_groups_are_counted_by_status(summary: Summary) -> None:
    listing = figures_listing(summary, "zh")
    titles = [column.title for column in listing.columns]
    (row,) = [row for row in listing.rows if row[titles.index("分组")] == "按部门"]
    assert (row[0], row[titles.index("本期")], row[titles.index("延期")]) == ("设计部", 3.0, 1.0)


def test_the_clock_moves_nothing(summary: Summary) -> None:
    """Neither the day it is, nor how many days late a record has become."""
    later = replace(summary, cut_off=datetime(2023, 10, 19, 16), worst=(replace(WORST, days_late=3),))
    assert figures_listing(later, "zh") == figures_listing(summary, "zh")


def test_a_problem_says_where_what_and_how() -> None:
    problem = Problem(
        sheet="问题跟踪表",
        row=9,
        cell="F9",
        column="提交时间",
        raw="10月32日",
        kind="error",
        message=Text("10 月没有 32 日", "October has no 32nd"),
        suggestion=Text("如 2023-10-31", "such as 2023-10-31"),
        owner="张三",
    )
    listing = problems_listing([problem], {"error": Text("看不懂", "not read")}, "zh")
    assert listing.rows == (
        ("问题跟踪表!F9", "张三", "提交时间", "10月32日", "看不懂", None, "10 月没有 32 日", "如 2023-10-31"),
    )
