"""When something is due: on which days, at which times; rest days by the working-time calendar.

All times are wall clock of the job's own zone. What people call a cadence is in `jobs.phrases`.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

import numpy as np

from sheetsync.model.job import OnRestDay
from sheetsync.worktime import Bools, Days, Ints, WorkTime

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, 0 (Monday) to 6, in order."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkdayEdge:
    """The first or the last working day of each week (Monday to Sunday) or month."""

    edge: Literal["first", "last"]
    of: Literal["week", "month"]


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of each month, 1 to 31; the last day of a month that is shorter."""

    day: int


OnDays: TypeAlias = Literal["daily", "workdays"] | Weekdays | WorkdayEdge | DayOfMonth


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again within a day.

    Args:
        minutes: From one time to the next, 1 to 1440.
        first: The first time of a day.
        last: The end of it, itself included.
    """

    minutes: int
    first: time = time()
    last: time = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Days and times of day at which something is due.

    Args:
        on: Which days.
        at: The times of such a day in order, or what makes them.
        on_rest_day: What becomes of a day that is no working day. A day that moves may leave its week or
            month, but from a week without any working day nothing moves.
    """

    on: OnDays
    at: tuple[time, ...] | Every
    on_rest_day: OnRestDay

    @property
    def asks_of_rest_days(self) -> bool:
        """Whether it can fall on a rest day at all."""
        return not (self.on == "workdays" or isinstance(self.on, WorkdayEdge))

    @property
    def times(self) -> tuple[time, ...]:
        """The times of a day."""
        if not isinstance(self.at, Every):
            return self.at
        first, last = _minutes(self.at.first), _minutes(self.at.last)
        return tuple(time(*divmod(minute, 60)) for minute in range(first, last + 1, self.at.minutes))

    def between(self, after: datetime, until: datetime, worktime: WorkTime) -> Iterator[datetime]:
        """Yield what is due after one time, up to and including another, in order.

        Args:
            after: Wall clock of the job's zone, itself left out.
            until: The same, itself included.
            worktime: The working-time calendar.
        """
        times = self.times
        for day, _ in self.days(after.date(), until.date(), worktime):
            for clock in times:
                due = datetime.combine(day, clock)
                if after < due <= until:
                    yield due

    def days(self, first: date, last: date, worktime: WorkTime) -> Iterator[tuple[date, date]]:
        """Yield the days from `first` to `last`, each with that it stands for: itself unless it moved."""
        span = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
        if self.asks_of_rest_days and self.on_rest_day in {"next", "previous"}:
            yield from self._moved(span, worktime)
            return
        chosen: list[bool] = self._chosen(span, worktime).tolist()
        for day, due in zip(span.tolist(), chosen, strict=True):
            if due:
                yield day, day

    def _chosen(self, span: Days, worktime: WorkTime) -> Bools:
        work = worktime.is_workday(span)
        if self.on == "workdays":
            return work
        if isinstance(self.on, WorkdayEdge):
            return work & _at_edge(self.on, span, worktime)
        usual = np.array([self._usual(day) for day in span.tolist()], np.bool_)
        return usual if self.on_rest_day == "run" else usual & work

    def _moved(self, span: Days, worktime: WorkTime) -> Iterator[tuple[date, date]]:
        """Yield the working days that stand for themselves or for rest days beside them.

        It looks from the working day at the rest days, so that however long the rest is, none is missed.
        """
        targets = span[worktime.is_workday(span)]
        if self.on_rest_day == "next":
            ends, step = worktime.previous_workday(targets - 1), -DAY
        else:
            ends, step = worktime.next_workday(targets + 1), DAY
        for target, end in zip(targets.tolist(), ends.tolist(), strict=True):
            day = target
            while day != end and not (self._usual(day) and (day == target or self._moves(day, worktime))):
                day += step
            if day != end:
                yield target, day

    def _usual(self, day: date) -> bool:
        match self.on:
            case Weekdays(days):
                return day.weekday() in days
            case DayOfMonth(number):
                return day.day == min(number, monthrange(day.year, day.month)[1])
            case _:
                return True

    def _moves(self, day: date, worktime: WorkTime) -> bool:
        """Tell whether a rest day is made up for: not in a week that nobody works in (spec 5.2)."""
        if not isinstance(self.on, Weekdays):
            return True
        monday = day - day.weekday() * DAY
        week = np.arange(np.datetime64(monday, "D"), np.datetime64(monday, "D") + 7)
        return bool(worktime.is_workday(week).any())


def _at_edge(on: WorkdayEdge, span: Days, worktime: WorkTime) -> Bools:
    """Tell which days have no working day before them, or after them, in their week or month."""
    beside = worktime.previous_workday(span - 1) if on.edge == "first" else worktime.next_workday(span + 1)
    apart: Bools = _period(on, beside) != _period(on, span)
    return apart


def _period(on: WorkdayEdge, days: Days) -> Ints:
    """Return the numbers of weeks, from Monday, or of months."""
    if on.of == "month":
        return days.astype("datetime64[M]").astype(np.int64)
    return (days.astype(np.int64) + 3) // 7  # day 0, 1 January 1970, was a Thursday


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
