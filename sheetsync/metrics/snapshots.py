"""What a run leaves for the next to compare with: its figures, and how each record stood."""

from collections.abc import Sequence

import numpy as np

from sheetsync.metrics.ground import Ground, moment_of, person, text
from sheetsync.metrics.numbers import values
from sheetsync.metrics.people import departments, homes, owners
from sheetsync.model.snapshot import RecordKey, RecordState, Snapshot
from sheetsync.model.summary import Summary


def snapshot(ground: Ground, summary: Summary) -> Snapshot:
    """Return how a workbook stands.

    Args:
        ground: What is known of it.
        summary: Its counts.
    """
    records: dict[RecordKey, RecordState] = {}
    home = homes(ground.tables)
    courses = {course.table: course for course in ground.courses}
    for table in ground.tables:
        form = ground.catalogue.forms[table.form]
        if form.is_support:
            continue
        course, done = courses.get(table.id), ground.finished.get(table.id)
        own = owners(table, ground.catalogue)
        housed: Sequence[str | None] = departments(table, ground.catalogue, home)
        for position in range(len(table)):
            verdict = ground.verdict(table.id, position)
            if verdict is None or not verdict.key:
                continue
            known = course is not None and not np.isnan(course.actual[position])
            records[table.form, verdict.key] = RecordState(
                status=verdict.status,
                finished=bool(done[position]) if done is not None else False,
                progress=float(course.actual[position]) if course is not None and known else None,
                start=moment_of(course.start[position]) if course is not None else None,
                due=moment_of(course.due[position]) if course is not None else None,
                owner=own[position] or person(table, form.owner, position),
                department=housed[position] or "",
                name=text(table, form.name, position),
                rules=tuple(dict.fromkeys(one.rule for one in verdict.findings if one.level != "info")),
            )
    return Snapshot(taken=ground.now, figures=values(ground, summary), records=records)
