"""What a write changes, kept small and told cell by cell only to those who ask."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from sheetsync.excel.cellvalue import cell_text
from sheetsync.marks import column_letters
from sheetsync.model.edit import CellValue, Change


class CellChanges(Sequence[Change]):
    """The cells of one column that change.

    Args:
        sheet: The sheet.
        column: Number of the column.
        values: What its cells shall hold, by row number.
    """

    def __init__(self, sheet: str, column: int, values: Mapping[int, CellValue]) -> None:
        self.sheet = sheet
        self.column = column
        self._values = values
        self._rows = array("L")
        self._before: dict[int, str] = {}

    def add(self, row: int, before: str) -> None:
        """Note a cell that changes, with what it held."""
        self._rows.append(row)
        if before:
            self._before[row] = before

    def add_fresh(self, rows: Sequence[int]) -> None:
        """Note cells that held nothing."""
        self._rows.extend(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        if isinstance(index, slice):
            return [self._told(row) for row in self._rows[index]]
        return self._told(self._rows[index])

    def _told(self, row: int) -> Change:
        return Change(
            sheet=self.sheet,
            cell=f"{column_letters(self.column)}{row}",
            what="cell",
            before=self._before.get(row, ""),
            after=cell_text(self._values[row]),
        )


class Changes(Sequence[Change]):
    """All changes of a write, in order.

    Args:
        parts: Some of them each.
    """

    def __init__(self, parts: Sequence[Sequence[Change]]) -> None:
        self._parts = tuple(part for part in parts if part)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Change]:
        for part in self._parts:
            yield from part

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
