"""Which formulas make a workbook be calculated when it is opened."""

from io import BytesIO

import pytest
import xlsxwriter

from sheetsync.excel.gate import open_package
from sheetsync.excel.host import Host
from sheetsync.excel.recalculation import depends


def host(*formulas: str) -> Host:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("汇总")
    for row, formula in enumerate(formulas):
        sheet.write_formula(row, 0, formula)
    for title in ("任务1", "任务2"):
        book.add_worksheet(title)
    book.close()
    return Host(*open_package(stream.getvalue(), "x.xlsx"), {})


@pytest.mark.parametrize(("title", "speaks"), [("任务1", False), ("任务2", True), ("任务", False)])
def test_sheets_whose_titles_differ_in_a_digit_are_told_apart(title: str, speaks: bool) -> None:
    assert depends(host("='任务2'!A1"), [title], {}) is speaks


@pytest.mark.parametrize(("column", "speaks"), [(3, False), (4, True)])
def test_a_formula_filled_down_speaks_of_its_columns_in_every_row(column: int, speaks: bool) -> None:
    assert depends(host(*(f"=D{row}+1" for row in range(8, 120))), [], {"汇总": {column}}) is speaks


def test_a_character_reference_is_no_row_number() -> None:
    assert depends(host('=D8&"&#10;"'), [], {"汇总": {4}})
