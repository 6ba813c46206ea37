"""Checks of time: clocks that run out, due times that pass or come near, updates that stay away."""

from collections.abc import Iterator
from datetime import time

import numpy as np
from pydantic import Field

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form
from sheetsync.model.table import Bools
from sheetsync.rules import wording
from sheetsync.rules.checks.hits import Hits, repeated
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Length, Rule, When, WordsOfState
from sheetsync.rules.standing import paused, standing
from sheetsync.text import Text
from sheetsync.worktime import Limit, Moments


class Sla(Rule):
    """From one moment to another within a limit.

    Args:
        start: When the clock starts.
        day_of: Another moment of that day: where no start is told, the clock starts at the end of it.
        stop: When it stops; the column that is watched.
        implied_by: Later moments that mean it must have stopped by then.
        settled_by: Columns that end the matter when filled, though they tell no time.
        settled_in: States that say that it was done, though nobody entered when.
        asked: Columns that name who is asked: on a sheet with any of them, nobody is where all are empty.
        unless: Columns, each with the words of which one means that this clock does not run at all; without
            words, any content of the column means that.
        limit: How long it may run.
        or_limit: Another limit: nobody can tell which of the two holds, so the later end counts.
        finished_too: True if the clock runs on in records of a finished state.
    """

    start: Fields
    day_of: FieldName | None = None
    stop: FieldName
    implied_by: Fields = ()
    settled_by: Fields = ()
    settled_in: WordsOfState = ()
    asked: Fields = ()
    unless: When = Field(default_factory=dict)
    limit: Length
    or_limit: Length | None = None
    finished_too: bool = False

    column_keys = ("start", "day_of", "stop", "implied_by", "settled_by", "asked")
    state_keys = ("settled_in",)
    constants = ("limit",)
    facts = CLOCK_FACTS

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each parameter that names columns, with the columns."""
        yield from super().columns()
        yield "unless", tuple(self.unless)

    def mistakes(self, form: Form, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
        """Yield the words under `unless` that their columns do not know."""
        for name, words in self.unless.items():
            if not (words and form.has(name)):
                continue
            vocabulary = form.column(name).vocabulary
            known = {word.zh for word in catalogue.vocabulary(vocabulary).words} if vocabulary else set()
            if strange := [word for word in words if word not in known]:
                listed = "、".join(strange)
                yield "unless", Text(f"列 {name} 没有词 {listed}", f"the column {name} has no word {listed}")


def sla(rule: Sla, rows: Rows) -> Hits:
    """Clocks that ran out, or that were stopped too late.

    A later step tells that it was done, but not when: what followed late may have been done in time.
    """
    started = _started(rule, rows)
    due = rows.book.worktime.due(started, rule.limit)
    facts, limits = {}, None
    if rule.or_limit is not None:
        other = rows.book.worktime.due(started, rule.or_limit)
        limits = np.where(other > due, np.array(rule.or_limit, object), np.array(rule.limit, object))
        due = np.maximum(due, other)
        facts = {"limit": repeated(_either(rule.limit, rule.or_limit), len(rows))}
    told = rows.early_moments(rule.stop)
    stopped = told
    for implied in rule.implied_by:
        stopped = np.fmin(stopped, rows.early_moments(implied))  # fmin leaves NaT out
    over, fires, done = due < rows.book.instant, rows.none(), rows.none()
    # A sheet without the column cannot tell whether it was done. Mostly no clock has run out: then no other
    # column is looked at.
    if rows.has(rule.stop) and np.where(np.isnat(stopped), over, stopped > due).any():
        doubt = rows.broken(rule.stop, *rule.implied_by)
        for name, words in rule.unless.items():
            doubt |= (rows.among(name, words) | rows.broken(name)) if words else rows.filled(name)
        done = (stopped > due) & ~np.isnat(told) & ~doubt
        fires = (over & np.isnat(stopped) & ~doubt & _unsettled(rule, rows)) | done
    return Hits(
        fires=fires,
        watch=rule.stop,
        done=done,
        started=started,
        due=due,
        stopped=stopped,
        limit=rule.limit if rule.or_limit is None else None,
        limits=limits,
        facts=facts,
    )


def _unsettled(rule: Sla, rows: Rows) -> Bools:
    """Tell which records nothing but the column that stops the clock could settle."""
    left = ~rows.among(rows.state or "", rule.settled_in)
    for settled in rule.settled_by:
        left &= ~rows.filled(settled)
    if asked := [rows.filled(name) for name in rule.asked if rows.has(name)]:
        left &= np.logical_or.reduce(asked)
    if not rule.finished_too:
        left &= ~rows.in_finished_state & ~rows.broken(rows.state or "")
    return left


class Deadline(Rule):
    """A due time has passed and the record is not finished.

    Args:
        due: The due time; the column that is watched.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
        settled_by: Columns that end the matter when filled.
        only_settled_by: True if nothing else ends it: neither the state nor the progress.
        paused: True if only paused records are judged; without it, only those that are not paused.
    """

    due: FieldName
    progress: FieldName | None = None
    handed_in: WordsOfState = ()
    settled_by: Fields = ()
    only_settled_by: bool = False
    paused: bool = False

    column_keys = ("due", "progress", "settled_by")
    state_keys = ("handed_in",)
    facts = CLOCK_FACTS


def deadline(rule: Deadline, rows: Rows) -> Hits:
    """Open records whose due time has passed, where the sheet tells what is finished."""
    due = rows.late_moments(rule.due)
    left = _open(rule, rows)
    if rule.only_settled_by and not any(map(rows.has, rule.settled_by)):
        left = rows.none()
    return Hits(fires=left & (due < rows.book.instant), watch=rule.due, due=due)


class Approaching(Deadline):
    """A due time is near.

    Args:
        within: How near, in working days after today.
    """

    within: Length
    constants = ("within",)


def approaching(rule: Approaching, rows: Rows) -> Hits:
    """Open records whose due time is near: today, or few working days after it."""
    due = rows.late_moments(rule.due)
    today = np.array([rows.book.instant], "datetime64[D]")
    horizon = rows.book.worktime.add_workdays(today, int(rule.within.amount))
    near = (due >= rows.book.instant) & (due.astype("datetime64[D]") <= horizon)
    return Hits(fires=_open(rule, rows) & near, watch=rule.due, due=due)


class Stale(Rule):
    """No update by a time of day of the next working day.

    Args:
        updated: When the record was last updated; the column that is watched.
        by: The time of day.
    """

    updated: FieldName
    by: time

    column_keys = ("updated",)
    constants = ("by",)
    facts = CLOCK_FACTS


def stale(rule: Stale, rows: Rows) -> Hits:
    """Records without an update since some time of the first working day after the last one."""
    updated = rows.late_moments(rule.updated)
    due = rows.book.worktime.add_workdays(updated.astype("datetime64[D]"), 1) + _clock(rule.by)
    return Hits(
        fires=(due < rows.book.instant) & ~paused(rows),
        watch=rule.updated,
        started=updated,
        due=due,
        limit=Limit(1, "wd"),
    )


def _started(rule: Sla, rows: Rows) -> Moments:
    """Return when each clock starts, by the end of another moment's day where that is all that is known."""
    started = rows.first_late(rule.start)
    if rule.day_of is None:
        return started
    ends = rows.days(rule.day_of) + np.timedelta64(23 * 60 + 59, "m")
    unknown = np.isnat(started) & ~rows.broken(*rule.start)
    return np.where(unknown, ends.astype("datetime64[us]"), started)


def _either(limit: Limit, other: Limit) -> Text:
    (one_zh, *_), (one_en, *_) = wording.parameter(limit, 1)
    (two_zh, *_), (two_en, *_) = wording.parameter(other, 1)
    return Text(f"{one_zh}或 {two_zh}", f"{one_en} or {two_en}")


def _open(rule: Deadline, rows: Rows) -> Bools:
    """Tell which records are known to have something left to do."""
    left = ~rows.none()
    if not rule.only_settled_by:
        far = standing(rows, progress=rule.progress or "", handed_in=rule.handed_in)
        # Where the sheet has a column that settles it, it tells what is open even without a state.
        told = any(map(rows.has, rule.settled_by))
        unknown = rows.broken(rows.state or "") if told else far.unknown
        left = ~(far.finished | far.handed_in | unknown) & (far.paused == rule.paused)
    for name in rule.settled_by:
        left &= ~rows.filled(name)
    return left


def _clock(clock: time) -> np.timedelta64:
    return np.timedelta64(clock.hour * 60 + clock.minute, "m")
