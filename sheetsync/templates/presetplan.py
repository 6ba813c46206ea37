"""The project of a preset with real days and ids, as of the day the workbook is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from sheetsync.templates.preset import Meeting, Preset, Step, Task
from sheetsync.worktime import WorkTime

DONE, RUNNING, WAITING = "已完成", "进行中", "未开始"


@dataclass(frozen=True, slots=True)
class Days:
    """Working days counted from the day the workbook is made.

    Args:
        worktime: The project's calendar.
        now: When the workbook is made, wall clock of the project's zone.
    """

    worktime: WorkTime
    now: datetime

    def __call__(self, number: int) -> date:
        """Return the working day so many after today, or before it; on a rest day the last one is today."""
        today = self.worktime.previous_workday(np.array([self.now.date()], dtype="datetime64[D]"))
        found: date = self.worktime.add_workdays(today, number)[0].item()
        return found

    def before(self, day: date, count: int) -> date:
        """Return the working day so many before a day."""
        found: date = self.worktime.add_workdays(np.array([day], dtype="datetime64[D]"), -count)[0].item()
        return found

    def at(self, number: int, clock: str = "00:00") -> datetime:
        """Return a time of day on a working day."""
        return datetime.combine(self(number), time.fromisoformat(clock))

    def end(self, number: int) -> datetime:
        """Return the end of work on a working day."""
        return datetime.combine(self(number), self.worktime.day_end)

    def latest(self, clock: str) -> datetime:
        """Return that time of the last working day, or now if it is not that late yet."""
        return min(self.now.replace(second=0, microsecond=0), self.at(0, clock))

    def share(self, start: datetime, due: datetime) -> float:
        """Return how much of the working time between two moments is over, from 0 to 1."""
        starts = np.array([start, start], dtype="datetime64[us]")
        passed, whole = self.worktime.worked(
            starts, np.array([min(self.now, due), due], dtype="datetime64[us]")
        )
        return float(passed / whole) if whole else 1.0

    def last_of_week(self) -> date:
        """Return the last working day of the newest week whose last working day has come to its end."""
        monday = self.now.date() - timedelta(days=self.now.weekday())
        while True:
            days = np.array([monday + timedelta(days=6)], dtype="datetime64[D]")
            last: date = self.worktime.previous_workday(days)[0].item()
            if last >= monday and datetime.combine(last, time(17)) <= self.now:
                return last
            monday -= timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedStep:
    """A sub-task with its days.

    Args:
        id: Its id.
        step: What the preset says of it.
        department: Of its owner.
        start: First day.
        due: End of work of its due day.
        state: 已完成, 进行中 or 未开始, by its days.
        progress: In percent, as planned for now.
    """

    id: str
    step: Step
    department: str
    start: datetime
    due: datetime
    state: str
    progress: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedTask:
    """A task with its days.

    Args:
        id: Its id.
        task: What the preset says of it.
        initiator: Who asks.
        start: First day of its first step.
        due: End of work of its due day.
        state: As of its steps.
        steps: Its sub-tasks.
    """

    id: str
    task: Task
    initiator: str
    start: datetime
    due: datetime
    state: str
    steps: tuple[DatedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedMeeting:
    """A meeting with its id and times.

    Args:
        id: Its id.
        meeting: What the preset says of it.
        begins: When it begins.
        ends: When it ends.
        held: True for one that is over.
    """

    id: str
    meeting: Meeting
    begins: datetime
    ends: datetime
    held: bool


@dataclass(frozen=True)
class Plan:
    """A preset's project as of now.

    Args:
        preset: The preset.
        days: The calendar.
    """

    preset: Preset
    days: Days
    _serials: dict[str, int] = field(default_factory=dict, repr=False)

    @cached_property
    def people(self) -> Mapping[str, str]:
        """Each person's department."""
        return self.preset.people

    def head(self, department: str) -> str:
        """Return who leads a department."""
        return self._members(department)[0]

    def contact(self, department: str) -> str:
        """Return whom others speak to: the second person, or the only one."""
        return self._members(department)[:2][-1]

    def _members(self, department: str) -> list[str]:
        return next(
            [one.zh for one in team.people] for team in self.preset.team if team.department.zh == department
        )

    @cached_property
    def tasks(self) -> tuple[DatedTask, ...]:
        """The tasks with their sub-tasks."""
        return tuple(map(self._task, self.preset.tasks))

    @cached_property
    def steps(self) -> Mapping[str, DatedStep]:
        """The sub-tasks by id."""
        return {step.id: step for task in self.tasks for step in task.steps}

    @cached_property
    def meetings(self) -> tuple[DatedMeeting, ...]:
        """The meetings in the order of their days."""
        return tuple(map(self._meeting, sorted(self.preset.meetings, key=lambda one: (one.day, one.at))))

    def part(self, number: str) -> str:
        """Return the id of the task (`1`) or step (`1-2`) that a preset names."""
        task, _, step = number.partition("-")
        found = self.tasks[int(task) - 1]
        return found.steps[int(step) - 1].id if step else found.id

    def task_of(self, number: str) -> DatedTask:
        """Return the task that a preset names, itself or by one of its steps."""
        return self.tasks[int(number.partition("-")[0]) - 1]

    def id(self, prefix: str, day: date) -> str:
        """Return the next id of a kind in the month of a day."""
        month = f"{prefix}{day:%Y%m}"
        self._serials[month] = self._serials.get(month, 0) + 1
        return f"{month}{self._serials[month]:02d}"

    def _task(self, task: Task) -> DatedTask:
        start = self.days.at(min(step.days[0] for step in task.steps))
        own = self.id("XZB", start.date())
        steps = tuple(
            self._step(f"{own}-{number:02d}", step) for number, step in enumerate(task.steps, start=1)
        )
        states = {step.state for step in steps}
        return DatedTask(
            id=own,
            task=task,
            initiator=self.head(task.department),
            start=start,
            due=self.days.end(task.due),
            state=states.pop() if len(states) == 1 else RUNNING,
            steps=steps,
        )

    def _step(self, own: str, step: Step) -> DatedStep:
        start, due = self.days.at(step.days[0]), self.days.end(step.days[1])
        if step.days[1] < 0:
            state, progress = DONE, 100
        elif step.days[0] > 0:
            state, progress = WAITING, 0
        else:
            state, progress = RUNNING, min(95, 5 * round(20 * self.days.share(start, due)))
        return DatedStep(
            id=own,
            step=step,
            department=self.people[step.owner],
            start=start,
            due=due,
            state=state,
            progress=progress,
        )

    def _meeting(self, meeting: Meeting) -> DatedMeeting:
        begins = self.days.at(meeting.day, meeting.at)
        return DatedMeeting(
            id=self.id("YH", begins.date()),
            meeting=meeting,
            begins=begins,
            ends=begins + timedelta(minutes=meeting.minutes),
            held=meeting.day < 0,
        )
