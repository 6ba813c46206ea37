"""What a sheet knows of its cells beyond their values: number formats, errors, formulas nobody calculated."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat

from sheetsync.excel.cellstate import cell_state
from sheetsync.excel.cellvalue import has_formula, plain
from sheetsync.excel.encoding import to_utf8
from sheetsync.excel.sheet import Cell, SheetPart, Stored, cell_in, suspect_cells
from sheetsync.excel.styles import Styles
from sheetsync.excel.survey import Survey, column_tags, row_chunks
from sheetsync.model.table import CellState

_TYPE = re.compile(rb"\st\s*=\s*[\"']([A-Za-z]+)[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"']([0-9]+)[\"']")
_VALUE = re.compile(rb"<(?:[^\s/>:]+:)?v(?:\s[^>]*)?>([^<]*(?:<!\[CDATA\[.*?\]\]>)?[^<]*)</", re.DOTALL)


class SheetFacts:
    """Facts of one worksheet, found by scanning its bytes when somebody asks; nothing of them is kept.

    Args:
        pieces: Gives the part, piece by piece.
        styles: Gives the workbook's styles.
        seen: The survey of the part, None if it is not a regular one.
    """

    def __init__(
        self, pieces: Callable[[], Iterator[bytes]], styles: Callable[[], Styles], seen: Survey | None
    ) -> None:
        self._pieces = pieces
        self._styles = styles
        self._seen = seen

    @property
    def seen(self) -> Survey | None:
        """The survey of the part; None if it is not a regular one."""
        return self._seen

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number format of the numeric cells of `column`, by row number (both from 1)."""
        codes: dict[bytes, str | None] = {}
        found: dict[int, str] = {}
        for tags in self._column(column):
            given = {attributes for _, attributes in tags}
            for attributes in given - codes.keys():
                numeric = _kind(attributes) == "n"
                codes[attributes] = self._styles().number_format(_style(attributes)) if numeric else None
            shown = {attributes: code for attributes in given if (code := codes[attributes]) is not None}
            if len(shown) == len(given) == 1:
                # Most columns are formatted alike, and have tens of thousands of cells.
                found.update(zip([int(row) for row, _ in tags], repeat(*shown.values()), strict=False))
            else:
                found.update((int(row), shown[attributes]) for row, attributes in tags if attributes in shown)
        return found

    def unreadable(self) -> Mapping[tuple[int, int], str]:
        """Return cells (row, column) that show an error, with its text, or hold a formula without a value."""
        return {
            (cell.row, cell.column): fault
            for cell, inner in self._suspects()
            if (fault := _fault(cell, inner))
        }

    def cell_state(self, row: int, column: int) -> CellState:
        """Return what a cell is beside its value."""
        if self._seen is None:
            cells = self._part.cells(self._part.by_number[row]) if row in self._part.by_number else []
            stored = next((self._part.stored(cell) for cell in cells if cell.column == column), None)
            return cell_state(self._part.xml, self._part, stored, self._styles(), row, column)
        outline = SheetPart(self._seen.outline)
        stored = None
        for rows in row_chunks(self._pieces(), self._seen):
            stored = stored or cell_in(rows, self._seen.prefix, row, column)
        return cell_state(b"".join(self._pieces()), outline, stored, self._styles(), row, column)

    def _column(self, number: int) -> Iterator[Sequence[tuple[bytes | int, bytes]]]:
        """Yield row and attributes of the cells of a column, many at a time.

        None of the empty ones is among them, all of the numbers are.
        """
        if self._seen is None:
            cells = self._part.column(number)
            yield [(cell.row, cell.attributes) for cell in cells if cell.inner]
        elif number <= self._seen.last_column:
            for rows in row_chunks(self._pieces(), self._seen):
                yield column_tags(rows, self._seen.prefix, number)

    def _suspects(self) -> Iterator[tuple[Cell, bytes]]:
        if self._seen is None:
            yield from ((cell, self._part.inner(cell)) for cell in self._part.suspects())
        elif self._seen.errors or not self._seen.valued:
            for rows in row_chunks(self._pieces(), self._seen):
                for cell in suspect_cells(rows, self._seen.prefix, valued=False):
                    yield cell, rows[cell.body : cell.tail]

    @cached_property
    def _part(self) -> SheetPart:
        return SheetPart(to_utf8(b"".join(self._pieces())))


def kind_of(cell: Cell | Stored) -> str:
    """Return the type attribute of a cell, `n` if it has none."""
    return _kind(cell.attributes)


def style_of(cell: Cell | Stored) -> int:
    """Return the position of a cell's format."""
    return _style(cell.attributes)


def _kind(attributes: bytes) -> str:
    match = _TYPE.search(attributes)
    return match[1].decode() if match else "n"


def _style(attributes: bytes) -> int:
    match = _STYLE.search(attributes)
    return int(match[1]) if match else 0


def _fault(cell: Cell, inner: bytes) -> str | None:
    if not inner:
        return None
    kind = kind_of(cell)
    value = _VALUE.search(inner)
    if kind == "e":
        return plain(value[1]) if value else "#N/A"
    # Excel writes an empty value with t="str" for a formula that gives an empty text.
    if has_formula(inner) and (value is None or not value[1]) and not (value and kind == "str"):
        return "formula"
    return None
