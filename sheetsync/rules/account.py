"""The clock of one finding, day by day: what `explain` prints."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from sheetsync.model.finding import Account, Plan
from sheetsync.text import Text
from sheetsync.worktime import Limit, Unit, WorkTime

_UNITS: dict[Unit, timedelta] = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "wh": timedelta(hours=1),
    "wd": timedelta(days=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDay:
    """One day of a clock.

    Args:
        day: The day.
        label: What kind of day it is: 工作日, 周末, a holiday by name, 调休上班.
        stretches: The stretches (from, to) that count; empty for limits in working days.
        counted: What the day adds to the clock, in the unit of the limit.
        provisional: True when the calendar of the year is not published yet.
    """

    day: date
    label: Text
    stretches: tuple[tuple[datetime, datetime], ...] = ()
    counted: float = 0.0
    provisional: bool = False


def walk(account: Account, worktime: WorkTime) -> tuple[AccountDay, ...]:
    """Return the clock of `account` day by day, from its start to its due time.

    A fixed date has no clock: its one day is the day it is due.
    """
    if account.started is None or account.limit is None:
        return (_day(account.due.date(), worktime),)
    limit = Limit.parse(account.limit)
    first, last = account.started.date(), account.due.date()
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    return tuple(
        _day(day, worktime, limit.unit, _stretches(day, limit.unit, account, worktime, open_day), day > first)
        if open_day or limit.unit in {"m", "h"}
        else _day(day, worktime)
        for day, open_day in zip(days.tolist(), worktime.is_workday(days).tolist(), strict=True)
    )


def walk_plan(plan: Plan, now: datetime, worktime: WorkTime) -> tuple[AccountDay, ...]:
    """Return the days of a plan that have come: a working day counts once its work has ended (4.2).

    Args:
        plan: First and last day.
        now: Wall clock of the project's zone.
        worktime: The calendar.
    """
    last = min(plan.last, now.date())
    days = np.arange(np.datetime64(plan.first, "D"), np.datetime64(last, "D") + 1)
    ended = [day < now.date() or now.time() >= worktime.day_end for day in days.tolist()]
    return tuple(
        replace(_day(day, worktime), counted=float(open_day and over))
        for day, open_day, over in zip(days.tolist(), worktime.is_workday(days).tolist(), ended, strict=True)
    )


def _day(
    day: date,
    worktime: WorkTime,
    unit: Unit | None = None,
    stretches: tuple[tuple[datetime, datetime], ...] = (),
    after_start: bool = False,
) -> AccountDay:
    if unit is None:
        counted = 0.0
    elif unit == "wd":
        counted = float(after_start)  # the day of the event does not count
    else:
        counted = sum((end - start for start, end in stretches), timedelta()) / _UNITS[unit]
    return AccountDay(
        day=day,
        label=worktime.day_label(day),
        stretches=stretches,
        counted=counted,
        provisional=day.year > worktime.last_published_year,
    )


def _stretches(
    day: date, unit: Unit, account: Account, worktime: WorkTime, open_day: bool
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the parts of `day` on which the clock runs."""
    if unit == "wd":
        return ()
    midnight = datetime.combine(day, time())
    spans = [(midnight, midnight + timedelta(days=1))]
    if unit == "wh":
        spans = [
            (datetime.combine(day, begin), datetime.combine(day, end)) for begin, end in worktime.spec.spans
        ]
    started = account.started or midnight
    cut = [(max(begin, started), min(end, account.due)) for begin, end in spans if open_day or unit != "wh"]
    return tuple((begin, end) for begin, end in cut if begin < end)
