"""Periods that reports are due for: the last working day or week that ended; weeks as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

import numpy as np

from sheetsync.worktime import WorkTime

Every = Literal["day", "week"]

_FARTHEST = 8
"""Weeks looked back: no holiday is longer."""
_WEEK = re.compile(
    r"(?:(?P<year>20\d\d)年?[-/_ ]?)?(?:第|W|WK|WEEK|周)?[ -]?(?P<week>0?[1-9]|[1-4]\d|5[0-3])(?:周|星期)?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[W第周]|星期", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """A period that has ended.

    Args:
        first: Its first day.
        last: Its last day, a rest day or not.
        ended: When the report for it was due: some time of its last working day.
        name: `2023-W41` or `2023-10-13`.
    """

    first: np.datetime64
    last: np.datetime64
    ended: np.datetime64
    name: str


@dataclass(frozen=True, slots=True)
class Week:
    """A week as a person names it, by the ISO count; the year may be left out."""

    number: int
    year: int | None = None

    def may_be(self, period: Period) -> bool:
        """Tell whether `period` is this week."""
        year, number, _ = _date(period.first).isocalendar()
        return self.number == number and self.year in {None, year}


def last_ended(every: Every, by: time, now: datetime, worktime: WorkTime) -> Period | None:
    """Return the last working day, or the last week with a working day in it, whose report is overdue.

    A week without any working day is none: nothing is reported for it.

    Args:
        every: Day or week.
        by: When on its last working day the report is due.
        now: The wall clock.
        worktime: The working-time calendar.
    """
    today = now.date()
    if every == "day":
        earliest = today - timedelta(days=int(now <= datetime.combine(today, by)))
        (day,) = worktime.previous_workday(np.array([earliest], "datetime64[D]"))
        return Period(day, day, _at(day, by), str(day))
    monday = today - timedelta(days=today.weekday())
    for back in range(_FARTHEST):
        first = np.datetime64(monday - timedelta(weeks=back), "D")
        (worked,) = worktime.previous_workday(np.array([first + 6], "datetime64[D]"))
        if worked >= first and _at(worked, by) < np.datetime64(now, "us"):
            year, number, _ = _date(first).isocalendar()
            return Period(first, first + 6, _at(worked, by), f"{year}-W{number:02d}")
    return None


def read_week(text: str) -> Week | None:
    """Read a week such as `2023-W41`, `第41周` or `41`; None for any other text."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix(".0")
    found = _WEEK.fullmatch(plain)
    if found is None or (found["year"] and not _SIGN.search(plain)):
        return None
    return Week(int(found["week"]), int(found["year"]) if found["year"] else None)


def _at(day: np.datetime64, clock: time) -> np.datetime64:
    return np.datetime64(datetime.combine(_date(day).date(), clock), "us")


def _date(day: np.datetime64) -> datetime:
    found: datetime = day.astype("datetime64[us]").item()
    return found
