"""Lists inside one cell: numbered items, items between separators."""

import re

from sheetsync.intake.cell import Cell
from sheetsync.intake.normalise import as_text, trim
from sheetsync.intake.nothing import nothing
from sheetsync.model.table import RawValue

_MARK = re.compile(r"[(（]?(\d{1,2})[.．、)）:：]|([①②③④⑤⑥⑦⑧⑨⑩])")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
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

    Numbers must count up from 1, so that `3.10月10日前` is item 3 and `2.5倍` no item. Without numbers, items
    stand between semicolons and line breaks, and between 、 where the text is no prose.
    """
    numbered = _numbered(text)
    if numbered:
        return numbered
    parts = _split(text, _HARD)
    if len(parts) == 1 and not _PROSE.search(text):
        parts = _split(text, _SOFT)
    return [part for part in (part.strip(_ENDS) for part in parts) if part]


def _numbered(text: str) -> list[str]:
    cuts: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        number = int(match[1]) if match[1] else _CIRCLED.index(match[2]) + 1
        if number == len(cuts) + 1 and _starts_item(text, match):
            cuts.append(match.span())
    if not cuts or trim(text[: cuts[0][0]]):
        return []
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    found = [text[begin:end].strip(_ENDS) for (_, begin), end in zip(cuts, ends, strict=True)]
    return [item for item in found if item]


def _starts_item(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number begins an item: after a separator, or glued to words on both sides."""
    before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
    if not before or before in _ENDS:
        return True
    return not before.isascii() and not after.isdigit()


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
