"""What changes to any worksheet part have in common: the elements around its rows, and new cells."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from sheetsync.excel import splice
from sheetsync.excel.order import WORKSHEET
from sheetsync.excel.sheet import Area, SheetPart, Stored, areas
from sheetsync.excel.splice import Element, Splices
from sheetsync.marks import column_letters

_ANCHOR = re.compile(rb"<(?:[^\s/>:]+:)?f(\s[^>]*?\sref\s*=[^>]*?|\sref\s*=[^>]*?)(?:/>|>([^<]*))")
_SPANS = re.compile(rb"\sspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_SPAN = re.compile(rb"\sspans\s*=\s*[\"']([0-9]+):([0-9]+)[\"']")


@dataclass(frozen=True, slots=True)
class NewCell:
    """What a cell shall be: style position, type attribute (empty: number), content without prefixes.

    `metadata` is the number of a cell's metadata (`cm`), the empty text for none.
    """

    style: int
    kind: str = ""
    content: bytes = b""
    metadata: str = ""


GONE = NewCell(-1)
"""In the place of a cell: it shall not be there any more."""


class StoredRow:
    """A row as it stands; its cells are looked at when somebody asks.

    Args:
        tag: Its start tag.
        cells: Gives its cells.
    """

    def __init__(self, tag: bytes, cells: Callable[[], Iterable[Stored]]) -> None:
        self.tag = tag
        self._cells = cells

    @cached_property
    def cells(self) -> dict[int, Stored]:
        """Its cells by column, from 1."""
        return {cell.column: cell for cell in self._cells()}


class Anchor(NamedTuple):
    """A formula that other cells depend on, or that fills them: its cell, kind, range, number and text.

    `kind` is `shared`, `array` or `dataTable`; `number` tells shared formulas apart.
    """

    cell: Stored
    kind: str
    area: Area
    number: str
    text: str


Halves = tuple[bytes, bytes]
"""A cell as it is written, before and behind the number of its row."""


@dataclass(frozen=True, slots=True)
class RowEnds:
    """Rows that get cells at their ends: numbers, the same as digits, and styles of the last cells."""

    numbers: Sequence[int]
    digits: Sequence[bytes]
    styles: Sequence[int]


class Fill(Protocol):
    """A column that is filled row by row."""

    column: int

    @property
    def rows(self) -> Mapping[int, object]:
        """Its rows, by their number."""

    def decide(self, row: int, cell: Stored | None, left_style: Callable[[], int], /) -> NewCell | None:
        """Return what a cell shall be, None for what it is; asked once for each row."""

    def fresh(self, ends: RowEnds, prefix: bytes, proof: Callable[[bytes], None], /) -> list[bytes]:
        """Return the cells of rows that have none yet, nothing for a row without one; instead of `decide`.

        What is made for the first time is also given to `proof`.
        """


class OutlineEdit:
    """A worksheet part and what shall become of what stands around its rows.

    Args:
        part: The part; its rows may be left out.
    """

    def __init__(self, part: SheetPart) -> None:
        self.part = part
        self.changes = Splices(part.xml)
        self.cells: dict[int, dict[int, NewCell]] = {}
        self.looks: dict[int, bytes] = {}
        """Attributes of new rows beside their number, as they stand in a tag: height, format."""

    def set_cell(self, row: int, column: int, cell: NewCell) -> None:
        """Order a cell; the last order for a place counts."""
        self.cells.setdefault(row, {})[column] = cell

    def merged_away(self, column: int) -> set[int]:
        """Return the rows whose cell of `column` a merged range hides: all but its top left one."""
        return {
            row
            for area in self.part.merged
            if area.left <= column <= area.right
            for row in range(area.top + (column == area.left), area.bottom + 1)
        }

    def insert_child(self, name: str, element: bytes) -> None:
        """Put a new top-level element, written without prefixes, in its place by the schema's order."""
        part = self.part
        at = splice.insertion_point(part.mask, part.root, part.children, WORKSHEET, name)
        self.changes.insert(at, splice.prefixed(element, part.prefix))

    def replace_tag(self, element: Element, tag: bytes) -> None:
        """Give an element another start tag."""
        self.changes.replace(element.start, element.body, tag)

    def widen(self, first_row: int, last_row: int, columns: Iterable[int]) -> None:
        """Let the stated dimension reach over new cells."""
        element = self.part.child("dimension")
        if element is None:
            return
        tag = element.open_tag(self.part.xml)
        stated = next(areas([splice.attribute(tag, "ref") or ""]), None)
        numbers = list(columns)
        wide = Area(first_row, min(numbers), last_row, max(numbers))
        if stated is not None:
            wide = Area(
                min(wide.top, stated.top),
                min(wide.left, stated.left),
                max(wide.bottom, stated.bottom),
                max(wide.right, stated.right),
            )
        if wide != stated:
            self.replace_tag(element, splice.set_attribute(tag, "ref", reference(wide)))


def anchors_in(cells: Iterable[Stored]) -> Iterator[Anchor]:
    """Yield the formulas among cells that other cells depend on, or that fill them (18.3.1.40)."""
    for cell in cells:
        found = _ANCHOR.search(cell.inner) if b"ref" in cell.inner else None
        if found is None:
            continue
        values = splice.attributes(b"<f" + found[1] + b">")
        area = next(areas([values.get("ref", "")]), None)
        if area is not None:
            text = splice.unescape((found[2] or b"").decode())
            yield Anchor(cell, values.get("t", "normal"), area, values.get("si", ""), text)


def halves(prefix: bytes, column: int, cell: NewCell) -> Halves:
    """Return a cell as an element, apart from the number of its row."""
    style = b' s="%d"' % cell.style if cell.style else b""
    kind = b' t="%s"' % cell.kind.encode() if cell.kind else b""
    if cell.metadata:
        kind += b' cm="%s"' % cell.metadata.encode()
    head = b'<%sc r="%s' % (prefix, column_letters(column).encode())
    if not cell.content:
        return head, b'"%s%s/>' % (style, kind)
    content = splice.prefixed(cell.content, prefix) if prefix else cell.content
    return head, b'"%s%s>%s</%sc>' % (style, kind, content, prefix)


def cell_xml(prefix: bytes, row: int | None, column: int, cell: NewCell) -> bytes:
    """Return a cell as an element.

    Args:
        prefix: The prefix of its elements, with its colon, or nothing.
        row: Its row; None in a file that leaves places out.
        column: Its column.
        cell: What it shall be.
    """
    if cell is GONE:
        # Where places are left out, a gap would move the cells behind it.
        return b"" if row is not None else b"<" + prefix + b"c/>"
    head, tail = halves(prefix, column, cell)
    if row is None:
        return b"<" + prefix + b"c" + tail[1:]
    return head + b"%d" % row + tail


def fitting_tag(tag: bytes, columns: Iterable[int]) -> bytes:
    """Return the start tag of a row, without `spans` if a new cell lies outside."""
    spans = _SPAN.search(tag)
    if spans is None or all(int(spans[1]) <= column <= int(spans[2]) for column in columns):
        return tag
    return _SPANS.sub(b"", tag, count=1)


def reference(area: Area) -> str:
    """Return an area as text, like `A1:C3`, or `B2` for one cell."""
    corner = f"{column_letters(area.left)}{area.top}"
    other = f"{column_letters(area.right)}{area.bottom}"
    return corner if corner == other else f"{corner}:{other}"
