"""What a run adds up to: computed once, drawn by every renderer, so that all show the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from sheetsync.model.course import Attainment
from sheetsync.model.department import DepartmentLine
from sheetsync.model.finding import Status
from sheetsync.text import Text


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
        for one, count in self.counts:
            if one == status:
                return count
        return 0


Unit = Literal["count", "percent", "days"]
Wish = Literal["more", "less", "none"]
"""Whether a figure shall grow or shrink."""

FIGURES: Mapping[str, tuple[Text, Unit, Wish]] = {
    "total": (Text("事项总数", "Records"), "count", "none"),
    "finished": (Text("已完成", "Done"), "count", "more"),
    "running": (Text("进行中", "In progress"), "count", "none"),
    "late": (Text("延期", "Late"), "count", "less"),
    "soon": (Text("即将到期", "Due soon"), "count", "less"),
    "risk": (Text("风险", "At risk"), "count", "less"),
    "faulty": (Text("数据异常", "Data faults"), "count", "less"),
    "completion": (Text("完成率", "Complete"), "percent", "more"),
    "planned": (Text("计划进度", "Planned"), "percent", "none"),
    "on_time": (Text("本周按时完成率", "On time this week"), "percent", "more"),
    "deviations": (Text("偏差超过10个百分点", "More than 10 points behind"), "count", "less"),
    "attainment": (Text("时限达成率", "Limits kept"), "percent", "more"),
    "open_issues": (Text("未闭环问题", "Open issues"), "count", "less"),
    "high_risks": (Text("未关闭高风险", "Open high risks"), "count", "less"),
    "median_late": (Text("延期天数中位数", "Median days late"), "days", "less"),
    "remaining": (Text("剩余工作量（工作日）", "Work left (working days)"), "days", "less"),
}
"""What snapshots call a figure, to its title, its unit, and whether it shall grow."""

Turn = Literal["new", "worse", "better", "unchanged"]
"""How a record stands against a week before."""

Light = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with the week before.

    Args:
        name: What snapshots call it, such as `late`.
        title: What people call it.
        value: The number; None when nothing was reported that could tell it, which is not 0.
        unit: Pieces, percent (0 to 100) or working days.
        before: The number a week before; None when there was no snapshot, or it could not tell it.
        wish: Whether it shall grow or shrink, for the colour of its arrow.
    """

    name: str
    title: Text
    value: float | None
    unit: Unit = "count"
    before: float | None = None
    wish: Wish = "less"

    @property
    def step(self) -> float | None:
        """How much it changed since, None where one of both is not known."""
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The week that a report speaks of.

    Args:
        year: ISO year.
        number: ISO week.
        first: Its Monday.
        last: Its Sunday.
        holiday: Name of a holiday that takes at least one of its working days, None in a full week.
        compared_with: When the snapshot was taken that it is compared with; None in a first report.
    """

    year: int
    number: int
    first: date
    last: date
    holiday: str | None = None
    compared_with: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Who has told how far they are.

    Args:
        asked: Open records whose progress is to be reported.
        told: Those that were reported within the rule's limit.
        silent: People who have not, with the number of their records, most first.
    """

    asked: int
    told: int
    silent: tuple[tuple[str, int], ...] = ()

    @property
    def rate(self) -> float | None:
        """The share that was reported, 0 to 1; None where nothing is to be reported."""
        return self.told / self.asked if self.asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of the Gantt chart.

    Args:
        key: The record's id.
        name: What it is about.
        owner: Who answers for it; empty if the row does not say.
        status: Its word.
        start: Planned start.
        due: Planned end.
        began: Actual start as the row tells it, else the planned one once there is progress; None before.
        until: Where the done part of the bar ends: the actual end, or the share of the plan that is done.
        progress: Percent, None when nothing was reported.
        sheet: Sheet of the record.
        row: Row number as a person sees it.
    """

    key: str
    name: str
    owner: str
    status: Status
    start: date
    due: date
    began: date | None
    until: date | None
    progress: float | None
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnPoint:
    """One working day of the burndown.

    Args:
        day: The day.
        ideal: What should be left by the end of that day; None outside the plan.
        left: What was left in the last run of that day; None where no run was, and in the future.
        scope: All there was to do by that run; a step in it is a change of scope.
    """

    day: date
    ideal: float | None
    left: float | None
    scope: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When the work will be done at the pace of late.

    Args:
        first: Earliest day that is likely; None with `reason`.
        last: Latest day that is likely, None if at that pace it never ends.
        planned: The last due day of the plan, None where no record has one.
        snapshots: How many days of history it rests on.
        reason: Why there is none.
    """

    first: date | None
    last: date | None
    planned: date | None
    snapshots: int
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A decision that somebody above has to take.

    Args:
        kind: Where it comes from, in words: an escalation, an open agenda item, a change request.
        text: What is to be decided.
        since: Since when it waits, None where nobody knows.
        deadline: By when; None where no rule says so.
        options: What was proposed; empty where nothing was.
        who: Who has to decide; empty where the row does not say.
        sheet: Sheet of the record.
        row: Row number as a person sees it.
    """

    kind: Text
    text: str
    since: datetime | None
    deadline: datetime | None
    options: str
    who: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Something with a day: done this week, due in the next two, or in force since.

    Args:
        kind: What kind of thing, in words.
        key: The record's id.
        name: What it is about; for a change what was and what holds now.
        owner: Who answers for it; empty if the row does not say.
        day: Its day.
        sheet: Sheet of the record.
        row: Row number as a person sees it.
    """

    kind: Text
    key: str
    name: str
    owner: str
    day: date
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """What only history and plan can tell; drawn beside the counts.

    Args:
        week: The week.
        light: The project's light; None while fewer than half have reported.
        headline: One sentence of facts.
        figures: The numbers of product expectations section 7.2, in that order.
        reporting: Who has reported.
        limits: How each rule's limit was kept, in the order of the rules.
        issues: Open issues by class.
        gantt: What is to be done, by start and due day; at most so many as fit.
        gantt_left_out: How many more there are.
        rest_days: Days without work between the first and the last day of the Gantt chart and a week around
            it, in order; make-up days are not among them.
        burndown: Day by day over the plan; empty where nothing is planned.
        on_time: Of what was due the share that came in time, percent, week by week: Monday and rate.
        forecast: When it will be done.
        wanted: Decisions wanted, longest waiting first.
        done: Done this week.
        done_left_out: How many more were done than are listed.
        coming: Due in the next two weeks.
        coming_left_out: How many more are due than are listed.
        in_force: Changes that came into force this week.
        attention: The worst records with what became of them since, at most five.
        departments: A line a department, most late first.
    """

    week: Week
    light: Light | None
    headline: Text
    figures: tuple[Figure, ...]
    reporting: Reporting
    limits: tuple[Attainment, ...] = ()
    issues: tuple[tuple[str, int], ...] = ()
    gantt: tuple[Bar, ...] = ()
    gantt_left_out: int = 0
    rest_days: tuple[date, ...] = ()
    burndown: tuple[BurnPoint, ...] = ()
    on_time: tuple[tuple[date, float | None], ...] = ()
    forecast: Forecast
    wanted: tuple[Wanted, ...] = ()
    done: tuple[Dated, ...] = ()
    done_left_out: int = 0
    coming: tuple[Dated, ...] = ()
    coming_left_out: int = 0
    in_force: tuple[Dated, ...] = ()
    attention: tuple[Attention, ...] = ()
    departments: tuple[DepartmentLine, ...] = ()

    def figure(self, name: str) -> Figure:
        """Return a figure by its name.

        Raises:
            KeyError: There is none.
        """
        for one in self.figures:
            if one.name == name:
                return one
        raise KeyError(name)


class Why(NamedTuple):
    """Why a record is late or at risk, as the sheets tell it.

    Args:
        cause: The cause; empty where they do not say.
        measure: What is done about it; empty where they do not say.
        new_date: New date that was asked for or granted; None where none was.
    """

    cause: str = ""
    measure: str = ""
    new_date: datetime | None = None


UNTOLD = Why()
"""The sheets do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A record for leadership.

    Args:
        worst: The record.
        turn: How it stands against a week before, None in a first report.
        cause: Cause as the sheets tell it; empty where they do not.
        measure: Measure as the sheets tell it; empty where they do not.
        new_date: New date that was asked for or granted; None where none was.
        behind: Percentage points behind plan, None where that is not what is wrong.
    """

    worst: WorstRow
    turn: Turn | None
    cause: str
    measure: str
    new_date: datetime | None
    behind: float | None


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
        department: The department it counts for; empty if unknown.
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
    department: str = ""


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
        trends: What only history and plan can tell; None where nobody asked.
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
    trends: Trends | None = None
