"""The figures: counted right, and None rather than 0 where nothing was reported."""

from datetime import datetime

import pytest

from sheetsync.model.snapshot import Snapshot
from sheetsync.model.summary import Trends
from sheetsync.testing import MemoryHistory
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"
NAMES = [
    "total", "finished", "running", "late", "soon", "risk", "faulty", "completion", "planned", "on_time",
    "deviations", "attainment", "open_issues", "high_risks", "median_late", "remaining",
]  # fmt: skip


def value(trends: Trends, name: str) -> float | None:
    return trends.figure(name).value


def issue(number: int, **cells: str) -> Row:
    return {
        "问题编号": f"WT202310{number:02d}", "问题描述": f"问题{number}",
        "问题级别": "重大", "状态": "已提交",
        "提交时间": "2023-10-18 08:30", "主导部门": "市场部", "责任人": "李娜", "响应时间": "",
        "升级级别": "", "升级时间": "", "解决方案": "",
    } | cells  # fmt: skip


def test_the_figures_have_their_fixed_order(told: Told, sub_task: SubTask) -> None:
    """Every renderer shows them in this order (product expectations, 7.2)."""
    assert [figure.name for figure in told(NOW, {"进度": [sub_task(1)]}).figures] == NAMES


def test_what_no_sheet_tells_is_not_nought(told: Told) -> None:
    """A workbook of issues knows nothing of plan, progress, risks and lateness of work."""
    trends = told(NOW, {"问题": [issue(1)]})
    silent = {figure.name for figure in trends.figures if figure.value is None}
    assert silent == {
        "completion", "planned", "on_time", "attainment", "high_risks", "median_late", "remaining",
    }  # fmt: skip


def test_a_sheet_without_open_issues_says_nought(told: Told, sub_task: SubTask) -> None:
    """Where issues are kept, none is open: that is a number."""
    closed = issue(1, 状态="已闭环", 闭环时间="2023-10-18 08:40", 响应时间="2023-10-18 08:35")
    assert value(told(NOW, {"问题": [closed]}), "open_issues") == 0
    assert value(told(NOW, {"进度": [sub_task(1)]}), "open_issues") is None


def test_progress_that_nobody_reported_is_not_nought(told: Told, sub_task: SubTask) -> None:
    """It leaves all work to do, but says nothing of how much is done."""
    trends = told(NOW, {"进度": [sub_task(1, 当前进度="")]})
    assert value(trends, "completion") is None
    assert value(trends, "planned") == pytest.approx(20.0)  # two of ten working days have ended
    assert value(trends, "remaining") == 10


def test_completion_weighs_by_planned_working_days(told: Told, sub_task: SubTask) -> None:
    """10 working days at 50 % and 2 at 0 %: 5 of 12."""
    rows = [sub_task(1), sub_task(2, 截止时间="2023-10-17 18:00", 当前进度="0%")]
    trends = told(NOW, {"进度": rows})
    assert value(trends, "completion") == pytest.approx(100 * 5 / 12)
    assert value(trends, "remaining") == 7


def test_a_typed_weight_comes_before_days(told: Told, sub_task: SubTask) -> None:
    rows = [sub_task(1, 权重="3"), sub_task(2, 权重="1", 当前进度="10%")]
    trends = told(NOW, {"进度": rows})
    assert value(trends, "completion") == pytest.approx(40.0)
    assert value(trends, "remaining") == pytest.approx(2.4)


def test_what_was_called_off_counts_for_nothing(told: Told, sub_task: SubTask) -> None:
    """Neither done nor to do: it is as if it had never been planned."""
    both = told(NOW, {"进度": [sub_task(1), sub_task(2, 当前阶段="已取消", 当前进度="0%")]})
    alone = told(NOW, {"进度": [sub_task(1)]})
    for name in ("completion", "planned", "remaining", "on_time"):
        assert value(both, name) == value(alone, name)


def test_what_is_finished_is_done_whatever_its_progress_says(told: Told, sub_task: SubTask) -> None:
    assert value(told(NOW, {"进度": [sub_task(1, 当前阶段="已完成", 当前进度="")]}), "completion") == 100


DONE = {"当前阶段": "已完成", "当前进度": "100%"}


@pytest.mark.parametrize(
    ("cells", "counted", "kept"),
    [
        ({"截止时间": "2023-10-17 18:00", "实际完成": "2023-10-17 18:00", **DONE}, 1, 1),
        ({"截止时间": "2023-10-17", "实际完成": "2023-10-17 17:30", **DONE}, 1, 1),
        ({"截止时间": "2023-10-17 18:00", "实际完成": "2023-10-13 10:00", **DONE}, 1, 1),
        ({"截止时间": "2023-10-17 18:00", "实际完成": "2023-10-17 18:01", **DONE}, 1, 0),
        ({"截止时间": "2023-10-17 18:00"}, 1, 0),
        ({"截止时间": "2023-10-17 18:00", **DONE}, 0, 0),
        ({"截止时间": "2023-10-18 18:00", "实际完成": "2023-10-17 12:00", **DONE}, 0, 0),
        ({"截止时间": "2023-10-15 18:00"}, 0, 0),
        ({"截止时间": "2023-10-17 18:00", "当前阶段": "已取消"}, 0, 0),
    ],
    ids=[
        "to the minute", "within the due day", "early", "a minute late", "open", "done without saying when",
        "not due yet", "due last week", "called off",
    ],
)  # fmt: skip
def test_on_time_counts_what_was_due_this_week(
    told: Told, sub_task: SubTask, cells: dict[str, str], counted: int, kept: int
) -> None:
    """Beside one that came in time and one that is open: 1 of 2 without the case."""
    start = {"计划开始": "2023-10-10"}
    rows = [
        sub_task(1, 截止时间="2023-10-16 18:00", **start),
        sub_task(2, 截止时间="2023-10-16 18:00", 实际完成="2023-10-16 17:00", **start | DONE),
        sub_task(3, **start | cells),
    ]
    expected = 100 * (1 + kept) / (2 + counted)
    assert value(told(NOW, {"进度": rows}), "on_time") == pytest.approx(expected)


@pytest.mark.parametrize(("days", "middle"), [([], None), ([3], 3), ([1, 2, 6], 2), ([1, 2, 5, 6], 3.5)])
def test_half_of_the_late_are_later_than_the_median(
    told: Told, sub_task: SubTask, days: list[int], middle: float | None
) -> None:
    """None late: there is no such figure, which is not 0 days."""
    rows = [
        sub_task(number, 计划开始="2023-10-09", 截止时间=f"2023-10-{18 - late} 18:00")
        for number, late in enumerate(days, 1)
    ]
    assert value(told(NOW, {"进度": [*rows, sub_task(99)]}), "median_late") == middle


def test_open_high_risks_are_counted(told: Told) -> None:
    risks: list[Row] = [
        {
            "风险编号": f"FX2023100{number}", "风险等级": level, "风险描述": "x", "状态": state,
            "上报人": "李娜", "上报时间": "2023-10-18 08:00",
        }
        for number, (level, state) in enumerate(
            [("高", "已上报"), ("高", "已关闭"), ("中", "已上报"), ("高", "处理中")], 1
        )
    ]  # fmt: skip
    assert value(told(NOW, {"风险": risks}), "high_risks") == 2


def test_open_issues_are_told_by_class_most_first(told: Told) -> None:
    rows = [
        issue(1, 问题级别="一般"),
        issue(2, 问题级别="紧急"),
        issue(3, 问题级别="紧急"),
        issue(4, 问题级别="", 状态="处理中"),
        issue(5, 问题级别="一般", 状态="已闭环"),
        issue(6, 问题级别="紧急"),
        issue(7, 问题级别="一般"),
    ]
    trends = told(NOW, {"问题": rows})
    assert trends.issues == (("紧急", 3), ("一般", 2), ("未分类", 1))
    assert sum(count for _, count in trends.issues) == value(trends, "open_issues")


def test_a_figure_knows_the_week_before(told: Told, sub_task: SubTask) -> None:
    """What the snapshot does not hold is not known of that week; what is not told now has no step."""
    history = MemoryHistory()
    history.keep(Snapshot(taken=datetime(2023, 10, 13, 18), figures={"total": 4, "open_issues": 2}))
    trends = told(NOW, {"进度": [sub_task(1)]}, history)
    assert trends.figure("total").step == -3
    assert (trends.figure("late").before, trends.figure("late").step) == (None, None)
    assert (trends.figure("open_issues").before, trends.figure("open_issues").step) == (2, None)


def test_who_has_not_reported_is_named_most_first(told: Told, sub_task: SubTask) -> None:
    """Of five in progress two are told; those who have two silent sub-tasks come first."""
    old = "2023-10-16 10:00"
    rows = [
        sub_task(1),
        sub_task(2, 负责人="王磊", 更新时间=old),
        sub_task(3, 更新时间=old),
        sub_task(4, 更新时间=old, 当前阶段="受阻"),
        sub_task(5, 负责人="周涛"),
    ]
    reporting = told(NOW, {"进度": rows}).reporting
    assert (reporting.asked, reporting.told) == (5, 2)
    assert reporting.silent == (("李娜", 2), ("王磊", 1))


@pytest.mark.parametrize("state", ["未开始", "待验收", "暂停", "已完成", "已取消"])
def test_nobody_is_asked_for_what_is_not_in_progress(told: Told, sub_task: SubTask, state: str) -> None:
    """Who is not asked has not told either: he must not make the rate look better than it is."""
    rows = [sub_task(1, 更新时间="2023-10-13"), sub_task(2, 当前阶段=state, 更新时间="2023-10-13")]
    reporting = told(NOW, {"进度": rows}).reporting
    assert (reporting.asked, reporting.told) == (1, 0)


def test_work_in_progress_that_never_had_an_update_is_silent(told: Told, sub_task: SubTask) -> None:
    reporting = told(NOW, {"进度": [sub_task(1, 更新时间=""), sub_task(2)]}).reporting
    assert (reporting.asked, reporting.told, reporting.silent) == (2, 1, (("李娜", 1),))


def test_a_sheet_that_does_not_tell_when_it_was_updated_asks_nobody(told: Told, sub_task: SubTask) -> None:
    """Without the column nobody can be called silent, and nobody can be said to have reported."""
    assert told(NOW, {"进度": [sub_task(1, 更新时间=None)]}).reporting.rate is None


def test_a_task_counts_through_its_sub_tasks_and_others_for_themselves(told: Told, sub_task: SubTask) -> None:
    """The task with sub-tasks must not count twice, the one without must not be forgotten."""
    tasks: list[Row] = [
        {"任务编号": key, "任务名称": key, "发起人": "王磊", "任务状态": "进行中", "启动日期": "2023-10-16",
         "截止时间": "2023-10-27 18:00", "实际进度": actual}
        for key, actual in (("XZB20231001", "90%"), ("XZB20231002", "20%"))
    ]  # fmt: skip
    trends = told(NOW, {"任务总表": tasks, "进度": [sub_task(1)]})
    assert value(trends, "completion") == pytest.approx(35)
    assert value(trends, "remaining") == pytest.approx(5 + 8)


def test_attainment_is_the_share_of_clocks_kept_over_all_rules(told: Told) -> None:
    """Of three answers one was late; a fourth still has time, and one with no answer ran out."""
    rows = [
        issue(1, 问题级别="一般", 提交时间="2023-10-17 08:30", 响应时间="2023-10-17 09:00"),
        issue(2, 问题级别="一般", 提交时间="2023-10-17 08:30", 响应时间="2023-10-17 10:00"),
        issue(3, 问题级别="一般", 提交时间="2023-10-17 08:30", 响应时间="2023-10-17 15:00"),
        issue(4, 问题级别="一般", 提交时间="2023-10-18 08:30"),
        issue(5, 问题级别="一般", 提交时间="2023-10-18 06:00"),
    ]
    trends = told(NOW, {"问题": rows})
    assert {limit.rule: (limit.kept, limit.ended) for limit in trends.limits} == {"T16": (2, 4)}
    assert value(trends, "attainment") == 50


def test_a_rule_of_which_no_clock_has_ended_is_not_listed(told: Told) -> None:
    assert told(NOW, {"问题": [issue(1)]}).limits == ()
