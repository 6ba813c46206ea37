"""A base, or one table of it, as a store: read it, mark it, change its rows."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

from sheetsync.bitable.base import Base
from sheetsync.bitable.journal import MemoryJournal
from sheetsync.bitable.marking import Marking
from sheetsync.bitable.reader import read_base, version_now
from sheetsync.bitable.reading import Lens
from sheetsync.bitable.rowchanges import apply
from sheetsync.bitable.state import BaseState, raw_book
from sheetsync.bitable.telling import about
from sheetsync.bitable.writing import Known, People, nobody
from sheetsync.config.bitable import OPTION_COLOURS
from sheetsync.errors import RemoteError, StaleError
from sheetsync.feishu.client import FeishuClient
from sheetsync.model.edit import Edit
from sheetsync.model.rowchange import Receipt, RowChange
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Journal, Presented
from sheetsync.text import Text

_ZONE = ZoneInfo("Asia/Shanghai")


class BitableStore:
    """A base, or one table of it; meets the ports Workbook, TableWriter and Cleanable.

    Args:
        client: Feishu, as our app sees it.
        app_token: Of the base.
        table_id: Of the only table that is looked at; all tables when None.
        zone: Where the base names no time zone of its own.
        words: Words that may become new options: those of the forms' vocabularies.
        people: Finds people by name who stand in no cell of the base.
        journal: Remembers batches of new records until their outcome is known.
        colours: Style of the palette to number of an option's colour.
        sleep: Waits for seconds.
    """

    def __init__(  # noqa: PLR0913 - what a base needs of its project; all but the first two have defaults
        self,
        client: FeishuClient,
        app_token: str,
        table_id: str | None = None,
        *,
        zone: ZoneInfo = _ZONE,
        words: Collection[str] = frozenset(),
        people: People = nobody,
        journal: Journal | None = None,
        colours: Mapping[str, int] = OPTION_COLOURS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = Base(client, app_token, sleep=sleep)
        self._table = table_id
        self._zone = zone
        self._words = frozenset(words)
        self._people = people
        self._journal = journal or MemoryJournal()
        self._colours = colours
        self._state: BaseState | None = None

    @property
    def address(self) -> str:
        """The base as people name it."""
        return f"bitable:{self._base.token}" + (f"/{self._table}" if self._table else "")

    def read(self) -> RawBook:
        """Return everything the base, or its table, holds.

        Raises:
            InputRefusedError: There is no such table, or advanced permissions hide its records.
            RemoteError: Feishu does not answer, or refuses.
        """
        with about(self.address):
            self._state = read_base(self._base, self._table, self._zone, self._state)
        return raw_book(self._state)

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change, without writing anything."""
        with about(self.address):
            marking = self._planned(edits, based_on)
        return Presented(version=based_on, changes=tuple(marking.changes), path=self.address)

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring our fields and tables to the state that `edits` describe, writing only what differs.

        A base is changed in batches: where a call fails in between, the next run writes the rest.

        Raises:
            StaleError: The base is no longer the one that was read; nothing was written.
            BusyError: Another run writes it; nothing was written.
            InputRefusedError: A cell cannot hold what it should; nothing was written.
            RemoteError: Feishu does not answer, or refuses.
        """
        with about(self.address), self._base.writing():
            marking = self._planned(edits, based_on)
            if not marking.changes:
                return Presented(version=based_on, changes=(), path=self.address)
            self._state = None
            marking.carry_out(self._journal)
            version = version_now(self._base, self._table)
        return Presented(version=version, changes=tuple(marking.changes), path=self.address)

    def clean(self, edits: Sequence[Edit], *, based_on: Version, dry_run: bool = False) -> Presented:
        """Take fields and tables of ours out again; errors are those of `present`."""
        return (self.preview if dry_run else self.present)(edits, based_on=based_on)

    def apply(self, changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
        """Make changes to rows, each only where its record still holds what was read.

        What landed is told even where a later batch failed; then the rest are setbacks.

        Raises:
            StaleError: The base is no longer the one that was read; nothing was written.
            BusyError: Another run writes it; nothing was written.
            RemoteError: Feishu does not answer, or refuses; nothing landed.
        """
        with about(self.address), self._base.writing():
            state = self._as_read(based_on)
            if not changes:
                return Receipt(version=based_on, landed=())
            self._state = None
            done = apply(self._base, state, changes, known=self._known(state), journal=self._journal)
            if done.stopped is not None and not done.landed:
                raise done.stopped
            version = self._version_after(based_on)
        return Receipt(version=version, landed=tuple(done.landed), setbacks=tuple(done.setbacks))

    def _planned(self, edits: Sequence[Edit], based_on: Version) -> Marking:
        state = self._as_read(based_on)
        known = self._known(state)
        marking = Marking(self._base, state, scope=self._table, known=known, colours=self._colours)
        marking.plan(edits)
        return marking

    def _as_read(self, based_on: Version) -> BaseState:
        """Return how the base was read, if it still holds the same.

        Raises:
            StaleError: It does not.
        """
        before = self._state
        if before is not None and before.version != based_on:
            before = None
        if before is not None and version_now(self._base, self._table) == based_on:
            return before
        now = read_base(self._base, self._table, self._zone, before)
        # Views and widths count as changes, too; only what cells hold matters.
        same = now.version == based_on or (
            before is not None
            and [one.content for one in now.tables] == [one.content for one in before.tables]
        )
        if not same:
            raise StaleError(
                Text(
                    "读取之后多维表格已被修改，没有写入。",
                    "The base changed after it was read; nothing was written.",
                ),
                fix=Text("请重新运行。", "Run again."),
                where=self.address,
            )
        self._state = now
        return now

    def _known(self, state: BaseState) -> Known:
        seen: dict[str, list[str]] = {}
        for table in state.tables:
            for name, id_ in table.people:
                seen.setdefault(name, []).append(id_)

        def people(name: str) -> Sequence[str]:
            return seen.get(name) or self._people(name)

        return Known(lens=Lens(zone=self._zone), words=self._words, people=people)

    def _version_after(self, based_on: Version) -> Version:
        """Return the version after a write that landed; a doubt about it must not hide what landed."""
        try:
            return version_now(self._base, self._table)
        except RemoteError:
            return based_on
