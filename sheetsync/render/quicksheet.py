"""A worksheet of XlsxWriter that takes and writes its usual cells in one go; a tab of ours has thousands."""

import re
from collections.abc import Sequence
from itertools import product
from math import isfinite
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

from sheetsync.marks import column_letters

_SPECIAL = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What may have to be written otherwise than it is; `_x` begins an escape of the format."""


class Cell(NamedTuple):
    """A cell that is ready to be written.

    Args:
        tail: What follows the place in its element.
        told: What a chart that refers to it remembers.
    """

    tail: str
    told: str


class String(Cell):
    """A text; the library asks for its cells by this name where it writes links."""


class QuickSheet(Worksheet):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, but texts within their cells, and no spans of rows, which are hints only.

    What it replaces are inner steps of the library. Cells that it does not take itself (without a look, or of
    another kind) are taken and written by the library.
    """

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[Format, int] = {}

    def merge_range(
        self, first_row: int, first_col: int, last_row: int, last_col: int, data: str, look: Format
    ) -> int:
        """Merge cells; all get the look, and the first the text."""
        rows, cols = range(first_row, last_row + 1), range(first_col, last_col + 1)
        area = list(product(rows, cols))
        if data or len(area) < 2 or not self.merged_cells.keys().isdisjoint(area):
            return int(super().merge_range(first_row, first_col, last_row, last_col, data, look))
        self._check_dimensions(first_row, first_col)
        self._check_dimensions(last_row, last_col)
        self.merged_cells.update(dict.fromkeys(area, True))
        self.merge.append([first_row, first_col, last_row, last_col])
        blank = self._blank(look)
        for row in rows:
            self.table[row].update(dict.fromkeys(cols, blank))
        return 0

    def write_string(self, row: int, col: int, string: str, look: Format | None = None) -> int:
        """Write a text."""
        if look is None or len(string) > self.xls_strmax // 2:
            return int(super()._write_string(row, col, string, look))
        tail = f' s="{self._style(look)}" t="inlineStr"><is>{_text(string)}</is></c>'
        return self._put(row, col, String(tail, string))

    def write_number(self, row: int, col: int, number: float, look: Format | None = None) -> int:
        """Write a number."""
        if look is None or not isfinite(number):
            return int(super()._write_number(row, col, number, look))
        return self._put(row, col, _number(self._style(look), number))

    def write_blank(self, row: int, col: int, _: object, look: Format | None = None) -> int:
        """Write a cell that has a look only."""
        return 0 if look is None else self._put(row, col, self._blank(look))

    def write_down(self, row: int, col: int, values: Sequence[str | float | None], look: Format) -> None:
        """Write texts and numbers below each other; None leaves the cell empty."""
        style = self._style(look)
        for at, value in enumerate(values, start=row):
            if isinstance(value, str):
                self.write_string(at, col, value, look)
            elif value is not None and isfinite(value):
                self._put(at, col, _number(style, value))
            elif value is not None:
                self.write_number(at, col, value, look)

    # The library's own calls, for links and merged cells, come in by these.
    _write_string, _write_number, _write_blank = write_string, write_number, write_blank

    def _blank(self, look: Format) -> Cell:
        return Cell(f' s="{self._style(look)}"/>', "")

    def _style(self, look: Format) -> int:
        style = self._styles.get(look)
        if style is None:
            # The library compares all properties at each call where two formats are equal.
            style = self._styles[look] = look._get_xf_index()  # noqa: SLF001 - as its own cells do
        return style

    def _put(self, row: int, col: int, cell: Cell) -> int:
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = cell
        return 0

    def _get_range_data(self, row_start: int, col_start: int, row_end: int, col_end: int) -> list[Any]:
        told: list[Any] = []
        for row, col in product(range(row_start, row_end + 1), range(col_start, col_end + 1)):
            cell = self.table[row].get(col)
            if cell is None or isinstance(cell, Cell):
                told.append(cell and cell.told)
            else:
                told += super()._get_range_data(row, col, row, col)
        return told

    def _write_rows(self) -> None:
        for row in sorted(self.table.keys() | self.row_info.keys()):
            cells, info = self.table.get(row), self.row_info.get(row)
            if not cells:
                if info is not None:
                    self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            number, write = row + 1, self.fh.write
            for col, cell in sorted(cells.items()):
                if isinstance(cell, Cell):
                    write(f'<c r="{column_letters(col + 1)}{number}"{cell.tail}')
                else:
                    self._write_cell(row, col, cell)
            write("</row>")

    def _write_merge_cell(self, merged_range: list[int]) -> None:
        top, left, bottom, right = merged_range
        first, last = column_letters(left + 1), column_letters(right + 1)
        self.fh.write(f'<mergeCell ref="{first}{top + 1}:{last}{bottom + 1}"/>')


def _number(style: int, number: float) -> Cell:
    return Cell(f' s="{style}"><v>{number:.16G}</v></c>', f"{number:.16g}")


def _text(string: str) -> str:
    """Return the element of a text, as the library writes shared ones."""
    if _SPECIAL.search(string):
        string = XMLwriter._escape_control_characters(string)  # noqa: SLF001 - as its own texts do
        string = escape(string)
    space = ' xml:space="preserve"' if string != string.strip() else ""
    return f"<t{space}>{string}</t>"
