"""One run of a tick: taken on, watched, written down."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from sheetsync.errors import BusyError, InputRefusedError, RemoteError, StateUnusableError
from sheetsync.jobs.byhand import run_by_hand
from sheetsync.jobs.runner import Run, lease_of
from sheetsync.jobs.stepwise import Did, do_steps
from sheetsync.jobs.worker import InHand
from sheetsync.model.job import Job
from sheetsync.model.stepdone import StepDone
from sheetsync.model.tick import Tick, TickRun, TickState
from sheetsync.testing import MemoryTicks
from sheetsync.text import same
from tests.engine import Engine, job, utc

DUE = utc("2023-10-09T09:00")
BUSY = BusyError(same("open by 张三"))
AWAY = RemoteError(same("no answer"))
REFUSED = InputRefusedError(same("damaged"))


class Hanging:
    """A worker whose jobs never end by themselves; meets the ports Worker and InHand."""

    def __init__(self, polled: Callable[[], None] = lambda: None) -> None:
        self.ended = False
        self._polled = polled

    def start(self, given: Job, _: datetime) -> InHand:
        self._first = given.steps[0]
        return self

    def poll(self) -> bool:
        self._polled()
        return self.ended

    def done(self) -> Sequence[StepDone]:
        first = self._first
        return (StepDone(name=first.name, place=first.place, state="done", note=same("3 workbooks")),)

    def end(self) -> None:
        self.ended = True


class NoRoom:
    """A machine that begins no process."""

    def start(self, _: Job, __: datetime) -> InHand:
        raise OSError(12, "Cannot allocate memory")


class Shaky(MemoryTicks):
    """A database that cannot be used for a while."""

    away = False

    def renew(self, tick: Tick, owner: str, now: datetime) -> bool:
        self._try()
        return super().renew(tick, owner, now)

    def settle(
        self,
        tick: Tick,
        owner: str,
        state: TickState,
        *,
        note: str,
        now: datetime,
        again: datetime | None = None,
    ) -> bool:
        self._try()
        return super().settle(tick, owner, state, note=note, now=now, again=again)

    def _try(self) -> None:
        if self.away:
            raise StateUnusableError(same("gone"))


def begun(engine: Engine, given: Job) -> Run:
    run = engine.runner.begin(given, Tick(job=given.name, due=DUE))
    assert run is not None
    return run


def known(engine: Engine) -> TickRun:
    (run,) = engine.ticks.runs("a")
    return run


def test_a_run_that_passes_its_limit_is_ended_and_has_failed() -> None:
    """The step that it hung in is named; those behind it are told, too."""
    given = job(steps="check, report", more="time_limit: 10min")
    worker = Hanging()
    engine = Engine([given], worker=worker)
    run = begun(engine, given)
    engine.seconds = 600.0
    assert not run.poll()
    engine.seconds = 601.0
    assert run.poll()
    assert worker.ended
    assert (known(engine).state, [(step.name, step.state) for step in run.steps]) == (
        "failed",
        [("check", "done"), ("report", "failed")],
    )
    assert "3 workbooks; report: passed the time limit of 10min" in known(engine).note


def test_a_run_gives_signs_of_life() -> None:
    engine = Engine([job()], worker=Hanging())
    run = begun(engine, job())
    engine.now += timedelta(seconds=26)
    engine.seconds = 26.0
    assert not run.poll()
    assert known(engine).changed == engine.now


def test_a_run_that_somebody_else_has_taken_over_is_ended() -> None:
    """It writes nothing down: the tick is the other one's."""
    worker = Hanging()
    engine = Engine([job()], worker=worker)
    run = begun(engine, job())
    engine.now += timedelta(minutes=5)
    engine.ticks.open(engine.now)
    assert engine.ticks.retake(run.tick, "another", engine.now)
    engine.seconds = 300.0
    assert run.poll()
    assert worker.ended
    assert (known(engine).owner, known(engine).state) == ("another", "running")


def test_a_database_that_is_away_for_a_moment_ends_no_run() -> None:
    ticks = Shaky()
    engine = Engine([job()], worker=Hanging(), ticks=ticks)
    run = begun(engine, job())
    ticks.away = True
    engine.seconds = 26.0
    assert not run.poll()
    assert len(engine.said("database")) == 1


def test_what_could_not_be_written_down_is_written_when_it_can_be() -> None:
    ticks = Shaky()
    engine = Engine([job()], ticks=ticks)
    run = begun(engine, job())
    ticks.away = True
    with pytest.raises(StateUnusableError):
        run.poll()
    ticks.away = False
    assert run.poll()
    assert known(engine).state == "done"


def test_a_machine_without_room_is_asked_again_later() -> None:
    engine = Engine([job()], worker=NoRoom())
    run = begun(engine, job())
    assert run.poll()
    assert (known(engine).state, run.code) == ("later", 5)


def test_a_server_that_leaves_ends_what_does_not_end_by_itself() -> None:
    """It is found interrupted, and begun again by the next one."""

    def pass_by() -> None:
        engine.seconds += 5.0

    worker = Hanging(pass_by)
    engine = Engine([job()], "2023-10-09T09:00", worker=worker)
    engine.server.open()
    engine.beat()
    assert not engine.server.idle
    engine.server.close()
    assert worker.ended
    assert engine.states() == ["interrupted"]
    assert engine.leases.held("serve", engine.now) is None
    another = Engine([job()], "2023-10-09T09:01", ticks=engine.ticks, leases=engine.leases, owner="another")
    another.beat()
    assert another.effects.done == [("a", "10-09 09:00")]


def test_a_job_does_not_overlap_itself() -> None:
    engine = Engine([job()], worker=Hanging())
    begun(engine, job())
    another = Engine([job()], ticks=engine.ticks, leases=engine.leases, owner="another")
    with pytest.raises(BusyError, match="me"):
        another.runner.begin(job(), Tick(job="a", due=utc("2023-10-09T10:00")))
    with pytest.raises(BusyError, match="running"):
        run_by_hand(another.runner, job(), another.plan.worktime)
    assert another.effects.done == []


def test_after_a_run_the_job_may_run_again() -> None:
    engine = Engine([job()])
    assert begun(engine, job()).poll()
    assert engine.leases.held(lease_of(job()), engine.now) is None


def test_a_run_by_hand_is_what_was_due_last() -> None:
    """The server then leaves it alone."""
    engine = Engine([job()])
    engine.beat()
    engine.now = utc("2023-10-11T08:00")
    run = run_by_hand(engine.runner, job(), engine.plan.worktime)
    engine.beat()
    assert run.tick.due == utc("2023-10-10T09:00")
    assert engine.effects.done == [("a", "10-10 09:00")]
    assert engine.states() == ["done", "missed", "missed"]


def test_a_run_by_hand_of_what_was_done_is_due_now() -> None:
    """And puts off nothing that is due later."""
    engine = Engine([job()])
    engine.until("2023-10-09T09:00", minutes=10)
    engine.now = utc("2023-10-09T10:00")
    run_by_hand(engine.runner, job(), engine.plan.worktime)
    engine.until("2023-10-10T09:00", hours=1)
    assert engine.effects.done == [("a", "10-09 09:00"), ("a", "10-09 10:00"), ("a", "10-10 09:00")]


def test_a_run_by_hand_takes_on_what_waits_to_be_tried_again() -> None:
    engine = Engine([job()])
    engine.effects.ends["a"] = ["later"]
    engine.until("2023-10-09T09:00", minutes=10)
    run = run_by_hand(engine.runner, job(), engine.plan.worktime)
    assert (run.tick.due, run.state) == (DUE, "done")
    assert engine.states() == ["done", "missed"]


def test_a_job_that_is_not_enabled_runs_by_hand() -> None:
    engine = Engine([])
    off = job(more="on_rest_day: run\nenabled: false")
    assert run_by_hand(engine.runner, off, engine.plan.worktime).state == "done"


def test_with_a_clock_that_stands_still_a_job_may_run_twice_by_hand() -> None:
    engine = Engine([job()])
    for _ in range(2):
        run_by_hand(engine.runner, job(), engine.plan.worktime)
    assert engine.effects.done == [("a", "10-09 08:00")] * 2


Do = Callable[..., Did]


def ended(error: Exception | None = None, *told: Exception) -> Do:
    def do(*_: object) -> Did:
        if error is not None:
            raise error
        return Did(same("done"), told)

    return do


@pytest.mark.parametrize(
    ("first", "then", "states", "codes"),
    [
        (ended(), "stop", ["done", "done"], [0, 0]),
        (ended(REFUSED), "stop", ["failed", "skipped"], [3, 0]),
        (ended(REFUSED), "continue", ["failed", "done"], [3, 0]),
        (ended(BUSY), "stop", ["later", "skipped"], [5, 0]),
        (ended(AWAY), "continue", ["later", "done"], [4, 0]),
        (ended(None, REFUSED, BUSY), "continue", ["later", "done"], [5, 0]),
        (ended(None, REFUSED), "stop", ["failed", "skipped"], [3, 0]),
        (ended(RuntimeError("a bug")), "continue", ["failed", "done"], [70, 0]),
    ],
)
def test_each_step_is_isolated_from_the_errors_of_the_others(
    first: Do, then: str, states: list[str], codes: list[int]
) -> None:
    given = job(steps="check, report", more=f"on_failure: {then}")
    told: list[StepDone] = []
    do_steps(given, DUE, {"check": first, "report": ended()}, told.append)
    assert [step.state for step in told] == states
    assert [step.code for step in told] == codes


def test_a_step_says_what_it_did_and_what_it_could_not_do() -> None:
    told: list[StepDone] = []
    do_steps(job(), DUE, {"check": ended(None, BUSY)}, told.append)
    assert told[0].note.en == "done; open by 张三"
