"""Servers that are killed at random moments, and two at once: each tick has one effect."""

import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sheetsync.jobs import owner
from sheetsync.model.job import Job
from sheetsync.model.stepdone import StepDone
from sheetsync.model.tick import Tick
from sheetsync.state.database import Database
from sheetsync.state.leases import ProjectLeases
from sheetsync.state.ticks import ProjectTicks
from sheetsync.text import same
from tests.engine import Engine, job, utc

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked and asked here")

START = utc("2023-10-09T00:00")
TICKS = 200
RETRIES = ", ".join(["1min"] * 20)
"""With so many a tick is not given up, however often it is the one that its server is killed at."""
JOB = job("a", "every 1 minutes", pauses=f"[{RETRIES}]", more="on_rest_day: run\ncatch_up: all\ngrace: 9d")
SHARED = 60
MINUTE = timedelta(minutes=1)
PATIENCE = 250


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder in memory where there is one: a killed process loses nothing, and a disk is slow."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made safely
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


class Marks:
    """What was begun, had its effect, and was ended, by whom; an effect that is there is left as it is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "effects.db"
        with closing(self._open()) as database:
            database.execute("CREATE TABLE IF NOT EXISTS effects (due TEXT PRIMARY KEY, pid INTEGER)")
            database.execute("CREATE TABLE IF NOT EXISTS marks (due TEXT, what TEXT, pid INTEGER)")

    def work(self, given: Job, due: datetime, tell: Callable[[StepDone], None]) -> None:
        with closing(self._open()) as database:
            row = due.isoformat(), os.getpid()
            database.execute("INSERT INTO marks VALUES (?, 'begin', ?)", row)
            time.sleep(random.random() / 500)  # noqa: S311 - no secret
            database.execute("INSERT OR IGNORE INTO effects VALUES (?, ?)", row)
            time.sleep(random.random() / 500)  # noqa: S311 - no secret
            database.execute("INSERT INTO marks VALUES (?, 'end', ?)", row)
        (step,) = given.steps
        tell(StepDone(name=step.name, place=step.place, state="done", note=same("")))

    def effects(self) -> list[datetime]:
        with closing(self._open()) as database:
            return [datetime.fromisoformat(due) for (due,) in database.execute("SELECT due FROM effects")]

    def begun(self) -> list[tuple[str, int]]:
        with closing(self._open()) as database:
            return list(database.execute("SELECT due, pid FROM marks WHERE what = 'begin'"))

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        # A killed process loses nothing that the system has; only a power failure would.
        database.execute("PRAGMA synchronous=OFF")
        return database


def engine_in(folder: Path, due: int = TICKS) -> Engine:
    """Return an engine over the database of a folder, for which so many ticks are due."""
    from sheetsync.jobs.worker import Here  # noqa: PLC0415 - beside its only use

    database = Database(folder)
    engine = Engine(
        [JOB],
        ticks=ProjectTicks(database, owner.gone),
        leases=ProjectLeases(database, owner.gone),
        worker=Here(Marks(folder).work),
        owner=owner.me(),
    )
    engine.now = START + due * MINUTE
    return engine


def dues(count: int) -> list[datetime]:
    """Return when so many ticks are due."""
    return [START + number * MINUTE for number in range(1, count + 1)]


def forked(work: Callable[[], None]) -> int:
    """Run something in a process of its own; return its number."""
    # Each process has its own moment to die.
    seed = random.random()  # noqa: S311 - no secret
    pid = os.fork()
    if pid == 0:
        random.seed(seed)
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def prepared(folder: Path) -> ProjectTicks:
    """Make the database, in which the job is known since the start."""
    ticks = ProjectTicks(Database(folder))
    ticks.drop(Tick(job="a", due=START), note="", now=START)
    Marks(folder)
    return ticks


def states(ticks: ProjectTicks) -> Counter[str]:
    return Counter(run.state for run in ticks.runs("a") if run.tick.due != START)


def test_a_server_that_is_killed_again_and_again_does_each_tick_once(folder: Path) -> None:
    """At random moments during 200 ticks; only one that was killed in the middle is begun anew."""
    ticks = prepared(folder)

    def serve() -> None:
        # Ends the process as kill -9 does, after so much work of the processor. Starting takes about 0.1 s of
        # it, more on a busy machine: the later, the longer one may live.
        most = 0.35 + 0.01 * servers
        signal.setitimer(signal.ITIMER_PROF, random.uniform(0.02, most))  # noqa: S311 - no secret
        engine = engine_in(folder)
        engine.server.open()
        engine.server.beat()

    kills, servers, give_up = 0, 0, time.monotonic() + PATIENCE
    while states(ticks)["done"] < TICKS:
        assert time.monotonic() < give_up
        servers += 1
        _, status = os.waitpid(forked(serve), 0)
        kills += os.WIFSIGNALED(status)
    marks = Marks(folder)
    begun = marks.begun()
    assert kills >= 5
    assert states(ticks) == {"done": TICKS}
    assert sorted(marks.effects()) == dues(TICKS)
    assert len(begun) == len(set(begun))
    assert len(begun) - TICKS <= kills


def test_two_servers_at_once_do_each_tick_once(folder: Path) -> None:
    """Without the lease that lets only one of them in, as if both had been separated from one another."""
    ticks = prepared(folder)

    def serve() -> None:
        engine = engine_in(folder, SHARED)
        give_up = time.monotonic() + PATIENCE
        while states(ticks)["done"] < SHARED and time.monotonic() < give_up:
            engine.server.beat()

    pids = [forked(serve) for _ in range(2)]
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0, 0]
    begun = Marks(folder).begun()
    assert sorted(datetime.fromisoformat(due) for due, _ in begun) == dues(SHARED)
    assert states(ticks) == {"done": SHARED}
