"""The engine that runs by itself: looks what is due, has it done, and looks after it.

What is due is known from the cadences and from the ticks in the database, never from this process: it may be
killed at any time, and whoever comes next goes on.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event

from sheetsync.errors import BusyError, SheetSyncError
from sheetsync.jobs.hand import PERIOD, Hand
from sheetsync.jobs.owner import shown
from sheetsync.jobs.plan import Plan, Plans
from sheetsync.jobs.runner import BREATH, Run, Runner
from sheetsync.jobs.timetable import DROPPED, due
from sheetsync.model.job import Job
from sheetsync.model.lease import Lease
from sheetsync.model.tick import Tick, TickRun
from sheetsync.text import Text

NAME = "serve"
"""The lease that one server of a project has."""

SLOW = 30.0
"""Seconds after which a run no longer keeps the next one waiting. Before that jobs wait for one another: most
are about the same workbooks."""

MOST = 4
"""Jobs that are done at the same time at most."""

BACK = timedelta(minutes=5)
"""A wall clock that goes back farther than that is worth a warning."""

PATIENCE = 8.0
"""Seconds that the jobs in hand have to end by themselves when the server is told to leave."""

SWEEP = 600.0
"""Seconds between two attempts to tell of failures that nobody heard of yet, or between two complaints about
the same thing."""

_GONE = Text("作业已删除或停用", "the job is gone or not enabled any more")

Tell = Callable[[Job, TickRun], None]
"""Tells those that a job names of a run that failed; of one run only once, however often it is called."""

Waiting = tuple[datetime, Job, TickRun | None]


class Server:
    """One server of a project.

    Args:
        runner: Runs ticks.
        plans: What it goes by.
        tell: Tells of failures.
        changed: Called when something happened that a monitor wants to know.
        tend: Drops what is too old; called once in a while.
    """

    def __init__(
        self,
        runner: Runner,
        plans: Plans,
        *,
        tell: Tell = lambda _job, _run: None,
        changed: Callable[[], None] = lambda: None,
        tend: Callable[[], None] = lambda: None,
    ) -> None:
        self._runner = runner
        self._plans = plans
        self._tell = tell
        self._changed = changed
        self._tend = tend
        self._running: dict[str, Run] = {}
        self._lease: Lease | None = None
        self._breathed = self._swept = self._noted = float("-inf")
        self._latest: datetime | None = None
        self._complaint: Text | None = None
        self._complained = float("-inf")
        self.lost = False
        self.code = 0

    @property
    def idle(self) -> bool:
        """True while nothing is being done."""
        return not self._running

    def open(self) -> None:
        """Become the one server of the project.

        Raises:
            BusyError: There is another one.
        """
        runner = self._runner
        lease = runner.leases.take(NAME, runner.owner, runner.clock())
        if lease.owner != runner.owner:
            raise BusyError(
                Text("这个项目已经有一个 serve 在运行。", "Another serve of this project is running."),
                why=Text(f"（{shown(lease.owner)}）", f"({shown(lease.owner)})"),
                fix=Text("请先停止它，或让它继续运行。", "Stop it first, or let it do the work."),
            )
        self._lease = lease
        self._breathed = runner.monotonic()
        # Whoever hears that it has started may ask how it goes.
        self._note()
        count = sum(job.enabled for job in self._plans.now.jobs.values())
        runner.log.say(
            "started",
            Text(f"serve 已启动：{count} 个作业", f"serve has started: {count} jobs"),
            jobs=count,
            owner=shown(runner.owner),
        )

    def beat(self) -> bool:
        """Look once what has ended, what is due, and have it done; return whether anything was begun.

        What goes wrong with the database or with a file is said, and the next beat tries again.
        """
        try:
            self._watch_clock()
            self._breathe()
            self.poll()
            begun = not self.lost and self._begin_due(self._plans.look())
            self._sweep()
        except SheetSyncError as error:
            self._complain(error)
            self.code = max(self.code, error.exit_code)
            return False
        if begun or self._runner.monotonic() - self._noted >= BREATH:
            self._note()
        return begun

    def poll(self) -> None:
        """Look after what is being done."""
        for name, run in list(self._running.items()):
            if not run.poll():
                continue
            del self._running[name]
            self.code = max(self.code, run.code)
            if run.state == "failed":
                self._swept = float("-inf")
            self._note()

    def close(self) -> None:
        """Begin nothing more; wait a moment for what is being done, end the rest, and give the lease back."""
        runner = self._runner
        began = runner.monotonic()
        if self._running:
            names = "、".join(self._running)
            runner.log.say(
                "leaving",
                Text(f"正在停止，等待：{names}", f"leaving, waiting for {', '.join(self._running)}"),
            )
        while self._running and runner.monotonic() - began < PATIENCE:
            try:
                self.poll()
            except SheetSyncError as error:
                runner.log.say("database", _said(error), level="error")
            if self._running:
                time.sleep(0.05)
        for run in self._running.values():
            try:
                run.interrupt()
            except SheetSyncError as error:
                # It is found with a dead owner, and taken on again all the same.
                runner.log.say("database", _said(error), level="error")
        self._running.clear()
        if self._lease is not None and not self.lost:
            try:
                runner.leases.release(self._lease)
            except SheetSyncError as error:
                runner.log.say("database", _said(error), level="error")
        runner.log.say("stopped", Text("serve 已停止", "serve has stopped"))
        self._changed()

    def _begin_due(self, plan: Plan) -> bool:
        """Begin what waits, the earliest first, as far as there is room."""
        begun = False
        elsewhere: set[str] = set()
        for moment, job, waiting in sorted(self._waiting(plan), key=lambda one: (one[0], one[1].name)):
            if len(self._running) >= MOST or any(run.age < SLOW for run in self._running.values()):
                break
            if job.name in self._running or job.name in elsewhere:
                continue
            try:
                run = self._runner.begin(job, Tick(job=job.name, due=moment), waiting)
            except BusyError:
                # Its later ticks must wait, too: what is due is known by the last one that was taken on.
                elsewhere.add(job.name)
                continue
            if run is not None:
                self._running[job.name] = run
                begun = True
                self.poll()
        return begun

    def _waiting(self, plan: Plan) -> list[Waiting]:
        """Return what is to be done now; what is left out by policy is written down."""
        runner, now = self._runner, self._runner.clock()
        found: list[Waiting] = []
        fresh: dict[str, list[Tick]] = {}
        for job in plan.jobs.values():
            if job.name in self._running or not job.enabled:
                continue
            # What a run by hand with another clock was due at does not count before that time has come.
            last = runner.ticks.last(job.name, now)
            known = due(job, None if last is None else last.tick.due, now, plan.worktime)
            for reason, dropped in known.dropped_by_reason():
                # A job that is new has missed nothing.
                mild = reason == "before"
                runner.leave_out(dropped, DROPPED[reason], level="info" if mild else "warning")
            fresh[job.name] = list(known.ticks)
            found += [(tick.due, job, None) for tick in known.ticks]
        for run in runner.ticks.open(now):
            name = run.tick.job
            known_job = plan.jobs.get(name)
            if name in self._running:
                continue
            if known_job is None or not known_job.enabled:
                # One that a person began by hand is theirs to begin again.
                runner.give_up(run.tick, _GONE)
            elif known_job.catch_up != "all" and self._overtaken(run.tick, fresh[name]):
                runner.give_up(run.tick, DROPPED["superseded"])
            else:
                found.append((run.tick.due, known_job, run))
        return found

    def _overtaken(self, tick: Tick, fresh: list[Tick]) -> bool:
        """Tell whether a later tick of its job is due or was begun since."""
        last = self._runner.ticks.last(tick.job, self._runner.clock())
        return bool(fresh) or (last is not None and last.tick.due > tick.due)

    def _breathe(self) -> None:
        """Renew the lease; without it, somebody else is the server now."""
        runner = self._runner
        if self._lease is None or runner.monotonic() - self._breathed < BREATH:
            return
        if runner.leases.renew(self._lease, runner.clock()):
            self._breathed = runner.monotonic()
            return
        self.lost = True
        self.code = BusyError.exit_code
        runner.log.say(
            "lost",
            Text("另一个 serve 已经接手，这里停止", "another serve has taken over; leaving"),
            level="error",
        )

    def _watch_clock(self) -> None:
        now = self._runner.clock()
        if self._latest is not None and self._latest - now > BACK:
            minutes = round((self._latest - now).total_seconds() / 60)
            self._runner.log.say(
                "clock",
                Text(
                    f"系统时钟倒退了 {minutes} 分钟；已执行过的不会重复",
                    f"the clock went back {minutes} minutes; nothing is done a second time",
                ),
                level="warning",
                minutes=minutes,
            )
            self._latest = now
        self._latest = now if self._latest is None else max(self._latest, now)

    def _sweep(self) -> None:
        """Tell of the failures of the last day; whoever was told is not told again."""
        runner = self._runner
        if runner.monotonic() - self._swept < SWEEP:
            return
        self._swept = runner.monotonic()
        self._tend()
        for run in runner.ticks.runs(since=runner.clock() - timedelta(days=1)):
            job = self._plans.now.jobs.get(run.tick.job)
            if run.state != "failed" or job is None or not job.tell:
                continue
            try:
                self._tell(job, run)
            except SheetSyncError as error:
                runner.log.say("untold", _said(error), level="warning", job=job.name, due=run.tick.due)

    def _complain(self, error: SheetSyncError) -> None:
        """Say what goes wrong, the same again and again only once in a while."""
        said, now = _said(error), self._runner.monotonic()
        if said != self._complaint or now - self._complained >= SWEEP:
            self._runner.log.say("database", said, level="error")
            self._complaint, self._complained = said, now

    def _note(self) -> None:
        self._noted = self._runner.monotonic()
        self._changed()


def run_until(server: Server, asked: Event) -> None:
    """Have a server work until it is asked to leave or has lost its lease.

    Args:
        server: Opened.
        asked: Set when it is to leave.
    """
    hand = Hand(lambda: None if asked.is_set() else _beat(server))
    server.beat()
    while not (asked.is_set() or server.lost):
        hand.turn()
        asked.wait(PERIOD / 4 if server.idle else 0.1)
        with suppress(SheetSyncError):
            # What ends is seen at once. What goes wrong here goes wrong in the next beat, too, which says so.
            server.poll()


def run_once(server: Server, asked: Event) -> None:
    """Have a server do what is due, with what was missed, until nothing is left to be done now.

    Args:
        server: Opened.
        asked: Set when it is to leave before that.
    """
    while not (asked.is_set() or server.lost):
        if not server.beat() and server.idle:
            return
        if not server.idle:
            asked.wait(0.1)


def _beat(server: Server) -> None:
    server.beat()


def _said(error: SheetSyncError) -> Text:
    return Text(error.say("zh"), error.say("en"))
