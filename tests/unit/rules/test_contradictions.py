"""A person's own word for how a record stands is kept, and told when the rules say otherwise."""

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.finding import Status, Verdict
from sheetsync.model.table import RawBook, Version
from sheetsync.rules.contradictions import contradictions
from sheetsync.testing import sheet_of
from sheetsync.worktime import WorkTime


def told(catalogue: Catalogue, worktime: WorkTime, word: str, status: Status) -> list[str]:
    row = {
        "子任务编号": "XZB20231001-01",
        "所属任务": "海报",
        "负责人": "李娜",
        "当前阶段": word,
        "当前进度": "50%",
        "更新时间": "2023-10-13",
    }
    book = RawBook(name="b", version=Version("1"), sheets=(sheet_of("进度", [row]),))
    tables = interpret(book, catalogue, worktime=worktime).tables
    verdict = Verdict(table=tables[0].id, position=0, row=2, key="XZB20231001-01", status=status)
    found = contradictions(tables, [verdict], catalogue)
    assert all(problem.kind == "warning" and problem.owner == "李娜" for problem in found)
    return [str(problem.cell) for problem in found]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("延期", Status.NORMAL),
        ("逾期", Status.DONE),
        (" 延 期 ", Status.SOON),
        ("风险", Status.NORMAL),
        ("正常", Status.LATE),
        ("Normal", Status.RISK),
    ],
)
def test_a_contradicted_word_is_told(
    catalogue: Catalogue, worktime: WorkTime, word: str, status: Status
) -> None:
    """延期 on a record that is on track, 正常 on one that is late; in any usual spelling."""
    assert told(catalogue, worktime, word, status) == ["D2"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("延期", Status.LATE),
        ("延迟", Status.LATE),
        ("风险", Status.RISK),
        ("风险", Status.LATE),
        ("正常", Status.NORMAL),
        ("正常", Status.SOON),
        ("进行中", Status.LATE),
        ("已完成", Status.LATE),
        ("", Status.LATE),
    ],
)
def test_a_word_that_agrees_or_is_a_state_is_not(
    catalogue: Catalogue, worktime: WorkTime, word: str, status: Status
) -> None:
    """Nobody is nagged about a word that fits, or about a state of the work."""
    assert told(catalogue, worktime, word, status) == []


def test_only_the_column_of_states_is_looked_at(catalogue: Catalogue, worktime: WorkTime) -> None:
    """Normal is an ordinary issue in the column of classes, and says nothing of how the issue stands."""
    row = {
        "问题编号": "WT20231001",
        "问题描述": "缺料",
        "问题级别": "normal",
        "状态": "处理中",
        "提交时间": "2023-10-13 09:00",
        "主导部门": "市场部",
    }
    book = RawBook(name="b", version=Version("1"), sheets=(sheet_of("问题", [row]),))
    tables = interpret(book, catalogue, worktime=worktime).tables
    late = Verdict(table=tables[0].id, position=0, row=2, key="WT20231001", status=Status.LATE)
    assert contradictions(tables, [late], catalogue) == ()
