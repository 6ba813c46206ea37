"""The shared strings of a workbook, looked up one by one; never written."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import rich_text

_ITEM = re.compile(rb"<(?:[^\s/>:]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[^\s/>:]+:)?si\s*>)", re.DOTALL)


class SharedStrings:
    """The texts that cells refer to by position.

    Args:
        xml: The part as UTF-8, or None if the workbook has none.
    """

    def __init__(self, xml: bytes | None) -> None:
        self._xml = xml or b""
        self._starts: list[int] = []

    def __call__(self, position: int) -> str:
        """Return the text at a position (from 0), rich text joined; empty if there is none."""
        starts = self._starts
        if position >= len(starts):
            # What is asked for mostly stands near the beginning: titles, and our own words.
            starts.extend(islice(self._found, max(position + 1 - len(starts), 100)))
        if not 0 <= position < len(starts):
            return ""
        match = _ITEM.match(self._mask, starts[position])
        return rich_text(self._xml[match.start(1) : match.end(1)]) if match else ""

    @cached_property
    def _mask(self) -> bytes:
        return splice.masked(self._xml)

    @cached_property
    def _found(self) -> Iterator[int]:
        """Where each text begins. A search for what all texts have in common is several times as fast."""
        begin = b"<si" if b"<si" in self._mask else rb"<[^\s<>/:]+:si"
        return (match.start() for match in re.finditer(begin + rb"(?=[\s/>])", self._mask))
