"""Types the columns that hold dates: the row's own date first, then what may count from it."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np

from sheetsync.forms.spec import Column, Form
from sheetsync.intake.cell import Take
from sheetsync.intake.coded import Coded
from sheetsync.intake.columns import Distinct, Evidence, Typed, moments_of, read_anchored, read_distinct
from sheetsync.intake.dates import NO_ANCHOR
from sheetsync.intake.ids import year_of
from sheetsync.intake.readers import anchored_reader, plain_values
from sheetsync.model.table import Ints
from sheetsync.model.value import MOMENTS
from sheetsync.worktime import Days


def read_dates(
    form: Form, columns: Mapping[str, Column], coded: Mapping[str, Coded], key: Typed | None, count: int
) -> dict[str, Typed]:
    """Type the columns whose cells may leave out what another date of the row tells.

    Args:
        form: The form.
        columns: Its columns of that sort, by field.
        coded: Their cells, by field.
        key: The ids, which tell a year where nothing else does; None where the sheet has none.
        count: Number of records.
    """
    readers = {name: anchored_reader(column.kind, end_meant(form, name)) for name, column in columns.items()}
    first = {
        name: read_distinct(coded[name], plain_values(column, ()), partial(readers[name], anchor=NO_ANCHOR))
        for name, column in columns.items()
    }
    typed: dict[str, Typed] = {}
    years = partial(_years, key)
    for name in (*(name for name in form.anchors if name in columns), *columns):
        if name in typed:
            continue
        near = partial(_typical, columns, first, coded, name)
        days = partial(anchor_days, form, typed, count)
        evidence = Evidence(days=days, years=years, near=near)
        typed[name] = read_anchored(columns[name].kind, coded[name], readers[name], first[name], evidence)
    return typed


def anchor_days(form: Form, typed: Mapping[str, Typed], count: int) -> Days:
    """Return the day that relative dates of each record count from; NaT where it has none."""
    days: Days = np.full(count, np.datetime64("NaT", "D"))
    for name in form.anchors:
        if name in typed:
            days = np.where(np.isnat(days), typed[name].data.astype("datetime64[D]"), days)
    return days


def end_meant(form: Form, name: str) -> Take:
    """Return which end of a range a column means: events and starts their beginning, all others their end."""
    return "start" if name in form.anchors or "start" in name.split("_") else "end"


def _years(key: Typed | None, rows: Ints) -> Ints:
    """Return the year in the ids of some records, 0 where an id has none."""
    if key is None:
        return np.zeros(len(rows), dtype=np.int64)
    return np.fromiter((year_of(value) or 0 for value in key.data[rows]), dtype=np.int64, count=len(rows))


def _typical(
    columns: Mapping[str, Column], first: Mapping[str, Distinct], coded: Mapping[str, Coded], name: str
) -> date | None:
    """Return the median of the full dates of a column, else of the sheet, None where there are none."""
    for names in ([name], list(columns)):
        days = [
            _full_days(first[other], coded[other].codes) for other in names if columns[other].kind in MOMENTS
        ]
        known = np.concatenate(days) if days else np.zeros(0, dtype=np.int64)
        if len(known):
            middle: date = np.datetime64(int(np.median(known)), "D").astype(date)
            return middle
    return None


def _full_days(distinct: Distinct, codes: Ints) -> Ints:
    """Return the day numbers of the rows whose date is complete in itself."""
    values = list(distinct.values)
    for code, cell in distinct.cells.items():
        if cell.relative:
            values[code] = None
    if not values:
        return np.zeros(0, dtype=np.int64)
    days = moments_of(values).astype("datetime64[D]")[codes]
    known: Ints = days[~np.isnat(days)].astype(np.int64)
    return known
