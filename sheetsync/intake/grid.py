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
        return [position for position, row in enumerate(self.sheet.rows) if not any(row) and _empty(row)]

    def stretch(self, column: int, first: int, stop: int) -> list[RawValue]:
        """Return the cells of one column from row `first` up to, not including, row `stop`."""
        return list(self.columns[column][first:stop])


def _empty(row: Sequence[RawValue]) -> bool:
    return all(value == "" for value in row)
