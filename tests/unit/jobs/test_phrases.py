"""The words of cadences: what is understood, what is refused, and that what is said can be written."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.jobs.cadence import Cadence, DayOfMonth, Every, Weekdays, WorkdayEdge
from sheetsync.jobs.phrases import parse, said, said_whole
from sheetsync.mistakes import WrongValueError

TIMES = st.times().map(lambda one: time(one.hour, one.minute))
ON = st.one_of(
    st.sampled_from(["daily", "workdays"]),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: Weekdays(tuple(sorted(days)))),
    st.builds(WorkdayEdge, st.sampled_from(["first", "last"]), st.sampled_from(["week", "month"])),
    st.integers(1, 31).map(DayOfMonth),
)
AT = st.sets(TIMES, min_size=1, max_size=4).map(lambda times: tuple(sorted(times)))
EVERY = st.builds(
    lambda minutes, ends: Every(minutes, *sorted(ends)),
    st.integers(1, 1440),
    st.sets(TIMES, min_size=2, max_size=2),
) | st.integers(1, 1440).map(Every)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("daily 17:00", "每天 17:00"),
        ("Every day at 5:00", "每日5点"),
        ("workdays 8:40, 13:30", "每个工作日 8:40、13:30"),
        ("every working day 8:40 and 13:30", "工作日 13:30，8:40"),
        ("Friday 17:00", "每周五 17：00"),
        ("every fri at 17:30", "每星期五17点半"),
        ("Mon,Wed 9:00", "每周一、三 9:00"),
        ("Wednesday and Monday 9:00", "每周一和周三 9点"),
        ("Sunday 9:00", "每周天 9:00"),
        ("Sat 9:00", "每周六 9:00"),
        ("first working day of week 9:00", "每周第一个工作日 9:00"),
        ("on the last working day of the week 18:00", "每周的最后一个工作日 18:00"),
        ("last workday of month 17:00", "每月最后一个工作日 17:00"),
        ("first working day of each month 09:00", "每个月首个工作日 09:00"),
        ("day 25 of month 10:00", "每月25号 10:00"),
        ("every 30 minutes 08:30-20:00", "每 30 分钟 8:30至20:00"),
        ("every 30 min", "每隔30分钟"),
        ("hourly", "每小时"),
        ("every 2 hours 8:00–18:00", "每2个小时 08:00～18:00"),
    ],
)
def test_both_languages_say_the_same(words: str, same: str) -> None:
    """In the ways that people write them."""
    assert parse(words) == parse(same)


def test_times_are_put_in_order_once() -> None:
    assert parse("daily 13:30, 8:40, 13:30").at == (time(8, 40), time(13, 30))


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("daily 17:00", "skip"),
        ("hourly", "skip"),
        ("Friday 17:00", "next"),
        ("Fri,Sat 17:00", "next"),
        ("Saturday 17:00", "run"),
        ("day 1 of month 9:00", "next"),
    ],
)
def test_nothing_of_a_week_or_month_is_lost_where_nothing_is_said(words: str, rest: str) -> None:
    """Daily things rest with the people."""
    assert parse(words).on_rest_day == rest


@given(on=ON, at=AT)
def test_what_is_said_is_understood(on: object, at: tuple[time, ...]) -> None:
    """In both languages, and as the same."""
    cadence = Cadence(on=on, at=at, on_rest_day="skip")  # type: ignore[arg-type] # hypothesis gives objects
    words = said(cadence)
    for one in (words.zh, words.en):
        assert (parse(one).on, parse(one).at) == (on, at)


@given(at=EVERY)
def test_what_is_said_of_intervals_is_understood(at: Every) -> None:
    words = said(Cadence(on="daily", at=at, on_rest_day="skip"))
    assert parse(words.zh).at == at == parse(words.en).at


def test_rest_days_are_spoken_of_where_they_matter() -> None:
    assert said_whole(parse("Friday 17:00")).zh == "每周五 17:00（遇休息日顺延到下一个工作日）"
    assert said_whole(parse("workdays 17:00")).en == "workdays 17:00"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("dayly 17:00", "did you mean 'daily'?"),
        ("Fryday 17:00", "did you mean 'Friday'?"),
        ("weekdays 17:00", "did you mean 'workdays'?"),
        ("last working day of weak 18:00", "did you mean 'last working day of week'?"),
        ("每周最后一个工作天 18:00", "did you mean '每周最后一个工作日'?"),
        ("0 17 * * 1-5", "you can write: daily 17:00"),
        ("17:00", "you can write"),
        ("", "you can write"),
        ("每天下午 5:00", "did you mean '每天'?"),
        ("daily", "time of day is missing"),
        ("每周五", "time of day is missing"),
        ("daily 25:00", "25:00 is no time of day"),
        ("daily 24:00", "24:00 is no time of day"),
        ("daily 17:60", "17:60 is no time of day"),
        ("day 32 of month 9:00", "no month has a day 32"),
        ("每月0日 9:00", "no month has a day 0"),
        ("every 30 minutes 20:00-08:00", "within one day"),
        ("every 0 minutes", "1 minute to 24 hours"),
        ("every 25 hours", "1 minute to 24 hours"),
    ],
)
def test_other_words_are_refused_with_what_is_possible(words: str, told: str) -> None:
    """Never taken for something near."""
    with pytest.raises(WrongValueError) as refused:
        parse(words)
    assert told in refused.value.said.en


@given(words=st.text(alphabet="每周月日工作第最后一个五 ,、:点dailyworkfst0123456789-", max_size=30))
def test_no_words_break_it(words: str) -> None:
    """They are understood or refused."""
    try:
        cadence = parse(words)
    except WrongValueError:
        return
    assert cadence.times
