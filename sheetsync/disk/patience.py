"""Waiting a little for a workbook that somebody is saving or copying at this moment."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sheetsync.errors import BusyError, InputRefusedError
from sheetsync.text import Text

Result = TypeVar("Result")

WAITS = (0.5, 1.5, 3.0)
"""Seconds before each further try: Excel deletes and renames when it saves."""

_FRESH_SECONDS = 60
_DIRECTORY_END = b"PK\5\6"
_TAIL = 22 + 65_535
"""Bytes at the end of an archive among which its directory ends."""


def read_patiently(
    read: Callable[[], Result], path: Path, *, known: bool, sleep: Callable[[float], None] = time.sleep
) -> Result:
    """Read a workbook; if it is half written, or gone for a moment, try again a few times.

    Args:
        read: Reads it.
        path: The workbook itself, links resolved.
        known: True if it was there before: then a missing one may be on its way back.
        sleep: Waits for so many seconds.

    Raises:
        BusyError: It was there before and does not come back.
        InputRefusedError: What `read` says.
    """
    for wait in WAITS:
        try:
            return read()
        except InputRefusedError:
            if not (known if not path.exists() else _half_written(path)):
                raise
        sleep(wait)
    try:
        return read()
    except InputRefusedError as error:
        if not known or path.exists():
            raise
        raise BusyError(
            Text("工作簿不见了，可能正在保存。", "The workbook is gone; perhaps it is just being saved."),
            fix=Text(
                "请稍后再运行；如果它被误删，可用 sheetsync undo 恢复。",
                "Run again in a moment; if it was deleted, sheetsync undo brings it back.",
            ),
            where=str(path),
        ) from error


def _half_written(path: Path) -> bool:
    """Return True if a file that changed just now looks like the beginning of a workbook only."""
    try:
        status = path.stat()
        if not path.is_file() or time.time() - max(status.st_mtime, status.st_ctime) > _FRESH_SECONDS:
            return False
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(max(0, status.st_size - _TAIL))
            return not head.strip(b"\0") or (
                head.startswith(b"PK") and _DIRECTORY_END not in file.read(_TAIL)
            )
    except OSError:
        return False
