"""What a file has beside its content: owner, mode, extended attributes, access lists; kept over a write."""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

_SIGNED = frozenset({"security.ima", "security.evm"})
"""Signatures over a file's content: they belong to the old content only."""

_NOT_HERE = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EINVAL, errno.ENODATA)


def adopt(target: Path, like: Path) -> None:
    """Give a file or folder of ours the owner, mode, extended attributes and access lists of another one.

    Only the superuser may give files away; then the writer owns it, as after a save in Excel. Where even the
    group cannot be kept, the mode gives our group no more than it gave everybody.

    Args:
        target: Ours.
        like: The one to be like.

    Raises:
        OSError: There is no room for the attributes, or the disk failed.
    """
    if sys.platform == "win32":
        return
    status, mine = like.stat(), target.stat()
    mode = stat.S_IMODE(status.st_mode)
    if (status.st_uid, status.st_gid) != (mine.st_uid, mine.st_gid):
        try:
            os.chown(target, status.st_uid, status.st_gid)
        except PermissionError:
            try:
                os.chown(target, -1, status.st_gid)
            except PermissionError:
                mode &= ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    target.chmod(mode)
    _adopt_extended(target, like)


def give_usual_mode(target: Path) -> None:
    """Give a new file the mode that a file made in the usual way has.

    Raises:
        OSError: The disk failed.
    """
    if sys.platform == "win32":
        return
    umask = os.umask(0o077)
    os.umask(umask)
    target.chmod(0o666 & ~umask)


def _adopt_extended(target: Path, like: Path) -> None:
    """Keep the attributes and access lists; no others, such as those a folder hands to its new files."""
    if sys.platform != "linux":
        return
    theirs, ours = _extended(like), _extended(target)
    for name, value in theirs.items():
        if ours.get(name) != value:
            with _where_allowed():
                os.setxattr(target, name, value)
    for name in ours.keys() - theirs.keys():
        with _where_allowed():
            os.removexattr(target, name)


def _extended(path: Path) -> dict[str, bytes]:
    """Return the attributes that may be read and carried over."""
    found = {}
    if sys.platform == "linux":
        with _where_allowed():
            for name in os.listxattr(path):
                if name not in _SIGNED:
                    with _where_allowed():
                        found[name] = os.getxattr(path, name)
    return found


@contextlib.contextmanager
def _where_allowed() -> Iterator[None]:
    """Pass over what this system, file system or user has no say in."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
