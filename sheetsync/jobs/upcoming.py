"""What is due next, and why on that day: said to people who ask before it happens."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np

from sheetsync.jobs.cadence import Cadence, WorkdayEdge
from sheetsync.jobs.phrases import WEEKDAYS
from sheetsync.jobs.timetable import cadence_of, local, next_due
from sheetsync.model.job import Job
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """One due time that is still to come.

    Args:
        job: What is due.
        due: UTC without zone information.
        at: The same as wall clock of the job's zone.
        why: Why it is on a day, or at a time, that it is not usually on; None where it is.
    """

    job: Job
    due: datetime
    at: datetime
    why: Text | None


def upcoming(
    jobs: Iterable[Job], after: datetime, worktime: WorkTime, count: int = 1
) -> tuple[Upcoming, ...]:
    """Return the next due times of jobs, the earliest first.

    Args:
        jobs: The jobs; those that are not enabled, or due no more within 400 days, have none.
        after: UTC.
        worktime: The working-time calendar.
        count: How many of each job.
    """
    found = [one for job in jobs for one in islice(_coming(job, after, worktime), count)]
    return tuple(sorted(found, key=lambda one: (one.due, one.job.name)))


def why(job: Job, at: datetime, worktime: WorkTime) -> Text | None:
    """Return why a job is due on an unusual day or at an unusual time; None if both are as usual.

    Args:
        job: The job.
        at: When it is due, wall clock of its zone.
        worktime: The working-time calendar.
    """
    moment = timedelta(microseconds=1)
    due = [
        cadence for cadence in map(cadence_of, job.when) if any(cadence.between(at - moment, at, worktime))
    ]
    if not due:
        return Text("原定时刻被夏令时跳过", "the clocks skip its usual time")
    said = [_why(cadence, at.date(), worktime) for cadence in due]
    return None if None in said else said[0]


def _coming(job: Job, after: datetime, worktime: WorkTime) -> Iterator[Upcoming]:
    zone = ZoneInfo(job.zone)
    while (due := next_due(job, after, worktime)) is not None:
        at = local(due, zone)
        yield Upcoming(job=job, due=due, at=at, why=why(job, at, worktime))
        after = due


def _why(cadence: Cadence, day: date, worktime: WorkTime) -> Text | None:
    on = cadence.on
    usual = _usual(on, day, worktime) if isinstance(on, WorkdayEdge) else _stands_for(cadence, day, worktime)
    if usual != day and not _works(usual, worktime):
        name, label = WEEKDAYS[usual.weekday()], worktime.day_label(usual)
        later = day > usual
        return Text(
            f"{name.zh} {usual:%m-%d} {label.zh}，{'顺延' if later else '提前'}",
            f"{name.en} {usual:%m-%d} is {label.en}; {'later' if later else 'earlier'} instead",
        )
    if day.weekday() not in worktime.spec.workdays and _works(day, worktime):
        return worktime.day_label(day)
    return None


def _stands_for(cadence: Cadence, day: date, worktime: WorkTime) -> date:
    return next((origin for _, origin in cadence.days(day, day, worktime)), day)


def _usual(on: WorkdayEdge, day: date, worktime: WorkTime) -> date:
    """Return the first or last weekday of the week or month on which people usually work."""
    first = day.replace(day=1) if on.of == "month" else day - day.weekday() * _DAY
    after = (first + 31 * _DAY).replace(day=1) if on.of == "month" else first + 7 * _DAY
    days = [first + number * _DAY for number in range((after - first).days)]
    worked = [one for one in days if one.weekday() in worktime.spec.workdays]
    return worked[0 if on.edge == "first" else -1]


def _works(day: date, worktime: WorkTime) -> bool:
    return bool(worktime.is_workday(np.array([day], "datetime64[D]"))[0])
