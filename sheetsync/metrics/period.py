"""The week that a report speaks of, and what it is compared with."""

from datetime import date, datetime, time, timedelta

import numpy as np

from sheetsync.model.snapshot import Snapshot
from sheetsync.model.summary import Week
from sheetsync.worktime import WorkTime


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_before(now: datetime) -> datetime:
    """Return the last moment of the week before: the snapshot to compare with was taken then or earlier."""
    return datetime.combine(monday_of(now.date()), time()) - timedelta(microseconds=1)


def week_of(now: datetime, worktime: WorkTime, before: Snapshot | None) -> Week:
    """Return the week of a time.

    Args:
        now: Wall clock of the project's zone.
        worktime: The working-time calendar.
        before: The snapshot it is compared with, None in a first report.
    """
    first = monday_of(now.date())
    days = [first + timedelta(days=number) for number in range(7)]
    usual = [day for day in days if day.weekday() in worktime.spec.workdays]
    year, number, _ = first.isocalendar()
    return Week(
        year=year,
        number=number,
        first=first,
        last=days[-1],
        holiday=_holiday(usual, worktime),
        compared_with=None if before is None else before.taken,
    )


def _holiday(days: list[date], worktime: WorkTime) -> str | None:
    """Return the name of what takes one of the usual working days, None in a full week."""
    works = worktime.is_workday(np.array(days, "datetime64[D]"))
    free = [day for day, work in zip(days, works.tolist(), strict=True) if not work]
    return worktime.day_label(free[0]).zh if free else None
