"""What people are told of at once because it happened, not because it is late (spec 5.2).

An event is what a run sees for the first time: a new record, or another value in one of its cells. When
nothing was watched before there are none, so that no project begins with everything that ever happened; and
what happened is news for some days only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.past import Column, Known, Past
from sheetsync.model.table import Bools, Table
from sheetsync.model.value import MOMENTS
from sheetsync.rules import wording
from sheetsync.rules.eventspec import Change, EventRule, names_in
from sheetsync.rules.rows import Book, Rows
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

NEWS_FOR = timedelta(days=14)
"""How long something is news: what could not be told by then is left untold."""

_WATCHED = "*"
"""Form and key under which stands since when a column is watched; no form and no record is called so."""
_EMPTY = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one record.

    Args:
        rule: What it is.
        table: Number of the table.
        position: The record's position in it.
        key: The record's business key.
        since: When it was first seen, wall clock of the project's zone.
        message: What happened.
        step: What to do now.
        to: Roles with who that is; None where no sheet names anybody.
    """

    rule: EventRule
    table: int
    position: int
    key: str
    since: datetime
    message: Text
    step: Text
    to: tuple[tuple[Text, str | None], ...]


def needed(rules: Iterable[EventRule], catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the columns that events look at, by form."""
    fields: dict[str, set[str]] = {}
    for rule in rules:
        form = catalogue.forms[rule.form]
        own = fields.setdefault(form.id, {form.key, form.name})
        own |= {field for _, field in rule.columns()} | names_in(rule) & {one.id for one in form.columns}
        own |= {column.id for column in form.columns if column.kind == "word" and column.vocabulary}
        for receiver in rule.to:
            if receiver.form is not None:
                other = catalogue.forms[receiver.form]
                fields.setdefault(other.id, set()).update(receiver.fields, {other.key})
    return {form: frozenset(names) for form, names in fields.items()}


def watched(rules: Iterable[EventRule]) -> frozenset[Column]:
    """Return the columns whose past tells what is new."""
    return frozenset((rule.form, rule.column) for rule in rules)


def marked(past: Past, columns: Iterable[Column], now: datetime) -> Past:
    """Return the past with the moment from which on each column is watched, where it was not before."""
    places = [(_WATCHED, f"{form}.{field}") for form, field in columns]
    fresh = {place: {_WATCHED: Known("", now)} for place in places if place not in past}
    return {**past, **fresh} if fresh else past


def happened(
    rules: Sequence[EventRule],
    tables: Sequence[Table],
    *,
    past: Past,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    beside: Sequence[Table] = (),
) -> tuple[Event, ...]:
    """Return what is news.

    Args:
        rules: What is an event.
        tables: The tables of one workbook.
        past: What was seen of them, this reading included; `marked`.
        now: Wall clock of the project's zone.
        worktime: The working-time calendar.
        catalogue: The forms and their words.
        beside: Tables of other workbooks, for who is who.
    """
    if not rules:
        return ()
    book = Book((*tables, *beside), catalogue, worktime, now)
    return tuple(
        event
        for rule in rules
        for event in _of_rule(rule, book, len(tables), past.get((rule.form, rule.column), {}), past)
    )


def _of_rule(
    rule: EventRule, book: Book, own: int, known: Mapping[str, Known], past: Past
) -> Iterator[Event]:
    begun = past.get((_WATCHED, f"{rule.form}.{rule.column}"), {}).get(_WATCHED)
    if begun is None:
        return
    first = max(begun.since, book.now - NEWS_FOR)
    news = {key: cell for key, cell in known.items() if cell.value and first < cell.since <= book.now}
    if not news:
        return
    places = [(number, rows) for number, rows in enumerate(book.rows[:own]) if rows.form.id == rule.form]
    # Of two records of one key nobody knows which one it is about.
    times = Counter(key for _, rows in places for key in rows.keys.tolist() if key in news)
    for number, rows in places:
        if not rows.has(rule.column):
            continue
        counts = _counts(rule, rows)
        for position, key in enumerate(rows.keys.tolist()):
            cell = news.get(key)
            if cell is None or times[key] > 1 or not counts[position] or _change(cell) not in rule.on:
                continue
            to = tuple(_to(rule, rows, position))
            if to:
                yield Event(
                    rule=rule,
                    table=number,
                    position=position,
                    key=key,
                    since=cell.since,
                    message=_filled(rule.message, rule, rows, position, cell),
                    step=_filled(rule.step, rule, rows, position, cell),
                    to=to,
                )


def _change(cell: Known) -> Change:
    return "changed" if cell.before else "new"


def _counts(rule: EventRule, rows: Rows) -> Bools:
    """Tell which records the event can be about now."""
    now = rows.book.instant
    found = rows.known(rule.column) & rows.when(rule.when)
    if rule.words:
        found &= rows.among(rule.column, rule.words)
    if not rule.finished_too:
        found &= ~rows.in_finished_state
    for field in rule.settled_by:
        found &= ~rows.filled(field)
    if rule.dated is not None:
        # NaT is never less: what tells no time counts.
        found &= ~(rows.late_moments(rule.dated) < now - np.timedelta64(NEWS_FOR))
    if rule.until is not None:
        found &= ~(rows.late_moments(rule.until) < now)
    return found


def _to(rule: EventRule, rows: Rows, position: int) -> Iterator[tuple[Text, str | None]]:
    for receiver in rule.to:
        if not receiver.fields:
            yield receiver.role, None
            continue
        place: tuple[Rows, int] | None = (rows, position)
        if receiver.form is not None and receiver.via is not None:
            place = _record(rows.book.of(receiver.form), rows.texts(receiver.via)[position])
        who = None if place is None else _first(receiver.fields, *place)
        if who:
            yield receiver.role, who


def _record(tables: Iterable[Rows], key: object) -> tuple[Rows, int] | None:
    """Return the record of an id, or that of which it is a part."""
    if isinstance(key, tuple):
        key = key[0] if len(key) == 1 else None
    if not isinstance(key, str):
        return None
    listed = list(tables)
    for wanted in (key, key.rpartition("-")[0]):
        for rows in listed if wanted else ():
            keys = rows.keys.tolist()
            if wanted in keys:
                return rows, keys.index(wanted)
    return None


def _first(fields: Iterable[str], rows: Rows, position: int) -> str | None:
    named = (rows.texts(field)[position] for field in fields)
    who = next((name for name in named if name), None)
    if isinstance(who, tuple | list):
        return "、".join(map(str, who))
    return who if isinstance(who, str) else None


def _filled(words: Text, rule: EventRule, rows: Rows, position: int, cell: Known) -> Text:
    kind = rows.form.column(rule.column).kind
    watched = {"value": _told(cell.value, kind), "before": _told(cell.before or "", kind)}

    def said(template: wording.Template) -> str:
        gaps = [watched.get(name) or _cell(rows, name, position) for name in template.names]
        return template.pattern % tuple(gaps)

    return Text(said(wording.template(words.zh)), said(wording.template(words.en)))


def _told(value: str, kind: str) -> str:
    """Return a remembered value as people write it."""
    if kind in MOMENTS:
        value = value.replace("T", " ").removesuffix(" 00:00")
    return value or _EMPTY


def _cell(rows: Rows, name: str, position: int) -> str:
    field = rows.form.key if name == "id" else name
    raw = rows.raw(field, position)
    if raw is None:
        known = rows.texts(field)[position]
        return str(known) if isinstance(known, str) else _EMPTY
    if isinstance(raw, datetime):
        return raw.isoformat(" ", "minutes").removesuffix(" 00:00")
    said = f"{raw:.15g}" if isinstance(raw, float) else str(raw)
    return " ".join(said.split()).rstrip("。；;")
