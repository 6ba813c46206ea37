"""Checks of what changed since an earlier reading: states that jump, progress that falls, dates that move."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form
from sheetsync.model.table import Bools
from sheetsync.model.value import MOMENTS, NUMBERS
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.spec import Fields, Rule, When, WordsOfState
from sheetsync.text import Text
from sheetsync.worktime import Floats

CHANGE_FACTS = (*Rule.facts, "before")

_STEP = re.compile(r"\d+|[一二三四五]")
_DIGITS = {digit: float(number) for number, digit in enumerate("一二三四五", start=1)}


class Transition(Rule):
    """A state follows one that it cannot follow (spec section 6).

    Args:
        column: The column of states; the column that is watched.
        allowed: Each state with those that may follow it. States that are not named may be followed by any.
        anew: Columns that change when all begins anew, such as the round. A jump is right for a record of
            which one has changed, and nothing is said of one of which one is not known.
    """

    column: FieldName
    allowed: dict[str, WordsOfState]
    anew: Fields = ()

    column_keys = ("column", "anew")
    past_keys = ("column", "anew")
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
    if not rows.recalls(rule.column):
        return Hits(fires=rows.none(), watch=rule.column)
    before = rows.before(rule.column)
    now = rows.texts(rule.column)
    fires = rows.none()
    for word, following in rule.allowed.items():
        fires |= (before == word) & ~np.isin(now, [word, *following])
    fires &= rows.known(rule.column) & _same_round(rows, rule.anew)
    return Hits(fires=fires, watch=rule.column, facts={"before": _shown(before)})


class Stepped(Rule):
    """A level went down, or up by more than one step.

    Args:
        column: The column of levels, as numbers or as words with one, such as 二级; what is watched.
        begins: The level that an empty cell stands for.
        leaps: Columns, each with the words of which one lets a record leave out levels on its way up.
        anew: As for a transition: columns that change when all begins anew.
    """

    column: FieldName
    begins: Annotated[int, Field(ge=0)] = 0
    leaps: When = Field(default_factory=dict)
    anew: Fields = ()

    column_keys = ("column", "anew")
    past_keys = ("column", "anew")
    facts = CHANGE_FACTS

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each parameter that names columns, with the columns."""
        yield from super().columns()
        yield "leaps", tuple(self.leaps)


def stepped(rule: Stepped, rows: Rows) -> Hits:
    """Records whose level cannot have followed the one that was seen before it."""
    if not rows.recalls(rule.column):
        return Hits(fires=rows.none(), watch=rule.column)
    before = rows.before(rule.column)
    counted = rows.form.column(rule.column).kind in NUMBERS
    now = rows.numbers(rule.column) if counted else _levels(rows.texts(rule.column), rule.begins)
    was = _levels(before, rule.begins)
    leaping = rows.none()
    for name, words in rule.leaps.items():
        leaping |= rows.among(name, words) | ~rows.known(name)
    fires = (now < was) | ((now > was + 1) & ~leaping)
    fires &= rows.known(rule.column) & _same_round(rows, rule.anew)
    return Hits(fires=fires, watch=rule.column, facts={"before": _shown(before)})


class Receded(Rule):
    """A number is lower, or a moment earlier, than it was seen before.

    Args:
        column: The column; the one that is watched.
    """

    column: FieldName

    column_keys = ("column",)
    past_keys = ("column",)
    facts = CHANGE_FACTS


def receded(rule: Receded, rows: Rows) -> Hits:
    """Records whose number went down, or whose moment was moved back."""
    if not rows.recalls(rule.column):
        return Hits(fires=rows.none(), watch=rule.column)
    before = rows.before(rule.column)
    if rows.form.column(rule.column).kind in MOMENTS:
        moments = np.array([text or "NaT" for text in before.tolist()], "datetime64[us]")
        fires = moments > rows.early_moments(rule.column)
    else:
        were = np.array([float(text) if text else np.nan for text in before.tolist()])
        fires = were > rows.numbers(rule.column) + 1e-9
    return Hits(
        fires=fires,
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
    if not rows.recalls(rule.column):
        return Hits(fires=rows.none(), watch=rule.column)
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


def _same_round(rows: Rows, anew: Fields) -> Bools:
    """Tell which records are known to be where they were, as far as some columns tell."""
    found = ~rows.none()
    for name in anew:
        found &= rows.known(name) & (rows.before(name) == None)  # noqa: E711 - elementwise
    return found


def _levels(texts: Objects, begins: int) -> Floats:
    """Read levels; NaN where nothing was seen, or it names no level or several."""
    read = {text: _level(str(text), begins) for text in set(texts.tolist()) if text is not None}
    return np.array([read.get(text, np.nan) for text in texts.tolist()], np.float64)


def _level(text: str, begins: int) -> float:
    """Read 二级, L2 or 2 as 2."""
    if not text.strip():
        return float(begins)
    found = {_DIGITS.get(step) or float(step) for step in _STEP.findall(unicodedata.normalize("NFKC", text))}
    return found.pop() if len(found) == 1 else np.nan


def _shown(before: Objects) -> Objects:
    """Return what stood there before, as a person writes it."""
    shown = np.full(len(before), "—", object)
    for place in np.flatnonzero(before != None).tolist():  # noqa: E711 - elementwise
        shown[place] = before[place].replace("T", " ").removesuffix(" 00:00") or "（空）"
    return shown
