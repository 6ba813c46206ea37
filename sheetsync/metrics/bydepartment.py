"""What leaders compare departments by (product expectations, section 7.5)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, time
from typing import Literal, get_args

import numpy as np

from sheetsync.metrics.ground import Ground
from sheetsync.metrics.period import monday_of
from sheetsync.model.course import Course, Flags
from sheetsync.model.department import DepartmentLine
from sheetsync.model.finding import Status, Verdict
from sheetsync.model.table import Table, TableId

_Counted = Literal["total", "finished", "late", "due", "in_time", "limits", "kept", "overrun", "silent"]


def department_lines(ground: Ground) -> tuple[DepartmentLine, ...]:
    """Return a line a department: most late first, then most records, then by name.

    Args:
        ground: What is known of the workbook.
    """
    counts: dict[str, dict[_Counted, int]] = {}
    for name, counted, count in _counted(ground):
        if name is not None:
            found = counts.setdefault(name, {})
            found[counted] = found.get(counted, 0) + count
    lines = (DepartmentLine(name=name, **_all(found)) for name, found in counts.items() if found.get("total"))
    return tuple(sorted(lines, key=lambda line: (-line.late, -line.total, line.name)))


def _counted(ground: Ground) -> Iterator[tuple[str | None, _Counted, int]]:
    """Yield what counts: department, for what, and how many."""
    limited = {one.rule for one in ground.limits}
    for table, housed in ground.housed.items():
        of_one = ground.of_table(table)
        # Support sheets have records without verdicts.
        judged = Counter([(housed[verdict.position], verdict.status) for verdict in of_one])
        for (name, status), count in judged.items():
            yield name, "total", count
            if status is Status.DONE:
                yield name, "finished", count
            if status is Status.LATE:
                yield name, "late", count
        for verdict in of_one:
            if verdict.findings:
                yield from (
                    (housed[verdict.position], counted, 1) for counted in _of_record(ground, verdict, limited)
                )
    for course in ground.work:
        due, in_time = _of_week(ground, course)
        yield from _in_departments(ground, course, "due", due)
        yield from _in_departments(ground, course, "in_time", in_time)
    for course in ground.courses:
        yield from _in_departments(ground, course, "silent", course.silent)
    yield from _limits(ground)


def _limits(ground: Ground) -> Iterator[tuple[str | None, _Counted, int]]:
    """Yield how limits were kept; what stands in the text of a record counts for its department."""
    for clocks in (one for limit in ground.limits for one in limit.clocks):
        table = next((table for table in ground.tables if _holds(table, clocks.table)), None)
        if table is None:
            continue
        housed = ground.housed[table.id]
        names = [housed[position] for position in np.searchsorted(table.rows, clocks.rows).tolist()]
        in_time = [name for name, kept in zip(names, clocks.kept.tolist(), strict=True) if kept]
        yield from ((name, "limits", count) for name, count in Counter(names).items())
        yield from ((name, "kept", count) for name, count in Counter(in_time).items())


def _holds(table: Table, inside: TableId) -> bool:
    """Tell whether a table is the one with this id, or the one whose texts that one was read from."""
    return (table.sheet, table.header_row) == (
        inside.sheet,
        inside.header_row,
    ) and table.first_column <= inside.column <= table.last_column


def _in_departments(
    ground: Ground, course: Course, counted: _Counted, flags: Flags
) -> Iterator[tuple[str | None, _Counted, int]]:
    housed = ground.housed[course.table]
    yield from ((housed[position], counted, 1) for position in np.flatnonzero(flags).tolist())


def _of_record(ground: Ground, verdict: Verdict, limited: AbstractSet[str]) -> Iterator[_Counted]:
    for finding in verdict.findings:
        account = finding.account
        # A due date, or the rhythm of reports, is no limit of a rule.
        if account is None or finding.rule not in limited:
            continue
        if account.due < (account.stopped or ground.now):
            yield "overrun"


def _of_week(ground: Ground, course: Course) -> tuple[Flags, Flags]:
    """Return which records were due this week up to now, and which of them were done in time."""
    monday = np.datetime64(datetime.combine(monday_of(ground.now.date()), time()))
    told = ~np.isnat(course.ended)
    due = (course.due >= monday) & (course.due < np.datetime64(ground.now)) & ~course.dropped
    # What is done without saying when counts neither way.
    due &= told | ~course.finished
    return due, due & told & (course.ended <= course.due)


def _all(found: Mapping[_Counted, int]) -> dict[_Counted, int]:
    return {name: found.get(name, 0) for name in get_args(_Counted)}
