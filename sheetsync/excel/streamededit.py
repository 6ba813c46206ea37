"""Changes to one worksheet part, written while its rows stream by: nothing of a large part is kept.

Only for parts that have a survey (see `survey`): rows begin with their number, cells with their place. What
stands before and behind the rows, the outline, is small and is changed like any other part.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache, partial
from itertools import takewhile
from operator import neg

from sheetsync.excel.codec import Packed, Packer
from sheetsync.excel.endings import Endings
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
from sheetsync.excel.proofreader import Proofreader
from sheetsync.excel.sheet import SheetPart, Stored, suspect_cells
from sheetsync.excel.survey import Survey, row_chunks
from sheetsync.marks import column_letters, column_number

_SLASH = ord("/")


class StreamedEdit(OutlineEdit):
    """A worksheet part and what shall become of it.

    Args:
        pieces: Gives the part, piece by piece.
        seen: Its survey.
    """

    def __init__(self, pieces: Callable[[], Iterator[bytes]], seen: Survey) -> None:
        super().__init__(SheetPart(seen.outline))
        self._pieces = pieces
        self._seen = seen
        self._fills: list[Fill] = []
        self._proof = Proofreader(self.part.root.open_tag(seen.outline))
        self._changed = False
        self._fitted: dict[tuple[bytes, tuple[bool, ...]], bytes] = {}
        self._rows: dict[int, list[Stored]] = {}

    def row_cells(self, number: int) -> list[Stored]:
        """Return the cells of a row, as it is stored."""
        if number not in self._rows:
            self._rows[number] = self._row_cells(number)
        return self._rows[number]

    def _row_cells(self, number: int) -> list[Stored]:
        for chunk in row_chunks(self._pieces(), self._seen):
            at = chunk.find(self._row_start(number))
            if at >= 0:
                return self._cells_of(number, chunk[at : self._row_end(chunk, at)])
            if self._last_row(chunk) > number:
                break
        return []

    def stored_rows(self, numbers: AbstractSet[int]) -> dict[int, StoredRow]:
        """Return those of some rows that are stored."""
        found: dict[int, StoredRow] = {}
        left = sorted(numbers, reverse=True)
        for chunk in row_chunks(self._pieces(), self._seen) if left else ():
            last, at = self._last_row(chunk), 0
            while left and left[-1] <= last:
                number = left.pop()
                start = chunk.find(self._row_start(number), at)
                if start >= 0:
                    at = self._row_end(chunk, start)
                    row = chunk[start:at]
                    found[number] = StoredRow(
                        row[: row.index(b">") + 1], partial(self._cells_of, number, row)
                    )
        return found

    def _cells_of(self, number: int, row: bytes) -> list[Stored]:
        return [_stored(number, match) for match in self._cell.finditer(row)]

    def anchors(self) -> Iterator[Anchor]:
        """Yield the formulas that other cells depend on, or that fill them."""
        for chunk in row_chunks(self._pieces(), self._seen) if self._seen.formulas else ():
            if b"ref=" in chunk:
                yield from anchors_in(
                    Stored(cell.row, cell.column, cell.attributes, chunk[cell.body : cell.tail])
                    for cell in suspect_cells(chunk, self._prefix)
                )

    def column(self, *numbers: int) -> Iterator[Stored]:
        """Yield the cells of some columns."""
        starts = {
            number: self._cell_start + _letters(number)
            for number in numbers
            if number <= self._seen.last_column
        }
        for chunk in row_chunks(self._pieces(), self._seen) if starts else ():
            for number, start in starts.items():
                if chunk.find(start) < 0:
                    continue
                pattern = start + b'([0-9]+)"' + self._rest_of_cell
                for match in re.compile(pattern, re.DOTALL).finditer(chunk):
                    yield Stored(int(match[1]), number, match[2], match[3] or b"")

    def fill(self, column: Fill) -> None:
        """Order a column; it is asked when its rows come by."""
        self._fills.append(column)

    def packed(self) -> Packed | None:
        """Return the part with all changes, None if nothing changes.

        Raises:
            ValueError: What was put in is not well-formed: a bug of ours.
        """
        if not (self.cells or self._fills or self.changes):
            return None
        self._changed = bool(self.changes)
        waiting = sorted(set(self.cells).union(*(fill.rows for fill in self._fills)))
        if waiting:
            columns = [column for cells in self.cells.values() for column in cells]
            columns += [fill.column for fill in self._fills if fill.rows]
            self.widen(waiting[0], waiting[-1], columns)
        outline = self.changes.apply()
        opening = b"<" + self._prefix + b"sheetData>"
        behind = outline.index(opening) + len(opening)
        packer = Packer()
        packer.add(outline[:behind])
        waiting.reverse()
        for chunk in row_chunks(self._pieces(), self._seen):
            for piece in self._with_cells(chunk, waiting):
                packer.add(piece)
        while waiting:
            packer.add(self._new_row(waiting.pop()))
        packer.add(outline[behind:])
        if not self._changed:
            return None
        self._proof.finish(b"</" + self.part.root.tag + b">")
        whole = Proofreader(b"")
        whole.finish(outline)
        return packer.packed()

    @cached_property
    def _prefix(self) -> bytes:
        return self.part.prefix

    @cached_property
    def _closing(self) -> bytes:
        return b"</" + self._prefix + b"row>"

    @cached_property
    def _row_open(self) -> bytes:
        return b"<" + self._prefix + b"row "

    @cached_property
    def _endings(self) -> Endings:
        return Endings(self._prefix, _style)

    @cached_property
    def _row_number(self) -> bytes:
        return self._row_open + b'r="'

    @cached_property
    def _cell_end(self) -> bytes:
        return b"</" + self._prefix + b"c>"

    @cached_property
    def _cell_start(self) -> bytes:
        return b"<" + self._prefix + b'c r="'

    @cached_property
    def _rest_of_cell(self) -> bytes:
        return rb"([^>]*?)(?:/>|>(.*?)</" + self._prefix + rb"c\s*>)"

    @cached_property
    def _cell(self) -> re.Pattern[bytes]:
        return re.compile(self._cell_start + b'([A-Z]{1,3})[0-9]+"' + self._rest_of_cell, re.DOTALL)

    @cached_property
    def _numbers(self) -> re.Pattern[bytes]:
        return re.compile(self._row_number + b'([0-9]+)"')

    def _row_start(self, number: int) -> bytes:
        return self._row_number + b'%d"' % number

    def _row_end(self, chunk: bytes, at: int) -> int:
        """Return the end of the row that begins at an offset."""
        tag = chunk.find(b">", at)
        if chunk[tag - 1] == 0x2F:  # <row r="5"/>
            return tag + 1
        end = chunk.find(self._closing, tag)
        if end >= 0:
            return end + len(self._closing)
        return chunk.index(b">", chunk.index(self._closing[:-1], tag)) + 1

    def _last_row(self, chunk: bytes) -> int:
        at = chunk.rfind(self._row_number)
        found = self._numbers.match(chunk, at) if at >= 0 else None
        return int(found[1]) if found else 0

    def _with_cells(self, chunk: bytes, waiting: list[int]) -> Iterator[bytes | memoryview]:
        """Yield whole rows with their changes; what was done is taken off the end of `waiting`."""
        last = self._last_row(chunk)
        if not waiting or last < waiting[-1]:
            yield chunk
            return
        behind = self._behind_single_cells(chunk, waiting, last)
        if behind:
            yield self._row_by_row(chunk[:behind], waiting, self._last_row(chunk[:behind]))
            yield from self._with_cells(chunk[behind:], waiting)
        elif (pieces := self._all_at_ends(chunk, waiting, last)) is not None:
            yield from pieces
        elif (changed := self._at_ends(chunk, waiting, last)) is not None:
            yield changed
        else:
            yield self._row_by_row(chunk, waiting, last)

    def _behind_single_cells(self, chunk: bytes, waiting: list[int], last: int) -> int:
        """Return the offset behind the last row that gets single cells, such as the header; 0 without one.

        Below it rows get cells of our columns only, which is many times faster.
        """
        if not self._fills or not waiting:
            return 0
        number = max((row for row in self.cells if waiting[-1] <= row <= last), default=None)
        start = -1 if number is None else chunk.find(self._row_start(number))
        return 0 if start < 0 else self._row_end(chunk, start)

    def _row_by_row(self, chunk: bytes, waiting: list[int], last: int) -> bytes:
        """Return whole rows with their changes, the last one of which has the number `last`."""
        out: list[bytes] = []
        kept = at = 0
        while waiting and waiting[-1] <= last:
            number = waiting.pop()
            start = chunk.find(self._row_start(number), at)
            if start < 0:
                start = next(
                    found.start() for found in self._numbers.finditer(chunk, at) if int(found[1]) > number
                )
                out += (chunk[kept:start], self._new_row(number))
                kept = at = start
                continue
            at = self._row_end(chunk, start)
            row = chunk[start:at]
            new = self._changed_row(number, row)
            if new is not row:
                out += (chunk[kept:start], new)
                kept = at
        return b"".join([*out, chunk[kept:]]) if out else chunk

    def _all_at_ends(
        self, chunk: bytes, waiting: list[int], last: int
    ) -> Sequence[bytes | memoryview] | None:
        """Return rows of which one stretch gets cells at its ends, as in a first write; None if not so."""
        begin, end = self._stretch(chunk, waiting, last) if self._fills else (0, 0)
        block = self._endings.parted(chunk[begin:end], waiting, self._first_fill) if end else None
        if block is None or not self.cells.keys().isdisjoint(block.ends.numbers):
            return None
        # Where a stated span reaches all of our columns or none, a tag fits some of them as it fits all.
        fits = {tag: fitting_tag(tag, (self._first_fill,)) for tag in set(block.tags)}
        if any(fitting_tag(tag, (fill.column,)) != fit for fill in self._fills for tag, fit in fits.items()):
            return None
        del waiting[len(waiting) - len(block.tags) :]
        columns = [fill.fresh(block.ends, self._prefix, self._proof.read) for fill in self._fills]
        cells = list(map(b"".join, zip(*columns, strict=True)))
        if not any(cells):
            return (chunk,)
        self._changed = True
        view = memoryview(chunk)
        return view[:begin], self._endings.joined(block, cells, fits), view[end:]

    def _stretch(self, chunk: bytes, waiting: list[int], last: int) -> tuple[int, int]:
        """Return where the rows that wait begin and end if all of them up to `last` are there, else zeros."""
        until = bisect_left(waiting, -last, key=neg)
        if waiting[until] - waiting[-1] != len(waiting) - 1 - until:
            return 0, 0
        begin = chunk.find(self._row_start(waiting[-1]))
        start = chunk.rfind(self._row_start(waiting[until]), begin) if begin >= 0 else -1
        return (0, 0) if start < 0 else (begin, self._row_end(chunk, start))

    def _at_ends(self, chunk: bytes, waiting: list[int], last: int) -> bytes | None:
        """Return whole rows that get cells at their ends, as most do; None if that takes a closer look."""
        if not self._fills:
            return None
        numbers = list(takewhile(last.__ge__, reversed(waiting)))
        found = self._endings.picked(chunk, numbers, self._first_fill)
        if found is None or not self.cells.keys().isdisjoint(numbers):
            return None
        del waiting[len(waiting) - len(numbers) :]
        columns = [fill.fresh(found.ends, self._prefix, self._proof.read) for fill in self._fills]
        return self._put_in(chunk, found.places, columns)

    def _put_in(
        self, chunk: bytes, places: Sequence[tuple[int, int, int]], columns: Sequence[Sequence[bytes]]
    ) -> bytes:
        """Return whole rows with cells at their ends.

        Args:
            chunk: The rows.
            places: Offsets of those that get cells: behind the number, the tag, and the last cell.
            columns: The cells, by column.
        """
        out: list[bytes | memoryview] = []
        view, kept = memoryview(chunk), 0
        for (rest, body, tail), cells in zip(places, zip(*columns, strict=True), strict=True):
            new = b"".join(cells)
            if not new:
                continue
            before = chunk[rest:body]
            fitting = self._fitting(before, tuple(map(bool, cells))) if before else before
            if fitting == before:
                out += (view[kept:tail], new)
            else:
                out += (view[kept:rest], fitting, view[body:tail], new)
            kept = tail
        if not out:
            return chunk
        self._changed = True
        return b"".join([*out, view[kept:]])

    def _fitting(self, tag: bytes, filled: tuple[bool, ...]) -> bytes:
        """Return the rest of a row's start tag, fit for cells of those of our columns."""
        known = tag, filled
        if known not in self._fitted:
            columns = [fill.column for fill, cell in zip(self._fills, filled, strict=True) if cell]
            self._fitted[known] = fitting_tag(tag, columns)
        return self._fitted[known]

    @cached_property
    def _first_fill(self) -> int:
        self._fills.sort(key=lambda fill: fill.column)
        return self._fills[0].column if self._fills else 0

    def _changed_row(self, number: int, row: bytes) -> bytes:
        wanted = dict(self.cells.get(number, {}))
        fills = [fill for fill in self._fills if number in fill.rows]
        first = min([*wanted, *(fill.column for fill in fills)])
        last = self._last_cell(row)
        right = column_number(last[1].decode()) if last is not None else 0
        present = {} if right < first else self._cells_from(row, number, first)
        for fill in fills:
            left = partial(self._left_style, row, fill.column, last)
            new = fill.decide(number, present.get(fill.column), left)
            if new is not None:
                wanted[fill.column] = new
        if not wanted:
            return row
        if right < first and row.endswith(self._closing) and b"extLst" not in row:
            tag_end = row.index(b">") + 1
            tag = fitting_tag(row[:tag_end], wanted)
            return tag + row[tag_end : -len(self._closing)] + self._cells_xml(number, wanted) + self._closing
        return self._merged(number, row, wanted)

    def _merged(self, number: int, row: bytes, wanted: dict[int, NewCell]) -> bytes:
        """Return a row with cells put between those that it has, or in their place."""
        tag_end = row.index(b">") + 1
        tag = fitting_tag(row[:tag_end], wanted)
        if row[tag_end - 2] == 0x2F:
            return tag[:-2].rstrip() + b">" + self._cells_xml(number, wanted) + self._closing
        out = [tag]
        waiting = sorted(wanted, reverse=True)
        at = tag_end
        for match in self._cell.finditer(row, tag_end):
            column = column_number(match[1].decode())
            before = []
            while waiting and waiting[-1] < column:
                before.append(waiting.pop())
            out += (row[at : match.start()], self._cells_xml(number, {one: wanted[one] for one in before}))
            at = match.start()
            if waiting and waiting[-1] == column:
                out.append(self._cells_xml(number, {column: wanted[waiting.pop()]}))
                at = match.end()
            else:
                out.append(row[at : match.end()])
                at = match.end()
        rest = {one: wanted[one] for one in reversed(waiting)}
        return b"".join([*out, self._cells_xml(number, rest), row[at:]])

    def _new_row(self, number: int) -> bytes:
        wanted = dict(self.cells.get(number, {}))
        for fill in self._fills:
            new = fill.decide(number, None, lambda: 0) if number in fill.rows else None
            if new is not None:
                wanted[fill.column] = new
        if not wanted:
            return b""
        tag = self._row_start(number) + self.looks.get(number, b"") + b">"
        return tag + self._cells_xml(number, wanted) + self._closing

    def _cells_xml(self, number: int, cells: dict[int, NewCell]) -> bytes:
        if not cells:
            return b""
        xml = b"".join([cell_xml(self._prefix, number, column, cells[column]) for column in sorted(cells)])
        self._proof.read(xml)
        self._changed = True
        return xml

    def _last_cell(self, row: bytes) -> re.Match[bytes] | None:
        at = row.rfind(self._cell_start)
        return self._cell.match(row, at) if at >= 0 else None

    def _cells_from(self, row: bytes, number: int, first: int) -> dict[int, Stored]:
        """Return the cells from a column on; nearly always that column's own is there."""
        at = row.find(self._cell_start + _letters(first) + b'%d"' % number)
        matches = self._cell.finditer(row, max(at, 0))
        return {cell.column: cell for cell in (_stored(number, match) for match in matches)}

    def _left_style(self, row: bytes, column: int, last: re.Match[bytes] | None) -> int:
        """Return the style of the nearest stored cell to the left, 0 if there is none."""
        if last is None:
            return 0
        if column_number(last[1].decode()) < column:
            return _style(last[2])
        left = [match for match in self._cell.finditer(row) if column_number(match[1].decode()) < column]
        return _style(left[-1][2]) if left else 0


def _stored(row: int, match: re.Match[bytes]) -> Stored:
    return Stored(row, column_number(match[1].decode()), match[2], match[3] or b"")


@lru_cache(maxsize=1000)
def _style(attributes: bytes) -> int:
    found = re.search(rb"\ss=\"([0-9]+)\"", attributes)
    return int(found[1]) if found else 0


def _letters(column: int) -> bytes:
    return column_letters(column).encode()
