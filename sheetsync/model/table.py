"""What was read: raw sheets as a store hands them over, and tables of canonical values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NewType, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetsync.model.tableid import TableId as TableId  # noqa: PLC0414 - likewise
from sheetsync.model.value import RawValue as RawValue  # noqa: PLC0414 - the nouns of reading, from one door
from sheetsync.text import Language

Version = NewType("Version", str)
"""Changes whenever the document changes; goes out with the data and must come back with the write."""

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Values = npt.NDArray[Any]


Fixed = Literal["formula", "merged", "protected", "picture"]
"""Why a cell must not be given another value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """What a cell is beside its value.

    Args:
        fixed: Why it must not be given another value, None where it may.
        dated: True where its number format shows a date or a time.
    """

    fixed: Fixed | None = None
    dated: bool = False


class CellFacts(Protocol):
    """What a sheet knows of its cells beyond their values; looked up only for columns that need it."""

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number format of the numeric cells of `column`, by row number (both from 1)."""

    def unreadable(self) -> Mapping[tuple[int, int], str]:
        """Return cells (row, column) whose value cannot be trusted: `#REF!` and the like, or `formula`."""

    def cell_state(self, row: int, column: int) -> CellState:
        """Return what a cell is beside its value; looked up only for single cells."""


@dataclass(frozen=True, slots=True)
class PlainFacts:
    """Cell facts given as plain mappings: what an in-memory sheet has to say of its cells."""

    formats: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    states: Mapping[tuple[int, int], CellState] = field(default_factory=dict)

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number formats of `column` by row number."""
        return self.formats.get(column, {})

    def unreadable(self) -> Mapping[tuple[int, int], str]:
        """Return the cells without a trustworthy value."""
        return self.broken

    def cell_state(self, row: int, column: int) -> CellState:
        """Return what a cell is beside its value: nothing special where nothing else is given."""
        return self.states.get((row, column), CellState())


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumns:
    """Columns of ours that stand on a sheet beside one table.

    Args:
        number: The number by which we know that table again.
        row: Row number of their headers, from 1.
        columns: Our name (`status`, `note`, `since`) to column number, from 1.
    """

    number: int
    row: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Who changed something last, and when, as far as its store knows.

    Args:
        by: A name as the store has it, empty where it is not known.
        at: Wall clock of the project's zone, None where it is not known.
    """

    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """One sheet or table exactly as its store gives it.

    Args:
        name: The sheet's name.
        rows: The used range, row by row, each row equally long.
        first_row: Number of the first of `rows`, from 1, as a person sees it.
        first_column: Number of the first column of each row, from 1.
        merged: Merged ranges as (first row, first column, last row, last column), from 1, inclusive.
        facts: Number formats and unreadable cells, looked up on demand.
        own: Columns that carry our own mark, one entry a table.
        ours: True for a tab that the engine writes itself and intake must not read.
        role: What such a tab is to us, empty for a sheet of people.
        hidden: True for a sheet that people do not see.
        date_1904: True where plain numbers count days from 1904 (ECMA-376 part 1, 18.17.4.1).
        row_edits: Who changed a row last, by row number; only of stores that know it.
    """

    name: str
    rows: Sequence[Sequence[RawValue]]
    first_row: int = 1
    first_column: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    facts: CellFacts = field(default_factory=PlainFacts)
    own: tuple[OwnColumns, ...] = ()
    ours: bool = False
    role: str = ""
    hidden: bool = False
    date_1904: bool = False
    row_edits: Mapping[int, Edited] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBook:
    """A document as it was read, with the version that a write must give back.

    Args:
        name: What people call it.
        version: What a write must give back.
        sheets: Its sheets in their order.
        numbers: Numbers of tables that are in use, those of vanished tables too.
        tabs: Roles of tabs of ours, those of vanished tabs too.
        edited: Who saved the document last.
    """

    name: str
    version: Version
    sheets: tuple[RawSheet, ...]
    numbers: frozenset[int] = frozenset()
    tabs: frozenset[str] = frozenset()
    edited: Edited = field(default_factory=Edited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a form's column was found on a sheet.

    Args:
        title: The header as a person wrote it.
        number: Column number, from 1.
    """

    title: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingColumn:
    """A column of the form that the sheet does not have, with the header that looks most like it."""

    column: str
    title: str
    nearest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One form's records as canonical values.

    Args:
        form: Id of the form.
        sheet: Name of the sheet it was read from.
        language: The language of the sheet's headers.
        columns: For each field that the sheet has, its values (see `model.value` for the types); shape (n,).
            Missing is None, NaN or NaT.
        rows: Row number of each record as a person sees it; shape (n,).
        whole_days: For each date and datetime field, True where no time of day was given; shape (n,).
        raw: For each field, the cells as typed; n values.
        broken: For each field, True where the cell has content that could not be read; shape (n,).
        places: Where each field stands on the sheet.
        header_row: Row number of the (last) header row.
        last_row: Row number of the last record, or of the header if there is none.
        last_column: Number of the last used column of the header row, ours not counted.
        before: Row number where something else begins below the table; None where nothing does.
        missing: Columns of the form that the sheet lacks.
        unread: Headers that belong to no column of the form.
        open_fields: Fields that are not in the form but belong to its open group (RACI departments).
        own: Our own columns beside it, None where it has none yet.
        engine: What they hold now, by name (`status`, `note`, `since`); n values each.
        exploded_from: Id of the form in whose text the records stand, None for a table of its own.
        asides: For person fields, the department a cell names beside the person
            (`张三（市场部）`, `市场部-张三`, `设计部*设计师`), None where it names none; n values each.
    """

    form: str
    sheet: str
    language: Language
    columns: Mapping[str, Values]
    rows: Ints
    whole_days: Mapping[str, Bools]
    raw: Mapping[str, Sequence[RawValue]]
    broken: Mapping[str, Bools]
    places: Mapping[str, Place]
    header_row: int
    last_row: int
    last_column: int
    before: int | None = None
    missing: tuple[MissingColumn, ...] = ()
    unread: tuple[str, ...] = ()
    open_fields: tuple[str, ...] = ()
    own: OwnColumns | None = None
    engine: Mapping[str, Sequence[RawValue]] = field(default_factory=dict)
    asides: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    exploded_from: str | None = None
    id: TableId = field(init=False, repr=False, compare=False)
    """What tells it from the other tables of its document; asked for by everything that is said of it."""

    def __post_init__(self) -> None:
        told = TableId(self.form, self.sheet, self.header_row, self.first_column)
        object.__setattr__(self, "id", told)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The columns as a frame, for those who look at single records; the index is 0..n-1.

        Made when somebody asks: it costs as much as all that rules and figures do with the columns.
        """
        # Objects go in as an index of objects, which costs little, because pandas would make strings of them.
        told = {
            name: pd.Index(values, dtype=object, copy=False) if values.dtype == object else values
            for name, values in self.columns.items()
        }
        return pd.DataFrame(told, index=pd.RangeIndex(len(self)), copy=False)

    @property
    def first_column(self) -> int:
        """Number of the leftmost column that is one of its fields, from 1."""
        return min((place.number for place in self.places.values()), default=1)
