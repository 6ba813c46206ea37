"""The sockets: what a run needs from the outside, by shape and without inheritance."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar, runtime_checkable

from sheetsync.model.audit import AuditEntry
from sheetsync.model.edit import Change, Edit
from sheetsync.model.lease import Lease
from sheetsync.model.message import Delivery, Entry, EntryState, MailDraft, Message
from sheetsync.model.mirror import Agreed, Base
from sheetsync.model.past import Past
from sheetsync.model.reminder import Reminder, ToldState
from sheetsync.model.rowchange import Receipt, RowChange
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.syncrun import SyncRun
from sheetsync.model.table import RawBook, Version
from sheetsync.model.tick import Tick, TickRun, TickState

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What a presentation came to.

    Args:
        version: The document's version afterwards.
        changes: What was (or, in a dry run, would be) changed; empty when nothing had to be.
        path: Where the marked document is, as the user knows it.
    """

    version: Version
    changes: Sequence[Change]
    path: str


class TableReader(Protocol):
    """A place that tables can be read from."""

    def read(self) -> RawBook:
        """Return everything the place holds, as it is.

        Raises:
            InputRefusedError: The document cannot be read safely.
            BusyError: It is being written right now.
        """


class Presenter(Protocol):
    """A document that can carry our columns, colours and tabs beside what people put there."""

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change, without writing anything."""

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring the document to the state that `edits` describe, in one step or not at all.

        Raises:
            StaleError: The document is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """


class TableWriter(Protocol):
    """A place whose rows can be changed, added and taken away."""

    def apply(self, changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
        """Make changes to rows; what cannot be made is told and does not stop the others.

        A document is changed in one step or not at all; a remote table in batches, and what landed is told.

        Raises:
            StaleError: The document is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open, or another run writes it; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
            RemoteError: The service does not answer, or refuses.
        """


class Workbook(TableReader, Presenter, Protocol):
    """A document that can be read and marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One kept earlier version of a document."""

    id: str
    taken: datetime
    size: int
    path: str


class Cleanable(TableReader, Protocol):
    """A document that everything of ours can be taken out of again."""

    def clean(self, edits: Sequence[Edit], *, based_on: Version, dry_run: bool = False) -> Presented:
        """Carry out edits that take things out; parts that nobody else touched get the bytes they had.

        Raises:
            StaleError: The document is no longer the one that was read; nothing was written.
            BusyError: Somebody has it open; nothing was written.
            InputRefusedError: It cannot be edited safely; nothing was written.
            OutputRefusedError: The place may not be written.
        """


class Restorable(Protocol):
    """A document with kept earlier versions."""

    def backups(self) -> Sequence[Backup]:
        """Return the kept versions, newest first."""

    def restore(self, backup: Backup) -> None:
        """Put a kept version back; the present one is kept first."""


class Memory(Protocol):
    """Remembers what was seen of the records of one workbook."""

    def past(self) -> Past:
        """Return what was seen before."""

    def record(self, news: Past, audit: Sequence[AuditEntry] = ()) -> None:
        """Remember what was newly seen, and what was changed by us, all of it or nothing."""


class History(Protocol):
    """Remembers how one workbook stood in earlier runs."""

    def keep(self, snapshot: Snapshot) -> None:
        """Remember how it stands now; all of it or nothing. Twice the same clock keeps the later one."""

    def at(self, moment: datetime) -> Snapshot | None:
        """Return the last snapshot taken at that time or before, None if there is none."""

    def figures(self, since: datetime) -> Sequence[Snapshot]:
        """Return the last snapshot of each day since then, oldest first, without the records."""


class Notifier(Protocol):
    """A way that messages leave by."""

    channel: str
    """What the outbox calls it, such as `mail`."""

    once: bool
    """True if it takes nothing twice by itself, so that nobody needs to claim."""

    again_within: timedelta
    """How long after a message was first offered it may be handed over again without arriving twice: nothing
    where whoever gets it could not tell."""

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Hand over messages one by one; yield what became of each at once, in their order.

        Args:
            messages: What is to leave.
            claim: Asked when all that may fail harmlessly is behind, right before a message is handed over;
                where it says no, the message stays here (state `already`).
        """


@runtime_checkable
class Reviser(Protocol):
    """A way out whose messages can be shown otherwise where they lie, without another one."""

    def revise(self, entry: Entry, draft: MailDraft) -> bool:
        """Show something else in place of a message that left; False where that cannot be done.

        Args:
            entry: What the outbox knows of the message.
            draft: What it shall say.
        """


class Outbox(Protocol):
    """Remembers which messages left, so that none leaves twice (reliability, 7)."""

    def offer(self, message: Message, channel: str, now: datetime) -> Entry:
        """Enter a message as pending unless it is known; return what is known of it.

        One that was left `sending` longer than any server takes becomes `doubt`.
        """

    def claim(self, message: Message, channel: str, now: datetime) -> bool:
        """Turn pending into sending, committed before this returns; False if somebody else was first."""

    def settle(self, message: Message, channel: str, state: EntryState, *, reply: str, now: datetime) -> None:
        """Write down what became of a message; `pending` where it is to be tried again."""

    def release(self, key: str, recipient: str, channel: str, now: datetime) -> bool:
        """Make a refused or doubtful message pending again, as a person decided; False if there is none."""

    def entries(self, start: str = "", *, state: EntryState | None = None) -> Sequence[Entry]:
        """Return what is known of the messages whose key starts like that, the oldest first."""


class Ledger(Protocol):
    """Remembers who was told of which matter on which day, at most once (spec B6)."""

    def known(self, since: date) -> Sequence[Reminder]:
        """Return the reminders of that day or later, and all whose matter is still open, the oldest first."""

    def claim(self, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
        """Enter reminders as held; return those that nobody had entered. Committed before this returns."""

    def settle(self, reminders: Sequence[Reminder], state: ToldState, channel: str, at: datetime) -> None:
        """Write down what became of claimed or doubtful reminders."""

    def release(self, reminders: Sequence[Reminder]) -> None:
        """Take out claimed or doubtful reminders that did not leave; what left stays."""

    def close(self, matters: Collection[str], at: datetime) -> int:
        """Write down that nothing is left to do on matters; return how many open reminders that were."""


class Ticks(Protocol):
    """Remembers the due moments of jobs, so that each has one effect (reliability, 8). Times are UTC."""

    def claim(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take a tick on; False if it is known already. Committed before this returns."""

    def retake(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take on again what is `later` and due again, or `interrupted`; False if somebody else was first."""

    def renew(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Give a sign of life; False if the tick is no longer that owner's."""

    def settle(
        self,
        tick: Tick,
        owner: str,
        state: TickState,
        *,
        note: str,
        now: datetime,
        again: datetime | None = None,
    ) -> bool:
        """Write down what became of a tick; False if it is no longer that owner's."""

    def drop(self, tick: Tick, *, note: str, now: datetime) -> bool:
        """Write down that a tick was left out; False if it is known already."""

    def last(self, job: str, until: datetime | None = None, state: TickState | None = None) -> TickRun | None:
        """Return the known tick of a job that was due last.

        Args:
            job: Its name.
            until: Only of those due by this time.
            state: Only of those in this state.
        """

    def open(self, now: datetime) -> Sequence[TickRun]:
        """Return what is to be taken on again, the earliest first; the running of dead owners become that."""

    def runs(self, job: str | None = None, *, since: datetime | None = None) -> Sequence[TickRun]:
        """Return what is known of ticks, the latest first."""


class Leases(Protocol):
    """Lets one at a time do what a name says, over processes and machines (reliability, 4). Times are UTC."""

    def take(self, name: str, owner: str, now: datetime) -> Lease:
        """Take a lease that nobody holds, or whose holder is dead; return it as it stands then.

        Whoever asks has it where it is theirs by `owner`.
        """

    def renew(self, lease: Lease, now: datetime) -> bool:
        """Make a lease last longer; False if somebody else has taken it meanwhile."""

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is somebody else's by now."""

    def held(self, name: str, now: datetime) -> Lease | None:
        """Return a lease that somebody living holds, None if nobody does."""


class Journal(Protocol):
    """Remembers by which token a batch of new records went to a service, until its outcome is known."""

    def token(self, batch: str) -> tuple[str, bool]:
        """Return the token of a batch, kept before this returns; True where an earlier attempt had it.

        Args:
            batch: A digest of where it goes and what it holds.
        """

    def settle(self, batch: str) -> None:
        """Forget a batch whose outcome is known."""


class Bases(Protocol):
    """Remembers what the two sides of a mirrored pair last agreed on."""

    def load(self) -> Base | None:
        """Return what both sides last agreed on; None if they never were in step."""

    def begin(self, run: SyncRun) -> SyncRun:
        """Write down what is about to be done, committed before this returns; return it with its number."""

    def finish(
        self,
        run: SyncRun,
        fresh: Mapping[str, Agreed],
        forgotten: Sequence[str],
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        """Write down what was done, which cells it changed, and what is agreed on since; all or nothing."""

    def last(self) -> SyncRun | None:
        """Return the last time the pair was written, or was to be; None if it never was."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the wall clock of the project's time zone, without zone information."""


class Executor(Protocol):
    """Runs one function over many items, each isolated from the others."""

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in the order of `items`."""
