"""The engine that runs by itself: what is due is done once, whatever goes wrong meanwhile."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sheetsync.errors import BusyError, SpecFileError
from sheetsync.model.tick import Tick
from sheetsync.testing import MemoryLeases, MemoryTicks
from sheetsync.text import same
from tests.engine import Engine, job, utc


def test_what_is_due_is_done_once() -> None:
    engine = Engine([job()])
    engine.until("2023-10-11T12:00", minutes=30)
    assert engine.effects.done == [("a", "10-09 09:00"), ("a", "10-10 09:00"), ("a", "10-11 09:00")]


def test_a_restart_does_nothing_twice() -> None:
    engine = Engine([job()])
    engine.until("2023-10-09T09:00", minutes=30)
    engine.server = engine.serve()
    engine.beat()
    assert engine.effects.done == [("a", "10-09 09:00")]


def test_of_what_was_missed_the_last_is_made_up_for_and_the_rest_is_written_down() -> None:
    engine = Engine([job()])
    engine.beat()
    engine.beat(days=3)
    assert engine.effects.done == [("a", "10-11 09:00")]
    assert engine.states() == ["done", "missed", "missed", "missed"]
    assert [json.loads(line)["times"] for line in engine.said("missed")] == [1, 2]


def test_all_that_was_missed_is_made_up_for_in_order_where_the_job_says_so() -> None:
    engine = Engine([job(more="on_rest_day: run\ncatch_up: all\ngrace: 9d")])
    engine.beat()
    engine.beat(days=3)
    for _ in range(4):
        engine.beat(seconds=2)
    assert engine.effects.done == [("a", "10-09 09:00"), ("a", "10-10 09:00"), ("a", "10-11 09:00")]


def test_a_job_that_is_not_enabled_is_never_due() -> None:
    engine = Engine([replace(job(), enabled=False)])
    engine.until("2023-10-11T12:00", hours=1)
    assert engine.effects.done == []


def test_what_waits_is_tried_again_after_the_pauses_of_its_job_and_then_has_failed() -> None:
    engine = Engine([job(more="on_rest_day: run\non_failure: { tell: [pm@example.com] }")])
    engine.effects.ends["a"] = ["later"] * 9
    engine.until("2023-10-09T09:30", seconds=20)
    assert [begun for *_, begun in engine.effects.seen] == ["10-09 09:00", "10-09 09:01", "10-09 09:03"]
    assert engine.states() == ["failed", "missed"]
    assert {run.tick.due for run in engine.told} == {utc("2023-10-09T09:00")}
    (line,) = engine.said("failed")
    assert "tried 3 times" in line


def test_what_waited_and_then_went_well_is_done() -> None:
    engine = Engine([job()])
    engine.effects.ends["a"] = ["later"]
    engine.until("2023-10-09T09:30", minutes=1)
    assert engine.states() == ["done", "missed"]
    assert engine.told == []


def test_one_job_that_fails_stops_no_other_one() -> None:
    engine = Engine([job("a"), job("b"), job("c")])
    engine.effects.ends = {"a": ["bug"], "b": ["failed"]}
    engine.until("2023-10-09T09:01", minutes=1)
    assert engine.effects.done == [("a", "10-09 09:00"), ("b", "10-09 09:00"), ("c", "10-09 09:00")]
    assert [engine.states(name)[0] for name in "abc"] == ["failed", "failed", "done"]


def test_what_failed_for_good_is_not_tried_again() -> None:
    engine = Engine([job()])
    engine.effects.ends["a"] = ["failed"]
    engine.until("2023-10-09T12:00", minutes=10)
    assert engine.effects.done == [("a", "10-09 09:00")]


def test_what_a_dead_owner_left_in_the_middle_is_taken_on_again() -> None:
    known = {"dead": True}
    ticks = MemoryTicks(known.get)
    engine = Engine([job()], "2023-10-09T09:10", ticks=ticks)
    ticks.claim(Tick(job="a", due=utc("2023-10-09T09:00")), "dead", engine.now)
    engine.beat()
    assert engine.effects.done == [("a", "10-09 09:00")]
    assert engine.states() == ["done"]


def test_what_kills_its_owner_again_and_again_is_given_up() -> None:
    """With two pauses it may be begun three times, and five times more."""
    known: dict[str, bool] = {}
    ticks = MemoryTicks(known.get)
    tick = Tick(job="a", due=utc("2023-10-09T09:00"))
    engine = Engine([job()], "2023-10-09T09:10", ticks=ticks)
    ticks.claim(tick, "0", engine.now)
    for number in range(1, 8):
        known[f"{number - 1}"] = True
        ticks.open(engine.now)
        assert ticks.retake(tick, f"{number}", engine.now)
    known["7"] = True
    engine.beat()
    assert engine.effects.done == []
    assert engine.states() == ["failed"]
    assert "begun 8 times" in engine.ticks.runs("a")[0].note


def test_what_waits_is_left_out_when_the_next_is_due() -> None:
    hourly = job(when="hourly", pauses="[1h]", more="grace: 2h\non_rest_day: run")
    engine = Engine([hourly], "2023-10-09T08:30")
    engine.beat()
    engine.effects.ends["a"] = ["later"]
    engine.beat(minutes=30)
    engine.beat(hours=1)
    assert engine.effects.done == [("a", "10-09 09:00"), ("a", "10-09 10:00")]
    assert engine.states()[:2] == ["done", "missed"]


def test_what_waits_of_a_job_that_is_gone_is_left_out() -> None:
    engine = Engine([job()])
    engine.effects.ends["a"] = ["later"]
    engine.until("2023-10-09T09:00", minutes=30)
    engine.plan, engine.stamp = replace(engine.plan, jobs={}), 1
    engine.beat(minutes=5)
    assert engine.states() == ["missed", "missed"]


def test_a_second_server_is_refused_and_told_of_the_first() -> None:
    leases = MemoryLeases({"pmo boot 4711 1 word": False}.get)
    first = Engine([job()], leases=leases, owner="pmo boot 4711 1 word")
    first.server.open()
    with pytest.raises(BusyError, match="pmo, pid 4711"):
        Engine([job()], leases=leases, owner="b").server.open()


def test_a_server_takes_over_from_a_dead_one() -> None:
    leases = MemoryLeases({"a": True}.get)
    Engine([job()], leases=leases, owner="a").server.open()
    second = Engine([job()], leases=leases, owner="b")
    second.server.open()
    assert not second.server.lost


def test_a_server_that_was_silent_too_long_leaves_when_another_one_has_taken_over() -> None:
    """On other machines nobody can ask whether it lives."""
    ticks, leases = MemoryTicks(), MemoryLeases()
    first = Engine([job()], ticks=ticks, leases=leases, owner="a")
    first.server.open()
    second = Engine([job()], "2023-10-09T08:05", ticks=ticks, leases=leases, owner="b")
    second.server.open()
    first.beat(hours=2)
    assert first.server.lost
    assert first.effects.done == []


def test_a_server_that_is_closed_lets_the_next_one_in() -> None:
    engine = Engine([job()])
    engine.server.open()
    engine.server.close()
    another = Engine([job()], leases=engine.leases, owner="b")
    another.server.open()


def test_job_files_that_change_are_read_anew() -> None:
    engine = Engine([job()])
    engine.beat()
    engine.plan, engine.stamp = replace(engine.plan, jobs={"b": job("b")}), 1
    engine.until("2023-10-09T09:00", minutes=30)
    assert engine.effects.done == [("b", "10-09 09:00")]
    assert len(engine.said("read")) == 1


def test_a_mistake_in_a_job_file_is_said_once_and_stops_nothing() -> None:
    engine = Engine([job()])
    engine.beat()
    engine.mistakes, engine.stamp = [SpecFileError(same("wrong"), where="a.yaml:3")], 1
    engine.until("2023-10-09T09:00", minutes=10)
    assert engine.effects.done == [("a", "10-09 09:00")]
    (line,) = engine.said("mistake")
    assert "a.yaml:3" in line


def test_a_mistake_in_a_job_file_at_the_start_refuses_the_start() -> None:
    engine = Engine([job()])
    engine.mistakes = [SpecFileError(same("wrong"), where="a.yaml:3")]
    with pytest.raises(SpecFileError):
        engine.serve()


def test_a_clock_that_goes_back_is_said_and_nothing_is_done_twice() -> None:
    engine = Engine([job()])
    engine.until("2023-10-09T09:00", minutes=30)
    engine.now -= timedelta(hours=2)
    engine.until("2023-10-09T10:00", minutes=30)
    assert engine.effects.done == [("a", "10-09 09:00")]
    (line,) = engine.said("clock")
    assert '"minutes": 90' in line


def test_a_run_by_hand_of_a_day_to_come_puts_nothing_off() -> None:
    """Somebody tried `job run --now 2030-01-01`."""
    engine = Engine([job()])
    engine.beat()
    tick = Tick(job="a", due=utc("2030-01-01T09:00"))
    engine.ticks.claim(tick, "x", engine.now)
    engine.ticks.settle(tick, "x", "done", note="", now=engine.now)
    engine.until("2023-10-09T09:00", minutes=30)
    assert engine.effects.done == [("a", "10-09 09:00")]
