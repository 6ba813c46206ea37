"""The next free id, shown above the column of ids: a formula people copy from, never one they overwrite."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetsync.forms.spec import Column
from sheetsync.templates.entry import NOTHING
from sheetsync.text import Language, Text

_MONTHLY = re.compile(r"\^([A-Z]{1,5})\\d\{4\}\(0\[1-9\]\|1\[0-2\]\)\\d\{2,4\}\$")
"""A pattern of ids with year, month and a serial number (spec 1.1)."""
_NUMBERED = re.compile(r"\^[A-Z]{1,5}\\d\{4\}\(0\[1-9\]\|1\[0-2\]\)\\d\{2,4\}-[A-Z]?\\d\{2,3\}\$")
"""A pattern of ids that number the parts of another record."""
_NEXT = Text("新编号 ", "next ")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A formula that shows the next id, and what it shows now."""

    formula: str
    value: str


def propose(
    column: Column, ids: str, typed: Sequence[str], now: datetime, language: Language
) -> Proposal | None:
    """Return the proposal for a column of ids, None where its pattern has no serial number.

    Args:
        column: The column.
        ids: Its range on the tab, such as `$A$4:$A$503`.
        typed: The ids that stand there already.
        now: The moment the workbook is made; a month begins its own numbers.
        language: The language of the words before it.
    """
    said = _NEXT.say(language)
    pattern = column.pattern or ""
    if match := _MONTHLY.fullmatch(pattern):
        return _monthly(match[1], ids, typed, now, said)
    if _NUMBERED.fullmatch(pattern):
        return _following(ids, typed, said)
    return None


def _monthly(prefix: str, ids: str, typed: Sequence[str], now: datetime, said: str) -> Proposal:
    """Propose one more than the highest number of this month; one more than their count where one is odd."""
    size = len(prefix) + 6
    head = f'"{prefix}"&TEXT(TODAY(),"yyyymm")'
    highest = f'SUMPRODUCT(MAX((LEFT({ids},{size})={head})*VALUE("0"&MID({ids},{size + 1},4))))'
    count = f'COUNTIF({ids},{head}&"*")'
    formula = f'="{said}"&{head}&TEXT(IFERROR({highest},{count})+1,"00")'
    stem = f"{prefix}{now:%Y%m}"
    ours = [text for text in typed if text.upper().startswith(stem)]
    try:
        number = max((int("0" + text[size : size + 4]) for text in ours), default=0)
    except ValueError:
        number = len(ours)
    return Proposal(formula, f"{said}{stem}{number + 1:02d}")


def _following(ids: str, typed: Sequence[str], said: str) -> Proposal:
    """Propose the number after the lowest row that is filled: parts of one record stand together."""
    last = f'LOOKUP(2,1/({ids}<>""),{ids})'
    serial = f'TEXT(RIGHT({last},2)+1,"00")'
    formula = f'=IFERROR("{said}"&LEFT({last},LEN({last})-2)&{serial},"")'
    filled = [text for text in typed if text]
    if not filled or not filled[-1][-2:].isdigit():
        return Proposal(formula, NOTHING)
    return Proposal(formula, f"{said}{filled[-1][:-2]}{int(filled[-1][-2:]) + 1:02d}")
