"""What the checks may ask for: plain values, and calls into rooms that this one does not know."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sheetsync.config.settings import Settings
from sheetsync.disk.drives import network_drive
from sheetsync.disk.trial import try_folder
from sheetsync.errors import SheetSyncError
from sheetsync.model.health import DatabaseHealth
from sheetsync.model.job import Job
from sheetsync.model.message import Entry
from sheetsync.model.tick import TickRun
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Everything that checks look at; each call may raise a SheetSyncError.

    Args:
        folder: The project folder, None when there is none.
        settings: Effective settings; the defaults where they cannot be read.
        trouble: Why the settings cannot be read; None where they can.
        now: Wall clock of the project's zone.
        utc: Tells the machine's clock, UTC without zone information.
        environ: The environment.
        published: The last year whose official calendar is known.
        books: The workbooks of the project.
        recognised: Reads a workbook; returns the titles of the forms found in it.
        forms: Reads all forms; returns how many there are.
        rules: Reads the rule packs in force; returns their titles.
        jobs: Reads the job files.
        pair: Opens the two tables of a pair of the settings; returns their addresses.
        database: Looks at the project's database.
        messages: The messages that did not leave or are in doubt.
        last_run: The last due moment of a job that is known, by the job's name; None where there is none.
        last_success: The last due moment of a job that ended well; None where there is none.
        missed: How many due times of a job passed since the last known one.
        mail: Greets the mail server and logs in.
        feishu: Asks Feishu for a token; returns what is well.
        bases: Addresses of the Bitable tables that pairs name: token of the base, id of the table if any.
        base: Asks Feishu for a base; returns what it is called, the ids of its tables, and whether advanced
            permissions may hide records.
        try_folder: Writes into a folder for a moment; returns the file system's time, seconds since 1970 UTC.
        free_bytes: Room that is left on the disk of a folder.
        network_drive: The kind of network drive that a folder lies on, None for a local disk.
        versions: Returns the installed version of a package, None where it is missing.
    """

    folder: Path | None
    settings: Settings
    trouble: SheetSyncError | None = None
    now: datetime
    utc: Callable[[], datetime]
    environ: Mapping[str, str]
    published: Callable[[], int]
    books: Callable[[], Sequence[Path]]
    recognised: Callable[[Path], Sequence[Text]]
    forms: Callable[[], int]
    rules: Callable[[], Sequence[Text]]
    jobs: Callable[[], Sequence[Job]]
    pair: Callable[[str], tuple[str, str]]
    database: Callable[[], DatabaseHealth]
    messages: Callable[[], Sequence[Entry]]
    last_run: Callable[[str], TickRun | None]
    last_success: Callable[[str], TickRun | None]
    missed: Callable[[Job, TickRun], int]
    mail: Callable[[], None]
    feishu: Callable[[], Sequence[Text]]
    bases: Callable[[], Sequence[tuple[str, str | None]]]
    base: Callable[[str], tuple[str, Collection[str], bool]]
    try_folder: Callable[[Path], float] = try_folder
    free_bytes: Callable[[Path], int]
    network_drive: Callable[[Path], str | None] = network_drive
    versions: Callable[[str], str | None]

    def reached_database(self) -> DatabaseHealth | None:
        """Return how the database is; None where it cannot be looked at, of which one check tells why."""
        if self.folder is None:
            return None
        try:
            return self.database()
        except SheetSyncError:
            return None

    def usable_database(self) -> DatabaseHealth | None:
        """Return how the database is; None where reading from it would have to make or upgrade it first."""
        found = self.reached_database()
        if found is None or found.revision == found.wanted:
            return found
        return found if found.absent and found.file is not None else None
