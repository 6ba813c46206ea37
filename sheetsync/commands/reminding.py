"""Reminders: who is told what waits for them, and who has not reported.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.errors import BusyError, SheetSyncError, UsageError
from sheetsync.members import member
from sheetsync.project import Project, known_as
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.address import Book
    from sheetsync.model.reminder import Silent
    from sheetsync.operations.matters import Judged, Told
    from sheetsync.operations.reminded import Reminded
    from sheetsync.operations.sending import Way
    from sheetsync.operations.study import Judgement
    from sheetsync.rules.eventspec import EventRule
    from sheetsync.state.database import Database

_LEASE = "remind"
_NOON = 12


@dataclass(frozen=True)
class Reminding(Project):
    """The commands that tell people what waits for them."""

    def remind(
        self,
        books: Sequence[str] = (),
        *,
        slot: str | None = None,
        channels: Sequence[str] | None = None,
        outbox: Path | None = None,
        dry_run: bool = False,
        yes: bool = False,
    ) -> Reminded:
        """Tell people what waits for them; the workbooks are only read.

        Nobody is told of a matter twice a day, however often this is called; what is done is told no more.

        Args:
            books: Files, folders, patterns; the workbooks of the project when empty.
            slot: What the time of day is called, such as `morning`, where people get several messages a day;
                in the slot `urgent` only what is urgent leaves.
            channels: Ways in the order they are tried; those of the settings when None.
            outbox: Write mails as files into this folder instead of sending anything.
            dry_run: Show the messages; nothing leaves and nothing is remembered.
            yes: Send although far more people than usual would be written to.

        Returns:
            The messages with what became of them, what waits, and whom nobody could tell.

        Raises:
            UsageError: There is no project or no workbook, a way is not set up, or far more people than usual
                would be written to.
            SpecFileError: The settings of a way cannot be used.
            BusyError: Another run is reminding now.
            OutputRefusedError: The outbox folder cannot be written.
        """
        from sheetsync.notify.way import sender_of
        from sheetsync.operations.remind import Run
        from sheetsync.operations.sending import Post
        from sheetsync.reminders.due import Occasion
        from sheetsync.state.memory import BookMemory
        from sheetsync.state.outbox import ProjectOutbox
        from sheetsync.state.reminders import ProjectLedger

        folder, database = self._home(), self._reminders_database()
        ways = self._ways(channels, outbox)
        post = Post(
            ledger=ProjectLedger(database),
            outbox=ProjectOutbox(database),
            ways=ways,
            clock=self.clock,
            sender=sender_of(self.settings.mail),
        )
        name = " ".join((self.settings.project.name or folder.resolve().name).split())
        # Read while nobody else reminds: of two runs only one sees a thing for the first time.
        with nullcontext() if dry_run else _alone(database):
            told, read, errors = self._told(books, self._events())
            now = self.clock.now()
            run = Run(
                told=told,
                books=read,
                errors=errors,
                occasion=Occasion(
                    project=name,
                    now=now,
                    slot=slot or ("morning" if now.hour < _NOON else "afternoon"),
                    language=self.language,
                ),
                project=self.settings.project.name,
                settings=self.settings.reminders,
                worktime=self.worktime,
                post=post,
            )
            if dry_run:
                return run.carry_out(dry_run=True, agreed=True)
            # What was first seen now must be known by this time to the next run, too, before it is told.
            for book, news in ((book, news) for one in told for book, news in one.seen.items()):
                BookMemory(database, book).record(news)
            return run.carry_out(agreed=yes)

    def unreported(self, books: Sequence[str] = (), kinds: Sequence[str] = ()) -> tuple[Silent, ...]:
        """Return who has not reported what; the workbooks are only read.

        Args:
            books: Files, folders, patterns; the workbooks of the project when empty.
            kinds: `daily`, `weekly`, `signature`, `acceptance`; all when empty.

        Raises:
            UsageError: There is no workbook, or no such kind.
            SheetSyncError: A workbook cannot be read.
        """
        from sheetsync.operations.matters import KINDS

        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise UsageError(
                Text(f"没有“{unknown[0]}”这种名单。", f"There is no list '{unknown[0]}'."),
                fix=Text(f"可用：{'、'.join(KINDS)}。", f"There are {', '.join(KINDS)}."),
            )
        told, _, errors = self._told(books)
        if errors:
            raise errors[0]
        return tuple(item for one in told for item in one.silent if not kinds or item.kind in kinds)

    def reminded_document(self, done: Reminded) -> dict[str, object]:
        """Return the JSON document of a run of reminders."""
        from sheetsync.operations.reminded import reminded_document

        return reminded_document(done, zone=self.settings.zone, language=self.language)

    def unreached(self, done: Reminded) -> dict[Text, dict[str, tuple[str, ...]]]:
        """Return whom a run could not tell: by the reason, each with the records."""
        from sheetsync.render.digest import unreached

        return unreached(done.lost, self.language)

    def unreported_document(self, silent: Sequence[Silent]) -> dict[str, object]:
        """Return the JSON document of those who have not reported."""
        from sheetsync.operations.reminded import silent_document
        from sheetsync.render.words import zoned

        zone = self.settings.zone
        return {
            "schema": "sheetsync.unreported/1",
            "now": zoned(self.clock.now(), zone),
            "unreported": silent_document(silent, zone=zone, language=self.language),
        }

    def _home(self) -> Path:
        """Return the project folder.

        Raises:
            UsageError: There is none.
        """
        if self.folder is None:
            raise UsageError(
                Text(
                    "提醒要记台账，需要在项目文件夹里运行。",
                    "Reminders are kept in a ledger; run this in a project folder.",
                ),
                fix=Text(
                    "请先 sheetsync init 我的项目，或用 --project 指定项目文件夹。",
                    "Make one with sheetsync init my-project, or name one with --project.",
                ),
            )
        return self.folder

    def _reminders_database(self) -> Database:
        from sheetsync.state.database import Database

        return Database(self._home(), self.settings.state)

    def _events(self) -> tuple[EventRule, ...]:
        """Return what is told because it happened.

        Raises:
            SpecFileError: A file of events is wrong, with its line.
        """
        from sheetsync.bundled import spec_files
        from sheetsync.rules.eventspec import build

        return build(spec_files(self.folder, "rules", "events"), self.catalogue)

    def _told(
        self, books: Sequence[str], events: Sequence[EventRule] = ()
    ) -> tuple[list[Told], frozenset[str], tuple[SheetSyncError, ...]]:
        """Return what workbooks have to tell, which of them could be read, and why others could not."""
        from sheetsync.disk.folder import expand, units_of
        from sheetsync.operations.matters import told
        from sheetsync.operations.together import judge_all

        paths = expand(books) if books else tuple(self.workbooks)
        if not paths:
            raise UsageError(
                Text("没有指定工作簿，项目里也没有。", "No workbook is named, and the project has none."),
                fix=Text(
                    "请写出文件名，如 sheetsync remind 项目.xlsx。",
                    "Name one, such as sheetsync remind plan.xlsx.",
                ),
            )
        standards, now = replace(self.standards(), events=tuple(events)), self.clock.now()
        found: list[Told] = []
        read: set[str] = set()
        errors: list[SheetSyncError] = []
        for unit in units_of(paths, self.workbooks):
            # All are judged: who is who may stand in any of them.
            opened: list[tuple[Book | UsageError, bool]] = [(path, False) for path in unit.beside]
            opened += [(paths[number], True) for number in unit.judged]
            judged = judge_all([member(self, path) for path, _ in opened], standards, now=now)
            some: list[Judged] = []
            for (path, asked), one in zip(opened, judged, strict=True):
                if isinstance(one, SheetSyncError):
                    errors += [one] if asked else []
                elif not isinstance(path, UsageError):
                    some.append(self._judged(path, one, asked=asked))
            read.update(one.book for one in some if one.asked)
            found.append(told(some, standards, now=now))
        return found, frozenset(read), tuple(errors)

    def _judged(self, path: Book, judgement: Judgement, *, asked: bool) -> Judged:
        from sheetsync.operations.matters import Judged

        memory = self.memory(path)
        return Judged(
            book=path.name if self.folder is None else known_as(path, self.folder),
            title=path.name,
            judgement=judgement,
            past=None if memory is None else memory.past(),
            link=self.settings.reminders.links.get(path.name),
            asked=asked,
        )

    def _ways(self, channels: Sequence[str] | None, outbox: Path | None) -> list[Way]:
        """Return the ways out in the order they are tried."""
        from sheetsync.notify.way import channels_of, reached_by, way_by
        from sheetsync.operations.sending import Way

        home, given = self._home(), self.settings
        named = ("file",) if outbox is not None else channels or given.reminders.channels
        ways = []
        for channel in channels_of(named, given):
            notifier = way_by(channel, given, folder=home, environ=os.environ, outbox=outbox)
            ways.append(Way(notifier=notifier, address=partial(reached_by, channel)))
        return ways


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep other runs from reminding meanwhile: what another one took on, it has left for good."""
    from sheetsync.jobs.owner import gone, me
    from sheetsync.state.leases import ProjectLeases

    leases, owner = ProjectLeases(database, gone), me()
    lease = leases.take(_LEASE, owner, datetime.now(UTC).replace(tzinfo=None))
    if lease.owner != owner:
        raise BusyError(
            Text(
                "另一次运行正在提醒，这次没有发送。", "Another run is reminding now; this one sent nothing."
            ),
            fix=Text("请等它结束后再运行。", "Run it again when that one is done."),
        )
    try:
        yield
    finally:
        leases.release(lease)
