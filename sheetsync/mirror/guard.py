"""What must not happen by itself: a plan that looks like an accident is stopped, and nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sheetsync.model.mirror import SIDES, Base, Plan, Side, SideName

SINGLE = 1
"""One deleted record is no accident, however few there are."""
MANY = 20
"""Of fewer records all may well have changed."""
NEARLY_ALL = 0.9

Danger = Literal["emptied", "columns", "deletions", "changes"]
"""A side is empty that was not; fields are gone that both sides had; more records would be deleted than is
allowed; nearly all records of a side would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Why a plan is stopped.

    Args:
        danger: What looks like an accident.
        side: Where it would happen, or has happened.
        count: How many records or fields.
        of: Of how many.
        names: The fields.
    """

    danger: Danger
    side: SideName
    count: int = 0
    of: int = 0
    names: tuple[str, ...] = ()


def alarms(
    plan: Plan,
    base: Base,
    sides: Mapping[SideName, Side],
    *,
    max_delete: float,
    confirmed: bool = False,
) -> tuple[Alarm, ...]:
    """Return why a plan must be stopped; nothing where it may be carried out.

    Args:
        plan: The plan.
        base: What both last agreed on.
        sides: The sides as they are now.
        max_delete: How many of the records both agreed on may be deleted or marked as cancelled, in %.
        confirmed: Whether a person has seen that nearly all records change and wants it so.
    """
    found: list[Alarm] = []
    fields: set[str] = set().union(*(agreed.tokens for agreed in base.values()))
    living = sum(agreed.gone is None for agreed in base.values())
    for name in SIDES:
        side = sides[name]
        if living and not side.keys:
            found.append(Alarm(danger="emptied", side=name, of=living))
            continue
        lost = tuple(sorted(fields - set(side.fields)))
        if lost:
            found.append(Alarm(danger="columns", side=name, count=len(lost), names=lost))
        acts = plan.of(name)
        deleted = sum(act.kind in {"mark", "delete"} for act in acts)
        if deleted > SINGLE and deleted * 100 > max_delete * living:
            found.append(Alarm(danger="deletions", side=name, count=deleted, of=living))
        updated = sum(act.kind == "update" for act in acts)
        if base and not confirmed and plan.compared >= MANY and updated > NEARLY_ALL * plan.compared:
            found.append(Alarm(danger="changes", side=name, count=updated, of=plan.compared))
    return tuple(found)
