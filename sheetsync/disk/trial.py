"""Tries whether a folder can really be written: rights alone do not tell (full disks, shares, scanners)."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def try_folder(folder: Path) -> float:
    """Write a small file into a folder, give it another name, read it back and delete it.

    Args:
        folder: An existing folder.

    Returns:
        When the file system says that it was written, seconds since 1970 UTC.

    Raises:
        OSError: One of these does not work; nothing is left behind where that is possible.
    """
    handle, name = tempfile.mkstemp(prefix=".sheetsync-doctor-", suffix=".try", dir=folder)
    made, renamed = Path(name), Path(f"{name}2")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"SheetSync")
            file.flush()
            os.fsync(file.fileno())
        made.replace(renamed)
        if renamed.read_bytes() != b"SheetSync":
            raise OSError("what was written is not what is read")
        return renamed.stat().st_mtime
    finally:
        for path in (made, renamed):
            with suppress(FileNotFoundError):
                path.unlink()
