"""How the work of each table runs, by the columns that the rule of deviations names (spec section 4.2)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.course import Course, Flags, Floats, Moments
from sheetsync.model.table import Table, TableId
from sheetsync.rules.checks.clocks import Stale, stale
from sheetsync.rules.checks.progress import Ahead, Deviation
from sheetsync.rules.parse import RulePack
from sheetsync.rules.rows import Book, Columns, Rows
from sheetsync.rules.standing import progress, standing
from sheetsync.worktime import WorkTime

BEGAN, ENDED, WEIGHT = "actual_start", "finished_at", "weight"
"""Columns that only figures look at."""

_DOUBTFUL_DAYS = 731
"""Two years from now: intake doubts such dates, too (product expectations, 6.1)."""


def courses(
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    columns: Columns | None = None,
) -> tuple[Course, ...]:
    """Return how the work of each table of tasks or sub-tasks runs.

    Args:
        tables: The tables of a document.
        packs: The rules; the one that compares plan and progress says which columns tell them, the one of
            regular updates who is asked to report.
        now: Wall clock of the project's zone.
        worktime: The working-time calendar.
        catalogue: The forms and their words.
        columns: What was made of the tables' columns before.
    """
    rules = [
        rule
        for pack in packs
        for rule in pack.rules
        if isinstance(rule, Deviation) and not isinstance(rule, Ahead)
    ]
    updates = [rule for pack in packs for rule in pack.rules if isinstance(rule, Stale) and rule.enabled]
    book = Book(tuple(tables), catalogue, worktime, now, columns=columns or Columns())
    return tuple(_courses(book, rules, updates))


def _courses(book: Book, rules: Sequence[Deviation], updates: Sequence[Stale]) -> Iterator[Course]:
    for rows in book.rows:
        rule = next((rule for rule in rules if rows.form.id in rule.forms), None)
        if rule is None or not len(rows):
            continue
        made = progress(
            rows,
            start=rule.start,
            due=rule.due,
            planned=rule.planned,
            actual=rule.actual,
            left_out=rule.left_out,
        )
        finished = standing(rows, progress=rule.actual).finished
        start, due = (
            _near(moments, book.now) for moments in (rows.first_late(rule.start), rows.late_moments(rule.due))
        )
        # What is finished is done, whatever its progress says; a silent cell says nothing.
        actual = np.where(finished, 100.0, made.actual)
        asked, silent = _reporting(rows, next((one for one in updates if rows.form.id in one.forms), None))
        yield Course(
            table=rows.table.id,
            split=_split(rows),
            start=start,
            due=due,
            began=rows.early_moments(BEGAN),
            ended=rows.early_moments(ENDED),
            planned=made.planned,
            actual=actual,
            weight=_weights(rows, start, due),
            finished=finished,
            dropped=rows.among(rows.state or "", rule.left_out),
            asked=asked,
            silent=silent,
        )


def _reporting(rows: Rows, rule: Stale | None) -> tuple[Flags, Flags]:
    """Return which records are to be reported now, and of which of them nothing was reported in time.

    What another rule says louder is silent all the same: findings would not tell.
    """
    if rule is None or not rows.has(rule.updated):
        return rows.none(), rows.none()
    asked: Flags = rows.when(rule.when) & ~rows.in_finished_state
    silent: Flags = asked & (stale(rule, rows).fires | ~rows.filled(rule.updated))
    return asked, silent


def _split(rows: Rows) -> Flags:
    """Return which records have sub-tasks."""
    many = np.zeros(len(rows) + 1)
    for part in rows.parts:
        many += np.bincount(part.whole[part.whole >= 0], minlength=len(many))
    found: Flags = rows.gathered(many) > 0
    return found


def _near(moments: Moments, now: datetime) -> Moments:
    """Return moments without those that are so far from now that they are more likely a slip of the pen."""
    far = np.abs(moments - np.datetime64(now)) > np.timedelta64(_DOUBTFUL_DAYS, "D")
    found: Moments = np.where(far, np.datetime64("NaT", "us"), moments)
    return found


def _weights(rows: Rows, start: Moments, due: Moments) -> Floats:
    """Return how much each record weighs: typed, else its planned working days, else 1."""
    first, last = start.astype("datetime64[D]"), due.astype("datetime64[D]")
    days = rows.book.worktime.workdays_between(first, last)
    planned = np.where(first <= last, np.maximum(days, 1), 1.0)
    typed = rows.numbers(WEIGHT)
    weights: Floats = np.where(typed > 0, typed, planned)
    return weights


def finished(
    tables: Sequence[Table],
    *,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    columns: Columns | None = None,
) -> Mapping[TableId, Flags]:
    """Return which records have nothing left to do, table by table; the arguments are those of `courses`."""
    book = Book(tuple(tables), catalogue, worktime, now, columns=columns or Columns())
    return {rows.table.id: standing(rows).finished for rows in book.rows}
