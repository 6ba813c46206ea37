"""The past of records: which columns the rules must remember, and what a new reading adds to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.past import Column, Known, Past
from sheetsync.model.table import Table
from sheetsync.model.value import MOMENTS, NUMBERS, Kind
from sheetsync.rules.parse import RulePack
from sheetsync.rules.rows import Book, Columns, Rows
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
    past: Past,
    tables: Sequence[Table],
    catalogue: Catalogue,
    columns: frozenset[Column],
    now: datetime,
    made: Columns | None = None,
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
        made: What was made of the tables' columns before.
    """
    found: dict[Column, dict[str, Known]] = {column: dict(known) for column, known in past.items()}
    for rows in Book(tables, catalogue, WorkTime.standard(), now, columns=made or Columns()).rows:
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
    new = {column: _new(before.get(column, {}), cells) for column, cells in after.items()}
    return {column: cells for column, cells in new.items() if cells}


def _new(before: Mapping[str, Known], after: Mapping[str, Known]) -> Mapping[str, Known]:
    return {key: known for key, known in after.items() if before.get(key) != known} if before else after


def _values(rows: Rows, field: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return keys and values in words of the records that have a key and a readable cell."""
    keys = rows.keys
    told = ~rows.broken(field) & (keys != None)  # noqa: E711 - elementwise
    places = np.flatnonzero(told)
    return keys[places].tolist(), _words(rows.cells(field)[places], rows.form.column(field).kind)


def _words(cells: npt.NDArray[Any], kind: Kind) -> list[str]:
    if kind in MOMENTS:
        words = np.datetime_as_string(cells.astype("datetime64[m]")).tolist()
        return ["" if word == "NaT" else word for word in words]
    if kind in NUMBERS:
        return ["" if np.isnan(number) else f"{number:.6g}" for number in cells.tolist()]
    return [value if isinstance(value, str) else _said(value) for value in cells.tolist()]


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload] # any cell
