"""Runs a job because a person asks for it."""

import time
from dataclasses import replace
from datetime import timedelta

from sheetsync.jobs.runner import Run, Runner
from sheetsync.jobs.timetable import DROPPED, due
from sheetsync.model.job import Job
from sheetsync.model.tick import Tick, TickRun
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

_INSTANT = timedelta(microseconds=1)
_BY_HAND = Text("由人停止", "stopped by hand")


def run_by_hand(runner: Runner, job: Job, worktime: WorkTime) -> Run:
    """Run a job now and return when it is over.

    It is run as what was due last if nobody has done that: a server then leaves it alone. Otherwise it is due
    now, besides its cadence.

    Args:
        runner: Runs it.
        job: Which; one that is not enabled runs, too.
        worktime: The working-time calendar.

    Raises:
        BusyError: It is running already.
        SheetSyncError: The database cannot be used.
    """
    run = _begun(runner, job, worktime)
    try:
        while not run.poll():
            time.sleep(0.05)
    except KeyboardInterrupt:
        run.interrupt("missed", _BY_HAND)
        raise
    return run


def _begun(runner: Runner, job: Job, worktime: WorkTime) -> Run:
    now = runner.clock()
    last = runner.ticks.last(job.name, now)
    if last is not None:
        run = _missed(runner, job, last, worktime)
        if run is not None:
            return run
    at = now
    while True:
        # With a clock that stands still there may have been one at this very time.
        run = runner.begin(job, Tick(job=job.name, due=at))
        if run is not None:
            return run
        at += _INSTANT


def _missed(runner: Runner, job: Job, last: TickRun, worktime: WorkTime) -> Run | None:
    """Begin what was due last, or waits to be tried again; None where there is no such thing."""
    known = due(replace(job, catch_up="latest"), last.tick.due, runner.clock(), worktime)
    if known.ticks:
        run = runner.begin(job, known.ticks[-1])
        if run is None:
            return None
        for reason, dropped in known.dropped_by_reason():
            runner.leave_out(dropped, DROPPED[reason])
        if last.state in {"later", "interrupted"}:
            runner.give_up(last.tick, DROPPED["superseded"])
        return run
    # What a dead owner left in the middle waits, too.
    waiting = {last.tick: last} if last.state in {"later", "interrupted"} else {}
    waiting |= {one.tick: one for one in runner.ticks.open(runner.clock())}
    if last.tick not in waiting:
        return None
    return runner.begin(job, last.tick, waiting[last.tick])
