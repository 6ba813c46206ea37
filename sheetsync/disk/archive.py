"""Copies workbooks as they are into an archive, a folder a month, each copy dated and compared."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from sheetsync.disk.fresh import write_fresh
from sheetsync.errors import BusyError, InputRefusedError, OutputRefusedError
from sheetsync.text import Text, same

_DATED = re.compile(r"_\d{8}-\d{6}$")
_MONTH = re.compile(r"\d{4}-\d{2}")


def archive(book: Path, folder: Path, *, now: datetime, keep: int | None = None) -> Path | None:
    """Copy a workbook into an archive; nothing is done if the last copy of it is the same.

    Args:
        book: The workbook.
        folder: The archive; the copy goes into its folder of the month, such as `2023-10`.
        now: Wall clock of the project's zone, for the names.
        keep: How many copies of it stay, the newest of them; all when None.

    Returns:
        The copy, None where nothing had to be copied.

    Raises:
        InputRefusedError: The workbook cannot be read, or is damaged: then no copy of it is dropped.
        BusyError: Somebody is writing it at this moment.
        OutputRefusedError: The archive cannot be written, or the copy is not what was read.
    """
    content = _read(book)
    copies = copies_of(book, folder)
    place = None
    if not copies or _digest(copies[-1].read_bytes()) != _digest(content):
        place = folder / f"{now:%Y-%m}" / f"{book.stem}_{now:%Y%m%d-%H%M%S}{book.suffix}"
        write_fresh(place, content, force=True)
        if _digest(place.read_bytes()) != _digest(content):
            raise OutputRefusedError(
                Text("归档的副本与原文件不一致。", "The copy in the archive is not what was read."),
                fix=Text("请检查磁盘，然后再运行。", "Check the disk and run again."),
                where=str(place),
            )
        copies = copies_of(book, folder)
    for old in copies[:-keep] if keep is not None else []:
        old.unlink(missing_ok=True)
    return place


def copies_of(book: Path, folder: Path) -> list[Path]:
    """Return the copies of a workbook in an archive, the oldest first."""
    if not folder.is_dir():
        return []
    months = [month for month in folder.iterdir() if _MONTH.fullmatch(month.name) and month.is_dir()]
    found = [
        copy
        for month in months
        for copy in month.iterdir()
        if copy.suffix == book.suffix and _DATED.sub("", copy.stem) == book.stem != copy.stem
    ]
    return sorted(found, key=lambda copy: (copy.parent.name, copy.name))


def _read(book: Path) -> bytes:
    try:
        before = book.stat()
        content = book.read_bytes()
        after = book.stat()
    except OSError as error:
        raise InputRefusedError(
            Text("工作簿读不出来，没有归档。", "The workbook cannot be read; it was not archived."),
            why=same(f"({error.strerror or error})"),
            where=str(book),
        ) from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise BusyError(
            Text("工作簿正在被保存，没有归档。", "The workbook is being saved; it was not archived."),
            where=str(book),
        )
    try:
        with ZipFile(book) as package:
            broken = package.testzip()
    except (BadZipFile, OSError, NotImplementedError, RuntimeError):
        broken = book.name
    if broken is not None:
        raise InputRefusedError(
            Text("工作簿已损坏，没有归档。", "The workbook is damaged; it was not archived."),
            fix=Text(
                "请用 Excel 打开修复，或 sheetsync undo 恢复。", "Repair it in Excel, or sheetsync undo."
            ),
            where=str(book),
        )
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
