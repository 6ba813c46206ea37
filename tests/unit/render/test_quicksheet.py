"""Cells are written as the library writes them."""

import io
import re
import zipfile

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync.render.quicksheet import QuickSheet


def draw(kind: type[Worksheet]) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        bold, same = book.add_format({"bold": True}), book.add_format({"bold": True})
        look = book.add_format({"num_format": "0.0"})
        sheet = book.add_worksheet("仪表盘", kind)
        sheet.set_row(7, 30, bold)
        sheet.set_column(3, 4, 20, look)
        sheet.merge_range(0, 0, 1, 27, "甲 & 乙", bold)
        for row, value in enumerate((1, -0.1, 1e21, 45215.75, 3.0), start=2):
            sheet.write_number(row, 26, value, same if row % 2 else look)
        sheet.write_string(7, 1, "<没有格式>")
        sheet.write_string(7, 3, "没有格式")
        sheet.write_blank(8, 0, None, bold)
        sheet.write_formula(8, 1, "=1+1", bold, 2)
        sheet.write_boolean(8, 2, True, bold)
        sheet.write_url(9, 0, "internal:'仪表盘'!A1", bold, "去")
    with zipfile.ZipFile(buffer) as packed:
        return packed.read("xl/worksheets/sheet1.xml")


def test_only_the_hints_of_rows_are_left_out() -> None:
    assert draw(QuickSheet) == re.sub(rb' spans="[^"]*"', b"", draw(Worksheet))
