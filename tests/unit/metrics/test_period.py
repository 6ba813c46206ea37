"""The week of a report: its number, its holiday, and what it is compared with."""

from datetime import date, datetime, time

import pytest

from sheetsync.metrics.period import week_before, week_of
from sheetsync.model.snapshot import Snapshot
from sheetsync.testing import MemoryHistory
from sheetsync.worktime import CalendarSpec, WorkTime
from tests.unit.metrics.conftest import SubTask, Told


@pytest.mark.parametrize(
    ("now", "year", "number", "first"),
    [
        ("2023-10-18 09:00", 2023, 42, date(2023, 10, 16)),
        ("2023-10-16 00:00", 2023, 42, date(2023, 10, 16)),
        ("2023-10-22 23:59", 2023, 42, date(2023, 10, 16)),
        ("2025-12-31 09:00", 2026, 1, date(2025, 12, 29)),
        ("2027-01-02 09:00", 2026, 53, date(2026, 12, 28)),
    ],
)
def test_a_week_goes_from_monday_to_sunday(now: str, year: int, number: int, first: date) -> None:
    """Its year is the one that its Thursday lies in."""
    week = week_of(datetime.fromisoformat(now), WorkTime.standard(), None)
    assert (week.year, week.number, week.first) == (year, number, first)
    assert (week.last - week.first).days == 6


@pytest.mark.parametrize(
    ("now", "holiday"),
    [
        ("2023-09-28 09:00", "中秋节"),
        ("2023-10-03 09:00", "国庆节"),
        ("2023-10-08 09:00", "国庆节"),
        ("2023-10-09 09:00", None),
        ("2024-02-04 09:00", None),
    ],
    ids=["one day", "all days", "its make-up days", "the full week after", "a worked Sunday"],
)
def test_a_holiday_that_takes_a_working_day_is_named(now: str, holiday: str | None) -> None:
    assert week_of(datetime.fromisoformat(now), WorkTime.standard(), None).holiday == holiday


def test_a_company_day_off_is_named() -> None:
    worktime = WorkTime(CalendarSpec(rest=frozenset({date(2023, 10, 18)})))
    assert week_of(datetime(2023, 10, 16), worktime, None).holiday == "公司休息日"


@pytest.mark.parametrize(
    ("weekdays", "now", "holiday"),
    [
        ({1, 2, 3, 4, 5}, "2023-10-18 09:00", None),
        ({0, 1, 2, 3, 4, 5}, "2023-09-23 09:00", None),
        ({1, 2, 3, 4, 5}, "2023-10-03 09:00", "国庆节"),
    ],
    ids=["Tuesday to Saturday", "six days", "Tuesday to Saturday in a holiday"],
)
def test_days_that_the_company_never_works_are_no_holiday(
    weekdays: set[int], now: str, holiday: str | None
) -> None:
    """Whose week begins on Tuesday has a full week without a Monday."""
    hours = ((time(9), time(18)),)
    worktime = WorkTime(CalendarSpec(spans=hours, workdays=frozenset(weekdays)))
    assert week_of(datetime.fromisoformat(now), worktime, None).holiday == holiday


def test_the_week_before_ends_where_this_one_begins() -> None:
    for now in (datetime(2023, 10, 16), datetime(2023, 10, 22, 23, 59, 59)):
        assert week_before(now) == datetime(2023, 10, 15, 23, 59, 59, 999999)


@pytest.mark.parametrize(
    ("taken", "compared"),
    [
        ([], None),
        (["2023-10-16 00:00"], None),
        (["2023-10-09 09:00", "2023-10-13 18:00", "2023-10-16 09:00"], "2023-10-13 18:00"),
        (["2023-10-15 23:59:59"], "2023-10-15 23:59:59"),
        (["2023-09-26 09:00", "2023-09-28 18:00", "2023-10-17 09:00"], "2023-09-28 18:00"),
    ],
    ids=["first report", "first week", "last of the week before", "Sunday night", "over a holiday"],
)
def test_it_is_compared_with_the_last_run_of_the_week_before(
    told: Told, sub_task: SubTask, taken: list[str], compared: str | None
) -> None:
    """Where nobody ran anything in that week, the last run there was."""
    history = MemoryHistory()
    for number, moment in enumerate(taken, 1):
        history.keep(Snapshot(taken=datetime.fromisoformat(moment), figures={"total": number}))
    trends = told("2023-10-18 09:00", {"进度": [sub_task(1)]}, history)
    then = None if compared is None else datetime.fromisoformat(compared)
    assert trends.week.compared_with == then
    before = None if compared is None else 1 + taken.index(compared)
    assert trends.figure("total").before == before
