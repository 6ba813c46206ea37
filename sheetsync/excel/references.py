"""References inside formula texts: moved as when a cell is filled down, looked at, and made longer.

Only what names cells is touched; texts, names of sheets and structured references (`表1[金额]`) stay.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sheetsync.excel.sheet import LAST_COLUMN, LAST_ROW, Area
from sheetsync.marks import column_letters, column_number

_COVERED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[(?:[^\[\]]|\[[^\[\]]*\])*\]')
"""What may look like a reference and is none: texts, quoted titles of sheets, what stands in brackets."""

_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})"
_CELLS = re.compile(rf"(?<![\w.$¤]){_CELL}(?::{_CELL})?(?![\w.(!¤])")
_COLUMNS = re.compile(r"(?<![\w.$¤])(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})(?![\w.(!¤])")
_ROWS = re.compile(r"(?<![\w.$¤:])(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7})(?![\w.(!¤])")
_PLAIN_TITLE = re.compile(r"([^\W\d][\w.]*)!\Z")


class _OffSheetError(ValueError):
    """A reference would point to a place that no sheet has."""


@dataclass(frozen=True, slots=True)
class Named:
    """Cells that a formula names.

    Args:
        sheet: Title of their sheet, None for the formula's own.
        area: The cells.
        start: Where in the formula they are named, without the sheet.
        end: Where that ends.
    """

    sheet: str | None
    area: Area
    start: int
    end: int


def filled(formula: str, down: int, right: int = 0) -> str | None:
    """Return a formula as it reads so many cells further down and right; None where it would leave the sheet.

    >>> filled('SUM($A2:B2)&"A1"', 3)
    'SUM($A5:B5)&"A1"'
    """
    move = _Move(down, right)
    try:
        for pattern, moved in ((_CELLS, move.cells), (_COLUMNS, move.columns), (_ROWS, move.rows)):
            formula = _changed(formula, pattern, moved)
    except _OffSheetError:
        return None
    return formula


@dataclass(frozen=True, slots=True)
class _Move:
    """How far relative references move."""

    down: int
    right: int

    def cells(self, match: re.Match[str]) -> str:
        if not _on_sheet(match):
            return match[0]
        first = self._column(match[1], match[2]) + self._row(match[3], match[4])
        if match[6] is None:
            return first
        return f"{first}:{self._column(match[5], match[6])}{self._row(match[7], match[8])}"

    def columns(self, match: re.Match[str]) -> str:
        return f"{self._column(match[1], match[2])}:{self._column(match[3], match[4])}"

    def rows(self, match: re.Match[str]) -> str:
        return f"{self._row(match[1], match[2])}:{self._row(match[3], match[4])}"

    def _column(self, fixed: str, letters: str) -> str:
        number = column_number(letters) + (0 if fixed else self.right)
        if not 1 <= number <= LAST_COLUMN:
            raise _OffSheetError
        return fixed + (letters if fixed or not self.right else column_letters(number))

    def _row(self, fixed: str, digits: str) -> str:
        number = int(digits) + (0 if fixed else self.down)
        if not 1 <= number <= LAST_ROW:
            raise _OffSheetError
        return f"{fixed}{number}"


def named(formula: str) -> Iterator[Named]:
    """Yield the cells, whole columns and whole rows that a formula names."""
    mask = _masked(formula)
    for match in _CELLS.finditer(mask):
        if _on_sheet(match):
            left, top = column_number(match[2]), int(match[4])
            right = left if match[6] is None else column_number(match[6])
            bottom = top if match[8] is None else int(match[8])
            yield _named(formula, mask, match, (top, left, bottom, right))
    for match in _COLUMNS.finditer(mask):
        yield _named(formula, mask, match, (1, column_number(match[2]), LAST_ROW, column_number(match[4])))
    for match in _ROWS.finditer(mask):
        yield _named(formula, mask, match, (int(match[2]), 1, int(match[4]), LAST_COLUMN))


def lengthened(formula: str, within: Area, bottom: int) -> str:
    """Return a formula in which ranges of its own sheet that end with an area's last row end further down.

    Args:
        formula: The formula.
        within: The area; ranges that reach out of it are left alone.
        bottom: The last row they shall have.
    """
    for one in sorted(named(formula), key=lambda one: one.start, reverse=True):
        area = one.area
        inside = within.top <= area.top and within.left <= area.left and area.right <= within.right
        text = formula[one.start : one.end]
        if one.sheet is None and inside and area.bottom == within.bottom and ":" in text:
            grown = re.sub(r"[0-9]+\Z", str(bottom), text)
            formula = formula[: one.start] + grown + formula[one.end :]
    return formula


def meets(one: Area, other: Area) -> bool:
    """Return True if two areas share a cell."""
    return (
        one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


def _masked(formula: str) -> str:
    def filler(match: re.Match[str]) -> str:
        return "¤" * (len(match[0]) - 1) + ("'" if match[0][0] == "'" else "¤")

    return _COVERED.sub(filler, formula)


def _changed(formula: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> str:
    out, at = [], 0
    for match in pattern.finditer(_masked(formula)):
        out += [formula[at : match.start()], change(match)]
        at = match.end()
    return "".join([*out, formula[at:]])


def _on_sheet(match: re.Match[str]) -> bool:
    """Tell cells from names that look alike: no sheet has a column XYZ or a row 0."""
    return all(
        letters is None or (column_number(letters) <= LAST_COLUMN and 1 <= int(digits) <= LAST_ROW)
        for letters, digits in ((match[2], match[4]), (match[6], match[8]))
    )


def _named(formula: str, mask: str, match: re.Match[str], ends: tuple[int, int, int, int]) -> Named:
    top, left, bottom, right = ends
    area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    return Named(_sheet_before(formula, mask, match.start()), area, match.start(), match.end())


def _sheet_before(formula: str, mask: str, at: int) -> str | None:
    """Return the title of the sheet that is named right before an offset."""
    if mask[at - 1 : at] != "!" or at < 2:
        return None
    if mask[at - 2] == "'":
        start = next(match.start() for match in _COVERED.finditer(formula) if match.end() == at - 1)
        return formula[start + 1 : at - 2].replace("''", "'").rpartition("]")[2]
    plain = _PLAIN_TITLE.search(mask[:at])
    return plain[1] if plain else ""
