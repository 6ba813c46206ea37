"""A sheet's cells column by column, turned once for all that look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sheetsync.model.table import RawSheet, RawValue


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet; positions count from 0 within its used range.

    Args:
        sheet: The sheet.
    """

    sheet: RawSheet

    @cached_property
    def columns(self) -> Sequence[Sequence[RawValue]]:
        """The cells column by column."""
        return list(zip(*self.sheet.rows, strict=True))

    @cached_property
    def gaps(self) -> Sequence[int]:
        """Positions of the rows in which every cell is empty."""
        rows, first = self.sheet.rows, self.columns[0] if self.columns else ()
        return [position for position, value in enumerate(first) if value == "" and is_empty(rows[position])]

    @cached_property
    def filled(self) -> int:
        """Position behind the last row that has a cell that is not empty."""
        rows = self.sheet.rows
        filled = len(rows)
        while filled and is_empty(rows[filled - 1]):
            filled -= 1
        return filled

    def stretch(self, column: int, first: int, stop: int) -> list[RawValue]:
        """Return the cells of one column from row `first` up to, not including, row `stop`."""
        return list(self.columns[column][first:stop])


def is_empty(row: Sequence[RawValue]) -> bool:
    """Tell whether every cell of a row is empty."""
    return row.count("") == len(row)
