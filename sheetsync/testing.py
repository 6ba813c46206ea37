"""Stand-ins that are real adapters: for our tests and for those who extend SheetSync."""

import hashlib
from collections.abc import Mapping, Sequence

from sheetsync.clock import FixedClock as FrozenClock
from sheetsync.errors import StaleError
from sheetsync.model.edit import AppendColumns, Change, Edit, MarkRows, RemoveSheet, ReplaceSheet, SetCells
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.ports import Presented
from sheetsync.text import Text

__all__ = ["FrozenClock", "MemoryStore", "sheet_of"]


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
        kept = dict(self.columns), dict(self.tabs), dict(self.colours)
        try:
            return self.present(edits, based_on=based_on)
        finally:
            self.columns, self.tabs, self.colours = kept

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
            case MarkRows():
                self.colours[edit.sheet, edit.number] = edit
                return []
            case ReplaceSheet():
                before = self.tabs.get(edit.role)
                self.tabs[edit.role] = edit
                if before is not None and before.fingerprint == edit.fingerprint:
                    return []
                return [Change(sheet=edit.title, cell=None, what="tab", before="", after=edit.title)]
            case RemoveSheet():
                gone = self.tabs.pop(edit.role, None)
                return (
                    []
                    if gone is None
                    else [Change(sheet=gone.title, cell=None, what="tab", before=gone.title, after="")]
                )

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
