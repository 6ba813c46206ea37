"""Renames that never replace a file unseen: exchange, and rename only onto a free name."""

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


def exchange(one: Path, other: Path) -> bool:
    """Let two files swap their names in one step; return False where the system cannot.

    Raises:
        OSError: It can, but not here.
    """
    return renameat2(one, other, _EXCHANGE)


def rename_new(source: Path, target: Path) -> None:
    """Rename a file that only we know of onto a name that must be free.

    Where the system cannot do it in one step, the file has both names for a moment; if the disk fails then,
    it keeps both, and `leftovers` clears the old one.

    Args:
        source: Ours: were it anybody's, a save of theirs in that moment would be lost.
        target: The new name, on the same file system.

    Raises:
        FileExistsError: The name is taken.
        OSError: The place cannot be written, or can do neither.
    """
    if sys.platform == "win32":
        source.rename(target)
    elif not renameat2(source, target, _NOREPLACE):
        os.link(source, target)
        with contextlib.suppress(OSError):
            source.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can.

    Raises:
        OSError: The disk failed.
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
    finally:
        os.close(handle)


def renameat2(source: Path, target: Path, flags: int) -> bool:
    """Call Linux' `renameat2`; return False where it, or the file system, does not know the flag."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), ctypes.c_uint(flags)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code), str(target))


@cache
def _renameat2() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
