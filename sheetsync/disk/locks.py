"""One writer a workbook: locks of the operating system, which a crash frees by itself.

Two of them: one on this machine, taken before any work is done, and one on the folder that holds the backups
of the workbook, taken before it is written: that one is met by other users, too, and on shared disks by other
machines.
"""

import errno
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from sheetsync.errors import BusyError, OutputRefusedError
from sheetsync.text import Text, same

if sys.platform != "win32":
    import fcntl

Still = Callable[[], None]
"""Asked right before a workbook is replaced: raises BusyError if the lock is no longer ours."""
OnlyWriter = Callable[[Path], AbstractContextManager[Still]]
"""Holds the lock of a workbook."""

_HELD = (errno.EAGAIN, errno.EACCES)


@contextmanager
def only_writer(path: Path) -> Iterator[Still]:
    """Hold the lock of a workbook on this machine, never waiting for it.

    Args:
        path: The workbook itself, links resolved.

    Yields:
        What never objects: the system takes such a lock from nobody.

    Raises:
        BusyError: Another run is writing it.
        OutputRefusedError: No lock can be made.
    """
    key = hashlib.sha256(os.fsencode(os.path.normcase(path))).hexdigest()[:32]
    try:
        lock = FileLock(_folder() / f"{key}.lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise busy(path) from error
    except OSError as error:
        raise _unlocked(error, Path(tempfile.gettempdir())) from error
    try:
        yield lambda: None
    finally:
        lock.release()


@contextmanager
def only_writer_in(folder: Path, path: Path) -> Iterator[None]:
    """Hold the lock on the folder of a workbook's backups, never waiting for it; nothing is left in it.

    Args:
        folder: The folder. Where its disk knows no such locks, nothing is locked.
        path: The workbook, for messages.

    Raises:
        BusyError: Another run is writing it.
        OutputRefusedError: The folder cannot be opened.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _unlocked(error, folder) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise busy(path) from error
        yield
    finally:
        os.close(handle)


def _folder() -> Path:
    """Return this user's folder for locks, on a local disk.

    Raises:
        OSError: It cannot be made, or somebody else made one of that name.
    """
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"sheetsync-locks-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32":
        status = folder.lstat()
        if status.st_uid != user or not stat.S_ISDIR(status.st_mode) or status.st_mode & 0o022:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(folder))
    return folder


def busy(path: Path) -> BusyError:
    """Return the error for a workbook that another run is writing."""
    return BusyError(
        Text("另一个 SheetSync 正在写这个工作簿。", "Another run of SheetSync is writing this workbook."),
        fix=Text("请稍后再试。", "Try again in a moment."),
        where=str(path),
    )


def _unlocked(error: OSError, place: Path) -> OutputRefusedError:
    return OutputRefusedError(
        Text("无法为工作簿加锁，没有写入。", "The workbook cannot be locked; nothing was written."),
        why=same(f"({error.strerror or error})"),
        where=str(place),
    )
