"""Copies of a project's SQLite database, one a day: what there is to go back to when the file is damaged."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sheetsync.disk.rename import sync_folder

_DATED = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*.db"
PRIVATE = 0o600


def copies_of(file: Path) -> Sequence[Path]:
    """Return the copies of a database file, the oldest first."""
    return sorted(_folder(file).glob(_DATED))


def copy(file: Path, name: str, *, keep: int) -> bool:
    """Copy a database that may be in use; nothing is done if the copy exists or another run is making it.

    Args:
        file: The database.
        name: Of the copy, beginning with the day.
        keep: How many copies stay, the newest of them.

    Returns:
        False if the database is damaged; then no copy was made or dropped.

    Raises:
        OSError: The copy cannot be written.
        sqlite3.Error: The database cannot be read, or the copy cannot be written.
    """
    place = _folder(file) / f"{name}.db"
    if place.exists():
        return True
    place.parent.mkdir(mode=0o700, exist_ok=True)
    part = place.with_suffix(".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        return True
    try:
        with closing(sqlite3.connect(file)) as database:
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return False
            database.execute("VACUUM INTO ?", (str(part),))
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(place)
        sync_folder(place.parent)
    finally:
        part.unlink(missing_ok=True)
    _drop(file, part.name, keep)
    return True


def _drop(file: Path, present: str, keep: int) -> None:
    """Delete the copies beyond the newest, and what a run that was killed on an earlier day left behind."""
    for old in copies_of(file)[:-keep]:
        old.unlink(missing_ok=True)
    for part in _folder(file).glob("*.part"):
        if part.name < present:
            part.unlink(missing_ok=True)


def _folder(file: Path) -> Path:
    return file.with_name(f"{file.stem}-copies")
