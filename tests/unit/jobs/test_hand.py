"""The hand of the clock, and the signals that stop it."""

import os
import signal
import subprocess
import sys

import pytest

from sheetsync.jobs.hand import PERIOD, Hand

CODE = """
import time
from sheetsync.jobs.stop import asked_to_stop
with asked_to_stop() as asked:
    print("up", flush=True)
    while not asked.wait(0.05):
        pass
    print("asked", flush=True)
    {then}
"""


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.moves = 0

    def move(self) -> None:
        self.moves += 1

    def read(self) -> float:
        return self.seconds


def test_it_does_not_move_before_its_time() -> None:
    watch = Stopwatch()
    hand = Hand(watch.move, watch.read)
    hand.turn()
    assert watch.moves == 0


def test_a_wall_clock_that_is_set_back_does_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would wait until the wall clock is where it was; other clocks know better."""
    watch = Stopwatch()
    hand = Hand(watch.move, watch.read)
    monkeypatch.setattr("schedule.Scheduler.run_pending", lambda _: None)
    watch.seconds = 5 * PERIOD
    hand.turn()
    assert watch.moves == 0
    watch.seconds += 1
    hand.turn()
    hand.turn()
    assert watch.moves == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "then", "code"),
    [
        (signal.SIGTERM, "pass", 0),
        (signal.SIGINT, "pass", 0),
        (signal.SIGTERM, "time.sleep(60)", 128 + signal.SIGTERM),
        (signal.SIGINT, "time.sleep(60)", 128 + signal.SIGINT),
    ],
)
def test_the_first_signal_asks_and_the_second_one_makes(number: int, then: str, code: int) -> None:
    command = [sys.executable, "-c", CODE.format(then=then)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.stdout.readline() == "asked\n"
        if code:
            process.send_signal(number)
        assert process.wait(50) == code
