"""Canonical values as texts that are equal where the values are, whatever a person or a store spelt."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from sheetsync.model.mirror import EMPTY, UNREAD, Token
from sheetsync.model.table import Table
from sheetsync.model.value import FREE, MOMENTS, NUMBERS, Kind

UNORDERED: frozenset[Kind] = frozenset({"persons", "departments", "references"})
"""Kinds whose values mean the same in whatever order they are named."""
WORDED: frozenset[Kind] = FREE | {"milestones", "resolutions"}
"""Kinds that are mirrored as the texts that people typed."""


def tokens(table: Table, field: str, kind: Kind) -> list[Token]:
    """Return the tokens of one column, one for each record."""
    if kind in WORDED:
        found = _by_value(table.raw[field], _worded)
    elif kind in MOMENTS:
        found = _moments(table.frame[field])
    elif kind in NUMBERS:
        found = _numbers(table.frame[field])
    else:
        shown = _unordered if kind in UNORDERED else _shown
        found = _by_value(table.frame[field].tolist(), shown)
    broken = table.broken.get(field)
    if broken is not None and broken.any():
        for place in np.flatnonzero(broken).tolist():
            found[place] = UNREAD + str(table.raw[field][place])
    return found


def _by_value(values: Iterable[object], shown: Callable[[object], Token]) -> list[Token]:
    """Return a token for each value; equal values are looked at once."""
    known: dict[object, Token] = {}
    found = []
    for value in values:
        # True is equal to 1, and both may stand in a column of texts.
        same = value if value.__class__ is not bool else (bool, value)
        token = known.get(same)
        if token is None:
            token = known[same] = shown(value)
        found.append(token)
    return found


def _worded(value: object) -> Token:
    """Return a cell of words; a figure or a date in it as a person would have typed it as a text."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            # A long number must not lose digits to an exponent.
            return f"{value:.0f}" if value.is_integer() else f"{value:.15g}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        case _:
            lines = str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            return "\n".join(line.rstrip() for line in lines).strip()


def _shown(value: object) -> Token:
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    return value if isinstance(value, str) else EMPTY


def _unordered(value: object) -> Token:
    return "、".join(sorted(str(one) for one in value)) if isinstance(value, tuple) else _shown(value)


def _moments(column: "pd.Series[pd.Timestamp]") -> list[Token]:
    distinct, at = np.unique(column.to_numpy("datetime64[s]"), return_inverse=True)
    texts = [EMPTY if np.isnat(one) else _moment(str(one)) for one in distinct]
    return [texts[place] for place in at.tolist()]


def _moment(text: str) -> Token:
    """Return `2023-10-08` or `2023-10-08 14:00`: a day and its midnight are one to every store."""
    day, _, clock = text.partition("T")
    return day if clock == "00:00:00" else f"{day} {clock.removesuffix(':00')}"


def _numbers(column: "pd.Series[float]") -> list[Token]:
    # Nine places: 0.7 * 100 is not 70 to the last bit (reliability, 12).
    distinct, at = np.unique(column.to_numpy(np.float64).round(9), return_inverse=True)
    texts = [EMPTY if np.isnan(one) else f"{one:.15g}" for one in distinct]
    return [texts[place] for place in at.tolist()]
