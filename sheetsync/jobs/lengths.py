"""Lengths of time as job files write them: `90s`, `30min`, `2h`, `3d`."""

import re
from datetime import timedelta

from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text

PATTERN = r"([0-9]{1,6}) ?(s|min|h|d|秒|分钟|小时|天)"

_LENGTH = re.compile(PATTERN)
_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "秒": timedelta(seconds=1),
    "分钟": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "天": timedelta(days=1),
}


def parse(words: str) -> timedelta:
    """Read a length.

    Raises:
        WrongValueError: It is none.
    """
    found = _LENGTH.fullmatch(words.strip().lower())
    if found is None:
        raise WrongValueError(
            Text("应写成 30min、2h 或 3d（30分钟、2小时、3天）", "write it like 30min, 2h or 3d")
        )
    return int(found[1]) * _UNITS[found[2]]


def said(length: timedelta) -> str:
    """Return a length of whole seconds as files write it; `parse` reads it again."""
    seconds = round(length.total_seconds())
    for unit in ("d", "h", "min"):
        size = round(_UNITS[unit].total_seconds())
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
