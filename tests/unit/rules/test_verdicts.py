"""One word a record: its 预警状态."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import Finding, Level, Problem, Status
from sheetsync.model.table import Table, TableId
from sheetsync.rules.verdicts import verdicts
from sheetsync.text import same

TABLE = TableId("progress", "任务执行进度跟踪表")
FINDING = Finding(
    rule="T47",
    level="red",
    status=Status.LATE,
    table=TABLE,
    position=0,
    row=2,
    key="XZB20231001-01",
    field="due",
    column="截止时间",
    value="2023-10-13",
    actor=same("负责人"),
    message=same("已过期"),
    step=same("说明原因"),
)
PROBLEM = Problem(sheet="任务执行进度跟踪表", row=2, kind="error", message=same("读不出"), table=TABLE)


def _finding(rule: str, level: Level, status: Status) -> Finding:
    return replace(FINDING, rule=rule, level=level, status=status)


@pytest.fixture
def table(make_table: Callable[..., Table]) -> Table:
    return make_table("progress", {"subtask_id": ["XZB20231001-01"], "state": ["进行中"]})


@pytest.mark.parametrize(
    ("findings", "problems", "status"),
    [
        ([], [], Status.NORMAL),
        ([("T53", "info", Status.NORMAL)], [], Status.NORMAL),
        ([("T48", "yellow", Status.SOON)], [], Status.SOON),
        ([("T48", "yellow", Status.SOON), ("D1", "yellow", Status.RISK)], [], Status.RISK),
        ([("D1", "yellow", Status.RISK)], [PROBLEM], Status.FAULTY),
        ([("D1", "yellow", Status.RISK), ("E5", "yellow", Status.FAULTY)], [], Status.FAULTY),
        ([("E5", "red", Status.FAULTY), ("T47", "red", Status.LATE)], [PROBLEM], Status.LATE),
        ([], [PROBLEM], Status.FAULTY),
        ([], [replace(PROBLEM, kind="warning")], Status.NORMAL),
        ([], [replace(PROBLEM, row=3)], Status.NORMAL),
        ([], [replace(PROBLEM, table=TABLE._replace(sheet="别的表"))], Status.NORMAL),
    ],
)
def test_the_worst_word_counts(
    catalogue: Catalogue,
    table: Table,
    findings: list[tuple[str, Level, Status]],
    problems: list[Problem],
    status: Status,
) -> None:
    (verdict,) = verdicts([table], [_finding(*one) for one in findings], problems, catalogue)
    assert verdict.status is status


def test_findings_stand_worst_first(catalogue: Catalogue, table: Table) -> None:
    given = [
        _finding("T53", "info", Status.NORMAL),
        _finding("T48", "yellow", Status.SOON),
        _finding("E5", "red", Status.FAULTY),
        FINDING,
    ]
    (verdict,) = verdicts([table], given, [PROBLEM], catalogue)
    assert [finding.rule for finding in verdict.findings] == ["T47", "E5", "T48", "T53"]
    assert verdict.problems == 1


def test_a_finished_record_is_done_unless_something_is_wrong_with_it(
    catalogue: Catalogue, make_table: Callable[..., Table]
) -> None:
    table = make_table("progress", {"subtask_id": ["A-01", "A-02", "A-03"], "state": ["已完成"] * 3})
    late = replace(FINDING, row=3, level="info", status=Status.NORMAL, done=True)
    found = verdicts([table], [late], [replace(PROBLEM, row=4)], catalogue)
    assert [verdict.status for verdict in found] == [Status.DONE, Status.DONE, Status.FAULTY]


def test_a_task_is_done_with_its_sub_tasks(catalogue: Catalogue, make_table: Callable[..., Table]) -> None:
    tasks = make_table("task-master", {"task_id": ["XZB20231001", "XZB20231002"]})
    parts = make_table(
        "progress", {"subtask_id": ["XZB20231001-01", "XZB20231002-01"], "state": ["已完成", "进行中"]}
    )
    found = verdicts([tasks, parts], [], [], catalogue)
    assert [verdict.status for verdict in found[:2]] == [Status.DONE, Status.NORMAL]


def test_every_record_has_a_verdict(catalogue: Catalogue, make_table: Callable[..., Table]) -> None:
    table = make_table("acceptance", {"acceptance_id": ["YS1", None], "submitted_at": ["2023-10-09", "NaT"]})
    found = verdicts([table], [], [], catalogue)
    assert [(verdict.row, verdict.key, verdict.status) for verdict in found] == [
        (2, "YS1", Status.NORMAL),
        (3, None, Status.NORMAL),
    ]
