"""One writer a workbook: a lock of the operating system, which a crash frees by itself."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sheetsync.errors import BusyError
from sheetsync.text import Text


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock of a workbook, never waiting for it.

    Args:
        path: The workbook itself, links resolved.

    Raises:
        BusyError: Another run is writing it.
    """
    key = hashlib.sha256(os.fsencode(os.path.normcase(path))).hexdigest()[:32]
    lock = FileLock(_folder() / f"{key}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            Text("另一个 SheetSync 正在写这个工作簿。", "Another run of SheetSync is writing this workbook."),
            fix=Text("请稍后再试。", "Try again in a moment."),
            where=str(path),
        ) from error
    try:
        yield
    finally:
        lock.release()


def _folder() -> Path:
    """Return this user's folder for locks, on a local disk."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"sheetsync-locks-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
