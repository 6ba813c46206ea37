"""Checks of what changed since an earlier reading: states that jump, progress that falls, dates that move."""

from collections.abc import Iterator

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form
from sheetsync.model.table import Bools
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.spec import Rule, WordsOfState
from sheetsync.text import Text

CHANGE_FACTS = (*Rule.facts, "before")


class Transition(Rule):
    """A state follows one that it cannot follow (spec section 6).

    Args:
        column: The column of states; the column that is watched.
        allowed: Each state with those that may follow it. States that are not named may be followed by any.
    """

    column: FieldName
    allowed: dict[str, WordsOfState]

    column_keys = ("column",)
    past_keys = ("column",)
    facts = CHANGE_FACTS

    def mistakes(self, form: Form, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
        """Yield the states that the column does not know."""
        if not form.has(self.column):
            return
        vocabulary = form.column(self.column).vocabulary
        known = {word.zh for word in catalogue.vocabulary(vocabulary).words} if vocabulary else set()
        named = {*self.allowed, *(word for words in self.allowed.values() for word in words)}
        if unknown := sorted(named - known):
            listed = "、".join(unknown)
            yield "allowed", Text(f"没有状态 {listed}", f"there is no state {listed}")


def transition(rule: Transition, rows: Rows) -> Hits:
    """Records whose state cannot have followed the one that was seen before it."""
    before = rows.before(rule.column)
    now = rows.texts(rule.column)
    fires = rows.none()
    for word, following in rule.allowed.items():
        fires |= (before == word) & ~np.isin(now, [word, *following])
    return Hits(fires=fires & rows.known(rule.column), watch=rule.column, facts={"before": _shown(before)})


class Receded(Rule):
    """A number is lower than it was seen before.

    Args:
        column: The column; the one that is watched.
    """

    column: FieldName

    column_keys = ("column",)
    past_keys = ("column",)
    facts = CHANGE_FACTS


def receded(rule: Receded, rows: Rows) -> Hits:
    """Records whose number went down."""
    before = rows.before(rule.column)
    were = np.array([float(text) if text else np.nan for text in before.tolist()])
    return Hits(
        fires=were > rows.numbers(rule.column) + 1e-9,
        watch=rule.column,
        facts={"before": _shown(before)},
    )


class Moved(Rule):
    """A date differs from the one that was seen before, and no change request in force says so.

    Args:
        column: The column of the date; the one that is watched.
        by_form: The form of change requests.
        by: Its column that refers to this form's key.
        in_force: Its column that tells since when the change holds.
    """

    column: FieldName
    by_form: str
    by: FieldName
    in_force: FieldName

    column_keys = ("column",)
    past_keys = ("column",)
    other_keys = {"by_form": ("by", "in_force")}  # noqa: RUF012 - as its base declares it
    facts = CHANGE_FACTS


def moved(rule: Moved, rows: Rows) -> Hits:
    """Records whose date was moved without a change request; none where nobody keeps such requests."""
    requests = list(rows.book.of(rule.by_form))
    before = rows.before(rule.column)
    had: Bools = np.array([bool(text) for text in before.tolist()], dtype=np.bool_)
    if not requests:
        had = rows.none()
    excused: set[str] = set()
    for other in requests:
        held = other.known(rule.in_force) & (other.early_moments(rule.in_force) <= rows.book.instant)
        excused.update(key for key in other.texts(rule.by)[held].tolist() if key is not None)
    fires = had & rows.known(rule.column) & ~rows.among(rows.form.key, excused)
    return Hits(fires=fires, watch=rule.column, facts={"before": _shown(before)})


def _shown(before: Objects) -> Objects:
    """Return what stood there before, as a person writes it."""
    shown = np.full(len(before), "—", object)
    for place in np.flatnonzero(before != None).tolist():  # noqa: E711 - elementwise
        shown[place] = before[place].replace("T", " ").removesuffix(" 00:00") or "（空）"
    return shown
