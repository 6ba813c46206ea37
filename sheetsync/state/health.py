"""Looks at a project's database without changing anything: no upgrade, no new file."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import NullPool, create_engine, func, inspect, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from sheetsync.config.keeping import StateSettings
from sheetsync.model.health import CopyKept, DatabaseHealth
from sheetsync.state.address import address, no_address, no_driver
from sheetsync.state.copies import copies_of
from sheetsync.state.database import Database
from sheetsync.state.failures import damaged, explained, is_damage
from sheetsync.state.tables import REVISION, revision

_ANSWER = 10
"""Seconds that a server has to accept a connection."""


def examine(folder: Path, settings: StateSettings, environ: Mapping[str, str]) -> DatabaseHealth:
    """Return how the database of a project is.

    Args:
        folder: The project folder.
        settings: `[state]`.
        environ: The environment, where secrets of the address may be.

    Raises:
        SpecFileError: `[state] url` names no database that can be used.
        StateUnusableError: The database is damaged, gone, or cannot be used.
    """
    database = Database(folder, settings, environ=environ)
    if database.file is None:
        return _server(folder, settings, environ)
    copies = copies_of(database.file)
    last = None if not copies else _copy(copies[-1])
    if database.absent:
        return DatabaseHealth(file=str(database.file), absent=True, revision=None, wanted=REVISION)
    try:
        with closing(_opened(database.file)) as connection:
            sound = _is_sound(connection)
            present = _present(connection)
    except sqlite3.Error as error:
        raise explained(error, database.file) from error
    if not sound:
        raise damaged(database.file)
    return DatabaseHealth(
        file=str(database.file),
        absent=False,
        revision=present,
        wanted=REVISION,
        newer=_is_newer(present),
        copy=last,
    )


def _server(folder: Path, settings: StateSettings, environ: Mapping[str, str]) -> DatabaseHealth:
    try:
        url = address(settings.url, folder, environ)
        waits = {"connect_timeout": _ANSWER} if url.get_backend_name() == "postgresql" else {}
        with create_engine(url, poolclass=NullPool, connect_args=waits).connect() as connection:
            clock = connection.execute(select(func.now())).scalar_one()
            known = inspect(connection).has_table(revision.name)
            present = str(connection.execute(select(revision.c.version_num)).scalar_one()) if known else None
    except (ArgumentError, NoSuchModuleError) as error:
        raise no_address() from error
    except ModuleNotFoundError as error:
        raise no_driver() from error
    except SQLAlchemyError as error:
        raise explained(error, None) from error
    return DatabaseHealth(
        file=None,
        absent=not known,
        revision=present,
        wanted=REVISION,
        newer=_is_newer(present),
        clock=None if clock.tzinfo is None else clock.astimezone(UTC).replace(tzinfo=None),
    )


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error as error:
        if is_damage(error):
            return False
        raise


def _present(connection: sqlite3.Connection) -> str | None:
    """Return the revision of an SQLite database, 0000 from before there were revisions."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "sheetsync_revision" in names:
        (number,) = connection.execute("SELECT version_num FROM sheetsync_revision").fetchone()
        return str(number)
    return "0000" if "sheetsync_shape" in names else None


def _is_newer(present: str | None) -> bool:
    return present is not None and not (present.isdecimal() and int(present) <= int(REVISION))


def _copy(path: Path) -> CopyKept:
    try:
        with closing(_opened(path)) as connection:
            sound = _is_sound(connection)
    except sqlite3.Error:
        sound = False
    taken = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    return CopyKept(path=str(path), taken=taken, sound=sound)
