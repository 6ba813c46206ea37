"""Cleans text for comparing: width, spaces, invisible characters, empty markers, separators, lengths."""

import re
import unicodedata
from collections.abc import Iterable

from sheetsync.marks import column_letters
from sheetsync.model.table import RawValue

EMPTY_MARKERS = frozenset({"", "无", "-", "/", "n/a", "na", "暂无", "none", "nil", "--", "/无"})
"""What people type for nothing, folded (spec product-expectations 6)."""
TO_BE_SET = frozenset({"待定", "tbd", "tbc", "未定", "待确定", "另定", "待安排", "待分配", "待明确"})
"""What people type for "somebody will say later", folded."""

_TO_BE_STARTS = frozenset(word[0] for word in TO_BE_SET)
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)]
)
_DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−﹘﹣－─━"}
_CLEAN = {**_INVISIBLE, **_DASHES, ord("〜"): "~", ord("∼"): "~", ord("⁄"): "/"}
_ENDS = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u200e\u200f\u2060\ufeff"
)
BLANK_STARTS = frozenset(("", *_ENDS))
"""What a cell begins with in which nothing can be seen."""
_SPACES = re.compile(r"\s+")
_ODD = re.compile(r"[^\x00-\x7f\u3001\u3002\u4e00-\u9fff]")
"""Letters that cleaning may change; texts without one need no second look."""
_SEPARATORS = re.compile(r"[、,;/|\n\r]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_ERROR_VALUE = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
_MARKER_STARTS = (
    frozenset("-/Nn无暂⽆／ＮｎǊǋǌᴺⁿₙℕ№Ⓝⓝ㎁㎋㎚㎱㎵㎻⁄⁻₋︱︲")
    | frozenset(map(chr, _DASHES))
    | frozenset(map(chr, _INVISIBLE))
    | frozenset(map(chr, range(0x2000, 0x200B)))
)
_QUOTES = _ENDS + "\"'“”‘’「」『』《》"
_JOINS_NEXT = 0x200D


def trim(text: str) -> str:
    """Return `text` without white space and invisible characters at both ends; nothing inside changes."""
    return text.strip(_ENDS)


def clean(text: str) -> str:
    """Return `text` in half width, one kind of dash, single spaces, without invisible characters."""
    if _ODD.search(text) is None:
        return " ".join(text.split())
    half = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_CLEAN)
    return _SPACES.sub(" ", half).strip()


def fold(text: str) -> str:
    """Return what `text` is compared by: clean, without spaces, case-folded."""
    return clean(text).replace(" ", "").casefold()


def is_blank(value: RawValue) -> bool:
    """Tell whether a cell holds nothing that can be seen."""
    return value == "" or (isinstance(value, str) and not trim(value))


def blank_ones(values: Iterable[RawValue]) -> list[int]:
    """Return the positions of those of many cells that hold nothing that can be seen."""
    # A look at the first letter spares trimming every text.
    return [
        position
        for position, value in enumerate(values)
        if type(value) is str and value[:1] in BLANK_STARTS and not value.strip(_ENDS)
    ]


def is_marker(text: str) -> bool:
    """Tell whether `text` is a way of writing that there is nothing."""
    # Long texts are no markers, nor are most others by their first letter; that of a bold 𝐍 is not looked up.
    trimmed = trim(text)
    if len(text) >= 12 or (trimmed and trimmed[0] <= "\uffff" and not may_be_marker(trimmed)):
        return False
    folded = fold(text)
    return folded in EMPTY_MARKERS or not folded.strip("-")


def may_be_marker(text: str) -> bool:
    """Tell, by the first letter and the length alone, whether `text` may be a marker; it is trimmed."""
    return len(text) < 12 and text[0] in _MARKER_STARTS


def is_open_end(text: str) -> bool:
    """Tell whether `text` says that it is to be settled later."""
    # Nearly all texts are told by their first letter.
    if "\u4e00" <= text[:1] <= "\u9fff" and text[0] not in _TO_BE_STARTS:
        return False
    return len(text) < 12 and fold(text) in TO_BE_SET


def error_value(text: str) -> str | None:
    """Return the spreadsheet error that `text` is, such as `#REF!`, or None."""
    match = _ERROR_VALUE.fullmatch(text.strip()) if text.lstrip()[:1] == "#" else None
    return match[0] if match else None


def as_text(value: RawValue) -> str:
    """Return a cell as a person sees it in the simplest format."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)


def split(text: str) -> list[str]:
    """Return the parts of a clean text between 、 , ; / | and line breaks, brackets kept whole."""
    if "(" not in text:
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    parts, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(depth - 1, 0)
        elif depth == 0 and letter in "、,;/|\n\r":
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def is_chinese(text: str) -> bool:
    """Tell whether `text` holds a Chinese character."""
    return _CJK.search(text) is not None


def visible_length(text: str) -> int:
    """Return the number of characters a person counts: quotes and spaces at both ends not, an emoji once."""
    inner = text.strip(_QUOTES)
    if inner.isascii():
        return len(inner)
    count, joined, flag = 0, False, False
    for letter in inner:
        code = ord(letter)
        if code == _JOINS_NEXT:
            joined = True
            continue
        if _modifies(code, letter):
            continue
        second_half = flag and _is_flag(code)
        if not joined and not second_half:
            count += 1
        flag = _is_flag(code) and not second_half
        joined = False
    return count


def cell_address(row: int, column: int) -> str:
    """Return an address such as `F9`, both numbers from 1."""
    return f"{column_letters(column)}{row}"


def _modifies(code: int, letter: str) -> bool:
    """Tell whether a code point only changes the look of the one before it."""
    return (
        0xFE00 <= code <= 0xFE0F  # variation selectors
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0xE0020 <= code <= 0xE007F  # tags of regional flags
        or code in _INVISIBLE
        or unicodedata.combining(letter) != 0
        or unicodedata.category(letter) == "Me"
    )


def _is_flag(code: int) -> bool:
    return 0x1F1E6 <= code <= 0x1F1FF
