"""Stand-ins that are real adapters: for our tests and for those who extend SheetSync."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sheetsync.clock import FixedClock as FrozenClock
from sheetsync.errors import InputRefusedError, StaleError
from sheetsync.marks import column_letters
from sheetsync.model.audit import AuditEntry
from sheetsync.model.edit import (
    AppendColumns,
    Change,
    Edit,
    MarkRows,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)
from sheetsync.model.lease import Lease
from sheetsync.model.message import STALE, Entry, EntryState, Message
from sheetsync.model.mirror import Agreed, Base
from sheetsync.model.reminder import Reminder, ToldState
from sheetsync.model.rowchange import (
    AppendRow,
    CellChange,
    DeleteRow,
    FieldValue,
    Receipt,
    RowChange,
    Setback,
    UpdateRow,
)
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.syncrun import SyncRun
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.model.tick import Tick, TickRun, TickState
from sheetsync.ports import Presented
from sheetsync.text import Text

__all__ = [
    "FrozenClock",
    "MemoryBases",
    "MemoryHistory",
    "MemoryLeases",
    "MemoryLedger",
    "MemoryOutbox",
    "MemoryStore",
    "MemoryTicks",
    "sheet_of",
]


def sheet_of(name: str, rows: Sequence[Mapping[str, RawValue]]) -> RawSheet:
    """Return a raw sheet with the headers of the first row's keys in row 1 and the records below."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    body = [[row.get(title, "") for title in titles] for row in rows]
    return RawSheet(name=name, rows=[titles, *body])


class _Rows:
    """The rows of one sheet in memory, under change.

    Args:
        sheet: The sheet; what becomes of it is `sheet`, too.
    """

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet

    def update(self, change: UpdateRow) -> tuple[UpdateRow | None, list[Setback]]:
        """Give cells other values where they hold what is expected."""
        landed: dict[int, CellChange] = {}
        setbacks = []
        for column, cell in change.cells.items():
            present, wanted = self._value(change.row, column), _typed(cell.value)
            fixed = self.sheet.facts.cell_state(change.row, column).fixed
            if present == wanted:
                landed[column] = cell
            elif present != cell.expected or fixed is not None:
                only = replace(change, cells={column: cell}) if len(change.cells) > 1 else change
                why = Text(
                    f"单元格现在是“{present}”，没有写入。", f"The cell holds '{present}'; not written."
                )
                setbacks.append(Setback(change=only, why=why))
            else:
                self._put(change.row, {column: wanted})
                landed[column] = cell
        if not setbacks:
            return change, []
        return (replace(change, cells=landed) if landed else None), setbacks

    def append(self, change: AppendRow, row: int) -> tuple[AppendRow | None, list[Setback]]:
        """Fill in a row, if it is empty below the titles of its table."""
        width = max([*change.cells, self.sheet.first_column + max(map(len, self.sheet.rows), default=0) - 1])
        columns = range(self.sheet.first_column, width + 1)
        titled = [column for column in columns if self._value(change.header_row, column) != ""]
        if any(self._value(row, column) != "" for column in titled):
            why = Text(
                f"第 {row} 行已有内容，放不下新记录。", f"Row {row} is filled; there is no room for a record."
            )
            return None, [Setback(change=change, why=why)]
        self._put(row, {column: _typed(value) for column, value in change.cells.items()})
        return change, []

    def delete(self, change: DeleteRow) -> tuple[DeleteRow, list[Setback]]:
        """Empty a row; the others keep their places."""
        at = change.row - self.sheet.first_row
        if 0 <= at < len(self.sheet.rows):
            columns = range(self.sheet.first_column, self.sheet.first_column + len(self.sheet.rows[at]))
            self._put(change.row, dict.fromkeys(columns, ""))
        return change, []

    def _value(self, row: int, column: int) -> RawValue:
        at, across = row - self.sheet.first_row, column - self.sheet.first_column
        rows = self.sheet.rows
        return rows[at][across] if 0 <= at < len(rows) and 0 <= across < len(rows[at]) else ""

    def _put(self, row: int, cells: Mapping[int, RawValue]) -> None:
        rows = [list(line) for line in self.sheet.rows]
        width = max([len(line) for line in rows] + [column - self.sheet.first_column + 1 for column in cells])
        rows += [[] for _ in range(row - self.sheet.first_row + 1 - len(rows))]
        for line in rows:
            line.extend([""] * (width - len(line)))
        for column, value in cells.items():
            rows[row - self.sheet.first_row][column - self.sheet.first_column] = value
        self.sheet = replace(self.sheet, rows=rows)


def _typed(value: FieldValue) -> RawValue:
    """Return a canonical value as a person would type it into a cell without a format."""
    held = value.value
    if held is None:
        return ""
    if isinstance(held, datetime):
        return held.date() if value.whole_day else held
    if value.kind == "percent" and isinstance(held, float):
        return f"{held:.15g}%"
    return float(held) if value.kind == "number" and isinstance(held, float) else value.text


class MemoryStore:
    """A workbook in memory; meets the ports Workbook, TableWriter and Cleanable.

    Args:
        sheets: What people put there.
        name: Its name.
    """

    def __init__(self, sheets: Sequence[RawSheet], name: str = "memory") -> None:
        self.name = name
        self.sheets = tuple(sheets)
        self.columns: dict[tuple[str, int, str], dict[int, object]] = {}
        self.tabs: dict[str, ReplaceSheet] = {}
        self.colours: dict[tuple[str, int], MarkRows] = {}

    def read(self) -> RawBook:
        """Return the sheets as they are."""
        return RawBook(name=self.name, version=self._version(), sheets=self.sheets)

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Return what `present` would change."""
        kept = dict(self.columns), dict(self.tabs), dict(self.colours), self.sheets
        try:
            return self.present(edits, based_on=based_on)
        finally:
            self.columns, self.tabs, self.colours, self.sheets = kept

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        """Bring our columns, colours and tabs to the state that `edits` describe."""
        self._refuse_stale(based_on)
        changes = tuple(change for edit in edits for change in self._apply(edit))
        return Presented(version=self._version(), changes=changes, path=self.name)

    def apply(self, changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
        """Make changes to rows; a new row goes right below the last record, or is held back.

        Raises:
            StaleError: The sheets are no longer those that were read; nothing was changed.
        """
        self._refuse_stale(based_on)
        landed: list[RowChange] = []
        setbacks: list[Setback] = []
        placed: dict[tuple[str, int], int] = {}
        for change in changes:
            number = next((at for at, sheet in enumerate(self.sheets) if sheet.name == change.sheet), None)
            if number is None:
                why = Text(f"找不到工作表“{change.sheet}”。", f"There is no sheet '{change.sheet}'.")
                setbacks.append(Setback(change=change, why=why))
                continue
            rows = _Rows(self.sheets[number])
            done: RowChange | None
            if isinstance(change, AppendRow):
                place = change.sheet, change.header_row
                last = max(change.last_row, change.header_row, placed.get(place, 0))
                done, held = rows.append(change, last + 1)
                placed |= {place: last + 1} if done is not None else {}
            elif isinstance(change, UpdateRow):
                done, held = rows.update(change)
            else:
                done, held = rows.delete(change)
                self._forget(change)
            self.sheets = (*self.sheets[:number], rows.sheet, *self.sheets[number + 1 :])
            landed += [] if done is None else [done]
            setbacks += held
        return Receipt(version=self._version(), landed=tuple(landed), setbacks=tuple(setbacks))

    def _forget(self, change: DeleteRow) -> None:
        """Empty our own cells beside a record that is gone."""
        for place, cells in self.columns.items():
            if place[0] == change.sheet:
                self.columns[place] = {row: held for row, held in cells.items() if row != change.row}

    def _refuse_stale(self, based_on: Version) -> None:
        if based_on != self._version():
            raise StaleError(
                Text(
                    "工作簿在读取后被改动，未写入。",
                    "The workbook changed after it was read; nothing was written.",
                )
            )

    def _apply(self, edit: Edit) -> list[Change]:
        match edit:
            case AppendColumns():
                return self._append(edit)
            case SetCells():
                return self._set(edit)
            case ReplaceValue():
                return self._replace(edit)
            case MarkRows():
                self.colours[edit.sheet, edit.number] = edit
                return []
            case ReplaceSheet() | RemoveSheet():
                return self._put_tab(edit)
            case RemoveColumns():
                return self._take_out(edit)

    def clean(self, edits: Sequence[Edit], *, based_on: Version, dry_run: bool = False) -> Presented:
        """Carry out edits that take things of ours out."""
        return (self.preview if dry_run else self.present)(edits, based_on=based_on)

    def _take_out(self, edit: RemoveColumns) -> list[Change]:
        self.colours = {place: order for place, order in self.colours.items() if place[0] != edit.sheet}
        gone = [place for place in self.columns if place[:2] == (edit.sheet, edit.number)]
        for place in gone:
            del self.columns[place]
        return [
            Change(sheet=edit.sheet, cell=None, what="column", before=name, after="") for *_, name in gone
        ]

    def _put_tab(self, edit: ReplaceSheet | RemoveSheet) -> list[Change]:
        before = self.tabs.pop(edit.role, None)
        if isinstance(edit, RemoveSheet):
            gone, come = "" if before is None else before.title, ""
        else:
            self.tabs[edit.role] = edit
            gone, come = "", edit.title
            if before is not None and before.fingerprint == edit.fingerprint:
                return []
        if not (gone or come):
            return []
        return [Change(sheet=come or gone, cell=None, what="tab", before=gone, after=come)]

    def _replace(self, edit: ReplaceValue) -> list[Change]:
        wanted = "" if edit.value is None else edit.value
        changes: list[Change] = []
        sheets = list(self.sheets)
        for number, sheet in enumerate(sheets):
            if sheet.name != edit.sheet:
                continue
            rows = [list(row) for row in sheet.rows]
            row, column = edit.row - sheet.first_row, edit.column - sheet.first_column
            before = rows[row][column]
            if before == wanted:
                continue
            if before != edit.expected:
                raise InputRefusedError(
                    Text(
                        f"单元格现在是“{before}”，没有写入。",
                        f"The cell holds '{before}'; nothing was written.",
                    )
                )
            rows[row][column] = wanted
            sheets[number] = replace(sheet, rows=rows)
            place = f"{column_letters(edit.column)}{edit.row}"
            changes.append(
                Change(sheet=sheet.name, cell=place, what="cell", before=str(before), after=str(wanted))
            )
        self.sheets = tuple(sheets)
        return changes

    def _append(self, edit: AppendColumns) -> list[Change]:
        place = edit.sheet, edit.number
        missing = [column for column in edit.columns if (*place, column.name) not in self.columns]
        self.columns |= {(*place, column.name): {} for column in missing}
        return [
            Change(sheet=edit.sheet, cell=None, what="column", before="", after=column.title)
            for column in missing
        ]

    def _set(self, edit: SetCells) -> list[Change]:
        place = edit.sheet, edit.number, edit.column
        cells = dict(self.columns.get(place, {}))
        changes = []
        for row, value in edit.values.items():
            before = cells.get(row)
            if before != value:
                cells[row] = value
                changes.append(
                    Change(
                        sheet=edit.sheet,
                        cell=f"{edit.column}{row}",
                        what="cell",
                        before="" if before is None else str(before),
                        after="" if value is None else str(value),
                    )
                )
        self.columns[place] = cells
        return changes

    def _version(self) -> Version:
        held = repr((self.sheets, sorted(self.columns.items()), sorted(self.tabs)))
        return Version(hashlib.sha256(held.encode()).hexdigest())


class MemoryHistory:
    """The runs over a workbook, in memory; meets the port History."""

    def __init__(self) -> None:
        self._kept: dict[datetime, Snapshot] = {}

    def keep(self, snapshot: Snapshot) -> None:
        """Remember how the workbook stands now."""
        self._kept[snapshot.taken] = snapshot

    def at(self, moment: datetime) -> Snapshot | None:
        """Return the last snapshot taken at that time or before, None if there is none."""
        return self._kept.get(max((taken for taken in self._kept if taken <= moment), default=moment))

    def figures(self, since: datetime) -> Sequence[Snapshot]:
        """Return the last snapshot of each day since then, oldest first, without the records."""
        days = {taken.date(): taken for taken in sorted(self._kept) if taken >= since}
        return tuple(replace(self._kept[taken], records={}) for taken in days.values())


class MemoryOutbox:
    """What left, in memory; meets the port Outbox."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], Entry] = {}

    def offer(self, message: Message, channel: str, now: datetime) -> Entry:
        """Enter a message as pending unless it is known; return what is known of it."""
        place = message.key, message.recipient.lower(), channel
        known = self._entries.get(place)
        if known is not None and known.state == "sending" and known.changed < now - STALE:
            known = replace(known, state="doubt", changed=now)
        self._entries[place] = known or Entry(
            key=message.key,
            recipient=message.recipient.lower(),
            channel=channel,
            state="pending",
            digest=message.draft.digest,
            facts=message.draft.facts,
            tries=0,
            first=now,
            changed=now,
        )
        return self._entries[place]

    def claim(self, message: Message, channel: str, now: datetime) -> bool:
        """Turn pending into sending; False if it is not pending."""
        draft = message.draft
        return self._turn(
            (message.key, message.recipient.lower(), channel),
            {"pending"},
            {"state": "sending", "digest": draft.digest, "facts": draft.facts, "changed": now},
        )

    def settle(self, message: Message, channel: str, state: EntryState, *, reply: str, now: datetime) -> None:
        """Write down what became of a message."""
        place = message.key, message.recipient.lower(), channel
        known = self._entries.get(place)
        tries = 0 if known is None else known.tries + 1
        became = {"state": state, "reply": reply, "changed": now, "tries": tries}
        self._turn(place, {"pending", "sending"}, became)

    def release(self, key: str, recipient: str, channel: str, now: datetime) -> bool:
        """Make a refused or doubtful message pending again; False if there is none."""
        place = key, recipient.lower(), channel
        known = self._entries.get(place)
        held: set[EntryState] = {"refused", "doubt"}
        if known is not None and known.changed < now - STALE:
            held.add("sending")
        return self._turn(place, held, {"state": "pending", "changed": now})

    def entries(self, start: str = "", *, state: EntryState | None = None) -> Sequence[Entry]:
        """Return what is known of the messages whose key starts like that, the oldest first."""
        found = (one for one in self._entries.values() if one.key.startswith(start))
        return sorted((one for one in found if state in {None, one.state}), key=lambda one: one.first)

    def _turn(self, place: tuple[str, str, str], held: set[EntryState], became: dict[str, Any]) -> bool:
        known = self._entries.get(place)
        if known is None or known.state not in held:
            return False
        self._entries[place] = replace(known, **became)
        return True


class MemoryLedger:
    """Who was told of what, in memory; meets the port Ledger."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, date], Reminder] = {}

    def known(self, since: date) -> Sequence[Reminder]:
        """Return the reminders of that day or later, and all whose matter is still open, the oldest first."""
        return [one for one in self._rows.values() if one.day >= since or one.acted_at is None]

    def claim(self, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
        """Enter reminders as held; return those that nobody had entered."""
        entered = []
        for one in reminders:
            held = replace(one, state="held")
            if self._rows.setdefault(_told(one), held) is held:
                entered.append(held)
        return entered

    def settle(self, reminders: Sequence[Reminder], state: ToldState, channel: str, at: datetime) -> None:
        """Write down what became of claimed or doubtful reminders."""
        for one in reminders:
            known = self._rows.get(_told(one))
            if known is not None and known.state != "sent" and known.message == one.message:
                self._rows[_told(one)] = replace(known, state=state, channel=channel, at=at)

    def release(self, reminders: Sequence[Reminder]) -> None:
        """Take out claimed or doubtful reminders that did not leave."""
        for one in reminders:
            known = self._rows.get(_told(one))
            if known is not None and known.state != "sent" and known.message == one.message:
                del self._rows[_told(one)]

    def close(self, matters: Collection[str], at: datetime) -> int:
        """Write down that nothing is left to do on matters; return how many open reminders that were."""
        done = [place for place, one in self._rows.items() if one.matter in matters and one.acted_at is None]
        self._rows.update({place: replace(self._rows[place], acted_at=at) for place in done})
        return len(done)


def _told(one: Reminder) -> tuple[str, str, date]:
    return one.matter, one.receiver, one.day


_SILENCE = timedelta(seconds=90)


def _unknown(_: str) -> bool | None:
    return None


class MemoryTicks:
    """The due moments of jobs, in memory; meets the port Ticks.

    Args:
        gone: Tells of an owner whether it is dead; None where that cannot be known.
    """

    def __init__(self, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._gone = gone
        self._known: dict[Tick, TickRun] = {}

    def claim(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take a tick on; False if it is known already."""
        return self._enter(
            TickRun(tick=tick, state="running", owner=owner, tries=1, started=now, changed=now)
        )

    def retake(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take on again what is `later` and due again, or `interrupted`."""
        run = self._known.get(tick)
        if run is None or not _waits(run, now):
            return False
        self._known[tick] = replace(
            run, state="running", owner=owner, tries=run.tries + 1, started=now, changed=now, again=None
        )
        return True

    def renew(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Give a sign of life; False if the tick is no longer that owner's."""
        return self._turn(tick, owner, {"changed": now})

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
        return self._turn(tick, owner, {"state": state, "note": note, "changed": now, "again": again})

    def drop(self, tick: Tick, *, note: str, now: datetime) -> bool:
        """Write down that a tick was left out; False if it is known already."""
        run = TickRun(tick=tick, state="missed", owner="", tries=0, started=now, changed=now, note=note)
        return self._enter(run)

    def last(self, job: str, until: datetime | None = None, state: TickState | None = None) -> TickRun | None:
        """Return the known tick of a job that was due last.

        Args:
            job: Its name.
            until: Only of those due by this time.
            state: Only of those in this state.
        """
        found = (run for run in self.runs(job) if state in {None, run.state})
        return next((run for run in found if until is None or run.tick.due <= until), None)

    def open(self, now: datetime) -> Sequence[TickRun]:
        """Return what is to be taken on again, the earliest first; the running of dead owners become that."""
        for run in list(self._known.values()):
            gone = self._gone(run.owner)
            dead = run.changed < now - _SILENCE if gone is None else gone
            if run.state == "running" and dead:
                self._known[run.tick] = replace(run, state="interrupted")
        return tuple(run for run in reversed(self.runs()) if _waits(run, now))

    def runs(self, job: str | None = None, *, since: datetime | None = None) -> Sequence[TickRun]:
        """Return what is known of ticks, the latest first; `since` is about when they were due or begun."""
        found = (run for run in self._known.values() if job in {None, run.tick.job})
        recent = (run for run in found if since is None or max(run.tick.due, run.started) >= since)
        return tuple(sorted(recent, key=lambda run: run.tick.due, reverse=True))

    def _enter(self, run: TickRun) -> bool:
        return self._known.setdefault(run.tick, run) is run

    def _turn(self, tick: Tick, owner: str, became: dict[str, Any]) -> bool:
        run = self._known.get(tick)
        if run is None or (run.owner, run.state) != (owner, "running"):
            return False
        self._known[tick] = replace(run, **became)
        return True


def _waits(run: TickRun, now: datetime) -> bool:
    return run.state in {"later", "interrupted"} and (run.again is None or run.again <= now)


class MemoryLeases:
    """Who may do something alone, in memory; meets the port Leases.

    Args:
        gone: Tells of an owner whether it is dead; None where that cannot be known.
    """

    def __init__(self, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._gone = gone
        self._known: dict[str, Lease] = {}

    def take(self, name: str, owner: str, now: datetime) -> Lease:
        """Take a lease that nobody holds, or whose holder is dead; return it as it stands then."""
        known, fence = self.held(name, now), 0 if name not in self._known else self._known[name].fence
        if known is not None and known.owner != owner:
            return known
        mine = known is not None
        lease = Lease(name=name, owner=owner, fence=fence + (not mine), taken=now, until=now + _SILENCE)
        self._known[name] = lease
        return lease

    def renew(self, lease: Lease, now: datetime) -> bool:
        """Make a lease last longer; False if somebody else has taken it meanwhile."""
        if not self._is(lease):
            return False
        self._known[lease.name] = replace(self._known[lease.name], until=now + _SILENCE)
        return True

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is somebody else's by now."""
        if self._is(lease):
            self._known[lease.name] = replace(lease, owner="", until=lease.taken)

    def held(self, name: str, now: datetime) -> Lease | None:
        """Return a lease that somebody living holds, None if nobody does."""
        lease = self._known.get(name)
        if lease is None or not lease.owner:
            return None
        gone = self._gone(lease.owner)
        return lease if (lease.until > now if gone is None else not gone) else None

    def _is(self, lease: Lease) -> bool:
        known = self._known.get(lease.name)
        return known is not None and (known.owner, known.fence) == (lease.owner, lease.fence)


class MemoryBases:
    """What both sides of a mirrored pair last agreed on, in memory; meets the port Bases."""

    def __init__(self) -> None:
        self.audit: list[AuditEntry] = []
        self._base: dict[str, Agreed] = {}
        self._runs: list[SyncRun] = []

    def load(self) -> Base | None:
        """Return what both sides last agreed on; None if they never were in step."""
        return dict(self._base) if self._base or self._runs else None

    def begin(self, run: SyncRun) -> SyncRun:
        """Write down what is about to be done; return it with its number."""
        self._runs.append(replace(run, number=len(self._runs) + 1))
        return self._runs[-1]

    def finish(
        self,
        run: SyncRun,
        fresh: Mapping[str, Agreed],
        forgotten: Sequence[str],
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        """Write down what was done, which cells it changed, and what both sides agree on since."""
        self.audit += audit
        self._runs = [
            replace(known, at=run.at, state=run.state, left=run.left, right=run.right)
            if known.number == run.number
            else known
            for known in self._runs
        ]
        self._base = {key: agreed for key, agreed in self._base.items() if key not in forgotten} | dict(fresh)

    def last(self) -> SyncRun | None:
        """Return the last time the pair was written, None if it never was."""
        return next(
            (run for run in reversed(self._runs) if run.state != "done" or run.left or run.right), None
        )
