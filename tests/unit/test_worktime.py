"""The working-time calendar against the spec's vectors and against a slow walker."""

from datetime import date, datetime, time, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.worktime import CalendarSpec, Limit, WorkTime, days_of, moments_of

WORKTIME = WorkTime.standard()


def _days(*days: str) -> np.ndarray:
    return np.array(days, "datetime64[D]")


def _moments(*moments: str | datetime) -> np.ndarray:
    return np.array(moments, "datetime64[us]")


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _due(start: str | datetime, limit: str, worktime: WorkTime = WORKTIME) -> datetime:
    due: datetime = worktime.due(_moments(start), Limit.parse(limit))[0].item()
    return due


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2023-09-28T10:00", "3wd", "2023-10-09T18:00"),
        ("2023-09-29T10:00", "2wd", "2023-10-08T18:00"),
        ("2023-10-07T10:00", "1wd", "2023-10-08T18:00"),
        ("2024-02-09T10:00", "1wd", "2024-02-18T18:00"),
        ("2026-02-13T10:00", "3wd", "2026-02-25T18:00"),
        ("2026-09-30T10:00", "3wd", "2026-10-10T18:00"),
        ("2023-10-08T17:30", "2wh", "2023-10-09T10:30"),
        ("2023-09-28T17:00", "2wh", "2023-10-07T10:00"),
        ("2023-10-08T11:30", "2wh", "2023-10-08T14:30"),
        ("2023-10-14T10:00", "2wh", "2023-10-16T11:00"),
        ("2026-02-14T16:30", "2wh", "2026-02-24T09:30"),
    ],
)
def test_vectors_of_the_spec(start: str, limit: str, due: str) -> None:
    """Each line of spec section 4.3 comes out as written there."""
    assert _due(start, limit) == datetime.fromisoformat(due)


def test_natural_time_runs_at_night_and_on_holidays() -> None:
    assert _due("2023-09-30T23:30", "2h") == _at("2023-10-01T01:30")
    assert _due("2023-09-30T23:30", "90m") == _at("2023-10-01T01:00")


def test_working_hours_that_fill_the_day_are_due_that_evening() -> None:
    """The clock that is full at 18:00 is due at 18:00, not at 09:00 of the next day."""
    assert _due("2023-10-09T16:00", "2wh") == _at("2023-10-09T18:00")
    assert _due("2023-10-09T08:00", "3wh") == _at("2023-10-09T12:00")
    assert _due("2023-10-09T09:00", "16wh") == _at("2023-10-10T18:00")


def test_unknown_moments_stay_unknown() -> None:
    starts = _moments("2023-10-08T17:30", "NaT")
    assert np.isnat(WORKTIME.due(starts, Limit.parse("2wh"))).tolist() == [False, True]
    assert np.isnat(WORKTIME.due(starts, Limit.parse("2wd"))).tolist() == [False, True]
    assert np.isnat(WORKTIME.due(starts, Limit.parse("2h"))).tolist() == [False, True]
    assert np.isnat(WORKTIME.next_workday(_days("NaT"))).all()
    assert not WORKTIME.is_workday(_days("NaT")).any()
    assert not WORKTIME.is_provisional(_days("NaT")).any()
    assert WORKTIME.workdays_between(_days("NaT"), _days("2023-10-08")).tolist() == [0]
    assert np.isnan(WORKTIME.worked(_moments("NaT"), _moments("2023-10-08"))).all()


def test_an_empty_column_stays_empty() -> None:
    assert len(WORKTIME.due(_moments(), Limit.parse("2wh"))) == 0
    assert len(WORKTIME.next_workday(_days())) == 0


def test_days_are_an_array_of_days() -> None:
    days = [date(1969, 12, 31), date(1970, 1, 1), date(2023, 10, 8)]
    told = days_of(days)
    assert (told.dtype, told.tolist()) == ("datetime64[D]", days)
    assert len(days_of([])) == 0


def test_moments_are_an_array_of_moments() -> None:
    """Moments become what numpy makes of them, to the microsecond and before 1970, and None is NaT."""
    moments = [datetime(2023, 10, 16, 9, 30, 15, 250), None, datetime(1969, 12, 31, 23, 59)]
    told = moments_of(moments)
    assert told.dtype == np.dtype("datetime64[us]")
    assert told.tolist() == moments
    assert len(moments_of([])) == 0


def test_working_days_between() -> None:
    """The spec's task of 8 to 15 October 2023 has six working days (section 4.2)."""
    assert WORKTIME.workdays_between(_days("2023-10-08"), _days("2023-10-15")).tolist() == [6]
    assert WORKTIME.workdays_between(_days("2023-10-15"), _days("2023-10-08")).tolist() == [0]


def test_nearest_working_days() -> None:
    assert WORKTIME.next_workday(_days("2023-10-01", "2023-10-08")).tolist() == [
        date(2023, 10, 7),
        date(2023, 10, 8),
    ]
    assert WORKTIME.previous_workday(_days("2023-10-06", "2023-10-08")).tolist() == [
        date(2023, 9, 28),
        date(2023, 10, 8),
    ]
    assert WORKTIME.add_workdays(_days("2023-10-07"), -1).tolist() == [date(2023, 9, 28)]
    assert WORKTIME.add_workdays(_days("2023-10-01"), 0).tolist() == [date(2023, 10, 1)]


def test_beyond_the_published_years_monday_to_friday_and_provisional() -> None:
    """A due date in an unpublished year never crashes; it is computed and marked."""
    after = date(WORKTIME.last_published_year + 1, 10, 1)
    days = np.array([after + timedelta(days=n) for n in range(7)], "datetime64[D]")
    assert WORKTIME.is_provisional(days).all()
    assert WORKTIME.is_workday(days).tolist() == [day.item().weekday() < 5 for day in days]
    assert not WORKTIME.is_provisional(_days("2026-12-31")).any()


def test_far_outside_the_table_the_week_goes_on() -> None:
    assert _due("2099-12-31T17:00", "2wh") == _at("2100-01-01T10:00")  # a Thursday
    assert _due("1999-12-31T17:00", "3wd") == _at("2000-01-05T18:00")  # a Friday
    assert _due("2036-12-30T17:00", "4wd") == _at("2037-01-05T18:00")  # over the table's end
    assert WORKTIME.workdays_between(_days("2003-12-29"), _days("2004-01-02")).tolist() == [4]


def test_company_exceptions_override_the_official_calendar() -> None:
    worktime = WorkTime(
        CalendarSpec(rest=frozenset([date(2023, 10, 8)]), work=frozenset([date(2023, 10, 1)]))
    )
    assert worktime.is_workday(_days("2023-10-08", "2023-10-01")).tolist() == [False, True]
    assert _due("2023-10-07T17:00", "2wh", worktime) == _at("2023-10-09T10:00")
    assert str(worktime.day_label(date(2023, 10, 8))) == "公司休息日"


def test_other_working_hours() -> None:
    worktime = WorkTime(CalendarSpec(spans=((time(8, 30), time(17, 30)),)))
    assert _due("2023-10-09T17:00", "1wh", worktime) == _at("2023-10-10T09:00")
    assert _due("2023-10-09T17:00", "1wd", worktime) == _at("2023-10-10T17:30")


@pytest.mark.parametrize(
    "spec",
    [
        {"spans": ()},
        {"spans": ((time(9), time(13)), (time(12), time(18)))},
        {"workdays": frozenset()},
        {"rest": frozenset([date(2023, 10, 8)]), "work": frozenset([date(2023, 10, 8)])},
    ],
)
def test_impossible_calendars_are_refused(spec: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"working|weekday"):
        CalendarSpec(**spec)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2023, 10, 9), "工作日"),
        (date(2023, 10, 14), "周末"),
        (date(2023, 10, 2), "国庆节"),
        (date(2023, 9, 29), "中秋节"),
        (date(2023, 10, 8), "调休上班"),
    ],
)
def test_day_labels(day: date, label: str) -> None:
    assert str(WORKTIME.day_label(day)) == label


@pytest.mark.parametrize("text", ["2h", "3wd", "90m", "2wh", "1.5wh"])
def test_a_limit_is_given_back_as_written(text: str) -> None:
    assert str(Limit.parse(text)) == text


@pytest.mark.parametrize("text", ["", "2", "h", "-2h", "0h", "1.5wd", "2d", "2 weeks"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        Limit.parse(text)


STARTS = st.datetimes(_at("2015-01-01T00:00"), _at("2026-11-30T00:00")).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@given(STARTS, st.integers(1, 12))
@settings(max_examples=60)
def test_working_days_equal_the_slow_walk(start: datetime, amount: int) -> None:
    day, left = start.date(), amount
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    assert _due(start, f"{amount}wd") == datetime.combine(day, time(18))


@given(STARTS, st.integers(1, 1200))
@settings(max_examples=20)
def test_working_minutes_equal_the_slow_walk(start: datetime, minutes: int) -> None:
    """Minute by minute, asking the calendar for each: due, and the minutes counted back."""
    moment, left = start, minutes
    while left:
        if not chinese_calendar.is_workday(moment.date()):
            moment = datetime.combine(moment.date() + timedelta(days=1), time())
            continue
        left -= 9 <= moment.hour < 18 and moment.hour != 12
        moment += timedelta(minutes=1)
    due = WORKTIME.due(_moments(start), Limit(minutes / 60, "wh"))
    assert due[0].item() == moment
    assert WORKTIME.worked(_moments(start), due).tolist() == [minutes]


@pytest.mark.parametrize(
    ("start", "limit", "share", "moment"),
    [
        ("2023-10-08T09:00", "2h", 0.8, "2023-10-08T10:36"),
        ("2023-10-08T17:30", "2wh", 0.8, "2023-10-09T10:06"),
        # All of Saturday 7 October and 4.8 of the 8 hours of Sunday, both make-up days.
        ("2023-09-28T10:00", "2wd", 0.8, "2023-10-08T14:48"),
        ("2023-09-28T10:00", "2wd", 2, "2023-10-10T18:00"),
        # A clock that starts on a holiday: half of the first working day after it.
        ("2023-09-29T10:00", "1wd", 0.5, "2023-10-07T14:00"),
    ],
)
def test_a_share_of_a_limit_runs_in_its_own_unit(start: str, limit: str, share: float, moment: str) -> None:
    assert WORKTIME.part(_moments(_at(start)), Limit.parse(limit), share)[0].item() == _at(moment)


@given(STARTS, st.integers(1, 12), st.sampled_from(["h", "wh", "wd"]), st.floats(0.05, 0.95))
@settings(max_examples=60)
def test_all_of_a_limit_is_its_due_time_and_a_part_of_it_is_before(
    start: datetime, amount: int, unit: str, share: float
) -> None:
    limit = Limit.parse(f"{amount}{unit}")
    due = WORKTIME.due(_moments(start), limit)
    assert WORKTIME.part(_moments(start), limit, 1).tolist() == due.tolist()
    assert _moments(start)[0] <= WORKTIME.part(_moments(start), limit, share)[0] < due[0]
