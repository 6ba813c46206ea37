"""A store in memory: workbooks that are lists of rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

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
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.ports import Presented
from sheetsync.text import Text


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
