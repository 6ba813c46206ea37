"""Checks of completeness: cells that must be filled, alone or together, once in a group or once at all."""

import unicodedata

import numpy as np
import pandas as pd

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows, first_of, isin
from sheetsync.rules.spec import Fields, Rule, WordsOfState

_SHOWN = 8
"""So many other rows are named."""


class Elements(Rule):
    """All of several columns must be filled; milder before the work begins.

    Args:
        elements: The columns.
        none_counts: Those where 无 is an answer.
        must_read: Those where an unreadable cell is none.
        begun: States from which on the full level applies.
    """

    elements: Fields
    none_counts: Fields = ()
    must_read: Fields = ()
    begun: WordsOfState

    column_keys = ("elements", "none_counts", "must_read")
    state_keys = ("begun",)
    facts = (*Rule.facts, "missing", "score")


def elements(rule: Elements, rows: Rows) -> Hits:
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
    patterns, firsts, kinds = np.unique(
        missing[found] @ (1 << np.arange(len(judged))), return_index=True, return_inverse=True
    )
    for number in range(len(patterns)):
        here = found[kinds == number]
        lacking = [name for name, lacks in zip(judged, missing[found[firsts[number]]], strict=True) if lacks]
        watch[here] = lacking[0]
        names[here] = "、".join(rows.title(name) for name in lacking)
        score[here] = f"{len(judged) - len(lacking)}/{len(judged)}"
    return Hits(
        fires=fires,
        watch=watch,
        mild=~rows.among(state, rule.begun),
        facts={"missing": names, "score": score},
    )


class Required(Rule):
    """A cell is empty.

    Args:
        field: The column; the one that is watched.
        none_counts: True if 无 is an answer.
        once_per: A column that records of one group share: it is enough that one of them has the cell, and
            only the first is flagged.
        finished_too: True if records of a finished state are judged.
    """

    field: FieldName
    none_counts: bool = False
    once_per: FieldName | None = None
    finished_too: bool = False

    column_keys = ("field", "once_per")


def required(rule: Required, rows: Rows) -> Hits:
    """Records, or groups of records, whose cell is empty; only a column of the sheet is judged."""
    fires = rows.none()
    if rows.has(rule.field):
        given = rows.filled(rule.field) if rule.none_counts else _given(rows, rule.field)
        fires = ~given & rows.when(rule.when)
        if rule.once_per is not None:
            groups = rows.texts(rule.once_per)
            fires &= rows.known(rule.once_per) & ~isin(groups, set(groups[given].tolist()) - {None})
            fires = first_of(groups, fires)
        if not rule.finished_too:
            fires &= ~rows.in_finished_state
    return Hits(fires=fires, watch=rule.field)


class Unique(Rule):
    """Several records hold the same.

    Args:
        fields: The column, or several that together must differ; the first is watched.
    """

    fields: Fields

    column_keys = ("fields",)
    facts = (*Rule.facts, "others")


def unique(rule: Unique, rows: Rows) -> Hits:
    """Records that share their cells with others of the table; empty cells are alike with nothing."""
    known = np.logical_and.reduce([rows.known(name) for name in rule.fields])
    values = pd.MultiIndex.from_arrays([rows.texts(name)[known] for name in rule.fields])
    places, numbers = np.flatnonzero(known), pd.factorize(values)[0]
    fires = rows.none()
    fires[places[values.duplicated(keep=False)]] = True
    others = np.full(len(rows), "", object)
    groups: dict[int, list[int]] = {}
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        if fires[place]:
            groups.setdefault(number, []).append(place)
    for group in groups.values():
        lines = rows.table.rows[group].tolist()
        for place, line in zip(group, lines, strict=True):
            others[place] = "、".join(str(other) for other in lines[: _SHOWN + 1] if other != line)
    return Hits(fires=fires, watch=rule.fields[0], facts={"others": others})


class OneOf(Rule):
    """A cell holds something else than one of some words.

    Args:
        field: The column; the one that is watched.
        words: The words, compared without regard to case, width and spaces.
    """

    field: FieldName
    words: WordsOfState

    column_keys = ("field",)
    facts = (*Rule.facts, "words")


def one_of(rule: OneOf, rows: Rows) -> Hits:
    """Records whose cell holds none of the words; an empty cell holds nothing else."""
    allowed = {_alike(word) for word in rule.words}
    texts = rows.texts(rule.field)
    strange = [text for text in set(texts.tolist()) if text is not None and _alike(str(text)) not in allowed]
    words = np.full(len(rows), "、".join(rule.words), object)
    return Hits(
        fires=isin(texts, strange),
        watch=rule.field,
        facts={"words": words},
    )


def _given(rows: Rows, field: str) -> Bools:
    return rows.known(field) | rows.broken(field)


def _alike(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
