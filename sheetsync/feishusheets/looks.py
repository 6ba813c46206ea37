"""The colours of our status columns: conditional formats, so that a colour goes with its word in any order.

Feishu's conditional formats look at the cell they colour, none can look at another one; and no call tells
which fills people gave their cells. So the cell with the word is coloured, and nothing of people's is; whole
rows only where a project asks for that (`fills`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync import palette
from sheetsync.feishusheets.document import Block, Rule
from sheetsync.marks import column_number
from sheetsync.model.edit import MarkRows

MOST = 20
"""Conditional formats of one tab (reference, 9)."""

_RANGE = re.compile(r"[A-Za-z0-9]+!([A-Z]{1,3})(\d*):([A-Z]{1,3})(\d*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recolouring:
    """What differs between the colours that a status column has and those it shall have."""

    fresh: tuple[Rule, ...] = ()
    gone: tuple[Rule, ...] = ()

    @property
    def is_needed(self) -> bool:
        """True where anything differs."""
        return bool(self.fresh or self.gone)


def recoloured(edit: MarkRows, column: int, sheet: str, bottom: int, known: Sequence[Rule]) -> Recolouring:
    """Return what it takes to colour a status column.

    Args:
        edit: The order.
        column: Number of the column.
        sheet: Id of the tab.
        bottom: Last row that can be coloured.
        known: All conditional formats of the tab.
    """
    ours = of_column(known, column, [word for word, _ in edit.styles])
    wanted = [
        _rule(
            edit,
            word,
            style,
            Block(sheet=sheet, top=edit.header_row + 1, left=column, bottom=bottom, right=column),
        )
        for word, style in edit.styles
        if style in palette.STYLES
    ]
    standing = {
        one.text: one
        for one in ours
        if any(_same(one, rule) for rule in wanted) and _reaches(one, edit.header_row + 1, edit.last_row)
    }
    fresh = tuple(rule for rule in wanted if rule.text not in standing)
    gone = tuple(one for one in ours if standing.get(one.text) is not one)
    if len(known) - len(gone) + len(fresh) > MOST:
        return Recolouring()  # There is no room: people's own come first.
    return Recolouring(fresh=fresh, gone=gone)


def of_column(known: Sequence[Rule], column: int, words: Sequence[str]) -> list[Rule]:
    """Return the conditional formats that hold for one column only and are about words of ours."""
    return [one for one in known if one.text in words and _columns(one) == {column}]


def colours_of(edit: MarkRows, style: str) -> tuple[str, str]:
    """Return fill and font of a style, a project's own if it chose some, as #rrggbb in small letters."""
    usual = palette.STYLES[style]
    fill, font = edit.looks.get(style, (usual.fill, usual.font))
    return f"#{fill}".lower(), f"#{font or usual.font}".lower()


def _rule(edit: MarkRows, word: str, style: str, block: Block) -> Rule:
    fill, font = colours_of(edit, style)
    return Rule(sheet=block.sheet, ranges=(str(block),), text=word, fill=fill, font=font)


def _same(one: Rule, other: Rule) -> bool:
    return (one.text, one.fill, one.font) == (other.text, other.fill, other.font)


def _columns(rule: Rule) -> set[int]:
    found: set[int] = set()
    for text in rule.ranges:
        parts = _RANGE.fullmatch(text)
        if parts is None:
            return set()
        found |= set(range(column_number(parts[1]), column_number(parts[3]) + 1))
    return found


def _reaches(rule: Rule, top: int, bottom: int) -> bool:
    """Tell whether a conditional format holds for all rows of a table."""
    return any(_span(text)[0] <= top and bottom <= _span(text)[1] for text in rule.ranges)


def _span(text: str) -> tuple[float, float]:
    parts = _RANGE.fullmatch(text)
    if parts is None:
        return 1, 0
    return int(parts[2] or 1), int(parts[4]) if parts[4] else float("inf")
