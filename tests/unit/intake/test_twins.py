"""What stands twice: copies of sheets, and ids that two sheets share."""

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.model.table import RawBook, RawValue, Version
from sheetsync.testing import sheet_of
from sheetsync.worktime import WorkTime


def row(number: int) -> dict[str, RawValue]:
    return {
        "问题编号": f"WT202311{number:02d}",
        "问题描述": "缺料",
        "问题级别": "一般",
        "状态": "处理中",
        "提交时间": "2023-11-20 09:00",
        "主导部门": "市场部",
    }


def read(catalogue: Catalogue, worktime: WorkTime, **sheets: list[dict[str, RawValue]]) -> Reading:
    found = tuple(sheet_of(name, rows) for name, rows in sheets.items())
    return interpret(RawBook(name="b", version=Version("1"), sheets=found), catalogue, worktime=worktime)


def test_a_copy_beside_its_original_is_left_out_with_a_note(catalogue: Catalogue, worktime: WorkTime) -> None:
    """问题 (2) and 问题 副本 are what Excel and people make; each is said once."""
    copies = {name: [row(1)] for name in ("问题", "问题 (2)", "问题（3）", "问题 副本", "问题的副本2")}
    reading = read(catalogue, worktime, **copies)
    assert [table.sheet for table in reading.tables] == ["问题"]
    noted = [problem for problem in reading.problems if problem.row is None and "副本" in problem.message.zh]
    assert [problem.sheet for problem in noted] == list(copies)[1:]
    assert {problem.kind for problem in noted} == {"info"}


def test_a_numbered_sheet_without_an_original_is_a_sheet(catalogue: Catalogue, worktime: WorkTime) -> None:
    """Its original was deleted, or it was always called so."""
    reading = read(catalogue, worktime, **{"问题(2)": [row(1)]})
    assert [table.sheet for table in reading.tables] == ["问题(2)"]


def test_an_id_on_two_sheets_of_a_form_is_an_error_on_both(catalogue: Catalogue, worktime: WorkTime) -> None:
    """Each names the other place; ids of their own are fine."""
    reading = read(catalogue, worktime, 一组=[row(1), row(2)], 二组=[row(1), row(3)])
    shared = [problem for problem in reading.problems if "编号重复" in problem.message.zh]
    assert [(problem.sheet, problem.cell, problem.kind) for problem in shared] == [
        ("一组", "A2", "error"),
        ("二组", "A2", "error"),
    ]
    assert "二组!2" in shared[0].message.zh


def test_an_unreadable_id_does_not_stop_the_next_proposal(catalogue: Catalogue, worktime: WorkTime) -> None:
    """One row without an id, another with something that is none: both are told, nothing ends."""
    rows = [{**row(1), "问题编号": "x" * 80}, {**row(2), "问题编号": ""}, row(3)]
    reading = read(catalogue, worktime, 问题=rows)
    assert {problem.row for problem in reading.problems if problem.kind == "error"} == {2, 3}
