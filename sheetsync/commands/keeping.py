"""What the project remembers of its own doing, and the messages that wait for a person's word.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.errors import UsageError
from sheetsync.project import Project
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.model.message import Entry, EntryState
    from sheetsync.operations.outbox import Decision
    from sheetsync.operations.pasts import Kind, Pasts, Row, Span
    from sheetsync.operations.paststory import Day
    from sheetsync.state.database import Database


@dataclass(frozen=True)
class Keeping(Project):
    """The commands that tell what happened, and settle what is left open of it."""

    def pasts(
        self,
        kinds: Sequence[Kind] = (),
        *,
        since: str | None = None,
        until: str | None = None,
        book: str | None = None,
        record: str | None = None,
    ) -> Pasts:
        """Return what the project did and saw.

        Args:
            kinds: Which lists; all, of the last days, when empty.
            since: A day or a time, ISO 8601; when None, the last seven days of all lists, but all of lists
                that are named.
            until: Likewise, a day to its end; to the present when None.
            book: Only this workbook: path, file name, or file name without its ending.
            record: Only this record, by its business key.

        Raises:
            UsageError: There is no project, or a time is none.
            StateUnusableError: The project's database cannot be used.
            BusyError: Another run did not get done with it.
        """
        from sheetsync.operations.pasts import KINDS, Pasts, chosen, last_days, span_of

        database = self._database()
        now = self.clock.now()
        span = span_of(since, until, zone=self.settings.zone, book=book, record=record)
        if not kinds:
            span = last_days(now, span)
        lists = {kind: chosen(self._rows(kind, database, span), span) for kind in kinds or KINDS}
        return Pasts(now=now, span=span, lists=lists)

    def _rows(self, kind: Kind, database: Database, span: Span) -> Sequence[Row]:
        """Return one list of what the project did and saw in a span."""
        from sheetsync.jobs.owner import shown
        from sheetsync.operations import pasts
        from sheetsync.state.chronicle import ProjectChronicle
        from sheetsync.state.outbox import ProjectOutbox
        from sheetsync.state.reminders import ProjectLedger
        from sheetsync.state.ticks import ProjectTicks

        chronicle = ProjectChronicle(database)
        match kind:
            case "runs":
                return pasts.run_rows(chronicle.runs(span.since, span.until))
            case "findings":
                return pasts.finding_rows(chronicle.spells(span.since, span.until))
            case "audit":
                return pasts.audit_rows(chronicle.audit(span.since, span.until))
            case "messages":
                return pasts.message_rows(ProjectOutbox(database).entries(), span)
            case "reminders":
                since = None if span.since is None else span.since.date()
                return pasts.reminder_rows(ProjectLedger(database).told(since), span)
            case "ticks":
                runs = [replace(one, owner=shown(one.owner)) for one in ProjectTicks(database).runs()]
                return pasts.tick_rows(runs, span, self.settings.zone)

    def pasts_document(self, pasts: Pasts) -> dict[str, object]:
        """Return the JSON document of what the project did and saw."""
        from sheetsync.operations.pasts import pasts_document

        return pasts_document(pasts, zone=self.settings.zone)

    def pasts_lines(self, pasts: Pasts, kind: Kind) -> Sequence[str]:
        """Return one list as lines for a terminal, the titles first."""
        from sheetsync.operations.pastlists import listed

        return tuple(listed(kind, pasts.lists[kind], self.language))

    def pasts_story(self, pasts: Pasts) -> Sequence[Day]:
        """Return what happened day by day."""
        from sheetsync.operations.paststory import story

        return story(pasts)

    def pasts_csv(self, pasts: Pasts, kind: Kind) -> bytes:
        """Return one list as a CSV file for Excel."""
        from sheetsync.operations.pastlists import as_csv

        return as_csv(kind, pasts.lists[kind], self.language)

    def write_pasts_csv(self, pasts: Pasts, kind: Kind, file: Path, *, force: bool = False) -> None:
        """Write one list as a CSV file for Excel.

        Raises:
            UsageError: The file is there already.
            OutputRefusedError: The place cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh

        write_fresh(file, self.pasts_csv(pasts, kind), force=force)

    def outbox(self, state: EntryState | None = None) -> Sequence[Entry]:
        """Return the messages that did not leave or are in doubt, or those in one state, the oldest first.

        Args:
            state: Only these; what waits, is refused or in doubt when None.

        Raises:
            UsageError: There is no project.
        """
        from sheetsync.operations.outbox import waiting
        from sheetsync.state.outbox import ProjectOutbox

        return waiting(ProjectOutbox(self._database()).entries(), state, now=self.clock.now())

    def outbox_decide(
        self, decision: Decision, key: str, recipient: str, *, channel: str | None = None
    ) -> EntryState:
        """Settle a message as a person decided; the decision goes into the audit trail.

        Args:
            decision: `release`: the next run that would send it tries again; `sent`: it arrived; `drop`: it
                shall not leave.
            key: Of the message.
            recipient: Of the message.
            channel: Of the message, where there are several of the same key and recipient.

        Returns:
            The state that it has now.

        Raises:
            UsageError: There is no project, no such message, or it does not wait for a decision.
            BusyError: It is being sent at this moment.
        """
        from sheetsync.operations.outbox import decided
        from sheetsync.state.decisions import decide
        from sheetsync.state.outbox import ProjectOutbox

        database = self._database()
        now = self.clock.now()
        return decided(
            decision,
            ProjectOutbox(database).entries(key),
            key,
            recipient,
            channel,
            now=now,
            settle=partial(decide, database, actor=_person(), now=now),
        )

    def outbox_document(self, entries: Sequence[Entry]) -> dict[str, object]:
        """Return the JSON document of messages."""
        from sheetsync.operations.outbox import outbox_document

        return outbox_document(entries, now=self.clock.now(), zone=self.settings.zone)

    def _database(self) -> Database:
        """Return the project's database.

        Raises:
            UsageError: There is no project.
        """
        from sheetsync.state.database import Database

        if self.folder is None:
            raise UsageError(
                Text("这里没有项目，也就没有历史。", "There is no project here, and so no history."),
                fix=Text(
                    "请在项目文件夹里运行，或用 --project 指定；新建用 sheetsync init。",
                    "Run it in a project folder, or name one with --project; sheetsync init makes one.",
                ),
            )
        return Database(self.folder, self.settings.state)


def _person() -> str:
    """Return the name that the system knows the present user by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
