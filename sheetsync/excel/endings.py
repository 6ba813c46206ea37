"""The ends of rows that all get cells there: read a block at a time, for they are mostly alike."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sheetsync.excel.outlineedit import RowEnds


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

    def parted(self, chunk: bytes, wanted: Sequence[int]) -> Block | None:
        """Return whole rows parted; None if that takes a closer look at each.

        Args:
            chunk: The rows; no cell of the part stands where ours will.
            wanted: Numbers of the rows that get cells, descending.
        """
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
