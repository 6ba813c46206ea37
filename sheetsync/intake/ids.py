"""Id cells: one spelling for each id, near misses named, the next free id proposed."""

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from sheetsync.intake.cell import EMPTY, Cell, Doubt, doubted, failed
from sheetsync.intake.normalise import as_text, clean, is_marker, split
from sheetsync.intake.nothing import nothing
from sheetsync.model.table import RawValue
from sheetsync.text import Text

_DASHES = re.compile(r"[-_ ]+")
_PREFIX = re.compile(r"\^?([A-Z]+)")
_SHORT_SERIAL = re.compile(r"(.*-)(\d)")
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "Q": "0"})
_SERIAL = re.compile(r"(.*?)(\d+)")
_YEAR = re.compile(r"[A-Z]{1,5}((?:19|20|21)\d\d)(?:0[1-9]|1[0-2])\d{2}")
ONE_EACH = Text(
    "每条记录用一个不同的编号，改掉其中之一", "give each record an id of its own; change one of them"
)
"""What to do about an id that stands on several records."""
_LONGEST = 60
_PATTERNS = 128
"""Patterns of forms that are kept."""


@dataclass(frozen=True)
class IdPattern:
    """How the ids of a column look.

    Args:
        regex: The canonical id.
        prefix: The letters it begins with.
        example: One of them, for messages.
    """

    regex: re.Pattern[str]
    prefix: str
    example: str

    @staticmethod
    @lru_cache(maxsize=_PATTERNS)
    def of(pattern: str, example: str | None) -> "IdPattern":
        """Return the pattern of a form's column."""
        prefix = _PREFIX.match(pattern)
        letters = prefix[1] if prefix else ""
        return IdPattern(re.compile(pattern, re.ASCII), letters, example or letters)


def read_id(raw: RawValue, patterns: tuple[IdPattern, ...] = ()) -> Cell:
    """Read a cell that holds one id.

    Args:
        raw: The cell.
        patterns: How ids of the column may look; none when anything goes.

    Returns:
        The id; a near miss is an error but keeps its text, so that findings can name the row.
    """
    text = as_text(raw)
    for pattern in patterns:
        if pattern.regex.fullmatch(text):
            return Cell(text)
    if (unsaid := nothing(text)) is not None:
        return unsaid
    if len(text) > _LONGEST:
        shown = text[:20] + "…"
        return failed(f"“{shown}”不是编号", f"'{shown}' is not an id", _example(patterns))
    return _spelled(regular(text), text.strip(), patterns)


def read_ids(raw: RawValue, patterns: tuple[IdPattern, ...] = ()) -> Cell:
    """Read a cell that holds any number of ids; a tuple."""
    text = as_text(raw)
    if is_marker(text):
        return Cell(()) if text.strip() else EMPTY
    cells = [read_id(part, patterns) for part in split(clean(text.replace("\n", ";")))]
    found = tuple(dict.fromkeys(cell.value for cell in cells if isinstance(cell.value, str)))
    doubts = [cell.doubt for cell in cells if cell.doubt]
    worst = next((doubt for doubt in doubts if doubt.kind == "error"), doubts[0] if doubts else None)
    return Cell(found, worst, broken=any(cell.broken for cell in cells))


def regular(text: str) -> str:
    """Return an id in its comparable spelling: half width, upper case, any dash or space as `-`."""
    return _DASHES.sub("-", clean(text).upper()).strip("-")


def year_of(key: object) -> int | None:
    """Return the year in an id such as `XZB20231001`, or None; ids tell nothing else about dates."""
    match = _YEAR.match(key) if isinstance(key, str) else None
    return int(match[1]) if match else None


def next_free(after: str | None, taken: Container[str], example: str | None) -> str | None:
    """Return the first id that counts on from `after` (or from `example`) and is not taken."""
    match = _SERIAL.fullmatch(after or example or "")
    if match is None:
        return None
    stem, digits = match[1], match[2]
    number = int(digits) + (1 if after else 0)
    while (candidate := f"{stem}{number:0{len(digits)}d}") in taken:
        number += 1
    return candidate


def _spelled(found: str, typed: str, patterns: tuple[IdPattern, ...]) -> Cell:
    """Return the id with what there is to say about its spelling."""
    if not patterns:
        return Cell(found)
    for candidate in (found, _padded(found)):
        if any(pattern.regex.fullmatch(candidate) for pattern in patterns):
            if candidate == typed:
                return Cell(candidate)
            message = Text(f"按 {candidate} 读取", f"read as {candidate}")
            return doubted(Cell(candidate), "warning", message, _write(candidate))
    for pattern in patterns:
        if (near := _near_miss(found, pattern)) is not None:
            return near
    example = patterns[0].example
    message = Text(
        f"编号“{found}”不是 {example} 这样的格式，按原样使用",
        f"the id '{found}' does not look like {example}; kept",
    )
    return doubted(Cell(found), "warning", message)


def _near_miss(found: str, pattern: IdPattern) -> Cell | None:
    """Refuse an id that is almost right, but keep its text."""
    size = len(pattern.prefix)
    head, tail = found[:size], found[size:].translate(_LOOK_ALIKE)
    mended = _padded(
        head.replace("0", "O") + tail if head.replace("0", "O") == pattern.prefix else head + tail
    )
    if mended != found and pattern.regex.fullmatch(mended):
        message = Text(
            f"“{found}”里的字母应为数字（O 与 0、I 与 1）",
            f"'{found}' has a letter for a digit (O and 0, I and 1)",
        )
        return Cell(found, Doubt("error", message, _write(mended)))
    if pattern.prefix and head == pattern.prefix and not tail.strip("-0123456789"):
        message = Text(
            f"编号“{found}”的位数或月份不对，应如 {pattern.example}",
            f"the id '{found}' has a wrong length or month; it should look like {pattern.example}",
        )
        return Cell(found, Doubt("error", message, _example((pattern,))))
    return None


def _padded(found: str) -> str:
    """Return the id with a one-digit serial after the dash as two digits."""
    match = _SHORT_SERIAL.fullmatch(found)
    return f"{match[1]}0{match[2]}" if match else found


def _example(patterns: tuple[IdPattern, ...]) -> Text:
    if not patterns:
        return Text("这里只填编号", "put nothing but the id here")
    return Text(f"请写成 {patterns[0].example} 这样", f"write it like {patterns[0].example}")


def _write(identifier: str) -> Text:
    return Text(f"请写成 {identifier}", f"write {identifier}")
