"""When a job is due: time zones, clocks that are changed, what is missed, and that nothing is due twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.jobs import phrases
from sheetsync.jobs.timetable import PUNCTUAL, due, local, next_due, ticks, utc
from sheetsync.model.job import CatchUp, Job, JobStep, When
from sheetsync.text import same
from sheetsync.worktime import WorkTime

WORKTIME = WorkTime.standard()
NEW_YORK = ZoneInfo("America/New_York")
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def a_job(*words: str, zone: str = "Asia/Shanghai", rest: str | None = None, **changes: object) -> Job:
    when = tuple(When(one, rest or phrases.parse(one).on_rest_day) for one in words)  # type: ignore[arg-type] # one of the four
    job = Job(
        name="j",
        title=same("j"),
        when=when,
        zone=zone,
        steps=(JobStep(name="check", arguments={}, place="j.yaml:1"),),
        pauses=(),
        limit=HOUR,
        grace=timedelta(days=14),
        source="j.yaml",
    )
    return replace(job, **changes)  # type: ignore[arg-type] # whatever a test changes


def at(moment: str) -> datetime:
    """Return a time in Shanghai as UTC."""
    return datetime.fromisoformat(moment) - 8 * HOUR


def shown(moments: Sequence[datetime], zone: str = "Asia/Shanghai") -> list[str]:
    return [f"{local(one, ZoneInfo(zone)):%m-%d %H:%M}" for one in moments]


class TestZones:
    """Due times are wall clock of the job's zone, ticks are UTC."""

    def test_a_time_is_meant_in_the_zone_of_the_job(self) -> None:
        job = a_job("daily 17:00", zone="Europe/Berlin")
        assert next_due(job, datetime(2026, 7, 1), WORKTIME) == datetime(2026, 7, 1, 15)
        assert next_due(job, datetime(2026, 12, 1), WORKTIME) == datetime(2026, 12, 1, 16)

    def test_a_skipped_time_is_due_right_after_the_gap(self) -> None:
        """On 8 March 2026 clocks in New York go from 01:59 to 03:00."""
        job = a_job("daily 2:30", zone="America/New_York", rest="run")
        assert shown(ticks(job, datetime(2026, 3, 7, 12), datetime(2026, 3, 9, 12), WORKTIME), job.zone) == [
            "03-08 03:00",
            "03-09 02:30",
        ]

    def test_several_times_of_a_gap_are_due_once(self) -> None:
        job = a_job("every 15 minutes 1:45-3:15", zone="America/New_York", rest="run")
        assert shown(ticks(job, datetime(2026, 3, 8), datetime(2026, 3, 9), WORKTIME), job.zone) == [
            "03-08 01:45",
            "03-08 03:00",
            "03-08 03:15",
        ]

    def test_a_doubled_time_is_due_the_first_time_alone(self) -> None:
        """On 1 November 2026 they show 01:00 to 01:59 twice."""
        job = a_job("daily 1:30", zone="America/New_York", rest="run")
        found = ticks(job, datetime(2026, 11, 1), datetime(2026, 11, 2), WORKTIME)
        assert found == [datetime(2026, 11, 1, 5, 30)]

    def test_an_hourly_job_in_the_doubled_hour_waits_an_hour(self) -> None:
        job = a_job("hourly 0:00-3:00", zone="America/New_York", rest="run")
        found = ticks(job, datetime(2026, 11, 1), datetime(2026, 11, 2), WORKTIME)
        assert found == [datetime(2026, 11, 1, hour) for hour in (4, 5, 7, 8)]

    def test_whoever_looks_in_the_doubled_hour_sees_what_was_due_before(self) -> None:
        """At 01:10 the second time, 01:50 is behind."""
        job = a_job("daily 1:50", zone="America/New_York", rest="run")
        found = due(job, datetime(2026, 11, 1, 5), datetime(2026, 11, 1, 6, 10), WORKTIME)
        assert [tick.due for tick in found.ticks] == [datetime(2026, 11, 1, 5, 50)]

    def test_a_day_that_a_country_left_out_is_due_at_its_end(self) -> None:
        """Samoa had no 30 December 2011."""
        assert utc(datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia")) == datetime(2011, 12, 30, 10)

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2036, 1, 1)),
        st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai"]),
    )
    def test_a_due_time_is_the_first_moment_that_shows_it(self, wall: datetime, name: str) -> None:
        """Or something later, in a gap; a moment before, the clocks showed less."""
        wall, zone = wall.replace(microsecond=0), ZoneInfo(name)
        moment = utc(wall, zone)
        assert local(moment, zone) >= wall
        assert local(moment - SECOND, zone) < wall


class TestMissed:
    """What becomes of due times that passed while nobody looked."""

    def test_the_weekly_report_of_friday_runs_on_monday(self) -> None:
        job = a_job("last working day of week 18:00")
        found = due(job, at("2026-11-13 18:00"), at("2026-11-23 08:00"), WORKTIME)
        assert [tick.due for tick in found.ticks] == [at("2026-11-20 18:00")]
        assert found.dropped == ()

    def test_of_several_the_latest_runs(self) -> None:
        job = a_job("workdays 8:30, 17:30")
        found = due(job, at("2026-11-18 17:30"), at("2026-11-20 08:31"), WORKTIME)
        assert [tick.due for tick in found.ticks] == [at("2026-11-20 08:30")]
        assert [(tick.due, why) for tick, why in found.dropped] == [
            (at("2026-11-19 08:30"), "superseded"),
            (at("2026-11-19 17:30"), "superseded"),
        ]

    def test_all_run_in_order_where_the_job_says_so(self) -> None:
        job = a_job("workdays 8:30", catch_up="all")
        found = due(job, at("2026-11-17 08:30"), at("2026-11-20 09:00"), WORKTIME)
        assert shown([tick.due for tick in found.ticks]) == ["11-18 08:30", "11-19 08:30", "11-20 08:30"]

    @pytest.mark.parametrize("policy", ["latest", "all", "none"])
    @pytest.mark.parametrize(("late", "runs"), [(HOUR, 1), (HOUR + SECOND, 0)])
    def test_what_is_later_than_the_grace_is_dropped(
        self, policy: CatchUp, late: timedelta, runs: int
    ) -> None:
        job = a_job("workdays 8:30", catch_up=policy, grace=HOUR)
        found = due(job, at("2026-11-19 08:30"), at("2026-11-20 08:30") + late, WORKTIME)
        assert len(found.ticks) == runs
        assert [why for _, why in found.dropped] == ["late"] * (1 - runs)

    def test_reminders_are_not_replayed(self) -> None:
        """Of three mornings that were missed none comes; the fourth does, as it is its time."""
        job = a_job("workdays 8:40", catch_up="none", grace=HOUR)
        found = due(job, at("2026-11-16 08:40"), at("2026-11-20 08:41"), WORKTIME)
        assert shown([tick.due for tick in found.ticks]) == ["11-20 08:40"]
        assert [why for _, why in found.dropped] == ["late"] * 3

    def test_one_that_is_due_right_now_runs_now(self) -> None:
        found = due(a_job("workdays 8:30"), at("2026-11-19 08:30"), at("2026-11-20 08:30"), WORKTIME)
        assert len(found.ticks) == 1

    def test_a_clock_that_was_set_back_makes_nothing_due(self) -> None:
        found = due(a_job("hourly"), at("2026-11-20 12:00"), at("2026-11-20 09:30"), WORKTIME)
        assert (found.ticks, found.dropped) == ((), ())

    def test_a_job_that_is_off_is_not_due(self) -> None:
        job = a_job("hourly", enabled=False)
        assert not due(job, at("2026-11-20 10:00"), at("2026-11-20 12:00"), WORKTIME).ticks
        assert next_due(job, at("2026-11-20 10:00"), WORKTIME) is None

    def test_after_years_only_the_time_before_today_is_looked_at(self) -> None:
        """A job of every minute would otherwise be asked of half a million times."""
        job = a_job("hourly", rest="run", grace=HOUR)
        found = due(job, at("2020-01-01 00:00"), at("2026-11-20 12:00"), WORKTIME)
        assert len(found.ticks) == 1
        assert len(found.dropped) == 31 * 24


class TestFirst:
    """A job that nobody ever looked at begins now."""

    def test_nothing_of_the_past_runs(self) -> None:
        """The last due time is dropped, so that it is known from when on nothing may be missed."""
        found = due(a_job("workdays 8:30"), None, at("2026-11-20 10:00"), WORKTIME)
        assert found.ticks == ()
        assert [(shown([tick.due]), why) for tick, why in found.dropped] == [(["11-20 08:30"], "before")]

    def test_a_moment_late_is_not_the_past(self) -> None:
        """Whoever starts it by cron at 08:30 comes a second later."""
        found = due(a_job("workdays 8:30"), None, at("2026-11-20 08:30") + PUNCTUAL - SECOND, WORKTIME)
        assert len(found.ticks) == 1

    def test_a_rare_job_has_a_beginning_too(self) -> None:
        """With it, a caller who comes once an hour does not overlook the first due time."""
        job = a_job("last working day of month 17:00")
        ((tick, _),) = due(job, None, at("2026-11-20 10:00"), WORKTIME).dropped
        later = due(job, tick.due, at("2026-11-30 17:59"), WORKTIME)
        assert shown([tick.due for tick in later.ticks]) == ["11-30 17:00"]


class TestNext:
    """The next due time."""

    def test_it_is_after_the_time_given(self) -> None:
        job = a_job("workdays 8:30, 17:30")
        assert next_due(job, at("2026-11-20 08:30"), WORKTIME) == at("2026-11-20 17:30")
        assert next_due(job, at("2026-11-20 17:30"), WORKTIME) == at("2026-11-23 08:30")

    def test_the_earliest_cadence_counts(self) -> None:
        job = a_job("Wednesday 16:30", "first working day of week 8:35")
        assert next_due(job, at("2026-11-23 09:00"), WORKTIME) == at("2026-11-25 16:30")

    def test_there_is_none_where_no_day_is_ever_right(self) -> None:
        """No Sunday is worked in years whose calendar is not known."""
        assert next_due(a_job("Sunday 9:00", rest="skip"), at("2034-11-20 09:00"), WORKTIME) is None


WORDS = st.sampled_from(
    [
        "daily 17:00",
        "daily 2:30",
        "workdays 8:40, 13:30",
        "Friday 17:00",
        "last working day of week 18:00",
        "last working day of month 17:00",
        "day 31 of month 2:30",
        "every 45 minutes 1:00-20:00",
        "hourly",
    ]
)
REST = st.sampled_from(["skip", "next", "previous", "run"])
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
BEGIN = datetime(2025, 9, 1)
CUTS = st.lists(st.integers(0, 400 * 24 * 60), min_size=2, max_size=8, unique=True)
POLICIES = st.sampled_from(["latest", "all", "none"])


@settings(max_examples=60)
@given(words=st.lists(WORDS, min_size=1, max_size=2), rest=REST, zone=ZONES, cuts=CUTS, data=st.data())
def test_however_time_is_cut_every_due_time_is_met_once(
    words: list[str], rest: str, zone: str, cuts: list[int], data: st.DataObject
) -> None:
    """The parts together are the whole, in order and without a double."""
    job = a_job(*words, zone=zone, rest=rest)
    first = data.draw(st.sampled_from([datetime(2026, 3, 7), datetime(2026, 10, 30), BEGIN]))
    marks = sorted(first + timedelta(minutes=cut % (60 * 24 * 60)) for cut in set(cuts))
    whole = ticks(job, marks[0], marks[-1], WORKTIME)
    parts = [one for begin, end in pairwise(marks) for one in ticks(job, begin, end, WORKTIME)]
    assert parts == whole == sorted(set(whole))


@settings(max_examples=60)
@given(words=WORDS, policy=POLICIES, zone=ZONES, steps=st.lists(st.integers(-600, 3000), max_size=12))
def test_no_due_time_is_run_or_dropped_twice(
    words: str, policy: CatchUp, zone: str, steps: list[int]
) -> None:
    """Whenever somebody looks, and although the clock is set back at times; and none is overlooked."""
    job = a_job(words, zone=zone, catch_up=policy, grace=2 * HOUR)
    begin = now = datetime(2026, 10, 29, 3, 7)
    last = begin
    latest = begin
    met: list[datetime] = []
    for step in steps:
        now += timedelta(minutes=step)
        latest = max(latest, now)
        found = due(job, last, now, WORKTIME)
        here = sorted([*(tick.due for tick in found.ticks), *(tick.due for tick, _ in found.dropped)])
        met += here
        last = max([last, *here])
    assert met == ticks(job, begin, latest, WORKTIME)


@settings(max_examples=60)
@given(words=WORDS, rest=REST, zone=ZONES, minute=st.integers(0, 100 * 24 * 60))
def test_the_next_due_time_is_the_first_of_what_follows(
    words: str, rest: str, zone: str, minute: int
) -> None:
    job = a_job(words, zone=zone, rest=rest)
    after = BEGIN + timedelta(minutes=minute)
    found = next_due(job, after, WORKTIME)
    assert found is not None
    assert ticks(job, after, found, WORKTIME) == [found]
