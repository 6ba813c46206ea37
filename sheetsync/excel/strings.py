"""The shared strings of a workbook, looked up one by one; never written."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import islice

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import rich_text

_ITEM = re.compile(rb"<(?:[^\s/>:]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[^\s/>:]+:)?si\s*>)", re.DOTALL)
_KEPT = 1_000
"""Texts that are kept to be asked for again, as the titles of our columns are on each sheet."""
_STRETCH = 1 << 12
"""Bytes that are counted at a time."""


class SharedStrings:
    """The texts that cells refer to by position.

    Args:
        xml: The part as UTF-8, or None if the workbook has none.
    """

    def __init__(self, xml: bytes | None) -> None:
        self._xml = xml or b""
        self._texts: dict[int, str] = {}
        self._before = [0]  # how many texts begin before each stretch, as far as they were counted

    def __call__(self, position: int) -> str:
        """Return the text at a position (from 0), rich text joined; empty if there is none."""
        if position not in self._texts:
            if len(self._texts) == _KEPT:
                self._texts.clear()
            self._texts[position] = rich_text(self.inner(position))
        return self._texts[position]

    def inner(self, position: int) -> bytes:
        """Return what stands between the tags of the text at a position (from 0), as written."""
        if position < 0:
            return b""
        # Few texts are asked for, and counting is many times as fast as looking at each.
        while self._before[-1] <= position:
            begin = (len(self._before) - 1) * _STRETCH
            if begin >= len(self._mask):
                return b""
            self._before.append(self._before[-1] + self._count(begin, begin + _STRETCH))
        stretch = bisect_right(self._before, position) - 1
        starts = self._start.finditer(self._mask, stretch * _STRETCH)
        start = next(islice(starts, position - self._before[stretch], None)).start()
        match = _ITEM.match(self._mask, start)
        return self._xml[match.start(1) : match.end(1)] if match else b""

    @cached_property
    def _mask(self) -> bytes:
        return splice.masked(self._xml)

    @cached_property
    def _opening(self) -> bytes:
        prefix = splice.prefix_of(splice.root(self._mask).tag)
        return b"<" + prefix + b"si"

    @cached_property
    def _start(self) -> re.Pattern[bytes]:
        return re.compile(re.escape(self._opening) + rb"(?=[\s/>])")

    @cached_property
    def _other(self) -> re.Pattern[bytes]:
        """Another element whose name begins like that of a text."""
        return re.compile(re.escape(self._opening) + rb"(?![\s/>])")

    def _count(self, begin: int, end: int) -> int:
        """Return how many texts begin between two offsets."""
        if self._other.search(self._mask, begin, end + len(self._opening)) is None:
            return self._mask.count(self._opening, begin, end + len(self._opening) - 1)
        found = self._start.finditer(self._mask, begin, end + len(self._opening))
        return sum(match.start() < end for match in found)
