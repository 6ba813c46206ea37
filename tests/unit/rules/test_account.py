"""The clock of a finding, day by day."""

from datetime import date, datetime, time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.model.finding import Account
from sheetsync.rules.account import walk
from sheetsync.worktime import Limit, WorkTime

WORKTIME = WorkTime.standard()


def _account(started: datetime, limit: str) -> Account:
    due = WORKTIME.due(np.array([started], "datetime64[us]"), Limit.parse(limit))[0].item()
    return Account(started=started, limit=limit, due=due)


def test_the_walk_names_each_day_of_the_clock() -> None:
    """28 September to 9 October 2023: the golden week counts nothing, both make-up days count."""
    days = walk(_account(datetime.fromisoformat("2023-09-28T17:00"), "3wd"), WORKTIME)
    counted = [(day.day.day, str(day.label)) for day in days if day.counted]
    assert counted == [(7, "调休上班"), (8, "调休上班"), (9, "工作日")]
    assert (days[0].day, days[1].label.zh, days[-1].day) == (date(2023, 9, 28), "中秋节", date(2023, 10, 9))


def test_the_walk_skips_lunch() -> None:
    (day,) = walk(_account(datetime.fromisoformat("2023-10-08T11:30"), "2wh"), WORKTIME)
    assert [(a.time(), b.time()) for a, b in day.stretches] == [
        (time(11, 30), time(12)),
        (time(13), time(14, 30)),
    ]
    assert day.counted == 2.0


def test_a_fixed_date_has_one_day_and_no_clock() -> None:
    (day,) = walk(Account(started=None, limit=None, due=datetime.fromisoformat("2023-10-15T18:00")), WORKTIME)
    assert (str(day.label), day.counted, day.stretches) == ("周末", 0.0, ())


@given(
    st.datetimes(datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2026-11-30")),
    st.sampled_from(["3h", "90m", "5wh", "13.5wh", "1wd", "4wd"]),
)
@settings(max_examples=60)
def test_the_walk_adds_up_to_the_limit(start: datetime, limit: str) -> None:
    days = walk(_account(start, limit), WORKTIME)
    assert sum(day.counted for day in days) == pytest.approx(Limit.parse(limit).amount)
