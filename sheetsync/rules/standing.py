"""How far records are: finished, handed in, paused, planned and actual progress; tasks through sub-tasks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Bools, Ints
from sheetsync.rules.rows import Book, Part, Rows, wholes_of
from sheetsync.worktime import Days, Floats, Moments


@dataclass(frozen=True, slots=True)
class Standing:
    """How far each record is; the four exclude each other, and what is in none of them is open.

    Args:
        finished: Nothing is left to do.
        handed_in: The work is done and waits for acceptance.
        paused: The work rests until somebody takes it up again.
        unknown: The sheet does not tell.
    """

    finished: Bools
    handed_in: Bools
    paused: Bools
    unknown: Bools

    @property
    def left(self) -> Bools:
        """Records that are known not to be done, whether somebody is at work on them or not."""
        return ~(self.finished | self.handed_in | self.unknown)

    @property
    def open(self) -> Bools:
        """Records that somebody has to work on now: what is left, and not paused."""
        return self.left & ~self.paused


@dataclass(frozen=True, slots=True)
class Progress:
    """How far records are and should be, in percentage points; NaN where unknown.

    Args:
        planned: Planned progress, typed or else computed.
        actual: Actual progress.
        deviation: Planned minus actual.
        plan: First and last day of each plan that was computed; NaT where none was.
    """

    planned: Floats
    actual: Floats
    deviation: Floats
    plan: tuple[Days, Days]


def standing(rows: Rows, *, progress: str = "actual_progress", handed_in: Iterable[str] = ()) -> Standing:
    """Return how far each record is.

    A record without a state of its own, but with sub-tasks, is as far as all of them are.

    Args:
        rows: The records.
        progress: The column of the actual progress.
        handed_in: States that count as handed in once the progress is 100 % (or not told).
    """
    words = tuple(handed_in)
    place = "standing", "\n".join((progress, *words))
    if place not in rows.made:
        rows.made[place] = _standing(rows, progress, words)
    found: Standing = rows.made[place]
    return found


def _standing(rows: Rows, progress: str, handed_in: Sequence[str]) -> Standing:
    state = rows.state or ""
    unknown = rows.broken(state)
    silent = ~rows.known(state) & ~unknown
    done = rows.numbers(progress) >= 100
    finished = rows.in_finished_state
    waiting: Bools = (rows.among(state, handed_in) & (done | ~rows.known(progress))) | (silent & done)
    rests = paused(rows)
    if silent.any() and rows.parts:
        parts = [(part, standing(part.rows, progress=progress, handed_in=handed_in)) for part in rows.parts]
        many = _sum(rows, parts, lambda _: None)
        ended = _sum(rows, parts, lambda one: one.finished)
        given = _sum(rows, parts, lambda one: ~one.left)
        stopped = _sum(rows, parts, lambda one: ~one.open)
        told = silent & (many > 0)
        finished = np.where(told, ended == many, finished)
        waiting = np.where(told, given == many, waiting)
        rests = np.where(told, stopped == many, rests)
    elif not (
        rows.parts
        or rows.has(state)
        or rows.has(progress)
        or _may_have_parts(rows.form.id, rows.book.catalogue)
    ):
        # Nothing on the sheet tells whether it is done. (A task whose sub-tasks are not here is open.)
        unknown = ~rows.none()
    waiting &= ~finished
    unknown &= ~finished & ~waiting
    return Standing(finished, waiting, rests & ~finished & ~waiting & ~unknown, unknown)


def paused(rows: Rows) -> Bools:
    """Tell which records rest, by their own state: nobody expects progress or news of them."""
    return rows.in_paused_state


def progress(
    rows: Rows,
    *,
    start: Sequence[str],
    due: str,
    planned: str,
    actual: str,
    left_out: Sequence[str] = (),
) -> Progress:
    """Return planned and actual progress of each record (spec section 4.2).

    Args:
        rows: The records.
        start: The columns of the planned start; the first that is filled counts.
        due: The column of the due time.
        planned: The column of the typed plan.
        actual: The column of the actual progress.
        left_out: States of sub-tasks that do not count in their task's progress.
    """
    # Both rules that compare plan and progress, and the figures, ask for the same.
    place = "progress", "\n".join((*start, "", due, planned, actual, *left_out))
    if place not in rows.made:
        rows.made[place] = _progress(rows, start, due, planned, actual, left_out)
    found: Progress = rows.made[place]
    return found


def _progress(
    rows: Rows, start: Sequence[str], due: str, planned: str, actual: str, left_out: Sequence[str]
) -> Progress:
    told = rows.known(planned) | rows.broken(planned)
    first, ends = rows.first_late(start).astype("datetime64[D]"), rows.late_moments(due)
    last = ends.astype("datetime64[D]")
    plan = np.where(told, rows.numbers(planned), _linear(rows.book, first, last, ends))
    never = np.datetime64("NaT", "D")
    days = np.where(told, never, first), np.where(told, never, last)
    made = rows.numbers(actual)
    if rows.parts:
        typed = rows.known(actual) | rows.broken(actual)
        made = np.where(typed, made, _mean_of_parts(rows, start, due, actual, left_out))
    return Progress(plan, made, plan - made, days)


def _linear(book: Book, first: Days, last: Days, ends: Moments) -> Floats:
    """Return the plan in whole working days that have ended, from the start (counted) to the due day.

    Args:
        book: What judges it.
        first: The days of the starts.
        last: The due days.
        ends: The due times.
    """
    # A day counts once its work has ended.
    ended = book.now.date() - timedelta(days=int(book.now.time() < book.worktime.day_end))
    until = np.minimum(last, np.datetime64(ended, "D"))
    total = book.worktime.workdays_between(first, last)
    plan = 100.0 * book.worktime.workdays_between(first, until) / np.maximum(total, 1)
    plan = np.where(ends < book.instant, 100.0, plan)
    return np.where(first <= last, plan, np.nan)


def _mean_of_parts(
    rows: Rows, start: Sequence[str], due: str, actual: str, left_out: Sequence[str]
) -> Floats:
    """Return the mean of the sub-tasks, weighted by their planned working days where these are known."""
    made: list[Floats] = []
    weights: list[Floats] = []
    whole: list[Ints] = []
    for part in rows.parts:
        own = part.rows
        first = own.first_late(start).astype("datetime64[D]")
        last = own.late_moments(due).astype("datetime64[D]")
        days = own.book.worktime.workdays_between(first, last)
        numbers = own.numbers(actual)
        counts = (part.whole >= 0) & ~np.isnan(numbers) & ~own.among(own.state or "", left_out)
        made.append(numbers[counts])
        weights.append(np.where(first <= last, np.maximum(days, 1), np.nan)[counts])
        whole.append(part.whole[counts])
    numbers, days, place = np.concatenate(made), np.concatenate(weights), np.concatenate(whole)
    size = len(rows) + 1
    dated = ~np.isnan(days)
    # Sub-tasks without dates weigh as much as the average of their dated siblings.
    siblings = _total(place, dated.astype(np.float64), size)
    usual = _total(place, np.where(dated, days, 0.0), size) / np.maximum(siblings, 1)
    weight = np.where(dated, days, np.where(siblings[place] > 0, usual[place], 1.0))
    total = _total(place, weight, size)
    summed = _total(place, weight * numbers, size)
    mean = summed / np.where(total > 0, total, np.nan)
    has_some = rows.gathered(total) > 0
    return np.where(has_some, rows.gathered(mean), np.nan)


def _sum(
    rows: Rows, parts: Sequence[tuple[Part, Standing]], mask: Callable[[Standing], Bools | None]
) -> Floats:
    """Count the sub-tasks of each record, all or those of a mask."""
    totals = np.zeros(len(rows) + 1)
    for part, one in parts:
        chosen = part.whole >= 0
        wanted = mask(one)
        if wanted is not None:
            chosen &= wanted
        totals += np.bincount(part.whole[chosen], minlength=len(totals))
    return rows.gathered(totals)


def _total(places: Ints, weights: Floats, size: int) -> Floats:
    return np.bincount(places, weights, size).astype(np.float64)


@lru_cache(maxsize=1024)
def _may_have_parts(whole: str, catalogue: Catalogue) -> bool:
    return any(whole in wholes_of(form, catalogue) for form in catalogue.forms)
