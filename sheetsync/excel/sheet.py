"""A worksheet part by its offsets: rows, cells of a row, cells of a column, merged ranges.

No tree is built: a part may hold millions of cells. Rows are found in one pass, cells where somebody asks.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.splice import Element
from sheetsync.marks import column_letters, column_number

_ATTRIBUTES = rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)"
_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([0-9]+)[\"']")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?([0-9]+)[\"']")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?", re.IGNORECASE)

AFTER_F = rb"(?:[\s/][^<>]*+)?+>(?:(?<=/>)|[^<]*+</f>)"
"""A formula behind its <f; one that shares the text of another has none of its own."""
_WITH_VALUE = (
    rb"(?!(?:\ss=\"[0-9]+\")?(?:\st=\"str\"><f" + AFTER_F + rb"<v>(?:[^<]|</v>)|"
    rb"(?:\st=\"[bn]\")?><f" + AFTER_F + rb"<v>[^<]))"
)
"""Not a formula with its value, as most programs write it; in a text, the empty one is a value."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""As far as a sheet goes in Excel."""


class Row(NamedTuple):
    """A row by its number (from 1) and offsets; see `splice.Element`."""

    number: int
    start: int
    body: int
    tail: int
    end: int


class Cell(NamedTuple):
    """A cell by its place (from 1) and offsets; `attributes` are raw, `tail` is `body` for `<c/>`."""

    row: int
    column: int
    start: int
    body: int
    tail: int
    end: int
    attributes: bytes


class Stored(NamedTuple):
    """A cell as it stands: its place (from 1), raw attributes, and what is between its tags, as written."""

    row: int
    column: int
    attributes: bytes
    inner: bytes


class Area(NamedTuple):
    """A range of cells, inclusive, from 1."""

    top: int
    left: int
    bottom: int
    right: int


class SheetPart:
    """Where things are in one worksheet part.

    Args:
        xml: The part as UTF-8.

    Raises:
        ValueError: It is not well-formed, or its rows are not in ascending order.
    """

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.mask = splice.masked(xml)
        self.root = splice.root(self.mask)
        self.prefix = splice.prefix_of(self.root.tag)
        self.children = splice.children(self.mask, self.root)
        cell = b"<" + self.prefix + b"c"
        self._cell = re.compile(
            cell + rb"(?=[\s/>])" + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + self.prefix + rb"c\s*>)", re.DOTALL
        )

    def child(self, name: str) -> Element | None:
        """Return the first top-level element of this name."""
        return next((child for child in self.children if child.name == name), None)

    @cached_property
    def data(self) -> Element:
        """The element that holds the rows."""
        element = self.child("sheetData")
        if element is None:
            raise ValueError("no sheetData")
        return element

    @cached_property
    def rows(self) -> list[Row]:
        """All stored rows, ascending; a row without a number follows the one before it."""
        mask, end = self.mask, self.data.tail
        closing = b"</" + self.prefix + b"row"
        opening = b"<" + self.prefix + rb'row(?=[\s/>])(?: r="([0-9]+)")?'
        found = []
        number = 0
        for match in re.compile(opening + _ATTRIBUTES + rb"(/?)>").finditer(mask, self.data.body, end):
            first, attributes, closed = match.groups()
            start, body = match.span()
            stop = tail = body
            if not closed:
                tail = mask.find(closing, body, end)
                stop = mask.find(b">", tail, end) + 1
            stated = first or (attributes and _number_in(attributes))
            after = int(stated) if stated else self._number_by_cells(body, tail) or number + 1
            if after <= number:
                raise ValueError(f"row {after} comes after row {number}")
            if after > LAST_ROW:
                raise ValueError(f"a row lies below row {LAST_ROW}")
            number = after
            found.append(Row(number, start, body, tail, stop))
        return found

    @cached_property
    def by_number(self) -> dict[int, Row]:
        """The stored rows by their number."""
        return {row.number: row for row in self.rows}

    def cells(self, row: Row) -> list[Cell]:
        """Return the cells of a row, ascending.

        Raises:
            ValueError: They are not in ascending order.
        """
        found = []
        column = 0
        for match in self._cell.finditer(self.mask, row.body, row.tail):
            place = _PLACE.search(match[1])
            after = _letters(place[1]) if place else column + 1
            if after <= column:
                raise ValueError(f"cells of row {row.number} are not in order")
            if after > LAST_COLUMN:
                raise ValueError(f"a cell of row {row.number} lies right of column {LAST_COLUMN}")
            column = after
            found.append(_cell(row.number, column, match))
        return found

    def last_column(self, row: Row) -> int | None:
        """Return the column of the last cell of a row, 0 if it has none; None if that takes a closer look."""
        if row.body == row.tail:
            return 0
        start = self.mask.rfind(b"<" + self.prefix + b"c ", row.body, row.tail)
        place = _PLACE.match(self.mask, start + len(self.prefix) + 2) if start >= 0 else None
        return _letters(place[1]) if place else None

    def last_cell(self, row: Row) -> Cell | None:
        """Return the last cell of a row if it can be had without going through all of them."""
        start = self.mask.rfind(b"<" + self.prefix + b"c ", row.body, row.tail)
        match = self._cell.match(self.mask, start, row.tail) if start >= 0 else None
        place = _PLACE.match(match[1]) if match else None
        if (
            match is None
            or place is None
            or self.mask.find(b"<" + self.prefix + b"c", match.end(), row.tail) >= 0
        ):
            return None
        return _cell(row.number, _letters(place[1]), match)

    def stored(self, cell: Cell) -> Stored:
        """Return a cell apart from its part."""
        return Stored(cell.row, cell.column, cell.attributes, self.inner(cell))

    def column(self, *numbers: int) -> Iterator[Stored]:
        """Yield the cells of some columns, column by column if the part is regular, else row by row."""
        if not self._regular:
            for row in self.rows:
                yield from (self.stored(cell) for cell in self.cells(row) if cell.column in numbers)
            return
        for number in numbers:
            place = b"<" + self.prefix + b'c r="' + column_letters(number).encode() + b'([0-9]+)"'
            pattern = place + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + self.prefix + rb"c\s*>)"
            for match in re.compile(pattern, re.DOTALL).finditer(self.mask, self.data.body, self.data.tail):
                inner = b"" if match[3] is None else self.xml[match.start(3) : match.end(3)]
                yield Stored(int(match[1]), number, match[2], inner)

    def suspects(self) -> Iterator[Cell]:
        """Yield the cells that show an error or hold a formula, and maybe others."""
        start, end = self.data.body, self.data.tail
        if self._regular:
            yield from suspect_cells(self.mask, self.prefix, start, end)
        elif errors_in(self.mask) or self.mask.find(b"<" + self.prefix + b"f", start, end) >= 0:
            for row in self.rows:
                yield from self.cells(row)

    def inner(self, cell: Cell) -> bytes:
        """Return what stands between the tags of a cell, as written."""
        return self.xml[cell.body : cell.tail]

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged ranges."""
        parent = self.child("mergeCells")
        if parent is None:
            return ()
        tags = (element.open_tag(self.xml) for element in splice.named(self.mask, parent, "mergeCell"))
        return tuple(areas(splice.attribute(tag, "ref") or "" for tag in tags))

    @cached_property
    def numbered_rows(self) -> bool:
        """False if the rows are written without their numbers."""
        return not self.rows or _NUMBER.search(self.mask, self.rows[0].start, self.rows[0].body) is not None

    @cached_property
    def places_cells(self) -> bool:
        """False if the cells are written without their places."""
        match = self._cell.search(self.mask, self.data.body, self.data.tail)
        return match is None or _PLACE.search(match[1]) is not None

    def places_cells_in(self, row: Row) -> bool:
        """Return False if the cells of this row are written without their places."""
        if self._regular:
            return True
        match = self._cell.search(self.mask, row.body, row.tail)
        return self.places_cells if match is None else _PLACE.search(match[1]) is not None

    @cached_property
    def _regular(self) -> bool:
        """True if every cell begins with its place: then a column is one search through the bytes."""
        start, end = self.data.body, self.data.tail
        cell = b"<" + self.prefix + b"c"
        # Rich text may hold <color>; then the slow way is taken, which is right, too.
        return self.mask.count(cell, start, end) == self.mask.count(cell + b' r="', start, end)

    def _number_by_cells(self, body: int, tail: int) -> int | None:
        match = self._cell.search(self.mask, body, tail)
        place = _PLACE.search(match[1]) if match else None
        return int(place[2]) if place else None


def suspect_cells(
    mask: bytes, prefix: bytes, start: int = 0, end: int | None = None, *, valued: bool = True
) -> Iterator[Cell]:
    """Yield the cells that show an error or hold a formula, where all cells begin with their place.

    Args:
        mask: Bytes without comments and CDATA.
        prefix: The prefix of the elements, with its colon.
        start: Where to begin.
        end: Where to end; at the end when None.
        valued: False to leave out formulas that plainly have their value.
    """
    end = len(mask) if end is None else end
    formula = b"<" + prefix + b"f"
    cell = b"<" + prefix + b'c r="([A-Z]{1,3})([0-9]+)"'
    closing = b"(.*?)</" + prefix + rb"c\s*>"
    patterns = []
    if mask.find(formula, start, end) >= 0:
        wanted = cell if valued else cell + _WITH_VALUE
        patterns.append(wanted + b"([^>]*)>(?=" + formula + rb"[\s/>])" + closing)
    if errors_in(mask):
        patterns.append(cell + b"([^>]*\\st=[\"']e[\"'][^>]*)>" + closing)
    for pattern in patterns:
        for match in re.compile(pattern, re.DOTALL).finditer(mask, start, end):
            place = int(match[2]), _letters(match[1])
            yield Cell(*place, match.start(), *match.span(4), match.end(), match[3])


def cell_in(rows: bytes, prefix: bytes, row: int, column: int) -> Stored | None:
    """Return a cell of some whole rows, where all cells begin with their place; None if it is not there.

    Args:
        rows: Bytes without comments and CDATA.
        prefix: The prefix of the elements, with its colon.
        row: Its row, from 1.
        column: Its column, from 1.
    """
    start = rows.find(b"<" + prefix + b'c r="%s%d"' % (column_letters(column).encode(), row))
    if start < 0:
        return None
    cell = b"<" + prefix + b'c r="[A-Z]+[0-9]+"' + _ATTRIBUTES + rb"(?:/>|>(.*?)</" + prefix + rb"c\s*>)"
    match = re.compile(cell, re.DOTALL).match(rows, start)
    return None if match is None else Stored(row, column, match[1], match[2] or b"")


def areas(references: Iterable[str]) -> Iterator[Area]:
    """Yield the areas of references like `A1:C3` or `B2`; others are left out."""
    for reference in references:
        match = _RANGE.fullmatch(reference)
        if match is not None:
            left, top = column_number(match[1]), int(match[2])
            yield Area(top, left, int(match[4] or top), column_number(match[3] or match[1]))


def errors_in(mask: bytes) -> bool:
    """Tell whether a cell shows an error, or seems to."""
    return b't="e"' in mask or b"t='e'" in mask


def _number_in(attributes: bytes) -> bytes | None:
    stated = _NUMBER.search(attributes)
    return stated[1] if stated else None


def _cell(row: int, column: int, match: re.Match[bytes]) -> Cell:
    body = tail = match.end()
    if match[2] is not None:
        body, tail = match.span(2)
    return Cell(row, column, match.start(), body, tail, match.end(), match[1])


@lru_cache(maxsize=20_000)
def _letters(letters: bytes) -> int:
    return column_number(letters.decode())
