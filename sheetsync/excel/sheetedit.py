"""Changes to one worksheet part, collected cell by cell and element by element, written as splices.

Rows that get a cell at their end, by far the most, are not looked into: the cell goes in before the end tag.
"""

import re
from dataclasses import dataclass

from sheetsync.excel import splice
from sheetsync.excel.facts import style_of
from sheetsync.excel.order import WORKSHEET
from sheetsync.excel.sheet import Area, Cell, Row, SheetPart, areas
from sheetsync.excel.splice import Element, Splices
from sheetsync.marks import column_letters

_SPANS = re.compile(rb"\sspans\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_SPAN = re.compile(rb"\sspans\s*=\s*[\"']([0-9]+):([0-9]+)[\"']")


@dataclass(frozen=True, slots=True)
class NewCell:
    """What a cell shall be: style position, type attribute (empty: number), content without prefixes."""

    style: int
    kind: str = ""
    content: bytes = b""


class SheetEdit:
    """A worksheet part and what shall become of it.

    Args:
        part: The part as it is.
    """

    def __init__(self, part: SheetPart) -> None:
        self.part = part
        self.changes = Splices(part.xml)
        self.cells: dict[int, dict[int, NewCell]] = {}
        self._last: dict[int, Cell | None] = {}

    def __bool__(self) -> bool:
        return bool(self.cells) or bool(self.changes)

    def set_cell(self, row: int, column: int, cell: NewCell) -> None:
        """Order a cell; the last order for a place counts."""
        self.cells.setdefault(row, {})[column] = cell

    def left_style(self, row: int, column: int) -> int:
        """Return the style of the nearest stored cell to the left in the same row, 0 if there is none."""
        stored = self.part.by_number.get(row)
        if stored is None:
            return 0
        last = self._last_cell(stored)
        if last is None or last.column >= column:
            last = max(
                (cell for cell in self.part.cells(stored) if cell.column < column),
                key=lambda cell: cell.column,
                default=None,
            )
        return style_of(last) if last is not None else 0

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

    def apply(self) -> bytes:
        """Return the part with all changes."""
        if self.cells:
            self._write_cells()
            self._widen_dimension()
        return self.changes.apply()

    def _last_cell(self, row: Row) -> Cell | None:
        if row.number not in self._last:
            self._last[row.number] = self.part.last_cell(row)
        return self._last[row.number]

    def _write_cells(self) -> None:
        part = self.part
        new_rows: dict[int, list[bytes]] = {}
        upcoming = iter(part.rows)
        following = next(upcoming, None)
        last_number = part.rows[-1].number if part.rows else 0
        for number in sorted(self.cells):
            while following is not None and following.number < number:
                following = next(upcoming, None)
            if following is not None and following.number == number:
                self._merge(following, self.cells[number])
                continue
            at = following.start if following is not None else part.data.tail
            new_rows.setdefault(at, []).append(self._new_row(number, last_number))
            last_number = max(last_number, number)
        if part.data.closed and new_rows:
            [rows] = new_rows.values()
            opening = part.data.open_tag(part.xml)[:-2].rstrip() + b">"
            closing = b"</" + part.data.tag + b">"
            self.changes.replace(part.data.start, part.data.end, opening + b"".join(rows) + closing)
            return
        for at, rows in new_rows.items():
            self.changes.insert(at, b"".join(rows))

    def _new_row(self, number: int, last_number: int) -> bytes:
        part = self.part
        row = b"<" + part.prefix + b"row"
        padding = b""
        if part.numbered_rows:
            opening = row + b' r="%d">' % number
        else:
            opening = row + b">"
            if not part.places_cells:
                padding = (row + b"/>") * (number - last_number - 1)
        cells = self._cells_xml(number, self.cells[number], after=0, placed=part.places_cells)
        return padding + opening + cells + b"</" + part.prefix + b"row>"

    def _merge(self, row: Row, cells: dict[int, NewCell]) -> None:
        part = self.part
        first = min(cells)
        last = self._last_cell(row)
        present: dict[int, Cell] = {}
        if last is not None and last.column < first and part.mask.find(b"extLst", last.end, row.tail) < 0:
            at, after = last.end, last.column
        elif row.body == row.tail:
            at, after = row.body, 0
        else:
            stored = part.cells(row)
            present = {cell.column: cell for cell in stored}
            at, after = (stored[-1].end, stored[-1].column) if stored else (row.body, 0)
        placed = part.places_cells_in(row)
        self._retag(row, max(cells))
        if row.body == row.end:
            xml = self._cells_xml(row.number, cells, after=0, placed=placed)
            tag = self._row_tag(row, max(cells))[:-2].rstrip() + b">"
            self.changes.replace(row.start, row.end, tag + xml + b"</" + part.prefix + b"row>")
            return
        behind = {}
        for column in sorted(cells):
            if column in present:
                self._overwrite(present[column], cells[column], placed=placed)
            elif column > after:
                behind[column] = cells[column]
            else:
                following = min(other for other in present if other > column)
                xml = self._cells_xml(row.number, {column: cells[column]}, after=column - 1, placed=placed)
                self.changes.insert(present[following].start, xml)
        if behind:
            self.changes.insert(at, self._cells_xml(row.number, behind, after=after, placed=placed))

    def _retag(self, row: Row, last: int) -> None:
        if row.body != row.end:
            self.changes.replace(row.start, row.body, self._row_tag(row, last))

    def _row_tag(self, row: Row, last: int) -> bytes:
        """Return the start tag of a row, without `spans` if a new cell lies outside."""
        tag = self.part.xml[row.start : row.body]
        spans = _SPAN.search(tag)
        if spans is None or (int(spans[1]) <= min(self.cells[row.number]) and last <= int(spans[2])):
            return tag
        return _SPANS.sub(b"", tag, count=1)

    def _overwrite(self, cell: Cell, new: NewCell, *, placed: bool) -> None:
        xml = self._cells_xml(cell.row, {cell.column: new}, after=cell.column - 1, placed=placed)
        self.changes.replace(cell.start, cell.end, xml)

    def _cells_xml(self, row: int, cells: dict[int, NewCell], *, after: int, placed: bool) -> bytes:
        """Return cells in order; where the file leaves out places, gaps are filled with empty cells."""
        prefix = self.part.prefix
        pieces = []
        for column in sorted(cells):
            cell = cells[column]
            tag = b"<" + prefix + b"c"
            if placed:
                tag += b' r="%s%d"' % (column_letters(column).encode(), row)
            else:
                pieces.append((b"<" + prefix + b"c/>") * (column - after - 1))
                after = column
            if cell.style:
                tag += b' s="%d"' % cell.style
            if cell.kind:
                tag += b' t="%s"' % cell.kind.encode()
            if cell.content:
                tag += b">" + splice.prefixed(cell.content, prefix) + b"</" + prefix + b"c>"
            else:
                tag += b"/>"
            pieces.append(tag)
        return b"".join(pieces)

    def _widen_dimension(self) -> None:
        element = self.part.child("dimension")
        if element is None:
            return
        tag = element.open_tag(self.part.xml)
        stated = next(areas([splice.attribute(tag, "ref") or ""]), None)
        columns = [column for cells in self.cells.values() for column in cells]
        wide = Area(min(self.cells), min(columns), max(self.cells), max(columns))
        if stated is not None:
            wide = Area(
                min(wide.top, stated.top),
                min(wide.left, stated.left),
                max(wide.bottom, stated.bottom),
                max(wide.right, stated.right),
            )
        if wide != stated:
            self.replace_tag(element, splice.set_attribute(tag, "ref", reference(wide)))


def reference(area: Area) -> str:
    """Return an area as text, like `A1:C3`, or `B2` for one cell."""
    corner = f"{column_letters(area.left)}{area.top}"
    other = f"{column_letters(area.right)}{area.bottom}"
    return corner if corner == other else f"{corner}:{other}"
