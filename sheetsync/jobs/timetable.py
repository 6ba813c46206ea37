"""When a job is due and was due: ticks named by their due time, what of the past is still made up for.

All functions take and give UTC without zone information; the cadences of a job are wall clock of its zone.
A time that the clocks skip is due right after the gap, one that they show twice is due the first time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.jobs import phrases
from sheetsync.jobs.cadence import Cadence
from sheetsync.model.job import Job, When
from sheetsync.model.tick import Tick
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

Reason = Literal["late", "superseded", "before"]
"""Why a due time is left out."""

DROPPED: Mapping[Reason, Text] = {
    "late": Text("错过太久，不再补做", "missed for too long to be made up"),
    "superseded": Text("已有更晚的一次，只补做最后一次", "a later one took its place"),
    "before": Text("在启用之前，不补做", "before it was first looked at"),
}
"""What each reason means."""

PUNCTUAL = timedelta(minutes=5)
"""How far a first start looks back: one that comes a moment after the due time is not too late."""

LOOK_BACK = timedelta(days=31)
"""How much farther than the grace of a job it is asked what was missed, so that it can be logged."""

_HORIZONS = tuple(timedelta(days=days) for days in (4, 40, 400))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now, and what is left out for good.

    Args:
        ticks: To be run, in this order.
        dropped: Left out, each with the reason, the earliest first; whoever writes them down has them behind.
    """

    ticks: tuple[Tick, ...] = ()
    dropped: tuple[tuple[Tick, Reason], ...] = ()

    def dropped_by_reason(self) -> Iterator[tuple[Reason, Sequence[Tick]]]:
        """Yield what is left out, still the earliest first, together where one reason follows the same."""
        for reason, several in groupby(self.dropped, key=itemgetter(1)):
            yield reason, [tick for tick, _ in several]


def due(job: Job, last: datetime | None, now: datetime, worktime: WorkTime) -> Due:
    """Return what of a job is due.

    A job that was never looked at begins now: of the past it only drops the last due time, so that a
    caller who writes that down knows from when on nothing may be missed. A clock that was set back makes
    nothing due a second time.

    Args:
        job: The job; nothing of one that is not enabled is due.
        last: The latest due time that is known, run or left out; None if there is none.
        now: The present.
        worktime: The working-time calendar.
    """
    if not job.enabled:
        return Due()
    if last is None:
        return _first(job, now, worktime)
    return _sorted_out(job, ticks(job, max(last, now - job.grace - LOOK_BACK), now, worktime), now)


def next_due(job: Job, after: datetime, worktime: WorkTime) -> datetime | None:
    """Return when a job is due next; None if it is not enabled, or not due within 400 days.

    Args:
        job: The job.
        after: The time after which.
        worktime: The working-time calendar.
    """
    if not job.enabled:
        return None
    for horizon in _HORIZONS:
        if found := ticks(job, after, after + horizon, worktime):
            return found[0]
    return None


def ticks(job: Job, after: datetime, until: datetime, worktime: WorkTime) -> list[datetime]:
    """Return all due times after one time, up to and including another, in order, each once."""
    zone = ZoneInfo(job.zone)
    # A day more at both ends: clocks that are set forth or back show earlier and later times meanwhile.
    begin, end = local(after, zone) - _DAY, local(until, zone) + _DAY
    found = {utc(wall, zone) for when in job.when for wall in cadence_of(when).between(begin, end, worktime)}
    return sorted(moment for moment in found if after < moment <= until)


def cadence_of(when: When) -> Cadence:
    """Return what the words of a job say."""
    return replace(phrases.parse(when.words), on_rest_day=when.on_rest_day)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock of a zone at a time in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first time in UTC at which the clocks of a zone show `wall`, or something later."""
    first = wall.replace(tzinfo=zone, fold=0)
    low, high = (one.astimezone(UTC) for one in (first.replace(fold=1), first))
    if high <= low:
        return high.replace(tzinfo=None)
    # The clocks skip it: `high` reckons with the offset before the gap, `low` with the one after it.
    before = first.utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(tzinfo=None)


def _first(job: Job, now: datetime, worktime: WorkTime) -> Due:
    fresh = _sorted_out(job, ticks(job, now - PUNCTUAL, now, worktime), now)
    if fresh.ticks or fresh.dropped:
        return fresh
    for horizon in _HORIZONS:
        if earlier := ticks(job, now - horizon, now, worktime):
            return Due(dropped=((Tick(job=job.name, due=earlier[-1]), "before"),))
    return fresh


def _sorted_out(job: Job, missed: list[datetime], now: datetime) -> Due:
    """Return what of the due times, in order, is to be run by the policy of the job."""
    alive = [moment for moment in missed if now - moment <= job.grace]
    chosen = alive if job.catch_up == "all" else alive[-1:]
    reasons: list[tuple[Tick, Reason]] = [
        (Tick(job=job.name, due=moment), "superseded" if now - moment <= job.grace else "late")
        for moment in missed
        if moment not in chosen
    ]
    return Due(tuple(Tick(job=job.name, due=moment) for moment in chosen), tuple(reasons))
