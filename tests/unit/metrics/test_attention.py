"""The worst records for leadership: what became of them, why, and what is done about it."""

from datetime import datetime
from typing import Any

import pytest

from sheetsync.metrics.attention import SHOWN
from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.testing import MemoryHistory
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"
LATE = {"截止时间": "2023-10-17 18:00", "当前进度": "95%"}
BEHIND = {"计划进度": "60%", "当前进度": "45%"}


def before(status: Status | None, *rules: str) -> MemoryHistory:
    """Return a history in which the sub-task 01 stood so last Friday; None: it was not there."""
    history = MemoryHistory()
    state = {} if status is None else {("progress", "XZB20231001-01"): RecordState(status, rules=rules)}
    history.keep(Snapshot(taken=datetime(2023, 10, 13, 18), records=state))
    return history


@pytest.mark.parametrize(
    ("cells", "then", "rules", "turn"),
    [
        (LATE, None, (), "new"),
        (LATE, Status.NORMAL, (), "new"),
        (LATE, Status.DONE, (), "new"),
        (LATE, Status.SOON, ("T48",), "worse"),
        (LATE, Status.RISK, ("D1",), "worse"),
        (LATE, Status.LATE, ("T47",), "unchanged"),
        (LATE, Status.LATE, ("T47", "D1"), "better"),
        (LATE | BEHIND, Status.LATE, ("T47",), "worse"),
        (BEHIND, Status.LATE, ("T47",), "better"),
        (BEHIND, Status.RISK, ("D1",), "unchanged"),
        (BEHIND, Status.FAULTY, ("D1",), "unchanged"),
    ],
    ids=[
        "not there", "normal", "done before", "due soon before", "at risk before", "late before",
        "one rule less", "one rule more", "no longer late", "still at risk", "a data fault before",
    ],
)  # fmt: skip
def test_what_became_of_it(
    told: Told,
    sub_task: SubTask,
    cells: dict[str, str],
    then: Status | None,
    rules: tuple[str, ...],
    turn: str,
) -> None:
    """By its word first, then by how many rules it does not meet."""
    (found,) = told(NOW, {"进度": [sub_task(1, **cells)]}, before(then, *rules)).attention
    assert found.turn == turn


def test_a_first_report_knows_no_turn(told: Told, sub_task: SubTask) -> None:
    (found,) = told(NOW, {"进度": [sub_task(1, **LATE)]}).attention
    assert found.turn is None


def test_mere_facts_make_nothing_worse(told: Told, sub_task: SubTask) -> None:
    """No update today is a fact at the level info: it is neither in a snapshot nor counted now."""
    row = sub_task(1, **LATE, 更新时间="2023-10-13")
    (found,) = told(NOW, {"进度": [row]}, before(Status.LATE, "T47")).attention
    assert found.turn == "unchanged"


def test_a_record_of_another_form_with_the_same_key_is_another_one(told: Told, sub_task: SubTask) -> None:
    history = MemoryHistory()
    state = {("acceptance", "XZB20231001-01"): RecordState(Status.LATE, rules=("T47",))}
    history.keep(Snapshot(taken=datetime(2023, 10, 13, 18), records=state))
    (found,) = told(NOW, {"进度": [sub_task(1, **LATE)]}, history).attention
    assert found.turn == "new"


def test_the_five_worst_worst_first(told: Told, sub_task: SubTask) -> None:
    rows = [
        sub_task(number, 计划开始="2023-10-09", 截止时间=f"2023-10-{9 + number} 18:00", 当前进度="95%")
        for number in range(1, 9)
    ]
    found = told(NOW, {"进度": rows}).attention
    assert [one.worst.key[-1] for one in found] == ["1", "2", "3", "4", "5"]
    assert len(found) == SHOWN


@pytest.mark.parametrize(("cells", "behind"), [(BEHIND, 15.0), (LATE, None), (LATE | BEHIND, None)])
def test_how_far_behind_is_told_where_that_is_what_is_wrong(
    told: Told, sub_task: SubTask, cells: dict[str, str], behind: float | None
) -> None:
    """Of what is late the days count."""
    (found,) = told(NOW, {"进度": [sub_task(1, **cells)]}).attention
    assert found.behind == behind


def report(**cells: Any) -> Row:  # noqa: ANN401 - whatever a cell holds
    return {
        "子任务编号": "XZB20231001-01", "负责人": "李娜", "原计划完成": "2023-10-17 18:00",
        "延迟原因分类": "前置未完成", "原因说明": "文案晚到", "影响范围": "投放", "已采取措施": "增派设计师",
        "预计完成时间": "2023-10-20 18:00", "提交时间": "2023-10-17 19:00",
    } | cells  # fmt: skip


def test_the_last_delay_report_says_why_and_until_when(told: Told, sub_task: SubTask) -> None:
    """The earlier one on the record, and those on others, do not count."""
    reports = [
        report(原因说明="旧", 预计完成时间="2023-10-18 18:00"),
        report(),
        report(子任务编号="XZB20231001-02", 原因说明="别的"),
    ]
    (found,) = told(NOW, {"进度": [sub_task(1, **LATE)], "延迟说明": reports}).attention
    assert (found.cause, found.measure) == ("文案晚到", "增派设计师")
    assert found.new_date == datetime(2023, 10, 20, 18)


def test_without_an_explanation_the_class_of_the_reason_counts(told: Told, sub_task: SubTask) -> None:
    sheets = {"进度": [sub_task(1, **LATE)], "延迟说明": [report(原因说明="")]}
    assert told(NOW, sheets).attention[0].cause == "前置未完成"


@pytest.mark.parametrize(("obstacles", "cause"), [("缺样机", "缺样机"), ("无", ""), ("", ""), ("-", "")])
def test_without_a_report_the_row_itself_is_asked(
    told: Told, sub_task: SubTask, obstacles: str, cause: str
) -> None:
    """无 is no cause."""
    row = sub_task(1, **LATE, 遇到的问题及障碍=obstacles, 下一步计划="补拍")
    (found,) = told(NOW, {"进度": [row]}).attention
    assert (found.cause, found.measure, found.new_date) == (cause, "补拍", None)
