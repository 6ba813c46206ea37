"""The project's database: opened when it is first needed, used in short transactions."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from sheetsync.config.keeping import StateSettings
from sheetsync.state.address import address, no_address, no_driver
from sheetsync.state.copies import PRIVATE, copies_of, copy
from sheetsync.state.failures import damaged, emptied, explained, is_damage, newer
from sheetsync.state.held import connected
from sheetsync.state.tables import REVISION, revision, shape

_DEFAULTS = StateSettings()

_PATIENCE = 30
"""Seconds to wait for another run that is writing."""

_ANSWER = 10
"""Seconds that a server has to accept a connection."""

_WRITERS = 0x5EE75
"""Key of the lock in PostgreSQL that only one writer has at a time; any number that nobody else uses."""

_WRITES = "sheetsync_writes"


class Database:
    """The database of one project; meets nothing by itself, memory and history stand on it.

    Args:
        folder: The project folder.
        settings: `[state]`: which database, and how much of the past it keeps.
        environ: The environment, where secrets of the address may be.
        today: Tells the machine's time, which the age of copies goes by.
    """

    def __init__(
        self,
        folder: Path,
        settings: StateSettings = _DEFAULTS,
        *,
        environ: Mapping[str, str] = os.environ,
        today: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.settings = settings
        self.today = today
        self._folder = folder
        self._environ = environ

    @cached_property
    def file(self) -> Path | None:
        """The file of an SQLite database, None for a server.

        Raises:
            SpecFileError: `[state] url` is no address.
        """
        is_file = self._url.get_backend_name() == "sqlite" and self._url.database is not None
        return Path(str(self._url.database)) if is_file else None

    @property
    def absent(self) -> bool:
        """True where nothing was ever kept: then there is nothing to read, and reading makes no file.

        Raises:
            StateUnusableError: There is none although there was one before.
        """
        if self.file is None:
            return False
        try:
            if self.file.exists() and self.file.stat().st_size:
                return False
        except OSError as error:
            raise explained(error, self.file) from error
        if copies_of(self.file):
            raise emptied(self.file)
        return True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees the database as it is at one moment.

        Raises:
            SpecFileError: `[state] url` names no database that can be used.
            StateUnusableError: The database cannot be used.
            BusyError: Another run did not get done with it.
        """
        with self._guarded(), connected(self._engine) as connection:
            if self.file is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execution_options(**{_WRITES: False})
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes, all of it or nothing; one at a time.

        Raises:
            SpecFileError: `[state] url` names no database that can be used.
            StateUnusableError: The database cannot be used.
            BusyError: Another run did not get done with it.
        """
        with self._guarded(), _writing(self._engine) as connection:
            yield connection

    def copy(self, name: str) -> None:
        """Copy an SQLite database beside itself, unless that copy is there; servers see to it themselves.

        Args:
            name: Of the copy, beginning with the day.

        Raises:
            StateUnusableError: The database is damaged.
        """
        if self.file is None:
            return
        try:
            healthy = copy(self.file, name, keep=self.settings.copies)
        except (sqlite3.Error, OSError) as error:
            # A run that has done its work does not fail because no copy could be made of what it kept.
            healthy = not is_damage(error)
        if not healthy:
            raise damaged(self.file)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise explained(error, self.file) from error

    @cached_property
    def _url(self) -> URL:
        return address(self.settings.url, self._folder, self._environ)

    @cached_property
    def _engine(self) -> Engine:
        """The engine of a database of the present revision."""
        try:
            if self.file is not None:
                self._make_private(self.file)
            engine = _engine_of(self._url)
            with connected(engine) as connection, connection.begin():
                present = _revision(connection)
            if present != REVISION:
                self._upgrade(engine)
        except (ArgumentError, NoSuchModuleError) as error:
            raise no_address() from error
        except ModuleNotFoundError as error:
            raise no_driver() from error
        except (SQLAlchemyError, OSError) as error:
            raise explained(error, self.file) from error
        return engine

    def _make_private(self, file: Path) -> None:
        """Make the file where there is none, and let nobody else read it: SQLite would let everybody."""
        if self.absent:
            file.parent.mkdir(exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, PRIVATE))
        if file.stat().st_mode & ~PRIVATE & 0o777:
            # What another user owns is not ours to change; whether it can be used is seen soon enough.
            with suppress(PermissionError):
                file.chmod(PRIVATE)

    def _upgrade(self, engine: Engine) -> None:
        # Alembic takes nearly as long to import as SQLAlchemy, and is needed once in the life of a database.
        from sheetsync.state.upgrade import migrate

        with _writing(engine) as connection:
            # Another run may have done it while this one waited for its turn.
            present = _revision(connection)
            if present == REVISION:
                return
            if present is not None and not (present.isdecimal() and int(present) < int(REVISION)):
                raise newer(self.file)
            if present is not None:
                self.copy(f"{self.today():%Y-%m-%d}-{present}")
            migrate(connection, present, REVISION)


@lru_cache(maxsize=8)
def _engine_of(url: URL) -> Engine:
    """Return what speaks to a database; it keeps the statements of one workbook ready for the next.

    Raises:
        ArgumentError: The address is none.
        ModuleNotFoundError: There is no driver for it.
    """
    # A connection lives for one transaction, or as `held` says: no worker inherits one, no file stays open.
    engine = create_engine(url, poolclass=NullPool, connect_args=_arguments(url))
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with connected(engine) as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            yield connection


def _arguments(url: URL) -> dict[str, Any]:
    """Return what the driver is to be told beside the address."""
    if url.get_backend_name() == "sqlite":
        # The driver begins no transaction by itself; `_begin` does.
        return {"timeout": _PATIENCE, "isolation_level": None}
    if url.drivername == "postgresql+psycopg":
        limits = f"-c statement_timeout={_PATIENCE}s -c lock_timeout={_PATIENCE}s"
        return {"connect_timeout": _ANSWER, "options": f"{url.query.get('options', '')} {limits}".strip()}
    return {}


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    """Let one run read while another one writes, and lose nothing that was committed when the power fails."""
    # Of two runs that switch a new file at the same time, one does it for both.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    # Who means to write waits for its turn before it reads: it must not decide by what another one changes.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    """Return the revision that a database has come to, None when there is nothing of ours in it."""
    has_table = partial(connection.dialect.has_table, connection)
    if has_table(revision.name):
        return str(connection.execute(select(revision.c.version_num)).scalar_one())
    if has_table(shape.name):
        return f"{connection.execute(select(shape.c.number)).scalar_one():04}"
    return None
