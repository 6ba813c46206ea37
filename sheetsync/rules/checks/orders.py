"""Checks of changes in force: carried out in the tasks' table, waiting to be, or left alone."""

from typing import ClassVar

import numpy as np

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Rule
from sheetsync.text import Text

_BY_ITSELF = Text(
    "下次带 --write 检查时自动更新，不用手工改",
    "The next check with --write updates it; nothing has to be typed",
)
_BY_HAND = Text("请手工更新任务表", "Update the task's row by hand")


class Ordered(Rule):
    """A change is in force, and the task's own cell does not hold the new value yet.

    Args:
        column: The column of the new value; the one that is watched.
    """

    column: FieldName

    own_facts: ClassVar[tuple[str, ...]] = ("change", "task", "title", "before", "after", "how")

    column_keys = ("column",)
    facts = (*Rule.facts, *own_facts)


def ordered(rule: Ordered, rows: Rows) -> Hits:
    """Records that order another value for a cell; the next write carries them out, or people do."""
    fires = rows.none()
    facts = {name: np.full(len(rows), None, object) for name in rule.own_facts}
    for order in rows.book.orders.orders:
        if order.asked != rows.table.id:
            continue
        place = order.position
        fires[place] = True
        how = _BY_ITSELF if rows.book.orders.automatic else _BY_HAND
        said = order.changes[-1], order.key, order.title, order.before or "（空）", order.after, how
        for name, value in zip(rule.own_facts, said, strict=True):
            facts[name][place] = value
    return Hits(fires=fires, watch=rule.column, facts=facts)


class LeftAlone(Rule):
    """A change is in force, and what it wants of the task's row is not clear enough to be carried out.

    Args:
        column: The column that is watched.
    """

    column: FieldName

    column_keys = ("column",)
    facts = (*Rule.facts, "change", "why")


def left_alone(rule: LeftAlone, rows: Rows) -> Hits:
    """Records whose change is not carried out, with the reason."""
    fires = rows.none()
    change, why = np.full(len(rows), None, object), np.full(len(rows), None, object)
    for refusal in rows.book.orders.refusals:
        if refusal.asked == rows.table.id and not fires[refusal.position]:
            fires[refusal.position] = True
            change[refusal.position], why[refusal.position] = refusal.change, refusal.why
    return Hits(fires=fires, watch=rule.column, facts={"change": change, "why": why})
