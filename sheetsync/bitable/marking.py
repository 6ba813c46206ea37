"""Edits to what they take in a base: our fields, our cells, our tables; only where something differs."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetsync.bitable.base import Base
from sheetsync.bitable.batches import Batches
from sheetsync.bitable.colours import options_of
from sheetsync.bitable.field import DATE, SELECT, TEXT, Field
from sheetsync.bitable.marks import described
from sheetsync.bitable.names import free_name
from sheetsync.bitable.reading import read_cell
from sheetsync.bitable.state import BaseState, TableState
from sheetsync.bitable.tabs import OwnTable, Rewriting, compared, own_tables, rewrite
from sheetsync.bitable.writing import Body, Known, UnfitError, body_of, plain_value, stands
from sheetsync.config.bitable import OPTION_COLOURS
from sheetsync.errors import InputRefusedError, RemoteError
from sheetsync.marks import column_letters
from sheetsync.model.edit import (
    AppendColumns,
    CellValue,
    Change,
    Edit,
    EngineColumn,
    MarkRows,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)
from sheetsync.ports import Journal
from sheetsync.text import Text

_DATES = "yyyy-MM-dd HH:mm"


@dataclass(slots=True)
class _Marked:
    """What is to be done to one table of people's.

    Args:
        table: The table.
        new: Columns of ours that it lacks: our name to what Feishu is told.
        cells: By id of record, what our columns and those under a change in force shall hold; by our name,
            or by id of field.
        expected: Records whose cells of people's must hold what was read, with those cells.
        dropped: Fields of ours that are taken out.
    """

    table: TableState
    new: dict[str, dict[str, object]] = field(default_factory=dict)
    cells: dict[str, dict[str, Body]] = field(default_factory=dict)
    expected: dict[str, list[tuple[Field, object]]] = field(default_factory=dict)
    dropped: dict[str, Field] = field(default_factory=dict)


class Marking:
    """What edits come to in a base, planned before anything is written.

    Args:
        base: The base.
        state: How it was read.
        scope: Id of the only table that is looked at, None for the whole base: it has tables of ours apart.
        known: What is known beside values.
        colours: Style to number of an option's colour.
    """

    def __init__(
        self,
        base: Base,
        state: BaseState,
        *,
        scope: str | None,
        known: Known,
        colours: Mapping[str, int] = OPTION_COLOURS,
    ) -> None:
        self.changes: list[Change] = []
        self._base = base
        self._state = state
        self._scope = scope
        self._known = known
        self._colours = colours
        self._tables: dict[str, _Marked] = {}
        self._tabs: list[Rewriting] = []
        self._gone: list[OwnTable] = []
        self._styles: Mapping[str, Sequence[tuple[str, str]]] = {}
        self._ours: list[OwnTable] | None = None

    def plan(self, edits: Sequence[Edit]) -> None:
        """Find out what edits change."""
        self._styles = {edit.sheet: edit.styles for edit in edits if isinstance(edit, MarkRows)}
        for edit in edits:
            match edit:
                case AppendColumns():
                    self.changes += self._columns(edit)
                case SetCells():
                    self.changes += self._cells(edit)
                case ReplaceValue():
                    self.changes += self._value(edit)
                case ReplaceSheet():
                    self.changes += self._tab(edit)
                case RemoveSheet():
                    self.changes += self._no_tab(edit)
                case RemoveColumns():
                    self.changes += self._no_columns(edit)
                case MarkRows():
                    # The colours are those of the options of 预警状态; rows have none that we could give.
                    continue

    def carry_out(self, journal: Journal) -> None:
        """Write what was planned; whoever calls holds the base."""
        for marked in self._tables.values():
            self._mark(marked, journal)
        for tab in self._tabs:
            if tab.is_needed:
                rewrite(self._base, tab, journal, self._free)
        for table in self._gone:
            self._base.delete_table(table.id)

    # --- our columns ---

    def _marked(self, sheet: str) -> _Marked:
        if sheet not in self._tables:
            table = self._state.table(sheet)
            if table is None or table.role:
                raise _no_table(sheet)
            self._tables[sheet] = _Marked(table)
        return self._tables[sheet]

    def _columns(self, edit: AppendColumns) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        taken = {one.name for one in marked.table.fields}
        for column in edit.columns:
            if column.name in marked.table.own or column.name in marked.new:
                continue
            title = free_name(column.title, taken)
            taken.add(title)
            marked.new[column.name] = self._head(column, title, edit.sheet)
            yield Change(sheet=edit.sheet, cell=None, what="column", before="", after=title)

    def _head(self, column: EngineColumn, title: str, sheet: str) -> dict[str, object]:
        made: dict[str, object] = {
            "field_name": title,
            "type": TEXT,
            "description": {"text": described(column.name)},
        }
        styles = self._styles.get(sheet, ())
        if column.kind == "datetime":
            made |= {"type": DATE, "property": {"date_formatter": _DATES}}
        elif column.name == "status" and styles:
            made |= {"type": SELECT, "property": {"options": options_of(styles, self._colours)}}
        return made

    def _cells(self, edit: SetCells) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        table = marked.table
        number = table.own.get(edit.column)
        if number is None:
            if edit.column not in marked.new:
                raise _no_table(edit.sheet)
            number = len(table.fields) + 1 + list(marked.new).index(edit.column)
        of = table.field(number) or _as_field(edit.column, marked.new[edit.column])
        for row, value in edit.values.items():
            record = table.record(row)
            if record is None:
                continue
            body = self._body(value, of, table, edit.sheet)
            found = record.cells.get(of.name) if of.id else None
            if stands(body, of, found):
                continue
            marked.cells.setdefault(record.id, {})[of.id or edit.column] = body
            yield Change(
                sheet=edit.sheet,
                cell=f"{column_letters(number)}{row}",
                what="cell",
                before=_shown(read_cell(found, of, table.lens)),
                after=_shown(value),
            )

    def _body(self, value: CellValue, of: Field, table: TableState, where: str) -> Body:
        words = frozenset({*self._known.words, str(value)} if of.ours else self._known.words)
        try:
            return body_of(plain_value(value, of), of, replace(self._known, lens=table.lens, words=words))
        except UnfitError as error:
            raise InputRefusedError(error.why, where=where) from error

    def _value(self, edit: ReplaceValue) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        table = marked.table
        of, record = table.field(edit.column), table.record(edit.row)
        if of is None or record is None:
            raise _no_table(edit.sheet)
        place = f"{column_letters(edit.column)}{edit.row}"
        body = self._body(edit.value, of, table, f"{edit.sheet}!{place}")
        found = record.cells.get(of.name)
        if stands(body, of, found):
            return
        held = read_cell(found, of, table.lens)
        if held != edit.expected:
            raise _held(of, held)
        marked.cells.setdefault(record.id, {})[of.id] = body
        marked.expected.setdefault(record.id, []).append((of, found))
        yield Change(
            sheet=edit.sheet,
            cell=place,
            what="cell",
            before=_shown(held),
            after=_shown(edit.value),
        )

    def _no_columns(self, edit: RemoveColumns) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        table = marked.table
        for name, number in table.own.items():
            of = table.fields[number - 1]
            if name not in edit.kept:
                marked.dropped[of.id] = of
                yield Change(sheet=edit.sheet, cell=None, what="column", before=of.name, after="")
                continue
            for row in edit.rows:
                record = table.record(row)
                if record is None or record.cells.get(of.name) is None:
                    continue
                marked.cells.setdefault(record.id, {})[of.id] = None
                before = _shown(read_cell(record.cells.get(of.name), of, table.lens))
                place = f"{column_letters(number)}{row}"
                yield Change(sheet=edit.sheet, cell=place, what="cell", before=before, after="")

    def _mark(self, marked: _Marked, journal: Journal) -> None:
        """Write what was planned for one table."""
        base, table = self._base, marked.table
        if marked.expected:
            there = base.chosen(table.id, list(marked.expected))
            for id_, cells in marked.expected.items():
                for of, found in cells:
                    now = there[id_].cells.get(of.name) if id_ in there else None
                    if now != found:
                        raise _held(of, read_cell(now, of, table.lens))
        ids = {
            name: base.create_field(table.id, head, str(uuid.uuid4())) for name, head in marked.new.items()
        }
        made = [replace(_as_field(name, marked.new[name]), id=id_) for name, id_ in ids.items()]
        fields = (*table.fields, *made)
        rows = [
            (id_, {ids.get(place, place): body for place, body in cells.items()})
            for id_, cells in marked.cells.items()
        ]
        outcome = Batches(base, table.id, fields, journal).update(rows)
        for of in marked.dropped.values():
            base.delete_field(table.id, of.id)
        if outcome.stopped is not None:
            raise outcome.stopped
        # A record that was deleted meanwhile needs no mark; anything else is told.
        there = base.chosen(table.id, [rows[place][0] for place in outcome.refused])
        for place, why in outcome.refused.items():
            if rows[place][0] in there:
                raise RemoteError(why, where=table.name)

    # --- our tables ---

    @property
    def _own(self) -> list[OwnTable]:
        if self._ours is None:
            if self._scope is None:
                known = [table for table in self._state.tables if table.role]
                self._ours = [OwnTable(id=one.id, name=one.name, fields=one.fields) for one in known]
            else:
                self._ours = own_tables(self._base)
        return self._ours

    def _name(self, role: str) -> str:
        return role if self._scope is None else f"{role}.{self._scope}"

    def _tab(self, edit: ReplaceSheet) -> Iterator[Change]:
        if edit.listing is None:
            return
        mark = self._name(edit.role)
        table = next((one for one in self._own if one.mark == mark), None)
        records = () if table is None else self._base.records(table.id)
        title = edit.title
        if self._scope is not None:
            title = f"{edit.title}·{self._state.tables[0].name}" if self._state.tables else title
        work = compared(mark, title, edit.listing, table, records)
        if not work.is_needed:
            return
        self._tabs.append(work)
        name = title if table is None else table.name
        yield Change(sheet=name, cell=None, what="tab", before="" if table is None else name, after=name)

    def _no_tab(self, edit: RemoveSheet) -> Iterator[Change]:
        mark = self._name(edit.role)
        for table in [one for one in self._own if one.mark == mark]:
            self._gone.append(table)
            yield Change(sheet=table.name, cell=None, what="tab", before=table.name, after="")

    def _free(self, title: str) -> str:
        return free_name(title.translate(_UNNAMED), [one.name for one in self._base.tables()])


_UNNAMED = str.maketrans("[]", "（）")


def _as_field(name: str, head: Mapping[str, object]) -> Field:
    """Return a column of ours that is not made yet as a field without an id."""
    type_, traits = head["type"], head.get("property")
    return Field(
        id="",
        name=str(head["field_name"]),
        type=type_ if isinstance(type_, int) else TEXT,
        traits=traits if isinstance(traits, Mapping) else {},
        ours=name,
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _no_table(sheet: str) -> InputRefusedError:
    return InputRefusedError(
        Text("多维表格里没有这张表或这一行。", "The base has no such table or row."), where=sheet
    )


def _held(of: Field, held: object) -> InputRefusedError:
    return InputRefusedError(
        Text(
            f"“{of.name}”现在是“{held}”，与读到的不同，没有写入。",
            f"'{of.name}' holds '{held}' now, unlike what was read; nothing was written.",
        )
    )
