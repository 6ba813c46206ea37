"""Checks of goals: can they be measured, do requests say how much, do parts add up (spec 7.3)."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools
from sheetsync.rules import quantities
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.quantities import Amount
from sheetsync.rules.rows import Objects, Rows, first_of, isin
from sheetsync.rules.spec import Fields, Rule
from sheetsync.text import Text

_LACKS = {
    (True, False): Text("数量和单位", "a number with a unit"),
    (False, True): Text("完成期限", "a time limit"),
    (True, True): Text("数量和单位、完成期限", "a number with a unit, a time limit"),
}
_REST = re.compile("其余|剩余|其他|其它|余下")
"""Words for what the other parts leave over: then the parts cannot be added up."""


class Quantified(Rule):
    """A goal has no number with a unit, or no time limit.

    Args:
        goal: The goal; the column that is watched.
        limits: Columns of which one that is filled is the time limit, wherever the goal itself has none.
        once_per: A column that records with one goal share: only the first of them is flagged.
    """

    goal: FieldName
    limits: Fields = ()
    once_per: FieldName | None = None

    column_keys = ("goal", "limits", "once_per")
    facts = (*Rule.facts, "missing")


def quantified(rule: Quantified, rows: Rows) -> Hits:
    """Records whose goal lacks one of its halves."""
    texts, known = rows.texts(rule.goal), rows.known(rule.goal)
    distinct = {text: quantities.measured(text) for text in _texts(texts)}
    unmeasured = _marked(texts, {text for text, (amount, _) in distinct.items() if not amount})
    unlimited = _marked(texts, {text for text, (_, limit) in distinct.items() if not limit})
    for name in rule.limits:
        unlimited = unlimited & ~rows.filled(name)
    fires = known & (unmeasured | unlimited) & ~rows.in_finished_state
    missing = np.full(len(rows), None, object)
    for (amount, limit), words in _LACKS.items():
        missing[fires & (unmeasured == amount) & (unlimited == limit)] = words
    return Hits(fires=fires & _first(rule.once_per, rows, fires), watch=rule.goal, facts={"missing": missing})


class Priced(Rule):
    """A request names money or people without saying how much or how many.

    Args:
        resources: The request; the column that is watched.
        once_per: A column that records of one request share: only the first of them is flagged.
    """

    resources: FieldName
    once_per: FieldName | None = None

    column_keys = ("resources", "once_per")
    facts = (*Rule.facts, "missing")


def priced(rule: Priced, rows: Rows) -> Hits:
    """Records whose request names money or people without a number."""
    texts = rows.texts(rule.resources)
    lacking = {text: quantities.without_amount(text) for text in _texts(texts)}
    fires = _marked(texts, {text for text, lacks in lacking.items() if lacks}) & ~rows.in_finished_state
    missing = np.full(len(rows), "", object)
    for place in np.flatnonzero(fires).tolist():
        missing[place] = "、".join(lacking[texts[place]])
    fires &= _first(rule.once_per, rows, fires)
    return Hits(fires=fires, watch=rule.resources, facts={"missing": missing})


class Decomposed(Rule):
    """The parts of a goal do not add up to it.

    Args:
        of: The column that parts of one whole share.
        goal: The goal of the whole, the same in all its parts.
        part: The part; the column that is watched.
    """

    of: FieldName
    goal: FieldName
    part: FieldName

    column_keys = ("of", "goal", "part")
    facts = (*Rule.facts, "whole", "sum", "unit")


def decomposed(rule: Decomposed, rows: Rows) -> Hits:
    """The first part of each whole whose parts, in the unit of the whole, have another sum.

    Only what is exact is added up: one amount of that unit in the goal and one in at least two parts, and no
    part that takes the rest.
    """
    fires = rows.none()
    said = {name: np.full(len(rows), "", object) for name in ("whole", "sum", "unit")}
    goals, parts = rows.texts(rule.goal), rows.texts(rule.part)
    amounts = {text: quantities.additive(text) for text in _texts(goals) | _texts(parts)}
    wholes = pd.Series(rows.texts(rule.of), dtype=object)
    doubtful = rows.broken(rule.of, rule.goal, rule.part) | (goals == None)  # noqa: E711 - elementwise
    promising = _marked(goals, {text for text in _texts(goals) if amounts[text]}) & ~rows.in_finished_state
    wholes = wholes[wholes.isin(wholes[promising].dropna()).to_numpy(np.bool_)]
    for group in wholes.groupby(wholes).groups.values():
        places = group.to_numpy()
        if doubtful[places].any() or len(set(goals[places].tolist())) > 1:
            continue
        first = int(places[0])
        for whole in amounts[goals[first]]:
            texts = [text for text in parts[places].tolist() if text is not None]
            total = _total(whole, amounts[goals[first]], texts, [amounts[text] for text in texts])
            if total is not None and abs(total - whole.value) > 1e-6 * whole.value:
                fires[first] = True
                said["whole"][first] = f"{whole.value:.10g}"
                said["sum"][first] = f"{total:.10g}"
                said["unit"][first] = whole.unit
                break
    return Hits(fires=fires, watch=rule.part, facts=said)


def _total(
    whole: Amount, goal: Sequence[Amount], texts: Sequence[str], parts: Sequence[Sequence[Amount]]
) -> float | None:
    """Return what the parts add up to in the unit of the whole; None where that cannot be told."""
    own = [[amount for amount in part if amount.unit == whole.unit] for part in parts]
    told = [amounts[0] for amounts in own if amounts]
    single = sum(amount.unit == whole.unit for amount in goal) == 1 and all(len(one) <= 1 for one in own)
    exact = whole.exact and all(amount.exact for amount in told)
    if not (single and exact) or len(told) < 2 or any(_REST.search(text) for text in texts):
        return None
    return sum(amount.value for amount in told)


def _first(field: str | None, rows: Rows, fires: Bools) -> Bools:
    """Tell which of the records that fire are the first of their group; all are where there are no groups."""
    if field is None:
        return fires
    return first_of(rows.texts(field), fires & rows.known(field)) | (fires & ~rows.known(field))


def _texts(values: Objects) -> set[str]:
    return {text for text in set(values.tolist()) if text is not None}


def _marked(values: Objects, texts: set[str]) -> Bools:
    return isin(values, texts)
