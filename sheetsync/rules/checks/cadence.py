"""Checks of cadences: reports people owe for a day or a week, reviews at the weekly meeting (spec 5)."""

from datetime import time
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools
from sheetsync.rules import people, periods
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.periods import Every, Period
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Rule, WordsOfState
from sheetsync.rules.standing import paused, standing


class Unreported(Rule):
    """Somebody who is at work did not report for the last period that ended.

    Args:
        every: What a report is for: day or week.
        until: When it is due, on the last working day of the period.
        seen: Moments of which one in the period or before it shows that the work had begun by then.
        by_form: The form of the reports; nothing is asked for where nobody uses it.
        by: Its column of persons.
        at: Its columns of days and times; one within the period makes a record count for it.
        week: Its column that names the week, if there is one.
        awaits: Its column that is waited for: what the finding is about.
    """

    every: Every
    until: time
    seen: Fields
    by_form: str
    by: FieldName
    at: Fields
    week: FieldName | None = None
    awaits: FieldName

    column_keys = ("seen",)
    other_keys = {"by_form": ("by", "at", "week", "awaits")}  # noqa: RUF012 - as its base declares it
    constants = ("until",)
    facts = (*CLOCK_FACTS, "period")


def unreported(rule: Unreported, rows: Rows) -> Hits:
    """The first record of each person at work who owes a report."""
    book = rows.book
    period = periods.last_ended(rule.every, rule.until, book.now, book.worktime)
    reports = [other for other in book.of(rule.by_form) if len(other)]
    fires = rows.none()
    if period is None or not reports:
        return Hits(fires=fires, watch=rule.awaits, watch_form=rule.by_form)
    authors: set[str] = set()
    anybody = False
    for other in reports:
        counts = _for_period(rule, other, period)
        names = other.texts(rule.by)[counts]
        authors.update(name for name in names.tolist() if name is not None)
        anybody |= bool((names == None).any())  # noqa: E711 - elementwise
    if not anybody:
        asked = _at_work(rule, rows, period)
        owners = rows.texts(rows.form.owner or "")
        silent = {name for name in owners[asked].tolist() if name is not None} - authors
        known = {name for other in book.of(rows.form.id) for name in set(other.texts(other.form.owner or ""))}
        silent -= people.possibly(silent, authors, known, people.homes(book.tables))
        for other in book.of(rows.form.id):
            if other is rows:
                break  # whoever is named in an earlier table was named there
            silent.difference_update(other.texts(rows.form.owner or "")[_at_work(rule, other, period)])
        for place in np.flatnonzero(asked).tolist():
            if owners[place] in silent:
                silent.remove(owners[place])
                fires[place] = True
    return Hits(
        fires=fires,
        watch=rule.awaits,
        watch_form=rule.by_form,
        due=np.full(len(rows), period.ended),
        facts={"period": np.full(len(rows), period.name, object)},
    )


class Unrefreshed(Rule):
    """A record was not updated in the last week, or on the last day, that ended.

    Args:
        every: How often it is updated: each day or each week.
        until: When the update is due, on the last working day of the period.
        updated: When it was last updated; the column that is watched.
        settled_by: Columns that end the matter when filled.
    """

    every: Every
    until: time
    updated: FieldName
    settled_by: Fields = ()

    column_keys = ("updated", "settled_by")
    constants = ("until",)
    facts = (*CLOCK_FACTS, "period")


def unrefreshed(rule: Unrefreshed, rows: Rows) -> Hits:
    """Open records whose last update is from before the period."""
    book = rows.book
    period = periods.last_ended(rule.every, rule.until, book.now, book.worktime)
    if period is None:
        return Hits(fires=rows.none(), watch=rule.updated)
    settled = rows.in_finished_state | paused(rows) | _resting_elsewhere(rows)
    for name in rule.settled_by:
        settled |= rows.filled(name)
    return Hits(
        fires=(rows.days(rule.updated) < period.first) & ~settled,
        watch=rule.updated,
        started=rows.early_moments(rule.updated),
        due=np.full(len(rows), period.ended),
        facts={"period": np.full(len(rows), period.name, object)},
    )


class Unreviewed(Rule):
    """The weekly meeting after a due time is over, and what it asks for is not there.

    Args:
        due: The due time.
        at: When the meeting is over, on the first working day of the week.
        asks: What it asks of each record that is not finished; the first that is empty is watched.
        settled_by: Columns that end the matter when filled.
    """

    due: FieldName
    at: time
    asks: Annotated[Fields, Field(min_length=1)]
    settled_by: Fields = ()

    column_keys = ("due", "asks", "settled_by")
    constants = ("at",)
    facts = (*CLOCK_FACTS, "missing")


def unreviewed(rule: Unreviewed, rows: Rows) -> Hits:
    """Open records that were due before the last weekly meeting and lack what it asks for."""
    due = rows.late_moments(rule.due)
    days = due.astype("datetime64[D]")
    weekday = (days.astype(np.int64) + 3) % 7  # day 0 was a Thursday
    monday = days - weekday.astype("timedelta64[D]")
    meeting = rows.book.worktime.next_workday(monday + 7) + _clock(rule.at)
    lacking = [(name, ~rows.filled(name)) for name in rule.asks if rows.has(name)]
    missing = np.full(len(rows), "", object)
    watch = np.full(len(rows), rule.due, object)
    fires = rows.none()
    for name, lacks in reversed(lacking):
        missing[lacks] = np.where(missing[lacks] == "", "", "、" + missing[lacks])
        missing[lacks] = rows.title(name) + missing[lacks]
        watch[lacks] = name
        fires |= lacks
    fires &= standing(rows).left & (meeting < rows.book.instant)
    for name in rule.settled_by:
        fires &= ~rows.filled(name)
    return Hits(
        fires=fires,
        watch=watch,
        due=meeting,
        facts={"missing": missing},
    )


class Reminder(Rule):
    """A due time is some number of working days away.

    Args:
        due: The due time; the column that is watched.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
        before: How many working days before the due day; 0 is the due day, or the last one worked before it.
    """

    due: FieldName
    progress: FieldName
    handed_in: WordsOfState = ()
    before: tuple[Annotated[int, Field(ge=0)], ...]

    column_keys = ("due", "progress")
    state_keys = ("handed_in",)
    facts = (*CLOCK_FACTS, "days")


def reminder(rule: Reminder, rows: Rows) -> Hits:
    """Open records of whose due time somebody is reminded today; never on a rest day."""
    due = rows.late_moments(rule.due)
    days = due.astype("datetime64[D]")
    book, fires = rows.book, rows.none()
    today = np.array([book.instant], "datetime64[D]")
    left = np.zeros(len(rows), np.int64)
    if book.worktime.is_workday(today).all():
        far = standing(rows, progress=rule.progress, handed_in=rule.handed_in)
        near = np.flatnonzero(far.open & (due >= book.instant))
        left[near] = book.worktime.workdays_between(today + 1, days[near])
        fires[near] = [count in rule.before for count in left[near].tolist()]
    return Hits(fires=fires, watch=rule.due, due=due, facts={"days": left})


def _for_period(rule: Unreported, other: Rows, period: Period) -> Bools:
    """Tell which reports are, or may be, for the period."""
    within, dated, later = other.none(), other.none(), other.none()
    for name in rule.at:
        days = other.days(name)
        within |= (days >= period.first) & (days <= period.last)
        later |= days > period.last
        dated |= ~np.isnat(days)
    named = other.none()
    if rule.week is not None:
        texts = other.texts(rule.week)
        weeks = {text: periods.read_week(str(text)) for text in set(texts.tolist()) if text is not None}
        matches = {text for text, week in weeks.items() if week is not None and week.may_be(period)}
        named = np.array([weeks.get(text) is not None for text in texts], np.bool_)
        within |= np.array([text in matches for text in texts], np.bool_)
        within |= later & ~named  # may have come late
    return within | ~(dated | named)


def _at_work(rule: Unreported, rows: Rows, period: Period) -> Bools:
    """Tell which records somebody was working on in the period."""
    begun = rows.none()
    for name in rule.seen:
        begun |= rows.days(name) <= period.last
    rests = rows.in_finished_state | paused(rows)
    return begun & rows.when(rule.when) & ~rests & rows.known(rows.form.owner or "")


def _resting_elsewhere(rows: Rows) -> Bools:
    """Tell which records refer, by their key, to one of another form that is finished or paused."""
    key = rows.form.column(rows.form.key)
    ended: set[str] = set()
    for form in key.refers_to:
        for other in rows.book.of(form):
            far = standing(other)
            ended.update(other.keys[(far.finished | far.paused) & other.known(other.form.key)].tolist())
    return rows.among(rows.form.key, ended) if ended else rows.none()


def _clock(clock: time) -> np.timedelta64:
    return np.timedelta64(clock.hour * 60 + clock.minute, "m")
