"""A column as its distinct contents and, for each row, which of them it holds: each content is read once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheetsync.model.table import Bools, Ints, RawValue


@dataclass(frozen=True, slots=True)
class Coded:
    """One column.

    Args:
        distinct: Every content that occurs, once.
        codes: Position in `distinct` for each row; shape (n,).
    """

    distinct: Sequence[RawValue]
    codes: Ints

    @classmethod
    def of(cls, column: Sequence[RawValue]) -> "Coded":
        """Return a column of cells in coded form."""
        index = dict.fromkeys(column)
        if (0 in index or 1 in index) and bool in set(map(type, column)):
            # True equals 1 for Python, but not for whoever ticked a box.
            column = [str(value).upper() if isinstance(value, bool) else value for value in column]
            index = dict.fromkeys(column)
        distinct = list(index)
        if len(distinct) == len(column):
            return cls(distinct, np.arange(len(column), dtype=np.int64))
        if len(distinct) == 1:
            return cls(distinct, np.zeros(len(column), dtype=np.int64))
        position = dict(zip(distinct, range(len(distinct)), strict=True))
        codes = np.fromiter(map(position.__getitem__, column), dtype=np.int64, count=len(column))
        return cls(distinct, codes)

    def pick(self, chosen: Ints) -> "Coded":
        """Return the column at the rows `chosen`, without the contents that occur no more."""
        if len(chosen) == len(self.codes):
            return self
        used, codes = np.unique(self.codes[chosen], return_inverse=True)
        return Coded([self.distinct[code] for code in used.tolist()], codes.astype(np.int64))


def spread(flags: Bools, codes: Ints) -> Bools:
    """Return a flag of each distinct content as a flag of each row."""
    return flags[codes] if len(flags) else np.zeros(len(codes), dtype=np.bool_)


def holding(told: Sequence[int], codes: Ints) -> Bools:
    """Return which rows hold one of some contents, by the codes of the contents."""
    match told:
        case []:
            return np.zeros(len(codes), dtype=np.bool_)
        case [code]:
            found: Bools = codes == code
            return found
        case _:
            return np.isin(codes, told)


def split_by(codes: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the distinct pairs of two codings as (codes, second, pair of each row).

    Args:
        codes: Not negative, shape (n,).
        second: Not negative and below 2**32, shape (n,).
    """
    pairs, rows = np.unique(codes << np.int64(32) | second, return_inverse=True)
    return pairs >> np.int64(32), pairs & np.int64(0xFFFFFFFF), rows.astype(np.int64)
