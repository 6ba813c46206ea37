"""How the work of one table runs, record by record, and how limits were kept. Figures only."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.model.tableid import TableId
from sheetsync.text import Text

Moments = npt.NDArray[np.datetime64]
"""Points in time, wall clock of the project's zone; NaT where unknown."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the work of one table runs; every array has one entry a record, in the order of the table.

    Args:
        table: The table.
        split: Tasks that fall into sub-tasks: what their sub-tasks say must not be counted twice.
        start: Planned starts.
        due: Due times.
        began: Actual starts, as far as cells tell them.
        ended: When the work was finished, as far as cells tell it.
        planned: Planned progress now, in percent; NaN where unknown.
        actual: Actual progress, in percent; NaN where nothing was reported.
        weight: How much each record weighs in a sum: typed, else its planned working days, else 1.
        finished: Records with nothing left to do.
        dropped: Records that were called off and count for nothing.
        asked: Records whose progress is to be reported now; none where the sheet cannot tell what was.
        silent: Those of them that were not reported within the rule's limit, or never.
    """

    table: TableId
    split: Flags
    start: Moments
    due: Moments
    began: Moments
    ended: Moments
    planned: Floats
    actual: Floats
    weight: Floats
    finished: Flags
    dropped: Flags
    asked: Flags
    silent: Flags

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Course):
            return NotImplemented
        return all(_same(getattr(self, name), getattr(other, name)) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.table, len(self.split)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clocks of one rule that ended in one table.

    Args:
        table: The table; it may hold what stands in the texts of another one.
        rows: The row of each, as a person sees it; shape (n,).
        kept: Those that stopped in time; shape (n,).
    """

    table: TableId
    rows: Ints
    kept: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """How one rule's limit was kept in one workbook.

    Args:
        rule: Its id.
        title: What it is about.
        kept: Clocks that stopped in time.
        ended: Clocks that stopped, in time or late, or ran out.
        clocks: Whose they were, table by table.
    """

    rule: str
    title: Text
    kept: int
    ended: int
    clocks: tuple[Clocks, ...] = field(default=(), compare=False, repr=False)

    @property
    def rate(self) -> float | None:
        """The share that was kept, 0 to 1; None before any clock has ended."""
        return self.kept / self.ended if self.ended else None


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - arrays and what is beside them
    return np.array_equal(one, other, equal_nan=True) if isinstance(one, np.ndarray) else bool(one == other)
