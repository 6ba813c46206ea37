"""The project's light and the sentence of facts: what leaders see first."""

from datetime import datetime

import pytest

from sheetsync.model.snapshot import Snapshot
from sheetsync.testing import MemoryHistory
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"
LAST_WEEK = datetime(2023, 10, 13, 18)


def week_before(**figures: float) -> MemoryHistory:
    history = MemoryHistory()
    history.keep(Snapshot(taken=LAST_WEEK, figures=figures))
    return history


def planned(sub_task: SubTask, number: int, plan: float, actual: float, **cells: str) -> Row:
    return sub_task(number, 计划进度=f"{plan}%", 当前进度=f"{actual}%", **cells)


def test_all_as_planned_is_green(told: Told, sub_task: SubTask) -> None:
    assert told(NOW, {"进度": [sub_task(1)]}).light == "green"


def test_what_is_overdue_and_severe_is_red(told: Told, sub_task: SubTask) -> None:
    """A single red finding past its limit outweighs everything that is well ahead of plan."""
    late = planned(
        sub_task, 1, 100, 100, 截止时间="2023-10-17 18:00", 当前阶段="受阻", 更新时间="2023-10-16 08:00"
    )
    trends = told(NOW, {"进度": [late, planned(sub_task, 2, 0, 25)]})
    assert trends.light == "red"
    assert (trends.figure("planned").value or 0) <= (trends.figure("completion").value or 0) + 10


def test_what_was_done_too_late_is_nothing_to_act_on(told: Told) -> None:
    """An answer that came late stays a finding for statistics; the light is about what is open."""
    row: Row = {
        "问题编号": "WT20231001", "问题描述": "x", "状态": "已闭环", "主导部门": "市场部", "责任人": "李娜",
        "提交时间": "2023-10-17 08:30", "响应时间": "2023-10-17 15:00",
    }  # fmt: skip
    trends = told(NOW, {"问题": [row]})
    assert [(limit.kept, limit.ended) for limit in trends.limits] == [(0, 1)]
    assert trends.light == "green"


@pytest.mark.parametrize(("actual", "light"), [(40.0, "yellow"), (39.9, "red"), (45.0, "yellow")])
def test_a_project_more_than_ten_points_behind_is_red(
    told: Told, sub_task: SubTask, actual: float, light: str
) -> None:
    """Exactly 10 points are not more than 10; the yellow comes of a sub-task that is 20 behind itself."""
    mean = 2 * actual - 30
    rows = [planned(sub_task, 1, 50, 30), planned(sub_task, 2, 50, mean)]
    trends = told(NOW, {"进度": rows})
    assert trends.figure("completion").value == pytest.approx(actual)
    assert trends.light == light


@pytest.mark.parametrize(("silent", "light"), [(1, "green"), (2, "green"), (3, None)])
def test_there_is_no_light_while_less_than_half_have_reported(
    told: Told, sub_task: SubTask, silent: int, light: str | None
) -> None:
    """Of four sub-tasks two reports are enough; what is unknown is not green."""
    rows = [
        planned(sub_task, number, 0, 5, 更新时间="2023-10-13" if number <= silent else "2023-10-18 08:30")
        for number in range(1, 5)
    ]
    assert told(NOW, {"进度": rows}).light == light


def test_where_nobody_is_to_report_the_light_stays(told: Told, sub_task: SubTask) -> None:
    rows = [sub_task(1, 当前阶段="已完成", 当前进度="100%", 更新时间="2023-10-13")]
    trends = told(NOW, {"进度": rows})
    assert (trends.reporting.rate, trends.light) == (None, "green")


@pytest.mark.parametrize(
    ("before", "says"),
    [
        (None, "共 2 项，已完成 0 项，延期 1 项（无上周数据）"),
        (0, "共 2 项，已完成 0 项，延期 1 项，比上周多 1 项"),
        (3, "共 2 项，已完成 0 项，延期 1 项，比上周少 2 项"),
        (1, "共 2 项，已完成 0 项，延期 1 项，与上周持平"),
    ],
)
def test_the_headline_compares_what_is_late(
    told: Told, sub_task: SubTask, before: int | None, says: str
) -> None:
    history = None if before is None else week_before(late=before)
    rows = [sub_task(1), sub_task(2, 截止时间="2023-10-17 18:00")]
    headline = told(NOW, {"进度": rows}, history).headline
    assert headline.zh.partition("；")[0] == says


def test_a_week_before_that_counted_nothing_late_is_no_equal_week(told: Told, sub_task: SubTask) -> None:
    """A snapshot without the figure cannot be compared with: that is said, not 与上周持平."""
    headline = told(NOW, {"进度": [sub_task(1)]}, week_before(total=1)).headline
    assert "持平" not in headline.zh
    assert "无上周数据" in headline.zh


def test_the_headline_names_plan_and_progress(told: Told, sub_task: SubTask) -> None:
    headline = told(NOW, {"进度": [planned(sub_task, 1, 40, 35)]}).headline
    assert headline.zh.endswith("；计划进度 40%，实际 35%。")
    assert headline.en.endswith("; 40 % planned, 35 % done.")


def test_the_on_time_rate_of_each_week_is_the_last_that_was_told(told: Told, sub_task: SubTask) -> None:
    """Eight weeks, this one by this run; a week in which nothing was due has no rate, which is not 0."""
    history = MemoryHistory()
    for taken, rate in (("2023-10-09", 10.0), ("2023-10-12", 75.0), ("2023-08-21", 99.0)):
        history.keep(Snapshot(taken=datetime.fromisoformat(taken), figures={"on_time": rate}))
    history.keep(Snapshot(taken=LAST_WEEK, figures={"late": 1}))
    rows = [sub_task(1, 截止时间="2023-10-17 18:00", 实际完成="2023-10-17 17:00", 当前阶段="已完成")]
    weeks = dict(told(NOW, {"进度": rows}, history).on_time)
    assert len(weeks) == 8
    assert {day.isoformat(): rate for day, rate in weeks.items() if rate is not None} == {
        "2023-10-09": 75.0,
        "2023-10-16": 100.0,
    }


def test_an_earlier_run_of_the_same_day_does_not_count_twice(told: Told, sub_task: SubTask) -> None:
    """The run now is the last of its day, and what was taken later than now is not known yet."""
    history = MemoryHistory()
    for taken in ("2023-10-18 08:00", "2023-10-18 10:00", "2023-10-19 09:00"):
        history.keep(
            Snapshot(taken=datetime.fromisoformat(taken), figures={"remaining": 99.0, "scope": 99.0})
        )
    trends = told(NOW, {"进度": [sub_task(1)]}, history)
    assert [point.left for point in trends.burndown if point.left is not None] == [5.0]
    assert trends.forecast.snapshots == 1
