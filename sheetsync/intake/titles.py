"""Header cells: what they are compared by, and headers that take two rows."""

import re

from sheetsync.intake.normalise import fold, is_blank
from sheetsync.model.table import RawSheet

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_SIGNS = re.compile(r"[*:★☆●▲▼△▽↓↑#]|必填|选填")
_LONGEST = 80
"""Longer cells are instructions, not headers."""


def title_key(title: str) -> str:
    """Return what a header is compared by: folded, without bracketed hints, stars and colons."""
    folded = fold(title[: _LONGEST * 2])
    bare = _SIGNS.sub("", _BRACKETS.sub("", folded))
    return bare or folded


def header_cells(sheet: RawSheet, position: int, depth: int) -> dict[int, str]:
    """Return the headers of a row by column position, each as one line.

    Args:
        sheet: The sheet.
        position: The row's position among the sheet's rows.
        depth: 1 for the row alone; 2 to fill its gaps from the row above, where cells reach down.

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
    return dict(sorted((header_cells(sheet, position - 1, 1) | single).items()))
