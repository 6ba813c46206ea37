"""What the weekly workbook shows of one workbook: its summary, and the rows that the numbers come from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sheetsync.model.finding import Problem
from sheetsync.model.snapshot import RecordState
from sheetsync.model.summary import UNTOLD, Summary, Why
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """One record, with the place that it stands in.

    Args:
        form: Id of its form.
        title: Title of its form.
        key: Its id; empty if it has none.
        state: How it stands.
        due: When the rule that weighs most ran out, wall clock of the project's zone; None without a clock.
        days_late: Whole days past that, None where it has not run out.
        message: What is not met; empty where all is.
        step: The next step; empty where there is none.
        sheet: Its sheet.
        row: Row number as a person sees it.
        why: Why it is late or at risk, as the sheets tell it; nothing for other records.
    """

    form: str
    title: Text
    key: str
    state: RecordState
    due: datetime | None = None
    days_late: int | None = None
    message: str = ""
    step: str = ""
    sheet: str
    row: int
    why: Why = UNTOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """One limit of a rule that ran out on one record.

    Args:
        rule: Id of the rule.
        key: The record's id; empty if it has none.
        name: What the record is about.
        actor: Who had to act.
        started: When the clock began to run, wall clock of the project's zone; None for a fixed date.
        limit: The limit as the rule writes it, such as `2h`.
        due: When it ran out.
        stopped: When it was done after all, None while it is not.
        overdue: By how much it ran out, None where that is not known.
        message: What is not met.
        sheet: The record's sheet.
        row: Row number as a person sees it.
    """

    rule: str
    key: str
    name: str
    actor: Text
    started: datetime | None
    limit: str
    due: datetime
    stopped: datetime | None
    overdue: timedelta | None
    message: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One workbook of the report.

    Args:
        name: File name of the workbook, without its folder.
        summary: Its figures.
        records: All its records, in the order of the sheets.
        overruns: Limits that ran out, the longest first.
        problems: Cells that were not read or read with a doubt.
    """

    name: str
    summary: Summary
    records: tuple[ListedRecord, ...] = ()
    overruns: tuple[Overrun, ...] = ()
    problems: tuple[Problem, ...] = ()
