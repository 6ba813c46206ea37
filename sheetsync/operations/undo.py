"""`undo`: puts back the version of a workbook that stood before the last write."""

from collections.abc import Sequence

from sheetsync.errors import UsageError
from sheetsync.ports import Backup, Restorable
from sheetsync.text import Text


def kept(book: Restorable) -> Sequence[Backup]:
    """Return the kept versions of a workbook, newest first."""
    return book.backups()


def undo(book: Restorable, *, path: str) -> Backup:
    """Put back the newest kept version; the present one is kept first.

    Args:
        book: The workbook.
        path: As the user named it.

    Returns:
        The version that was put back.

    Raises:
        UsageError: Nothing is kept.
    """
    versions = book.backups()
    if not versions:
        raise UsageError(
            Text("没有可恢复的备份。", "There is no earlier version to put back."),
            why=Text("备份在每次写入前自动保存。", "One is kept before each write."),
            where=path,
        )
    book.restore(versions[0])
    return versions[0]
