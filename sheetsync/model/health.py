"""How the database of a project is, as one look at it tells."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyKept:
    """The last daily copy of a database file.

    Args:
        path: Where it is.
        taken: When it was made, UTC.
        sound: Whether it can be read whole.
    """

    path: str
    taken: datetime
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseHealth:
    """How a database is.

    Args:
        file: Path of an SQLite database; None for a server.
        absent: True where nothing was ever kept.
        revision: The revision of its tables; None where there are none of ours.
        wanted: The revision that this program uses.
        newer: True where a newer program made it.
        sound: Whether SQLite finds it whole; a server sees to that itself.
        clock: The server's time, UTC; None for a file.
        copy: The last copy; None where there is none, or for a server.
    """

    file: str | None
    absent: bool
    revision: str | None
    wanted: str
    newer: bool = False
    sound: bool = True
    clock: datetime | None = None
    copy: CopyKept | None = None
