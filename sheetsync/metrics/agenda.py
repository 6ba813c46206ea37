"""What leaders have to decide, and what lies before and behind a week (product expectations, 7.3 and 7.6)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from sheetsync.metrics.ground import NOTHING, Ground, moment, moments, person, text, value
from sheetsync.metrics.period import monday_of
from sheetsync.model.summary import Dated, Wanted
from sheetsync.model.table import Table
from sheetsync.text import Text

LISTED = 200
"""Lines of what was done and what is due."""

AHEAD_DAYS = 14
"""Days that count as the next two weeks."""

FIGURED = {"minutes": frozenset({"unresolved"})}
"""Columns by form that are read for figures only; no rule looks into them."""

_ESCALATED = Text("升级的问题", "Escalated issue")
_UNRESOLVED = Text("未决议事项", "Open agenda item")
_CHANGE = Text("待确认的变更", "Pending change request")
_WORK = Text("任务", "Task")
_RESOLUTION = Text("决议", "Resolution")
_MEETING = Text("会议", "Meeting")
_IN_FORCE = Text("生效的变更", "Change in force")


def wanted(ground: Ground) -> tuple[Wanted, ...]:
    """Return the decisions wanted, the longest waiting first; those of which nobody knows since when last."""
    found = [*_escalated(ground), *_unresolved(ground), *_changes(ground)]
    return tuple(sorted(found, key=lambda one: (one.since is None, one.since or datetime.min, one.row)))


class _Spot(NamedTuple):
    """A record with a day."""

    day: date
    table: Table
    position: int
    kind: Text


def done(ground: Ground) -> tuple[tuple[Dated, ...], int]:
    """Return what was done this week, by day, and how much more than is listed."""
    monday, today = monday_of(ground.now.date()), ground.now.date()
    found = list(_work(ground, monday, today, finished=True))
    for table in ground.of("resolutions"):
        found += _moments(table, "finished_at", range(len(table)), _RESOLUTION, monday, today)
    return _listed(ground, found)


def coming(ground: Ground) -> tuple[tuple[Dated, ...], int]:
    """Return what is due in the next two weeks, by day, and how much more: work, resolutions, meetings."""
    today = ground.now.date()
    last = today + timedelta(days=AHEAD_DAYS)
    found = list(_work(ground, today, last, finished=False))
    for form, field, kind in (("resolutions", "due", _RESOLUTION), ("notice", "held_at", _MEETING)):
        for table in ground.of(form):
            found += _moments(table, field, ground.open(table), kind, today, last)
    return _listed(ground, found)


def in_force(ground: Ground) -> tuple[Dated, ...]:
    """Return the changes that came into force this week, with what was and what holds now."""
    monday, today = monday_of(ground.now.date()), ground.now.date()
    found = [
        spot
        for table in ground.of("changes")
        for spot in _moments(table, "effective_at", range(len(table)), _IN_FORCE, monday, today)
    ]
    return tuple(
        replace(
            one,
            key=text(spot.table, "task_id", spot.position) or one.key,
            name=_was_and_is(spot.table, spot.position),
        )
        for spot in sorted(found, key=lambda spot: (spot.day, spot.table.sheet, spot.position))
        for one in (_dated(ground, spot),)
    )


def _was_and_is(table: Table, position: int) -> str:
    field, old, new = (text(table, name, position) for name in ("changed_field", "old_value", "new_value"))
    return f"{field}：{old or '（空）'} → {new}" if field else f"{old or '（空）'} → {new}"


def _moments(
    table: Table, field: str, positions: Sequence[int], kind: Text, first: date, last: date
) -> Iterator[_Spot]:
    """Yield the records whose time in a column lies between two days."""
    times = moments(table, field)
    for position in positions:
        when = times[position]
        if when is not None and first <= when.date() <= last:
            yield _Spot(when.date(), table, position, kind)


def _escalated(ground: Ground) -> Iterator[Wanted]:
    for table in ground.of("issues"):
        for position in ground.open(table):
            since = moment(table, "escalated_at", position)
            told = text(table, "escalation_level", position)
            if since is None and told in NOTHING and value(table, "state", position) != "已升级":
                continue
            yield _wanted(
                ground,
                table,
                position,
                _ESCALATED,
                since=since,
                options=text(table, "solution", position),
                who="" if told in NOTHING else told,
            )


def _unresolved(ground: Ground) -> Iterator[Wanted]:
    """Yield the items that meetings left open; a later one on a subject takes the earlier one's place."""
    newest: dict[str, tuple[datetime, Table, int]] = {}
    for table in ground.of("minutes"):
        for position in range(len(table)):
            held = moment(table, "held_at", position)
            if held is None or held > ground.now:
                continue
            subject = text(table, "subject", position)
            if subject not in newest or newest[subject][0] < held:
                newest[subject] = held, table, position
    for held, table, position in newest.values():
        items = value(table, "unresolved", position)
        for item in items if isinstance(items, tuple | list) else ():
            one = _wanted(
                ground,
                table,
                position,
                _UNRESOLVED,
                since=held,
                options=text(table, "disputes", position),
                who=person(table, "chair", position),
            )
            yield Wanted(
                kind=one.kind,
                text=str(item),
                since=one.since,
                deadline=None,
                options=one.options,
                who=one.who,
                sheet=one.sheet,
                row=one.row,
            )


def _changes(ground: Ground) -> Iterator[Wanted]:
    """Yield the requests that somebody asked has not agreed to; a change has a record a department."""
    for table in ground.of("changes"):
        for position in ground.open(table):
            settled = value(table, "state", position) == "草稿" or value(table, "consent", position) == "同意"
            if settled or moment(table, "effective_at", position) is not None:
                continue
            old, new = text(table, "old_value", position), text(table, "new_value", position)
            yield _wanted(
                ground,
                table,
                position,
                _CHANGE,
                since=moment(table, "submitted_at", position),
                options=f"{old} → {new}" if old or new else "",
                who=person(table, "department_head", position) or text(table, "department", position),
            )


def _wanted(
    ground: Ground,
    table: Table,
    position: int,
    kind: Text,
    *,
    since: datetime | None,
    options: str,
    who: str,
) -> Wanted:
    verdict = ground.verdict(table.id, position)
    accounts = [one.account for one in verdict.findings if one.account is not None] if verdict else []
    return Wanted(
        kind=kind,
        text=text(table, ground.catalogue.forms[table.form].name, position),
        since=since,
        deadline=accounts[0].due if accounts else None,
        options=options,
        who=who,
        sheet=table.sheet,
        row=int(table.rows[position]),
    )


def _work(ground: Ground, first: date, last: date, *, finished: bool) -> Iterator[_Spot]:
    """Yield the work that was finished, or is due, from one day to another; tasks beside their sub-tasks."""
    for course in ground.courses:
        table = ground.by_id.get(course.table)
        if table is None:
            continue
        days = (course.ended if finished else course.due).astype("datetime64[D]")
        inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        places = np.flatnonzero(inside & (course.finished == finished) & ~course.dropped)
        for position, day in zip(places.tolist(), days[places].tolist(), strict=True):
            yield _Spot(day, table, position, _WORK)


def _dated(ground: Ground, spot: _Spot) -> Dated:
    table, position = spot.table, spot.position
    name, form = table.id, ground.catalogue.forms[table.form]
    verdict = ground.verdict(name, position)
    return Dated(
        kind=spot.kind,
        key=(verdict.key if verdict else None) or text(table, form.key, position),
        name=text(table, form.name, position),
        owner=ground.owned[name][position] or "",
        day=spot.day,
        sheet=table.sheet,
        row=int(table.rows[position]),
    )


def _listed(ground: Ground, found: list[_Spot]) -> tuple[tuple[Dated, ...], int]:
    """Return the first of them by day, and how many more there are."""
    found.sort(key=lambda one: (one.day, one.table.sheet, one.position))
    shown = tuple(_dated(ground, one) for one in found[:LISTED])
    return shown, len(found) - len(shown)
