"""What a mirror asks a store to do with the rows of a table: add one, change cells of one, take one away.

Places are those that the store itself gave when it was read: names of sheets, numbers of rows and columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sheetsync.model.table import Version
from sheetsync.model.value import Kind, RawValue
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """A canonical value on its way into a cell; the store gives it the shape that its cells have.

    Args:
        kind: Of the column (`model.value`).
        value: The canonical value, None to empty the cell.
        whole_day: For moments, True where no time of day was given.
        text: The value as a person would type it; the empty text where there is none.
    """

    kind: Kind
    value: object
    whole_day: bool = False
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """Another value for one cell that a person filled.

    Args:
        expected: What the cell holds now, as it was read; nothing is written where it holds something else.
        value: What it shall hold.
    """

    expected: RawValue
    value: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow:
    """Other values for some cells of a row.

    Args:
        sheet: The sheet or table.
        row: Row number, from 1.
        key: The record's business key, for receipts.
        cells: By column number, from 1.
    """

    sheet: str
    row: int
    key: str
    cells: Mapping[int, CellChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendRow:
    """A new row at the end of a table.

    Args:
        sheet: The sheet or table.
        header_row: Row number of the table's header, from 1.
        last_row: Row number of its last record, or of the header if there is none.
        key: The record's business key, for receipts.
        cells: By column number, from 1; all others are left to the store: formulas are filled down.
    """

    sheet: str
    header_row: int
    last_row: int
    key: str
    cells: Mapping[int, FieldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRow:
    """Take a row away for good; only ever asked for where a person confirmed it.

    Args:
        sheet: The sheet or table.
        row: Row number, from 1.
        key: The record's business key, for receipts.
        header_row: Row number of the table's header, from 1: tells what else in that row is another table.
        columns: Numbers of columns that are known to be the table's; those titled beside them are, too.
    """

    sheet: str
    row: int
    key: str
    header_row: int | None = None
    columns: tuple[int, ...] = ()


RowChange = UpdateRow | AppendRow | DeleteRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """A change that could not be made, while others were.

    Args:
        change: Which.
        why: What is in the way, and what to do.
    """

    change: RowChange
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of changes.

    Args:
        version: Of the document afterwards.
        landed: Those that are in the document now.
        setbacks: Those that are not.
    """

    version: Version
    landed: tuple[RowChange, ...]
    setbacks: tuple[Setback, ...] = ()
