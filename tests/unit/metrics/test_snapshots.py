"""What a run leaves for later ones: kept and read back it is the same, in memory and in a database."""

from datetime import datetime
from pathlib import Path

import pytest

from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordState
from sheetsync.ports import History
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.testing import MemoryHistory
from tests.unit.metrics.conftest import Judged, Row, SubTask

NOW = "2023-10-18 09:00"


@pytest.fixture
def sheets(sub_task: SubTask) -> dict[str, list[Row]]:
    """Records late, done, silent, behind, without dates, without an owner, without a key."""
    return {
        "进度": [
            sub_task(1, 截止时间="2023-10-17 18:00", 权重="0.1"),
            sub_task(2, 当前阶段="已完成", 当前进度="100%", 实际完成="2023-10-17 17:00"),
            sub_task(3, 当前进度="", 更新时间="2023-10-13"),
            sub_task(4, 计划进度="66.6%", 当前进度="33.3%", 负责人="王磊（市场部）"),
            sub_task(5, 计划开始="", 截止时间="", 负责人=""),
            sub_task(6, 子任务编号=""),
        ],
        "问题": [
            {
                "问题编号": "WT20231001", "问题描述": "缺样机", "状态": "已提交", "主导部门": "产品部",
                "提交时间": "2023-10-17 08:30", "响应时间": "",
            },
        ],
    }  # fmt: skip


@pytest.fixture(params=["memory", "database"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    return MemoryHistory() if request.param == "memory" else BookHistory(Database(tmp_path), "计划")


def test_what_is_kept_is_what_was(judged: Judged, sheets: dict[str, list[Row]], history: History) -> None:
    """Every figure and every record, to the last digit."""
    snapshot = judged(NOW, sheets).snapshot
    assert snapshot is not None
    history.keep(snapshot)
    assert history.at(datetime.fromisoformat(NOW)) == snapshot


def test_the_week_after_compares_with_it(
    judged: Judged, sheets: dict[str, list[Row]], history: History
) -> None:
    """The same workbook a week later: each figure knows what it was, nothing that is late is new."""
    first = judged(NOW, sheets, history)
    assert first.snapshot is not None
    history.keep(first.snapshot)
    trends = judged("2023-10-25 09:00", sheets, history).summary.trends
    assert trends is not None
    assert first.summary.trends is not None
    assert [one.before for one in trends.figures] == [one.value for one in first.summary.trends.figures]
    late = next(one for one in trends.attention if one.worst.key == "XZB20231001-01")
    assert late.turn == "unchanged"
    assert [point.day.day for point in trends.burndown if point.left is not None] == [18, 25]


def test_how_a_record_stood(judged: Judged, sheets: dict[str, list[Row]]) -> None:
    """Days without a time of day stand there as their end of work."""
    snapshot = judged(NOW, sheets).snapshot
    assert snapshot is not None
    assert snapshot.records["progress", "XZB20231001-04"] == RecordState(
        status=Status.RISK,
        finished=False,
        progress=33.3,
        start=datetime(2023, 10, 16, 18),
        due=datetime(2023, 10, 27, 18),
        owner="王磊",
        department="市场部",
        name="第4稿",
        rules=("D1",),
    )
    assert snapshot.records["issues", "WT20231001"].department == "产品部"


def test_what_nobody_told_is_none(judged: Judged, sheets: dict[str, list[Row]]) -> None:
    """Neither 0 % nor NaN, which would not even be equal to itself."""
    snapshot = judged(NOW, sheets).snapshot
    assert snapshot is not None
    assert snapshot.records["progress", "XZB20231001-03"].progress is None
    undated = snapshot.records["progress", "XZB20231001-05"]
    assert (undated.start, undated.due, undated.owner) == (None, None, "")
    assert "high_risks" not in snapshot.figures


def test_a_record_without_a_key_cannot_be_found_again(judged: Judged, sheets: dict[str, list[Row]]) -> None:
    snapshot = judged(NOW, sheets).snapshot
    assert snapshot is not None
    assert len(snapshot.records) == 6
    assert all(key for _, key in snapshot.records)


def test_only_facts_are_left_out_of_the_rules(judged: Judged, sheets: dict[str, list[Row]]) -> None:
    """No update today is one: it must not make a record worse next week."""
    judgement = judged(NOW, sheets)
    assert judgement.snapshot is not None
    assert any(one.rule == "T53" and one.key == "XZB20231001-03" for one in judgement.findings)
    assert "T53" not in judgement.snapshot.records["progress", "XZB20231001-03"].rules


def test_what_nobody_looks_at_leaves_nothing(judged: Judged, sub_task: SubTask) -> None:
    """The figures of a snapshot are those shown, and the scope, which only the burndown tells."""
    judgement = judged(NOW, {"进度": [sub_task(1)]})
    assert judgement.snapshot is not None
    assert judgement.summary.trends is not None
    shown = {one.name: one.value for one in judgement.summary.trends.figures if one.value is not None}
    assert judgement.snapshot.figures == shown | {"scope": 10}
