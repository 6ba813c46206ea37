"""How we know our own columns, tabs and colours again: names in the workbook, never titles.

A title belongs to people; a hidden defined name survives saves by Excel, WPS and LibreOffice and moves with
its cell. Templates write these names, the Excel room reads and writes them, and this is their grammar:

    _sheetsync.1.status          = 'Sheet'!$P$2    header cell of the column `status` of table 1
    _sheetsync.dashboard         = '仪表盘'!$A$1   the tab with the role `dashboard`
    _sheetsync.dashboard.print   = "3f9a…"         what that tab shows (its fingerprint)
    _sheetsync.words             = '词表'!$A$1     a tab of a template without records: `BESIDE`

Row colours carry theirs inside the formula: `N("sheetsync:late")=0` is always true and says whose rule it is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

PREFIX = "_sheetsync."

_COLUMN = re.compile(r"_sheetsync\.([1-9][0-9]*)\.([a-z][a-z_]*)", re.IGNORECASE)
_TAB = re.compile(r"_sheetsync\.([a-z][a-z_]*)(\.print)?", re.IGNORECASE)
_FORMULA = re.compile(r'N\("sheetsync:([a-z][a-z_-]*)"\)=0', re.IGNORECASE)
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$([1-9][0-9]{0,6})")


BESIDE = frozenset({"cover", "guide", "words", "people"})
"""Roles of tabs that a template puts beside the tables: nothing is read there, nothing taken out."""


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """The mark of one of our columns: number of its table in the workbook, from 1, and our name for it."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class TabMark:
    """The mark of one of our tabs."""

    role: str


@dataclass(frozen=True, slots=True)
class PrintMark:
    """The fingerprint of one of our tabs."""

    role: str


Mark = ColumnMark | TabMark | PrintMark


def mark_column(index: int, name: str) -> str:
    """Return the defined name that marks our column `name` of table `index` (from 1)."""
    return f"{PREFIX}{index}.{name}"


def mark_tab(role: str) -> str:
    """Return the defined name that marks our tab `role`."""
    return f"{PREFIX}{role}"


def mark_print(role: str) -> str:
    """Return the defined name that holds the fingerprint of our tab `role`."""
    return f"{PREFIX}{role}.print"


def parse(name: str) -> Mark | None:
    """Return what a defined name marks, or None if it is not one of ours."""
    if column := _COLUMN.fullmatch(name):
        return ColumnMark(int(column[1]), column[2].lower())
    if tab := _TAB.fullmatch(name):
        return PrintMark(tab[1].lower()) if tab[2] else TabMark(tab[1].lower())
    return None


def place(sheet: str, row: int, column: int) -> str:
    """Return what a mark of a cell refers to; row and column from 1.

    >>> place("It's", 2, 16)
    "'It''s'!$P$2"
    """
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${column_letters(column)}${row}"


def parse_place(reference: str) -> tuple[str, int, int] | None:
    """Return sheet, row and column of `place`'s text, or None for `#REF!`, ranges and everything else.

    >>> parse_place("'It''s'!$P$2")
    ("It's", 2, 16)
    """
    match = _PLACE.fullmatch(reference.strip().removeprefix("="))
    if match is None or match[2] == "#REF":
        return None
    sheet = match[2] or match[1].replace("''", "'")
    return sheet, int(match[4]), column_number(match[3])


def cf_formula(cell: str, text: str, style: str) -> str:
    """Return the formula of our colour rule: `cell` (like `$P3`) holds `text`, and the rule is ours.

    >>> cf_formula("$P3", "延期", "late")
    'AND($P3="延期",N("sheetsync:late")=0)'
    """
    quoted = text.replace('"', '""')
    return f'AND({cell}="{quoted}",N("sheetsync:{style}")=0)'


def cf_style(formula: str) -> str | None:
    """Return the style of a colour rule of ours, or None for a person's rule."""
    match = _FORMULA.search(re.sub(r"\s+", "", formula))
    return match[1].lower() if match else None


@lru_cache(maxsize=20_000)
def column_letters(column: int) -> str:
    """Return the letters of a column, from 1: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the number of a column from its letters: A is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
