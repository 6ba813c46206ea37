"""Whether a file or folder may be written, asked before any work is done."""

import os
import stat
from pathlib import Path

from sheetsync.errors import OutputRefusedError
from sheetsync.text import Text

_ANYONE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def check_file(path: Path) -> None:
    """Raise if an existing file must not be replaced.

    Args:
        path: The file itself, links resolved.

    Raises:
        OutputRefusedError: It, or its folder, is read-only, or it has a second name.
    """
    status = path.stat()
    # The superuser may write anything; what nobody may write was made so on purpose.
    if not status.st_mode & _ANYONE or not os.access(path, os.W_OK):
        raise _refused(
            "文件是只读的，没有写入。",
            "The file is read-only; nothing was written.",
            path,
            Text("请取消只读，或用 -o 写到别处。", "Make it writable, or write elsewhere with -o."),
        )
    check_folder(path.parent)
    if status.st_nlink > 1:
        raise _refused(
            "文件有多个硬链接，写入会把它们拆开，因此没有写入。",
            "The file has several hard links, which a write would separate; nothing was written.",
            path,
            Text("请先复制一份，或用 -o 写到别处。", "Make a copy first, or write elsewhere with -o."),
        )


def check_folder(folder: Path) -> None:
    """Raise if no file may be made in a folder.

    Raises:
        OutputRefusedError: It is missing or read-only.
    """
    if not folder.is_dir():
        raise _refused("文件夹不存在。", "The folder does not exist.", folder)
    if not folder.stat().st_mode & _ANYONE or not os.access(folder, os.W_OK | os.X_OK):
        raise _refused(
            "文件夹是只读的，没有写入。",
            "The folder is read-only; nothing was written.",
            folder,
            Text("请换一个文件夹，或取消只读。", "Choose another folder, or make it writable."),
        )


def _refused(zh: str, en: str, path: Path, fix: Text | None = None) -> OutputRefusedError:
    return OutputRefusedError(Text(zh, en), fix=fix, where=str(path))
