"""Cadences against a slow walker that asks every day for itself."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import chinese_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.jobs.cadence import Cadence, DayOfMonth, Weekdays, WorkdayEdge
from sheetsync.worktime import CalendarSpec, WorkTime

DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 30))
EDGES = st.builds(WorkdayEdge, st.sampled_from(["first", "last"]), st.sampled_from(["week", "month"]))
USUAL = st.one_of(
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: Weekdays(tuple(sorted(days)))),
    st.integers(1, 31).map(DayOfMonth),
)
REST = st.sampled_from(["skip", "next", "previous", "run"])


def days(cadence: Cadence, first: date, last: date) -> list[date]:
    return [day for day, _ in cadence.days(first, last, WorkTime.standard())]


def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def week_of(day: date) -> list[date]:
    monday = day - day.weekday() * DAY
    return [monday + number * DAY for number in range(7)]


def span_of(day: date, of: str) -> list[date]:
    if of == "week":
        return week_of(day)
    near = [day + number * DAY for number in range(-31, 32)]
    return [one for one in near if (one.year, one.month) == (day.year, day.month)]


def is_usual(on: Weekdays | DayOfMonth, day: date) -> bool:
    if isinstance(on, Weekdays):
        return day.weekday() in on.days
    return day.day == on.day or (day.day < on.day and (day + DAY).month != day.month)


def walk(on: Weekdays | DayOfMonth, rest: str, first: date, last: date) -> Iterator[date]:
    """Yield where each usual day goes, one after the other."""
    step = {"next": DAY, "previous": -DAY}.get(rest)
    day = first - 20 * DAY
    while day <= last + 20 * DAY:
        if is_usual(on, day):
            goal = day
            if step and not works(day):
                lost = isinstance(on, Weekdays) and not any(map(works, week_of(day)))
                while not lost and not works(goal):
                    goal += step
            if (rest == "run" or works(goal)) and first <= goal <= last:
                yield goal
        day += DAY


@settings(max_examples=60)
@given(on=EDGES, first=DAYS, length=st.integers(0, 80))
def test_an_edge_is_the_outermost_working_day_of_its_span(on: WorkdayEdge, first: date, length: int) -> None:
    """It never leaves the week or month, and a span without a working day has none."""
    last = first + min(length * DAY, date(2026, 12, 20) - first)
    every = [first + number * DAY for number in range((last - first).days + 1)]
    outermost = {"first": 0, "last": -1}[on.edge]
    wanted = [
        day for day in every if works(day) and [d for d in span_of(day, on.of) if works(d)][outermost] == day
    ]
    assert days(Cadence(on=on, at=(time(9),), on_rest_day="skip"), first, last) == wanted


@settings(max_examples=100)
@given(on=USUAL, rest=REST, first=DAYS, length=st.integers(0, 60))
def test_a_day_goes_where_its_rest_day_rule_sends_it(
    on: Weekdays | DayOfMonth, rest: str, first: date, length: int
) -> None:
    last = first + min(length * DAY, date(2026, 12, 5) - first)
    cadence = Cadence(on=on, at=(time(9),), on_rest_day=rest)  # type: ignore[arg-type] # one of the four
    assert days(cadence, first, last) == sorted(set(walk(on, rest, first, last)))


def test_a_moved_day_knows_what_it_stands_for() -> None:
    """The nearest of several."""
    cadence = Cadence(on=Weekdays((0, 2)), at=(time(9),), on_rest_day="next")
    found = list(cadence.days(date(2026, 10, 5), date(2026, 10, 12), WorkTime.standard()))
    assert found == [(date(2026, 10, 8), date(2026, 10, 7)), (date(2026, 10, 12), date(2026, 10, 12))]


def test_the_days_of_the_company_count() -> None:
    """A rest day of its own moves the end of the week."""
    worktime = WorkTime(CalendarSpec(rest=frozenset({date(2026, 11, 20)})))
    cadence = Cadence(on=WorkdayEdge("last", "week"), at=(time(18),), on_rest_day="skip")
    due = cadence.between(datetime(2026, 11, 16), datetime(2026, 11, 22), worktime)
    assert list(due) == [datetime(2026, 11, 19, 18)]


def test_the_beginning_is_left_out_and_the_end_is_not() -> None:
    cadence = Cadence(on="workdays", at=(time(9), time(17)), on_rest_day="skip")
    begin, end = datetime(2026, 11, 19, 17), datetime(2026, 11, 20, 17)
    assert list(cadence.between(begin, end, WorkTime.standard())) == [datetime(2026, 11, 20, 9), end]


def test_time_that_runs_backwards_holds_nothing() -> None:
    cadence = Cadence(on="workdays", at=(time(9),), on_rest_day="skip")
    assert not list(cadence.between(datetime(2026, 11, 20), datetime(2026, 11, 10), WorkTime.standard()))
