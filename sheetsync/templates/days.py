"""The tab 工作日历 as formulas use it: official holidays and make-up days, and working days counted by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from sheetsync.model.value import Kind
from sheetsync.templates.entry import Cell, Row, entered
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

FORM = "calendar"
"""The form whose tab it is (spec B2)."""
SPARE_ROWS = 60
"""Empty rows below the listed days where nobody asked for the tab: for a next year and the company's own."""

_DAY = timedelta(days=1)
_ORDINARY = {"工作日", "周末", "休息日"}
_WORKED = {True: "调休上班", False: "法定节假日"}
_OWN = {True: "工作日", False: "休息日"}
_MAKE_UP = "调休上班"
_COMPANY = "公司"


def special_days(worktime: WorkTime, first: int, last: int) -> list[Row]:
    """Return the days from year `first` to `last` that differ from an ordinary week, as rows of the form."""
    start, end = date(first, 1, 1), date(last, 12, 31)
    every = [start + _DAY * number for number in range((end - start).days + 1)]
    worked = worktime.is_workday(np.array(every, dtype="datetime64[D]")).tolist()
    rows: list[Row] = []
    for day, works in zip(every, worked, strict=True):
        label = worktime.day_label(day).zh
        if label in _ORDINARY:
            continue
        kinds = _OWN if label.startswith(_COMPANY) else _WORKED
        rows.append({"day": datetime(day.year, day.month, day.day), "kind": kinds[works], "remark": label})
    return rows


def merged(official: Iterable[Row], given: Iterable[Row]) -> tuple[Row, ...]:
    """Return the official days with those that were given; who writes about a day knows more of it."""
    days: dict[Cell, Row] = {row["day"]: row for row in official}
    for row in given:
        day = entered("date", row.get("day"))
        days[day if isinstance(day, datetime) else str(row.get("day"))] = row
    dated = sorted((day, row) for day, row in days.items() if isinstance(day, datetime))
    return tuple(row for _, row in dated) + tuple(
        row for day, row in days.items() if not isinstance(day, datetime)
    )


def years(created: datetime, cells: Iterable[tuple[Kind, Cell]]) -> tuple[int, int]:
    """Return the first and the last year that the tab should cover: around today, and of given dates."""
    found = {
        moment.year for kind, cell in cells if isinstance(moment := entered(kind, cell), datetime)
    } & set(range(created.year - 10, created.year + 10))
    return min({created.year - 1, *found}), max({created.year + 1, *found})


def published(worktime: WorkTime) -> Text:
    """Return until when the official calendar is known, in words."""
    year = worktime.last_published_year
    return Text(
        f"国家日历已公布到 {year} 年，之后年份暂按周一至周五，公布后补在表末。",
        f"Published up to {year}; later years count Monday to Friday until you add theirs at the end.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounter:
    """Counts working days by the tab, as a formula and, for the value that is shown first, in Python.

    Args:
        days: Name of the days, such as `工作日历_日期`; empty where there is no such tab.
        counts: Name of what each adds to an ordinary week.
        gains: The same by day, as the tab holds them now.
    """

    days: str
    counts: str
    gains: Mapping[date, int]

    def formula(self, first: str, last: str) -> str:
        """Return the formula for the working days from `first` to `last`, both included, in order."""
        if not self.days:
            return f"NETWORKDAYS({first},{last})"
        return (
            f"NETWORKDAYS({first},{last})"
            f'+SUMIFS({self.counts},{self.days},">="&{first},{self.days},"<="&{last})'
        )

    def count(self, first: date, last: date) -> int:
        """Return what the formula gives."""
        ordinary = int(np.busday_count(first, last + _DAY)) if first <= last else 0
        return ordinary + sum(gain for day, gain in self.gains.items() if first <= day <= last)


def gain(day: date, kind: str | None, worked: Sequence[str], free: Sequence[str]) -> int:
    """Return what a day of this kind adds to the working days of an ordinary week."""
    ordinary = day.weekday() < 5
    if kind in worked:
        return 0 if ordinary else 1
    return -1 if kind in free and ordinary else 0
