"""How the records of one workbook stood in one run: what outlives the run, so that the next can compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sheetsync.model.finding import Status

RecordKey = tuple[str, str]
"""Form id and business key."""


class RecordState(NamedTuple):
    """How one record stood.

    Args:
        status: Its 预警状态.
        finished: True if nothing was left to do.
        progress: Its actual progress in percent (0 to 100), None where it has none or none was reported.
        start: Its planned start, wall clock of the project's zone; None where unknown.
        due: When it was due; None where unknown.
        owner: Who answers for it; empty where the row does not say.
        department: The department it counts for; empty where unknown.
        name: What it is about.
        rules: Ids of the rules it did not meet, the worst first, without mere facts.
    """

    status: Status
    finished: bool = False
    progress: float | None = None
    start: datetime | None = None
    due: datetime | None = None
    owner: str = ""
    department: str = ""
    name: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How a workbook stood in one run.

    Args:
        taken: When it was judged, wall clock of the project's zone.
        figures: The figures of the run by name, such as `remaining`; one that could not be told is left out.
        records: Its records that have a business key.
    """

    taken: datetime
    figures: Mapping[str, float] = field(default_factory=dict)
    records: Mapping[RecordKey, RecordState] = field(default_factory=dict)
