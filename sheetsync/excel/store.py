"""A workbook on disk as a store: read it, mark it, put an earlier version back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetsync.errors import OutputRefusedError, StaleError
from sheetsync.excel import patch
from sheetsync.excel.backup import Backups, utc_now
from sheetsync.excel.commit import Make, create_file, digest, digest_of, just, replace_file
from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.gate import LIMITS, Limits, open_package, read_bytes
from sheetsync.excel.leftovers import recover
from sheetsync.excel.locks import only_writer
from sheetsync.excel.owners import refuse_if_open
from sheetsync.excel.places import check_file, check_folder
from sheetsync.excel.reader import read_book
from sheetsync.excel.survey import Survey
from sheetsync.excel.verify import verify
from sheetsync.model.edit import Change, Edit
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Backup, Presented
from sheetsync.text import Text

_ZONE = ZoneInfo("Asia/Shanghai")


class ExcelStore:
    """One workbook; meets the ports Workbook and Restorable.

    Args:
        path: The workbook, as the user named it; symbolic links are followed.
        output: Where the marked copy goes; None marks the workbook itself.
        backups: How many earlier versions are kept.
        backup_root: The folder that holds `.sheetsync`; the workbook's own when None.
        zone: In which the times of backups are shown.
        now: Tells the time of a backup, in UTC: the machine's, also in a run with a fixed clock.
        limits: How much of a file we are ready to take in.
    """

    def __init__(
        self,
        path: Path,
        *,
        output: Path | None = None,
        backups: int = 10,
        backup_root: Path | None = None,
        zone: ZoneInfo = _ZONE,
        now: Callable[[], datetime] = utc_now,
        limits: Limits = LIMITS,
    ) -> None:
        self._shown = path
        self._path = path.resolve()
        self._output = output
        self._limits = limits
        self._surveys: Mapping[str, Survey] = {}
        self._surveyed: Version | None = None
        self._backups = Backups(self._path, keep=backups, root=backup_root, zone=zone, now=now)

    def read(self) -> RawBook:
        """Return everything the workbook holds, as it is.

        Raises:
            InputRefusedError: It cannot be read safely.
            BusyError: Another program holds it.
        """
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
            recover(self._path)
            if not self._path.exists():
                check_folder(self._path.parent)
                create_file(self._path, load)
                return
            self._replace(load, digest_of(self._path))

    @property
    def _target_shown(self) -> str:
        return str(self._output if self._output is not None else self._shown)

    def _present_in_place(self, edits: Sequence[Edit], based_on: Version) -> Presented:
        recover(self._path)
        old = self._read_again(based_on)
        new, changes = self._make(old, edits)
        if new != old:
            self._replace(just(new), digest(old))
        return Presented(version=Version(digest(new)), changes=changes, path=self._target_shown)

    def _present_copy(self, target: Path, edits: Sequence[Edit], based_on: Version) -> Presented:
        new, changes = self._make(self._read_again(based_on), edits)
        check_folder(target.parent)
        if target.exists():
            if target.is_dir():
                raise OutputRefusedError(
                    Text("输出位置是文件夹。", "The output is a folder."), where=self._target_shown
                )
            check_file(target)
            refuse_if_open(target)
        if not target.exists() or digest_of(target) != digest(new):
            create_file(target, just(new), replace=True)
        return Presented(version=Version(digest(new)), changes=changes, path=self._target_shown)

    def _replace(self, make: Make, expected: str) -> None:
        check_file(self._path)
        refuse_if_open(self._path)
        self._backups.keep(self._path, expected)
        refuse_if_open(self._path)
        replace_file(self._path, make, expected=expected, keep_in=self._backups.folder)

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
