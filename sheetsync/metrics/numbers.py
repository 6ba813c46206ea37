"""The numbers that leaders see, and the week before of each (product expectations, section 7.2)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time
from statistics import median

import numpy as np

from sheetsync.metrics.ground import Ground, text
from sheetsync.metrics.period import monday_of
from sheetsync.model.finding import Status
from sheetsync.model.summary import FIGURES, Figure, Reporting, Summary

SCOPE = "scope"
"""All there is to do, in working days: only snapshots hold it."""


def figures(ground: Ground, now: Mapping[str, float]) -> tuple[Figure, ...]:
    """Return the figures with those of the week before.

    Args:
        ground: What is known of the workbook.
        now: The figures by name, as `values` returned them.
    """
    before = {} if ground.before is None else ground.before.figures
    return tuple(
        Figure(name=name, title=title, value=now.get(name), unit=unit, before=before.get(name), wish=wish)
        for name, (title, unit, wish) in FIGURES.items()
    )


def values(ground: Ground, summary: Summary) -> dict[str, float]:
    """Return the figures by name, those that snapshots hold; what nothing was reported of is left out."""
    whole = summary.whole
    done = whole.count(Status.DONE)
    kept, ended = (sum(getattr(one, name) for one in ground.limits) for name in ("kept", "ended"))
    found: dict[str, float | None] = {
        "total": whole.total,
        "finished": done,
        "running": whole.total - done,
        "late": whole.count(Status.LATE),
        "soon": whole.count(Status.SOON),
        "risk": whole.count(Status.RISK),
        "faulty": whole.count(Status.FAULTY),
        "deviations": summary.deviations,
        "attainment": 100 * kept / ended if ended else None,
        "open_issues": _many(ground, "issues"),
        "high_risks": _high(ground),
        "median_late": _median_late(ground),
        "on_time": _on_time(ground),
        **_progress(ground),
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def issues_by_class(ground: Ground) -> tuple[tuple[str, int], ...]:
    """Return the open issues by class, most first."""
    found: Counter[str] = Counter()
    for table in ground.of("issues"):
        found.update(text(table, "issue_class", position) or "未分类" for position in ground.open(table))
    return tuple(found.most_common())


def reporting(ground: Ground) -> Reporting:
    """Return who has told how far they are, by the rule of the daily update."""
    asked, silent = 0, Counter[str]()
    for course in ground.courses:
        asked += int(course.asked.sum())
        owners = ground.owned[course.table]
        silent.update(owners[position] or "" for position in np.flatnonzero(course.silent).tolist())
    missing = silent.total()
    return Reporting(
        asked=asked,
        told=asked - missing,
        silent=tuple((name, count) for name, count in silent.most_common() if name),
    )


def _progress(ground: Ground) -> dict[str, float | None]:
    """Return plan, progress and what is left over all work; none of them without any work."""
    weight, left, done, plan, known, planned = (0.0,) * 6
    for course in ground.work:
        counts = np.where(course.dropped, 0.0, course.weight)
        told, intended = ~np.isnan(course.actual), ~np.isnan(course.planned)
        # Who has reported nothing has all left to do, but says nothing of how much is done.
        left += float((counts * (100 - np.where(told, course.actual, 0.0))).sum()) / 100
        done += float((counts * np.where(told, course.actual, 0.0)).sum())
        plan += float((counts * np.where(intended, course.planned, 0.0)).sum())
        known += float((counts * told).sum())
        planned += float((counts * intended).sum())
        weight += float(counts.sum())
    if not weight:
        return {}
    return {
        "completion": done / known if known else None,
        "planned": plan / planned if planned else None,
        "remaining": round(left, 6),
        SCOPE: round(weight, 6),
    }


def _on_time(ground: Ground) -> float | None:
    """Return the share of what was due this week up to now that was done in time, in percent."""
    monday = np.datetime64(datetime.combine(monday_of(ground.now.date()), time()))
    now = np.datetime64(ground.now)
    kept = counted = 0
    for course in ground.work:
        due = (course.due >= monday) & (course.due < now) & ~course.dropped
        told = ~np.isnat(course.ended)
        in_time = due & told & (course.ended <= course.due)
        # What is done without saying when counts neither way.
        counted += int((due & (told | ~course.finished)).sum())
        kept += int(in_time.sum())
    return 100 * kept / counted if counted else None


def _many(ground: Ground, form: str) -> int | None:
    tables = ground.of(form)
    return sum(len(ground.open(table)) for table in tables) if tables else None


def _high(ground: Ground) -> int | None:
    tables = ground.of("risks")
    if not tables:
        return None
    found = 0
    for table in tables:
        levels = table.columns["level"].tolist() if "level" in table.columns else []
        found += sum(str(levels[position]) == "高" for position in ground.open(table) if levels)
    return found


def _median_late(ground: Ground) -> float | None:
    """Return how many days late records are, the middle one of all; None while none is."""
    days = [
        (ground.now.date() - finding.account.due.date()).days
        for verdict in ground.verdicts
        if verdict.findings and verdict.status is Status.LATE
        for finding in verdict.findings[:1]
        if finding.account is not None and finding.account.due < ground.now
    ]
    return float(median(days)) if days else None
