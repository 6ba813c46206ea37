"""Plain orders to a presenter: what shall stand in a document, with style names instead of colours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sheetsync.model.value import RawValue

CellValue = str | float | int | bool | datetime | None
"""What we write into a cell; None empties it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineColumn:
    """One of our own columns.

    Args:
        name: Our name for it: `status`, `note`, `since`. Recognised by this, never by its title.
        title: The header a person reads.
        width: In characters of the default font.
        sentence: True for long text: at the left, on one line, so that rows keep their height.
        kind: How its cells are formatted.
    """

    name: str
    title: str
    width: float
    sentence: bool = False
    kind: Literal["text", "datetime"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendColumns:
    """Make sure that our columns stand at the right of a table; once there, people may move them.

    Args:
        sheet: The sheet.
        number: The number by which we know the table again; the same on every edit of it.
        header_row: Row number of its header, from 1.
        last_row: Row number of its last record.
        after_column: Number of its last column.
        columns: Our columns.
    """

    sheet: str
    number: int
    header_row: int
    last_row: int
    after_column: int
    columns: tuple[EngineColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCells:
    """Set cells of one of our columns, by row number; rows that are not named are left alone."""

    sheet: str
    number: int
    column: str
    values: Mapping[int, CellValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceValue:
    """Give one cell of people another value: the only order that touches what they typed.

    Nothing is written if the cell no longer holds what is expected. Its look and number format stay.

    Args:
        sheet: The sheet.
        row: Row number, from 1.
        column: Column number, from 1.
        expected: What it holds now, as it was read; the empty text where it holds nothing.
        value: What it shall hold: a moment becomes the number that the cell's format shows, a text a text.
    """

    sheet: str
    row: int
    column: int
    expected: RawValue
    value: CellValue


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRows:
    """Colour the whole rows of a table by the text in one of our columns.

    Args:
        sheet: The sheet.
        number: The number of the table.
        header_row: The table starts below it.
        last_row: The last record; the colours reach further down so that new rows are coloured too.
        before: Where something else begins below the table, None where nothing does.
        first_column: First column of the table.
        last_column: Its last column where another table stands between it and our columns, else None.
        column: Our column whose text decides, `status`.
        styles: Text of the cell to style name of the palette, in order of precedence.
        looks: Style names with other colours than the palette's: fill and font as RRGGBB, None for the usual.
    """

    sheet: str
    number: int
    header_row: int
    last_row: int
    first_column: int
    column: str
    styles: tuple[tuple[str, str], ...]
    before: int | None = None
    last_column: int | None = None
    looks: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedColumn:
    """One column of a listing.

    Args:
        name: Our name for it; recognised by this, never by its title.
        title: What a person reads.
        kind: What its cells hold.
    """

    name: str
    title: str
    kind: Literal["text", "number"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a tab of ours says, as plain rows: for stores that have tables where workbooks have drawings.

    Args:
        columns: Its columns; the first one, of texts, says what a row is about.
        rows: Texts and numbers by column, None where there is nothing to say; nothing that only the clock
            moves.
    """

    columns: tuple[ListedColumn, ...]
    rows: tuple[tuple[str | float | None, ...], ...]


Parts = Mapping[str, bytes]
"""The parts of an xlsx file by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceSheet:
    """Put a whole tab of ours into the document, replacing the one we wrote before.

    Args:
        role: What the tab is to us: `dashboard`, `problems`. Recognised by this, never by its title.
        title: The tab's name; a person's tab of that name is left alone and ours gets another.
        draw: Makes a workbook with exactly one sheet of that name, not packed; asked only where the document
            does not show the fingerprint yet.
        fingerprint: Equal fingerprints mean equal content, whatever the clock says.
        first: True if a new tab should stand before all others.
        listing: The same as rows; None where there is no such form of it.
    """

    role: str
    title: str
    draw: Callable[[], Parts] = field(compare=False, repr=False)
    fingerprint: str
    first: bool = False
    listing: Listing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSheet:
    """Take a tab of ours out again, if it is there."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveColumns:
    """Take our columns of one table out again, with the colours of its sheet.

    Args:
        sheet: The sheet.
        number: The number of the table.
        columns: Our columns, as they were ordered.
        rows: Rows whose cells in our columns hold nothing but what we wrote.
        kept: Our names of columns in which people typed something of their own: those stay, as theirs.
        first_column: First column of the table; None where nobody looked for it.
        last_column: Its last column, likewise.
        before: Where something else begins below the table, None where nothing does.
    """

    sheet: str
    number: int
    columns: tuple[EngineColumn, ...]
    rows: tuple[int, ...]
    kept: frozenset[str] = frozenset()
    first_column: int | None = None
    last_column: int | None = None
    before: int | None = None


Edit = AppendColumns | SetCells | ReplaceValue | MarkRows | ReplaceSheet | RemoveSheet | RemoveColumns


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Change:
    """One change a write makes, for `--dry-run` and the log: where, what was there, what comes.

    Nobody changes one; it is not frozen only because a large sheet has many.
    """

    sheet: str
    cell: str | None
    what: Literal["cell", "column", "colours", "tab"]
    before: str
    after: str
