"""What leaders compare departments by (product expectations, section 7.5)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from typing import Literal

import numpy as np

from sheetsync.metrics.ground import Ground
from sheetsync.metrics.numbers import NO_UPDATE
from sheetsync.metrics.people import departments, homes
from sheetsync.metrics.period import monday_of
from sheetsync.model.course import Course, Flags
from sheetsync.model.department import DepartmentLine
from sheetsync.model.finding import Status, Verdict
from sheetsync.model.table import TableId

_Counted = Literal["total", "finished", "late", "due", "in_time", "overrun", "silent"]


def department_lines(ground: Ground) -> tuple[DepartmentLine, ...]:
    """Return a line a department: most late first, then most records, then by name.

    Args:
        ground: What is known of the workbook.
    """
    home = homes(ground.tables)
    housed = {table.id: departments(table, ground.catalogue, home) for table in ground.tables}
    counts: dict[str, Counter[_Counted]] = {}
    for table, position, counted in _counted(ground):
        name = housed[table][position]
        if name is not None:
            counts.setdefault(name, Counter())[counted] += 1
    lines = (DepartmentLine(name=name, **_all(found)) for name, found in counts.items() if found["total"])
    return tuple(sorted(lines, key=lambda line: (-line.late, -line.total, line.name)))


def _counted(ground: Ground) -> Iterator[tuple[TableId, int, _Counted]]:
    """Yield what counts: table, position, and for what."""
    for verdict in ground.verdicts:
        if verdict.table in ground.by_id:
            for counted in _of_record(ground, verdict):
                yield verdict.table, verdict.position, counted
    for course in ground.work:
        if course.table in ground.by_id:
            due, in_time = _of_week(ground, course)
            for position in np.flatnonzero(due).tolist():
                yield course.table, position, "due"
            for position in np.flatnonzero(in_time).tolist():
                yield course.table, position, "in_time"


def _of_record(ground: Ground, verdict: Verdict) -> Iterator[_Counted]:
    yield "total"
    if verdict.status is Status.DONE:
        yield "finished"
    if verdict.status is Status.LATE:
        yield "late"
    for finding in verdict.findings:
        account = finding.account
        if account is None or account.limit is None:
            continue
        if account.due < (account.stopped or ground.now):
            yield "overrun"
    if any(finding.rule == NO_UPDATE and not finding.done for finding in verdict.findings):
        yield "silent"


def _of_week(ground: Ground, course: Course) -> tuple[Flags, Flags]:
    """Return which records were due this week up to now, and which of them were done in time."""
    monday = np.datetime64(datetime.combine(monday_of(ground.now.date()), time()))
    told = ~np.isnat(course.ended)
    due = (course.due >= monday) & (course.due < np.datetime64(ground.now)) & ~course.dropped
    # What is done without saying when counts neither way.
    due &= told | ~course.finished
    return due, due & told & (course.ended <= course.due)


def _all(found: Counter[_Counted]) -> dict[_Counted, int]:
    names: tuple[_Counted, ...] = ("total", "finished", "late", "due", "in_time", "overrun", "silent")
    return {name: found[name] for name in names}
