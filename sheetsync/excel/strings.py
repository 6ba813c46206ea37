"""The shared strings of a workbook, looked up one by one; never written."""

import re
from functools import cached_property

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import rich_text


class SharedStrings:
    """The texts that cells refer to by position.

    Args:
        xml: The part as UTF-8, or None if the workbook has none.
    """

    def __init__(self, xml: bytes | None) -> None:
        self._xml = xml or b""

    def __call__(self, position: int) -> str:
        """Return the text at a position (from 0), rich text joined; empty if there is none."""
        spans = self._spans
        if not 0 <= position < len(spans):
            return ""
        start, end = spans[position]
        return rich_text(self._xml[start:end])

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        mask = splice.masked(self._xml)
        pattern = re.compile(
            rb"<(?:[^\s/>:]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[^\s/>:]+:)?si\s*>)", re.DOTALL
        )
        return [match.span(1) for match in pattern.finditer(mask)]
