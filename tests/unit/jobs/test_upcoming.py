"""What is due next, with the reason for an unusual day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sheetsync.jobs.parse import parse
from sheetsync.jobs.timetable import utc
from sheetsync.jobs.upcoming import upcoming, why
from sheetsync.model.job import Job
from sheetsync.worktime import CalendarSpec, WorkTime

WORKTIME = WorkTime.standard()
YEAR_END = WorkTime(CalendarSpec(rest=frozenset({date(2026, 12, 31)})))


def a_job(when: str, more: str = "", name: str = "j") -> Job:
    return parse(f"job: {name}\ntitle: t\nwhen: {when}\nsteps: [check]\n{more}", "j.yaml", "Asia/Shanghai")


def told(when: str, at: str, worktime: WorkTime = WORKTIME) -> str | None:
    reason = why(a_job(when), datetime.fromisoformat(at), worktime)
    return None if reason is None else reason.zh


@pytest.mark.parametrize(
    ("when", "at", "reason"),
    [
        ("workdays 9:00", "2026-11-20T09:00", None),
        ("workdays 9:00", "2026-10-10T09:00", "调休上班"),
        ("Friday 9:00", "2026-11-20T09:00", None),
        ("Friday 9:00", "2026-09-28T09:00", "周五 09-25 中秋节，顺延"),
        ("{ at: Friday 9:00, on_rest_day: previous }", "2026-09-30T09:00", "周五 10-02 国庆节，提前"),
        ("{ at: daily 9:00, on_rest_day: run }", "2026-10-01T09:00", None),
        ("first working day of week 9:00", "2026-10-08T09:00", "周一 10-05 国庆节，顺延"),
        ("last working day of week 9:00", "2026-11-20T09:00", None),
        ("last working day of week 9:00", "2026-10-10T09:00", "调休上班"),
        ("first working day of month 9:00", "2026-10-08T09:00", "周四 10-01 国庆节，顺延"),
        ("last working day of month 9:00", "2026-02-28T09:00", "调休上班"),
        ("last working day of month 9:00", "2026-10-30T09:00", None),
        ("day 25 of month 9:00", "2026-10-26T09:00", "周日 10-25 周末，顺延"),
    ],
)
def test_an_unusual_day_has_its_reason(when: str, at: str, reason: str | None) -> None:
    """And a usual one has none."""
    assert told(when, at) == reason


def test_the_last_day_of_a_long_month_may_be_free() -> None:
    """By a rest day of the company's own."""
    assert (
        told("last working day of month 9:00", "2026-12-30T09:00", YEAR_END) == "周四 12-31 公司休息日，提前"
    )


def test_a_day_that_is_usual_for_one_of_several_cadences_is_usual() -> None:
    """On Thursday the job is due anyway; that the weekly one falls on it too needs no words."""
    both = "[last working day of week 18:00, workdays 18:00]"
    assert told(both, "2026-09-24T18:00") is None
    assert told("last working day of week 18:00", "2026-09-24T18:00") == "周五 09-25 中秋节，提前"


def test_a_time_that_the_clocks_skip_is_told() -> None:
    job = a_job("{ at: daily 2:30, on_rest_day: run }", "timezone: America/New_York\n")
    (first,) = upcoming([job], datetime(2026, 3, 8, 5), WORKTIME)
    assert (first.at, first.why and first.why.zh) == (datetime(2026, 3, 8, 3), "原定时刻被夏令时跳过")


def test_several_jobs_are_mixed_by_time() -> None:
    """So many of each; those that are off have none."""
    jobs = [
        a_job("workdays 9:00, 17:00", name="a"),
        a_job("workdays 12:00", name="b"),
        a_job("hourly", "enabled: false\n", name="c"),
    ]
    found = upcoming(jobs, datetime(2026, 11, 20), WORKTIME, count=2)
    assert [(one.job.name, f"{one.at:%d %H}") for one in found] == [
        ("a", "20 09"),
        ("b", "20 12"),
        ("a", "20 17"),
        ("b", "23 12"),
    ]
    assert all(utc(one.at, ZoneInfo(one.job.zone)) == one.due for one in found)


def test_what_is_due_now_is_not_to_come() -> None:
    now = datetime(2026, 11, 20, 1)
    (first,) = upcoming([a_job("workdays 9:00")], now, WORKTIME)
    assert first.due == now + timedelta(days=3)
