"""The ends of rows that all get cells there: read a block at a time, for they are mostly alike."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from sheetsync.excel.outlineedit import RowEnds
from sheetsync.marks import column_number

_SLASH = ord("/")
_DIGITS = b"0123456789"


class Block(NamedTuple):
    """Whole rows, parted.

    Args:
        tags: What follows the number in the start tag of each, up to its end.
        bodies: What stands between the tags of each.
        rest: What stands behind the last of them.
        ends: Their numbers, and the styles of their last cells.
    """

    tags: Sequence[bytes]
    bodies: Sequence[bytes]
    rest: bytes
    ends: RowEnds


class Picked(NamedTuple):
    """Some rows among others, found.

    Args:
        places: Offsets in each: behind the number, of the end of the start tag, of the end tag.
        ends: Their numbers, and the styles of their last cells.
    """

    places: Sequence[tuple[int, int, int]]
    ends: RowEnds


class Endings:
    """Parts rows that end with a usual cell.

    Args:
        prefix: The prefix of the part's elements, with its colon, or nothing.
        style: Gives the style that the attributes of a cell name.
    """

    def __init__(self, prefix: bytes, style: Callable[[bytes], int]) -> None:
        self._row = b"<" + prefix + b'row r="'
        self._row_end = b"</" + prefix + b"row>"
        self._cell = b"<" + prefix + b'c r="'
        self._cell_end = b"</" + prefix + b"c>"
        self._style = style
        self._styles: dict[bytes, int] = {}
        self._lasts: dict[tuple[bytes, bytes], int | None] = {}

    def parted(self, chunk: bytes, wanted: Sequence[int], before: int) -> Block | None:
        """Return whole rows parted; None if that takes a closer look at each.

        Args:
            chunk: The rows.
            wanted: Numbers of the rows that get cells, descending.
            before: Ours stand from this column on; a usual row ends left of it.
        """
        # Mostly the first rows tell that not every row is wanted, or that ours are there already.
        if not self._begins(chunk, wanted) or not self._ends_before(before, chunk):
            return None
        *rows, rest = chunk.split(self._row_end)
        # A row that closes itself, or ends in another way, stands with the next one, or in the rest.
        if not rows or self._row in rest or not all(map(bytes.startswith, rows, repeat(self._row))):
            return None
        parts = [row.partition(b">") for row in rows]
        skip = len(self._row)
        heads = [head[skip:].partition(b'"') for head, _, _ in parts]
        digits, tags = [number for number, _, _ in heads], [tag for _, _, tag in heads]
        numbers = list(map(int, digits))
        alike = numbers == list(wanted[: -len(numbers) - 1 : -1])
        if not alike or any(tag.endswith(b"/") for tag in set(tags)):
            return None
        bodies = [body for _, _, body in parts]
        lasts = self._lasts_of(bodies, before)
        if lasts is None:
            return None
        for attributes in set(lasts) - self._styles.keys():
            self._styles[attributes] = self._style(attributes)
        return Block(tags, bodies, rest, RowEnds(numbers, digits, [self._styles[one] for one in lasts]))

    def _ends_before(self, column: int, chunk: bytes) -> bool:
        """Tell whether the first row ends with a cell left of a column."""
        at = chunk.rfind(self._cell, 0, max(chunk.find(self._row_end), 0)) + len(self._cell)
        letters = chunk[at : chunk.find(b'"', at)].rstrip(_DIGITS)
        return letters.isalpha() and column_number(letters.decode()) < column

    def _lasts_of(self, bodies: Sequence[bytes], before: int) -> Sequence[bytes] | None:
        """Return the attributes of the last cell of each row; None if one takes a closer look."""
        lasts = [body.rpartition(self._cell)[2].partition(b">") for body in bodies]
        closed = (
            not inner if tag.endswith(b"/") else inner.endswith(self._cell_end) for tag, _, inner in lasts
        )
        if not all(closed):
            return None
        tags = [tag.partition(b'"') for tag, _, _ in lasts]
        columns = {place.rstrip(_DIGITS) for place, _, _ in tags}
        if any(not one.isalpha() or column_number(one.decode()) >= before for one in columns):
            return None
        return [attributes for _, _, attributes in tags]

    def picked(self, chunk: bytes, numbers: Sequence[int], before: int) -> Picked | None:
        """Return where some rows stand and end; None if that takes a closer look at each.

        Args:
            chunk: Whole rows, these and others.
            numbers: Theirs, ascending.
            before: Ours stand from this column on; a usual row ends left of it.
        """
        find, rfind, known = chunk.find, chunk.rfind, self._lasts
        begin, close, cell, closed = self._row, self._row_end, self._cell, self._cell_end
        skip = len(cell)
        places, digits, styles = [], [], []
        tag = tail = last = stride = 0
        part = 3
        for number in numbers:
            shown = b'%d"' % number
            start = begin + shown
            # Rows mostly have about one size: one begins behind most of the bytes that so many took before.
            before_it, tag = tag, find(start, tail + stride * (number - last - 1))
            if tag < 0:
                part = 0
                tag = find(start, tail)
            if last:
                stride = part * (tag - before_it) // (4 * (number - last))
            last = number
            body = find(b">", tag)
            tail = find(close, body)
            at = rfind(cell, body, tail)
            stop = find(b">", at)
            if tag < 0 or at < 0 or chunk[body - 1] == _SLASH:
                return None
            if stop + 1 != tail if chunk[stop - 1] == _SLASH else not chunk.endswith(closed, 0, tail):
                return None
            letters, _, attributes = chunk[at + skip : stop].partition(shown)
            ended = letters, attributes
            if ended not in known:
                usual = letters.isalpha() and column_number(letters.decode()) < before
                known[ended] = self._style(attributes) if usual else None
            style = known[ended]
            if style is None:
                return None
            places.append((tag + len(start), body, tail))
            digits.append(shown[:-1])
            styles.append(style)
        return Picked(places, RowEnds(numbers, digits, styles))

    def _begins(self, chunk: bytes, wanted: Sequence[int]) -> bool:
        """Tell whether the first two rows, as far as there are two, are the first that are wanted."""
        at = 0
        for number in wanted[:-3:-1]:
            at = chunk.find(self._row, at)
            if at >= 0 and not chunk.startswith(b'%d"' % number, at + len(self._row)):
                return False
            at += 1
        return True

    def joined(self, block: Block, cells: Sequence[bytes], fitting: Mapping[bytes, bytes]) -> bytes:
        """Return the rows with cells at their ends.

        Args:
            block: The rows.
            cells: What each gets; those that get nothing stay as they are.
            fitting: What follows the number in a start tag, to what fits new cells.
        """
        tags = [fitting[tag] if new else tag for tag, new in zip(block.tags, cells, strict=True)]
        opened = repeat(self._row), block.ends.digits, repeat(b'"'), tags, repeat(b">")
        rows = zip(*opened, block.bodies, cells, repeat(self._row_end), strict=False)
        return b"".join([*chain.from_iterable(rows), block.rest])
