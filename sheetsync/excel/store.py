"""A workbook on disk as a store: read it, mark it, put an earlier version back."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar
from zoneinfo import ZoneInfo

from sheetsync.disk.backup import RETENTION, Backups, Retention, utc_now
from sheetsync.disk.commit import Make, create_file, digest_in, digest_of
from sheetsync.disk.content import Content, FileContent, blocks, digest
from sheetsync.disk.copies import tell_copies
from sheetsync.disk.leftovers import is_left, recover
from sheetsync.disk.locks import OnlyWriter, Still, only_writer
from sheetsync.disk.patience import read_patiently
from sheetsync.disk.places import check_folder
from sheetsync.disk.writeback import refuse_if_in_use, write_back
from sheetsync.errors import InputRefusedError, OutputRefusedError, StaleError
from sheetsync.excel import ours, patch, rowchanges
from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.gate import LIMITS, Limits, open_content, open_package, read_bytes
from sheetsync.excel.originals import put_back
from sheetsync.excel.package import Package
from sheetsync.excel.properties import shown_in
from sheetsync.excel.reader import read_book
from sheetsync.excel.rowchanges import Applied
from sheetsync.excel.survey import Survey
from sheetsync.excel.verify import verify
from sheetsync.model.edit import Change, Edit
from sheetsync.model.rowchange import Receipt, RowChange
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Backup, Presented
from sheetsync.text import Text

Result = TypeVar("Result")

_CarryOut = Callable[[FileContent], tuple[Package, Sequence[Change]]]
"""Carries edits out on the content of a workbook: its package, and what was changed."""

_ZONE = ZoneInfo("Asia/Shanghai")


class ExcelStore:
    """One workbook; meets the ports Workbook, TableWriter, Restorable and Cleanable.

    Args:
        path: The workbook, as the user named it; symbolic links are followed.
        output: Where the marked copy goes; None marks the workbook itself.
        backups: Which earlier versions are kept.
        backup_root: The folder that holds `.sheetsync`; the workbook's own when None.
        zone: In which the times of backups and of people's saves are shown.
        now: Tells the time of a backup, in UTC: the machine's, also in a run with a fixed clock.
        limits: How much of a file we are ready to take in.
        sleep: Waits for so many seconds, while somebody is saving.
        alone: Holds the lock of a workbook; the one of this machine, where no other one writes it.
    """

    def __init__(  # noqa: PLR0913 - what one workbook needs of its project; all but the path have defaults
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
        alone: OnlyWriter = only_writer,
    ) -> None:
        self._sleep = sleep
        self._alone = alone
        self._shown = path
        self._path = path.resolve()
        self._output = output
        self._limits = limits
        self._surveys: Mapping[str, Survey] = {}
        self._surveyed: Version | None = None
        self._zone = zone
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
        with self._alone(self._path):
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
            with self._alone(self._path):
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
        return replace(book, edited=shown_in(book.edited, self._zone))

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change, without writing anything."""
        return self._previewed(based_on, partial(self._edited, based_on=based_on, edits=edits))

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring the workbook, or its marked copy, to the state that `edits` describe, in one step.

        Raises:
            StaleError: It is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open, or another run is writing it; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """
        return self._presented(based_on, partial(self._edited, based_on=based_on, edits=edits))

    def apply(self, changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
        """Make changes to rows of the workbook, or of its marked copy, in one step.

        An update of which only some cells could be written is told as two: those that landed, those that not.

        Raises:
            StaleError: It is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open, or another run is writing it; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """
        made: list[Applied] = []

        def carry_out(content: FileContent) -> tuple[Package, Sequence[Change]]:
            where = str(self._shown)
            known = based_on == self._surveyed
            package, book = open_package(content, where, self._limits, known=known)
            surveys = self._surveys if known else {}
            made.append(rowchanges.apply(package, book, changes, where=where, surveys=surveys))
            return package, made[-1].changes

        presented = self._presented(based_on, carry_out)
        return Receipt(version=presented.version, landed=made[-1].landed, setbacks=made[-1].setbacks)

    def clean(self, edits: Sequence[Edit], *, based_on: Version, dry_run: bool = False) -> Presented:
        """Carry out edits that take things of ours out; parts that only we had touched get their old bytes.

        Raises:
            StaleError: It is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open, or another run is writing it; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """
        carry_out = partial(self._cleaned, based_on=based_on, edits=edits)
        return (self._previewed if dry_run else self._presented)(based_on, carry_out)

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
        with self._alone(self._path):
            self._recover()
            if not self._path.exists():
                check_folder(self._path.parent)
                create_file(self._path, load)
                return
            write_back(self._path, load, expected=digest_of(self._path), backups=self._backups)

    @property
    def _target_shown(self) -> str:
        return str(self._output if self._output is not None else self._shown)

    def _previewed(self, based_on: Version, carry_out: _CarryOut) -> Presented:
        with self._unchanged(self._open_again(based_on), based_on) as content:
            package, changes = carry_out(content)
            if not changes:
                return self._told(based_on, ())
            with self._made(content, package) as (_, made):
                return self._told(Version(made), changes)

    def _presented(self, based_on: Version, carry_out: _CarryOut) -> Presented:
        target = self._path if self._output is None else self._output.resolve()
        with self._alone(target) as still:
            if target == self._path:
                return self._presented_in_place(based_on, carry_out, still)
            return self._presented_elsewhere(target, based_on, carry_out, still)

    def _presented_in_place(self, based_on: Version, carry_out: _CarryOut, still: Still) -> Presented:
        self._recover()
        opened = self._patiently(partial(self._open_again, based_on))
        with self._unchanged(opened, based_on) as content:
            package, changes = carry_out(content)
            if not changes:
                return self._told(based_on, ())

            def make(file: BinaryIO) -> None:
                self._make(content, package, file)
                still()

            made = write_back(self._path, make, expected=based_on, backups=self._backups)
            return self._told(Version(made), changes)

    def _presented_elsewhere(
        self, target: Path, based_on: Version, carry_out: _CarryOut, still: Still
    ) -> Presented:
        with self._unchanged(self._open_again(based_on), based_on) as content:
            package, changes = carry_out(content)
            check_folder(target.parent)
            backups = self._backups_of(target)
            recover(target, backups)
            if target.is_dir():
                raise OutputRefusedError(
                    Text("输出位置是文件夹。", "The output is a folder."), where=self._target_shown
                )
            with self._made(content, package) as (make, made):
                still()
                if not target.exists():
                    create_file(target, make)
                elif (present := digest_of(target)) != made:
                    write_back(target, make, expected=present, backups=backups)
                return self._told(Version(made), changes)

    def _told(self, version: Version, changes: Sequence[Change]) -> Presented:
        return Presented(version=version, changes=changes, path=self._target_shown)

    def _edited(
        self, content: Content, *, based_on: Version, edits: Sequence[Edit]
    ) -> tuple[Package, Sequence[Change]]:
        where = str(self._shown)
        known = based_on == self._surveyed
        package, book = open_package(content, where, self._limits, known=known)
        surveys = self._surveys if known else {}
        return package, patch.apply(package, book, edits, where=where, surveys=surveys)

    def _cleaned(
        self, content: Content, *, based_on: Version, edits: Sequence[Edit]
    ) -> tuple[Package, Sequence[Change]]:
        package, changes = self._edited(content, based_on=based_on, edits=edits)
        if changes:
            for backup in self._backups.versions():
                with FileContent.at(Path(backup.path)) as kept:
                    before, book = open_package(kept, backup.path, self._limits)
                    if not ours.find(book):
                        put_back(package, before)
                        break
        return package, changes

    def _make(self, content: FileContent, package: Package, file: BinaryIO) -> None:
        """Write the changed package into a file and check it there; the old content is let go of then."""
        package.write_to(file)
        written = FileContent(file, file.tell())
        verify(written, package, where=str(self._shown), limits=self._limits)
        # Where a file in use cannot be replaced, we must not be those who use it.
        content.close()

    @contextmanager
    def _made(self, content: FileContent, package: Package) -> Iterator[tuple[Make, str]]:
        """Make the changed workbook in a temporary place; give what copies it from there, and its digest."""
        with tempfile.TemporaryFile() as file:
            self._make(content, package, file)
            size = file.seek(0, os.SEEK_END)

            def copied(target: BinaryIO) -> None:
                target.writelines(blocks(FileContent(file, size)))

            yield copied, digest_in(file)

    def _backups_of(self, path: Path) -> Backups:
        root = self._backup_root
        inside = root is not None and (path == self._path or path.is_relative_to(root.resolve()))
        return self._kept(path, root=root if inside else None)

    def _recover(self) -> tuple[Text, ...]:
        return recover(self._path, self._backups)

    def _patiently(self, read: Callable[[], Result]) -> Result:
        known = bool(self._backups.versions())
        return read_patiently(read, self._path, known=known, sleep=self._sleep)

    def _open_again(self, based_on: Version) -> FileContent:
        """Open the workbook that was read, to be looked at in places."""
        content = open_content(self._path, self._limits)
        try:
            same = digest(content) == based_on
        except BaseException:
            content.close()
            raise
        if same:
            return content
        content.close()
        raise self._stale()

    @contextmanager
    def _unchanged(self, content: FileContent, based_on: Version) -> Iterator[FileContent]:
        """Close the content at the end; what fails because somebody wrote into it meanwhile is told so."""
        with content:
            try:
                yield content
            except (InputRefusedError, ValueError, RuntimeError) as error:
                if _differs(content, based_on):
                    raise self._stale() from error
                raise

    def _stale(self) -> StaleError:
        return StaleError(
            Text(
                "读取之后工作簿已被修改，没有写入。",
                "The workbook changed after it was read; nothing was written.",
            ),
            fix=Text("请重新运行。", "Run again."),
            where=str(self._shown),
        )


def _differs(content: FileContent, version: Version) -> bool:
    """Return True if an open file is known to be another one than it was."""
    if content.closed:
        return False
    try:
        return digest(content) != version
    except (OSError, ValueError):
        return True
