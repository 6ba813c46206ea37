"""What was seen of records before, kept in the project's database (SQLite, or any SQLAlchemy URL)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from sheetsync.errors import OutputRefusedError, SpecFileError
from sheetsync.model.audit import AuditEntry
from sheetsync.model.past import Column, Known, Past
from sheetsync.state.tables import SHAPE, cells, metadata, shape
from sheetsync.state.tables import audit as trail
from sheetsync.text import Text, same

FILE = Path(".sheetsync") / "state.db"
"""The database of a project that names none."""

_PATIENCE = 30
"""Seconds to wait for another run that is writing."""


class BookMemory:
    """What a project remembers of one workbook; meets the port Memory.

    Args:
        url: An SQLAlchemy URL; a file of SQLite in the project when None.
        folder: The project folder.
        book: What the workbook is known by.
    """

    def __init__(self, url: str | None, folder: Path, book: str) -> None:
        self._url = url
        self._folder = folder
        self._book = book

    def past(self) -> Past:
        """Return what was seen of the workbook.

        Raises:
            OutputRefusedError: The database cannot be opened or read, or belongs to a newer program.
        """
        query = select(cells.c.form, cells.c.field, cells.c.key, cells.c.value, cells.c.since, cells.c.before)
        found: dict[Column, dict[str, Known]] = {}
        with self._connection() as connection:
            rows = connection.execute(query.where(cells.c.book == self._book))
            for form, field, key, value, since, before in rows:
                found.setdefault((form, field), {})[key] = Known(value, since, before)
        return found

    def record(self, news: Past, audit: Sequence[AuditEntry] = ()) -> None:
        """Remember what was newly seen of the workbook and what was changed in it, all of it or nothing.

        Args:
            news: What was newly seen.
            audit: Cells of people that were given another value; `book` is filled in here.

        Raises:
            OutputRefusedError: The database cannot be written.
        """
        rows = [
            {"book": self._book, "form": form, "field": field, "key": key, **known._asdict()}
            for (form, field), column in news.items()
            for key, known in column.items()
        ]
        if not (rows or audit):
            return
        same_cell = [cells.c[name] == bindparam(f"the_{name}") for name in ("book", "form", "field", "key")]
        with self._connection() as connection:
            if audit:
                entries = [{**asdict(entry), "book": self._book} for entry in audit]
                connection.execute(insert(trail), entries)
            if not rows:
                return
            connection.execute(
                delete(cells).where(*same_cell),
                [{f"the_{name}": row[name] for name in ("book", "form", "field", "key")} for row in rows],
            )
            connection.execute(insert(cells), rows)

    def audit(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        """Return the audit trail of the whole project, oldest first.

        Args:
            since: Only what happened then or later; all of it when None.

        Raises:
            OutputRefusedError: The database cannot be opened or read.
        """
        names = [field.name for field in fields(AuditEntry)]
        query = select(*(trail.c[name] for name in names)).order_by(trail.c.at, trail.c.number)
        if since is not None:
            query = query.where(trail.c.at >= since)
        with self._connection() as connection:
            return tuple(AuditEntry(**dict(row)) for row in connection.execute(query).mappings())

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """Open one transaction."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _refused(error) from error

    @cached_property
    def _engine(self) -> Engine:
        try:
            if self._url is None:
                path = self._folder / FILE
                path.parent.mkdir(exist_ok=True)
                engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE})
                event.listen(engine, "connect", _share)
            else:
                engine = create_engine(self._url)
            with engine.begin() as connection:
                _prepare(connection)
        except (ArgumentError, NoSuchModuleError) as error:
            raise SpecFileError(
                Text(
                    "[state] url 不是可用的数据库地址，应如 sqlite:///state.db。",
                    "[state] url is no usable database address; write it like sqlite:///state.db.",
                ),
                where="sheetsync.toml",
            ) from error
        except (SQLAlchemyError, OSError) as error:
            raise _refused(error) from error
        return engine


def _share(connection: object, _: object) -> None:
    """Let one run read while another one writes."""
    cursor = connection.cursor()  # type: ignore[attr-defined] # whatever the driver gives
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _prepare(connection: Connection) -> None:
    """Make the tables that a database lacks; refuse those of a newer program."""
    if not inspect(connection).has_table(shape.name):
        metadata.create_all(connection)
        connection.execute(insert(shape).values(number=SHAPE))
        return
    number = connection.execute(select(shape.c.number)).scalar_one()
    if number > SHAPE:
        raise OutputRefusedError(
            Text(
                "项目数据库由更新版本的 SheetSync 建立，本版本不能使用。",
                "The project's database was made by a newer SheetSync; this one cannot use it.",
            ),
            fix=Text("请升级 SheetSync。", "Upgrade SheetSync."),
        )
    if number < SHAPE:
        # So far, every new shape only added tables.
        metadata.create_all(connection)
        connection.execute(update(shape).values(number=SHAPE))


def _refused(error: Exception) -> OutputRefusedError:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return OutputRefusedError(
        Text("项目数据库无法读写。", "The project's database cannot be read or written."),
        why=same(f"({reason})"),
        fix=Text(
            "请检查 .sheetsync 文件夹的权限，或 sheetsync.toml 的 [state] url。",
            "Check the rights of the folder .sheetsync, or [state] url in sheetsync.toml.",
        ),
    )
