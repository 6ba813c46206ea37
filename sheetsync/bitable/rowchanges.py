"""Changes to rows of tables: each made only where its record still holds what was read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sheetsync.bitable.base import Base, Record
from sheetsync.bitable.batches import Batches, Outcome
from sheetsync.bitable.field import Field
from sheetsync.bitable.reading import read_cell
from sheetsync.bitable.state import BaseState, TableState
from sheetsync.bitable.telling import said
from sheetsync.bitable.writing import Body, Known, UnfitError, body_of, stands
from sheetsync.errors import SheetSyncError
from sheetsync.model.rowchange import AppendRow, CellChange, DeleteRow, RowChange, Setback, UpdateRow
from sheetsync.model.value import RawValue
from sheetsync.ports import Journal
from sheetsync.text import Text

Kind = TypeVar("Kind", UpdateRow, AppendRow, DeleteRow)

_NO_TABLE = Text("没有这张数据表。", "There is no such table.")
_NO_ROW = Text("没有这一行。", "There is no such row.")
_NO_COLUMN = Text("没有这一列。", "There is no such column.")
_GONE = Text("这条记录已被别人删除。", "Somebody has deleted the record.")
_SEVERAL = Text("这条记录同时要改又要删。", "The record is to be changed and deleted at once.")


@dataclass(slots=True)
class Applied:
    """What became of changes.

    Args:
        landed: Those that are in the base now.
        setbacks: Those that are not.
        stopped: What kept the rest from being tried.
    """

    landed: list[RowChange] = field(default_factory=list)
    setbacks: list[Setback] = field(default_factory=list)
    stopped: SheetSyncError | None = None


def apply(
    base: Base, state: BaseState, changes: Sequence[RowChange], *, known: Known, journal: Journal
) -> Applied:
    """Make changes to rows; whoever calls holds the base.

    Args:
        base: The base.
        state: How it was read.
        changes: What is asked.
        known: People and words.
        journal: Remembers what was handed over.
    """
    done = Applied()
    for name in dict.fromkeys(change.sheet for change in changes):
        some = [change for change in changes if change.sheet == name]
        table = state.table(name)
        if table is None or table.role:
            done.setbacks += [Setback(change=change, why=_NO_TABLE) for change in some]
            continue
        if done.stopped is not None:
            why = said(done.stopped)
            done.setbacks += [Setback(change=change, why=why) for change in some]
            continue
        _Work(base, table, done, replace(known, lens=table.lens), journal).make(some)
    return done


class _Work:
    """The changes to one table."""

    def __init__(self, base: Base, table: TableState, done: Applied, known: Known, journal: Journal) -> None:
        self._base = base
        self._table = table
        self._done = done
        self._known = known
        ids = [one.id for one in table.records]
        self._batches = Batches(base, table.id, table.fields, journal, ids)

    def make(self, changes: Sequence[RowChange]) -> None:
        """Make the changes: new values, new records, then what is to go."""
        updates = [one for one in changes if isinstance(one, UpdateRow)]
        deletes = [one for one in changes if isinstance(one, DeleteRow)]
        appends = [one for one in changes if isinstance(one, AppendRow)]
        gone = {one.row for one in deletes}
        for update in updates:
            if update.row in gone:
                self._hold(update, _SEVERAL)
        self._unless_stopped(self._update, [one for one in updates if one.row not in gone])
        self._unless_stopped(self._append, appends)
        self._unless_stopped(self._delete, deletes)

    def _unless_stopped(self, send: Callable[[Sequence[Kind]], None], changes: Sequence[Kind]) -> None:
        if self._done.stopped is None:
            if changes:
                send(changes)
            return
        for change in changes:
            self._hold(change, said(self._done.stopped))

    def _hold(self, change: RowChange, why: Text) -> None:
        self._done.setbacks.append(Setback(change=change, why=why))

    # --- new values ---

    def _update(self, changes: Sequence[UpdateRow]) -> None:
        """Write cell by cell what fits and stands as it was read, in as few calls as that takes."""
        cells: dict[str, dict[str, _Cell]] = {}
        for change in changes:
            record = self._table.record(change.row)
            if record is None:
                self._hold(change, _NO_ROW)
                continue
            for column, cell in change.cells.items():
                made = self._cell(change, column, cell)
                if made is not None:
                    cells.setdefault(record.id, {})[made.of.id] = made
        ids = list(cells)
        rows: list[tuple[str, dict[str, Body]]] = [
            (id_, {one.of.id: one.body for one in cells[id_].values()}) for id_ in ids
        ]

        def guard(places: Sequence[int]) -> Sequence[int]:
            there = self._base.chosen(self._table.id, [ids[place] for place in places])
            return [
                place
                for place in places
                if self._guarded(there.get(ids[place]), cells[ids[place]], rows[place][1])
            ]

        outcome = self._batches.update(rows, guard)
        self._done.stopped = outcome.stopped
        for place, id_ in enumerate(ids):
            for one in cells[id_].values():
                if one.why is None and not one.stands and place not in outcome.landed:
                    one.why = outcome.refused.get(place, _GONE)
        self._tell(changes, cells)

    def _cell(self, change: UpdateRow, column: int, cell: CellChange) -> "_Cell | None":
        of = self._table.field(column)
        if of is None:
            self._hold(replace(change, cells={column: cell}), _NO_COLUMN)
            return None
        made = _Cell(change, column, cell, of)
        try:
            made.body = body_of(cell.value, of, self._known)
        except UnfitError as error:
            self._hold(replace(change, cells={column: cell}), error.why)
            return None
        return made

    def _guarded(self, record: Record | None, cells: Mapping[str, "_Cell"], row: dict[str, Body]) -> bool:
        """Leave in a row what may be written; tell whether anything is left."""
        for id_, one in cells.items():
            found = None if record is None else record.cells.get(one.of.name)
            if record is None:
                one.why = _GONE
            elif stands(one.body, one.of, found):
                # Written by an earlier attempt, or by somebody who meant the same.
                one.stands = True
            else:
                held = read_cell(found, one.of, self._known.lens)
                if held == _plain(one.cell.expected):
                    continue
                one.why = Text(
                    f"“{one.of.name}”现在是“{held}”，与读到的“{one.cell.expected}”不同，没有覆盖。",
                    f"'{one.of.name}' holds '{held}' now, not '{one.cell.expected}' as it was read; "
                    "it was left alone.",
                )
            row.pop(id_, None)
        return bool(row)

    def _tell(self, changes: Sequence[UpdateRow], cells: Mapping[str, Mapping[str, "_Cell"]]) -> None:
        """Tell of each change what landed and, apart, what did not."""
        for change in changes:
            record = self._table.record(change.row)
            if record is None:
                continue
            mine = [one for one in cells.get(record.id, {}).values() if one.change is change]
            landed = {one.column: one.cell for one in mine if one.why is None}
            if len(landed) == len(change.cells):
                self._done.landed.append(change)
            elif landed:
                self._done.landed.append(replace(change, cells=landed))
            for one in mine:
                if one.why is not None:
                    self._hold(replace(change, cells={one.column: one.cell}), one.why)

    # --- records ---

    def _append(self, changes: Sequence[AppendRow]) -> None:
        sent: list[AppendRow] = []
        rows: list[dict[str, Body]] = []
        for change in changes:
            row: dict[str, Body] = {}
            why = None
            for column, value in change.cells.items():
                of = self._table.field(column)
                try:
                    body = None if of is None or value.value is None else body_of(value, of, self._known)
                except UnfitError as error:
                    # A record without one of its values would be another record.
                    why = error.why
                    break
                if of is not None and body is not None:
                    row[of.id] = body
            if why is not None:
                self._hold(change, why)
                continue
            sent.append(change)
            rows.append(row)
        self._told(sent, self._batches.create(rows))

    def _delete(self, changes: Sequence[DeleteRow]) -> None:
        sent: list[DeleteRow] = []
        ids: list[str] = []
        for change in changes:
            record = self._table.record(change.row)
            if record is None:
                self._hold(change, _NO_ROW)
                continue
            sent.append(change)
            ids.append(record.id)
        self._told(sent, self._batches.delete(ids))

    def _told(self, sent: Sequence[RowChange], outcome: Outcome) -> None:
        self._done.stopped = outcome.stopped
        for place, change in enumerate(sent):
            if place in outcome.landed:
                self._done.landed.append(change)
            else:
                self._hold(change, outcome.refused[place])


@dataclass(slots=True)
class _Cell:
    """One cell of an update on its way."""

    change: UpdateRow
    column: int
    cell: CellChange
    of: Field
    body: Body = None
    why: Text | None = None
    stands: bool = False


def _plain(expected: RawValue) -> RawValue:
    """Return what was read as it would be read again; an empty box and no box are the same."""
    return "" if expected is False else expected
