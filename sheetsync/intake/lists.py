"""Lists inside one cell: numbered items, items between separators."""

import re
import unicodedata

from sheetsync.intake.cell import Cell
from sheetsync.intake.normalise import as_text, trim
from sheetsync.intake.nothing import nothing
from sheetsync.intake.numerals import number
from sheetsync.model.table import RawValue

_ZH = "[一二三四五六七八九十]{1,3}"
_MARK = re.compile(
    r"(?P<digits>\d{1,2})(?:[.．、]|[:：](?!\d)|(?P<half>[)）]))"
    r"|[(（](?P<both>\d{1,2})[)）]"
    r"|(?P<sign>[①-⑳⑴-⒇⒈-⒛❶-❿➀-➉])"
    rf"|(?P<zh>{_ZH})[、.．]|[(（](?P<zh_both>{_ZH})[)）]"
)
"""A number that may begin an item. Its group is its kind: 2) does not count on from 1."""
_GLUED = frozenset({"sign", "both", "zh_both"})
"""Marks that need no separator before them."""
_HARD = re.compile(r"[;；\r\n]+")
_SOFT = re.compile(r"[、;；\r\n]+")
_PROSE = re.compile(r"[,，。]")
_ENDS = " \t\r\n;；,，、。.\u3000\xa0"
_OPEN, _CLOSE = "(（[【", ")）]】"


def read_list(raw: RawValue) -> Cell:
    """Read a cell that holds a list; a tuple of texts, () where it says there is none."""
    text = as_text(raw)
    if (unsaid := nothing(text)) is not None:
        # Nothing to list is an answer; a blank cell is not.
        return Cell(()) if unsaid.empty and trim(text) else unsaid
    return Cell(tuple(items(text)))


def items(text: str) -> list[str]:
    """Return the items of a list written in one cell, without their numbers.

    Without numbers, items stand between semicolons and line breaks, and between 、 where the text is no
    prose.
    """
    if found := numbered(text):
        return found
    parts = _split(text, _HARD)
    if len(parts) == 1 and not _PROSE.search(text):
        parts = _split(text, _SOFT)
    return [part for part in (part.strip(_ENDS) for part in parts) if part]


def sentences(text: str) -> list[str]:
    """Return the items of a list in which 、 stands inside an item, as between two names."""
    found = numbered(text) or [part.strip(_ENDS) for part in _split(text, _HARD)]
    return [part for part in found if part]


def numbered(text: str) -> list[str]:
    """Return the items of a numbered list, none where the text is no such list.

    Numbers must count up from 1, so that `3.10月10日前` is item 3 and `2.5倍` no item.
    """
    kind = ""
    cuts: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        this = match.lastgroup or ""
        if kind in {"", this} and _value(match, this) == len(cuts) + 1 and _begins(text, match):
            kind = this
            cuts.append(match.span())
    if not cuts or trim(text[: cuts[0][0]]):
        return []
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    found = [text[begin:end].strip(_ENDS) for (_, begin), end in zip(cuts, ends, strict=True)]
    if kind == "zh" and (len(found) < 2 or not all(found)):
        return []  # 一、二期工程 is no list
    return [item for item in found if item]


def _value(match: re.Match[str], kind: str) -> int | None:
    if kind == "sign":
        return int(unicodedata.numeric(match[kind]))
    if kind in {"zh", "zh_both"}:
        return number(match[kind])
    return int(match["digits"] if kind == "half" else match[kind])


def _begins(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number begins an item: after a separator, or glued to words on both sides."""
    before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
    if not before or before in _ENDS:
        return True
    if match.lastgroup == "zh":
        return False
    return match.lastgroup in _GLUED or (not before.isascii() and not after.isdigit())


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split outside brackets."""
    depth, start = 0, 0
    parts: list[str] = []
    for position, letter in enumerate(text):
        if letter in _OPEN:
            depth += 1
        elif letter in _CLOSE:
            depth = max(depth - 1, 0)
        elif depth == 0 and separator.match(letter):
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
