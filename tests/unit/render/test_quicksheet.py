"""Cells are written as the library writes them."""

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync.excel.graft import Guest
from sheetsync.render.quickbook import QuickBook
from sheetsync.render.quicksheet import QuickSheet
from tests.packing import packed, unpacked
from tests.structure import faults

TEXTS = ("甲 & <乙>", " 空格 ", "_x0041_", "a\x01b\tc\nd", "\ufffe", "")
NUMBERS = (1, -0.1, 1e21, None, 45215.75, 1e-7)
CREATED = datetime(2023, 10, 16, 9)
FIRST = 30
"""Row of the numbers that stand below each other."""


def down(sheet: Worksheet, column: int, values: Sequence[float | None], look: Format) -> None:
    """Write cells below each other, ours in one go."""
    if isinstance(sheet, QuickSheet):
        assert sheet.write_down(FIRST, column, values, look) == [
            "1",
            "-0.1",
            "1e+21",
            None,
            "45215.75",
            "1e-07",
        ]
        return
    for row, value in enumerate(values, start=FIRST):
        if value is not None:
            sheet.write_number(row, column, value, look)


def link(sheet: Worksheet, row: int, text: str, look: Format) -> None:
    """Write a text that jumps to a place."""
    if isinstance(sheet, QuickSheet):
        sheet.write_link(row, 4, 1, 1, text, look, "'仪表盘 & 图'!A1")
    else:
        sheet.write_url(row, 4, "internal:'仪表盘 & 图'!A1", look, text)


def fill(book: Workbook, sheet: Worksheet) -> None:
    bold, same = book.add_format({"bold": True}), book.add_format({"bold": True})
    look = book.add_format({"num_format": "0.0"})
    sheet.set_row(7, 30, bold)
    sheet.set_row(90, 30)
    sheet.set_column(3, 4, 20, look)
    sheet.merge_range(0, 0, 1, 27, "", bold)
    sheet.write_string(0, 0, "甲 & 乙", bold)
    sheet.merge_range(20, 0, 20, 1, "丙", bold)
    for row, value in enumerate(TEXTS, start=40):
        sheet.write_string(row, 3, value, same if row % 2 else bold)
    sheet.write_number(50, 0, 1e-7, bold)
    down(sheet, 26, NUMBERS, bold)
    sheet.write_blank(8, 0, None, bold)
    sheet.write_formula(8, 1, "=1+1", bold, 2)
    sheet.write_boolean(8, 2, True, bold)
    for row, text in ((9, "去"), (8, '"甲" & <乙>')):
        link(sheet, row, text, bold)


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
        fill(whole, whole.add_worksheet("仪表盘"))
    library = unpacked((tmp_path / "whole.xlsx").read_bytes())
    book = QuickBook("仪表盘", CREATED, {})
    fill(book, book.sheet)
    sheet = "xl/worksheets/sheet1.xml"
    assert alike(book.parts()[sheet], b"") == alike(library[sheet], library["xl/sharedStrings.xml"])


def test_a_workbook_is_whole_and_names_what_belongs_to_its_tab(tmp_path: Path) -> None:
    def set_up(sheet: Worksheet) -> None:
        sheet.print_area(0, 0, 9, 3)
        sheet.repeat_rows(2)
        sheet.autofilter(2, 0, 9, 3)

    with Workbook(tmp_path / "whole.xlsx") as whole:
        set_up(whole.add_worksheet("甲 & <乙>"))
    book = QuickBook("甲 & <乙>", CREATED, {})
    set_up(book.sheet)
    titles = {"甲 & <乙>": "甲"}
    parts = book.parts()
    ours, theirs = Guest(parts), Guest(unpacked((tmp_path / "whole.xlsx").read_bytes()))
    assert ours.sheet == theirs.sheet
    assert ours.names(titles) == theirs.names(titles)
    assert len(ours.names(titles)) == 3
    assert not faults(packed(parts))
    assert openpyxl.load_workbook(BytesIO(packed(parts))).properties.created == CREATED


def test_a_text_that_excel_does_not_take_is_left_out() -> None:
    """Excel counts a character beyond the first 65,536 as two."""
    book = QuickBook("仪表盘", CREATED, {})
    look = book.add_format({"bold": True})
    for row, text in enumerate(("x" * 32_767, "x" * 32_768, "\U0001f600" * 16_383, "\U0001f600" * 16_384)):
        book.sheet.write_string(row, 0, text, look)
    sheet = openpyxl.load_workbook(BytesIO(packed(book.parts())))["仪表盘"]
    assert [len(str(cell.value or "")) for (cell,) in sheet.iter_rows()] == [32_767, 0, 16_383, 0]


def test_a_number_that_no_cell_can_hold_is_refused() -> None:
    book = QuickBook("仪表盘", CREATED, {})
    look = book.add_format({"bold": True})
    for value in (float("nan"), float("inf")):
        with pytest.raises(TypeError):
            book.sheet.write_number(0, 0, value, look)
        with pytest.raises(TypeError):
            book.sheet.write_down(0, 0, [1.0, value], look)


def test_cells_are_not_merged_twice() -> None:
    book = QuickBook("仪表盘", CREATED, {})
    sheet, look = book.sheet, book.add_format({"bold": True})
    sheet.merge_range(0, 0, 1, 2, "", look)
    with pytest.raises(OverlappingRange):
        sheet.merge_range(1, 2, 2, 2, "", look)


def test_looks_that_equal_each_other_as_keys_do_not_stand_for_each_other() -> None:
    """1, 1.0 and True are one key; what is worked out for one is not what the other would be written as."""
    book = QuickBook("仪表盘", CREATED, {})
    sizes = [book.add_format({"font_size": size}).font_size for size in (9, 9.0, 9)]
    assert [repr(size) for size in sizes] == ["9", "9.0", "9"]


def test_a_link_out_of_the_workbook_is_refused() -> None:
    book = QuickBook("仪表盘", CREATED, {})
    with pytest.raises(NotImplementedError):
        book.sheet.write_url(0, 0, "https://example.com", book.add_format({"bold": True}))
