"""Header cells: what they are compared by, and headers that take two rows."""

import re
from collections.abc import Callable
from functools import lru_cache

from sheetsync.intake.normalise import fold, is_blank
from sheetsync.model.table import RawSheet

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_SIGNS = re.compile(r"[*:★☆●▲▼△▽↓↑#]|必填|选填")
_VAGUE = re.compile(r"(?:时间|日期|情况|信息|安排)$")
_LONGEST = 80
"""Longer cells are instructions, not headers."""


@lru_cache(maxsize=16_384)
def title_key(title: str) -> str:
    """Return what a header is compared by: folded, without bracketed hints, stars and colons."""
    folded = fold(title[: _LONGEST * 2])
    bare = _SIGNS.sub("", _BRACKETS.sub("", folded))
    return bare or folded


def header_cells(sheet: RawSheet, position: int, depth: int, known: Callable[[str], bool]) -> dict[int, str]:
    """Return the headers of a row by column position, each as one line.

    Args:
        sheet: The sheet.
        position: The row's position among the sheet's rows.
        depth: 1 for the row alone; 2 for a header of two rows: cells that reach down from the row above, and
            groups (计划 over 开始 and 完成) that stand above several cells.
        known: Tells whether a header means something to some form.

    Returns:
        The headers; none where there is no row above for depth 2.
    """
    single = {
        index: " ".join(value.split())
        for index, value in enumerate(sheet.rows[position])
        if isinstance(value, str) and not is_blank(value) and len(value) <= _LONGEST * 2
    }
    if depth == 1:
        return single
    if position == 0:
        return {}
    above = header_cells(sheet, position - 1, 1, known)
    grouped = _groups(sheet, position - 1, above)
    headers = above | {index: _under(grouped.get(index), title, known) for index, title in single.items()}
    return dict(sorted(headers.items()))


def _groups(sheet: RawSheet, position: int, above: dict[int, str]) -> dict[int, str]:
    """Return the group that stands above each column, by the merged cells of the upper row."""
    row = sheet.first_row + position
    grouped = dict(above)
    for top, left, bottom, right in sheet.merged:
        first = left - sheet.first_column
        if top == bottom == row and first in above:
            grouped.update(dict.fromkeys(range(first, right - sheet.first_column + 1), above[first]))
    return grouped


def _under(group: str | None, title: str, known: Callable[[str], bool]) -> str:
    """Return a header with the name of its group where only both together mean something."""
    if group is None or group == title:
        return title
    for words in (group + title, _VAGUE.sub("", group) + title, title + group):
        if known(words):
            return words
    return title
