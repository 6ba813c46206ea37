"""A base as it was read once: its tables with fields, records in their order, and what cells hold."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from sheetsync.bitable.base import BaseInfo, Record
from sheetsync.bitable.field import COMPUTED, FILES, MOMENTS, PEOPLE, WRITTEN, Field
from sheetsync.bitable.reading import Lens, reader_of, text_of
from sheetsync.model.table import (
    CellState,
    Edited,
    Fixed,
    OwnColumns,
    RawBook,
    RawSheet,
    Version,
)
from sheetsync.model.value import RawValue

HEADER = 1
"""Row of the names of fields; the first record stands in the next."""


@dataclass(frozen=True)
class TableState:
    """A table as it was read.

    Args:
        id: Its id.
        name: What people call it.
        revision: Where its count of changes stood.
        fields: Its fields, the index field first.
        records: Its records, in the order of their rows.
        lens: Through what its cells are looked at.
    """

    id: str
    name: str
    revision: int
    fields: tuple[Field, ...]
    records: tuple[Record, ...]
    lens: Lens

    @property
    def role(self) -> str:
        """What it is to us, empty for a table of people's."""
        return self.fields[0].table_of_ours if self.fields else ""

    @cached_property
    def rows(self) -> list[list[RawValue]]:
        """What the records hold, column by column."""
        columns = [(one.name, reader_of(one, self.lens)) for one in self.fields]
        return [
            ["" if (cell := cells.get(name)) is None else read(cell) for name, read in columns]
            for cells in (record.cells for record in self.records)
        ]

    @property
    def own(self) -> Mapping[str, int]:
        """Our columns: our name to column number, from 1."""
        return {one.ours: number for number, one in enumerate(self.fields, 1) if one.ours}

    def field(self, column: int) -> Field | None:
        """Return the field of a column, from 1; None where there is none."""
        return self.fields[column - 1] if 1 <= column <= len(self.fields) else None

    def record(self, row: int) -> Record | None:
        """Return the record of a row as a person counts it; None where there is none."""
        number = row - HEADER - 1
        return self.records[number] if 0 <= number < len(self.records) else None

    @property
    def people(self) -> Iterator[tuple[str, str]]:
        """Name and open_id of the people in its cells."""
        for of in (one for one in self.fields if one.type in PEOPLE):
            for record in self.records:
                cell = record.cells.get(of.name)
                for one in cell if isinstance(cell, list) else ():
                    if isinstance(one, Mapping) and one.get("id") and one.get("name"):
                        yield str(one["name"]), str(one["id"])

    @property
    def content(self) -> object:
        """What two readings of an unchanged table have in common."""
        heads = [(one.id, one.name, one.type) for one in self.fields]
        return self.id, heads, [record.id for record in self.records], self.rows


@dataclass(frozen=True)
class BaseState:
    """A base, or one table of it, as it was read."""

    info: BaseInfo
    tables: tuple[TableState, ...]

    @cached_property
    def version(self) -> Version:
        """Changes with every change to one of the tables."""
        return version_of([(one.id, one.name, one.revision) for one in self.tables])

    def table(self, name: str) -> TableState | None:
        """Return the table of a name."""
        return next((one for one in self.tables if one.name == name), None)


def version_of(tables: Sequence[tuple[str, str, int]]) -> Version:
    """Return the version of tables by id, name and revision, whatever their order."""
    return Version(hashlib.sha256(repr(sorted(tables)).encode()).hexdigest())


@dataclass(frozen=True)
class Facts:
    """What a table knows of its cells beyond their values; meets CellFacts."""

    table: TableState
    _formats: dict[int, Mapping[int, str]] = field(default_factory=dict)

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number format of the cells that show a percentage."""
        if column not in self._formats:
            self._formats[column] = dict(self._shown(column))
        return self._formats[column]

    def _shown(self, column: int) -> Iterator[tuple[int, str]]:
        of = self.table.field(column)
        if of is None or not of.percent:
            return
        for row, cells in zip(count(HEADER + 1), self.table.rows, strict=False):
            if isinstance(cells[column - 1], int | float):
                yield row, of.percent

    def unreadable(self) -> Mapping[tuple[int, int], str]:
        """Return nothing: what Feishu cannot compute is an empty cell."""
        return {}

    def cell_state(self, row: int, column: int) -> CellState:
        """Return what a cell is beside its value: the same for all cells of a field."""
        of = self.table.field(column)
        if of is None or row <= HEADER:
            return CellState()
        return CellState(fixed=_fixed(of), dated=of.type in MOMENTS)


def _fixed(of: Field) -> Fixed | None:
    if of.type in COMPUTED:
        return "formula"
    if of.type == FILES:
        return "picture"
    return None if of.type in WRITTEN else "protected"


def raw_book(state: BaseState) -> RawBook:
    """Return a base as intake takes it: every table one sheet, its fields in row 1."""
    sheets = tuple(_sheet(table, number) for number, table in enumerate(state.tables, 1))
    return RawBook(
        name=state.info.name,
        version=state.version,
        sheets=sheets,
        numbers=frozenset(range(1, len(sheets) + 1)),
        tabs=frozenset(sheet.role for sheet in sheets if sheet.role),
    )


def _sheet(table: TableState, number: int) -> RawSheet:
    if table.role:
        return RawSheet(name=table.name, rows=(), ours=True, role=table.role)
    heads: list[RawValue] = [one.name for one in table.fields]
    own = OwnColumns(number=number, row=HEADER, columns=table.own)
    return RawSheet(
        name=table.name,
        rows=[heads, *table.rows],
        facts=Facts(table),
        own=(own,) if own.columns else (),
        row_edits=dict(_edits(table)),
    )


def _edits(table: TableState) -> Iterator[tuple[int, Edited]]:
    # What was written together bears one moment, and few people write most rows.
    known: dict[tuple[str, int], Edited] = {}
    for row, record in enumerate(table.records, HEADER + 1):
        if record.edited is None:
            continue
        by = text_of(record.editor)
        edited = known.get((by, record.edited))
        if edited is None:
            edited = known[by, record.edited] = Edited(by=by, at=table.lens.moment(record.edited))
        yield row, edited
