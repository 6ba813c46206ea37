"""Our own tables in a base, such as the dashboard: made once, rewritten row by row where a row differs."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sheetsync.bitable.base import Base, Record
from sheetsync.bitable.batches import Batches, Outcome
from sheetsync.bitable.field import NUMBER, TEXT, Field
from sheetsync.bitable.marks import described
from sheetsync.bitable.names import free_name
from sheetsync.bitable.reading import Lens, read_cell
from sheetsync.bitable.writing import Body
from sheetsync.errors import RemoteError
from sheetsync.model.edit import ListedColumn, Listing
from sheetsync.model.value import RawValue
from sheetsync.ports import Journal

_LENS = Lens(zone=ZoneInfo("UTC"))
"""There are no moments in our tables."""

Cell = str | float | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTable:
    """A table of ours.

    Args:
        id: Its id.
        name: What people call it.
        fields: Its fields.
    """

    id: str
    name: str
    fields: tuple[Field, ...]

    @property
    def mark(self) -> str:
        """Our name for it."""
        return self.fields[0].table_of_ours if self.fields else ""


@dataclass(slots=True)
class Rewriting:
    """What it takes to let a table of ours say something.

    Args:
        mark: Our name for it.
        title: What it is to be called.
        listing: What it shall say.
        table: The table, None where there is none yet.
        changed: By id of record, the row that it shall hold.
        gone: Records that say nothing any more.
        fresh: Rows that no record holds.
        missing: Columns that the table lacks.
    """

    mark: str
    title: str
    listing: Listing
    table: OwnTable | None = None
    changed: dict[str, Row] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    fresh: list[Row] = field(default_factory=list)
    missing: list[ListedColumn] = field(default_factory=list)

    @property
    def is_needed(self) -> bool:
        """True where anything differs."""
        return self.table is None or bool(self.changed or self.gone or self.fresh or self.missing)


def own_tables(base: Base) -> list[OwnTable]:
    """Return all tables of ours in a base, each looked at."""
    infos = base.tables()
    found = base.at_once(base.fields, [one.id for one in infos])
    tables = [
        OwnTable(id=one.id, name=one.name, fields=fields) for one, fields in zip(infos, found, strict=True)
    ]
    return [one for one in tables if one.mark]


def compared(
    mark: str, title: str, listing: Listing, table: OwnTable | None, records: Iterable[Record]
) -> Rewriting:
    """Return what differs between a listing and what a table of ours says.

    Args:
        mark: Our name for the table.
        title: What a new one is to be called.
        listing: What it shall say.
        table: The table, None where there is none.
        records: What it says now.
    """
    work = Rewriting(mark=mark, title=title, listing=listing, table=table)
    if table is None:
        work.fresh = list(listing.rows)
        work.missing = list(listing.columns)
        return work
    known = {one.ours: one for one in table.fields if one.ours}
    work.missing = [column for column in listing.columns if column.name not in known]
    standing: dict[Row, list[str]] = {}
    for record in records:
        standing.setdefault(_said(record, listing.columns, known), []).append(record.id)
    wanted = []
    for row in listing.rows:
        same = standing.get(_plain(row))
        if same:
            same.pop()
        else:
            wanted.append(row)
    by_key: dict[Cell, list[str]] = {}
    for said, ids in standing.items():
        by_key.setdefault(said[0], []).extend(ids)
    for row in wanted:
        about = by_key.get(_plain(row)[0])
        if about:
            work.changed[about.pop()] = row
        else:
            work.fresh.append(row)
    work.gone = [id_ for ids in by_key.values() for id_ in ids]
    return work


def rewrite(base: Base, work: Rewriting, journal: Journal, free: Callable[[str], str]) -> None:
    """Let a table of ours say what it shall; whoever calls holds the base.

    Args:
        base: The base.
        work: What differs.
        journal: Remembers what was handed over.
        free: Returns the name for a new table that nobody else bears.
    """
    columns = work.listing.columns
    if work.table is None:
        heads = [_head(column, "" if number else work.mark) for number, column in enumerate(columns)]
        made = base.create_table(free(work.title), heads, lambda id_: _is_marked(base, id_, work.mark))
        fields = base.seen(lambda: base.fields(made))
        drop_blank(base, made)
        table = made
    else:
        table, fields = work.table.id, work.table.fields
        for column in work.missing:
            base.create_field(table, _head(column, "", {one.name for one in fields}), str(uuid.uuid4()))
        if work.missing:
            fields = base.seen(lambda: base.fields(table))
    known = {one.ours: one for one in fields if one.ours}
    batches = Batches(base, table, fields, journal, [*work.changed, *work.gone])
    _must(batches.update([(id_, _cells(row, columns, known)) for id_, row in work.changed.items()]))
    _must(batches.create([_cells(row, columns, known) for row in work.fresh]))
    _must(batches.delete(work.gone))


def drop_blank(base: Base, table: str) -> None:
    """Take the blank rows out of a table that was made a moment ago; rows that hold anything stay."""
    records = base.seen(lambda: base.records(table))
    blank = [one.id for one in records if not one.cells]
    if blank and len(blank) == len(records):
        base.delete(table, blank)


def _must(outcome: Outcome) -> None:
    """Raise what kept rows of ours from being written: the next run writes what is missing."""
    if outcome.stopped is not None:
        raise outcome.stopped
    if outcome.refused:
        why = next(iter(outcome.refused.values()))
        raise RemoteError(why)


def _is_marked(base: Base, table: str, mark: str) -> bool:
    fields = base.seen(lambda: base.fields(table))
    return bool(fields) and fields[0].table_of_ours == mark


def _head(column: ListedColumn, table: str, taken: Iterable[str] = ()) -> Mapping[str, object]:
    made: dict[str, object] = {
        "field_name": free_name(column.title, taken),
        "type": NUMBER if column.kind == "number" else TEXT,
        "description": {"text": described(column.name, table)},
    }
    if column.kind == "number":
        made["property"] = {"formatter": "0.0"}
    return made


def _cells(row: Row, columns: Sequence[ListedColumn], known: Mapping[str, Field]) -> dict[str, Body]:
    return {
        known[column.name].id: value
        for column, value in zip(columns, _sent(row), strict=True)
        if column.name in known
    }


def _sent(row: Row) -> list[Body]:
    return [None if cell == "" else cell for cell in row]


def _plain(row: Row) -> Row:
    """Return a row as it will be read back."""
    return tuple("" if cell is None else cell if isinstance(cell, str) else float(cell) for cell in row)


def _said(record: Record, columns: Sequence[ListedColumn], known: Mapping[str, Field]) -> Row:
    return tuple(_read(record, known.get(column.name)) for column in columns)


def _read(record: Record, of: Field | None) -> Cell:
    if of is None:
        return ""
    value: RawValue = read_cell(record.cells.get(of.name), of, _LENS)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
