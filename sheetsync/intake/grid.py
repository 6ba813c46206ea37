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
        return [position for position, value in enumerate(first) if value == "" and _empty(rows[position])]

    def stretch(self, column: int, first: int, stop: int) -> list[RawValue]:
        """Return the cells of one column from row `first` up to, not including, row `stop`."""
        return list(self.columns[column][first:stop])


def _empty(row: Sequence[RawValue]) -> bool:
    return all(value == "" for value in row)
