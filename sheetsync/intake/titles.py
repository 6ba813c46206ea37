"""Header cells: what they are compared by, and headers that take two rows."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sheetsync.intake.normalise import fold, trim
from sheetsync.model.table import RawSheet, RawValue

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_SIGNS = re.compile(r"[*:★☆●▲▼△▽↓↑#]|必填|选填")
_VAGUE = ("时间", "日期", "情况", "信息", "安排")
"""What the name of a group may lack in the header that it makes up with one below it."""
_PLAIN = re.compile(r"[ -\"$-'+-9;=?-Z^-~、。\u4e00-\u9fff]*")
"""Texts without brackets, signs or letters that folding would look up: nearly every cell."""
_REMARK = re.compile("必填|选填")
_LEAD = re.compile(
    r"(?:[A-Za-z](?=[ -~\u4e00-\u9fff])){0,6}"  # an e may become an é by what follows
    r"[0-9\u4e00-\u5fc4\u5fc6-\u9008\u900a-\u9fff]{0,6}"  # 必 and 选 may go, with what follows
)
"""A few letters that `title_key` keeps at the beginning of a header whatever follows."""
_LONGEST = 80
"""Longer cells are instructions, not headers."""


@lru_cache(maxsize=16_384)
def title_key(title: str) -> str:
    """Return what a header is compared by: folded, without bracketed hints, stars and colons."""
    title = title[: _LONGEST * 2]
    if _PLAIN.fullmatch(title) and not _REMARK.search(title):
        return title.replace(" ", "").casefold()
    folded = fold(title)
    bare = _SIGNS.sub("", _BRACKETS.sub("", folded))
    return bare or folded


@lru_cache(maxsize=16_384)
def lead(title: str) -> str:
    """Return how the key of a header begins, alone or with another one joined to it."""
    match = _LEAD.match(title[:-2] if title.endswith(_VAGUE) else title)
    return match[0].casefold() if match else ""


def row_titles(row: Sequence[RawValue]) -> dict[int, str]:
    """Return what may be headers in one row by column position, each as one line."""
    return {
        index: " ".join(value.split())
        for index, value in enumerate(row)
        if value and isinstance(value, str) and len(value) <= _LONGEST * 2 and trim(value)
    }


def stacked_titles(
    sheet: RawSheet,
    position: int,
    above: Mapping[int, str],
    single: Mapping[int, str],
    known: Callable[[str], bool],
) -> dict[int, str]:
    """Return the headers of two rows by column position.

    Those are cells that reach down from the row above, and groups (计划 over 开始 and 完成) that stand above
    several cells.

    Args:
        sheet: The sheet.
        position: The lower row's position among the sheet's rows.
        above: The titles of the upper row.
        single: The titles of the lower row.
        known: Tells whether a header means something to some form.
    """
    grouped = _groups(sheet, position - 1, above)
    headers = dict(above)
    headers.update((index, _under(grouped.get(index), title, known)) for index, title in single.items())
    return dict(sorted(headers.items()))


def _groups(sheet: RawSheet, position: int, above: Mapping[int, str]) -> dict[int, str]:
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
    stem = group[:-2] if group.endswith(_VAGUE) else group
    shorter = () if stem == group else (stem + title,)
    return next((words for words in (group + title, *shorter, title + group) if known(words)), title)
