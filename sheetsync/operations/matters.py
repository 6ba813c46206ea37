"""What a judged workbook has to tell people: its findings and running clocks as matters with their rungs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

import numpy as np

from sheetsync.forms.spec import Form
from sheetsync.intake.directory import Directory
from sheetsync.metrics.ground import moment, text, value
from sheetsync.metrics.people import homes
from sheetsync.model.card import Link
from sheetsync.model.finding import Finding, Status
from sheetsync.model.past import NO_PAST, Past
from sheetsync.model.reminder import Matter, Silent
from sheetsync.model.rung import Rung
from sheetsync.model.table import Table
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement
from sheetsync.rules.checks.signatures import absent
from sheetsync.rules.escalation import acting, climbed
from sheetsync.rules.evaluate import pending
from sheetsync.rules.events import Event, happened, marked, watched
from sheetsync.rules.past import changes, remembered, renewed
from sheetsync.rules.spec import Rule
from sheetsync.text import Text

_CLASSES = "issue_class"
_WAITING = ("submitter", "initiator", "reporter", "applicant", "convener", "chair")
"""Columns that name who waits for something, the first that is filled counts."""
_TASK = "task_name"
_OWNERS = ("负责人", "责任人")
_ASKED = "signed"
"""The check that asks several people at once."""
_BY_PERSON = "unreported"
"""The check that has one row a person: which of the person's records it stands on says nothing."""

_LISTS: tuple[tuple[str, Text, frozenset[str]], ...] = (
    ("daily", Text("每日进度、站会记录", "daily progress, stand-up note"), frozenset({"T53", "T41"})),
    ("weekly", Text("周进度表", "weekly report"), frozenset({"T40", "T37"})),
    ("signature", Text("签字、确认", "signature, confirmation"), frozenset({"T32", "T20", "T01", "T02"})),
    ("acceptance", Text("验收结论", "acceptance verdict"), frozenset({"T43"})),
)
"""What people have to hand in, by the rules that ask for it (product expectations, P11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A workbook that was judged, for reminders.

    Args:
        book: What the project knows it by.
        title: Its file name.
        judgement: What is said of it.
        past: What was seen of its records before, None where nobody remembers.
        link: Its address in a browser, None where none is known.
        asked: False for one that is only looked into, for who is who.
    """

    book: str
    title: str
    judgement: Judgement
    past: Past | None = None
    link: str | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What workbooks have to tell.

    Args:
        matters: What people are to be told of; each key once.
        homes: Department of a matter's record by the matter's key, where the row tells.
        silent: Who has not reported.
        directory: Everybody whom the workbooks know.
        seen: What was seen for the first time of what events are about, by workbook; to be remembered
            before anybody is told.
    """

    matters: tuple[Matter, ...]
    homes: Mapping[str, str]
    silent: tuple[Silent, ...]
    directory: Directory
    seen: Mapping[str, Past] = field(default_factory=dict)


def told(books: Sequence[Judged], standards: Standards, *, now: datetime) -> Told:
    """Return what workbooks that belong together have to tell.

    Args:
        books: The workbooks.
        standards: What they were judged by.
        now: Wall clock of the project's zone.
    """
    tables = [table for one in books for table in one.judgement.tables]
    directory = Directory.of(tables, standards.catalogue)
    matters: dict[str, Matter] = {}
    places: dict[str, str] = {}
    silent: list[Silent] = []
    seen: dict[str, Past] = {}
    for one in (book for book in books if book.asked):
        others = [table for other in books if other is not one for table in other.judgement.tables]
        view = _View(one, standards, directory, now)
        found = [*zip(one.judgement.findings, one.judgement.rungs, strict=True)]
        found += _running(one, others, standards, now)
        actors = _actors([finding for finding, rungs in found if not rungs], one, others, standards, now)
        for finding, rungs in found:
            matter = view.matter(finding, rungs, None if rungs else next(actors))
            if matter is not None and matter.key not in matters:
                matters[matter.key] = matter
                home = view.home(finding)
                if home:
                    places[matter.key] = home
        news, seen[one.book] = _news(one, others, standards, now)
        for event in news:
            matter = view.event(event)
            matters.setdefault(matter.key, matter)
        silent += view.silent()
    return Told(
        matters=tuple(matters.values()),
        homes=places,
        silent=tuple(sorted(silent, key=lambda item: [name for name, _, _ in _LISTS].index(item.kind))),
        directory=directory,
        seen=seen,
    )


def _news(
    one: Judged, others: Sequence[Table], standards: Standards, now: datetime
) -> tuple[tuple[Event, ...], Past]:
    """Return what is news, and what of that was not remembered yet."""
    if one.past is None or not standards.events:
        return (), NO_PAST
    columns, tables = watched(standards.events), one.judgement.tables
    seen = renewed(marked(one.past, columns, now), tables, standards.catalogue, columns, now)
    events = happened(
        standards.events,
        tables,
        past=seen,
        now=now,
        worktime=one.judgement.worktime,
        catalogue=standards.catalogue,
        beside=others,
    )
    return events, changes(one.past, seen)


def _actors(
    findings: Sequence[Finding], one: Judged, others: Sequence[Table], standards: Standards, now: datetime
) -> Iterator[str | None]:
    """Yield who must act on findings that have reached no rung, in their order."""
    judgement = one.judgement
    yield from acting(
        findings,
        judgement.tables,
        judgement.packs,
        now=now,
        worktime=judgement.worktime,
        catalogue=standards.catalogue,
        beside=others,
    )


def _running(
    one: Judged, others: Sequence[Table], standards: Standards, now: datetime
) -> list[tuple[Finding, tuple[Rung, ...]]]:
    """Return the clocks of which the first share of the limit has run, with the rungs reached."""
    judgement, catalogue = one.judgement, standards.catalogue
    tables = judgement.tables
    seen = NO_PAST
    if one.past is not None:
        seen = renewed(one.past, tables, catalogue, remembered(judgement.packs), now)
    clocks = pending(
        tables,
        judgement.packs,
        share=min(standards.ladder.shares[0], 1.0),
        now=now,
        worktime=judgement.worktime,
        catalogue=catalogue,
        past=seen,
        beside=others,
    )
    rungs = climbed(
        clocks,
        tables,
        judgement.packs,
        ladder=standards.ladder,
        now=now,
        worktime=judgement.worktime,
        catalogue=catalogue,
        beside=others,
    )
    return [*zip(clocks, rungs, strict=True)]


class _View:
    """One workbook, looked at for what it has to tell."""

    def __init__(self, one: Judged, standards: Standards, directory: Directory, now: datetime) -> None:
        self._one = one
        self._forms = standards.catalogue.forms
        self._directory = directory
        self._now = now
        self._tables = {table.id: table for table in one.judgement.tables}
        self._rules: dict[tuple[str, str | None], Rule] = {
            (rule.id, rule.variant): rule for pack in one.judgement.packs for rule in pack.rules
        }
        self._homes = homes(one.judgement.tables)
        self._people: dict[tuple[int, str], Sequence[object]] = {}

    def matter(self, finding: Finding, rungs: tuple[Rung, ...], actor: str | None) -> Matter | None:
        """Return a finding as people are told of it; None where there is nothing to tell.

        Args:
            finding: The finding.
            rungs: The rungs that it has reached.
            actor: Who must act on it, where it has reached none.
        """
        rule = self._rules[finding.rule, finding.variant]
        table = self._tables[finding.table]
        form = self._forms[finding.form]
        reached = rungs or self._first(finding, rule, actor)
        if finding.done or not reached:
            return None
        reached = self._with_names(reached, finding, rule, table)
        account = finding.account
        name = _name(table, form, finding.position)
        subject = finding.owner if rule.check == _BY_PERSON else finding.key
        subject = subject or name or f"{finding.sheet}:{finding.row}"
        due = None if account is None else account.due
        parts = (
            self._one.book, finding.form, subject, finding.rule, finding.variant or "",
            "" if due is None else f"{due:%Y-%m-%dT%H:%M}",
        )  # fmt: skip
        excuse = self._excuse(finding)
        return Matter(
            # A database takes no half character; the key must be the same when it comes back from there.
            key="|".join(parts).encode("utf-8", "replace").decode(),
            book=self._one.book,
            title=self._one.title,
            form=finding.form,
            sheet=finding.sheet,
            row=finding.row,
            record=finding.key or "",
            name=name,
            rule=finding.rule,
            level=finding.level,
            status=finding.status,
            message=finding.brief,
            step=finding.step,
            reason=rule.reason,
            column=finding.column,
            empty=finding.value is None or finding.value == "",
            due=due,
            started=None if account is None else account.started,
            limit=None if account is None else account.limit,
            kind=_kind(table, form, finding.position),
            waits=self._waits(finding, table, reached),
            rungs=reached,
            excused=excuse,
            link=self._link(finding.sheet),
        )

    def event(self, event: Event) -> Matter:
        """Return something that happened as people are told of it."""
        table = self._one.judgement.tables[event.table]
        form, rule = self._forms[table.form], event.rule
        place = table.places.get(rule.column)
        parts = (self._one.book, form.id, event.key, rule.id, f"{event.since:%Y-%m-%dT%H:%M:%S}", "")
        rungs = tuple(
            Rung(number=number, name=role, who=who, since=event.since)
            for number, (role, who) in enumerate(event.to, 1)
        )
        return Matter(
            key="|".join(parts).encode("utf-8", "replace").decode(),
            book=self._one.book,
            title=self._one.title,
            form=form.id,
            sheet=table.sheet,
            row=int(table.rows[event.position]),
            record=event.key,
            name=_name(table, form, event.position),
            rule=rule.id,
            level=rule.level,
            status=Status.NORMAL,
            message=event.message,
            step=event.step,
            reason=rule.title,
            column=place.title if place is not None else form.column(rule.column).title.say(table.language),
            kind=_kind(table, form, event.position),
            rungs=rungs,
            link=self._link(table.sheet),
            news=True,
        )

    def _link(self, sheet: str) -> Link | None:
        return None if self._one.link is None else Link(words=sheet, url=self._one.link)

    def home(self, finding: Finding) -> str | None:
        """Return the department of a finding's record, where the row or the directory tells."""
        table, form = self._tables[finding.table], self._forms[finding.form]
        asides = table.asides.get(form.owner or "")
        beside = None if asides is None else asides[finding.position]
        owner = finding.owner or ""
        own = self._directory.department_of(owner) or self._homes.get(owner)
        return beside or own or text(table, form.department, finding.position) or None

    def silent(self) -> Iterator[Silent]:
        """Yield who has not reported what, by kind and name."""
        judgement = self._one.judgement
        for kind, title, rules in _LISTS:
            records: dict[str, dict[str, datetime | None]] = {}
            for finding in judgement.findings:
                if finding.rule not in rules or finding.done:
                    continue
                due = None if finding.account is None else finding.account.due
                for who in self._missing(finding):
                    records.setdefault(who, {}).setdefault(self._called(finding), due)
            if kind == "daily" and judgement.ground is not None:
                # What is late anyway is told as that; its owner has not reported all the same.
                for course in judgement.ground.courses:
                    table = self._tables.get(course.table)
                    if table is None:
                        continue
                    form = self._forms[table.form]
                    for position in np.flatnonzero(course.silent).tolist():
                        name = self._person(table, form.owner, position)
                        key = text(table, form.key, position) or text(table, form.name, position)
                        records.setdefault(name, {}).setdefault(key, None)
            for name, found in records.items():
                known = [due for due in found.values() if due is not None]
                yield Silent(
                    kind=kind, title=title, name=name, records=tuple(found), since=min(known, default=None)
                )

    def _person(self, table: Table, field: str | None, position: int) -> str:
        """Return a cell's person, or persons; empty where there is none."""
        if field is None:
            return ""
        place = id(table), field
        if place not in self._people:
            # A column at once: cells one by one take most of the time of a large sheet.
            self._people[place] = table.columns[field].tolist() if field in table.columns else ()
        column = self._people[place]
        found = column[position] if column else None
        if isinstance(found, tuple | list):
            return "、".join(map(str, found))
        return found if isinstance(found, str) else ""

    def _called(self, finding: Finding) -> str:
        table = self._tables[finding.table]
        name = text(table, self._forms[finding.form].name, finding.position)
        return finding.key or name or f"{finding.sheet}:{finding.row}"

    def _missing(self, finding: Finding) -> Sequence[str]:
        """Return who has not done what a finding asks for; one empty name where nobody is named."""
        rule, table = self._rules[finding.rule, finding.variant], self._tables[finding.table]
        if rule.check == _ASKED:
            return self._unsigned(rule, table, finding.position)
        return [self._actor(finding, rule, table) or ""]

    def _unsigned(self, rule: Rule, table: Table, position: int) -> Sequence[str]:
        """Return who has certainly not signed, as the rule tells it."""
        asked = _names(value(table, getattr(rule, "asked", None), position))
        present = _names(value(table, getattr(rule, "signed", None), position))
        free = "\n".join(text(table, field, position) for field in getattr(rule, "excused", ()))
        return absent([name for name in asked if name not in free], present, self._homes)

    def _actor(self, finding: Finding, rule: Rule, table: Table) -> str | None:
        named = (self._person(table, field, finding.position) for field in rule.actor_field)
        found = next(filter(None, named), None)
        return found or (finding.owner if finding.actor.zh in _OWNERS else None)

    def _first(self, finding: Finding, rule: Rule, actor: str | None) -> tuple[Rung, ...]:
        """Return whoever must act, for findings without a clock that has run: what is wrong or due soon."""
        if finding.level == "info" and finding.status is not Status.SOON and rule.check != "reminder":
            return ()
        if finding.account is not None and finding.account.stopped is not None:
            return ()
        return (Rung(number=1, name=finding.actor, who=actor, since=self._now),)

    def _with_names(
        self, rungs: tuple[Rung, ...], finding: Finding, rule: Rule, table: Table
    ) -> tuple[Rung, ...]:
        """Return rungs with the names of those who have not signed, where several are asked at once."""
        first = rungs[0]
        if rule.check != _ASKED or first.who is not None:
            return rungs
        missing = "、".join(self._unsigned(rule, table, finding.position))
        asked = Rung(number=first.number, name=first.name, who=missing or None, since=first.since)
        return (asked, *rungs[1:])

    def _waits(self, finding: Finding, table: Table, rungs: tuple[Rung, ...]) -> str:
        """Return who waits for it: who asked for it, else who is next on the ladder."""
        acting = {rungs[0].who, finding.owner}
        asked = (self._person(table, field, finding.position) for field in _WAITING)
        named = chain(asked, (rung.who or "" for rung in rungs[1:]))
        return next((name for name in named if name and name not in acting and "*" not in name), "")

    def _excuse(self, finding: Finding) -> datetime | None:
        """Return the new date that a delay note gives for a due date; a limit is not moved by one."""
        account, ground = finding.account, self._one.judgement.ground
        fixed = account is None or account.limit is None
        if ground is None or not finding.key or not fixed or finding.status is Status.FAULTY:
            return None
        place = ground.delays.get(finding.key)
        if place is None:
            return None
        given = moment(place[0], "expected_at", place[1])
        if given is None or (account is not None and given <= account.due):
            return None
        return given


def _name(table: Table, form: Form, position: int) -> str:
    """Return what a record is about; where that column holds whole sentences, the task that it belongs to."""
    is_long = form.has(form.name) and form.column(form.name).kind == "long"
    task = text(table, _TASK, position) if is_long else ""
    return task or text(table, form.name, position)


def _kind(table: Table, form: Form, position: int) -> str | None:
    column = next((column.id for column in form.columns if column.vocabulary == _CLASSES), None)
    # The standard word, whatever language or synonym was typed.
    found = value(table, column, position)
    return found if isinstance(found, str) else None


def _names(found: object) -> Sequence[str]:
    if isinstance(found, tuple | list):
        return [str(name) for name in found]
    return [found] if isinstance(found, str) and found else []


KINDS: Mapping[str, Text] = {name: title for name, title, _ in _LISTS}
"""The lists by name, with their titles."""
