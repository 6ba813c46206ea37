"""Moments and durations of an expression: by the wall clock, by working hours, by working days."""

from datetime import time

import numpy as np

from sheetsync.model.table import Bools
from sheetsync.rules.expression.syntax import Unit
from sheetsync.rules.expression.values import Bounds, Span, of_numbers
from sheetsync.worktime import Days, Ints, Limit, Moments, WorkTime

MICROSECONDS = {"m": 60e6, "h": 3600e6, "d": 86400e6, "w": 7 * 86400e6}
"""Of the units that run day and night."""

_MINUTE = 60_000_000
_DAY = np.timedelta64(1, "D")
_LAST_INSTANT = _DAY - np.timedelta64(1, "us")
_FIRST, _END = np.datetime64("0001-01-01", "us"), np.datetime64("9999-12-31", "us")
_LONGEST = 4e17
"""Microseconds; more than lies between any two dates."""


def of_days(days: Days, doubt: Bools) -> Span:
    """Return whole days, from their first to their last moment."""
    low = days.astype("datetime64[us]")
    return Span(low, low + _LAST_INSTANT, doubt, days=True)


def of_moments(low: Moments, high: Moments, span: Span) -> Span:
    """Return moments with the doubts of `span`; outside the years 1 to 9999 they are missing."""
    outside = ~((low >= _FIRST) & (high <= _END))
    if outside.any():
        nothing = np.datetime64("NaT", "us")
        low, high = np.where(outside, nothing, low), np.where(outside, nothing, high)
    return Span(low, high, span.doubt, span.days)


def between(left: Span, right: Span) -> Span:
    """Return the microseconds from `right` to `left`; between two days whole days."""
    doubt = left.doubt | right.doubt
    if left.days and right.days:
        exact = _microseconds(left.low, right.low)
        return of_numbers(exact, exact, doubt)
    return of_numbers(_microseconds(left.low, right.high), _microseconds(left.high, right.low), doubt)


def days_between(first: Span, last: Span) -> Span:
    """Return the calendar days from the day of `first` to the day of `last`."""
    doubt = first.doubt | last.doubt
    low, high = _days(last.low) - _days(first.high), _days(last.high) - _days(first.low)
    return of_numbers(_floats(low), _floats(high), doubt)


def workdays_between(first: Span, last: Span, worktime: WorkTime) -> Span:
    """Return the working days from one day to the other, both included; 0 if the last is the earlier."""
    known = first.known & last.known
    low = worktime.workdays_between(_days(first.high), _days(last.low))
    high = worktime.workdays_between(_days(first.low), _days(last.high))
    return of_numbers(np.where(known, low, np.nan), np.where(known, high, np.nan), first.doubt | last.doubt)


def day_of(moments: Span) -> Span:
    """Return the days of moments."""
    made = of_days(_days(moments.low), moments.doubt)
    return Span(made.low, of_days(_days(moments.high), moments.doubt).high, moments.doubt, days=True)


def moved(moments: Span, length: Span, sign: int) -> Span:
    """Return moments moved by durations of the wall clock, later for +1 and earlier for -1."""
    doubt = Span(moments.low, moments.high, moments.doubt | length.doubt, moments.days)
    low, high = (length.low, length.high) if sign > 0 else (-length.high, -length.low)
    return of_moments(_shifted(moments.low, low), _shifted(moments.high, high), doubt)


def moved_by_work(moments: Span, amount: float, unit: Unit, sign: int, worktime: WorkTime) -> Span:
    """Return moments moved by working time.

    Working days leave out the day itself and end at the n-th working day after or before it: a day without
    a time of day. Working hours run in working hours only.
    """
    if unit == "wd":
        count = sign * int(amount)
        low = worktime.add_workdays(_days(moments.low), count).astype("datetime64[us]")
        high = worktime.add_workdays(_days(moments.high), count).astype("datetime64[us]")
        end_of_day = _LAST_INSTANT if moments.days else _clock(worktime.day_end)
        return of_moments(low, np.add(high, end_of_day), moments)
    if sign > 0:
        limit = Limit(amount, "wh")
        low, high = worktime.due(moments.low, limit), worktime.due(moments.high, limit)
    else:
        low, high = (_worked_before(ends, amount, worktime) for ends in (moments.low, moments.high))
    return of_moments(low, high, moments)


def _worked_before(ends: Moments, hours: float, worktime: WorkTime) -> Moments:
    """Return the last moments from which so many working hours run until `ends`; NaT in, NaT out."""
    known = ~np.isnat(ends)
    ends = np.where(known, ends, _FIRST)
    spans = [
        (int(_clock(begin).astype(np.int64)), int(_clock(end).astype(np.int64)))
        for begin, end in worktime.spec.spans
    ]
    length = sum(end - begin for begin, end in spans)
    days = _days(ends)
    today = np.round(worktime.worked(days.astype("datetime64[us]"), ends) * _MINUTE).astype(np.int64)
    lacking = round(hours * 60 * _MINUTE) - today
    back = np.maximum(-(-lacking // length), 0)
    for count in np.unique(back).tolist():  # at most two: a day more or less
        here = back == count
        days[here] = worktime.add_workdays(days[here], -count)
    left: Ints = back * length - lacking
    since_midnight = np.zeros(len(ends), np.int64)
    passed = 0
    for begin, end in spans:
        here = left >= passed
        since_midnight[here] = begin + left[here] - passed
        passed += end - begin
    moments = days.astype("datetime64[us]") + since_midnight.astype("timedelta64[us]")
    return np.where(known, moments, np.datetime64("NaT"))


def _shifted(moments: Moments, microseconds: Bounds) -> Moments:
    possible = np.abs(microseconds) <= _LONGEST  # not where it is NaN
    steps = np.round(np.where(possible, microseconds, 0)).astype("timedelta64[us]")
    return np.where(possible, moments + steps, np.datetime64("NaT"))


def _microseconds(last: Moments, first: Moments) -> Bounds:
    return _floats(last - first)


def _floats(steps: Bounds) -> Bounds:
    return np.where(np.isnat(steps), np.nan, steps.astype(np.int64).astype(np.float64))


def _days(moments: Moments) -> Days:
    return moments.astype("datetime64[D]")


def _clock(clock: time) -> np.timedelta64:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return np.timedelta64(seconds * 1_000_000 + clock.microsecond, "us")
