"""What a project remembers of its own doing: runs, how records stood between them, and what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sheetsync.model.finding import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKept:
    """One run over one workbook.

    Args:
        book: The workbook, as the project knows it.
        taken: When it was judged, wall clock of the project's zone.
        figures: The figures of the run by name.
    """

    book: str
    taken: datetime
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in which a record had one 预警状态 that is not all right.

    Args:
        book: The workbook, as the project knows it.
        form: Form id.
        key: Its business key.
        name: What it was about, as last seen.
        status: The word.
        since: The run that found it so first, wall clock of the project's zone.
        until: The run that found it otherwise, or gone; None while it is so.
        rules: Ids of the rules it did not meet meanwhile, in the order they were found.
        owner: Who answered for it last; empty where the row did not say.
        department: The department it counted for last; empty where unknown.
        due: When it was due, as last seen; None where unknown.
    """

    book: str
    form: str
    key: str
    name: str
    status: Status
    since: datetime
    until: datetime | None
    rules: tuple[str, ...]
    owner: str
    department: str
    due: datetime | None
