"""Runs the steps of a job in a process of their own, which can be ended when it hangs."""

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Protocol

from sheetsync.crash import as_error
from sheetsync.errors import BugError, SheetSyncError
from sheetsync.model.job import Job
from sheetsync.model.stepdone import StepDone
from sheetsync.text import Text

Work = Callable[[Job, datetime, Callable[[StepDone], None]], None]
"""Does a job for what was due at a time, UTC, and tells of each step."""

_END = 5
"""Seconds that the system has to end a process that was killed."""

_BROKEN = object()
"""What comes out of a pipe that ends too early; at its proper end stands None."""


class InHand(Protocol):
    """A job that is being done."""

    def poll(self) -> bool:
        """Return whether it has ended."""

    def done(self) -> Sequence[StepDone]:
        """Return the steps that are behind it; when it has ended, all of them."""

    def end(self) -> None:
        """End it now, whatever it does; what it has written stays whole."""


class Worker(Protocol):
    """Does jobs, one or several at a time."""

    def start(self, job: Job, due: datetime) -> InHand:
        """Begin a job for what was due at a time, UTC.

        Raises:
            OSError: The machine has no room for it.
        """


class Here:
    """Does a job at once, in this process; meets the port Worker. Nothing can end it before it ends.

    Args:
        work: What does it.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    def start(self, job: Job, due: datetime) -> InHand:
        """Do a job."""
        return _Ended(_whole(self._work, job, due))


class InChild:
    """Does each job in a process of its own; meets the port Worker.

    A thread could not be ended when it hangs, and what a library does wrong would stay with the server.

    Args:
        work: What does it; it travels to the process, as what it is made of does.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    def start(self, job: Job, due: datetime) -> InHand:
        """Begin a job."""
        # Spawned, not forked: the server has threads, and settings and rules are read anew.
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_child, args=(self._work, job, due, theirs), name=f"sheetsync {job.name}"
        )
        process.start()
        theirs.close()
        return _Child(job, process, ours)


class _Ended:
    """A job that is done."""

    def __init__(self, done: Sequence[StepDone]) -> None:
        self._done = done

    def poll(self) -> bool:
        return True

    def done(self) -> Sequence[StepDone]:
        return self._done

    def end(self) -> None:
        pass


class _Child:
    """A job in a process of its own."""

    def __init__(self, job: Job, process: SpawnProcess, pipe: "Connection[None, StepDone | None]") -> None:
        self._job = job
        self._process = process
        self._pipe = pipe
        self._done: list[StepDone] = []
        self._ended = False
        self._killed = False

    def poll(self) -> bool:
        while not self._ended and (self._pipe.poll() or not self._process.is_alive()):
            try:
                told = self._pipe.recv() if self._pipe.poll() else _BROKEN
            except (EOFError, OSError):
                told = _BROKEN
            if isinstance(told, StepDone):
                self._done.append(told)
            else:
                self._close(whole=told is None)
        return self._ended

    def done(self) -> Sequence[StepDone]:
        return tuple(self._done)

    def end(self) -> None:
        self._killed = True
        if self._process.pid is not None and hasattr(os, "killpg"):
            # With all that it began itself. One that was only just begun leads no group yet.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join(_END)
        self.poll()

    def _close(self, *, whole: bool) -> None:
        """Fetch the process; name the step that it was at where it did not come to its end."""
        self._ended = True
        self._process.join(_END)
        if not (whole or self._killed) and len(self._done) < len(self._job.steps):
            step, code = self._job.steps[len(self._done)], self._process.exitcode
            note = Text(
                f"执行它的进程意外结束（代码 {code}）",
                f"the process that did it ended unexpectedly (code {code})",
            )
            self._done.append(
                StepDone(name=step.name, place=step.place, state="failed", note=note, code=BugError.exit_code)
            )
        self._pipe.close()


def _whole(work: Work, job: Job, due: datetime) -> Sequence[StepDone]:
    done: list[StepDone] = []
    _guarded(work, job, due, done.append)
    return tuple(done)


def _guarded(work: Work, job: Job, due: datetime, tell: Callable[[StepDone], None]) -> None:
    """Do a job; what keeps its first step from being begun is told as that step's."""
    try:
        work(job, due, tell)
    except Exception as error:  # noqa: BLE001 - a bug must not end the server
        known = error if isinstance(error, SheetSyncError) else as_error(error)
        first = job.steps[0]
        note = Text(known.say("zh"), known.say("en"))
        tell(StepDone(name=first.name, place=first.place, state="failed", note=note, code=known.exit_code))


def _child(work: Work, job: Job, due: datetime, pipe: "Connection[StepDone | None, None]") -> None:
    # Ctrl-C and the signals of a service manager reach all processes; when to leave is said by the first one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    Thread(target=_leave_with_parent, daemon=True).start()

    def tell(step: StepDone | None) -> None:
        try:
            pipe.send(step)
        except OSError:
            # Nobody listens any more; the thread may not have noticed yet.
            _leave()

    _guarded(work, job, due, tell)
    tell(None)
    pipe.close()


def _leave_with_parent() -> None:
    """End this process when the one that began it is gone: its tick is somebody else's by then."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        _leave()


def _leave() -> None:
    """End this process now, with all that it began."""
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
