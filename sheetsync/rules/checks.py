"""The checks: vector functions over a table's columns that say where a rule is not met, and by what clock.

A check knows neither words nor levels nor colours, and never walks over rows. It fires only where the cells
it needs were read: an empty or unreadable cell is held against nobody, unless the rule is about just that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.model.table import Bools
from sheetsync.rules import spec
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.standing import progress, standing
from sheetsync.worktime import Limit, Moments


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Where a rule is not met; every array has one entry a record.

    Args:
        fires: The records.
        watch: The field that is watched, or one for each record.
        watch_form: The form that field belongs to, where it is another one.
        mild: Records of the milder level.
        done: Records that were completed late: nothing is left to act on.
        started: When the clock began.
        due: When it had to be done.
        stopped: When it was done.
        limit: The length of the clock.
        facts: Further facts for the message, by name: arrays of numbers or texts.
    """

    fires: Bools
    watch: str | Objects
    watch_form: str | None = None
    mild: Bools | None = None
    done: Bools | None = None
    started: Moments | None = None
    due: Moments | None = None
    stopped: Moments | None = None
    limit: Limit | None = None
    facts: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


Check = Callable[[Any, Rows], Hits]


def sla(rule: spec.Sla, rows: Rows) -> Hits:
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


def deadline(rule: spec.Deadline, rows: Rows) -> Hits:
    """Open records whose due time has passed."""
    due = rows.late_moments(rule.due)
    far = standing(rows, progress=rule.progress, handed_in=rule.handed_in)
    return Hits(fires=far.open & (due < rows.book.instant), watch=rule.due, due=due)


def approaching(rule: spec.Approaching, rows: Rows) -> Hits:
    """Open records whose due time is near: today, or few working days after it."""
    due = rows.late_moments(rule.due)
    far = standing(rows, progress=rule.progress, handed_in=rule.handed_in)
    today = np.array([rows.book.instant], "datetime64[D]")
    horizon = rows.book.worktime.add_workdays(today, int(rule.within.amount))
    near = (due >= rows.book.instant) & (due.astype("datetime64[D]") <= horizon)
    return Hits(fires=far.open & near, watch=rule.due, due=due)


def deviation(rule: spec.Deviation, rows: Rows) -> Hits:
    """Records whose actual progress is further behind the plan than allowed."""
    made = progress(
        rows,
        start=rule.start,
        due=rule.due,
        planned=rule.planned,
        actual=rule.actual,
        left_out=rule.left_out,
    )
    far = standing(rows, progress=rule.actual)
    judged = ~far.finished & ~far.unknown & ~rows.among(rows.state or "", rule.paused)
    return Hits(
        fires=judged & (made.deviation > rule.over + 1e-9),  # exactly the threshold is not over it
        watch=rule.actual,
        facts={"planned": made.planned, "actual": made.actual, "deviation": made.deviation},
    )


def stale(rule: spec.Stale, rows: Rows) -> Hits:
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


def unreferenced(rule: spec.Unreferenced, rows: Rows) -> Hits:
    """Records that no record of another form refers to; mild until the limit has passed."""
    referred: set[str] = set()
    for other in rows.book.of(rule.by_form):
        referred.update(key for key in other.texts(rule.by) if key is not None)
    alone = rows.known(rows.form.key) & ~rows.among(rows.form.key, referred)
    started = rows.late_moments(rule.since)
    due = rows.book.worktime.due(started, rule.limit)
    return Hits(
        fires=alone & ~np.isnat(started),
        watch=rule.awaits,
        watch_form=rule.by_form,
        mild=due >= rows.book.instant,
        started=started,
        due=due,
        limit=rule.limit,
    )


def elements(rule: spec.Elements, rows: Rows) -> Hits:
    """Records that lack one of several elements; only columns of the sheet are judged."""
    judged = [name for name in rule.elements if rows.has(name)]
    missing = np.zeros((len(rows), len(judged)), np.bool_)
    for place, name in enumerate(judged):
        given = rows.filled(name) if name in rule.none_counts else rows.known(name) | rows.broken(name)
        if name in rule.must_read:
            given = given & ~rows.broken(name)
        missing[:, place] = ~given
    state = rows.state or ""
    fires = missing.any(axis=1) & ~rows.in_finished_state & ~rows.broken(state)
    watch = np.full(len(rows), rows.form.key, object)
    names = np.full(len(rows), None, object)
    score = np.full(len(rows), None, object)
    found = np.flatnonzero(fires)
    # Few distinct combinations exist, however many records there are.
    patterns, kinds = np.unique(missing[found], axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        here = found[kinds == number]
        lacking = [name for name, lacks in zip(judged, pattern, strict=True) if lacks]
        watch[here] = lacking[0]
        names[here] = "、".join(rows.title(name) for name in lacking)
        score[here] = f"{len(judged) - len(lacking)}/{len(judged)}"
    return Hits(
        fires=fires,
        watch=watch,
        mild=~rows.among(state, rule.begun),
        facts={"missing": names, "score": score},
    )


def letter_count(rule: spec.LetterCount, rows: Rows) -> Hits:
    """Records in whose open columns a letter stands too rarely or too often."""
    many = np.zeros(len(rows), np.int64)
    for name in rows.table.open_fields:
        cells = rows.column(name)
        holding = [word for word in cells.dropna().unique() if rule.letter in word]
        many += cells.isin(holding).to_numpy(np.int64)
    wrong = many < rule.least
    if rule.most is not None:
        wrong |= many > rule.most
    fires = wrong & ~rows.broken(*rows.table.open_fields)
    return Hits(
        fires=fires,
        watch=rows.form.key,
        facts={"count": many, "where": _columns_with(rule.letter, rows, fires)},
    )


def unknown_letters(_: spec.UnknownLetters, rows: Rows) -> Hits:
    """Records with an open cell that holds none of the letters."""
    fires = rows.broken(*rows.table.open_fields)
    watch = np.full(len(rows), rows.form.key, object)
    where = np.full(len(rows), None, object)
    for name in reversed(rows.table.open_fields):
        for place in np.flatnonzero(rows.broken(name)).tolist():
            watch[place] = name
            said = f"{rows.title(name)}“{rows.raw(name, place)}”"
            where[place] = said if where[place] is None else f"{said}、{where[place]}"
    return Hits(fires=fires, watch=watch, facts={"where": where})


CHECKS: Mapping[str, Check] = {
    "sla": sla,
    "deadline": deadline,
    "approaching": approaching,
    "deviation": deviation,
    "stale": stale,
    "unreferenced": unreferenced,
    "elements": elements,
    "letter_count": letter_count,
    "unknown_letters": unknown_letters,
}
"""Every check by the name a rule gives."""


def _columns_with(letter: str, rows: Rows, fires: Bools) -> Objects:
    """Return the titles of the open columns that hold the letter, for the records that matter."""
    found = np.full(len(rows), "", object)
    columns = [(rows.title(name), rows.texts(name)) for name in rows.table.open_fields] if fires.any() else []
    for place in np.flatnonzero(fires):
        found[place] = "、".join(title for title, letters in columns if letter in (letters[place] or ""))
    return found


def _clock(clock: time) -> np.timedelta64:
    return np.timedelta64(clock.hour * 60 + clock.minute, "m")
