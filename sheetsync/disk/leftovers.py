"""What an earlier write left, put right by content, never by guess.

A crash leaves files beside the workbook. A write that went well leaves the old file: a program that had it
open may have saved into it since.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from sheetsync.disk.backup import Backups
from sheetsync.disk.commit import OURS, SHORT, digest_of, failed, keep_aside, name_key
from sheetsync.disk.neighbours import beginning
from sheetsync.disk.rename import exchange, rename_new
from sheetsync.text import Text

_NAME = re.compile(r"-([0-9a-f]{16})-([0-9a-f]{16})\.(swap|aside|old)$")
_BACK = Text(
    "上次写入时有人仍开着旧文件，之后又保存了；已换回他们的版本。",
    "Somebody had the old file open during the last write and saved into it; their version is back in place.",
)


def recover(path: Path, backups: Backups) -> tuple[Text, ...]:
    """Put right what an earlier write of this workbook left; call it while holding its lock.

    Args:
        path: The workbook itself, links resolved; it may be missing.
        backups: Its kept versions; their folder takes the old file at a write.

    Returns:
        What the user should know: versions of people that came back or were kept beside the workbook.

    Raises:
        OutputRefusedError: The disk failed; nothing was lost.
        BusyError: Another program holds one of the files.
    """
    notes = []
    try:
        left = list(_found(path, backups.folder))
    except OSError as error:
        raise failed(error, path) from error
    for found in left:
        match, note = _NAME.search(found.name), None
        try:
            if match is not None:
                note = _settled(found, path, match[1], match[2], backups)
            elif found.suffix == ".tmp":
                found.unlink()
        except FileNotFoundError:
            # Another machine that shares the folder was faster.
            continue
        except OSError as error:
            raise failed(error, found) from error
        if note is not None:
            notes.append(note)
    return tuple(notes)


def is_left(path: Path) -> bool:
    """Return True if an interrupted write of this workbook left something beside it."""
    return any(_found(path, None))


def is_ours(path: Path, attic: Path) -> bool:
    """Return True if a workbook is as our last write made it.

    Raises:
        OSError: It cannot be read.
    """
    made = {match[2] for found in _found(path, attic) if (match := _NAME.search(found.name))}
    return bool(made) and digest_of(path)[:SHORT] in made


def forget_older(attic: Path, made: str) -> None:
    """Delete the old files of writes before the last one, if nobody saved into them.

    Args:
        attic: Where they are.
        made: SHA-256 of what the last write made.
    """
    for found in beginning(attic, OURS):
        match = _NAME.search(found.name)
        if match is None or match[3] != "old" or match[2] == made[:SHORT]:
            continue
        with contextlib.suppress(OSError):
            if digest_of(found)[:SHORT] == match[1]:
                found.unlink()


def _found(path: Path, attic: Path | None) -> Iterator[Path]:
    yield from beginning(path.parent, f"{OURS}{name_key(path)}-")
    if attic is not None:
        yield from beginning(attic, OURS)


def _settled(found: Path, path: Path, read: str, made: str, backups: Backups) -> Text | None:
    """Decide about one file by what it holds.

    Args:
        found: The file.
        path: The workbook.
        read: Start of the digest of what that write had read; this was backed up before.
        made: Start of the digest of what it made; this can be made again.
        backups: The kept versions of the workbook.

    Returns:
        What the user should know.
    """
    version = digest_of(found)
    content = version[:SHORT]
    if content == made:
        found.unlink()
        return None
    theirs = content != read
    if not path.exists() and (theirs or found.suffix != ".old"):
        try:
            rename_new(found, path)
        except FileExistsError:
            pass
        else:
            return _BACK if theirs else None
    if not theirs:
        if found.suffix != ".old" or found.parent == path.parent:
            found.unlink()
        return None
    if path.exists() and digest_of(path)[:SHORT] == made:
        # Whoever has our version open may save over theirs before anybody has seen it.
        backups.keep(version, source=found)
        if _given_back(found, path, made):
            return _BACK
    return kept_as(keep_aside(found, path))


def _given_back(found: Path, path: Path, made: str) -> bool:
    """Exchange our version for theirs; return False if `found` holds a person's version still."""
    if not exchange(found, path) or digest_of(found)[:SHORT] != made:
        # The system cannot, or somebody saved just now: that is theirs, too.
        return False
    found.unlink()
    return True


def kept_as(kept: Path) -> Text:
    """Return what to tell the user of a conflict copy."""
    return Text(
        f"发现另一个人保存的版本，已存为 {kept.name}，请合并后删除它。",
        f"Another version that a person saved was kept as {kept.name}; merge it, then delete it.",
    )
