"""Checks between cells that must agree: due times with the task's, departments, numbers with their sum."""

from collections import Counter
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Rule

_CLOSE = 1e-6
"""Sums that differ by less, relative to the number, are equal."""


class BeyondWhole(Rule):
    """A sub-task is due after its task.

    Args:
        due: The due time of the sub-task; the column that is watched.
        whole_form: The form of the tasks.
        whole_due: The due time of the task.
    """

    due: FieldName
    whole_form: str
    whole_due: FieldName

    column_keys = ("due",)
    other_keys = {"whole_form": ("whole_due",)}  # noqa: RUF012 - as its base declares it
    facts = (*Rule.facts, "whole", "limit")


def beyond_whole(rule: BeyondWhole, rows: Rows) -> Hits:
    """Open sub-tasks that are due after the day of their task, or later on that day where both tell when."""
    own, wholes = rows.late_moments(rule.due), np.full(len(rows), np.datetime64("NaT", "us"))
    names = rows.wholes.tolist()
    timed = ~_whole_days(rows, rule.due)
    for other in rows.book.of(rule.whole_form):
        keys = other.keys.tolist()
        often = Counter(keys)
        once = {key: place for place, key in enumerate(keys) if key is not None and often[key] == 1}
        places = np.array([once.get(name, -1) for name in names], np.int64)
        found = places >= 0
        wholes[found] = other.late_moments(rule.whole_due)[places[found]]
        timed[found] &= ~_whole_days(other, rule.whole_due)[places[found]]
    days, last = own.astype("datetime64[D]"), wholes.astype("datetime64[D]")
    fires = ((days > last) | (timed & (own > wholes))) & ~rows.in_finished_state
    limit = np.full(len(rows), "", object)
    limit[fires] = np.datetime_as_string(last[fires])
    return Hits(fires=fires, watch=rule.due, facts={"whole": rows.wholes, "limit": limit})


class OnlyItself(Rule):
    """Of those that should take part, only the one that asks is named.

    Args:
        among: The column of those that take part; the column that is watched.
        itself: The column of the one that asks.
    """

    among: FieldName
    itself: FieldName

    column_keys = ("among", "itself")


def only_itself(rule: OnlyItself, rows: Rows) -> Hits:
    """Open records whose list holds the one that asks and nobody else."""
    pairs = zip(rows.texts(rule.among).tolist(), rows.texts(rule.itself).tolist(), strict=True)
    alone = np.array([among is not None and tuple(among) == (itself,) for among, itself in pairs], np.bool_)
    fires = alone & rows.known(rule.itself) & ~rows.in_finished_state
    return Hits(fires=fires, watch=rule.among)


class Summed(Rule):
    """A number is not the sum of the numbers of its parts.

    Args:
        number: The number; the column that is watched.
        part_form: The form of the parts.
        part_of: Its column that refers to this form's key.
        part_number: Its column of numbers.
        within: Sums that differ by no more are equal.
    """

    number: FieldName
    part_form: str
    part_of: FieldName
    part_number: FieldName
    within: Annotated[float, Field(ge=0)] = 0

    column_keys = ("number",)
    other_keys = {"part_form": ("part_of", "part_number")}  # noqa: RUF012 - as its base declares it
    facts = (*Rule.facts, "sum", "number")


def summed(rule: Summed, rows: Rows) -> Hits:
    """Records whose parts all tell their number, and these add up to another one."""
    totals = np.zeros(len(rows))
    many, told = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
    known = pd.Index(pd.factorize(rows.keys)[1])
    own = pd.factorize(rows.keys)[0]
    for other in rows.book.of(rule.part_form):
        places = known.get_indexer(pd.Index(other.texts(rule.part_of), dtype=object))
        # The parts of a cell that cannot be read may be anybody's.
        told &= not other.broken(rule.part_of).any()
        numbers = other.numbers(rule.part_number)
        inside = places >= 0
        size = len(known)
        summed_up = np.bincount(places[inside], np.nan_to_num(numbers[inside]), size)
        counted = np.bincount(places[inside], minlength=size)
        silent = np.bincount(places[inside & np.isnan(numbers)], minlength=size)
        at = own >= 0
        totals[at] += summed_up[own[at]]
        many[at] += counted[own[at]]
        told[at] &= silent[own[at]] == 0
    number = rows.numbers(rule.number)
    slack = np.maximum(rule.within, _CLOSE * np.maximum(np.abs(number), 1.0))
    with np.errstate(invalid="ignore"):
        fires = told & (many > 0) & (np.abs(number - totals) > slack)
    return Hits(fires=fires, watch=rule.number, facts={"sum": _plain(totals), "number": _plain(number)})


def _whole_days(rows: Rows, field: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    whole = rows.table.whole_days.get(field)
    return rows.none() if whole is None else np.asarray(whole, np.bool_)


def _plain(
    numbers: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    found = np.full(len(numbers), None, object)
    found[:] = [f"{number:.10g}" for number in numbers.tolist()]
    return found
