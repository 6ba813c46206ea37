"""Types one column: each distinct content is read once, then laid over the rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.forms.spec import Column
from sheetsync.intake.cell import Cell
from sheetsync.intake.coded import Coded, split_by, spread
from sheetsync.intake.days import Anchor
from sheetsync.intake.numbers import Percent, PercentRange, above_one, is_bare_one, read_percent
from sheetsync.intake.readers import AnchoredReader, Reader, is_plain_text, read_text
from sheetsync.model.table import Bools, Ints, RawValue
from sheetsync.model.value import MOMENTS, NUMBERS, Kind

Values = npt.NDArray[Any]
"""Objects, floats or moments, by the kind of the column."""

_TEXTS: frozenset[Kind] = frozenset({"text", "long", "files"})
_DAY, _YEAR, _NOTHING = 1 << 20, 1 << 30, 1 << 31
"""Offsets that put a day number, a year and nothing into one number, for pairing with a cell's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A column that has been read.

    Args:
        kind: The kind of its values.
        data: Canonical values, shape (n,); see `model.value`.
        broken: True where content could not be read; shape (n,).
        cells: The readings of distinct contents that are more than a plain value, by their code.
        codes: Which content each row holds; shape (n,).
        whole_days: For moments, True where no time of day was given; shape (n,).
        asides: For persons, the department named beside the person.
    """

    kind: Kind
    data: Values
    broken: Bools
    cells: Mapping[int, Cell]
    codes: Ints
    whole_days: Bools | None = None
    asides: Sequence[str | None] | None = None

    def cell_at(self, row: int) -> Cell | None:
        """Return the reading behind a row where it is more than a plain value."""
        return self.cells.get(int(self.codes[row]))

    def rows_where(self, test: Callable[[Cell], bool]) -> Ints:
        """Return the rows whose reading passes `test`."""
        hits = [code for code, cell in self.cells.items() if test(cell)]
        return np.flatnonzero(np.isin(self.codes, hits)) if hits else np.zeros(0, dtype=np.int64)


def read_texts(coded: Coded) -> Typed:
    """Type a column of free text."""
    values: list[object] = list(coded.distinct)
    cells: dict[int, Cell] = {}
    for code, raw in enumerate(coded.distinct):
        if not is_plain_text(raw):
            cell = read_text(raw)
            values[code] = cell.value
            if cell.broken or cell.empty:
                cells[code] = cell
    return _laid("text", values, cells, coded.codes)


def read_column(kind: Kind, coded: Coded, reader: Reader) -> Typed:
    """Type a column whose cells need nothing but themselves."""
    if kind in _TEXTS and reader is read_text:
        return read_texts(coded)
    return over_rows(kind, [reader(raw) for raw in coded.distinct], coded.codes)


def read_percents(column: Column, coded: Coded, percent_format: Bools) -> Typed:
    """Type a percent column.

    Args:
        column: The form's column.
        coded: Its cells.
        percent_format: Where a percent format shows the number; shape (n,).
    """
    contents: list[RawValue | Percent] = list(coded.distinct)
    codes = coded.codes
    if percent_format.any():
        first, formatted, codes = split_by(codes, percent_format.astype(np.int64))
        contents = [
            Percent(float(raw)) if is_percent and _is_number(raw) else raw
            for raw, is_percent in zip(
                (coded.distinct[code] for code in first.tolist()), formatted.tolist(), strict=True
            )
        ]
    lowest = -100.0 if column.difference is not None else 0.0
    allowed = PercentRange(lowest=lowest)
    cells = [read_percent(raw, allowed) for raw in contents]
    ones = [code for code, raw in enumerate(contents) if is_bare_one(raw)]
    if ones and any(above_one(raw, cell) for raw, cell in zip(contents, cells, strict=True)):
        allowed = PercentRange(lowest=lowest, one_is_all=False)
        for code in ones:
            cells[code] = read_percent(contents[code], allowed)
    return over_rows("percent", cells, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the dates of a table may count from, row by row.

    Args:
        days: The row's own date, NaT where it has none; shape (n,).
        years: The year in the row's id, 0 where it tells none; shape (n,).
        near: The typical date of the column or sheet, None where there is none.
    """

    days: npt.NDArray[np.datetime64]
    years: Ints
    near: date | None


def read_anchored(
    kind: Kind, coded: Coded, reader: AnchoredReader, first: Sequence[Cell], evidence: Evidence
) -> Typed:
    """Type a column whose cells may leave out what another date of the row tells.

    Args:
        kind: The kind.
        coded: Its cells.
        reader: What reads one.
        first: The distinct contents read without any anchor.
        evidence: What they may count from.
    """
    relative = np.asarray([cell.relative for cell in first], dtype=np.bool_)
    codes = coded.codes
    rows = np.flatnonzero(spread(relative.tolist(), codes))
    if len(rows) == 0:
        return over_rows(kind, first, codes)
    which = np.full(len(rows), _NOTHING, dtype=np.int64)
    years = evidence.years[rows]
    which[years > 0] = years[years > 0] + _YEAR
    days = evidence.days[rows].astype("datetime64[D]")
    known = ~np.isnat(days)
    which[known] = days[known].astype(np.int64) + _DAY
    contents, anchors, pairs = split_by(codes[rows], which)
    cells = list(first)
    for code, number in zip(contents.tolist(), anchors.tolist(), strict=True):
        cells.append(reader(coded.distinct[code], _anchor(number, evidence.near)))
    codes = codes.copy()
    codes[rows] = pairs + len(first)
    return over_rows(kind, cells, codes)


def over_rows(kind: Kind, cells: Sequence[Cell], codes: Ints) -> Typed:
    """Lay readings of distinct contents over the rows."""
    notable = {
        code: cell for code, cell in enumerate(cells) if cell.doubt is not None or cell.broken or cell.empty
    }
    typed = _laid(kind, [cell.value for cell in cells], notable, codes)
    if kind in MOMENTS:
        return replace(typed, whole_days=spread([cell.whole_day for cell in cells], codes))
    if kind == "person":
        asides = _objects([cell.aside for cell in cells])
        return replace(typed, asides=asides[codes].tolist() if len(cells) else [])
    return typed


def with_unreadable(typed: Typed, unreadable: Sequence[tuple[int, Cell]]) -> Typed:
    """Return the column with the cells refused whose content the store cannot vouch for."""
    if not unreadable:
        return typed
    codes, broken, values = typed.codes.copy(), typed.broken.copy(), typed.data.copy()
    cells = dict(typed.cells)
    code = int(codes.max(initial=0))
    for row, cell in unreadable:
        code += 1
        cells[code] = cell
        codes[row], broken[row] = code, True
        values[row] = _missing(typed.kind)
    return replace(typed, codes=codes, broken=broken, data=values, cells=cells)


def _laid(kind: Kind, values: Sequence[object], cells: Mapping[int, Cell], codes: Ints) -> Typed:
    array = _array(kind, values)
    flags = np.zeros(len(values), dtype=np.bool_)
    flags[[code for code, cell in cells.items() if cell.broken]] = True
    laid = array[codes] if len(values) else array
    return Typed(kind=kind, data=laid, broken=spread(flags.tolist(), codes), cells=cells, codes=codes)


def _array(kind: Kind, values: Sequence[object]) -> Values:
    if kind in MOMENTS:
        moments = [value if isinstance(value, datetime) else None for value in values]
        return np.array(moments, dtype="datetime64[us]")
    if kind in NUMBERS:
        return np.array([value if isinstance(value, float) else np.nan for value in values], dtype=np.float64)
    return _objects(values)


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    # numpy would make a table of equally long tuples; filled one by one they stay tuples.
    array = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        array[position] = value
    return array


def _missing(kind: Kind) -> object:
    if kind in MOMENTS:
        return np.datetime64("NaT")
    return np.nan if kind in NUMBERS else None


def _anchor(number: int, near: date | None) -> Anchor:
    if number == _NOTHING:
        return Anchor(near=near)
    if number >= _YEAR:
        return Anchor(year=number - _YEAR)
    return Anchor(day=np.datetime64(number - _DAY, "D").astype(date))


def _is_number(raw: RawValue) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)
