"""A worksheet of XlsxWriter that takes and writes its usual cells in one go; a tab of ours has thousands."""

from collections import defaultdict
from collections.abc import Sequence
from io import StringIO
from math import isfinite
from typing import NoReturn

from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheetsync.marks import column_letters
from sheetsync.render.chart import Chart
from sheetsync.render.drawing import Corner, Placed
from sheetsync.render.quicktags import QuickTags, escaped, quoted

_SHORT = 16_383
"""Characters that are within Excel's limit even where each counts as two."""
_LONGEST = 32_767
"""Characters that Excel takes, those beyond the first 65,536 as two."""

Value = str | float | None
"""What a cell shows; None for one that has a look only."""


class QuickSheet(QuickTags, Worksheet):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, but texts within their cells, and no spans of rows, which are hints only.

    What it replaces are inner steps of the library. Cells of other kinds than texts and numbers are taken and
    written by the library; of its own it keeps what follows the place in their elements. Links are those to
    places of the workbook.
    """

    def __init__(self) -> None:
        super().__init__()
        self._begins: dict[Format, str] = {}
        self._merged: defaultdict[int, int] = defaultdict(int)
        """Which columns of a row are merged, a bit each."""
        self._links: dict[tuple[int, int], str] = {}
        self._placed: list[tuple[int, int, Chart, str]] = []

    def write_block(self, row: int, col: int, rows: int, cols: int, value: Value, look: Format) -> int:
        """Write one value over some rows and columns; an empty text leaves them empty.

        Raises:
            OverlappingRange: Some of the cells are merged already.
            TypeError: It is a number that no cell can hold.
        """
        begin = self._begin(look)
        cell = _cell(begin, value) if value != "" else begin + "/>"
        if rows > 1 or cols > 1:
            if self._check_dimensions(row + rows - 1, col + cols - 1):
                return -1
            self._merge(row, col, rows, cols)
            blanks = dict.fromkeys(range(col, col + cols), begin + "/>")
            for at in range(row, row + rows):
                self.table[at].update(blanks)
        return self._put(row, col, cell)

    def merge_range(
        self, first_row: int, first_col: int, last_row: int, last_col: int, data: Value, look: Format
    ) -> int:
        """Merge cells; all get the look, and the first the value."""
        rows, cols = last_row - first_row + 1, last_col - first_col + 1
        return self.write_block(first_row, first_col, rows, cols, data, look)

    def write_string(self, row: int, col: int, string: str, look: Format) -> int:
        """Write a text."""
        return self._put(row, col, _cell(self._begin(look), string))

    def write_number(self, row: int, col: int, number: float, look: Format) -> int:
        """Write a number."""
        return self._put(row, col, _cell(self._begin(look), number))

    def write_blank(self, row: int, col: int, _: object, look: Format) -> int:
        """Write a cell that has a look only."""
        return self._put(row, col, self._begin(look) + "/>")

    def write_link(self, row: int, col: int, rows: int, cols: int, text: str, look: Format, to: str) -> int:
        """Write a text over some rows and columns that jumps to a place of the workbook."""
        self._links[row, col] = f'location="{quoted(to)}" display="{quoted(text)}"'
        return self.write_block(row, col, rows, cols, text, look)

    def write_down(
        self, row: int, col: int, numbers: Sequence[float | None], look: Format
    ) -> list[str | None]:
        """Write numbers below each other; None leaves the cell empty.

        Returns:
            What charts that refer to the cells remember of them.

        Raises:
            TypeError: One is a number that no cell can hold.
        """
        begin = self._begin(look)
        told: list[str | None] = []
        if self._check_dimensions(row, col) or self._check_dimensions(row + max(len(numbers), 1) - 1, col):
            return told
        for at, number in enumerate(numbers, start=row):
            if number is None:
                told.append(None)
            else:
                shown = _shown(number)
                self.table[at][col] = f"{begin}><v>{shown}</v></c>"
                told.append(shown.lower())
        return told

    def place_chart(self, row: int, col: int, chart: Chart, title: str) -> None:
        """Put a chart on the sheet; it moves and grows with its cells."""
        self._placed.append((row, col, chart, title))

    def placed(self) -> list[Placed]:
        """Return where the charts stand, once all rows and columns have their sizes."""
        found = []
        for row, col, chart, title in self._placed:
            # From column, row, and how far it is from their edges, to column, row, and how far.
            place = self._position_object_emus(col, row, 0, 0, chart.width, chart.height, 1)
            begin, end = (Corner(place[at], place[at + 2], place[at + 1], place[at + 3]) for at in (0, 4))
            found.append(Placed(chart, begin, end, title))
        return found

    def written(self) -> str:
        """Return its part."""
        file = StringIO()
        self._set_xml_writer(file)
        self._assemble_xml_file()
        return file.getvalue()

    def _put(self, row: int, col: int, cell: str) -> int:
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = cell
        return 0

    def _begin(self, look: Format) -> str:
        begin = self._begins.get(look)
        if begin is None:
            # The library compares all properties at each call where two formats are equal.
            style = look._get_xf_index()  # noqa: SLF001 - as its own cells do
            begin = self._begins[look] = f' s="{style}"'
        return begin

    def _merge(self, row: int, col: int, rows: int, cols: int) -> None:
        columns = ((1 << cols) - 1) << col
        for at in range(row, row + rows):
            if self._merged[at] & columns:
                raise OverlappingRange(f"some cells of row {at + 1} are merged already")
            self._merged[at] |= columns
        self.merge.append([row, col, row + rows - 1, col + cols - 1])

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

    def _write_hyperlinks(self) -> None:
        if self._links:
            links = [
                f'<hyperlink ref="{column_letters(col + 1)}{row + 1}" {said}/>'
                for (row, col), said in sorted(self._links.items())
            ]
            self.fh.write(f"<hyperlinks>{''.join(links)}</hyperlinks>")

    def _write_drawings(self) -> None:
        if self._placed:
            self.fh.write('<drawing r:id="rId1"/>')

    def _write_url(self, *_: object) -> NoReturn:
        raise NotImplementedError("links are those to places of the workbook")


def _cell(begin: str, value: Value) -> str:
    """Return what follows the place in the element of a cell; a text that Excel does not take is left out."""
    if isinstance(value, str) and (len(value) <= _SHORT or _fits(value)):
        return f'{begin} t="inlineStr"><is>{_text(value)}</is></c>'
    if value is None or isinstance(value, str):
        return begin + "/>"
    return f"{begin}><v>{_shown(value)}</v></c>"


def _shown(number: float) -> str:
    if not isfinite(number):
        raise TypeError(f"no cell can hold {number}")
    return f"{number:.16G}"


def _fits(string: str) -> bool:
    return len(string) + sum(letter > "\uffff" for letter in string) <= _LONGEST


def _text(string: str) -> str:
    """Return the element of a text, as the library writes shared ones."""
    string = escaped(string)
    space = ' xml:space="preserve"' if string != string.strip() else ""
    return f"<t{space}>{string}</t>"
