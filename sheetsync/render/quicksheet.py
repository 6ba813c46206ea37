"""A worksheet of XlsxWriter that takes and writes its cells in one go; a tab of ours has thousands."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import NoReturn

from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.worksheet import Worksheet

from sheetsync.marks import column_letters
from sheetsync.render.chart import Chart
from sheetsync.render.drawing import Corner, Placed
from sheetsync.render.look import Look
from sheetsync.render.quicktags import QuickTags, escaped, quoted

_SHORT = 16_383
"""Characters that are within Excel's limit even where each counts as two."""
_LONGEST = 32_767
"""Characters that Excel takes, those beyond the first 65,536 as two."""

_USUAL = (20, False)
"""Height of a row of which nothing is said, in pixels, and that it is not hidden."""

Value = str | float | None
"""What a cell shows; None for one that has a look only."""


class _Pieces(list[str]):
    """A file in memory whose pieces are encoded one by one: few hold more than ASCII, which costs nothing."""

    write = list.append

    def encoded(self) -> bytes:
        return b"".join(map(str.encode, self))


class QuickSheet(QuickTags, Worksheet):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, but texts within their cells, and no spans of rows, which are hints only.

    What it replaces are inner steps of the library. Its cells are texts and numbers, each with a look; of
    them it keeps what follows the place in their elements. Links are those to places of the workbook.
    """

    def __init__(self) -> None:
        super().__init__()
        self._begins: dict[Look, str] = {}
        self._merged: defaultdict[int, int] = defaultdict(int)
        """Which columns of a row are merged, a bit each."""
        self._merges: list[str] = []
        self._links: dict[tuple[int, int], str] = {}
        self._placed: list[tuple[int, int, Chart, str]] = []

    @property
    def looks(self) -> Sequence[Look]:
        """The looks of its cells, as they are counted from 1."""
        return list(self._begins)

    def write_block(self, row: int, col: int, rows: int, cols: int, value: Value, look: Look) -> None:
        """Write one value over some rows and columns; an empty text leaves them empty.

        Raises:
            OverlappingRange: Some of the cells are merged already.
            TypeError: It is a number that no cell can hold.
        """
        begin = self._begins.get(look) or self._begin(look)
        cell = _cell(begin, value) if value is not None and value != "" else begin + "/>"
        if rows > 1 or cols > 1:
            self._merge(row, col, rows, cols)
            blanks = dict.fromkeys(range(col, col + cols), begin + "/>")
            for at in range(row, row + rows):
                self.table[at].update(blanks)
        self.table[row][col] = cell

    def write_string(self, row: int, col: int, string: str, look: Look) -> None:
        """Write a text."""
        self.table[row][col] = _cell(self._begin(look), string)

    def write_blank(self, row: int, col: int, _: object, look: Look) -> None:
        """Write a cell that has a look only."""
        self.table[row][col] = self._begin(look) + "/>"

    def write_link(self, row: int, col: int, rows: int, cols: int, text: str, look: Look, to: str) -> None:
        """Write a text over some rows and columns that jumps to a place of the workbook."""
        self._links[row, col] = f'location="{quoted(to)}" display="{quoted(text)}"'
        self.write_block(row, col, rows, cols, text, look)

    def write_down(self, row: int, col: int, numbers: Sequence[float | None], look: Look) -> list[str | None]:
        """Write numbers below each other; None leaves the cell empty.

        Returns:
            What charts that refer to the cells remember of them.

        Raises:
            TypeError: One is a number that no cell can hold.
        """
        begin = self._begin(look)
        if not all(map(isfinite, filter(None, numbers))):
            raise TypeError(f"no cell can hold one of {numbers}")
        shown = [None if number is None else f"{number:.16G}" for number in numbers]
        for at, text in enumerate(shown, start=row):
            if text is not None:
                self.table[at][col] = f"{begin}><v>{text}</v></c>"
        return [text and text.lower() for text in shown]

    def set_row_pixels(self, row: int, height: int, *_: None) -> None:
        """Give a row a height."""
        self.row_sizes[row] = (height, False)

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

    def written(self) -> bytes:
        """Return its part."""
        pieces = _Pieces()
        self._set_filehandle(pieces)
        self._measure()
        self._assemble_xml_file()
        return pieces.encoded()

    def _measure(self) -> None:
        """Tell the library which part of the sheet is in use; it looks at single cells no more."""
        rows = self._rows()
        if rows:
            self._check_dimensions(rows[0], 0)
            self._check_dimensions(
                rows[-1], max((max(cells) for cells in self.table.values() if cells), default=0)
            )

    def _rows(self) -> Sequence[int]:
        """Return the rows that have cells or a height, in order, without those that Excel does not know."""
        used = self.table.keys() | self.row_sizes.keys()
        return sorted(row for row in used if row < self.xls_rowmax)

    def _begin(self, look: Look) -> str:
        begin = self._begins.get(look)
        if begin is None:
            begin = self._begins[look] = f' s="{len(self._begins) + 1}"'
        return begin

    def _merge(self, row: int, col: int, rows: int, cols: int) -> None:
        columns = ((1 << cols) - 1) << col
        for at in range(row, row + rows):
            if self._merged[at] & columns:
                raise OverlappingRange(f"some cells of row {at + 1} are merged already")
            self._merged[at] |= columns
        last, right = row + rows, column_letters(col + cols)
        self._merges.append(f'<mergeCell ref="{column_letters(col + 1)}{row + 1}:{right}{last}"/>')

    def _write_rows(self) -> None:
        write = self.fh.write
        for row in self._rows():
            cells, (height, _), number = self.table.get(row), self.row_sizes.get(row, _USUAL), row + 1
            begin = f'<row r="{number}"{_height(height)}'
            if not cells:
                write(f"{begin}/>")
                continue
            write(f"{begin}>")
            for col in sorted(cells):
                write(f'<c r="{column_letters(col + 1)}{number}"{cells[col]}')
            write("</row>")

    def _write_merge_cells(self) -> None:
        if self._merges:
            self.fh.write(f'<mergeCells count="{len(self._merges)}">{"".join(self._merges)}</mergeCells>')

    def _write_hyperlinks(self) -> None:
        if self._links:
            links = [
                f'<hyperlink ref="{column_letters(col + 1)}{row + 1}" {said}/>'
                for (row, col), said in sorted(self._links.items())
            ]
            self.fh.write(f"<hyperlinks>{''.join(links)}</hyperlinks>")

    def _prepare_formula(self, formula: str, *_: bool) -> str:
        # Its base looks for some hundred functions that are younger than the format; ours are older.
        return formula.removeprefix("=")

    def _write_drawings(self) -> None:
        if self._placed:
            self.fh.write('<drawing r:id="rId1"/>')

    def _refuse(self, *_: object) -> NoReturn:
        raise NotImplementedError("its cells are texts and numbers, its links lead to its workbook")

    # By these the library takes what it would have to write itself.
    _write_string = _write_number = _write_blank = _write_formula = _write_boolean = _refuse
    _write_datetime = _write_rich_string = _write_url = _refuse


@lru_cache(maxsize=1000)
def _height(pixels: int) -> str:
    """Return how tall a row is; of one that is as tall as most nothing is said."""
    return "" if pixels == _USUAL[0] else f' ht="{pixels * 0.75:.16g}" customHeight="1"'


def _cell(begin: str, value: str | float) -> str:
    """Return what follows the place in the element of a cell; a text that Excel does not take is left out."""
    if not isinstance(value, str):
        if not isfinite(value):
            raise TypeError(f"no cell can hold {value}")
        return f"{begin}><v>{value:.16G}</v></c>"
    if len(value) > _SHORT and not _fits(value):
        return begin + "/>"
    text = escaped(value)
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'{begin} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _fits(string: str) -> bool:
    return len(string) + sum(letter > "\uffff" for letter in string) <= _LONGEST
