"""Changes to one worksheet part, written while its rows stream by: nothing of a large part is kept.

Only for parts that have a survey (see `survey`): rows begin with their number, cells with their place. What
stands before and behind the rows, the outline, is small and is changed like any other part.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import NamedTuple
from xml.parsers import expat

from sheetsync.excel.codec import Packed, Packer
from sheetsync.excel.outlineedit import Fill, NewCell, OutlineEdit, cell_xml, fitting_tag
from sheetsync.excel.sheet import SheetPart, Stored
from sheetsync.excel.survey import row_chunks
from sheetsync.marks import column_letters, column_number


class _Added(NamedTuple):
    """A row with cells at its end: the rest of its start tag, its offsets, and the cells."""

    tag: bytes
    body: int
    tail: int
    cells: bytes
    end: int


class StreamedEdit(OutlineEdit):
    """A worksheet part and what shall become of it.

    Args:
        pieces: Gives the part, piece by piece.
        outline: The part without its rows.
        size: How many bytes the part has.
    """

    def __init__(self, pieces: Callable[[], Iterator[bytes]], outline: bytes, size: int) -> None:
        super().__init__(SheetPart(outline))
        self._pieces = pieces
        self._outline = outline
        self._size = size
        self._fills: list[Fill] = []
        self._fragments: list[bytes] = []
        self._fitted: dict[tuple[bytes, tuple[int, ...]], bytes] = {}

    def row_cells(self, number: int) -> list[Stored]:
        """Return the cells of a row."""
        for chunk in row_chunks(self._pieces()):
            at = chunk.find(self._row_start(number))
            if at >= 0:
                row = chunk[at : self._row_end(chunk, at)]
                return [_stored(number, match) for match in self._cell.finditer(row)]
            if self._last_row(chunk) > number:
                break
        return []

    def column(self, *numbers: int) -> Iterator[Stored]:
        """Yield the cells of some columns."""
        starts = {number: b"<" + self._prefix + b'c r="' + _letters(number) for number in numbers}
        for chunk in row_chunks(self._pieces()):
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
        changed = bool(self.changes)
        waiting = sorted({*self.cells, *(row for fill in self._fills for row in fill.rows)})
        if waiting:
            columns = [column for cells in self.cells.values() for column in cells]
            columns += [fill.column for fill in self._fills if fill.rows]
            self.widen(waiting[0], waiting[-1], columns)
        outline = self.changes.apply()
        opening = b"<" + self._prefix + b"sheetData>"
        behind = outline.index(opening) + len(opening)
        packer = Packer(self._size)
        packer.add(outline[:behind])
        waiting.reverse()
        for chunk in row_chunks(self._pieces()):
            packer.add(self._changed(chunk, waiting) if waiting else chunk)
        while waiting:
            packer.add(self._new_row(waiting.pop()))
        packer.add(outline[behind:])
        if not (changed or self._fragments):
            return None
        self._check(outline)
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
    def _cell_end(self) -> tuple[bytes, bytes]:
        return b"</" + self._prefix + b"c>", b"/>"

    @cached_property
    def _spans(self) -> re.Pattern[bytes]:
        return re.compile(b"(" + self._row_open + rb'[^>]*?) spans="([0-9]+):([0-9]+)"')

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
        return re.compile(b"<" + self._prefix + b'row r="([0-9]+)"')

    def _row_start(self, number: int) -> bytes:
        return b"<" + self._prefix + b'row r="%d"' % number

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
        at = chunk.rfind(b"<" + self._prefix + b'row r="')
        found = self._numbers.match(chunk, at) if at >= 0 else None
        return int(found[1]) if found else 0

    def _changed(self, chunk: bytes, waiting: list[int]) -> bytes:
        """Return whole rows with their changes; what was done is taken off the end of `waiting`."""
        last = self._last_row(chunk)
        if (changed := self._all_added(chunk, waiting, last)) is not None:
            return changed
        out: list[bytes] = []
        kept = at = 0
        while waiting and waiting[-1] <= last:
            number = waiting.pop()
            opening = self._row_start(number)
            start = chunk.find(opening, at)
            if start < 0:
                start = next(
                    found.start() for found in self._numbers.finditer(chunk, at) if int(found[1]) > number
                )
                out += (chunk[kept:start], self._new_row(number))
                kept = at = start
                continue
            behind = start + len(opening)
            added = self._added(number, chunk, behind)
            if added is not None:
                at = added.end
                if added.cells:
                    out += (chunk[kept:behind], added.tag, chunk[added.body : added.tail], added.cells)
                    kept = added.tail
                continue
            at = self._row_end(chunk, start)
            row = chunk[start:at]
            new = self._changed_row(number, row)
            if new is not row:
                out += (chunk[kept:start], new)
                kept = at
        return b"".join([*out, chunk[kept:]]) if out else chunk

    def _all_added(self, chunk: bytes, waiting: list[int], last: int) -> bytes | None:
        """Return whole rows that all get cells at their ends; None if that takes a closer look."""
        first, count = self._first_fill, chunk.count(self._closing)
        if not self._fills or not 1 < count <= len(waiting) or chunk.count(self._row_open) != count:
            return None
        numbers = waiting[-count:][::-1]
        fills = [fill for fill in self._fills if not fill.rows.keys().isdisjoint(numbers)]
        if numbers[-1] != last or not fills or not all(map(fills[0].rows.get, numbers)):
            return None
        spans = {(int(left), int(right)) for _, left, right in self._spans.findall(chunk)}
        if any(right >= first for _, right in spans) or not self.cells.keys().isdisjoint(numbers):
            return None
        end = chunk.find(self._closing)
        if self._left_of_end(chunk[chunk.rfind(self._row_open, 0, end) : end], numbers[0]) is None:
            return None  # mostly because our cells stand there already: then the other rows are alike
        *rows, rest = (self._spans.sub(rb"\1", chunk) if spans else chunk).split(self._closing)
        lefts = [self._left_of_end(row, number) for row, number in zip(rows, numbers, strict=True)]
        styles = [style for style in lefts if style is not None]
        if len(styles) != count:
            return None
        del waiting[-count:]
        columns = [fill.fresh(numbers, styles, self._prefix) for fill in fills]
        self._fragments.append(b"".join(chain.from_iterable(zip(*columns, strict=True))))
        closings = [self._closing] * count
        return b"".join([*chain.from_iterable(zip(rows, *columns, closings, strict=True)), rest])

    def _left_of_end(self, row: bytes, number: int) -> int | None:
        """Return the style of the last cell of a row, None if the row does not end with a usual cell."""
        at = row.rfind(self._cell_start)
        place, _, attributes = row[at + len(self._cell_start) : row.find(b">", at)].partition(b'"')
        letters = place.rstrip(b"0123456789")
        if at < 0 or place[len(letters) :] != b"%d" % number:
            return None
        usual = column_number(letters.decode()) < self._first_fill and row.endswith(self._cell_end)
        return _style(attributes) if usual else None

    def _added(self, number: int, chunk: bytes, behind: int) -> _Added | None:
        """Return what is added to a row behind the cells that it has; None if that takes a closer look.

        By far the most rows get their cells there.

        Args:
            number: Its number.
            chunk: The rows.
            behind: Offset behind its number.
        """
        body = chunk.find(b">", behind) + 1
        tail = chunk.find(self._closing, body)
        last = chunk.rfind(self._cell_start, body, tail)
        match = self._cell.match(chunk, last, tail) if last >= 0 and chunk[body - 2] != 0x2F else None
        if (
            match is None
            or match.end() != tail
            or number in self.cells
            or column_number(match[1].decode()) >= self._first_fill
        ):
            return None
        left = (_style(match[2]),)
        # Two tables below each other fill one column, each its own rows.
        cells = [(fill.column, fill.fresh((number,), left, self._prefix)[0]) for fill in self._fills]
        columns = [column for column, cell in cells if cell]
        xml = b"".join([cell for _, cell in cells])
        if xml:
            self._fragments.append(xml)
        tag = self._fitting(chunk[behind:body], tuple(columns))
        return _Added(tag, body, tail, xml, tail + len(self._closing))

    def _fitting(self, tag: bytes, columns: tuple[int, ...]) -> bytes:
        """Return the rest of a row's start tag, fit for new cells."""
        known = tag, columns
        if known not in self._fitted:
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
        return self._row_start(number) + b">" + self._cells_xml(number, wanted) + self._closing

    def _cells_xml(self, number: int, cells: dict[int, NewCell]) -> bytes:
        if not cells:
            return b""
        xml = b"".join([cell_xml(self._prefix, number, column, cells[column]) for column in sorted(cells)])
        self._fragments.append(xml)
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

    def _check(self, outline: bytes) -> None:
        """Read what is new with a parser that is not ours, before it goes anywhere."""
        root = self.part.root.open_tag(self._outline)
        closing = b"</" + self.part.root.tag + b">"
        try:
            expat.ParserCreate().Parse(outline, True)
            parser = expat.ParserCreate()
            parser.Parse(root)
            for at in range(0, len(self._fragments), 1000):
                parser.Parse(b"".join(self._fragments[at : at + 1000]))
            parser.Parse(closing, True)
        except expat.ExpatError as error:
            raise ValueError(f"what was put in is not well-formed: {error}") from error


def _stored(row: int, match: re.Match[bytes]) -> Stored:
    return Stored(row, column_number(match[1].decode()), match[2], match[3] or b"")


@lru_cache(maxsize=1000)
def _style(attributes: bytes) -> int:
    found = re.search(rb"\ss=\"([0-9]+)\"", attributes)
    return int(found[1]) if found else 0


def _letters(column: int) -> bytes:
    return column_letters(column).encode()
