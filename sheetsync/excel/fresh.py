"""Writes a file that was not there before, whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path

from sheetsync.errors import OutputRefusedError, UsageError
from sheetsync.text import Text

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_fresh(path: Path, content: bytes, *, force: bool) -> None:
    """Write a new file, with its folders.

    Args:
        path: Where.
        content: All of it.
        force: Replace a file that is there already.

    Raises:
        UsageError: The file is there already.
        OutputRefusedError: The place cannot be written; nothing was left behind.
    """
    if path.exists() and not force:
        raise UsageError(
            Text("文件已存在，未覆盖。", "The file exists; it was not replaced."),
            fix=Text("换一个名字，或加 --force 覆盖。", "Give another name, or --force to replace it."),
            where=str(path),
        )
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The mode bits count even for root, who could write: a folder without them is meant to stay as it is.
        if not stat.S_IMODE(path.parent.stat().st_mode) & _WRITABLE:
            raise PermissionError
        handle, temporary = tempfile.mkstemp(prefix=".sheetsync-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise OutputRefusedError(
            Text("这里不能写文件。", "Nothing can be written here."),
            why=Text(
                f"原因：{error.strerror or '文件夹只读'}。",
                f"Because: {error.strerror or 'read-only folder'}.",
            ),
            fix=Text("请换一个文件夹，或改权限。", "Choose another folder, or change its permissions."),
            where=str(path),
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    """Return the process's file mode mask; the system only tells it when it is set."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
