"""Cells that the words of other cells make necessary (spec 1.2, expectations 22 and 23)."""

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.table import RawBook, RawValue, Version
from sheetsync.testing import sheet_of
from sheetsync.worktime import WorkTime

ISSUE: dict[str, RawValue] = {
    "问题编号": "WT20231101",
    "问题描述": "缺料",
    "问题级别": "一般",
    "状态": "已闭环",
    "提交时间": "2023-11-20 09:00",
    "主导部门": "市场部",
    "验证人": "",
}
SUBTASK: dict[str, RawValue] = {
    "子任务编号": "XZB20231101-01",
    "所属任务": "海报",
    "负责人": "李娜",
    "当前阶段": "受阻",
    "当前进度": "50%",
    "更新时间": "2023-11-20",
    "遇到的问题及障碍": "",
}


def asked(catalogue: Catalogue, worktime: WorkTime, row: dict[str, RawValue], **other: str) -> list[str]:
    book = RawBook(name="b", version=Version("1"), sheets=(sheet_of("表", [{**row, **other}]),))
    problems = interpret(book, catalogue, worktime=worktime).problems
    return [
        str(problem.cell)
        for problem in problems
        if problem.kind == "error" and "时必填" in problem.message.zh
    ]


@pytest.mark.parametrize("word", ["已闭环", "闭环", "已关闭", "close"])
def test_a_closed_issue_names_its_verifier(catalogue: Catalogue, worktime: WorkTime, word: str) -> None:
    """In any spelling of closed; the cell that lacks is pointed at."""
    assert asked(catalogue, worktime, ISSUE, 状态=word) == ["G2"]


def test_an_open_or_verified_issue_is_not_asked(catalogue: Catalogue, worktime: WorkTime) -> None:
    """处理中 needs no verifier, and one that is named is enough."""
    assert asked(catalogue, worktime, ISSUE, 状态="处理中") == []
    assert asked(catalogue, worktime, ISSUE, 验证人="谢东") == []


def test_blocked_work_says_what_is_in_the_way(catalogue: Catalogue, worktime: WorkTime) -> None:
    """A column that the sheet does not have is not asked for."""
    assert asked(catalogue, worktime, SUBTASK) == ["G2"]
    assert asked(catalogue, worktime, SUBTASK, 当前阶段="进行中") == []
