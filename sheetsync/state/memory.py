"""What was seen of records before, kept in the project's database."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from sheetsync.model.audit import AuditEntry
from sheetsync.model.past import Column, Known, Past
from sheetsync.state.bulk import insert_rows
from sheetsync.state.database import Database
from sheetsync.state.tables import audit as trail
from sheetsync.state.tables import cells

_CELL = "book", "form", "field", "key"
_THE_CELL = tuple(f"the_{name}" for name in _CELL)

# The statements, made once: to make one costs more than to run it.
_MINE = cells.c.book == bindparam("the_book")
_PAST = select(cells.c.form, cells.c.field, cells.c.key, cells.c.value, cells.c.since, cells.c.before).where(
    _MINE
)
_ANY = select(cells.c.key).where(_MINE).limit(1)
_FORGET = delete(cells).where(
    *(cells.c[name] == bindparam(the) for name, the in zip(_CELL, _THE_CELL, strict=True))
)


class BookMemory:
    """What a project remembers of one workbook; meets the port Memory.

    Args:
        database: The project's database.
        book: What the workbook is known by.
    """

    def __init__(self, database: Database, book: str) -> None:
        self._database = database
        self._book = book

    def past(self) -> Past:
        """Return what was seen of the workbook.

        Raises:
            StateUnusableError: The database cannot be opened or read, or belongs to a newer program.
        """
        if self._database.absent:
            return {}
        found: dict[Column, dict[str, Known]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(_PAST, {"the_book": self._book}).all()
        for form, field, key, *known in rows:
            found.setdefault((form, field), {})[key] = Known._make(known)
        return found

    def record(self, news: Past, audit: Sequence[AuditEntry] = ()) -> None:
        """Remember what was newly seen of the workbook and what was changed in it, all of it or nothing.

        Args:
            news: What was newly seen.
            audit: Cells of people that were given another value; `book` is filled in here.

        Raises:
            StateUnusableError: The database cannot be written.
        """
        rows = [
            (self._book, form, field, key, *known)
            for (form, field), column in sorted(news.items())
            for key, known in column.items()
        ]
        if not (rows or audit):
            return
        with self._database.writing() as connection:
            if audit:
                entries = [{**asdict(entry), "book": self._book} for entry in audit]
                connection.execute(insert(trail), entries)
            if not rows:
                return
            if connection.execute(_ANY, {"the_book": self._book}).first():
                connection.execute(_FORGET, [dict(zip(_THE_CELL, row, strict=False)) for row in rows])
            insert_rows(connection, cells, (*_CELL, *Known._fields), rows)

    def audit(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        """Return the audit trail of the whole project, oldest first.

        Args:
            since: Only what happened then or later; all of it when None.

        Raises:
            StateUnusableError: The database cannot be opened or read.
        """
        if self._database.absent:
            return ()
        names = [field.name for field in fields(AuditEntry)]
        query = select(*(trail.c[name] for name in names)).order_by(trail.c.at, trail.c.number)
        if since is not None:
            query = query.where(trail.c.at >= since)
        with self._database.reading() as connection:
            return tuple(AuditEntry(**dict(row)) for row in connection.execute(query).mappings())
