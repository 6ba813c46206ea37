"""Checks of completeness: cells that must be filled together."""

import numpy as np

from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Fields, Rule, WordsOfState


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
