"""A workbook on disk as a store: read it, mark it, put an earlier version back."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sheetsync.errors import OutputRefusedError, StaleError
from sheetsync.excel import patch
from sheetsync.excel.backup import RETENTION, Backups, Retention, utc_now
from sheetsync.excel.commit import (
    create_file,
    digest,
    digest_of,
    just,
)
from sheetsync.excel.copies import tell_copies
from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.gate import LIMITS, Limits, open_package, read_bytes
from sheetsync.excel.leftovers import is_left, recover
from sheetsync.excel.locks import only_writer
from sheetsync.excel.patience import read_patiently
from sheetsync.excel.places import check_folder
from sheetsync.excel.reader import read_book
from sheetsync.excel.survey import Survey
from sheetsync.excel.verify import verify
from sheetsync.excel.writeback import refuse_if_in_use, write_back
from sheetsync.model.edit import Change, Edit
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Backup, Presented
from sheetsync.text import Text

Result = TypeVar("Result")

_ZONE = ZoneInfo("Asia/Shanghai")


class ExcelStore:
    """One workbook; meets the ports Workbook and Restorable.

    Args:
        path: The workbook, as the user named it; symbolic links are followed.
        output: Where the marked copy goes; None marks the workbook itself.
        backups: Which earlier versions are kept.
        backup_root: The folder that holds `.sheetsync`; the workbook's own when None.
        zone: In which the times of backups are shown.
        now: Tells the time of a backup, in UTC: the machine's, also in a run with a fixed clock.
        limits: How much of a file we are ready to take in.
        sleep: Waits for so many seconds, while somebody is saving.
    """

    def __init__(
        self,
        path: Path,
        *,
        output: Path | None = None,
        backups: Retention = RETENTION,
        backup_root: Path | None = None,
        zone: ZoneInfo = _ZONE,
        now: Callable[[], datetime] = utc_now,
        limits: Limits = LIMITS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        self._shown = path
        self._path = path.resolve()
        self._output = output
        self._limits = limits
        self._surveys: Mapping[str, Survey] = {}
        self._surveyed: Version | None = None
        self._kept = partial(Backups, retention=backups, zone=zone, now=now)
        self._backup_root = backup_root
        self._backups = self._backups_of(self._path)

    def prepare(self) -> tuple[Text, ...]:
        """Make the workbook itself ready to be read and then marked: put right what earlier writes left.

        Returns:
            What the user should know: versions of people found, copies beside the workbook, owner files.

        Raises:
            OpenElsewhereError: Somebody has it open.
            BusyError: Another run is writing it.
            OutputRefusedError: The disk failed while something was put right; nothing was lost.
        """
        with only_writer(self._path):
            told = (*refuse_if_in_use(self._path, self._backups), *self._recover())
            return (*told, *tell_copies(self._path, self._backups.folder, told))

    def read(self) -> RawBook:
        """Return everything the workbook holds, as it is; one that is just being saved is waited for.

        Raises:
            InputRefusedError: It cannot be read safely.
            BusyError: Another program holds it, or it was there before and is gone.
            OutputRefusedError: An interrupted write left it under another name, which cannot be mended.
        """
        if not self._path.exists() and is_left(self._path):
            with only_writer(self._path):
                self._recover()
        return self._patiently(self._read)

    def _read(self) -> RawBook:
        content = read_bytes(self._path, self._limits)
        book = read_book(
            content,
            name=self._shown.name,
            version=Version(digest(content)),
            where=str(self._shown),
            limits=self._limits,
        )
        # A write that follows need not survey the same sheets again.
        self._surveyed = book.version
        self._surveys = {
            sheet.name: sheet.facts.seen
            for sheet in book.sheets
            if isinstance(sheet.facts, SheetFacts) and sheet.facts.seen is not None
        }
        return book

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change, without writing anything."""
        old = self._read_again(based_on)
        new, changes = self._make(old, edits)
        return Presented(version=Version(digest(new)), changes=changes, path=self._target_shown)

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring the workbook, or its marked copy, to the state that `edits` describe, in one step.

        Raises:
            StaleError: It is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open, or another run is writing it; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """
        target = self._path if self._output is None else self._output.resolve()
        with only_writer(target):
            if target == self._path:
                return self._present_in_place(edits, based_on)
            return self._present_copy(target, edits, based_on)

    def backups(self) -> Sequence[Backup]:
        """Return the kept versions that differ from the present one, newest first."""
        present = digest_of(self._path) if self._path.exists() else ""
        return [backup for backup in self._backups.versions() if not self._backups.holds(backup, present)]

    def restore(self, backup: Backup) -> None:
        """Put a kept version back in one step; the present one is kept first.

        Raises:
            InputRefusedError: The kept version is damaged.
            StaleError: Somebody saved meanwhile; nothing was written.
            BusyError: Somebody has it open, or another run is writing it; nothing was written.
            OutputRefusedError: The place may not be written.
        """
        load = partial(self._backups.load, backup)
        with only_writer(self._path):
            self._recover()
            if not self._path.exists():
                check_folder(self._path.parent)
                create_file(self._path, load)
                return
            write_back(self._path, load, expected=digest_of(self._path), backups=self._backups)

    @property
    def _target_shown(self) -> str:
        return str(self._output if self._output is not None else self._shown)

    def _present_in_place(self, edits: Sequence[Edit], based_on: Version) -> Presented:
        self._recover()
        old = self._patiently(partial(self._read_again, based_on))
        new, changes = self._make(old, edits)
        if new != old:
            write_back(self._path, just(new), expected=digest(old), backups=self._backups)
        return Presented(version=Version(digest(new)), changes=changes, path=self._target_shown)

    def _present_copy(self, target: Path, edits: Sequence[Edit], based_on: Version) -> Presented:
        new, changes = self._make(self._read_again(based_on), edits)
        check_folder(target.parent)
        backups = self._backups_of(target)
        recover(target, backups)
        if target.is_dir():
            raise OutputRefusedError(
                Text("输出位置是文件夹。", "The output is a folder."), where=self._target_shown
            )
        if not target.exists():
            create_file(target, just(new))
        elif (present := digest_of(target)) != digest(new):
            write_back(target, just(new), expected=present, backups=backups)
        return Presented(version=Version(digest(new)), changes=changes, path=self._target_shown)

    def _backups_of(self, path: Path) -> Backups:
        root = self._backup_root
        inside = root is not None and (path == self._path or path.is_relative_to(root.resolve()))
        return self._kept(path, root=root if inside else None)

    def _recover(self) -> tuple[Text, ...]:
        return recover(self._path, self._backups)

    def _patiently(self, read: Callable[[], Result]) -> Result:
        known = bool(self._backups.versions())
        return read_patiently(read, self._path, known=known, sleep=self._sleep)

    def _read_again(self, based_on: Version) -> bytes:
        content = read_bytes(self._path, self._limits)
        if digest(content) != based_on:
            raise StaleError(
                Text(
                    "读取之后工作簿已被修改，没有写入。",
                    "The workbook changed after it was read; nothing was written.",
                ),
                fix=Text("请重新运行。", "Run again."),
                where=str(self._shown),
            )
        return content

    def _make(self, old: bytes, edits: Sequence[Edit]) -> tuple[bytes, Sequence[Change]]:
        """Return the new bytes, checked, and the changes; the old bytes if there are none."""
        where = str(self._shown)
        package, book = open_package(old, where, self._limits)
        surveys = self._surveys if digest(old) == self._surveyed else {}
        changes = patch.apply(package, book, edits, where=where, surveys=surveys)
        if not changes:
            return old, ()
        new = package.build()
        verify(old, new, package, where=where, limits=self._limits)
        return new, changes
