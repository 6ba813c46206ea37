"""The ends of rows that all get cells there: read a block at a time, for they are mostly alike."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sheetsync.excel.outlineedit import RowEnds
from sheetsync.marks import column_number

_SLASH = ord("/")


class Block(NamedTuple):
    """Whole rows, parted.

    Args:
        rows: Each without its end tag.
        rest: What stands behind the last of them.
        tags: What follows the number in each start tag, and its offset.
        ends: Their numbers, and the styles of their last cells.
    """

    rows: Sequence[bytes]
    rest: bytes
    tags: Sequence[tuple[bytes, int]]
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
        self._number = re.compile(self._row + b'([0-9]+)"').findall
        self._row_end = b"</" + prefix + b"row>"
        self._cell = b"<" + prefix + b'c r="'
        self._cell_end = b"</" + prefix + b"c>"
        self._style = style
        self._styles: dict[bytes, int] = {}
        self._lasts: dict[tuple[bytes, bytes], int | None] = {}

    def parted(self, chunk: bytes, wanted: Sequence[int]) -> Block | None:
        """Return whole rows parted; None if that takes a closer look at each.

        Args:
            chunk: The rows; no cell of the part stands where ours will.
            wanted: Numbers of the rows that get cells, descending.
        """
        # Mostly the first rows tell that not every row is wanted.
        if not self._begins(chunk, wanted):
            return None
        digits = self._number(chunk)
        numbers = list(map(int, digits))
        count = len(numbers)
        if not count or numbers != list(wanted[: -count - 1 : -1]):
            return None
        *rows, rest = chunk.split(self._row_end)
        if len(rows) != count:
            return None
        skip, behind, known = len(self._cell), len(self._row) + 1, self._styles
        styles, tags = [], []
        for row, number in zip(rows, digits, strict=True):
            begin = behind + len(number)
            tags.append((row[begin : row.find(b">", begin)], begin))
            at = row.rfind(self._cell)
            stop = row.find(b">", at)
            attributes = row[row.find(b'"', at + skip) + 1 : stop]
            closed = stop + 1 == len(row) if attributes.endswith(b"/") else row.endswith(self._cell_end)
            if at < 0 or not closed or not row.startswith(self._row):
                return None
            style = known.get(attributes)
            if style is None:
                style = known[attributes] = self._style(attributes)
            styles.append(style)
        return Block(rows, rest, tags, RowEnds(numbers, digits, styles))

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
        out: list[bytes] = []
        end = self._row_end
        for row, (tag, at), new in zip(block.rows, block.tags, cells, strict=True):
            if new and tag:
                out += (row[:at], fitting[tag], row[at + len(tag) :], new, end)
            else:
                out += (row, new, end)
        return b"".join([*out, block.rest])
