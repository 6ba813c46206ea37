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
        """The cells column by column, down to the last row that is not empty."""
        return list(zip(*self.sheet.rows[: self.filled], strict=True))

    @cached_property
    def gaps(self) -> Sequence[int]:
        """Positions of the rows in which every cell is empty."""
        return [
            position
            for position, row in enumerate(self.sheet.rows)
            if row and row[0] == "" and row.count("") == len(row)
        ]

    @cached_property
    def filled(self) -> int:
        """Position behind the last row that has a cell that is not empty."""
        filled = len(self.sheet.rows)
        for gap in reversed(self.gaps):
            if gap != filled - 1:
                break
            filled = gap
        return filled

    def stretch(self, column: int, first: int, stop: int) -> list[RawValue]:
        """Return the cells of one column from row `first` up to, not including, row `stop`."""
        cells = list(self.columns[column][first:stop])
        cells += [""] * (stop - first - len(cells))
        return cells
