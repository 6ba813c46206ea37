"""Who runs jobs, and whether it still lives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetsync.jobs import owner

ASKED = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes cannot be asked here")


def another(code: str) -> str:
    """Return the owner that another process, now ended, called itself."""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


@ASKED
def test_this_process_lives() -> None:
    assert owner.gone(owner.me()) is False


@ASKED
def test_a_process_that_ended_is_gone() -> None:
    assert owner.gone(another("from sheetsync.jobs.owner import me; print(me())")) is True


@ASKED
def test_a_process_that_ended_but_was_not_fetched_is_gone() -> None:
    code = "from sheetsync.jobs.owner import me; print(me(), flush=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        named = process.stdout.read().strip()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert owner.gone(named) is True


@ASKED
def test_another_process_of_the_same_number_is_not_meant() -> None:
    host, machine, pid, started, word = owner.me().split(" ")
    assert owner.gone(f"{host} {machine} {pid} {int(started) - 1} {word}") is True


@pytest.mark.parametrize("part", [0, 1])
def test_a_process_of_another_machine_cannot_be_asked(part: int) -> None:
    """Not even where its host bears our name, as in containers."""
    parts = owner.me().split(" ")
    parts[part] += "x"
    parts[2] = "999999999"
    assert owner.gone(" ".join(parts)) is None


@pytest.mark.parametrize("name", ["", "somebody", "a b c d e"])
def test_who_is_named_otherwise_cannot_be_asked(name: str) -> None:
    assert owner.gone(name) is None


def test_two_owners_in_one_process_differ() -> None:
    assert owner.me() != owner.me()


def test_people_are_told_host_and_process() -> None:
    assert owner.shown("pmo 1a2b 4711 88 c0de") == "pmo, pid 4711"
