"""Reads what a project's database remembers of runs, records and changed cells; nothing is written here."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Column, ColumnElement, and_, select, true

from sheetsync.model.audit import AuditEntry
from sheetsync.model.chronicle import RunKept, Spell
from sheetsync.model.finding import Status
from sheetsync.state.database import Database
from sheetsync.state.tables import OPEN, audit, books, runs, states

_WELL = (Status.NORMAL, Status.DONE)
"""The words that nobody needs to look at."""

_AUDITED = tuple(field.name for field in fields(AuditEntry))


class ProjectChronicle:
    """What was kept of all workbooks of a project.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does. Times are
    wall clock of the project's zone; `since` is included, `until` is not, None sets no limit.

    Args:
        database: The project's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, since: datetime | None = None, until: datetime | None = None) -> Sequence[RunKept]:
        """Return the runs, the oldest first."""
        if self._database.absent:
            return ()
        query = (
            select(books.c.name, runs.c.taken, runs.c.figures)
            .join(books, books.c.number == runs.c.book)
            .where(_within(runs.c.taken, since, until))
            .order_by(runs.c.taken, books.c.name)
        )
        with self._database.reading() as connection:
            return tuple(
                RunKept(book=book, taken=taken, figures=json.loads(figures))
                for book, taken, figures in connection.execute(query)
            )

    def spells(self, since: datetime | None = None, until: datetime | None = None) -> Sequence[Spell]:
        """Return when records were not all right at some time between, those that began first first."""
        if self._database.absent:
            return ()
        touching = and_(
            true() if since is None else states.c.until > since,
            true() if until is None else states.c.since < until,
        )
        # All that is known of a record that was not well then: its spell may have begun long before.
        these = select(states.c.book, states.c.form, states.c.key).where(
            touching, states.c.status.not_in([word.value for word in _WELL])
        )
        marked = these.distinct().subquery()
        query = (
            select(books.c.name.label("workbook"), states)
            .join(books, books.c.number == states.c.book)
            .join(
                marked,
                and_(
                    marked.c.book == states.c.book,
                    marked.c.form == states.c.form,
                    marked.c.key == states.c.key,
                ),
            )
            .where(states.c.status.not_in([word.value for word in _WELL]))
            .order_by(states.c.book, states.c.form, states.c.key, states.c.since)
        )
        with self._database.reading() as connection:
            found = _joined(
                Spell(
                    book=row["workbook"],
                    form=row["form"],
                    key=row["key"],
                    name=row["name"],
                    status=Status(row["status"]),
                    since=row["since"],
                    until=None if row["until"] == OPEN else row["until"],
                    rules=tuple(json.loads(row["rules"])),
                    owner=row["owner"],
                    department=row["department"],
                    due=row["due"],
                )
                for row in connection.execute(query).mappings()
            )
            kept = [
                one
                for one in found
                if (since is None or one.until is None or one.until > since)
                and (until is None or one.since < until)
            ]
        return sorted(kept, key=lambda one: (one.since, one.book, one.form, one.key))

    def audit(self, since: datetime | None = None, until: datetime | None = None) -> Sequence[AuditEntry]:
        """Return the audit trail, the oldest first."""
        if self._database.absent:
            return ()
        query = (
            select(*(audit.c[name] for name in _AUDITED))
            .where(_within(audit.c.at, since, until))
            .order_by(audit.c.at, audit.c.number)
        )
        with self._database.reading() as connection:
            return tuple(AuditEntry(**dict(row)) for row in connection.execute(query).mappings())


def _within(moment: Column[datetime], since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    return and_(
        true() if since is None else moment >= since,
        true() if until is None else moment < until,
    )


def _joined(stretches: Iterable[Spell]) -> Iterator[Spell]:
    """Make one spell of stretches in which a record had the same word without a break.

    Progress or the rules behind the word may have changed meanwhile.
    """
    last: Spell | None = None
    for one in stretches:
        same = last is not None and (last.book, last.form, last.key, last.status, last.until) == (
            one.book,
            one.form,
            one.key,
            one.status,
            one.since,
        )
        if last is not None and same:
            last = replace(one, since=last.since, rules=tuple(dict.fromkeys((*last.rules, *one.rules))))
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
