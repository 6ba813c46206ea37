"""The shared strings of a workbook, looked up one by one; never written."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import rich_text


class SharedStrings:
    """The texts that cells refer to by position.

    Args:
        xml: The part as UTF-8, or None if the workbook has none.
    """

    def __init__(self, xml: bytes | None) -> None:
        self._xml = xml or b""
        self._spans: list[tuple[int, int]] = []

    def __call__(self, position: int) -> str:
        """Return the text at a position (from 0), rich text joined; empty if there is none."""
        spans = self._spans
        if position >= len(spans):
            # What is asked for mostly stands near the beginning: titles, and our own words.
            more = islice(self._found, max(position + 1 - len(spans), 100))
            spans.extend(match.span(1) for match in more)
        if not 0 <= position < len(spans):
            return ""
        start, end = spans[position]
        return rich_text(self._xml[start:end])

    @cached_property
    def _found(self) -> Iterator[re.Match[bytes]]:
        pattern = re.compile(
            rb"<(?:[^\s/>:]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[^\s/>:]+:)?si\s*>)", re.DOTALL
        )
        return pattern.finditer(splice.masked(self._xml))
