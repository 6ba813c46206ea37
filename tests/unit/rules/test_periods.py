"""Which week or day a report is owed for, and how people write weeks."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.rules.periods import Week, last_ended, read_week
from sheetsync.worktime import WorkTime

WORKTIME = WorkTime.standard()


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("2023-W41", Week(41, 2023)),
        ("2023W41", Week(41, 2023)),
        ("２０２３年第４１周", Week(41, 2023)),
        ("2023年41周", Week(41, 2023)),
        ("第41周", Week(41)),
        ("第 6 周", Week(6)),
        ("W06", Week(6)),
        ("wk 41", Week(41)),
        ("41", Week(41)),
        ("41.0", Week(41)),
        ("周41", Week(41)),
        ("第54周", None),
        ("10月第2周", None),
        ("2023-10", None),
        ("10.9-10.13", None),
        ("本周", None),
        ("", None),
    ],
)
def test_weeks_as_people_write_them(text: str, week: Week | None) -> None:
    assert read_week(text) == week


@pytest.mark.parametrize(
    ("now", "name", "ended"),
    [
        ("2023-10-16T09:00", "2023-W41", "2023-10-13T17:00"),
        ("2023-10-13T17:00", "2023-W40", "2023-10-08T17:00"),  # due this minute is not over
        ("2023-10-08T16:59", "2023-W39", "2023-09-28T17:00"),  # the make-up Sunday ends the holiday week
        ("2024-02-19T09:00", "2024-W07", "2024-02-18T17:00"),
        ("2026-02-27T12:00", "2026-W07", "2026-02-14T17:00"),  # week 8 is a holiday from end to end
        ("2027-01-11T09:00", "2027-W01", "2027-01-08T17:00"),  # not published yet: Monday to Friday
    ],
)
def test_the_last_week_that_ended(now: str, name: str, ended: str) -> None:
    period = last_ended("week", time(17), datetime.fromisoformat(now), WORKTIME)
    assert period is not None
    assert (period.name, str(period.ended.astype("datetime64[m]"))) == (name, ended)


@given(st.datetimes(datetime(2023, 1, 10), datetime(2026, 12, 31)), st.sampled_from(["day", "week"]))
def test_a_period_ends_on_a_working_day_before_now_and_none_comes_after_it(now: datetime, every: str) -> None:
    period = last_ended("day" if every == "day" else "week", time(17), now, WORKTIME)
    assert period is not None
    ended: datetime = period.ended.item()
    assert ended < now
    assert WORKTIME.is_workday(period.ended.astype("datetime64[D]").reshape(1)).all()
    later = last_ended(
        "day" if every == "day" else "week", time(17), now + timedelta(microseconds=1), WORKTIME
    )
    assert later is not None
    assert later.ended >= period.ended
