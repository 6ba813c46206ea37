"""Cells are written as the library writes them."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync.render.quickbook import QuickBook
from sheetsync.render.quicksheet import QuickSheet
from tests.packing import unpacked

TEXTS = ("甲 & <乙>", " 空格 ", "_x0041_", "a\x01b\tc\nd", "\ufffe", "")
NUMBERS = (1, -0.1, 1e21, None, 45215.75, 1e-7)
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
    sheet.write_string(7, 1, "<没有格式>")
    sheet.write_string(7, 3, "没有格式")
    sheet.write_blank(8, 0, None, bold)
    sheet.write_formula(8, 1, "=1+1", bold, 2)
    sheet.write_boolean(8, 2, True, bold)
    sheet.write_url(9, 0, "internal:'仪表盘'!A1", bold, "去")


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
    book = QuickBook({})
    fill(book, book.add_worksheet("仪表盘", QuickSheet))
    parts = book.parts()
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    assert alike(parts[sheet], parts[strings]) == alike(library[sheet], library[strings])


def test_cells_are_not_merged_twice() -> None:
    book = QuickBook({})
    sheet, look = book.add_worksheet("仪表盘", QuickSheet), book.add_format({"bold": True})
    sheet.merge_range(0, 0, 1, 2, "", look)
    with pytest.raises(OverlappingRange):
        sheet.merge_range(1, 2, 2, 2, "", look)


def test_looks_that_equal_each_other_as_keys_do_not_stand_for_each_other() -> None:
    """1, 1.0 and True are one key; what is worked out for one is not what the other would be written as."""
    book = QuickBook({})
    sizes = [book.add_format({"font_size": size}).font_size for size in (9, 9.0, 9)]
    assert [repr(size) for size in sizes] == ["9", "9.0", "9"]
