"""Remembers how workbooks stand without writing into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetsync.errors import SheetSyncError
from sheetsync.operations.standards import Standards
from sheetsync.operations.together import Member, judge_all
from sheetsync.ports import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """What was remembered.

    Args:
        books: How many workbooks.
        records: Of how many records.
        errors: Why others were not.
    """

    books: int
    records: int
    errors: tuple[SheetSyncError, ...] = ()


def snapshots(
    units: Sequence[Sequence[tuple[Member, History | None]]], standards: Standards, *, now: datetime
) -> Snapshots:
    """Judge workbooks and remember how their records stand; the workbooks are only read.

    Args:
        units: Workbooks with what remembers each, those that belong together in one unit.
        standards: What they are judged by.
        now: Wall clock of the project's zone.
    """
    books = records = 0
    errors: list[SheetSyncError] = []
    for unit in units:
        judged = [history for member, history in unit if member.judged]
        for history, found in zip(
            judged, judge_all([member for member, _ in unit], standards, now=now), strict=True
        ):
            if isinstance(found, SheetSyncError):
                errors.append(found)
            elif history is not None and found.snapshot is not None:
                history.keep(found.snapshot)
                books += 1
                records += found.summary.whole.total
    return Snapshots(books=books, records=records, errors=tuple(errors))
