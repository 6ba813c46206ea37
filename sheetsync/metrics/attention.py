"""The worst records for leadership: why, what is done about it, and how they stood a week before."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from sheetsync.metrics.ground import NOTHING, Ground, moment, text
from sheetsync.model.finding import Status
from sheetsync.model.summary import Attention, Turn, WorstRow
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
    cause, measure, granted = _delay(ground, row.key)
    behind = None
    if place is not None:
        table, position = place
        cause = cause or _first(table, _CAUSES, position)
        measure = measure or _first(table, _MEASURES, position)
        behind = _behind(ground, table, position) if row.rule == "D1" else None
    return Attention(
        worst=row,
        turn=None if place is None else _turn(ground, row, *place),
        cause=cause,
        measure=measure,
        new_date=granted,
        behind=behind,
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


def _delay(ground: Ground, key: str) -> tuple[str, str, datetime | None]:
    """Return cause, measure and new date from the last delay report on a record."""
    for table in reversed(ground.of("delay")):
        for position in reversed(range(len(table))):
            if key and text(table, "subtask_id", position) == key:
                cause = text(table, "explanation", position) or text(table, "reason", position)
                return cause, text(table, "taken", position), moment(table, "expected_at", position)
    return "", "", None


def _first(table: Table, fields: Sequence[str], position: int) -> str:
    found = (text(table, field, position) for field in fields)
    return next((said for said in found if said not in NOTHING), "")


def _behind(ground: Ground, table: Table, position: int) -> float | None:
    course = next((course for course in ground.courses if course.table == table.id), None)
    if course is None:
        return None
    points = float(course.planned[position] - course.actual[position])
    return None if np.isnan(points) else points
