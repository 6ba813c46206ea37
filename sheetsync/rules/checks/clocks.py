"""Checks of time: clocks that run out, due times that pass or come near, updates that stay away."""

from datetime import time

import numpy as np

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Length, Rule, WordsOfState
from sheetsync.rules.standing import standing
from sheetsync.worktime import Limit


class Sla(Rule):
    """From one moment to another within a limit.

    Args:
        start: When the clock starts.
        stop: When it stops; the column that is watched.
        implied_by: Later moments that mean it must have stopped by then.
        settled_by: Columns that end the matter when filled, though they tell no time.
        limit: How long it may run.
        finished_too: True if the clock runs on in records of a finished state.
    """

    start: Fields
    stop: FieldName
    implied_by: Fields = ()
    settled_by: Fields = ()
    limit: Length
    finished_too: bool = False

    column_keys = ("start", "stop", "implied_by", "settled_by")
    constants = ("limit",)
    facts = CLOCK_FACTS


def sla(rule: Sla, rows: Rows) -> Hits:
    """Clocks that ran out, or that were stopped too late."""
    started = rows.first_late(rule.start)
    due = rows.book.worktime.due(started, rule.limit)
    stopped = rows.early_moments(rule.stop)
    for implied in rule.implied_by:
        stopped = np.fmin(stopped, rows.early_moments(implied))  # fmin leaves NaT out
    doubt = rows.broken(rule.stop, *rule.implied_by)
    running = np.isnat(stopped) & ~doubt
    for settled in rule.settled_by:
        running &= ~rows.filled(settled)
    if not rule.finished_too:
        running &= ~rows.in_finished_state & ~rows.broken(rows.state or "")
    done = (stopped > due) & ~doubt
    fires = (running & (due < rows.book.instant)) | done
    if not rows.has(rule.stop):
        fires = rows.none()  # the sheet cannot tell whether it was done
    return Hits(
        fires=fires,
        watch=rule.stop,
        done=done,
        started=started,
        due=due,
        stopped=stopped,
        limit=rule.limit,
    )


class Deadline(Rule):
    """A due time has passed and the record is not finished.

    Args:
        due: The due time; the column that is watched.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
    """

    due: FieldName
    progress: FieldName
    handed_in: WordsOfState = ()

    column_keys = ("due", "progress")
    state_keys = ("handed_in",)
    facts = CLOCK_FACTS


def deadline(rule: Deadline, rows: Rows) -> Hits:
    """Open records whose due time has passed."""
    due = rows.late_moments(rule.due)
    far = standing(rows, progress=rule.progress, handed_in=rule.handed_in)
    return Hits(fires=far.open & (due < rows.book.instant), watch=rule.due, due=due)


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
    far = standing(rows, progress=rule.progress, handed_in=rule.handed_in)
    today = np.array([rows.book.instant], "datetime64[D]")
    horizon = rows.book.worktime.add_workdays(today, int(rule.within.amount))
    near = (due >= rows.book.instant) & (due.astype("datetime64[D]") <= horizon)
    return Hits(fires=far.open & near, watch=rule.due, due=due)


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
        fires=due < rows.book.instant,
        watch=rule.updated,
        started=updated,
        due=due,
        limit=Limit(1, "wd"),
    )


def _clock(clock: time) -> np.timedelta64:
    return np.timedelta64(clock.hour * 60 + clock.minute, "m")
