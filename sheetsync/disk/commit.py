"""Putting new content in the place of a file so that no person's save is lost, whatever happens in between.

The new file is written beside the old one and exchanged with it in one step; then we look at what came out.
If that is not what was read, somebody saved meanwhile, and the exchange is undone. Where the system cannot
exchange, the old file is moved aside first, and nothing is ever renamed over an existing name. A file is only
deleted once its content is known to be ours or to be what was read; what a crash leaves is for `leftovers`.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from sheetsync.disk.attributes import adopt, give_usual_mode
from sheetsync.disk.content import digest
from sheetsync.disk.rename import exchange, rename_new, sync_folder
from sheetsync.errors import BusyError, OutputRefusedError, StaleError
from sheetsync.text import Text, same

OURS = ".sheetsync-"
"""How the names of our temporary files begin."""

SHORT = 16
"""Letters of a digest that stand in names."""

Make = Callable[[BinaryIO], str | None]
"""Writes the whole new content into an empty file, reads it back, and raises if it is wrong.

Returns the SHA-256 of what stands there where it had to look at it; None leaves that to others.
"""

_BLOCK = 1 << 20
"""Bytes held at a time."""

_ELSEWHERE = (errno.EACCES, errno.EBUSY, errno.ETXTBSY)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, without holding the file in memory.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return digest_in(file)


def digest_in(file: BinaryIO) -> str:
    """Return the SHA-256 of all that stands in an open file, in hexadecimal; it is left at its end.

    Raises:
        OSError: It cannot be read.
    """
    file.flush()
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(_BLOCK):
        found.update(block)
    return found.hexdigest()


def name_key(path: Path) -> str:
    """Return a short stand-in for a file's name, which may itself be as long as a name can be."""
    return digest(os.fsencode(path.name))[:8]


def just(content: bytes) -> Make:
    """Return what makes a file of content that is at hand."""

    def make(file: BinaryIO) -> None:
        file.write(content)

    return make


def replace_file(path: Path, make: Make, *, expected: str, keep_in: Path | None = None) -> str:
    """Make new content and put it in the place of a file that must still have the digest `expected`.

    The old file is kept until the next run: a program that has it open may still write into it.

    Args:
        path: The file itself, links resolved.
        make: Makes the content; what it raises is raised, and the old file stays.
        expected: SHA-256 of what was read.
        keep_in: A folder on the same file system that takes the old file; beside the new one when None.

    Returns:
        SHA-256 of what was made. If that is `expected`, nothing was replaced.

    Raises:
        StaleError: Somebody saved in between; their version stands.
        BusyError: Another program holds the file.
        OutputRefusedError: The place cannot be written.
    """
    try:
        partial, made = _written(path, make, like=path)
        if made == expected:
            partial.unlink()
            return made
        # After a crash the name tells what each file should hold; see `leftovers`.
        fresh = path.with_name(f"{OURS}{name_key(path)}-{expected[:SHORT]}-{made[:SHORT]}.swap")
        _move_new(partial, fresh)
        old = _put(path, fresh, expected=expected, made=made)
        try:
            sync_folder(path.parent)
        except OSError:
            with _finished_later(path):
                _put(path, old, expected=made, made=expected).unlink()
            raise
    except FileNotFoundError as error:
        raise saved_meanwhile(path) from error
    except OSError as error:
        raise failed(error, path) from error
    _lay_by(old, [folder for folder in (keep_in, path.parent) if folder is not None])
    return made


def create_file(path: Path, make: Make, *, replace: bool = False, like: Path | None = None) -> str:
    """Make a file, whole or not at all.

    Args:
        path: Where to.
        make: Makes the content; what it raises is raised, and nothing is left behind.
        replace: True if a file of that name may be replaced; then it gives its owner and mode.
        like: An existing file that gives owner and mode instead.

    Returns:
        SHA-256 of what was made.

    Raises:
        OutputRefusedError: The place cannot be written, or the name is taken.
        BusyError: Another program holds the file.
    """
    try:
        partial, made = _written(path, make, like=path if replace and path.exists() else like)
        try:
            if replace:
                partial.replace(path)
            else:
                _claim(partial, path)
        except OSError:
            _drop(partial)
            raise
        sync_folder(path.parent)
    except FileExistsError as error:
        raise OutputRefusedError(
            Text("文件已经存在。", "The file exists already."), where=str(path)
        ) from error
    except OSError as error:
        raise failed(error, path) from error
    return made


def keep_aside(found: Path, path: Path) -> Path:
    """Give a person's version of a workbook a name of its own beside it, and return that name.

    Raises:
        OSError: The folder cannot be written; the version stays where it was found.
    """
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


def saved_meanwhile(path: Path, kept: Path | None = None) -> StaleError:
    """Return what to tell the user where a person's save came between."""
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


def failed(error: OSError, path: Path) -> OutputRefusedError | BusyError:
    """Return what to tell the user of an error of the system while a file was to be written."""
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


def _written(path: Path, make: Make, *, like: Path | None) -> tuple[Path, str]:
    """Write a whole file beside `path` onto the disk; return its name and its digest."""
    partial = path.with_name(f"{OURS}{name_key(path)}-{os.getpid()}.tmp")
    partial.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(partial, flags, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            made = make(file) or digest_in(file)
            if like is None:
                give_usual_mode(partial)
            else:
                adopt(partial, like)
            # Never tried again where it fails: the system may have dropped what it could not write.
            os.fsync(file.fileno())
    except BaseException:
        _drop(partial)
        raise
    return partial, made


def _move_new(partial: Path, fresh: Path) -> None:
    """Give a finished file the name that tells what it is for."""
    try:
        rename_new(partial, fresh)
    except OSError as error:
        _drop(partial)
        if error.errno in (errno.EPERM, errno.ENOTSUP):
            raise OutputRefusedError(
                Text(
                    "这个磁盘无法安全地替换文件，没有写入。",
                    "This disk has no safe way to replace a file; nothing was written.",
                ),
                fix=Text("请用 -o 写到别处。", "Write elsewhere with -o."),
                where=str(fresh.parent),
            ) from error
        raise


def _claim(partial: Path, path: Path) -> None:
    """Rename onto a name that must be free, on any disk."""
    try:
        rename_new(partial, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
        # A disk without a rename of that kind, such as exFAT: hold the name with an empty file of ours.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        partial.replace(path)


def _put(path: Path, fresh: Path, *, expected: str, made: str) -> Path:
    """Put `fresh` in the place of `path`; return where the old file is now.

    Args:
        path: Must hold what has the digest `expected`.
        fresh: Holds what has the digest `made`.
        expected: As above.
        made: As above.

    Raises:
        StaleError: It holds something else; that stays.
        OSError: The disk failed; the old file stays.
    """
    try:
        exchanged = exchange(fresh, path)
    except OSError:
        _drop(fresh, made)
        raise
    if not exchanged:
        return _move_aside(path, fresh, expected=expected, made=made)
    try:
        unchanged = digest_of(fresh) == expected
    except OSError:
        _take_back(path, fresh, made)
        raise
    if not unchanged:
        raise saved_meanwhile(path, _take_back(path, fresh, made))
    return fresh


def _take_back(path: Path, fresh: Path, made: str) -> Path | None:
    """Undo an exchange; return the conflict copy if somebody saved once more before that."""
    with _finished_later(path):
        exchange(fresh, path)
        if digest_of(fresh) == made:
            fresh.unlink()
            return None
        # Both versions are a person's.
        return keep_aside(fresh, path)


def _move_aside(path: Path, fresh: Path, *, expected: str, made: str) -> Path:
    """Replace without an exchange: for a moment there is no file, as with Excel's own save."""
    aside = fresh.with_suffix(".swap" if fresh.suffix == ".aside" else ".aside")
    try:
        path.rename(aside)
    except OSError:
        _drop(fresh, made)
        raise
    unchanged = False
    try:
        unchanged = digest_of(aside) == expected
        rename_new(fresh if unchanged else aside, path)
    except OSError as error:
        # Either the disk failed, or somebody saved while there was no file: theirs stays.
        kept = _put_back(aside, path, expected)
        _drop(fresh, made)
        if isinstance(error, FileExistsError):
            raise saved_meanwhile(path, kept) from error
        raise
    if not unchanged:
        _drop(fresh, made)
        raise saved_meanwhile(path)
    return aside


def _put_back(aside: Path, path: Path, expected: str) -> Path | None:
    """Give the old file its name again; return the conflict copy if that is taken by another version."""
    with _finished_later(path):
        try:
            rename_new(aside, path)
        except FileExistsError:
            if digest_of(aside) != expected:
                return keep_aside(aside, path)
            aside.unlink()
        return None


@contextlib.contextmanager
def _finished_later(path: Path) -> Iterator[None]:
    """Say so where the disk fails while a write is undone: all content is there, under names of ours."""
    try:
        yield
    except OSError as error:
        raise OutputRefusedError(
            Text("写入中断，内容没有丢失。", "The write broke off; nothing is lost."),
            why=same(f"({error.strerror or error})"),
            fix=Text("请重新运行，它会先恢复原状。", "Run again: that puts everything right first."),
            where=str(path),
        ) from error


def _lay_by(old: Path, folders: list[Path]) -> None:
    """Move the old file out of sight; where that cannot be, the next run finds it all the same."""
    for folder in folders:
        with contextlib.suppress(OSError):
            old.replace(folder / old.with_suffix(".old").name)
            return


def _drop(ours: Path, made: str | None = None) -> None:
    """Delete a file of ours, if it holds what it should; what cannot be deleted is for the next run."""
    with contextlib.suppress(OSError):
        if made is None or digest_of(ours) == made:
            ours.unlink()
