"""Writes a file that was not there before, whole or not at all."""

from pathlib import Path

from sheetsync.disk.commit import create_file, just
from sheetsync.disk.places import check_file, check_folder
from sheetsync.errors import OutputRefusedError, UsageError
from sheetsync.text import Text, same


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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputRefusedError(
            Text("不能新建文件夹。", "The folder cannot be made."),
            why=same(f"{error.strerror}."),
            where=str(path.parent),
        ) from error
    check_folder(path.parent)
    if path.exists():
        check_file(path)
    create_file(path, just(content), replace=force)
