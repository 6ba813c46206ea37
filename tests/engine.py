"""An engine for tests: jobs whose steps only say that they were done, and clocks that stand still."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from sheetsync.jobs.logs import Log
from sheetsync.jobs.parse import parse
from sheetsync.jobs.plan import Plan, Plans
from sheetsync.jobs.runner import Runner
from sheetsync.jobs.server import Server
from sheetsync.jobs.timetable import local
from sheetsync.jobs.worker import Here, Worker
from sheetsync.model.job import Job
from sheetsync.model.stepdone import StepDone
from sheetsync.model.tick import TickRun
from sheetsync.ports import Leases, Ticks
from sheetsync.testing import MemoryLeases, MemoryTicks
from sheetsync.text import same
from sheetsync.worktime import WorkTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
JOB = """\
job: {name}
title: {{ zh: 作业, en: Job }}
when: "{when}"
steps: [{steps}]
retry: {{ pauses: {pauses} }}
{more}
"""


def job(
    name: str = "a",
    when: str = "daily 9:00",
    *,
    steps: str = "check",
    pauses: str = "[1min, 2min]",
    more: str = "",
) -> Job:
    """Return a job as a file would tell it."""
    text = JOB.format(name=name, when=when, steps=steps, pauses=pauses, more=more or "on_rest_day: run")
    return parse(text, f"{name}.yaml", "Asia/Shanghai", name=name)


class Effects:
    """What was done: job, due time and the time of the doing, both wall clock of the project's zone."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.ends: dict[str, list[str]] = {}
        self._clock = clock

    def work(self, job: Job, due: datetime, tell: Callable[[StepDone], None]) -> None:
        """Do a job; it ends as was said for it, then well."""
        self.seen.append((job.name, shown(due), shown(self._clock())))
        ends = self.ends.get(job.name, [])
        state = ends.pop(0) if ends else "done"
        if state == "bug":
            raise RuntimeError("a bug")
        code = {"done": 0, "later": 5, "failed": 3}[state]
        for step in job.steps:
            tell(
                StepDone(name=step.name, place=step.place, state=state, note=same(f"was {state}"), code=code)
            )

    @property
    def done(self) -> list[tuple[str, str]]:
        """Job and due time of what was done."""
        return [(name, due) for name, due, _ in self.seen]


class Engine:
    """A server over memory, and what it did.

    Args:
        jobs: What it goes by.
        start: Wall clock of the project's zone at the beginning.
        ticks: Where ticks are kept; in memory when None.
        leases: Likewise.
        worker: What does jobs; the effects when None.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        start: str = "2023-10-09T08:00",
        *,
        ticks: Ticks | None = None,
        leases: Leases | None = None,
        worker: Worker | None = None,
        owner: str = "me",
    ) -> None:
        self.now = utc(start)
        self.seconds = 0.0
        self.ticks = ticks or MemoryTicks()
        self.leases = leases or MemoryLeases()
        self.effects = Effects(lambda: self.now)
        self.lines = StringIO()
        self.plan = Plan({one.name: one for one in jobs}, WorkTime.standard())
        self.told: list[TickRun] = []
        self.mistakes: list[Exception] = []
        self.stamp = 0
        self.log = Log("json", language="en", zone=SHANGHAI, clock=lambda: self.now, stream=self.lines)
        self.runner = Runner(
            ticks=self.ticks,
            leases=self.leases,
            worker=worker or Here(self.effects.work),
            clock=lambda: self.now,
            owner=owner,
            language="en",
            log=self.log,
            monotonic=lambda: self.seconds,
        )
        self.server = self.serve()

    def serve(self) -> Server:
        """Return a new server over the same ticks, as after a restart."""
        plans = Plans(self._read, lambda: self.stamp, self.log)
        return Server(self.runner, plans, tell=lambda _, run: self.told.append(run))

    def _read(self, _: Mapping[str, Job]) -> tuple[Plan, Sequence[Exception]]:
        return self.plan, self.mistakes

    def beat(self, **length: float) -> None:
        """Let some time pass, then let the server look."""
        passed = timedelta(**length)
        self.now += passed
        self.seconds += passed.total_seconds()
        self.server.beat()

    def until(self, moment: str, **step: float) -> None:
        """Beat until a wall clock time, step by step."""
        while self.now < utc(moment):
            self.beat(**step)

    def states(self, name: str = "a") -> list[str]:
        """Return the states of the ticks of a job, the latest first."""
        return [run.state for run in self.ticks.runs(name)]

    def said(self, event: str) -> list[str]:
        """Return the lines of the log about one kind of event."""
        return [line for line in self.lines.getvalue().splitlines() if f'"event": "{event}"' in line]


def utc(wall: str) -> datetime:
    """Return a wall clock time of Shanghai as UTC."""
    return (
        datetime.fromisoformat(wall).replace(tzinfo=SHANGHAI).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    )


def shown(moment: datetime) -> str:
    """Return a UTC time as wall clock of Shanghai."""
    return f"{local(moment, SHANGHAI):%m-%d %H:%M}"
