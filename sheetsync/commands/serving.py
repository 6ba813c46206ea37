"""The engine that runs by itself: jobs by hand and by the clock, and how it is.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO, cast

from sheetsync.bundled import spec_files
from sheetsync.commands.jobs import Jobs
from sheetsync.commands.steps import Hall, steps_of
from sheetsync.errors import RemoteError, SheetSyncError, UsageError
from sheetsync.project import Project
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.config.reminders import Channel
    from sheetsync.jobs.health import Health, JobHealth
    from sheetsync.jobs.logs import Log, LogFormat
    from sheetsync.jobs.plan import Plan
    from sheetsync.jobs.runner import Runner
    from sheetsync.model.job import Job
    from sheetsync.model.message import Delivery, Entry
    from sheetsync.model.stepdone import StepDone
    from sheetsync.model.tick import Tick, TickRun, TickState
    from sheetsync.ports import Clock
    from sheetsync.state.database import Database
    from sheetsync.text import Language

_CHECKED = 600.0
"""Seconds between two checks of the database by a server; a large one takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """What a run of a job by hand came to.

    Args:
        job: Which.
        tick: When it was due; the present for one that was not.
        state: What became of it.
        steps: What each step came to.
        again: When it is tried again by whoever serves the project, UTC; None where it is not.
    """

    job: Job
    tick: Tick
    state: TickState
    steps: tuple[StepDone, ...]
    again: datetime | None

    @property
    def code(self) -> int:
        """The exit code of interface section 3, the highest of its steps."""
        return max((step.code for step in self.steps), default=0)


@dataclass(frozen=True)
class Serving(Jobs):
    """The commands that run jobs."""

    def job_run(self, name: str) -> JobRun:
        """Run a job now, as what was due last, so that nobody runs that a second time.

        Where nothing is due, or somebody ran it already, it is a run of its own.

        Args:
            name: Of the job.

        Raises:
            UsageError: There is no project or no such job.
            SpecFileError: Job files are wrong.
            BusyError: It is running already.
            StateUnusableError: The project's database cannot be used.
        """
        from sheetsync.jobs.byhand import run_by_hand

        job, now = self.job(name), self._utc()
        runner = self._runner(self._log("text", _Nowhere()), now)
        run = run_by_hand(runner, job, self.worktime)
        return JobRun(job=job, tick=run.tick, state=run.state, steps=tuple(run.steps), again=run.again)

    def job_run_document(self, done: JobRun) -> dict[str, object]:
        """Return the JSON document of a run by hand."""
        from sheetsync.jobs.logs import zoned

        zone = self.settings.zone
        return {
            "schema": "sheetsync.job-run/1",
            "job": done.job.name,
            "due": zoned(done.tick.due, zone).isoformat(),
            "state": done.state,
            "again": None if done.again is None else zoned(done.again, zone).isoformat(),
            "code": done.code,
            "steps": [
                {
                    "step": step.name,
                    "state": step.state,
                    "code": step.code,
                    "place": step.place,
                    "note": step.note.say(self.language),
                }
                for step in done.steps
            ],
        }

    def step_title(self, step: StepDone) -> Text:
        """Return what people read for a step."""
        from sheetsync.jobs.stepwise import TITLES

        return TITLES[step.name]

    def serve(self, *, once: bool = False, log: LogFormat = "text", health_port: int | None = None) -> int:
        """Run the jobs of the project when they are due, until asked to leave by SIGTERM or Ctrl-C.

        Each due time has one effect, whatever is killed and restarted, and whoever else runs jobs. What was
        missed is made up for by the policy of each job. Job files may change meanwhile.

        Args:
            once: Do what is due, with what was missed, and return.
            log: What is said to standard output: `text`, or `json` with an object a line.
            health_port: Where a monitor may ask on this machine how it goes, as `GET /health`.

        Returns:
            0; with `once` the exit code of interface section 3, the highest of what was run.

        Raises:
            UsageError: There is no project, or the port is taken.
            SpecFileError: The settings or a job file are wrong.
            BusyError: Another one serves this project.
            StateUnusableError: The project's database cannot be used.
        """
        from sheetsync.jobs.board import Board
        from sheetsync.jobs.plan import Plans, stamp_of
        from sheetsync.jobs.server import Server, run_once, run_until
        from sheetsync.jobs.stop import asked_to_stop

        folder, now = self._home_of_jobs(), self._utc()
        said = self._log(log)
        runner = self._runner(said, now)
        plans = Plans(partial(_read_plan, type(self), folder), partial(stamp_of, folder), said)
        rarely = _Rarely(_CHECKED)
        board = Board(
            folder / ".sheetsync" / "health.json",
            lambda: self.health_document(self._health(plans.now, checking=rarely.now())),
            said,
        )
        with asked_to_stop() as asked, board.open_at(health_port):
            server = Server(
                runner,
                plans,
                tell=self._tell,
                changed=board.write,
                tend=lambda: self._forget_ticks(runner.clock()),
            )
            server.open()
            try:
                (run_once if once else run_until)(server, asked)
            finally:
                server.close()
        return server.code if once or server.lost else 0

    def health(self) -> Health:
        """Return how the engine is: its jobs, messages, database and disk.

        Raises:
            UsageError: There is no project.
            SpecFileError: The settings or a job file are wrong.
        """
        from sheetsync.jobs.plan import Plan

        return self._health(Plan({job.name: job for job in self.jobs()}, self.worktime), checking=True)

    def health_document(self, health: Health) -> dict[str, object]:
        """Return the JSON document of the engine's health."""
        from sheetsync.jobs.health import health_document

        return health_document(health, zone=self.settings.zone, language=self.language)

    def health_lines(self, health: Health) -> list[str]:
        """Return the engine's health, a line a fact."""
        from sheetsync.jobs.health import health_lines

        return health_lines(health, zone=self.settings.zone, language=self.language)

    def _health(self, plan: Plan, *, checking: bool) -> Health:
        """Return how the engine is.

        Args:
            plan: What it goes by.
            checking: Whether the database is looked through.
        """
        from sheetsync.jobs.health import WAITS, jobs_health, whole
        from sheetsync.jobs.owner import gone
        from sheetsync.jobs.server import NAME
        from sheetsync.operations.outbox import waiting
        from sheetsync.state.health import examine
        from sheetsync.state.leases import ProjectLeases
        from sheetsync.state.outbox import ProjectOutbox
        from sheetsync.state.ticks import ProjectTicks

        folder, database = self._home_of_jobs(), self._jobs_database()
        now = self._utc()()
        wrong: SheetSyncError | None = None
        found: Sequence[JobHealth] = ()
        entries: Sequence[Entry] = ()
        server = None
        try:
            if checking:
                examine(folder, self.settings.state, os.environ)
            found = jobs_health(plan.jobs.values(), ProjectTicks(database, gone), plan.worktime, now)
            entries = waiting(ProjectOutbox(database).entries(), None, now=self.clock.now())
            server = ProjectLeases(database, gone).held(NAME, now)
        except SheetSyncError as error:
            wrong = error
        return whole(
            now=now,
            jobs=found,
            server=server,
            entries=entries,
            since=self.clock.now() - WAITS,
            database=wrong,
            free=shutil.disk_usage(folder).free,
        )

    def _tell(self, job: Job, run: TickRun) -> None:
        """Tell those that a job names of a run that failed; of the same run once.

        Raises:
            SheetSyncError: Somebody cannot be told now; whoever was is not told again.
        """
        from sheetsync.config.file import read
        from sheetsync.jobs.timetable import local
        from sheetsync.notify.way import GROUP, HOOK, channels_of, sender_of, way_by
        from sheetsync.operations.jobalarm import alarm, alarm_key
        from sheetsync.operations.mailing import post
        from sheetsync.state.outbox import ProjectOutbox

        folder = self._home_of_jobs()
        settings = read(folder)  # they may have changed since the server began
        listeners: dict[Channel, list[str]] = {}
        for one in job.tell:
            # In Feishu it is the bot of a group that says what is about nobody in particular.
            (channel,) = channels_of(({"feishu": "bot", "webhook": "webhook"}.get(one, "mail"),), settings)
            listeners.setdefault(channel, []).append({"feishu": GROUP, "webhook": HOOK}.get(one, one))
        draft = alarm(
            job,
            run,
            due=local(run.tick.due, settings.zone),
            project=settings.project.name,
            language=self.language,
        )
        untold: list[SheetSyncError] = []
        for channel, recipients in listeners.items():
            try:
                deliveries = post(
                    draft,
                    key=alarm_key(run),
                    sender=sender_of(settings.mail),
                    recipients=recipients,
                    notifier=way_by(channel, settings, folder=folder, environ=os.environ),
                    clock=self.clock,
                    outbox=ProjectOutbox(self._jobs_database()),
                )
                untold += [_untold(one) for one in deliveries if one.state == "later"]
            except SheetSyncError as error:
                untold.append(error)
        if untold:
            raise untold[0]

    def _forget_ticks(self, now: datetime) -> None:
        """Drop the ticks of more days ago than the settings keep; a given day makes nothing older."""
        from sheetsync.state.ticks import ProjectTicks

        newest = min(now, datetime.now(UTC).replace(tzinfo=None))
        ProjectTicks(self._jobs_database()).forget(newest - timedelta(days=self.settings.state.days))

    def _runner(self, log: Log, clock: Callable[[], datetime]) -> Runner:
        from sheetsync.clock import FixedClock
        from sheetsync.jobs.owner import gone, me
        from sheetsync.jobs.runner import Runner
        from sheetsync.jobs.worker import InChild
        from sheetsync.state.leases import ProjectLeases
        from sheetsync.state.ticks import ProjectTicks

        folder, database = self._home_of_jobs(), self._jobs_database()
        fixed = self.clock if isinstance(self.clock, FixedClock) else None
        return Runner(
            ticks=ProjectTicks(database, gone),
            leases=ProjectLeases(database, gone),
            worker=InChild(partial(_work, type(self), folder, self.language, fixed)),
            clock=clock,
            owner=me(),
            language=self.language,
            log=log,
        )

    def _utc(self) -> Callable[[], datetime]:
        """Return what tells the time in UTC.

        Not by way of the zone's wall clock, which shows an hour twice when summer ends.
        """
        from sheetsync.clock import FixedClock

        if isinstance(self.clock, FixedClock):
            fixed = self.now_utc()
            return lambda: fixed
        return lambda: datetime.now(UTC).replace(tzinfo=None, microsecond=0)

    def _log(self, form: LogFormat, stream: TextIO | None = None) -> Log:
        from sheetsync.jobs.logs import Log

        return Log(form, language=self.language, zone=self.settings.zone, clock=self._utc(), stream=stream)

    def _jobs_database(self) -> Database:
        from sheetsync.state.database import Database

        return Database(self._home_of_jobs(), self.settings.state)

    def _home_of_jobs(self) -> Path:
        """Return the project folder.

        Raises:
            UsageError: There is none.
        """
        if self.folder is None:
            raise UsageError(
                Text("这里没有项目，没有作业可运行。", "There is no project here, and so no jobs to run."),
                fix=Text(
                    "请在项目文件夹里运行，或用 --project 指定；新建用 sheetsync init。",
                    "Run it in a project folder, or name one with --project; sheetsync init makes one.",
                ),
            )
        return self.folder


def _untold(delivery: Delivery) -> SheetSyncError:
    return RemoteError(
        Text("失败通知还没有发出，稍后再试。", "The failure was not told yet; it is tried again later."),
        why=Text(f"（{delivery.reply.zh}）", f"({delivery.reply.en})"),
    )


def _work(
    kind: type[Project],
    folder: Path,
    language: Language,
    fixed: Clock | None,
    job: Job,
    due: datetime,
    tell: Callable[[StepDone], None],
) -> None:
    """Do a job in a process of its own, with settings and rules as they are now.

    Raises:
        SpecFileError: The settings are wrong.
    """
    from sheetsync.clock import WallClock
    from sheetsync.config.file import read
    from sheetsync.jobs.stepwise import do_steps

    settings = read(folder)
    clock = WallClock(settings.zone) if fixed is None else fixed
    hall = kind(folder=folder, settings=settings, clock=clock, language=language)
    do_steps(job, due, steps_of(cast("Hall", hall)), tell)


def _read_plan(
    kind: type[Project], folder: Path, known: Mapping[str, Job]
) -> tuple[Plan, Sequence[SheetSyncError]]:
    """Read settings and job files; of a job file that is wrong, take the job as it was before.

    Raises:
        SpecFileError: The settings are wrong.
    """
    from sheetsync.clock import WallClock
    from sheetsync.config.file import read
    from sheetsync.jobs.parse import parse
    from sheetsync.jobs.plan import Plan

    settings = read(folder)
    project = kind(folder=folder, settings=settings, clock=WallClock(settings.zone), language="zh")
    jobs: dict[str, Job] = {}
    seen: set[str] = set()
    mistakes: list[SheetSyncError] = []
    for name, shown, text in spec_files(folder, "jobs"):
        if name in seen:
            continue
        seen.add(name)
        try:
            jobs[name] = parse(text, shown, settings.project.timezone, name=name)
        except SheetSyncError as error:
            mistakes.append(error)
            if name in known:
                jobs[name] = known[name]
    return Plan(jobs, project.worktime), mistakes


class _Nowhere(StringIO):
    """Takes lines and keeps none."""

    def write(self, line: str, /) -> int:
        """Forget a line."""
        return len(line)


class _Rarely:
    """Says yes once in a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._said = float("-inf")

    def now(self) -> bool:
        """Return True if the last yes is long enough ago."""
        if monotonic() - self._said < self._seconds:
            return False
        self._said = monotonic()
        return True
