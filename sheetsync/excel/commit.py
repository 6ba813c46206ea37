"""Putting new bytes in the place of a file so that no save by a person is lost, whatever happens in between.

The new file is written beside the old one and exchanged with it in one step; then we look at what came out.
If that is not what was read, somebody saved meanwhile, and the exchange is undone. Where the system cannot
exchange, the old file is moved aside first, and nothing is ever renamed over an existing name. A file is only
deleted once its content is known to be ours or to be what was read; what a crash leaves is for `leftovers`.
"""

import contextlib
import errno
import hashlib
import os
import stat
import sys
from pathlib import Path

from sheetsync.errors import BusyError, OutputRefusedError, StaleError
from sheetsync.excel.rename import exchange, rename_new, sync_folder
from sheetsync.text import Text, same

OURS = ".sheetsync-"
"""How the names of our temporary files begin."""

_ELSEWHERE = (errno.EACCES, errno.EBUSY, errno.ETXTBSY)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def name_key(path: Path) -> str:
    """Return a short stand-in for a file's name, which may itself be as long as a name can be."""
    return digest(os.fsencode(path.name))[:8]


def replace_file(path: Path, content: bytes, *, expected: str) -> None:
    """Put `content` in the place of a file that must still have the digest `expected`.

    Args:
        path: The file itself, links resolved.
        content: The new bytes.
        expected: SHA-256 of the bytes that were read.

    Raises:
        StaleError: Somebody saved in between; their version stands.
        BusyError: Another program holds the file.
        OutputRefusedError: The place cannot be written.
    """
    made = digest(content)
    # After a crash the name tells what each file should hold; see `leftovers`.
    swap = path.with_name(f"{OURS}{name_key(path)}-{expected[:8]}-{made[:8]}.swap")
    try:
        _write(swap, content, like=path)
        if not _exchange(path, swap, expected, made):
            _move_aside(path, swap, expected)
        sync_folder(path.parent)
    except FileNotFoundError as error:
        raise _stale(path) from error
    except OSError as error:
        raise _failed(error, path) from error


def create_file(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file, whole or not at all.

    Args:
        path: Where to.
        content: Its bytes.
        replace: True if a file of that name may be replaced.

    Raises:
        OutputRefusedError: The place cannot be written, or the name is taken.
        BusyError: Another program holds the file.
    """
    fresh = path.with_name(f"{OURS}{name_key(path)}-{os.getpid()}.new")
    try:
        _write(fresh, content, like=path if path.exists() else None)
        try:
            if replace:
                fresh.replace(path)
            else:
                rename_new(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise OutputRefusedError(
            Text("文件已经存在。", "The file exists already."), where=str(path)
        ) from error
    except OSError as error:
        raise _failed(error, path) from error


def keep_aside(found: Path, path: Path) -> Path:
    """Give a person's version of a workbook a name of its own beside it, and return that name."""
    number = 1
    while True:
        tail = f"（冲突副本 conflict{number if number > 1 else ''}）"
        kept = path.with_name(f"{path.stem[:60]}{tail}{path.suffix}")
        try:
            rename_new(found, kept)
        except FileExistsError:
            number += 1
        else:
            return kept


def _write(target: Path, content: bytes, *, like: Path | None) -> None:
    """Write a whole file to the disk, with the mode and owner of another one."""
    partial = target.with_suffix(".tmp")
    partial.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            _adopt(partial, like)
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _adopt(target: Path, like: Path | None) -> None:
    if sys.platform == "win32":
        return
    if like is None:
        umask = os.umask(0o077)
        os.umask(umask)
        target.chmod(0o666 & ~umask)
        return
    status, mine = like.stat(), target.stat()
    if (status.st_uid, status.st_gid) != (mine.st_uid, mine.st_gid):
        # Only the superuser may give files away; then the writer owns it, as after a save in Excel.
        with contextlib.suppress(PermissionError):
            os.chown(target, status.st_uid, status.st_gid)
    target.chmod(stat.S_IMODE(status.st_mode))


def _exchange(path: Path, swap: Path, expected: str, made: str) -> bool:
    """Exchange both files and look at what came out; return False if the system cannot."""
    try:
        if not exchange(swap, path):
            return False
    except OSError:
        swap.unlink()
        raise
    if digest(swap.read_bytes()) != expected:
        exchange(swap, path)
        if digest(swap.read_bytes()) != made:
            # Saved once more before we could undo: both versions are a person's.
            raise _stale(path, keep_aside(swap, path))
        swap.unlink()
        raise _stale(path)
    swap.unlink()
    return True


def _move_aside(path: Path, swap: Path, expected: str) -> None:
    """Replace without an exchange: for a moment there is no file, as with Excel's own save."""
    aside = swap.with_suffix(".aside")
    path.rename(aside)
    unchanged = digest(aside.read_bytes()) == expected
    try:
        rename_new(swap if unchanged else aside, path)
    except FileExistsError as error:
        swap.unlink()
        kept = None
        if unchanged:
            aside.unlink()
        else:
            kept = keep_aside(aside, path)
        raise _stale(path, kept) from error
    except OSError:
        rename_new(aside, path)
        swap.unlink()
        raise
    if not unchanged:
        swap.unlink()
        raise _stale(path)
    aside.unlink()


def _stale(path: Path, kept: Path | None = None) -> StaleError:
    copy = (
        Text(f"另一个版本保存为 {kept.name}。", f"Another version was kept as {kept.name}.") if kept else None
    )
    return StaleError(
        Text(
            "读取之后有人保存了这个工作簿，没有写入。",
            "Somebody saved the workbook after it was read; nothing was written.",
        ),
        why=copy,
        fix=Text("请重新运行。", "Run again."),
        where=str(path),
    )


def _failed(error: OSError, path: Path) -> OutputRefusedError | BusyError:
    reason = same(f"({error.strerror or error})")
    if error.errno in _ELSEWHERE:
        return BusyError(
            Text("文件被其他程序占用，或不允许写入。", "The file is held by another program, or protected."),
            why=reason,
            where=str(path),
        )
    return OutputRefusedError(
        Text("写入失败，原文件没有改动。", "Writing failed; the file is as it was."),
        why=reason,
        where=str(path),
    )
