"""What a run adds up to: computed once, drawn by every renderer, so that all show the same numbers."""

from dataclasses import dataclass
from datetime import datetime

from sheetsync.model.finding import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Records of one group, counted by status.

    Args:
        name: The group: a form's title, a department, a person.
        total: All records of the group.
        counts: Records by status; a status without records is 0.
    """

    name: str
    total: int
    counts: tuple[tuple[Status, int], ...]

    def count(self, status: Status) -> int:
        """Return the number of records with this status."""
        return dict(self.counts).get(status, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstRow:
    """A record that needs attention first, with the place to click.

    Args:
        key: The record's id; empty if it has none.
        name: What the record is about.
        owner: Who is responsible; empty if the row does not say.
        status: Its word.
        rule: The rule that weighs most.
        due: The due time of that rule, wall clock of the project's zone, None for rules without a clock.
        days_late: Whole days past the due time, None for rules without a clock.
        message: What is not met.
        step: The next step.
        sheet: Sheet of the record.
        row: Row number as a person sees it.
    """

    key: str
    name: str
    owner: str
    status: Status
    rule: str
    due: datetime | None
    days_late: int | None
    message: str
    step: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of one workbook.

    Args:
        title: Name of the project, or of the workbook.
        cut_off: When the workbook was judged, wall clock of the project's zone.
        calendar_year: Last year of the official calendar.
        whole: All records.
        by_form: One tally a form, in the order of the sheets.
        by_department: One tally a department, most late first.
        by_owner: One tally a person, most late first.
        deviations: Records more than the allowed points behind plan (D1).
        errors: Cells that could not be read.
        warnings: Cells that were read with a doubt.
        worst: What needs attention first, worst first.
    """

    title: str
    cut_off: datetime
    calendar_year: int
    whole: Tally
    by_form: tuple[Tally, ...]
    by_department: tuple[Tally, ...]
    by_owner: tuple[Tally, ...]
    deviations: int
    errors: int
    warnings: int
    worst: tuple[WorstRow, ...]
