"""One cell of people gets another value, and nothing else in the workbook changes."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import open_package
from sheetsync.excel.patch import apply
from sheetsync.excel.reader import read_book
from sheetsync.model.edit import Change, ReplaceValue
from sheetsync.model.table import CellState, RawSheet, Version
from tests.structure import faults

Orders = Callable[..., tuple[object, ...]]
People = Callable[..., Path]
Sheet = xlsxwriter.worksheet.Worksheet
Book = xlsxwriter.Workbook

_CORPUS = Path(__file__).parents[2] / "data" / "corpus"
FRIDAY, MONDAY = datetime(2023, 10, 13, 18), datetime(2023, 10, 16, 18)


def rich(book: Book, sheet: Sheet) -> None:
    """Dates, formulas, comments, validation and colours beside the two columns of text."""
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "bg_color": "#FFEB9C"})
    sheet.write_row(0, 2, ["截止时间", "天数", "数组"])
    sheet.write_datetime(1, 2, FRIDAY, moment)
    sheet.write_formula(1, 3, "=C2+1", None, 45213.75)
    sheet.write_array_formula(1, 4, 2, 4, "{=ROW(A1:A2)}", None, 1)
    sheet.write_comment(1, 2, "已与品牌部确认")
    sheet.data_validation(1, 1, 3, 1, {"validate": "length", "criteria": "<", "value": 50})
    sheet.conditional_format(1, 2, 3, 2, {"type": "cell", "criteria": "<", "value": 1, "format": moment})
    sheet.set_column(5, 5, 20, moment)
    sheet.write_string(0, 5, "完成时间")


def replaced(content: bytes, *orders: ReplaceValue) -> tuple[bytes, tuple[Change, ...]]:
    package, book = open_package(content, "x.xlsx")
    changes = apply(package, book, orders, where="x.xlsx")
    new = package.build() if changes else content
    assert faults(new) <= faults(content)
    return new, changes


def order(cell: str, expected: object, value: object) -> ReplaceValue:
    column, row = ord(cell[0]) - 64, int(cell[1:])
    return ReplaceValue(sheet="任务", row=row, column=column, expected=expected, value=value)  # type: ignore[arg-type] # wrong ones too


def shown(content: bytes, cell: str) -> object:
    return openpyxl.load_workbook(io.BytesIO(content))["任务"][cell].value


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without_cell(xml: bytes, cell: str) -> bytes:
    found, count = re.subn(rb'<c r="%s"[^>]*?(?:/>|>.*?</c>)' % cell.encode(), b"", xml, flags=re.DOTALL)
    assert count == 1
    return found


@pytest.mark.parametrize(
    ("cell", "expected", "value"), [("B3", "任务2", "物料 <改> & 定稿"), ("C2", FRIDAY, MONDAY)]
)
def test_only_the_bytes_of_the_cell_change(
    people: People, cell: str, expected: object, value: object
) -> None:
    old = people(change=rich).read_bytes()
    new, changes = replaced(old, order(cell, expected, value))
    assert shown(new, cell) == value
    assert [change.cell for change in changes] == [cell]
    before, after = parts(old), parts(new)
    part = "xl/worksheets/sheet1.xml"
    assert {name for name in before | after if before.get(name) != after.get(name)} == {part}
    assert without_cell(before[part], cell) == without_cell(after[part], cell)


def test_before_and_after_are_told_as_people_read_them(people: People) -> None:
    _, [change] = replaced(people(change=rich).read_bytes(), order("C2", FRIDAY, datetime(2023, 10, 16)))
    assert (change.before, change.after) == ("2023-10-13 18:00", "2023-10-16")


def test_a_date_keeps_its_format_and_look(people: People) -> None:
    new, _ = replaced(people(change=rich).read_bytes(), order("C2", FRIDAY, MONDAY))
    cell = openpyxl.load_workbook(io.BytesIO(new))["任务"]["C2"]
    assert (cell.value, cell.number_format, cell.fill.fgColor.rgb) == (
        MONDAY, "yyyy-mm-dd hh:mm", "FFFFEB9C"
    )  # fmt: skip


def test_a_date_in_a_1904_workbook_is_that_date(tmp_path: Path) -> None:
    path = tmp_path / "1904.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet("任务")
        sheet.write_datetime("A1", FRIDAY, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    new, _ = replaced(path.read_bytes(), order("A1", FRIDAY, MONDAY))
    assert shown(new, "A1") == MONDAY


def test_a_text_that_looks_like_a_formula_stays_a_text(people: People) -> None:
    new, _ = replaced(people().read_bytes(), order("B2", "任务1", "=1+1"))
    assert openpyxl.load_workbook(io.BytesIO(new))["任务"]["B2"].data_type == "s"


def test_an_empty_cell_takes_the_look_of_its_column(people: People) -> None:
    new, _ = replaced(people(change=rich).read_bytes(), order("F2", "", MONDAY))
    cell = openpyxl.load_workbook(io.BytesIO(new))["任务"]["F2"]
    assert (cell.value, cell.number_format) == (MONDAY, "yyyy-mm-dd hh:mm")


def test_what_stands_already_is_no_change(people: People) -> None:
    old = people(change=rich).read_bytes()
    assert replaced(old, order("C2", "whatever", FRIDAY)) == (old, ())


@pytest.mark.parametrize(
    ("cell", "expected", "said"),
    [
        ("B2", "任务9", "holds '任务1' now"),
        ("C2", MONDAY, "not what was read"),
        ("C2", date(2023, 10, 13), "not what was read"),
        ("B2", 1.0, "not what was read"),
        ("B2", "", "not what was read"),
        ("D2", 45213.75, "formula"),
        ("E3", "", "formula"),
    ],
)
def test_a_cell_that_holds_something_else_is_refused(
    people: People, cell: str, expected: object, said: str
) -> None:
    with pytest.raises(InputRefusedError, match=said):
        replaced(people(change=rich).read_bytes(), order(cell, expected, "新"))


@pytest.mark.parametrize(
    ("change", "cell", "said"),
    [
        (lambda _, sheet: sheet.merge_range("B3:B4", "任务2"), "B3", "merged"),
        (lambda _, sheet: sheet.protect(), "B3", "protected"),
    ],
)
def test_a_cell_that_must_not_be_written_is_refused(
    people: People, change: Callable[..., None], cell: str, said: str
) -> None:
    with pytest.raises(InputRefusedError, match=said):
        replaced(people(change=change).read_bytes(), order(cell, "任务2", "新"))


def test_our_own_columns_are_refused(people: People, orders: Callable[..., tuple[object, ...]]) -> None:
    package, book = open_package(people().read_bytes(), "x.xlsx")
    apply(package, book, orders("任务"), where="x.xlsx")  # type: ignore[arg-type] # the edits of a run
    with pytest.raises(InputRefusedError, match="column of ours"):
        replaced(package.build(), order("C2", "延期", "正常"))


def test_the_rest_of_a_run_is_written_beside(
    people: People, orders: Callable[..., tuple[object, ...]]
) -> None:
    package, book = open_package(people().read_bytes(), "x.xlsx")
    edits = (order("B3", "任务2", "新"), *orders("任务"))
    apply(package, book, edits, where="x.xlsx")  # type: ignore[arg-type] # as above
    new = package.build()
    assert (shown(new, "B3"), shown(new, "C3")) == ("新", "延期")


def sheet_read(content: bytes) -> RawSheet:
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx")
    return next(sheet for sheet in book.sheets if sheet.name == "任务")


def test_the_reader_tells_beforehand_what_will_be_refused(people: People) -> None:
    facts = sheet_read(people(change=rich).read_bytes()).facts
    assert [facts.cell_state(2, column) for column in (2, 3, 4, 5)] == [
        CellState(),
        CellState(dated=True),
        CellState(fixed="formula"),
        CellState(fixed="formula"),
    ]
    assert facts.cell_state(3, 5) == CellState(fixed="formula")
    assert facts.cell_state(3, 6) == CellState(dated=True)


@pytest.mark.parametrize("name", sorted(path.name for path in _CORPUS.glob("[!r]*.xlsx")))
def test_real_workbooks_keep_all_other_cells(name: str) -> None:
    content = (_CORPUS / name).read_bytes()
    book = read_book(content, name="x", version=Version("v"), where=name)
    for sheet in book.sheets:
        places = (
            (row, column)
            for row, cells in enumerate(sheet.rows, sheet.first_row)
            for column, value in enumerate(cells, sheet.first_column)
            if isinstance(value, str) and value
        )
        for row, column in list(places)[:5]:
            if sheet.facts.cell_state(row, column).fixed is not None:
                continue
            was = sheet.rows[row - sheet.first_row][column - sheet.first_column]
            one = ReplaceValue(sheet=sheet.name, row=row, column=column, expected=was, value="另一个值")
            try:
                new, changes = replaced(content, one)
            except InputRefusedError as refusal:
                assert "header" in str(refusal)  # noqa: PT017 - only some cells are headers
                continue
            assert len(changes) == 1
            after = read_book(new, name="x", version=Version("v"), where=name)
            for before, other in zip(book.sheets, after.sheets, strict=True):
                cells = [list(line) for line in before.rows]
                if before.name == sheet.name:
                    cells[row - sheet.first_row][column - sheet.first_column] = "另一个值"
                assert [list(line) for line in other.rows] == cells
            break
