"""The worst records for leadership: why, what is done about it, and how they stood a week before."""

from collections.abc import Sequence

import numpy as np

from sheetsync.metrics.ground import NOTHING, Ground, moment, text
from sheetsync.model.finding import Status
from sheetsync.model.summary import Attention, Turn, Why, WorstRow
from sheetsync.model.table import Table

SHOWN = 5
"""Records (product expectations, section 7.4)."""

_CAUSES = ("cause", "root_cause", "obstacles", "impact")
_MEASURES = ("measures", "solution", "response", "remedy", "next_step")
_WEIGHT = {Status.LATE: 3, Status.FAULTY: 2, Status.RISK: 2, Status.SOON: 1, Status.NORMAL: 0, Status.DONE: 0}


def attention(ground: Ground, worst: Sequence[WorstRow]) -> tuple[Attention, ...]:
    """Return the worst records with what became of them since the week before.

    Args:
        ground: What is known of the workbook.
        worst: Its worst records, worst first.
    """
    return tuple(_one(ground, row) for row in worst[:SHOWN])


def _one(ground: Ground, row: WorstRow) -> Attention:
    place = next(
        (
            (table, found[0])
            for table in ground.tables
            if table.sheet == row.sheet and len(found := np.flatnonzero(table.rows == row.row).tolist())
        ),
        None,
    )
    if place is None:
        cause, measure, granted = Why()
        return Attention(worst=row, turn=None, cause=cause, measure=measure, new_date=granted, behind=None)
    cause, measure, granted = why(ground, row.key, *place)
    return Attention(
        worst=row,
        turn=_turn(ground, row, *place),
        cause=cause,
        measure=measure,
        new_date=granted,
        behind=_behind(ground, *place) if row.rule == "D1" else None,
    )


def why(ground: Ground, key: str, table: Table, position: int) -> Why:
    """Return why a record is as it is: from the last delay report on it, else from its own row.

    Args:
        ground: What is known of the workbook.
        key: The record's id; empty if it has none.
        table: Its table.
        position: Its position there.
    """
    told = _delay(ground, key)
    return Why(
        told.cause or _first(table, _CAUSES, position),
        told.measure or _first(table, _MEASURES, position),
        told.new_date,
    )


def _turn(ground: Ground, row: WorstRow, table: Table, position: int) -> Turn | None:
    """Return how a record stands against the week before: by its status, then by how many rules it fails."""
    if ground.before is None or not row.key:
        return None
    past = ground.before.records.get((table.form, row.key))
    if past is None or not _WEIGHT[past.status]:
        return "new"
    verdict = ground.verdict(table.id, position)
    rules = {one.rule for one in verdict.findings if one.level != "info"} if verdict else set()
    then = _WEIGHT[past.status], len(past.rules)
    now = _WEIGHT[row.status], len(rules)
    return "unchanged" if now == then else "worse" if now > then else "better"


def _delay(ground: Ground, key: str) -> Why:
    """Return what the last delay report on a record says."""
    if not key or key not in ground.delays:
        return Why()
    table, position = ground.delays[key]
    cause = text(table, "explanation", position) or text(table, "reason", position)
    return Why(cause, text(table, "taken", position), moment(table, "expected_at", position))


def _first(table: Table, fields: Sequence[str], position: int) -> str:
    found = (text(table, field, position) for field in fields)
    return next((said for said in found if said not in NOTHING), "")


def _behind(ground: Ground, table: Table, position: int) -> float | None:
    course = next((course for course in ground.courses if course.table == table.id), None)
    if course is None:
        return None
    points = float(course.planned[position] - course.actual[position])
    return None if np.isnan(points) else points
