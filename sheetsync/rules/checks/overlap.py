"""Checks of resources: one person with too much to do at the same time (spec 7.4)."""

from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.rules import people
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Fields, Rule
from sheetsync.rules.standing import paused

_SHOWN = 8
"""So many ids are named."""


class Overlapping(Rule):
    """One person answers for more than so many records at the same time; `when` says which count.

    Args:
        start: The planned or actual start; the first that is filled counts.
        due: The due time.
        most: So many are fine.
    """

    start: Fields
    due: FieldName
    most: Annotated[int, Field(ge=1)]

    column_keys = ("start", "due")
    constants = ("most",)
    facts = (*Rule.facts, "count", "records")


def overlapping(rule: Overlapping, rows: Rows) -> Hits:
    """The first record of each person's fullest moment, if that holds too many.

    Only records with both days are counted, and only people who are named: `设计部*设计师` may be several.
    """
    first = rows.first_late(rule.start).astype("datetime64[D]")
    last = rows.days(rule.due)
    owners = rows.texts(rows.form.owner or "")
    numbers, names = rows.distinct(rows.form.owner or "")
    named = np.array([*(not people.masked(name) for name in names), False], np.bool_)[numbers]
    counts = named & (first <= last) & rows.when(rule.when) & ~rows.in_finished_state & ~paused(rows)
    places = np.flatnonzero(counts)
    fires, many = rows.none(), np.zeros(len(rows), np.int64)
    records = np.full(len(rows), "", object)
    beside = rows.table.asides.get(rows.form.owner or "")
    asides = [""] * len(rows) if beside is None else [aside or "" for aside in beside]
    persons = zip(owners[places].tolist(), [asides[place] for place in places.tolist()], strict=True)
    known: dict[tuple[str, str], int] = {}
    who = np.array([known.setdefault(person, len(known)) for person in persons], np.int64)
    # One line of events: people in turn, days in order, what is over before what begins.
    days = np.concatenate([first[places], last[places] + 1])
    steps = np.repeat([1, -1], len(places))
    order = np.lexsort((steps, days, np.tile(who, 2)))
    at_once = np.cumsum(steps[order])  # everybody's own events add up to nothing
    begins = np.searchsorted(np.tile(who, 2)[order], np.arange(len(known) + 1))
    fullest = np.maximum.reduceat(at_once, begins[:-1]) if known else at_once
    for person in np.flatnonzero(fullest > rule.most).tolist():
        count = int(fullest[person])
        peak = begins[person] + at_once[begins[person] : begins[person + 1]].argmax()
        day = days[order[peak]]
        busy = places[(who == person) & (first[places] <= day) & (last[places] >= day)]
        fires[busy[0]], many[busy[0]] = True, count
        ids = [str(key) for key in rows.keys[busy] if key is not None]
        records[busy[0]] = "、".join([*ids[:_SHOWN], *(["…"] if len(ids) > _SHOWN else [])])
    return Hits(
        fires=fires, watch=rows.form.owner or rows.form.key, facts={"count": many, "records": records}
    )
