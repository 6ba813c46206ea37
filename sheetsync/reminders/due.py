"""What is to be told now: what is new, has climbed, or is told again (product expectations, M2, M4, 9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sheetsync.config.reminders import RemindersSettings
from sheetsync.model.finding import LEVELS
from sheetsync.model.reminder import Assignment, Digest, Item, Matter, Person, Reminder, Step
from sheetsync.reminders.quiet import next_allowed
from sheetsync.text import Language
from sheetsync.worktime import WorkTime

LOOKED_BACK = timedelta(days=60)
"""How far back the ledger is asked for the usual number of people."""

URGENT = "urgent"
"""The slot of runs that look for what cannot wait."""

_USUAL_DAYS = 3
"""Days on which people were told something, before anything is usual."""
_FEW = 10
"""So many people are never a flood because of what is usual."""

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One message that is to leave.

    Args:
        key: What makes it one of its kind; the same in every run that would send it.
        digest: What it says.
        rows: What the ledger will say of it; one a matter.
    """

    key: str
    digest: Digest
    rows: tuple[Reminder, ...]

    def only(self, rows: Collection[Reminder]) -> "Due":
        """Return the message with what it may say of only some of its rows."""
        kept = {one.matter for one in rows}
        items = tuple(item for item in self.digest.items if item.matter.key in kept)
        news = tuple(item for item in self.digest.news if item.matter.key in kept)
        return replace(
            self,
            digest=replace(self.digest, items=items, news=news),
            rows=tuple(one for one in self.rows if one.matter in kept),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run of reminders comes to.

    Args:
        due: What leaves now, in the order of the names.
        waiting: Whom something waits for until quiet hours or a rest day are over.
        until: When that is; None where nothing waits for it.
        excused: Matters of which somebody has given a new date.
        had: Who has something to be told but had today's message already.
    """

    due: tuple[Due, ...] = ()
    waiting: tuple[str, ...] = ()
    until: datetime | None = None
    excused: int = 0
    had: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When and for what a run reminds.

    Args:
        project: Name for the keys.
        now: Wall clock of the project's zone.
        slot: What the time of day is called, such as `morning`; several messages a day have one each. In the
            slot `urgent` only what is urgent leaves.
        language: Of what the ledger says.
    """

    project: str
    now: datetime
    slot: str
    language: Language = "zh"

    @property
    def day(self) -> date:
        """The day."""
        return self.now.date()

    @property
    def is_urgent(self) -> bool:
        """True where nothing leaves but what is urgent."""
        return self.slot == URGENT


def plan(
    assignments: Iterable[Assignment],
    known: Sequence[Reminder],
    occasion: Occasion,
    settings: RemindersSettings,
    worktime: WorkTime,
) -> Plan:
    """Return what leaves now.

    Args:
        assignments: Who is to be told of what.
        known: What the ledger knows: all that is open, and all of today.
        occasion: When and for what.
        settings: `[reminders]`.
        worktime: The project's calendar.
    """
    past = _Past(known, occasion, settings, worktime)
    allowed = next_allowed(occasion.now, settings, worktime)
    is_quiet = allowed > occasion.now
    excused: set[str] = set()
    waiting: dict[str, None] = {}
    had: dict[str, None] = {}
    urgent: dict[tuple[str, Place], list[Assignment]] = defaultdict(list)
    daily: dict[str, list[Assignment]] = defaultdict(list)
    for one in assignments:
        matter, name = one.matter, one.person.name
        if matter.excused is not None and matter.excused > occasion.now:
            excused.add(matter.key)
        elif not past.is_due(one):
            continue
        elif past.is_urgent(one):
            if is_quiet and matter.kind not in settings.through_quiet:
                waiting[name] = None
            else:
                urgent[name, matter.place].append(one)
        elif occasion.is_urgent:
            continue
        elif is_quiet:
            waiting[name] = None
        elif past.is_full(name):
            had[name] = None
        else:
            daily[name].append(one)
    due = [_urgent(found, past, occasion) for found in urgent.values()]
    due += [_daily(found, past, occasion, settings) for found in daily.values()]
    return Plan(
        due=tuple(sorted(due, key=lambda one: (one.digest.person.name, not one.digest.urgent, one.key))),
        waiting=tuple(waiting),
        until=allowed if waiting else None,
        excused=len(excused),
        had=tuple(had),
    )


def revised(
    rows: Sequence[Reminder],
    assignments: Iterable[Assignment],
    known: Sequence[Reminder],
    occasion: Occasion,
    settings: RemindersSettings,
    worktime: WorkTime,
) -> Digest:
    """Return what a message of today would say now: what is open of it, and what is done.

    Args:
        rows: What the ledger says of the message, with what is done by now; one person's.
        assignments: Who is to be told of what now.
        known: What the ledger knows.
        occasion: The run.
        settings: `[reminders]`.
        worktime: The project's calendar.
    """
    past = _Past([one for one in known if one.day != occasion.day], occasion, settings, worktime)
    own = {one.matter.key: one for one in assignments if one.person.name == rows[0].receiver}
    said = [one.matter for one in rows]
    open_items = [past.item(own[key]) for key in said if key in own]
    others = {one.matter.place for one in own.values() if one.matter.key not in said and not one.matter.news}
    others -= {item.matter.place for item in open_items}
    return Digest(
        person=Person(name=rows[0].receiver),
        items=tuple(item for item in open_items if not item.matter.news),
        more=len(others),
        news=tuple(item for item in open_items if item.matter.news),
        settled=tuple(one.content for one in rows if one.acted_at is not None),
    )


def gone(matters: Iterable[Matter], known: Iterable[Reminder], books: Collection[str]) -> frozenset[str]:
    """Return the keys of the open matters of some workbooks that are no more: their cell is filled.

    Args:
        matters: All that the workbooks say now.
        known: What the ledger knows.
        books: The workbooks that could be read.
    """
    now = {one.key for one in matters}
    return frozenset(
        one.matter for one in known if one.acted_at is None and one.book in books and one.matter not in now
    )


def count_done(ended: Collection[str], matters: Iterable[Matter], known: Iterable[Reminder]) -> int:
    """Return how many of the matters that are no more were done, or hold no longer.

    What happened was never to be done. Where something else is told of the record since, such as late after
    due soon or the next day's report, the matter has only become another one.

    Args:
        ended: Their keys.
        matters: All that the workbooks say now.
        known: What the ledger knew before.
    """
    open_before = {one.matter for one in known if one.acted_at is None}
    news = {one.matter for one in known if one.news}
    other = {_record_of(one.key) for one in matters if not one.news and one.key not in open_before}
    return sum(key not in news and _record_of(key) not in other for key in ended)


def _record_of(key: str) -> str:
    """Return workbook, form and record of a matter's key."""
    return key.rsplit("|", 3)[0]


def is_flood(due: Sequence[Due], known: Sequence[Reminder], settings: RemindersSettings) -> bool:
    """Tell whether far more people would be written to than somebody may want (reliability, 7).

    Args:
        due: What would leave.
        known: What the ledger knows of the last `LOOKED_BACK`.
        settings: `[reminders]`.
    """
    people = len({one.digest.person.name for one in due})
    if people > settings.most_people:
        return True
    days: dict[date, set[str]] = defaultdict(set)
    for one in known:
        if one.state != "held":
            days[one.day].add(one.receiver)
    if len(days) < _USUAL_DAYS or people <= _FEW:
        return False
    usual = sum(map(len, days.values())) / len(days)
    return people > settings.most_times_usual * usual


def turn(occasion: Occasion, settings: RemindersSettings, name: str) -> str:
    """Return the key of a person's ordinary message: one a day, or one a slot where several are allowed."""
    slot = "day" if settings.most_a_day == 1 else occasion.slot
    return f"remind:{occasion.project}:{occasion.day}:{slot}:{name}"


class _Past:
    """What was told before, by person and matter."""

    def __init__(
        self,
        known: Sequence[Reminder],
        occasion: Occasion,
        settings: RemindersSettings,
        worktime: WorkTime,
    ) -> None:
        self._occasion = occasion
        self._settings = settings
        self._worktime = worktime
        self._told: dict[tuple[str, str], list[Reminder]] = defaultdict(list)
        self._steps: dict[str, list[Reminder]] = defaultdict(list)
        self._today: dict[str, set[str]] = defaultdict(set)
        self._done_today: set[tuple[str, str]] = set()
        self._ever: set[tuple[str, str]] = set()
        self._passed: dict[date, int] = {}
        for one in known:
            self._ever.add((one.matter, one.receiver))
            if one.day == occasion.day:
                self._done_today.add((one.matter, one.receiver))
                if not one.urgent:
                    self._today[one.receiver].add(one.message)
            # What was done and is open again begins anew.
            if one.acted_at is None:
                self._told[one.matter, one.receiver].append(one)
                self._steps[one.matter].append(one)

    def is_due(self, one: Assignment) -> bool:
        """Tell whether somebody is to be told of a matter today, and was not yet."""
        place = one.matter.key, one.person.name
        if place in (self._ever if one.matter.news else self._done_today):
            return False
        last = self._last(one)
        if last is None or last.rung < one.rung.number:
            return True
        pause = self._settings.repeat_after if self._acts(one) else self._settings.repeat_above
        return self._workdays_since(last.day) >= pause

    def is_urgent(self, one: Assignment) -> bool:
        """Tell whether that is worth a message of its own: a new rung of an urgent issue."""
        if one.matter.kind not in self._settings.urgent or one.matter.level == "info":
            return False
        last = self._last(one)
        return last is None or last.rung < one.rung.number

    def is_full(self, name: str) -> bool:
        """Tell whether somebody has had what a day or slot may bring."""
        had = self._today[name]
        return len(had) >= self._settings.most_a_day or turn(self._occasion, self._settings, name) in had

    def item(self, one: Assignment) -> Item:
        """Return a matter as somebody is told of it."""
        own = self._told[one.matter.key, one.person.name]
        others: dict[tuple[int, str], list[Reminder]] = defaultdict(list)
        for row in self._steps[one.matter.key]:
            if row.receiver != one.person.name and row.rung < one.rung.number and row.state == "sent":
                others[row.rung, row.receiver].append(row)
        steps = [
            Step(name=rows[-1].level, who=who, times=len(rows), last=max(row.day for row in rows))
            for (_, who), rows in sorted(others.items())
        ]
        return Item(
            matter=one.matter,
            rung=one.rung,
            acts=self._acts(one),
            told=sum(row.state == "sent" for row in own),
            steps=tuple(steps),
        )

    def _acts(self, one: Assignment) -> bool:
        return one.rung.number == one.matter.rungs[0].number

    def _last(self, one: Assignment) -> Reminder | None:
        rows = self._told.get((one.matter.key, one.person.name))
        return max(rows, key=lambda row: row.day) if rows else None

    def _workdays_since(self, day: date) -> int:
        """Count the working days after a day, up to today."""
        if day not in self._passed:
            first, today = (np.array([one], "datetime64[D]") for one in (day, self._occasion.day))
            self._passed[day] = int(self._worktime.workdays_between(first + 1, today)[0])
        return self._passed[day]


def _urgent(found: Sequence[Assignment], past: _Past, occasion: Occasion) -> Due:
    """Return the message of its own about an urgent issue."""
    ordered = sorted(found, key=lambda one: _severity(one.matter, occasion.now))
    first = min(found, key=lambda one: one.matter.key)
    items = tuple(past.item(one) for one in ordered)
    key = f"urgent:{occasion.project}:{first.matter.key}:{first.rung.number}:{first.person.name}"
    digest = Digest(person=first.person, items=items, urgent=True)
    return Due(key=key, digest=digest, rows=_rows(key, digest, occasion))


def _daily(found: Sequence[Assignment], past: _Past, occasion: Occasion, settings: RemindersSettings) -> Due:
    """Return the message of a day: record by record, red first; what was told least often before the rest."""
    person: Person = found[0].person
    records: dict[Place, list[Item]] = defaultdict(list)
    news: list[Item] = []
    for one in found:
        (news if one.matter.news else records[one.matter.place]).append(past.item(one))
    for items in records.values():
        items.sort(key=lambda item: _severity(item.matter, occasion.now))
    ordered = sorted(records.values(), key=lambda items: _order(items, occasion.now))
    shown = ordered[: settings.most_items]
    digest = Digest(
        person=person,
        items=tuple(item for items in shown for item in items),
        more=len(ordered) - len(shown),
        # What there is no room for is told with the next message.
        news=tuple(news[: settings.most_items]),
        more_news=len(news[settings.most_items :]),
    )
    key = turn(occasion, settings, person.name)
    return Due(key=key, digest=digest, rows=_rows(key, digest, occasion))


def _severity(matter: Matter, now: datetime) -> tuple[int, timedelta, str]:
    return -LEVELS.index(matter.level), -matter.late(now), matter.key


def _order(items: Sequence[Item], now: datetime) -> tuple[int, bool, int, timedelta, str]:
    """Return where a record stands: what somebody must do before copies, what was told least often first."""
    level, late, key = _severity(items[0].matter, now)
    return level, not any(item.acts for item in items), min(item.told for item in items), late, key


def _rows(key: str, digest: Digest, occasion: Occasion) -> tuple[Reminder, ...]:
    said = occasion.language
    return tuple(
        Reminder(
            matter=item.matter.key,
            receiver=digest.person.name,
            day=occasion.day,
            rung=item.rung.number,
            level=item.rung.name.say(said),
            at=occasion.now,
            message=key,
            urgent=digest.urgent,
            content=" ".join(filter(None, (item.matter.record, item.matter.message.say(said)))),
            book=item.matter.book,
            table=item.matter.sheet,
            record_id=item.matter.record,
            rule=item.matter.rule,
        )
        for item in (*digest.items, *digest.news)
    )
