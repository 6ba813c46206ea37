"""Working time: adds limits to moments, counts working days and minutes, names each day.

A working day is one of the official Chinese calendar, make-up Saturdays and Sundays (调休) included; the
company's own exceptions come before it. Years whose calendar is not published yet are Monday to Friday and
marked provisional (暂定). All moments are wall clock of the project's time zone, and every function works on
whole columns: a cumulative table of working days is looked up, never walked (spec section 4.3).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from sheetsync.text import Text, same

Days = npt.NDArray[np.datetime64]
"""Days, `datetime64[D]`."""
Moments = npt.NDArray[np.datetime64]
"""Moments, `datetime64[us]`."""
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Unit = Literal["m", "h", "wh", "wd"]
Span = tuple[time, time]

_LIMIT = re.compile(r"(\d+(?:\.\d+)?) ?(m|h|wh|wd)")
_MINUTE = 60_000_000  # microseconds
_MICROSECONDS: Mapping[Unit, int] = {"m": _MINUTE, "h": 60 * _MINUTE, "wh": 60 * _MINUTE}
_FIRST, _LAST = date(2004, 1, 1), date(2036, 12, 31)
_EPOCH = date(1970, 1, 1).toordinal()
NO_TIME = np.iinfo(np.int64).min
"""How numpy writes that there is no moment."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time with its kind.

    Args:
        amount: How many; a whole number for `wd`.
        unit: `m` and `h` by the wall clock, `wh` working hours, `wd` working days.
    """

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount <= 0 or (self.unit == "wd" and self.amount != int(self.amount)):
            raise ValueError(f"not a limit: {self.amount:g}{self.unit}; write it like 90m, 2h, 2wh or 3wd")

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read `90m`, `24h`, `2wh` or `3wd`.

        Raises:
            ValueError: The text is none of these.
        """
        match = _LIMIT.fullmatch(text.strip().lower())
        if match is None:
            raise ValueError(f"not a limit: {text!r}; write it like 90m, 2h, 2wh or 3wd")
        unit: Unit = match[2]  # type: ignore[assignment] # the pattern lets only the four through
        return cls(float(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount:g}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec:
    """When people work.

    Args:
        region: Whose official calendar counts.
        spans: Working stretches of a day, in order, without overlap.
        workdays: Weekdays that are worked where the official calendar says nothing, Monday is 0.
        rest: The company's own rest days.
        work: The company's own working days.
    """

    region: Literal["CN"] = "CN"
    spans: tuple[Span, ...] = ((time(9), time(12)), (time(13), time(18)))
    workdays: frozenset[int] = frozenset(range(5))
    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        marks = [mark for span in self.spans for mark in span]
        if not marks or any(a >= b for a, b in pairwise(marks)):
            raise ValueError("working hours must be stretches of one day, in order and apart")
        if not self.workdays or not self.workdays <= set(range(7)):
            raise ValueError("at least one weekday must be a working day (0 = Monday to 6 = Sunday)")
        if both := self.rest & self.work:
            raise ValueError(f"{min(both)} is given both as a rest day and as a working day")


@dataclass(frozen=True)
class WorkTime:
    """The working-time calendar of a project."""

    spec: CalendarSpec = CalendarSpec()

    @classmethod
    def standard(cls) -> "WorkTime":
        """Return the defaults of spec 4.3: Chinese calendar, 09:00-12:00 and 13:00-18:00."""
        return cls()

    @property
    def last_published_year(self) -> int:
        """The last year whose official calendar is known."""
        return _official().last_year

    @property
    def day_end(self) -> time:
        """When work ends; a due date without a time of day means this."""
        return self.spec.spans[-1][1]

    def is_workday(self, days: Days) -> Bools:
        """Tell which of `days` are worked; NaT is not."""
        known, days = _known(days)
        return known & self._worked_on(days)

    def is_provisional(self, days: Days) -> Bools:
        """Tell which of `days` lie in a year whose calendar is not published yet; NaT does not."""
        known, days = _known(days)
        return known & (days.astype("datetime64[Y]").astype(np.int64) + 1970 > self.last_published_year)

    def next_workday(self, days: Days) -> Days:
        """Return the first working day on or after each day; NaT in, NaT out."""
        known, days = _known(days)
        return _blank(self._nth(self._count(days)), known)

    def previous_workday(self, days: Days) -> Days:
        """Return the last working day on or before each day; NaT in, NaT out."""
        known, days = _known(days)
        return _blank(self._nth(self._count(days + 1) - 1), known)

    def add_workdays(self, days: Days, n: int) -> Days:
        """Return the `n`-th working day after each day, before it if negative; 0: the day itself."""
        known, days = _known(days)
        if n > 0:
            days = self._nth(self._count(days + 1) + n - 1)
        elif n < 0:
            days = self._nth(self._count(days) + n)
        return _blank(days, known)

    def workdays_between(self, first: Days, last: Days) -> Ints:
        """Count the working days from `first` to `last`, both included; 0 if it is earlier or one is NaT."""
        known_first, first = _known(first)
        known_last, last = _known(last)
        counted = self._count(last + 1) - self._count(first)
        return np.where(known_first & known_last, np.maximum(counted, 0), 0)

    def due(self, starts: Moments, limit: Limit) -> Moments:
        """Return when `limit` ends for clocks that start at `starts`; NaT in, NaT out.

        `m` and `h` run day and night. `wh` runs in working hours only, from the next stretch if the start
        lies outside. `wd` leaves out the day of the event and ends with the n-th working day after it.
        """
        known, starts = _known(starts.astype("datetime64[us]"))
        if limit.unit == "wd":
            days = self._nth(self._count(starts.astype("datetime64[D]") + 1) + int(limit.amount) - 1)
            return _blank(days + np.timedelta64(_microseconds(self.day_end), "us"), known)
        length = round(limit.amount * _MICROSECONDS[limit.unit])
        if limit.unit == "wh":
            return _blank(self._moment(self._clock(starts) + length), known)
        return _blank(starts + np.timedelta64(length, "us"), known)

    def part(self, starts: Moments, limit: Limit, share: float) -> Moments:
        """Return when a share of `limit` (1 is all of it) has run since `starts`; NaT in, NaT out.

        `m`, `h` and `wh` run as they do for `due`. Of `wd` each day runs from the beginning of its work to
        the end: half of one working day is over when half of its working hours are.
        """
        if limit.unit != "wd":
            return self.due(starts, Limit(limit.amount * share, limit.unit))
        known, starts = _known(starts.astype("datetime64[us]"))
        begun = self._count(starts.astype("datetime64[D]") + 1) * self._day_length()
        length = round(limit.amount * share * self._day_length())
        return _blank(self._moment(begun + length), known)

    def worked(self, starts: Moments, ends: Moments) -> Floats:
        """Return the working minutes from `starts` to `ends`; 0 if the end is earlier, NaN if one is NaT."""
        known_start, starts = _known(starts.astype("datetime64[us]"))
        known_end, ends = _known(ends.astype("datetime64[us]"))
        minutes = np.maximum(self._clock(ends) - self._clock(starts), 0) / _MINUTE
        return np.where(known_start & known_end, minutes, np.nan)

    def day_label(self, day: date) -> Text:
        """Return what kind of day it is: 工作日, 周末, 国庆节, 调休上班."""
        if day in self.spec.rest:
            return Text("公司休息日", "company day off")
        if day in self.spec.work:
            return Text("公司工作日", "company working day")
        official = _official()
        if day in official.holidays:
            return official.holidays[day]
        if day in official.workdays:
            return Text("调休上班", "make-up working day")
        if day.weekday() in self.spec.workdays:
            return Text("工作日", "working day")
        return Text("周末", "weekend") if day.weekday() >= 5 else Text("休息日", "day off")

    def _count(self, days: Days) -> Ints:
        """Count the working days before each day, from the beginning of the table (negative before it)."""
        table = _table(self.spec)
        offsets = days.astype(np.int64) - table.first
        counts = table.before.take(offsets, mode="clip")
        if not table.holds(offsets):
            outside = (offsets < 0) | (offsets >= len(table.before))
            days = days[outside]
            # Two counts, because numpy leaves out another day when it counts backwards.
            counts[outside] += np.busday_count(table.end, np.maximum(days, table.end), weekmask=table.week)
            counts[outside] -= np.busday_count(
                np.minimum(days, table.start), table.start, weekmask=table.week
            )
        return counts

    def _worked_on(self, days: Days) -> Bools:
        """Tell which of some known days are worked."""
        table = _table(self.spec)
        offsets = days.astype(np.int64) - table.first
        if table.holds(offsets):
            return table.worked[offsets]
        return self._count(days + 1) > self._count(days)

    def _nth(self, counts: Ints) -> Days:
        """Return the working days that have so many working days of the table before them."""
        table = _table(self.spec)
        days = table.days.take(counts, mode="clip")
        if not len(counts) or (counts.min() >= 0 and counts.max() < len(table.days)):
            return days
        for outside, edge, base in (
            (counts < 0, table.start, 0),
            (counts >= len(table.days), table.end, len(table.days)),
        ):
            if outside.any():
                days[outside] = np.busday_offset(
                    edge, counts[outside] - base, roll="forward", weekmask=table.week
                )
        return days

    def _clock(self, moments: Moments) -> Ints:
        """Return the working microseconds before each moment: a clock that only runs in working time."""
        days = moments.astype("datetime64[D]")
        since_midnight = (moments - days).astype(np.int64)
        today = np.zeros(len(days), np.int64)
        for begin, end in _stretches(self.spec.spans):
            today += np.minimum(np.maximum(since_midnight, begin), end) - begin
        return self._count(days) * self._day_length() + np.where(self._worked_on(days), today, 0)

    def _moment(self, clock: Ints) -> Moments:
        """Return the first moment at which the working clock shows each value: the inverse of `_clock`."""
        length = self._day_length()
        counts = -(-clock // length) - 1  # a clock that is full at the end of work is due that evening
        left = clock - counts * length
        days = self._nth(counts)
        since_midnight, passed = left, 0
        for begin, end in _stretches(self.spec.spans):
            since_midnight = np.where(left > passed, begin + left - passed, since_midnight)
            passed += end - begin
        moments: Moments = days.astype("datetime64[us]") + since_midnight.astype("timedelta64[us]")
        return moments

    def _day_length(self) -> int:
        return sum(end - begin for begin, end in _stretches(self.spec.spans))


def days_of(days: Iterable[date]) -> Days:
    """Return days as an array; numpy takes many times as long to tell them."""
    since_1970 = np.array([day.toordinal() - _EPOCH for day in days], dtype=np.int64)
    return since_1970.view("datetime64[D]")


def moments_of(moments: Iterable[datetime | None]) -> Moments:
    """Return moments as an array, NaT for None; numpy takes many times as long to tell them."""
    told = [NO_TIME if moment is None else since_1970(moment) for moment in moments]
    return np.array(told, dtype=np.int64).view("datetime64[us]")


def since_1970(moment: datetime) -> int:
    """Return the microseconds from 1970 to a moment."""
    seconds = ((moment.toordinal() - _EPOCH) * 24 + moment.hour) * 3600 + moment.minute * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


@dataclass(frozen=True, slots=True)
class _Official:
    """The official calendar: named holidays, make-up working days, and how far it is published."""

    holidays: Mapping[date, Text]
    workdays: frozenset[date]
    last_year: int


@dataclass(frozen=True, slots=True)
class _Table:
    """All days from `start` up to `end`, which is the first day after them.

    Args:
        first: The first day as a number, days since 1970.
        start: The first day.
        end: The day after the last one.
        before: Working days of the table before each day, and in all of it as the last entry.
        worked: Which of its days are worked.
        days: The working days.
        week: Which weekdays are worked outside the table, Monday first.
    """

    first: int
    start: np.datetime64
    end: np.datetime64
    before: Ints
    worked: Bools
    days: Days
    week: Bools

    def holds(self, offsets: Ints) -> bool:
        """Tell whether all of some days, counted from the first one, are in the table."""
        return not len(offsets) or bool(offsets.min() >= 0 and offsets.max() < len(self.worked))


@cache
def _official() -> _Official:
    from chinese_calendar import constants  # noqa: PLC0415 - paid for by those who ask about days

    names = {
        holiday.value: Text(_NAMES.get(holiday.chinese, holiday.chinese), holiday.value)
        for holiday in constants.Holiday
    }
    holidays = {day: names.get(name, same(name)) for day, name in constants.holidays.items()}
    return _Official(holidays, frozenset(constants.workdays), max(constants.holidays).year)


_NAMES: Mapping[str, str] = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


@lru_cache(maxsize=64)
def _table(spec: CalendarSpec) -> _Table:
    start, end = np.datetime64(_FIRST, "D"), np.datetime64(_LAST, "D") + 1
    every = np.arange(start, end)
    first = int(every[0].astype(np.int64))
    week = np.isin(np.arange(7), sorted(spec.workdays))
    worked = np.is_busday(every, weekmask=week)
    official = _official()
    for days, open_days in (
        (official.holidays, False),
        (official.workdays, True),
        (spec.rest, False),
        (spec.work, True),
    ):
        places = [(day - _FIRST).days for day in days if _FIRST <= day <= _LAST]
        worked[places] = open_days
    before = np.concatenate(([0], np.cumsum(worked, dtype=np.int64)))
    return _Table(first, start, end, before, worked, every[worked], week)


def _known(values: Days) -> tuple[Bools, Days]:
    """Return which values are known, and all of them with some ordinary day in place of NaT."""
    known = ~np.isnat(values)
    return known, values if known.all() else np.where(known, values, np.datetime64(_FIRST, "D"))


def _blank(values: Days, known: Bools) -> Days:
    """Return `values` with NaT where nothing was known."""
    return values if known.all() else np.where(known, values, np.datetime64("NaT"))


@lru_cache(maxsize=64)
def _stretches(spans: tuple[Span, ...]) -> tuple[tuple[int, int], ...]:
    """Return working stretches in microseconds since midnight."""
    return tuple((_microseconds(begin), _microseconds(end)) for begin, end in spans)


def _microseconds(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond
