"""Looks at everything that a run of the project needs.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.commands.jobs import Jobs
from sheetsync.commands.syncing import Syncing

if TYPE_CHECKING:
    from sheetsync.errors import SheetSyncError
    from sheetsync.model.job import Job
    from sheetsync.model.message import Entry
    from sheetsync.model.tick import TickRun, TickState
    from sheetsync.operations.doctor import Examined
    from sheetsync.operations.health.premises import Premises
    from sheetsync.text import Text


@dataclass(frozen=True)
class Doctoring(Jobs, Syncing):
    """The command that looks at everything else."""

    def doctor(
        self,
        *,
        offline: bool = False,
        trouble: SheetSyncError | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Iterator[Examined]:
        """Look at everything that a run needs; yield what each check came to as soon as it is known.

        People's files are only read; small files are written into folders for a moment and deleted again.

        Args:
            offline: Leave out what asks mail servers and Feishu.
            trouble: Why the settings cannot be read; then only what needs none is looked at.
            environ: The environment.
        """
        from sheetsync.operations.doctor import examine

        return examine(self._premises(trouble, environ), offline=offline)

    def doctor_document(self, examined: Sequence[Examined]) -> dict[str, object]:
        """Return the JSON document of what all checks came to."""
        from sheetsync.operations.doctor import doctor_document

        return doctor_document(
            examined,
            folder=None if self.folder is None else str(self.folder),
            now=self.clock.now(),
            zone=self.settings.zone,
            language=self.language,
        )

    def doctor_code(self, examined: Sequence[Examined]) -> int:
        """Return the exit code of what all checks came to."""
        from sheetsync.operations.doctor import exit_code

        return exit_code(examined)

    def _premises(self, trouble: SheetSyncError | None, environ: Mapping[str, str]) -> Premises:
        """Return what the checks may ask for."""
        import shutil
        from datetime import UTC, datetime
        from importlib.metadata import PackageNotFoundError, version

        from sheetsync.operations.health.premises import Premises
        from sheetsync.state.health import examine

        home = self.folder or Path()

        def installed(name: str) -> str | None:
            try:
                return version(name)
            except PackageNotFoundError:
                return None

        return Premises(
            folder=self.folder,
            settings=self.settings,
            trouble=trouble,
            now=self.clock.now(),
            utc=lambda: datetime.now(UTC).replace(tzinfo=None),
            environ=environ,
            published=lambda: self.worktime.last_published_year,
            books=lambda: tuple(one for one in self.workbooks if isinstance(one, Path)),
            recognised=self._recognised,
            forms=lambda: len(self.catalogue.sheets),
            rules=lambda: [pack.title for pack in self.packs()],
            jobs=cache(self.jobs),
            pair=self._addresses_of,
            database=cache(lambda: examine(home, self.settings.state, environ)),
            messages=self._messages_left,
            last_run=self._last_run,
            last_success=lambda job: self._last_run(job, "done"),
            missed=self._missed,
            mail=lambda: self._greet_mail(home, environ),
            feishu=lambda: self._greet_feishu(home, environ),
            bases=self._bases_named,
            base=lambda token: self._look_into(token, home, environ),
            free_bytes=lambda folder: shutil.disk_usage(folder).free,
            versions=installed,
        )

    def _addresses_of(self, name: str) -> tuple[str, str]:
        """Return the addresses of a pair of the settings whose tables can be opened."""
        pair, _ = self._named(name)
        return pair.left.address, pair.right.address

    def _recognised(self, path: Path) -> Sequence[Text]:
        """Return the titles of the forms in a workbook."""
        from sheetsync.intake.interpret import interpret

        reading = interpret(
            self.reader(path).read(),
            self.catalogue,
            worktime=self.worktime,
            # Which forms there are is known by headers; no free text needs to be typed for it.
            fields=dict.fromkeys(self.catalogue.forms, frozenset()),
            forms=self.workbooks.get(path.resolve()) or None,
        )
        return [self.catalogue.forms[table.form].title for table in reading.tables]

    def _messages_left(self) -> Sequence[Entry]:
        """Return the messages that did not leave or are in doubt."""
        from dataclasses import replace

        from sheetsync.operations.outbox import actual, waiting
        from sheetsync.state.database import Database
        from sheetsync.state.outbox import ProjectOutbox

        if self.folder is None:
            return ()
        now = self.clock.now()
        entries = ProjectOutbox(Database(self.folder, self.settings.state)).entries()
        return [replace(one, state=actual(one, now)) for one in waiting(entries, None, now=now)]

    def _last_run(self, job: str, state: TickState | None = None) -> TickRun | None:
        """Return what is known of the last due moment of a job, of those in a state where one is given."""
        from sheetsync.state.database import Database
        from sheetsync.state.ticks import ProjectTicks

        if self.folder is None:
            return None
        return ProjectTicks(Database(self.folder, self.settings.state)).last(job, state=state)

    def _missed(self, job: Job, run: TickRun) -> int:
        """Return how many due times of a job passed since the last known one, but a moment ago."""
        from sheetsync.jobs.timetable import PUNCTUAL, ticks

        return len(ticks(job, run.tick.due, self.now_utc() - PUNCTUAL, self.worktime))

    def _greet_mail(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Greet the mail server of the settings and log in.

        Raises:
            RemoteError: That does not work.
            SpecFileError: The password is not where it should be.
        """
        from sheetsync.notify.smtp import MailServer
        from sheetsync.notify.way import way_out

        way = way_out(self.settings.mail, folder=folder, zone=self.settings.zone, environ=environ)
        if isinstance(way, MailServer):
            way.check()

    def _greet_feishu(self, folder: Path, environ: Mapping[str, str]) -> Sequence[Text]:
        """Ask Feishu for a token; return what is well.

        Raises:
            RemoteError: That does not work.
            SpecFileError: The app's secret is not where it should be.
        """
        from sheetsync.text import Text

        given, lines = self.settings.feishu, []
        if given.app_id:
            from sheetsync.feishu.access import access_of
            from sheetsync.feishu.client import FeishuClient

            FeishuClient(access_of(given, folder=folder, environ=environ)).greet()
            lines.append(Text(f"应用 {given.app_id} 的凭证有效。", f"Feishu knows the app {given.app_id}."))
        if given.webhook:
            lines.append(
                Text("已设置群机器人，没有试发。", "A group's bot is set up; nothing was sent to try it.")
            )
        return lines

    def _bases_named(self) -> Sequence[tuple[str, str | None]]:
        """Return the Bitable tables that pairs name; another check tells of addresses that mean nothing."""
        from contextlib import suppress

        from sheetsync.address import BitableAddress, parse
        from sheetsync.errors import UsageError

        found: list[tuple[str, str | None]] = []
        for pair in self.settings.pairs.values():
            for text in (pair.left, pair.right):
                with suppress(UsageError):
                    address = parse(text, self.folder)
                    if isinstance(address, BitableAddress):
                        found.append((address.app_token, address.table_id))
        return found

    def _look_into(
        self, token: str, folder: Path, environ: Mapping[str, str]
    ) -> tuple[str, Collection[str], bool]:
        """Ask Feishu for a base: its name, the ids of its tables, and whether it has advanced permissions.

        Raises:
            RemoteError: That does not work.
            SpecFileError: The app's secret is not where it should be.
        """
        from sheetsync.bitable.base import Base
        from sheetsync.feishu.access import access_of
        from sheetsync.feishu.client import FeishuClient

        access = access_of(self.settings.feishu, folder=folder, environ=environ)
        base = Base(FeishuClient(access), token)
        info = base.info()
        return info.name, [table.id for table in base.tables()], info.is_guarded
