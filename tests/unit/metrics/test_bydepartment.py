"""What departments are compared by: counted once each, by the department the row or its people name."""

import pytest

from sheetsync.model.department import DepartmentLine
from sheetsync.model.finding import Status
from tests.unit.metrics.conftest import Judged, SubTask, Told

NOW = "2023-10-18 09:00"


def lines(found: tuple[DepartmentLine, ...]) -> dict[str, DepartmentLine]:
    return {line.name: line for line in found}


def test_records_are_counted_where_they_belong(told: Told, sub_task: SubTask) -> None:
    """A late one comes first, however few the department has."""
    rows = [
        sub_task(1),
        sub_task(2),
        sub_task(3, 负责人="市场部-张三", 截止时间="2023-10-16 18:00", 计划开始="2023-10-09"),
    ]
    found = told(NOW, {"进度": rows}).departments
    assert [(line.name, line.total, line.late) for line in found] == [("市场部", 1, 1), ("设计部", 2, 0)]


def test_the_counts_are_those_of_the_summary(judged: Judged, sub_task: SubTask) -> None:
    """Total and late agree with the tallies that the dashboard shows."""
    rows = [sub_task(number, 截止时间=f"2023-10-{12 + 2 * number} 18:00") for number in range(1, 6)]
    summary = judged(NOW, {"进度": rows}).summary
    assert summary.trends is not None
    assert [(line.name, line.total, line.late) for line in summary.trends.departments] == [
        (tally.name, tally.total, tally.count(Status.LATE)) for tally in summary.by_department
    ]


def test_what_was_due_this_week_and_came_in_time(told: Told, sub_task: SubTask) -> None:
    """One in time, one too late, one not done; what is due later does not count."""
    due = {"计划开始": "2023-10-09", "截止时间": "2023-10-17 18:00"}
    done = {"当前进度": "100%", "当前阶段": "已完成"}
    rows = [
        sub_task(1, **due, **done, 实际完成="2023-10-17 10:00"),
        sub_task(2, **due, **done, 实际完成="2023-10-18 08:00"),
        sub_task(3, **due),
        sub_task(4),
    ]
    line = lines(told(NOW, {"进度": rows}).departments)["设计部"]
    assert (line.due, line.in_time) == (3, 1)
    assert line.on_time == pytest.approx(100 / 3)


def test_nothing_due_is_no_rate(told: Told, sub_task: SubTask) -> None:
    """Which is neither 0 nor 100 percent."""
    assert lines(told(NOW, {"进度": [sub_task(1)]}).departments)["设计部"].on_time is None


@pytest.mark.parametrize(("total", "ranked"), [(4, False), (5, True)])
def test_fewer_than_five_records_are_not_ranked(total: int, ranked: bool) -> None:
    """Product expectations, 7.5."""
    assert DepartmentLine(name="法务部", total=total, finished=0, late=0).ranked is ranked


def test_a_list_of_people_beside_it_counts_for_nothing(told: Told, sub_task: SubTask) -> None:
    """Support sheets have records, and departments, but nothing to be judged."""
    people = [{"姓名": "李娜", "部门": "设计部", "邮箱": "lina@example.com"}]
    found = told(NOW, {"进度": [sub_task(1)], "通讯录": people}).departments
    assert lines(found)["设计部"].total == 1
