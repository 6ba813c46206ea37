"""Departments side by side: their lines add up to the figures of the whole."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.model.department import DepartmentLine
from sheetsync.model.table import RawValue
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"
DONE = {"当前阶段": "已完成", "当前进度": "100%"}

Lines = Callable[..., dict[str, DepartmentLine]]


@pytest.fixture
def lines(told: Told) -> Lines:
    """A function (rows of the progress tracker, further sheets) that returns the lines by department."""

    def of(rows: list[Row], **more: list[Row]) -> dict[str, DepartmentLine]:
        return {line.name: line for line in told(NOW, {"进度": rows} | more).departments}

    return of


def issue(number: int, **cells: RawValue) -> Row:
    return {
        "问题编号": f"WT202310{number:02d}", "问题描述": f"问题{number}", "状态": "已提交",
        "提交时间": "2023-10-17 08:30", "主导部门": "设计部", "响应时间": "",
    } | cells  # fmt: skip


def test_a_line_counts_the_records_of_a_department(lines: Lines, sub_task: SubTask) -> None:
    rows = [
        sub_task(1, 截止时间="2023-10-17 18:00"),
        sub_task(2, 截止时间="2023-10-17 18:00", 实际完成="2023-10-17 10:00", **DONE),
        sub_task(3, 更新时间="2023-10-13"),
        sub_task(4, 负责人="市场部-王磊"),
        sub_task(5, 截止时间="2023-10-17 18:00", **DONE),  # done without saying when
    ]
    assert lines(rows) == {
        "设计部": DepartmentLine(
            name="设计部", total=4, finished=2, late=1, due=2, in_time=1, overrun=0, silent=1
        ),
        "市场部": DepartmentLine(name="市场部", total=1, finished=0, late=0),
    }


def test_whose_department_nobody_knows_has_no_line(lines: Lines, sub_task: SubTask) -> None:
    assert lines([sub_task(1, 负责人="周涛"), sub_task(2, 负责人="")]) == {}


def test_the_department_of_a_person_named_elsewhere_counts(lines: Lines, sub_task: SubTask) -> None:
    assert lines([sub_task(1), sub_task(2, 负责人="李娜")])["设计部"].total == 2


def test_most_late_come_first_then_most_records_then_names(told: Told, sub_task: SubTask) -> None:
    late = {"截止时间": "2023-10-17 18:00"}
    rows = [
        sub_task(1, 负责人="乙部-甲一"),
        sub_task(2, 负责人="甲部-甲二"),
        sub_task(3, 负责人="丙部-甲三"),
        sub_task(4, 负责人="丙部-甲三"),
        sub_task(5, 负责人="丁部-甲四", **late),
    ]
    names = [line.name for line in told(NOW, {"进度": rows}).departments]
    assert names == ["丁部", "丙部", *sorted(["乙部", "甲部"])]


@pytest.mark.parametrize(
    ("cells", "overrun"),
    [
        ({}, 1),
        ({"响应时间": "2023-10-17 12:00"}, 1),
        ({"响应时间": "2023-10-17 09:00"}, 0),
        ({"提交时间": "2023-10-18 08:30"}, 0),
    ],
    ids=["ran out", "stopped late", "kept", "still runs"],
)
def test_limits_that_ran_out_count_stopped_or_not(
    lines: Lines, sub_task: SubTask, cells: dict[str, str], overrun: int
) -> None:
    found = lines([sub_task(1)], 问题=[issue(1, **cells)])
    assert found["设计部"].overrun == overrun
    assert found["设计部"].limits - found["设计部"].kept == overrun


def test_limits_count_for_the_department_that_has_the_record(told: Told, sub_task: SubTask) -> None:
    kept = {"响应时间": "2023-10-17 09:00"}
    issues = [issue(1, **kept), issue(2, **kept), issue(3), issue(4, 主导部门="研发部", **kept)]
    trends = told(NOW, {"进度": [sub_task(1)], "问题": issues})
    lines = {line.name: line for line in trends.departments}
    assert (lines["设计部"].limits, lines["设计部"].kept) == (3, 2)
    assert lines["设计部"].attained == pytest.approx(200 / 3)
    assert (lines["研发部"].limits, lines["研发部"].attained) == (1, 100)
    assert sum(line.limits for line in lines.values()) == sum(one.ended for one in trends.limits)


def test_an_update_that_is_missing_is_silence_and_no_limit(lines: Lines, sub_task: SubTask) -> None:
    """The rhythm of reports has its own column: one lapse must not count in two."""
    line = lines([sub_task(1, 更新时间="2023-10-13")])["设计部"]
    assert (line.silent, line.overrun) == (1, 0)


def test_a_rate_over_less_than_five_records_ranks_nobody(lines: Lines, sub_task: SubTask) -> None:
    four = [sub_task(number) for number in range(1, 5)]
    assert not lines(four)["设计部"].ranked
    assert lines([*four, sub_task(5)])["设计部"].ranked


DAYS = st.integers(-12, 12).map(
    lambda days: (datetime(2023, 10, 18) + timedelta(days=days)).date().isoformat()
)
SUB_TASKS = st.lists(
    st.fixed_dictionaries(
        {
            "负责人": st.sampled_from(["设计部-李娜", "市场部-王磊", "品牌部-赵敏"]),
            "当前阶段": st.sampled_from(["未开始", "进行中", "受阻", "待验收", "已完成", "已取消", ""]),
            "当前进度": st.sampled_from(["", "0%", "30%", "100%"]),
            "更新时间": st.one_of(st.just(""), DAYS),
            "截止时间": st.one_of(st.just(""), DAYS),
            "实际完成": st.one_of(st.just(""), DAYS),
        }
    ),
    min_size=1,
    max_size=12,
)
ISSUES = st.lists(
    st.fixed_dictionaries(
        {
            "主导部门": st.sampled_from(["设计部", "市场部", "品牌部"]),
            "状态": st.sampled_from(["已提交", "处理中", "已闭环"]),
            "提交时间": DAYS,
            "响应时间": st.one_of(st.just(""), DAYS),
        }
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(work=SUB_TASKS, problems=ISSUES)
def test_the_lines_add_up_to_the_whole(
    told: Told, sub_task: SubTask, work: list[Row], problems: list[Row]
) -> None:
    """Where every record has a department, no figure of the whole differs from the sum of theirs."""
    sheets = {"进度": [sub_task(number, **cells) for number, cells in enumerate(work, 1)]}
    if problems:
        sheets["问题"] = [issue(number, **cells) for number, cells in enumerate(problems, 1)]
    trends = told(NOW, sheets)

    def summed(name: str) -> int:
        return sum(getattr(line, name) for line in trends.departments)

    for name in ("total", "finished", "late"):
        assert summed(name) == trends.figure(name).value
    due = summed("due")
    on_time = trends.figure("on_time").value
    assert on_time == (pytest.approx(100 * summed("in_time") / due) if due else None)
    assert summed("silent") == trends.reporting.asked - trends.reporting.told
