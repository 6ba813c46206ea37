"""The steps of a job in a process of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from sheetsync.jobs.worker import InChild, InHand
from sheetsync.model.job import Job
from sheetsync.model.stepdone import StepDone
from sheetsync.text import same
from tests.engine import job

DUE = datetime(2023, 10, 9, 1)
JOB = job(steps="check, report")
Tell = Callable[[StepDone], None]


def done(given: Job, number: int) -> StepDone:
    step = given.steps[number]
    return StepDone(name=step.name, place=step.place, state="done", note=same(f"pid {os.getpid()}"))


def well(given: Job, _: datetime, tell: Tell) -> None:
    tell(done(given, 0))
    tell(done(given, 1))


def hanging(file: Path, given: Job, _: datetime, tell: Tell) -> None:
    tell(done(given, 0))
    file.write_text(str(os.getpid()))
    time.sleep(60)


def dying(given: Job, _: datetime, tell: Tell) -> None:
    tell(done(given, 0))
    os._exit(9)


def wrong(*_: object) -> None:
    raise RuntimeError("a bug")


def over(hand: InHand) -> list[StepDone]:
    """Wait until a job is over."""
    give_up = time.monotonic() + 120
    while not hand.poll():
        assert time.monotonic() < give_up
        time.sleep(0.01)
    return list(hand.done())


def lives(pid: int) -> bool:
    """Tell whether a process works; one that only waits to be fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_each_step_is_told_from_another_process() -> None:
    steps = over(InChild(well).start(JOB, DUE))
    assert [step.name for step in steps] == ["check", "report"]
    assert f"pid {os.getpid()}" not in {step.note.en for step in steps}


def test_a_process_that_ends_too_early_is_the_failure_of_the_step_it_was_at() -> None:
    """Killed for its memory, or by a library that crashed."""
    first, second = over(InChild(dying).start(JOB, DUE))
    assert (first.state, second.state, second.name) == ("done", "failed", "report")
    assert "code 9" in second.note.en


def test_what_goes_wrong_before_the_first_step_is_told_as_its_failure() -> None:
    (only,) = over(InChild(wrong).start(JOB, DUE))
    assert (only.name, only.state, only.code) == ("check", "failed", 70)


def test_a_job_that_hangs_can_be_ended(tmp_path: Path) -> None:
    """What it had done by then is known."""
    file = tmp_path / "pid"
    hand = InChild(partial(hanging, file)).start(JOB, DUE)
    pid = awaited(file)
    assert not hand.poll()
    hand.end()
    assert [step.name for step in over(hand)] == ["check"]
    assert not lives(pid)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes cannot be asked here")
def test_a_job_ends_with_the_server_that_began_it(tmp_path: Path) -> None:
    """Even when that is killed; its tick is somebody else's by then."""
    file = tmp_path / "pid"
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from functools import partial; from pathlib import Path\n"
        "from sheetsync.jobs.worker import InChild\n"
        "from tests.unit.jobs.test_worker import DUE, JOB, hanging\n"
        "if __name__ == '__main__':\n"
        "    hand = InChild(partial(hanging, Path(sys.argv[1]))).start(JOB, DUE)\n"
        "    hand._process.join()\n"
    )
    root = str(Path(__file__).parents[3])
    with subprocess.Popen([sys.executable, "-c", code, str(file), root], cwd=root) as server:
        pid = awaited(file)
        server.send_signal(signal.SIGKILL)
        server.wait()
    give_up = time.monotonic() + 120
    while lives(pid):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def awaited(file: Path) -> int:
    """Return the number that is written into a file soon."""
    give_up = time.monotonic() + 120
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    return int(file.read_text())
