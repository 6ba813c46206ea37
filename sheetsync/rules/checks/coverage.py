"""Checks between the responsibility matrix and the work it is about (spec 7.1, Q05 to Q07 and Q09)."""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools
from sheetsync.rules import people
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.checks.offices import Offices
from sheetsync.rules.rows import Rows, first_of, isin
from sheetsync.rules.spec import Rule
from sheetsync.rules.standing import standing


class Uncovered(Rule):
    """A task has no row in another form, or a sub-task whose task is not in this run.

    Args:
        by_form: The other form; nothing is asked for where nobody uses it.
        by: Its column of tasks and sub-tasks.
    """

    by_form: str
    by: FieldName

    other_keys = {"by_form": ("by",)}  # noqa: RUF012 - as its base declares it


def uncovered(rule: Uncovered, rows: Rows) -> Hits:
    """Open tasks without a row; a row of one sub-task is a row of its task.

    A sub-task is asked for where its siblings have rows of their own. Where no task is in the run, the first
    of the sub-tasks without a row stands for the task.
    """
    others = [other for other in rows.book.of(rule.by_form) if len(other)]
    fires = rows.none()
    if others and all(other.known(rule.by).all() for other in others):
        listed = {key for other in others for key in other.texts(rule.by).tolist()}
        split = {key.rpartition("-")[0] for key in listed} - {""}
        keys = rows.keys
        wholes = rows.form.column(rows.form.key).refers_to
        if wholes:
            tasks = {key for form in wholes for whole in rows.book.of(form) for key in whole.keys.tolist()}
            of = rows.wholes
            bare = ~isin(of, listed) & ~isin(keys, listed)
            alone = bare & ~isin(of, split) & (not tasks)
            alone = first_of(of, alone)
            fires = (bare & isin(of, split)) | alone
        else:
            fires = ~isin(keys, listed | split)
        far = standing(rows)
        fires &= rows.known(rows.form.key) & ~far.finished & ~far.unknown
    return Hits(fires=fires, watch=rule.by, watch_form=rule.by_form)


class Letterless(Rule):
    """A department that takes part in a task has no letter in its row of the matrix.

    Args:
        of_form: The form of the tasks.
        departments: Its column of the departments that take part.
    """

    of_form: str
    departments: FieldName

    other_keys = {"of_form": ("departments",)}  # noqa: RUF012 - as its base declares it
    facts = (*Rule.facts, "missing")


def letterless(rule: Letterless, rows: Rows) -> Hits:
    """Rows in which a department of the task has no letter; unreadable letters are letters."""
    asked: dict[str, tuple[str, ...]] = {}
    for other in rows.book.of(rule.of_form):
        named = other.texts(rule.departments)
        asked.update(
            (key, names) for key, names in zip(other.keys, named, strict=True) if key and names is not None
        )
    offices = Offices.of(rows)
    lettered = {name: rows.filled(name) for name in rows.table.open_fields}
    fires = rows.none()
    missing = np.full(len(rows), "", object)
    columns = {name: offices.columns(name) for names in set(asked.values()) for name in names}
    for place in np.flatnonzero(isin(rows.keys, asked)).tolist():
        lacks = [
            name
            for name in asked[rows.keys[place]]
            if (columns[name] or offices.only) and not any(lettered[one][place] for one in columns[name])
        ]
        fires[place] = bool(lacks)
        missing[place] = "、".join(lacks)
    return Hits(fires=fires, watch=rows.form.key, facts={"missing": missing})


class Misplaced(Rule):
    """Whoever answers for a sub-task belongs to a department that does not do the task.

    Args:
        by_form: The form of the matrix.
    """

    by_form: str

    other_keys = {"by_form": ()}  # noqa: RUF012 - as its base declares it
    facts = (*Rule.facts, "department", "where")


def misplaced(rule: Misplaced, rows: Rows) -> Hits:
    """Open sub-tasks whose owner's department is known and is not among those with an R."""
    doing: dict[str, frozenset[str]] = {}
    matrices = [(other, Offices.of(other)) for other in rows.book.of(rule.by_form)]
    for other, offices in matrices:
        doing.update(_doing(other, offices))
    owners = rows.texts(rows.form.owner or "")
    asides = rows.table.asides.get(rows.form.owner or "", [None] * len(rows))
    home = people.homes(rows.book.tables) if doing else {}
    fires = rows.none()
    department = np.full(len(rows), "", object)
    where = np.full(len(rows), "", object)
    of = rows.wholes
    judged = (isin(rows.keys, doing) | isin(of, doing)) & ~rows.in_finished_state
    for place in np.flatnonzero(judged).tolist():
        own = asides[place] or home.get(owners[place])
        does = doing.get(rows.keys[place], doing.get(of[place], frozenset()))
        if own is None or owners[place] is None or matrices[0][1].standard(own) in does:
            continue
        fires[place] = True
        department[place], where[place] = own, "、".join(sorted(does))
    return Hits(
        fires=fires, watch=rows.form.owner or rows.form.key, facts={"department": department, "where": where}
    )


class SoleDecider(Rule):
    """One person or role decides on everything; departments are not judged.

    Args:
        least: Among at least so many tasks.
    """

    least: Annotated[int, Field(ge=2)]

    facts = (*Rule.facts, "count", "where")


def sole_decider(rule: SoleDecider, rows: Rows) -> Hits:
    """The first row of a matrix in which one column has every A."""
    offices = Offices.of(rows)
    letters = {name: _holding(rows, name, "A") for name in rows.table.open_fields}
    decided = np.logical_or.reduce([*letters.values(), rows.none()])
    count = int(decided.sum())
    everywhere = [name for name, held in letters.items() if held.sum() == count and not offices.own(name)]
    fires = rows.none()
    if everywhere and count >= rule.least and not rows.broken(*letters).any():
        fires[np.flatnonzero(decided)[0]] = True
    return Hits(
        fires=fires,
        watch=rows.form.key,
        facts={
            "count": np.full(len(rows), count),
            "where": np.full(len(rows), "、".join(map(rows.title, everywhere)), object),
        },
    )


def _doing(other: Rows, offices: Offices) -> dict[str, frozenset[str]]:
    """Return the departments with an R for each id of a matrix, where these are all that can be meant."""
    names = other.table.open_fields
    held = {name: _holding(other, name, "R") for name in names}
    certain = other.known(other.form.key) & ~other.broken(*names)
    found: dict[str, frozenset[str]] = {}
    for place in np.flatnonzero(certain).tolist():
        does = [offices.own(name) for name in names if held[name][place]]
        if does and None not in does:
            found[other.keys[place]] = frozenset(one for one in does if one is not None)
    return found


def _holding(rows: Rows, name: str, letter: str) -> Bools:
    cells = rows.cells(name)
    return isin(cells, {word for word in set(cells[~pd.isna(cells)].tolist()) if letter in word})
