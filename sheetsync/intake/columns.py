"""Types one column: each distinct content is read once, then laid over the rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.forms.spec import Column
from sheetsync.intake.cell import Cell
from sheetsync.intake.coded import Coded, holding, split_by, spread
from sheetsync.intake.days import Anchor
from sheetsync.intake.numbers import Percent, PercentRange, above_one, is_bare_one, read_percent
from sheetsync.intake.readers import AnchoredReader, Plain, Reader
from sheetsync.intake.shown import in_words
from sheetsync.model.table import Bools, Ints, RawValue
from sheetsync.model.value import MOMENTS, NUMBERS, Kind
from sheetsync.worktime import NO_TIME, Days, Moments, since_1970

Values = npt.NDArray[Any]
"""Objects, floats or moments, by the kind of the column."""

_DAY, _YEAR, _NOTHING = 1 << 20, 1 << 30, 1 << 31
"""Offsets that put a day number, a year and nothing into one number, for pairing with a cell's code."""


@dataclass(slots=True, kw_only=True, eq=False)
class Typed:
    """A column that has been read.

    Nobody changes one; why it is not frozen `Problem` tells.

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

    def in_words(self, row: int) -> str | None:
        """Return the value of a row as a person would type it in full, None where there is none."""
        whole = self.whole_days is not None and bool(self.whole_days[row])
        return in_words(self.kind, self.data[row], whole_day=whole)

    def said(self, rows: Ints) -> list[str | None]:
        """Return the values of some rows as `in_words` does; equal ones are put in words once."""
        if self.kind not in MOMENTS or self.whole_days is None:
            return [self.in_words(row) for row in rows.tolist()]
        whole = self.whole_days[rows].astype(np.int64)
        pairs, places = np.unique(self.data[rows].astype(np.int64) * 2 + whole, return_inverse=True)
        first = np.zeros(len(pairs), dtype=np.int64)
        first[places] = rows
        words = [self.in_words(row) for row in first.tolist()]
        return [words[place] for place in places.tolist()]

    def rows_where(self, test: Callable[[Cell], bool]) -> Ints:
        """Return the rows whose reading passes `test`."""
        hits = [code for code, cell in self.cells.items() if test(cell)]
        if not hits:
            return np.zeros(0, dtype=np.int64)
        told = np.zeros(max(*hits, int(self.codes.max(initial=0))) + 1, dtype=np.bool_)
        told[hits] = True
        return np.flatnonzero(told[self.codes])


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct contents of a column, read.

    Args:
        values: Their canonical values; moments may be microseconds since 1970.
        cells: The readings of those that were not plain values at first sight, by code.
    """

    values: list[object]
    cells: dict[int, Cell]


def read_distinct(coded: Coded, plain: Plain, reader: Reader) -> Distinct:
    """Read each distinct content once; those that are their own value cost no `Cell`."""
    values = plain(coded.distinct)
    cells: dict[int, Cell] = {}
    if None not in values:
        return Distinct(values, cells)
    for code, value in enumerate(values):
        if value is None:
            cell = reader(coded.distinct[code])
            cells[code], values[code] = cell, cell.value
    return Distinct(values, cells)


def read_column(kind: Kind, coded: Coded, plain: Plain, reader: Reader) -> Typed:
    """Type a column whose cells need nothing but themselves."""
    return over_rows(kind, read_distinct(coded, plain, reader), coded.codes)


def read_percents(column: Column, coded: Coded, percent_format: Bools) -> Typed:
    """Type a percent column.

    Args:
        column: The form's column.
        coded: Its cells.
        percent_format: Where a percent format shows the number; shape (n,).
    """
    contents: list[RawValue | Percent] = list(coded.distinct)
    codes = coded.codes
    if percent_format.all():
        contents = [_in_percent(raw) for raw in coded.distinct]
    elif percent_format.any():
        first, formatted, codes = split_by(codes, percent_format.astype(np.int64))
        raws = [coded.distinct[code] for code in first.tolist()]
        contents = [
            _in_percent(raw) if shown else raw for raw, shown in zip(raws, formatted.tolist(), strict=True)
        ]
    lowest = -100.0 if column.difference is not None else 0.0
    allowed = PercentRange(lowest=lowest)
    cells = [read_percent(raw, allowed) for raw in contents]
    ones = [code for code, raw in enumerate(contents) if is_bare_one(raw)]
    if ones and any(above_one(raw, cell) for raw, cell in zip(contents, cells, strict=True)):
        allowed = PercentRange(lowest=lowest, one_is_all=False)
        for code in ones:
            cells[code] = read_percent(contents[code], allowed)
    return over_rows("percent", Distinct([cell.value for cell in cells], dict(enumerate(cells))), codes)


def _in_percent(raw: RawValue) -> RawValue | Percent:
    """Return a cell with a percent format."""
    return Percent(raw) if isinstance(raw, int | float) else raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the dates of a table may count from, row by row.

    Args:
        days: Tells each row's own day, NaT where it has none; shape (n,).
        years: Tells the year in the ids of some rows, 0 where an id has none.
        near: Tells the typical date of the column or sheet, None where there is none.

    All are asked only at need.
    """

    days: Callable[[], Days]
    years: Callable[[Ints], Ints]
    near: Callable[[], date | None]


def read_anchored(
    kind: Kind, coded: Coded, reader: AnchoredReader, first: Distinct, evidence: Evidence
) -> Typed:
    """Type a column whose cells may leave out what another date of the row tells.

    Args:
        kind: The kind.
        coded: Its cells.
        reader: What reads one.
        first: The distinct contents read without any anchor.
        evidence: What they may count from.
    """
    codes = coded.codes
    relative = [code for code, cell in first.cells.items() if cell.relative]
    if not relative:
        return over_rows(kind, first, codes)
    rows = np.flatnonzero(np.isin(codes, relative))
    which = np.full(len(rows), _NOTHING, dtype=np.int64)
    days = evidence.days()[rows]
    known = ~np.isnat(days)
    which[known] = days[known].astype(np.int64) + _DAY
    if not known.all():
        years = np.zeros(len(rows), dtype=np.int64)
        years[~known] = evidence.years(rows[~known])
        which[years > 0] = years[years > 0] + _YEAR
    near = evidence.near() if (which == _NOTHING).any() else None
    contents, anchors, pairs = split_by(codes[rows], which)
    values, cells = list(first.values), dict(first.cells)
    for code, number in zip(contents.tolist(), anchors.tolist(), strict=True):
        cell = reader(coded.distinct[code], _anchor(number, near))
        cells[len(values)] = cell
        values.append(cell.value)
    codes = codes.copy()
    codes[rows] = pairs + len(first.values)
    return over_rows(kind, Distinct(values, cells), codes)


def over_rows(kind: Kind, distinct: Distinct, codes: Ints) -> Typed:
    """Lay the readings of distinct contents over the rows."""
    cells = distinct.cells
    array = _array(kind, distinct.values)
    refused = [code for code, cell in cells.items() if cell.broken]
    whole_days: Bools | None = None
    asides: list[str | None] | None = None
    if kind in MOMENTS:
        # Midnight is a day without a time, unless the reading says that 24:00 was written.
        whole = array.astype("datetime64[D]") == array
        if timed := [code for code, cell in cells.items() if not cell.whole_day]:
            whole[timed] = False
        whole_days = spread(whole, codes)
    elif kind == "person":
        named = {code: cell.aside for code, cell in cells.items() if cell.aside is not None}
        asides = [named.get(code) for code in codes.tolist()] if named else [None] * len(codes)
    return Typed(
        kind=kind,
        data=array[codes] if len(array) else array,
        broken=holding(refused, codes),
        cells={code: cell for code, cell in cells.items() if cell.doubt or cell.broken or cell.empty},
        codes=codes,
        whole_days=whole_days,
        asides=asides,
    )


def composed(parts: Sequence[Typed]) -> Typed:
    """Return the key that several columns make up; None where one of them is missing."""
    words = [[part.in_words(row) for row in range(len(part.data))] for part in parts]
    values = [" ".join(map(str, row)) if None not in row else None for row in zip(*words, strict=True)]
    codes = np.arange(len(values), dtype=np.int64)
    broken = np.any([part.broken for part in parts], axis=0)
    return Typed(kind="text", data=_objects(values), broken=broken, cells={}, codes=codes)


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


def _array(kind: Kind, values: Sequence[object]) -> Values:
    if kind in MOMENTS:
        return moments_of(values)
    if kind in NUMBERS:
        return np.array([value if isinstance(value, float) else np.nan for value in values], dtype=np.float64)
    return _objects(values)


def moments_of(values: Sequence[object]) -> Moments:
    """Return moments, given as such or as microseconds since 1970, as an array; NaT for all else."""
    told = [
        value if type(value) is int else since_1970(value) if isinstance(value, datetime) else NO_TIME
        for value in values
    ]
    return np.array(told, dtype=np.int64).view("datetime64[us]")


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    # Taken one by one: of equally long tuples numpy would make a table.
    return np.fromiter(values, dtype=object, count=len(values))


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
