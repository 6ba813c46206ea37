"""Cells are written as the library writes them."""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pytest
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.excel.graft import Guest
from sheetsync.render.look import look
from sheetsync.render.quickbook import QuickBook
from sheetsync.render.quicksheet import Value
from tests.packing import packed, unpacked
from tests.structure import faults

TEXTS = ("甲 & <乙>", " 空格 ", "_x0041_", "a\x01b\tc\nd", "\ufffe", "")
NUMBERS = (1, -0.1, 1e21, None, 45215.75, 1e-7)
PLACE = "'仪表盘 & 图'!A1"
Given = dict[str, Any]


class Writer(Protocol):
    """What both write."""

    sheet: Any

    def block(self, row: int, col: int, rows: int, cols: int, value: Value, look: Given) -> None: ...
    def down(self, row: int, col: int, values: Sequence[float | None], look: Given) -> None: ...
    def link(self, row: int, col: int, text: str, look: Given) -> None: ...


def fill(write: Writer) -> None:
    sheet = write.sheet
    bold, same, number = {"bold": True}, {"bold": True, "italic": False}, {"num_format": "0.0"}
    sheet.set_row(7, 30)
    sheet.set_row(90, 30)
    sheet.set_row(91, 15)
    sheet.set_column(3, 4, 20)
    write.block(0, 0, 2, 28, "甲 & 乙", bold)
    write.block(20, 0, 1, 2, "丙", bold)
    write.block(21, 0, 1, 2, "", bold)
    write.block(22, 0, 1, 1, None, number)
    for row, value in enumerate(TEXTS, start=40):
        write.block(row, 3, 1, 1, value or None, same if row % 2 else bold)
    for row, value in enumerate(NUMBERS, start=50):
        write.block(row, 0, 1, 2, value, number)
    write.down(30, 26, NUMBERS, bold)
    for row, text in ((9, "去"), (8, '"甲" & <乙>')):
        write.link(row, 4, text, bold)


class Ours:
    def __init__(self, book: QuickBook) -> None:
        self.sheet = book.sheet

    def block(self, row: int, col: int, rows: int, cols: int, value: Value, given: Given) -> None:
        self.sheet.write_block(row, col, rows, cols, value, look(**given))

    def down(self, row: int, col: int, values: Sequence[float | None], given: Given) -> None:
        told = self.sheet.write_down(row, col, values, look(**given))
        assert told == ["1", "-0.1", "1e+21", None, "45215.75", "1e-07"]

    def link(self, row: int, col: int, text: str, given: Given) -> None:
        self.sheet.write_link(row, col, 1, 1, text, look(**given), PLACE)


class Library:
    def __init__(self, book: Workbook) -> None:
        self.book, self.sheet = book, book.add_worksheet("仪表盘")

    def block(self, row: int, col: int, rows: int, cols: int, value: Value, given: Given) -> None:
        made = self.book.add_format(given)
        if rows > 1 or cols > 1:
            self.sheet.merge_range(row, col, row + rows - 1, col + cols - 1, "", made)
        if isinstance(value, str) and value:
            self.sheet.write_string(row, col, value, made)
        elif value is None or value == "":
            self.sheet.write_blank(row, col, None, made)
        else:
            self.sheet.write_number(row, col, value, made)

    def down(self, row: int, col: int, values: Sequence[float | None], given: Given) -> None:
        for at, value in enumerate(values, start=row):
            if value is not None:
                self.sheet.write_number(at, col, value, self.book.add_format(given))

    def link(self, row: int, col: int, text: str, given: Given) -> None:
        self.sheet.write_url(row, col, f"internal:{PLACE}", self.book.add_format(given), text)


def alike(sheet: bytes, shared: bytes) -> bytes:
    """Return a sheet with the texts in their cells and its looks numbered as they come, without hints."""
    texts = re.findall(rb"<si>(.*?)</si>", shared, re.DOTALL)
    looks: dict[bytes, int] = {}
    xml = re.sub(
        rb' t="s"><v>(\d+)</v>',
        lambda match: b' t="inlineStr"><is>%s</is>' % texts[int(match[1])],
        re.sub(rb' spans="[^"]*"', b"", sheet),
    )
    return re.sub(
        rb' (s|style)="(\d+)"',
        lambda match: b' %s="%d"' % (match[1], looks.setdefault(match[2], len(looks))),
        xml,
    )


def test_only_the_hints_of_rows_are_left_out(tmp_path: Path) -> None:
    with Workbook(tmp_path / "whole.xlsx") as whole:
        fill(Library(whole))
    library = unpacked((tmp_path / "whole.xlsx").read_bytes())
    book = QuickBook("仪表盘")
    fill(Ours(book))
    sheet = "xl/worksheets/sheet1.xml"
    assert alike(book.parts()[sheet], b"") == alike(library[sheet], library["xl/sharedStrings.xml"])


def test_a_workbook_is_whole_and_names_what_belongs_to_its_tab(tmp_path: Path) -> None:
    def set_up(sheet: Worksheet) -> None:
        sheet.print_area(0, 0, 9, 3)
        sheet.repeat_rows(2)
        sheet.autofilter(2, 0, 9, 3)

    with Workbook(tmp_path / "whole.xlsx") as whole:
        set_up(whole.add_worksheet("甲 & <乙>"))
    book = QuickBook("甲 & <乙>")
    set_up(book.sheet)
    titles = {"甲 & <乙>": "甲"}
    parts = book.parts()
    ours, theirs = Guest(parts), Guest(unpacked((tmp_path / "whole.xlsx").read_bytes()))
    assert ours.sheet == theirs.sheet
    assert ours.names(titles) == theirs.names(titles)
    assert len(ours.names(titles)) == 3
    assert not faults(packed(parts))
    assert openpyxl.load_workbook(BytesIO(packed(parts))).sheetnames == ["甲 & <乙>"]


def test_a_text_that_excel_does_not_take_is_left_out() -> None:
    """Excel counts a character beyond the first 65,536 as two."""
    book = QuickBook("仪表盘")
    bold = look(bold=True)
    for row, text in enumerate(("x" * 32_767, "x" * 32_768, "\U0001f600" * 16_383, "\U0001f600" * 16_384)):
        book.sheet.write_string(row, 0, text, bold)
    sheet = openpyxl.load_workbook(BytesIO(packed(book.parts())))["仪表盘"]
    assert [len(str(cell.value or "")) for (cell,) in sheet.iter_rows()] == [32_767, 0, 16_383, 0]


def test_a_number_that_no_cell_can_hold_is_refused() -> None:
    book = QuickBook("仪表盘")
    bold = look(bold=True)
    for value in (float("nan"), float("inf")):
        with pytest.raises(TypeError):
            book.sheet.write_block(0, 0, 1, 1, value, bold)
        with pytest.raises(TypeError):
            book.sheet.write_down(0, 0, [1.0, value], bold)


def test_cells_are_not_merged_twice() -> None:
    book = QuickBook("仪表盘")
    sheet, bold = book.sheet, look(bold=True)
    sheet.write_block(0, 0, 2, 3, "", bold)
    with pytest.raises(OverlappingRange):
        sheet.write_block(1, 2, 2, 1, "", bold)


def test_looks_that_equal_each_other_as_keys_do_not_stand_for_each_other() -> None:
    """1, 1.0 and True are one key; what is worked out for one is not what the other would be written as."""
    sizes = [look(font_size=size).given["font_size"] for size in (9, 9.0, 9)]
    assert [repr(size) for size in sizes] == ["9", "9.0", "9"]


def test_a_look_is_one_in_all_workbooks_and_written_with_the_house_s_font() -> None:
    assert look(bold=True) is look(bold=True)
    book = QuickBook("仪表盘")
    book.sheet.write_string(0, 0, "甲", look(bold=True, bg_color="#FFC7CE"))
    cell = openpyxl.load_workbook(BytesIO(packed(book.parts())))["仪表盘"]["A1"]
    assert (cell.font.name, cell.font.b, cell.fill.fgColor.rgb) == (palette.FONT, True, "FFFFC7CE")


def test_differences_that_nothing_uses_are_not_written() -> None:
    book = QuickBook("仪表盘")
    book.difference(italic=True)
    red = book.difference(bg_color="#FF0000")
    book.sheet.conditional_format(0, 0, 0, 0, {"type": "no_blanks", "format": red})
    styles = book.parts()["xl/styles.xml"]
    assert b'<dxfs count="1">' in styles
    assert b"FFFF0000" in styles


def test_rows_that_excel_does_not_know_are_left_out() -> None:
    book = QuickBook("仪表盘")
    for row in (1_048_575, 1_048_576):
        book.sheet.write_string(row, 0, "甲", look(bold=True))
    assert re.findall(rb'<row r="(\d+)"', book.parts()["xl/worksheets/sheet1.xml"]) == [b"1048576"]


@pytest.mark.parametrize("write", ["write_number", "write_formula", "write_boolean", "write_url", "write"])
def test_cells_and_links_of_other_kinds_are_refused(write: str) -> None:
    values = {"write_formula": "=1+1", "write_url": "https://example.com", "write_boolean": True}
    with pytest.raises(NotImplementedError):
        getattr(QuickBook("仪表盘").sheet, write)(0, 0, values.get(write, 1))
