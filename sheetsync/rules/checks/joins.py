"""Joins between forms: which records of one form refer to which of another, by id and never by name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sheetsync.model.table import Bools, Ints
from sheetsync.rules.rows import Objects, Rows, isin
from sheetsync.worktime import Moments

_ANY_ID = re.compile(r"(?=.*\d)[A-Z0-9./-]+")
"""An id where a form does not say how its ids look."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Records of one table that refer to others.

    Args:
        other: That table.
        own: For each pair, the position of the record that is referred to.
        places: For each pair, the position of the record that refers.
    """

    other: Rows
    own: Ints
    places: Ints


def only(keys: Objects, wanted: Bools) -> Objects:
    """Return the keys of the records that are wanted, None for the others."""
    found = np.full(len(keys), None, object)
    found[wanted] = keys[wanted]
    return found


def referring(keys: Objects, tables: Iterable[Rows], by: str) -> Iterator[Pairs]:
    """Yield which records of each table refer to which of some keys.

    What is said of a task holds for its sub-tasks, and what is said of a sub-task for its task; but not what
    is said of its sibling.

    Args:
        keys: What is referred to, one entry a record; None where it is not known.
        tables: The tables that refer.
        by: Their column that refers.
    """
    own = [(place, key) for place, key in enumerate(keys.tolist()) if key is not None]
    wholes = [(place, whole) for place, key in own if (whole := key.rpartition("-")[0])]
    for other in tables:
        named: dict[str, list[int]] = {}
        of_parts: dict[str, list[int]] = {}
        for place, key in enumerate(other.texts(by).tolist()):
            if key is not None:
                named.setdefault(key, []).append(place)
                if whole := key.rpartition("-")[0]:
                    of_parts.setdefault(whole, []).append(place)
        pairs = dict.fromkeys(
            (mine, place)
            for ours, theirs in ((own, named), (own, of_parts), (wholes, named))
            for mine, key in ours
            for place in theirs.get(key, ())
        )
        mine_of, place_of = np.array([*pairs], np.int64).reshape(-1, 2).T
        yield Pairs(other, mine_of, place_of)


def loose(other: Rows, by: str, keys: Objects) -> Bools:
    """Tell which records of a table may refer to anything.

    Their cell is empty or unreadable, or holds neither an id of the usual form nor one that is known, such as
    the name of a task.

    Args:
        other: The table.
        by: Its column that refers.
        keys: What it may refer to, beside the records of this run.
    """
    column, catalogue = other.form.column(by), other.book.catalogue
    targets = [catalogue.forms[form] for form in column.refers_to if form in catalogue.forms]
    shapes = {column.pattern} if column.pattern else {form.column(form.key).pattern for form in targets}
    patterns = [re.compile(shape) if shape else _ANY_ID for shape in shapes]
    known = {key for key in keys.tolist() if key is not None}
    for form in targets:
        known.update(key for rows in other.book.of(form.id) for key in rows.keys.tolist() if key is not None)
    known.update(whole for whole in _wholes(sorted(known)) if whole)
    kinds, named = other.distinct(by)
    clear = [
        name in known
        or name.rpartition("-")[0] in known
        or any(pattern.fullmatch(name) for pattern in patterns)
        for name in named
    ]
    return ~np.array([*clear, False], np.bool_)[kinds]  # the last for those without


def named_in(keys: Objects, tables: Iterable[Rows], field: str) -> Bools:
    """Tell which keys, or sub-tasks of them, stand in a column of some tables."""
    named = {key for other in tables for key in other.texts(field).tolist() if key is not None}
    known = named | set(_wholes(sorted(named)))
    return isin(keys, known - {None})


def latest(pairs: Pairs, fields: Sequence[str], count: int) -> Moments:
    """Return the last of some moments of the records that refer to each of `count`; NaT if there is none."""
    found = np.full(count, np.datetime64("NaT", "us"))
    for name in fields:
        np.fmax.at(found, pairs.own, pairs.other.late_moments(name)[pairs.places])
    return found


def _wholes(keys: Sequence[str]) -> list[str | None]:
    """Return the tasks that sub-tasks belong to."""
    return list(map(_whole, keys))


def _whole(key: str) -> str | None:
    """Return the task that a sub-task belongs to: what stands before the last dash."""
    return key.rpartition("-")[0] or None
