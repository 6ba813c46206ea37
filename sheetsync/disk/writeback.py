"""One write of one workbook: nobody has it open, a version is kept, the new one is put in its place."""

from pathlib import Path

from sheetsync.disk.backup import Backups
from sheetsync.disk.commit import Make, failed, replace_file, saved_meanwhile
from sheetsync.disk.leftovers import forget_older, is_ours
from sheetsync.disk.owners import refuse_if_open
from sheetsync.disk.places import check_file
from sheetsync.text import Text


def write_back(path: Path, make: Make, *, expected: str, backups: Backups) -> str:
    """Put new content in the place of a workbook; call it while holding its lock.

    Args:
        path: The workbook itself, links resolved.
        make: Makes the new content.
        expected: SHA-256 of what was read.
        backups: Its kept versions.

    Returns:
        SHA-256 of what was made. If that is `expected`, nothing was replaced.

    Raises:
        StaleError: Somebody saved since; nothing was written.
        BusyError: Somebody has it open, or another run is writing it; nothing was written.
        OutputRefusedError: The place may not be written.
    """
    try:
        check_file(path)
    except FileNotFoundError as error:
        raise saved_meanwhile(path) from error
    refuse_if_in_use(path, backups)
    with backups.opened():
        backups.keep(expected)
        refuse_if_in_use(path, backups)
        made = replace_file(path, make, expected=expected, keep_in=backups.folder)
        forget_older(backups.folder, made)
    return made


def refuse_if_in_use(path: Path, backups: Backups) -> tuple[Text, ...]:
    """Raise if another program has the workbook open; return warnings of what a crash left behind.

    Raises:
        OpenElsewhereError: An owner file says so.
        OutputRefusedError: The disk failed.
    """
    try:
        return refuse_if_open(path, ours=lambda: is_ours(path, backups.folder))
    except OSError as error:
        raise failed(error, path) from error
