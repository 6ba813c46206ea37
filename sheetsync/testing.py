"""Stand-ins that are real adapters: for our tests and for those who extend SheetSync."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheetsync.clock import FixedClock as FrozenClock
from sheetsync.errors import InputRefusedError, StaleError
from sheetsync.marks import column_letters
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
from sheetsync.model.message import STALE, Entry, EntryState, Message
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.ports import Presented
from sheetsync.text import Text

__all__ = ["FrozenClock", "MemoryHistory", "MemoryOutbox", "MemoryStore", "sheet_of"]


def sheet_of(name: str, rows: Sequence[Mapping[str, RawValue]]) -> RawSheet:
    """Return a raw sheet with the headers of the first row's keys in row 1 and the records below."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    body = [[row.get(title, "") for title in titles] for row in rows]
    return RawSheet(name=name, rows=[titles, *body])


class MemoryStore:
    """A workbook in memory.

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
        if based_on != self._version():
            raise StaleError(
                Text(
                    "工作簿在读取后被改动，未写入。",
                    "The workbook changed after it was read; nothing was written.",
                )
            )
        changes = tuple(change for edit in edits for change in self._apply(edit))
        return Presented(version=self._version(), changes=changes, path=self.name)

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
