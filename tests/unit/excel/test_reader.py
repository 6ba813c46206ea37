import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sheetsync import marks
from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import Limits
from sheetsync.excel.reader import read_book
from sheetsync.model.table import RawBook, Version

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def read(content: bytes, limits: Limits | None = None) -> RawBook:
    return read_book(content, name="x", version=Version("v"), where="x.xlsx", limits=limits or Limits())


def made(
    fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object], **options: object
) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    fill(book, book.add_worksheet("任务"))
    book.close()
    return stream.getvalue()


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return stream.getvalue()


def test_values_stand_where_a_person_sees_them() -> None:
    book = read(made(lambda _, sheet: (sheet.write(3, 2, "a"), sheet.write(4, 4, 1.5))))
    [sheet] = book.sheets
    assert (sheet.first_row, sheet.first_column) == (4, 3)
    assert [list(row) for row in sheet.rows] == [["a", "", ""], ["", "", 1.5]]


def test_an_empty_sheet_has_no_rows() -> None:
    [sheet] = read(made(lambda *_: None)).sheets
    assert (list(sheet.rows), sheet.first_row, sheet.first_column) == ([], 1, 1)


@pytest.mark.parametrize("number", [14, 22, 27, 31, 36, 50, 57, 58])
def test_chinese_built_in_date_formats_give_dates(number: int) -> None:
    """Excel for Chinese stores ids 27-36 and 50-58 without any code."""
    content = made(lambda book, sheet: sheet.write(0, 0, 45215, book.add_format({"num_format": number})))
    [[value]] = read(content).sheets[0].rows
    assert value in (date(2023, 10, 16), datetime(2023, 10, 16))


def test_a_1904_workbook_gives_the_same_day() -> None:
    day = datetime(2023, 10, 16, 9, 30)
    content = made(
        lambda book, sheet: sheet.write_datetime(
            0, 0, day, book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        ),
        date_1904=True,
    )
    assert [list(row) for row in read(content).sheets[0].rows] == [[day]]


def test_number_formats_are_told_for_numbers_only() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write(0, 0, "标题")
        sheet.write(1, 0, 0.5, book.add_format({"num_format": 9}))
        sheet.write(2, 0, 50)
        sheet.write(3, 0, 0.5, book.add_format({"num_format": "0.0%"}))
        sheet.write_blank(4, 0, None, book.add_format({"num_format": 9}))

    facts = read(made(fill)).sheets[0].facts
    assert facts.number_formats(1) == {2: "0%", 3: "General", 4: "0.0%"}
    assert facts.number_formats(2) == {}


def test_errors_and_formulas_without_a_value_are_unreadable() -> None:
    book = openpyxl.Workbook()
    book.active.append(["=1+1", "x"])
    stream = io.BytesIO()
    book.save(stream)
    content = repacked(
        made(
            lambda _, sheet: (
                sheet.write_formula(0, 0, "=1", None, 1),
                sheet.write_formula(0, 1, "=A9", None, "x"),
            )
        ),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<v>x</v>", b"<v></v>").replace(
            b"</row>", b'<c r="C1" t="e"><v>#REF!</v></c></row>'
        ),
    )
    assert read(stream.getvalue()).sheets[0].facts.unreadable() == {(1, 1): "formula"}
    assert read(content).sheets[0].facts.unreadable() == {(1, 3): "#REF!"}


def test_merged_ranges_and_hidden_sheets_are_told() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range("A1:C1", "项目计划")
        book.add_worksheet("藏").hide()

    first, second = read(made(fill)).sheets
    assert [tuple(area) for area in first.merged] == [(1, 1, 1, 3)]
    assert (first.hidden, second.hidden) == (False, True)


def test_our_columns_and_tabs_are_known_by_their_marks() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["编号", "预警状态", "预警状态（系统）"])
        book.add_worksheet("看板").write(0, 0, "x")
        book.define_name(marks.mark_column(1, "status"), "='任务'!$C$1")
        book.define_name(marks.mark_column(1, "note"), "='没有'!$D$1")
        book.define_name(marks.mark_tab("dashboard"), "=看板!$A$1")

    people, ours = read(made(fill)).sheets
    assert [(own.number, own.row, own.columns) for own in people.own] == [(1, 1, {"status": 3})]
    assert (people.ours, ours.ours) == (False, True)


def test_a_stray_cell_in_the_last_row_costs_nothing() -> None:
    """Calamine holds the whole rectangle; 16 thousand columns times a million rows would end the machine."""
    content = made(lambda _, sheet: (sheet.write(0, 0, "a"), sheet.write(1_048_575, 900, "lost")))
    [sheet] = read(content).sheets
    assert [list(row) for row in sheet.rows] == [["a"]]


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=2), "beyond column 2"),
        (Limits(area=8), "too large"),
    ],
)
def test_sheets_beyond_the_limits_are_refused(
    limits: Limits, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheetsync.excel.reach._HARMLESS", 0)
    content = made(lambda _, sheet: [sheet.write_row(row, 0, [1, 2, 3]) for row in range(3)])
    with pytest.raises(InputRefusedError, match=why):
        read(content, limits)


def test_rows_and_cells_without_their_numbers_are_counted() -> None:
    book = read((CORPUS / "NoReferencesOnRowsOrCells.xlsx").read_bytes())
    facts = book.sheets[0].facts
    assert set(facts.number_formats(1)) <= {1, 2}
    assert len(book.sheets[0].rows) == 2


def test_rows_out_of_order_are_refused() -> None:
    content = made(lambda _, sheet: (sheet.write(0, 0, "a"), sheet.write(1, 0, "b")))
    broken = repacked(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"(<row .*?</row>)(<row .*?</row>)", rb"\2\1", xml),
    )
    with pytest.raises(InputRefusedError, match="row 1 comes after row 2"):
        read(broken)


@pytest.mark.parametrize("large", [False, True])
def test_equal_values_of_different_kinds_stay_what_they_are(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """True equals 1; equal texts of a large sheet are held once."""
    monkeypatch.setattr("sheetsync.excel.reader._SHARED", 16 if large else 17)
    row = [True, 1, False, 0, "1", "字字", 1, True]
    [sheet] = read(made(lambda _, sheet: (sheet.write_row(0, 0, row), sheet.write_row(1, 0, row)))).sheets
    assert [[repr(value) for value in values] for values in sheet.rows] == [
        ["True", "1.0", "False", "0.0", "'1'", "'字字'", "1.0", "True"]
    ] * 2
    assert (sheet.rows[0][5] is sheet.rows[1][5]) == large
