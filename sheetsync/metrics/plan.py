"""Plan and course over time: the bars of the Gantt chart, the burndown, and when it will be done."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from sheetsync.metrics.ground import Ground, day_of, persons, text
from sheetsync.metrics.numbers import SCOPE
from sheetsync.model.course import Course, Moments
from sheetsync.model.finding import Status
from sheetsync.model.summary import Bar, BurnPoint, Forecast
from sheetsync.text import Text
from sheetsync.worktime import Days, Ints

BARS = 25
"""Lines of the Gantt chart."""

POINTS = 130
"""Days of the burndown: half a year of working days; a longer plan is told by every second or third."""

LEAST_SNAPSHOTS = 3
"""Days of history that a forecast needs (product expectations, section 7.7)."""

RECENT = 10
"""Days of history that tell the pace of late."""

_AROUND = timedelta(days=7)
"""Rest days are known so far around the bars."""

_FAR = 2_000
"""Working days; at a pace that needs more, the end is not in sight."""


def bars(ground: Ground) -> tuple[tuple[Bar, ...], int]:
    """Return the lines of the Gantt chart by start and due day, and how many there was no room for.

    Tasks come before sub-tasks, which are drawn where no task has its dates. What is open comes before what
    is done.
    """
    planned = [(course, places) for course in ground.courses if len(places := _planned(course))]
    wholes = [pair for pair in planned if pair[0].table.form == "task-master"]
    found: list[Bar] = []
    count = 0
    for course, places in wholes or planned:
        first = np.lexsort((course.due[places], course.start[places], course.finished[places]))[:BARS]
        count += len(places)
        found += _bars(ground, course, places[first].tolist())
    found.sort(key=lambda bar: (bar.status is Status.DONE, bar.start, bar.due, bar.key))
    shown = sorted(found[:BARS], key=lambda bar: (bar.start, bar.due, bar.key))
    return tuple(shown), count - len(shown)


def rest_days(ground: Ground, bars: Sequence[Bar]) -> tuple[date, ...]:
    """Return the days without work from a week before the bars, or today, to a week after them."""
    if not bars:
        return ()
    drawn = [day for bar in bars for day in (bar.start, bar.due, bar.began, bar.until) if day is not None]
    drawn.append(ground.now.date())
    days = _days(min(drawn) - _AROUND, max(drawn) + _AROUND)
    return tuple(days[~ground.worktime.is_workday(days)].tolist())


def burndown(ground: Ground) -> tuple[BurnPoint, ...]:
    """Return the burndown day by day, in working days of work, from the first start to the last due day.

    While work is left after that day, it goes on until today.
    """
    work = [course for course in ground.work if len(course.due)]
    starts = [day for course in work if (day := _extreme(course, course.start, np.min)) is not None]
    dues = [day for course in work if (day := _extreme(course, course.due, np.max)) is not None]
    if not starts or not dues or min(starts) > max(dues):
        return ()
    days = _workdays(ground, min(starts), max(dues))
    if not days:
        return ()
    ideal: list[float | None] = [round(left, 2) for left in _ideal(work, days)]
    past = {one.taken.date(): one.figures for one in ground.series}
    if past.get(ground.now.date(), {}).get("remaining"):
        late = _workdays(ground, max(dues) + timedelta(days=1), ground.now.date())
        days, ideal = days + late, ideal + [None] * len(late)
    step = -(-len(days) // POINTS)
    kept = [at for at, day in enumerate(days) if at % step == 0 or at == len(days) - 1 or day in past]
    return tuple(
        BurnPoint(
            day=days[at],
            ideal=ideal[at],
            left=past.get(days[at], {}).get("remaining"),
            scope=past.get(days[at], {}).get(SCOPE),
        )
        for at in kept
    )


def forecast(ground: Ground) -> Forecast:
    """Return when the work will be done at the pace of late, as a range."""
    dues = [day for course in ground.work if (day := _extreme(course, course.due, np.max)) is not None]
    planned = max(dues, default=None)
    known = [
        (one.taken.date(), one.figures["remaining"]) for one in ground.series if "remaining" in one.figures
    ]
    count = len(known)

    def none(zh: str, en: str) -> Forecast:
        return Forecast(first=None, last=None, planned=planned, snapshots=count, reason=Text(zh, en))

    left = known[-1][1] if known else None
    if left is not None and left <= 0:
        return none("已全部完成", "all is done")
    if left is None or count < LEAST_SNAPSHOTS:
        return none("数据不足", "not enough data")
    paces = [pace for pace in _paces(ground, known[-RECENT - 1 :]) if pace is not None]
    quick, slow = (float(np.quantile(paces, share)) for share in (0.75, 0.25)) if paces else (0.0, 0.0)
    if quick <= 0 or left / quick > _FAR:
        return none("近期没有进展，无法预测", "no progress of late, so nothing can be said")
    first = _days_on(ground, left / quick)
    last = _days_on(ground, left / slow) if slow > 0 and left / slow <= _FAR else None
    return Forecast(first=first, last=last, planned=planned, snapshots=count)


def _bars(ground: Ground, course: Course, positions: Sequence[int]) -> Iterator[Bar]:
    table = ground.by_id.get(course.table)
    if table is None:
        return
    form = ground.catalogue.forms[table.form]
    owners = persons(table, form.owner, positions)
    times = course.start, course.due, course.began, course.ended
    days = zip(*(moments[positions].astype("datetime64[D]").tolist() for moments in times), strict=True)
    for position, owner, (start, due, begun, ended) in zip(positions, owners, days, strict=True):
        verdict = ground.verdict(course.table, position)
        if start is None or due is None or verdict is None:
            continue
        told = not np.isnan(course.actual[position])
        progress = float(course.actual[position]) if told else None
        finished = bool(course.finished[position])
        began = begun or (start if progress else None)
        yield Bar(
            key=verdict.key or "",
            name=text(table, form.name, position),
            owner=owner,
            status=Status.DONE if finished else verdict.status,
            start=start,
            due=due,
            began=began,
            until=max(ended or due, began) if finished and began else _until(began, due, progress),
            progress=progress,
            sheet=table.sheet,
            row=verdict.row,
        )


def _until(began: date | None, due: date, progress: float | None) -> date | None:
    """Return where the done part of a bar ends that is not done."""
    if began is None:
        return None
    return began + timedelta(days=round(max((due - began).days, 0) * (progress or 0) / 100))


def _planned(course: Course) -> Ints:
    """Return the positions of the records whose plan can be drawn."""
    usable = ~np.isnat(course.start) & ~np.isnat(course.due) & ~course.dropped
    return np.flatnonzero(usable & (course.start <= course.due))


def _extreme(course: Course, moments: Moments, choose: Callable[[Moments], np.datetime64]) -> date | None:
    known = moments[~np.isnat(moments) & ~course.dropped]
    return day_of(choose(known)) if len(known) else None


def _days(first: date, last: date) -> Days:
    return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)


def _workdays(ground: Ground, first: date, last: date) -> list[date]:
    days = _days(first, last)
    found: list[date] = days[ground.worktime.is_workday(days)].tolist()
    return found


def _ideal(work: Sequence[Course], days: Sequence[date]) -> list[float]:
    """Return what should be left at the end of each working day if all went by plan, linearly."""
    grid = np.array(days, "datetime64[D]")
    burn = np.zeros(len(days) + 1)
    scope = 0.0
    for course in work:
        first, last = course.start.astype("datetime64[D]"), course.due.astype("datetime64[D]")
        usable = ~np.isnat(first) & ~np.isnat(last) & ~course.dropped & (first <= last)
        begin = np.searchsorted(grid, first[usable], "left")
        end = np.maximum(np.searchsorted(grid, last[usable], "right"), begin + 1)
        end, begin = np.minimum(end, len(days)), np.minimum(begin, len(days) - 1)
        rate = course.weight[usable] / np.maximum(end - begin, 1)
        # A record burns evenly from its first working day to its last: two steps in a sum of steps.
        burn += np.bincount(begin, rate, len(days) + 1) - np.bincount(end, rate, len(days) + 1)
        scope += float(course.weight[usable].sum())
    left: list[float] = np.maximum(scope - np.cumsum(np.cumsum(burn)[:-1]), 0.0).tolist()
    return left


def _paces(ground: Ground, known: Sequence[tuple[date, float]]) -> Iterator[float | None]:
    """Yield how much was done a working day between one snapshot and the next."""
    for (day, left), (following, rest) in pairwise(known):
        span = len(_workdays(ground, day + timedelta(days=1), following))
        yield (left - rest) / span if span else None


def _days_on(ground: Ground, count: float) -> date:
    """Return the day that so many working days from today end on."""
    today = np.array([ground.now.date()], "datetime64[D]")
    found: date = ground.worktime.add_workdays(today, int(np.ceil(count)))[0].astype(object)
    return found
