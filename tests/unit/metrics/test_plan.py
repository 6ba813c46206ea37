"""Plan and course over time: the Gantt chart, the burndown and the forecast."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.metrics.plan import BARS, POINTS
from sheetsync.model.finding import Status
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.summary import Forecast
from sheetsync.testing import MemoryHistory
from sheetsync.worktime import WorkTime
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"
TODAY = date(2023, 10, 18)
DONE = {"当前阶段": "已完成", "当前进度": "100%"}


def task(number: int, **cells: str) -> Row:
    return {
        "任务编号": f"XZB2023{number:04d}", "任务名称": f"任务{number}", "发起人": "王磊",
        "任务状态": "进行中", "启动日期": "2023-10-16", "截止时间": "2023-10-27 18:00", "实际进度": "20%",
    } | cells  # fmt: skip


def remembered(**left: float) -> MemoryHistory:
    """Return a history of what was left and what there was to do, by day of October 2023 (`d16=…`)."""
    history = MemoryHistory()
    for day, remaining in left.items():
        taken = datetime(2023, 10, int(day.removeprefix("d")), 17)
        history.keep(Snapshot(taken=taken, figures={"remaining": remaining, "scope": 100.0}))
    return history


class TestGantt:
    """Lines of the chart."""

    @pytest.mark.parametrize("apart", [False, True])
    def test_open_work_comes_before_what_is_done(self, told: Told, sub_task: SubTask, apart: bool) -> None:
        """Twenty are open and ten done before: five of the done find no more room, in one sheet or in two."""
        ended = [sub_task(number, 计划开始="2023-10-09", **DONE) for number in range(1, 11)]
        left = [sub_task(number) for number in range(11, 31)]
        trends = told(NOW, {"进度": ended, "进度2": left} if apart else {"进度": ended + left})
        assert len(trends.gantt) == BARS
        assert trends.gantt_left_out == 5
        assert [bar.status for bar in trends.gantt].count(Status.DONE) == 5

    def test_the_lines_stand_by_start_and_due_day(self, told: Told, sub_task: SubTask) -> None:
        rows = [
            sub_task(1, 计划开始="2023-10-18"),
            sub_task(2, 截止时间="2023-10-27"),
            sub_task(3, 截止时间="2023-10-20"),
            sub_task(4, 计划开始="2023-10-09", **DONE),
        ]
        assert [bar.key[-1] for bar in told(NOW, {"进度": rows}).gantt] == ["4", "3", "2", "1"]

    def test_tasks_stand_for_their_sub_tasks(self, told: Told, sub_task: SubTask) -> None:
        trends = told(NOW, {"进度": [sub_task(1)], "任务总表": [task(1001)]})
        assert [bar.key for bar in trends.gantt] == ["XZB20231001"]

    def test_where_no_task_has_its_dates_sub_tasks_are_drawn(self, told: Told, sub_task: SubTask) -> None:
        """A chart without a line tells nothing, and sub-tasks know their days."""
        undated = task(1001, 启动日期="", 截止时间="")
        trends = told(NOW, {"进度": [sub_task(1)], "任务总表": [undated]})
        assert [bar.key for bar in trends.gantt] == ["XZB20231001-01"]

    @pytest.mark.parametrize(
        "cells",
        [{"当前阶段": "已取消"}, {"计划开始": ""}, {"截止时间": ""}, {"计划开始": "2023-10-30"}],
        ids=["called off", "no start", "no due day", "starts after it is due"],
    )
    def test_what_has_no_line_is_not_counted_as_left_out(
        self, told: Told, sub_task: SubTask, cells: dict[str, str]
    ) -> None:
        trends = told(NOW, {"进度": [sub_task(1), sub_task(2, **cells)]})
        assert [bar.key[-1] for bar in trends.gantt] == ["1"]
        assert trends.gantt_left_out == 0

    @pytest.mark.parametrize(
        ("cells", "began", "until"),
        [
            ({"当前进度": "50%"}, date(2023, 10, 16), date(2023, 10, 22)),
            ({"当前进度": "0%"}, None, None),
            ({"当前进度": ""}, None, None),
            ({"当前进度": "50%", "实际开始": "2023-10-17 09:00"}, date(2023, 10, 17), date(2023, 10, 22)),
            ({"当前进度": "0%", "实际开始": "2023-10-17 09:00"}, date(2023, 10, 17), date(2023, 10, 17)),
            ({**DONE, "实际完成": "2023-10-17 17:00"}, date(2023, 10, 16), date(2023, 10, 17)),
            ({**DONE, "实际完成": "2023-10-30 17:00"}, date(2023, 10, 16), date(2023, 10, 30)),
            ({**DONE}, date(2023, 10, 16), date(2023, 10, 27)),
            ({**DONE, "实际完成": "2023-10-12 17:00"}, date(2023, 10, 16), date(2023, 10, 16)),
        ],
        ids=[
            "half", "nothing yet", "not reported", "began late", "just began", "done early", "done late",
            "done without saying when", "done before its start",
        ],
    )  # fmt: skip
    def test_where_the_actual_bar_begins_and_ends(
        self,
        told: Told,
        sub_task: SubTask,
        cells: dict[str, str],
        began: date | None,
        until: date | None,
    ) -> None:
        """The actual end where it is told, else the share of the plan that is done."""
        (bar,) = told(NOW, {"进度": [sub_task(1, **cells)]}).gantt
        assert (bar.began, bar.until) == (began, until)

    def test_rest_days_are_told_and_make_up_days_are_not(self, told: Told, sub_task: SubTask) -> None:
        """From a week before the first bar: the 7th and 8th of October 2023 are worked."""
        rows = [sub_task(1, 计划开始="2023-10-09", 截止时间="2023-10-20")]
        rest = told(NOW, {"进度": rows}).rest_days
        assert rest == tuple(date(2023, 10, day) for day in (2, 3, 4, 5, 6, 14, 15, 21, 22))

    def test_without_bars_there_are_no_rest_days(self, told: Told, sub_task: SubTask) -> None:
        assert told(NOW, {"进度": [sub_task(1, 截止时间="")]}).rest_days == ()


class TestBurndown:
    """What is left, and what should be."""

    def test_the_ideal_goes_from_the_whole_scope_to_nothing(self, told: Told, sub_task: SubTask) -> None:
        """Each point is the end of its day: one even day's work is gone after the first, all on the last."""
        points = told(NOW, {"进度": [sub_task(1)]}).burndown
        assert [point.ideal for point in points] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert points[0].day == date(2023, 10, 16)
        assert points[-1].day == date(2023, 10, 27)
        assert [point.scope for point in points if point.scope is not None] == [10]

    def test_only_working_days_are_points_make_up_days_among_them(
        self, told: Told, sub_task: SubTask
    ) -> None:
        rows = [sub_task(1, 计划开始="2023-09-28", 截止时间="2023-10-16")]
        points = told("2023-10-09 09:00", {"进度": rows}).burndown
        days = [(point.day.month, point.day.day) for point in points]
        assert days == [(9, 28), *((10, day) for day in (7, 8, 9, 10, 11, 12, 13, 16))]

    def test_a_due_time_on_a_rest_day_is_met_on_the_working_day_before(
        self, told: Told, sub_task: SubTask
    ) -> None:
        points = told(NOW, {"进度": [sub_task(1, 截止时间="2023-10-22")]}).burndown
        assert (points[-1].day, points[-1].ideal) == (date(2023, 10, 20), 0)

    def test_work_of_different_lengths_burns_at_its_own_time(self, told: Told, sub_task: SubTask) -> None:
        """Ten days over two weeks and, in the second week, five more in one day."""
        rows = [sub_task(1), sub_task(2, 计划开始="2023-10-23", 截止时间="2023-10-23", 权重="5")]
        points = told(NOW, {"进度": rows}).burndown
        assert [point.ideal for point in points] == [14, 13, 12, 11, 10, 4, 3, 2, 1, 0]

    def test_earlier_runs_stand_at_their_days(self, told: Told, sub_task: SubTask) -> None:
        """What the future holds is not drawn, neither is a day without a run."""
        points = told(NOW, {"进度": [sub_task(1)]}, remembered(d16=9.5)).burndown
        left = {point.day.day: (point.left, point.scope) for point in points if point.left is not None}
        assert left == {16: (9.5, 100), 18: (5, 10)}

    def test_a_long_plan_is_thinned_but_no_run_is_lost(self, told: Told, sub_task: SubTask) -> None:
        """Over 14 months every third day or so; first, last and those of runs stay."""
        rows = [sub_task(1, 计划开始="2023-10-09", 截止时间="2024-12-20")]
        history = remembered(d10=99, d11=98, d12=97)
        points = told(NOW, {"进度": rows}, history).burndown
        assert len(points) <= POINTS + 4
        assert (points[0].day, points[-1].day) == (date(2023, 10, 9), date(2024, 12, 20))
        assert [point.day.day for point in points if point.left is not None] == [10, 11, 12, 18]
        assert points[-1].ideal == 0

    def test_a_slip_of_the_pen_does_not_stretch_it(self, told: Told, sub_task: SubTask) -> None:
        """2032 for 2023: neither burndown nor forecast nor Gantt chart believe it."""
        trends = told(NOW, {"进度": [sub_task(1), sub_task(2, 截止时间="2032-10-27")]})
        assert trends.burndown[-1].day == date(2023, 10, 27)
        assert trends.forecast.planned == date(2023, 10, 27)
        assert len(trends.gantt) == 1

    def test_while_work_is_left_it_goes_on_after_the_last_due_day(
        self, told: Told, sub_task: SubTask
    ) -> None:
        """A late project is told how it stands now; beyond the plan nothing is ideal."""
        rows = [sub_task(1, 截止时间="2023-10-17")]
        points = told("2023-10-20 09:00", {"进度": rows}, remembered(d18=1.5)).burndown
        assert [(point.day.day, point.ideal, point.left) for point in points] == [
            (16, 1.0, None),
            (17, 0.0, None),
            (18, None, 1.5),
            (19, None, None),
            (20, None, 1.0),
        ]

    def test_what_is_done_ends_with_its_plan(self, told: Told, sub_task: SubTask) -> None:
        rows = [sub_task(1, 截止时间="2023-10-17", **DONE)]
        points = told("2023-10-20 09:00", {"进度": rows}).burndown
        assert [point.day.day for point in points] == [16, 17]

    @pytest.mark.parametrize("cells", [{"截止时间": ""}, {"计划开始": ""}, {"当前阶段": "已取消"}])
    def test_without_a_plan_there_is_none(self, told: Told, sub_task: SubTask, cells: dict[str, str]) -> None:
        assert told(NOW, {"进度": [sub_task(1, **cells)]}).burndown == ()

    @settings(max_examples=25)
    @given(
        spans=st.lists(
            st.tuples(st.integers(0, 40), st.integers(0, 60), st.integers(0, 9)), min_size=1, max_size=6
        )
    )
    def test_the_ideal_never_rises_and_ends_at_nothing(
        self, told: Told, sub_task: SubTask, spans: list[tuple[int, int, int]]
    ) -> None:
        """Whatever the plan; and it begins one day's work below the whole."""
        first = date(2023, 9, 25)
        rows = [
            sub_task(
                number,
                计划开始=(first + timedelta(days=begin)).isoformat(),
                截止时间=(first + timedelta(days=begin + length)).isoformat(),
                权重=str(weight or ""),
            )
            for number, (begin, length, weight) in enumerate(spans, 1)
        ]
        trends = told(NOW, {"进度": rows})
        ideal = [point.ideal for point in trends.burndown if point.ideal is not None]
        assert all(before >= after for before, after in pairwise(ideal))
        scope = next((point.scope for point in trends.burndown if point.scope is not None), None)
        if ideal:
            assert ideal[-1] == 0
        if ideal and scope is not None:
            assert ideal[0] <= scope
        assert all(WorkTime.standard().day_label(one.day).zh != "周末" for one in trends.burndown)


class TestForecast:
    """When it will be done."""

    def forecast(self, told: Told, sub_task: SubTask, progress: int = 50, /, **past: float) -> Forecast:
        found: Forecast = told(
            NOW, {"进度": [sub_task(1, 当前进度=f"{progress}%")]}, remembered(**past)
        ).forecast
        return found

    @pytest.mark.parametrize(("past", "count"), [({}, 1), ({"d17": 6}, 2)])
    def test_fewer_than_three_days_are_not_enough(
        self, told: Told, sub_task: SubTask, past: dict[str, float], count: int
    ) -> None:
        found = self.forecast(told, sub_task, **past)
        assert (found.first, found.last, found.snapshots) == (None, None, count)
        assert found.reason is not None
        assert found.reason.zh == "数据不足"

    def test_a_steady_pace_names_the_day(self, told: Told, sub_task: SubTask) -> None:
        """One working day of work a day, five are left: Wednesday to the Wednesday after."""
        found = self.forecast(told, sub_task, d16=7, d17=6)
        assert (found.first, found.last) == (date(2023, 10, 25), date(2023, 10, 25))
        assert (found.planned, found.reason) == (date(2023, 10, 27), None)

    def test_a_holiday_is_not_worked_and_make_up_days_are(self, told: Told, sub_task: SubTask) -> None:
        """Thursday before the holiday, three to go: Saturday 7th, Sunday 8th, Monday 9th of October."""
        history = MemoryHistory()
        for day, left in ((26, 5.0), (27, 4.0)):
            history.keep(Snapshot(taken=datetime(2023, 9, day, 17), figures={"remaining": left}))
        rows = [sub_task(1, 计划开始="2023-09-28", 截止时间="2023-10-10", 当前进度="40%", 权重="5")]
        found = told("2023-09-28 17:00", {"进度": rows}, history).forecast
        assert (found.first, found.last) == (date(2023, 10, 9), date(2023, 10, 9))

    def test_a_pause_over_rest_days_is_no_slower_pace(self, told: Told, sub_task: SubTask) -> None:
        """From Friday to Monday is one working day."""
        found = self.forecast(told, sub_task, d12=9, d13=8, d16=7, d17=6)
        assert (found.first, found.last) == (date(2023, 10, 25), date(2023, 10, 25))

    def test_a_changing_pace_gives_a_range(self, told: Told, sub_task: SubTask) -> None:
        found = self.forecast(told, sub_task, d12=12, d13=9, d16=7, d17=5.5)
        assert found.first is not None
        assert found.last is not None
        assert TODAY < found.first < found.last

    def test_a_range_may_have_no_end(self, told: Told, sub_task: SubTask) -> None:
        """Where in half of the days nothing was done, nobody knows the latest day."""
        found = self.forecast(told, sub_task, d12=7, d13=7, d16=7, d17=6)
        assert found.first is not None
        assert (found.last, found.reason) == (None, None)

    @pytest.mark.parametrize("past", [{"d16": 5, "d17": 5}, {"d16": 3, "d17": 4}])
    def test_without_progress_there_is_a_reason(
        self, told: Told, sub_task: SubTask, past: dict[str, float]
    ) -> None:
        found = self.forecast(told, sub_task, **past)
        assert (found.first, found.last) == (None, None)
        assert found.reason is not None
        assert found.reason.zh == "近期没有进展，无法预测"

    def test_what_is_all_done_needs_no_forecast(self, told: Told, sub_task: SubTask) -> None:
        found = self.forecast(told, sub_task, 100, d16=7, d17=6)
        assert found.reason is not None
        assert found.reason.zh == "已全部完成"

    def test_only_the_pace_of_late_counts(self, told: Told, sub_task: SubTask) -> None:
        """Ten days of one a day; the standstill of the weeks before is over."""
        days = [7, 8, 9, 10, 11, 12, 13, 16, 17]
        history = remembered(**{f"d{day}": 14 - number for number, day in enumerate(days)})
        for day in range(11, 28):
            history.keep(Snapshot(taken=datetime(2023, 9, day, 17), figures={"remaining": 15.0}))
        found = told(NOW, {"进度": [sub_task(1)]}, history).forecast
        assert (found.first, found.last) == (date(2023, 10, 25), date(2023, 10, 25))
