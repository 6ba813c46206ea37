"""Changes to one worksheet part, collected cell by cell and element by element, written as splices.

Rows that get a cell at their end, by far the most, are not looked into: the cell goes in before the end tag.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import partial

from sheetsync.excel.facts import style_of
from sheetsync.excel.outlineedit import (
    Anchor,
    Fill,
    NewCell,
    OutlineEdit,
    StoredRow,
    anchors_in,
    cell_xml,
    fitting_tag,
)
from sheetsync.excel.sheet import Cell, Row, SheetPart, Stored


class SheetEdit(OutlineEdit):
    """A worksheet part and what shall become of it.

    Args:
        part: The part as it is.
    """

    def __init__(self, part: SheetPart) -> None:
        super().__init__(part)
        self._last: dict[int, Cell | None] = {}

    def __bool__(self) -> bool:
        return bool(self.cells) or bool(self.changes)

    def row_cells(self, number: int) -> list[Stored]:
        """Return the cells of a row."""
        row = self.part.by_number.get(number)
        return [self.part.stored(cell) for cell in self.part.cells(row)] if row is not None else []

    def stored_rows(self, numbers: AbstractSet[int]) -> dict[int, StoredRow]:
        """Return those of some rows that are stored."""
        part = self.part
        return {
            row.number: StoredRow(part.xml[row.start : row.body], partial(self.row_cells, row.number))
            for row in part.rows
            if row.number in numbers
        }

    def anchors(self) -> Iterator[Anchor]:
        """Yield the formulas that other cells depend on, or that fill them."""
        yield from anchors_in(self.part.stored(cell) for cell in self.part.suspects())

    def column(self, *numbers: int) -> Iterator[Stored]:
        """Yield the cells of some columns."""
        return self.part.column(*numbers)

    def fill(self, column: Fill) -> None:
        """Order a column."""
        stored = {cell.row: cell for cell in self.part.column(column.column)}
        for row in sorted(column.rows):
            new = column.decide(row, stored.get(row), partial(self.left_style, row, column.column))
            if new is not None:
                self.set_cell(row, column.column, new)

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

    def apply(self) -> bytes:
        """Return the part with all changes."""
        if self.cells:
            self._write_cells()
            self.widen(
                min(self.cells),
                max(self.cells),
                [column for cells in self.cells.values() for column in cells],
            )
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
        look = self.looks.get(number, b"")
        if part.numbered_rows:
            opening = row + b' r="%d"' % number + look + b">"
        else:
            opening = row + look + b">"
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
        tag = fitting_tag(part.xml[row.start : row.body], cells)
        if row.body == row.end:
            xml = self._cells_xml(row.number, cells, after=0, placed=placed)
            opened = tag[:-2].rstrip() + b">"
            self.changes.replace(row.start, row.end, opened + xml + b"</" + part.prefix + b"row>")
            return
        self.changes.replace(row.start, row.body, tag)
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

    def _overwrite(self, cell: Cell, new: NewCell, *, placed: bool) -> None:
        xml = self._cells_xml(cell.row, {cell.column: new}, after=cell.column - 1, placed=placed)
        self.changes.replace(cell.start, cell.end, xml)

    def _cells_xml(self, row: int, cells: dict[int, NewCell], *, after: int, placed: bool) -> bytes:
        """Return cells in order; where the file leaves out places, gaps are filled with empty cells."""
        prefix = self.part.prefix
        pieces = []
        for column in sorted(cells):
            if not placed:
                pieces.append((b"<" + prefix + b"c/>") * (column - after - 1))
                after = column
            pieces.append(cell_xml(prefix, row if placed else None, column, cells[column]))
        return b"".join(pieces)
