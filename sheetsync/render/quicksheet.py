"""A worksheet of XlsxWriter that takes and writes its usual cells in one go; a tab of ours has thousands."""

from collections import defaultdict
from collections.abc import Sequence
from math import isfinite
from typing import NoReturn

from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheetsync.marks import column_letters
from sheetsync.render.quicktags import QuickTags, escaped

_SHORT = 16_383
"""Characters that are within Excel's limit even where each counts as two."""

Value = str | float | None
"""What a cell shows; None for one that has a look only."""


class String(str):
    """A cell with a text; the library asks for it by this name where it writes links."""

    __slots__ = ()


class QuickSheet(QuickTags, Worksheet):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, but texts within their cells, and no spans of rows, which are hints only.

    What it replaces are inner steps of the library. Cells that it does not take itself (without a look, or of
    another kind) are taken and written by the library; of its own it keeps what follows the place in their
    elements. So charts have to be told what stands in them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._blanks: dict[Format, str] = {}
        self._merged: defaultdict[int, int] = defaultdict(int)
        """Which columns of a row are merged, a bit each."""

    def write_block(self, row: int, col: int, rows: int, cols: int, value: Value, look: Format) -> int:
        """Write one value over some rows and columns.

        Raises:
            OverlappingRange: Some of the cells are merged already.
        """
        if rows > 1 or cols > 1:
            if self._check_dimensions(row, col) or self._check_dimensions(row + rows - 1, col + cols - 1):
                return -1
            self._merge(row, col, rows, cols)
            blanks = dict.fromkeys(range(col, col + cols), self._cell(None, look))
            for at in range(row, row + rows):
                self.table[at].update(blanks)
        return self._take(row, col, None if value == "" else value, look)

    def merge_range(
        self, first_row: int, first_col: int, last_row: int, last_col: int, data: Value, look: Format
    ) -> int:
        """Merge cells; all get the look, and the first the value."""
        rows, cols = last_row - first_row + 1, last_col - first_col + 1
        return self.write_block(first_row, first_col, rows, cols, data, look)

    def write_string(self, row: int, col: int, string: str, look: Format | None = None) -> int:
        """Write a text."""
        return self._take(row, col, string, look)

    def write_number(self, row: int, col: int, number: float, look: Format | None = None) -> int:
        """Write a number."""
        return self._take(row, col, number, look)

    def write_blank(self, row: int, col: int, _: object, look: Format | None = None) -> int:
        """Write a cell that has a look only."""
        return 0 if look is None else self._take(row, col, None, look)

    def write_down(self, row: int, col: int, values: Sequence[Value], look: Format) -> list[str | None]:
        """Write texts and numbers below each other; None leaves the cell empty.

        Returns:
            What charts that refer to the cells remember of them.
        """
        begin = self._cell(None, look).removesuffix("/>")
        told: list[str | None] = []
        for at, value in enumerate(values, start=row):
            if value is None:
                told.append(None)
            elif isinstance(value, str) or not isfinite(value):
                self._take(at, col, value, look)
                told.append(str(value))
            elif not self._check_dimensions(at, col):
                shown = f"{value:.16G}"
                self.table[at][col] = f"{begin}><v>{shown}</v></c>"
                told.append(shown.lower())
        return told

    # The library's own calls, for links, come in by this.
    def _write_string(self, row: int, col: int, string: str, look: Format | None = None) -> int:
        done = self._take(row, col, string, look)
        cell = self.table[row].get(col)
        if isinstance(cell, str):
            self.table[row][col] = String(cell)
        return done

    def _take(self, row: int, col: int, value: Value, look: Format | None) -> int:
        if look is None or not self._is_usual(value):
            write = super()._write_string if isinstance(value, str) else super()._write_number
            return int(write(row, col, value, look))
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = self._cell(value, look)
        return 0

    def _is_usual(self, value: Value) -> bool:
        if isinstance(value, str):
            return len(value) <= _SHORT
        return value is None or isfinite(value)

    def _merge(self, row: int, col: int, rows: int, cols: int) -> None:
        columns = ((1 << cols) - 1) << col
        for at in range(row, row + rows):
            if self._merged[at] & columns:
                raise OverlappingRange(f"some cells of row {at + 1} are merged already")
            self._merged[at] |= columns
        self.merge.append([row, col, row + rows - 1, col + cols - 1])

    def _cell(self, value: Value, look: Format) -> str:
        blank = self._blanks.get(look)
        if blank is None:
            # The library compares all properties at each call where two formats are equal.
            style = look._get_xf_index()  # noqa: SLF001 - as its own cells do
            blank = self._blanks[look] = f' s="{style}"/>'
        if value is None:
            return blank
        begin = blank.removesuffix("/>")
        if isinstance(value, str):
            return f'{begin} t="inlineStr"><is>{_text(value)}</is></c>'
        return f"{begin}><v>{value:.16G}</v></c>"

    def _get_range_data(self, *_: int) -> NoReturn:
        raise NotImplementedError("a chart has to be told what stands in its cells")

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
                if isinstance(cell, str):
                    write(f'<c r="{column_letters(col + 1)}{number}"{cell}')
                else:
                    self._write_cell(row, col, cell)
            write("</row>")

    def _write_merge_cell(self, merged_range: list[int]) -> None:
        top, left, bottom, right = merged_range
        first, last = column_letters(left + 1), column_letters(right + 1)
        self.fh.write(f'<mergeCell ref="{first}{top + 1}:{last}{bottom + 1}"/>')


def _text(string: str) -> str:
    """Return the element of a text, as the library writes shared ones."""
    string = escaped(string)
    space = ' xml:space="preserve"' if string != string.strip() else ""
    return f"<t{space}>{string}</t>"
