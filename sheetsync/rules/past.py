"""The past of records: which columns the rules must remember, and what a new reading adds to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.past import Column, Known, Past
from sheetsync.model.table import Table
from sheetsync.model.value import MOMENTS, NUMBERS, Kind
from sheetsync.rules.parse import RulePack
from sheetsync.rules.rows import Book, Rows
from sheetsync.worktime import WorkTime


def remembered(packs: Iterable[RulePack]) -> frozenset[Column]:
    """Return the columns whose past some rule looks at."""
    return frozenset(
        (form, field)
        for pack in packs
        for rule in pack.rules
        if rule.enabled
        for form in rule.forms
        for field in rule.remembers()
    )


def renewed(
    past: Past, tables: Sequence[Table], catalogue: Catalogue, columns: frozenset[Column], now: datetime
) -> Past:
    """Return the past with what a reading shows now.

    A cell that could not be read tells nothing: what was known of it stays. Records that are not on the
    sheets any more keep what was known of them, too.

    Args:
        past: What was known.
        tables: The tables as they are now.
        catalogue: The forms.
        columns: The columns to remember.
        now: Wall clock of the project's zone.
    """
    found: dict[Column, dict[str, Known]] = {column: dict(known) for column, known in past.items()}
    for rows in Book(tables, catalogue, WorkTime.standard(), now).rows:
        for form, field in columns:
            if form != rows.form.id or not rows.has(field):
                continue
            known = found.setdefault((form, field), {})
            for key, value in zip(*_values(rows, field), strict=True):
                was = known.get(key)
                if was is None:
                    known[key] = Known(value, now)
                elif was.value != value:
                    known[key] = Known(value, now, was.value)
    return found


def changes(before: Past, after: Past) -> Mapping[Column, Mapping[str, Known]]:
    """Return what is new in `after`."""
    new = {
        column: {key: known for key, known in cells.items() if before.get(column, {}).get(key) != known}
        for column, cells in after.items()
    }
    return {column: cells for column, cells in new.items() if cells}


def _values(rows: Rows, field: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return keys and values in words of the records that have a key and a readable cell."""
    keys = rows.keys
    told = ~rows.broken(field) & (keys != None)  # noqa: E711 - elementwise
    places = np.flatnonzero(told)
    return keys[places].tolist(), _words(rows.table, field, rows.form.column(field).kind, places)


def _words(table: Table, field: str, kind: Kind, places: npt.NDArray[np.int64]) -> list[str]:
    column = table.frame[field].iloc[places]
    if kind in MOMENTS:
        moments = column.to_numpy("datetime64[m]")
        return ["" if word == "NaT" else word for word in np.datetime_as_string(moments).tolist()]
    if kind in NUMBERS:
        return ["" if np.isnan(number) else f"{number:.6g}" for number in column.tolist()]
    return ["" if _is_missing(value) else _said(value) for value in column.tolist()]


def _is_missing(value: object) -> bool:
    return value is None or (not isinstance(value, tuple) and bool(pd.isna(value)))  # type: ignore[call-overload] # any cell


def _said(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)
