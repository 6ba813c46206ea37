"""Dropdowns of people by department, from a directory that nobody keeps sorted."""

import io
from datetime import datetime

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.build import Order, build

PEOPLE = (
    {"name": "王磊", "department": "市场部"},
    {"name": "周涛", "department": "数据部"},
    {"name": "赵敏", "department": "市场部"},
    {"name": "没有部门"},
)


@pytest.fixture(scope="module")
def book(catalogue: Catalogue) -> Workbook:
    forms = [catalogue.forms[name] for name in ("task-master", "progress", "plan-actual", "directory")]
    order = Order(
        forms=forms,
        catalogue=catalogue,
        created=datetime(2023, 10, 16),
        rows={"directory": PEOPLE},
        ready_rows=12,
    )
    return openpyxl.load_workbook(io.BytesIO(build(order)), data_only=True)


def source(book: Workbook, sheet: str, title: str) -> str:
    tab = book[sheet]
    letter = next(cell.column_letter for cell in tab[3] if cell.value == title)
    rules = tab.data_validations.dataValidation
    return next(str(rule.formula1) for rule in rules if str(rule.sqref).startswith(f"{letter}4:"))


def test_people_stand_under_their_departments(book: Workbook) -> None:
    """Also those of a department that is none of ours; in the order of the directory."""
    sheet = book["人员下拉"]
    columns = [[cell.value for cell in column if cell.value] for column in sheet.iter_cols(3, 5)]
    assert columns == [["市场部", "王磊", "赵敏"], ["数据部", "周涛"], []]


def test_the_tab_stays_out_of_sight(book: Workbook) -> None:
    assert book["人员下拉"].sheet_state == "hidden"


def test_a_person_depends_on_the_department_of_the_row(book: Workbook) -> None:
    """$C4 is the initiating department, in whatever row the cell is."""
    offered = source(book, "跨部门协作任务总表", "发起人")
    assert "MATCH($C4,'人员下拉'!$C$1:" in offered
    assert len(offered) <= 255, "Excel takes no longer one"


def test_everybody_is_offered_where_a_form_has_no_department(book: Workbook) -> None:
    assert source(book, "任务执行进度跟踪表", "负责人").startswith("OFFSET('人员部门名册'!$A$4,0,0,")


def test_departments_are_those_of_the_directory(book: Workbook) -> None:
    """And the usual ones as long as it has none."""
    offered = source(book, "跨部门协作任务总表", "发起部门")
    assert "'人员下拉'!$C$1" in offered
    assert "'词表'!$" in offered


def test_no_source_of_a_dropdown_is_too_long(catalogue: Catalogue) -> None:
    """Excel offers a repair where one has more than 255 characters; English tab names are the longest."""
    order = Order(
        forms=catalogue.sheets,
        catalogue=catalogue,
        created=datetime(2023, 10, 16),
        language="en",
        ready_rows=999,
    )
    for sheet in openpyxl.load_workbook(io.BytesIO(build(order))).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(str(rule.formula1)) <= 255
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.errorTitle or "") <= 32
