"""What a run leaves for the next to compare with: its figures, and how each record stood."""

from typing import Any

from sheetsync.metrics.ground import Ground
from sheetsync.metrics.numbers import values
from sheetsync.model.course import Course, Flags
from sheetsync.model.snapshot import RecordKey, RecordState, Snapshot
from sheetsync.model.summary import Summary


def snapshot(ground: Ground, summary: Summary) -> Snapshot:
    """Return how a workbook stands.

    Args:
        ground: What is known of it.
        summary: Its counts.
    """
    records: dict[RecordKey, RecordState] = {}
    courses = {course.table: course for course in ground.courses}
    for table in ground.tables:
        form = ground.catalogue.forms[table.form]
        if form.is_support:
            continue
        for verdict, *rest in zip(
            ground.of_table(table.id),
            _listed(ground.finished.get(table.id), len(table), False),
            *_of_course(courses.get(table.id), len(table)),
            ground.owned[table.id],
            ground.housed[table.id],
            table.raw.get(form.name, ("",) * len(table)),
            strict=True,
        ):
            if not verdict.key:
                continue
            finished, progress, start, due, owner, department, name = rest
            records[table.form, verdict.key] = RecordState(
                status=verdict.status,
                finished=finished,
                # Nothing reported is no number; NaN is not equal to itself.
                progress=progress if progress == progress else None,  # noqa: PLR0124
                start=start,
                due=due,
                owner=owner or "",
                department=department or "",
                name=str(name).strip(),
                rules=tuple(dict.fromkeys(one.rule for one in verdict.findings if one.level != "info"))
                if verdict.findings
                else (),
            )
    return Snapshot(taken=ground.now, figures=values(ground, summary), records=records)


def _of_course(course: Course | None, count: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Return progress, start and due time of each record; None where unknown."""
    if course is None:
        return [None] * count, [None] * count, [None] * count
    return course.actual.tolist(), course.start.tolist(), course.due.tolist()


def _listed(flags: Flags | None, count: int, otherwise: bool) -> list[bool]:
    found: list[bool] = [otherwise] * count if flags is None else flags.tolist()
    return found
