"""Stand-ins that are real adapters: for our tests and for those who extend SheetSync."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

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
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.ports import Presented
from sheetsync.text import Text

__all__ = ["FrozenClock", "MemoryHistory", "MemoryStore", "sheet_of"]


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
