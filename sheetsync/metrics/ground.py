"""What the figures of one workbook rest on, handed from one computation to the next."""

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.metrics.people import departments, homes, owners
from sheetsync.model.course import Attainment, Course, Flags
from sheetsync.model.finding import Verdict
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.table import Table, TableId
from sheetsync.worktime import WorkTime

NOTHING = frozenset({"", "无", "暂无", "-", "--", "—", "/", "N/A"})
"""What people type into a cell that has nothing to say."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What is known of a workbook in one run.

    Args:
        tables: What was read, without what stands in the texts of others.
        verdicts: One a record of them, in their order.
        courses: How the work of each table of tasks or sub-tasks runs.
        finished: Records with nothing left to do, by table.
        limits: How each rule's limit was kept.
        catalogue: The forms.
        now: Wall clock of the project's zone.
        worktime: The working-time calendar.
        before: How it stood at the end of the week before; None in a first report.
        series: The last snapshot of each day, oldest first, without the records.
    """

    tables: Sequence[Table]
    verdicts: Sequence[Verdict]
    courses: Sequence[Course]
    finished: Mapping[TableId, Flags]
    limits: Sequence[Attainment]
    catalogue: Catalogue
    now: datetime
    worktime: WorkTime
    before: Snapshot | None = None
    series: Sequence[Snapshot] = ()

    def with_series(self, series: Sequence[Snapshot]) -> "Ground":
        """Return the same with other snapshots; what was worked out of the records stays."""
        other = copy(self)
        vars(other)["series"] = series
        return other

    @cached_property
    def by_id(self) -> Mapping[TableId, Table]:
        """The tables by what tells them apart."""
        return {table.id: table for table in self.tables}

    def verdict(self, table: TableId, position: int) -> Verdict | None:
        """Return the verdict of a record, None where there is none."""
        of_one = self.of_table(table)
        return of_one[position] if position < len(of_one) else None

    @cached_property
    def _judged(self) -> Mapping[TableId, Sequence[Verdict]]:
        """The verdicts table by table, in the order of the records."""
        return {name: tuple(of_one) for name, of_one in groupby(self.verdicts, key=attrgetter("table"))}

    def of_table(self, table: TableId) -> Sequence[Verdict]:
        """Return the verdicts of a table, in the order of its records."""
        return self._judged.get(table, ())

    @cached_property
    def owned(self) -> Mapping[TableId, Sequence[str | None]]:
        """Who answers for each record, by table."""
        return {table.id: owners(table, self.catalogue) for table in self.tables}

    @cached_property
    def housed(self) -> Mapping[TableId, Sequence[str | None]]:
        """The department that each record counts for, by table."""
        home = homes(self.tables)
        return {
            name: departments(table, self.catalogue, home, self.owned[name])
            for name, table in self.by_id.items()
        }

    @cached_property
    def delays(self) -> Mapping[str, tuple[Table, int]]:
        """The last delay report on each record: its table and position, by the record's id."""
        return {
            text(table, "subtask_id", position): (table, position)
            for table in self.of("delay")
            for position in range(len(table))
        }

    @cached_property
    def work(self) -> Sequence[Course]:
        """What there is to do, nothing of it twice: tasks with sub-tasks count for nothing beside these."""
        return [replace(course, dropped=course.dropped | course.split) for course in self.courses]

    def of(self, form: str) -> Sequence[Table]:
        """Return the tables of a form."""
        return [table for table in self.tables if table.form == form]

    def open(self, table: Table) -> Sequence[int]:
        """Return the positions of records that are not finished."""
        done = self.finished.get(table.id)
        return list(range(len(table))) if done is None else np.flatnonzero(~done).tolist()


def text(table: Table, field: str | None, position: int) -> str:
    """Return a cell as a person reads it; empty where there is none."""
    if field is None or field not in table.raw:
        return ""
    raw = table.raw[field][position]
    if isinstance(raw, datetime):
        return raw.isoformat(" ", "minutes").removesuffix(" 00:00")
    return f"{raw:.15g}" if isinstance(raw, float) else str(raw).strip()


def value(table: Table, field: str | None, position: int) -> Any:  # noqa: ANN401 - whatever the frame holds
    """Return a cell's value, None where there is none."""
    if field is None or field not in table.columns:
        return None
    found: Any = table.columns[field][position]
    if isinstance(found, np.datetime64):
        found = found.astype("datetime64[us]").item()
    return None if isinstance(found, float) and math.isnan(found) else found


def moment(table: Table, field: str | None, position: int) -> datetime | None:
    """Return a cell's time, None where there is none."""
    found = value(table, field, position)
    return found if isinstance(found, datetime) else None


def moments(table: Table, field: str) -> Sequence[datetime | None]:
    """Return a column's times, None where there is none."""
    if field not in table.columns:
        return [None] * len(table)
    found = table.columns[field]
    if found.dtype.kind != "M":
        return [None] * len(table)
    times: list[datetime | None] = found.astype("datetime64[us]").tolist()
    return times


def person(table: Table, field: str | None, position: int) -> str:
    """Return a cell's person, or persons; empty where there is none."""
    return persons(table, field, (position,))[0]


def persons(table: Table, field: str | None, positions: Sequence[int]) -> list[str]:
    """Return the person, or persons, of some cells of a column; empty where there is none."""
    if field is None or field not in table.columns:
        return [""] * len(positions)
    cells = table.columns[field]
    return [_named(cells[position]) for position in positions]


def _named(found: object) -> str:
    if isinstance(found, tuple | list):
        return "、".join(map(str, found))
    return found if isinstance(found, str) else ""


def day_of(when: np.datetime64) -> date | None:
    """Return the day of a moment, None for NaT."""
    found = when.astype("datetime64[D]").astype(object)
    return found if isinstance(found, date) else None


def moment_of(when: np.datetime64) -> datetime | None:
    """Return a moment of an array, None for NaT."""
    found = when.astype("datetime64[us]").astype(object)
    return found if isinstance(found, datetime) else None
