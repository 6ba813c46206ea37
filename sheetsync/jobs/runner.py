"""Runs one tick of a job: takes it on, watches it, writes down what became of it.

A tick is one effect: it is claimed in the database before anything is done, and what it does changes nothing
more when it is done again. So a tick whose owner died is simply done again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetsync.errors import BugError, BusyError, SheetSyncError
from sheetsync.jobs import lengths
from sheetsync.jobs.logs import Level, Log
from sheetsync.jobs.owner import shown
from sheetsync.jobs.stepwise import TITLES
from sheetsync.jobs.worker import InHand, Worker
from sheetsync.model.job import Job
from sheetsync.model.lease import Lease
from sheetsync.model.stepdone import StepDone, StepState
from sheetsync.model.tick import Tick, TickRun, TickState
from sheetsync.ports import Leases, Ticks
from sheetsync.text import Language, Text, join, same

BREATH = 25.0
"""Seconds between two signs of life, less than a third of what makes an owner dead (state.ticks)."""

CRASHES = 5
"""How often a tick is begun beyond its retries: each time its owner went away in the middle of it."""

STOPPED = Text("运行中被停止，会再做一遍", "stopped in the middle, to be done again")

Clock = Callable[[], datetime]
"""Tells the time, UTC without zone information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """What a run needs.

    Args:
        ticks: Remembers ticks.
        leases: Lets a job run once at a time.
        worker: Does jobs.
        clock: Tells the time.
        owner: Who we are.
        language: Of notes.
        log: Hears what happens.
        monotonic: Seconds that no change of the wall clock touches.
    """

    ticks: Ticks
    leases: Leases
    worker: Worker
    clock: Clock
    owner: str
    language: Language
    log: Log
    monotonic: Callable[[], float] = time.monotonic

    def begin(self, job: Job, tick: Tick, waiting: TickRun | None = None) -> "Run | None":
        """Take a tick on and begin it; None if somebody has it or had it.

        Args:
            job: What is to be done.
            tick: When it was due.
            waiting: What is known of it where it was begun before.

        Raises:
            BusyError: The job is running elsewhere, as this tick or another one.
            SheetSyncError: The database cannot be used.
        """
        now = self.clock()
        lease = self.leases.take(lease_of(job), self.owner, now)
        if lease.owner != self.owner:
            raise _busy(job, lease)
        try:
            taken = (
                self.ticks.claim(tick, self.owner, now)
                if waiting is None
                else self.ticks.retake(tick, self.owner, max(now, waiting.again or now))
            )
        except SheetSyncError:
            self.leases.release(lease)
            raise
        if not taken:
            self.leases.release(lease)
            return None
        tries = 1 if waiting is None else waiting.tries + 1
        hand: InHand
        if tries > len(job.pauses) + 1 + CRASHES:
            hand = _Given(_interrupted_too_often(job, tries - 1))
        else:
            try:
                hand = self.worker.start(job, tick.due)
            except OSError as error:
                hand = _Given(_no_room(job, error))
        run = Run(self, job, tick, tries, lease, hand)
        self.log.say(
            "begun",
            Text("开始", "begun") if tries == 1 else Text(f"第 {tries} 次开始", f"begun, time {tries}"),
            job=job.name,
            due=tick.due,
            tries=tries,
        )
        return run

    def give_up(self, tick: Tick, why: Text) -> None:
        """Leave out a tick that was begun before and waits to be tried again, and say so once.

        Args:
            tick: Which.
            why: Why.
        """
        now, note = self.clock(), why.say(self.language)
        if self.ticks.retake(tick, self.owner, now) and self.ticks.settle(
            tick, self.owner, "missed", note=note, now=now
        ):
            self._say_missed([tick], why, "warning")

    def leave_out(self, ticks: Sequence[Tick], why: Text, *, level: Level = "warning") -> None:
        """Write down that ticks of one job are left out, and say so once for all of them.

        Args:
            ticks: Which, in order.
            why: Why.
            level: How bad that is.
        """
        now, note = self.clock(), why.say(self.language)
        left = [tick for tick in ticks if self.ticks.drop(tick, note=note, now=now)]
        if left:
            self._say_missed(left, why, level)

    def _say_missed(self, ticks: Sequence[Tick], why: Text, level: Level) -> None:
        count, last = len(ticks), ticks[-1]
        said = why if count == 1 else Text(f"{why.zh}（共 {count} 次）", f"{why.en} ({count} times)")
        self.log.say("missed", said, level=level, job=last.job, due=last.due, times=count)


class Run:
    """One run of a tick.

    Args:
        runner: What it needs.
        job: What is done.
        tick: When it was due.
        tries: How often it was begun, this time included.
        lease: That of the job.
        hand: The job that is being done.
    """

    def __init__(self, runner: Runner, job: Job, tick: Tick, tries: int, lease: Lease, hand: InHand) -> None:
        self.job = job
        self.tick = tick
        self.state: TickState = "running"
        self.again: datetime | None = None
        self._runner = runner
        self._tries = tries
        self._lease = lease
        self._hand = hand
        self._began = self._breathed = runner.monotonic()
        self._outcome: tuple[StepDone, ...] | None = None

    @property
    def age(self) -> float:
        """Seconds since it was begun."""
        return self._runner.monotonic() - self._began

    @property
    def steps(self) -> Sequence[StepDone]:
        """What each step came to, as far as it has come."""
        return self._hand.done() if self._outcome is None else self._outcome

    @property
    def code(self) -> int:
        """The exit code of interface section 3, the highest of its steps."""
        return max((step.code for step in self.steps), default=0)

    def poll(self) -> bool:
        """Look after it; return whether it is over.

        Raises:
            SheetSyncError: What became of it could not be written down; ask again.
        """
        if self._outcome is None:
            if self._hand.poll():
                self._outcome = tuple(self._hand.done())
            elif self.age > self.job.limit.total_seconds():
                self._hand.end()
                self._outcome = (*self._hand.done(), _over(self.job, len(self._hand.done())))
            elif self._runner.monotonic() - self._breathed >= BREATH:
                return self._breathe()
        if self._outcome is None:
            return False
        self._conclude(self._outcome)
        return True

    def interrupt(self, state: TickState = "interrupted", note: Text = STOPPED) -> None:
        """End it, whatever it does.

        Args:
            state: `interrupted` for whoever comes next to take it on again, or what it ends as.
            note: Why.

        Raises:
            SheetSyncError: That could not be written down.
        """
        self._hand.end()
        self._outcome = tuple(self._hand.done())
        self.state = state
        self._settle(note)
        self._say("warning", note)

    def _breathe(self) -> bool:
        runner, now = self._runner, self._runner.clock()
        self._breathed = runner.monotonic()
        try:
            ours = runner.ticks.renew(self.tick, runner.owner, now) and runner.leases.renew(self._lease, now)
        except SheetSyncError as error:
            # It may be back before anybody takes us for dead.
            runner.log.say("database", Text(error.say("zh"), error.say("en")), level="warning")
            return False
        if ours:
            return False
        self._hand.end()
        self._outcome = tuple(self._hand.done())
        self.state = "interrupted"
        self._say(
            "error",
            Text(
                "太久没有动静，已由别处接手，这里停止",
                "silent for too long, somebody else has taken it over; ended here",
            ),
        )
        return True

    def _conclude(self, outcome: Sequence[StepDone]) -> None:
        failed = [step for step in outcome if step.state == "failed"]
        later = [step for step in outcome if step.state == "later"]
        now, pauses = self._runner.clock(), self.job.pauses
        note = told(outcome)
        if not (failed or later):
            self.state = "done"
        elif later and self._tries <= len(pauses):
            self.state, self.again = "later", now + pauses[self._tries - 1]
            wait = lengths.said(pauses[self._tries - 1])
            note = join([note, Text(f"{wait} 后再试", f"to be tried again in {wait}")])
        else:
            self.state = "failed"
            if self._tries > 1:
                note = join([note, Text(f"共试了 {self._tries} 次", f"tried {self._tries} times")])
        levels: dict[TickState, Level] = {"done": "info", "later": "warning"}
        self._settle(note)
        self._say(levels.get(self.state, "error"), note)

    def _settle(self, note: Text) -> None:
        runner = self._runner
        runner.ticks.settle(
            self.tick,
            runner.owner,
            self.state,
            note=note.say(runner.language),
            now=runner.clock(),
            again=self.again,
        )
        runner.leases.release(self._lease)

    def _say(self, level: Level, note: Text) -> None:
        self._runner.log.say(
            self.state,
            note,
            level=level,
            job=self.job.name,
            due=self.tick.due,
            tries=self._tries,
            seconds=round(self.age, 1),
            code=self.code,
        )


def told(steps: Sequence[StepDone]) -> Text:
    """Return what the steps of a run came to, in one line."""
    lines = []
    for step in steps:
        title = TITLES[step.name]
        lines.append(Text(f"{title.zh}：{step.note.zh}", f"{title.en}: {step.note.en}"))
    return join(lines) if lines else same("")


def lease_of(job: Job) -> str:
    """Return the name of the lease that lets a job run once at a time."""
    return f"job {job.name}"


def _busy(job: Job, lease: Lease) -> BusyError:
    return BusyError(
        Text(f"作业 {job.name} 正在运行。", f"The job {job.name} is running."),
        why=Text(f"（{shown(lease.owner)}）", f"({shown(lease.owner)})"),
        fix=Text("请等它结束。", "Wait until it ends."),
    )


class _Given:
    """A job that was not begun."""

    def __init__(self, *done: StepDone) -> None:
        self._done = done

    def poll(self) -> bool:
        return True

    def done(self) -> Sequence[StepDone]:
        return self._done

    def end(self) -> None:
        pass


def _interrupted_too_often(job: Job, times: int) -> StepDone:
    note = Text(
        f"开始了 {times} 次，每次都在中途被打断或要再试，不再做",
        f"begun {times} times, each time interrupted or to be tried again; given up",
    )
    return _first(job, note, "failed", BugError.exit_code)


def _no_room(job: Job, error: OSError) -> StepDone:
    reason = error.strerror or str(error)
    note = Text(f"系统无法启动新进程（{reason}）", f"the system could not begin a process ({reason})")
    return _first(job, note, "later", BusyError.exit_code)


def _first(job: Job, note: Text, state: StepState, code: int) -> StepDone:
    step = job.steps[0]
    return StepDone(name=step.name, place=step.place, state=state, note=note, code=code)


def _over(job: Job, behind: int) -> StepDone:
    """Return the step at which a run passed its time limit."""
    step = job.steps[min(behind, len(job.steps) - 1)]
    limit = lengths.said(job.limit)
    return StepDone(
        name=step.name,
        place=step.place,
        state="failed",
        note=Text(f"超过时限 {limit}，已强行结束", f"passed the time limit of {limit} and was ended"),
        code=BugError.exit_code,
    )
