"""What everything that remembers the due moments of jobs must do, and what lets one at a time work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Thread

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.tick import Tick, TickState
from sheetsync.ports import Leases, Ticks
from sheetsync.state.database import Database
from sheetsync.state.leases import LASTS, ProjectLeases
from sheetsync.state.ticks import SILENCE, ProjectTicks
from sheetsync.testing import MemoryLeases, MemoryTicks
from tests.postgres import running

NOW = datetime(2026, 11, 20, 9)
MINUTE = timedelta(minutes=1)


@dataclass
class Place:
    """Ticks and leases of one kind, with the owners of whom it is known whether they live."""

    ticks: Ticks
    leases: Leases
    known: dict[str, bool]


New = Callable[[], Place]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with running() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgresql"], scope="session")
def new(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> New:
    """Each kind in turn; those in databases are new by the names of their jobs."""
    if request.param == "memory":

        def memory() -> Place:
            known: dict[str, bool] = {}
            return Place(MemoryTicks(known.get), MemoryLeases(known.get), known)

        return memory
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(tmp_path_factory.mktemp("project"), StateSettings(url=url))

    def stored() -> Place:
        known: dict[str, bool] = {}
        return Place(ProjectTicks(database, known.get), ProjectLeases(database, known.get), known)

    return stored


_numbers = count()


@pytest.fixture
def job() -> str:
    """A job that no other test knows."""
    return f"每日检查-{next(_numbers)}"


def states(ticks: Ticks, job: str) -> list[TickState]:
    return [run.state for run in ticks.runs(job)]


def opened(ticks: Ticks, job: str, now: datetime) -> list[datetime]:
    return [run.tick.due for run in ticks.open(now) if run.tick.job == job]


def test_a_tick_is_claimed_once(new: New, job: str) -> None:
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    assert ticks.claim(tick, "a", NOW)
    assert not ticks.claim(tick, "b", NOW)
    (run,) = ticks.runs(job)
    assert (run.tick, run.state, run.owner, run.tries, run.started) == (tick, "running", "a", 1, NOW)


def test_job_and_due_time_tell_ticks_apart(new: New, job: str) -> None:
    ticks = new().ticks
    ticks.claim(Tick(job=job, due=NOW), "a", NOW)
    assert ticks.claim(Tick(job=job, due=NOW + MINUTE), "a", NOW)
    assert ticks.claim(Tick(job=f"{job}2", due=NOW), "a", NOW)


def test_what_was_left_out_is_not_claimed_any_more(new: New, job: str) -> None:
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    assert ticks.drop(tick, note="太晚", now=NOW)
    assert not ticks.drop(tick, note="太晚", now=NOW)
    assert not ticks.claim(tick, "a", NOW)
    (run,) = ticks.runs(job)
    assert (run.state, run.note, run.tries) == ("missed", "太晚", 0)


def test_what_was_claimed_is_not_left_out(new: New, job: str) -> None:
    ticks = new().ticks
    ticks.claim(Tick(job=job, due=NOW), "a", NOW)
    assert not ticks.drop(Tick(job=job, due=NOW), note="", now=NOW)
    assert states(ticks, job) == ["running"]


@pytest.mark.parametrize("state", ["done", "failed", "later", "interrupted"])
def test_only_its_owner_settles_a_tick_and_only_once(new: New, job: str, state: TickState) -> None:
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    ticks.claim(tick, "a", NOW)
    assert not ticks.settle(tick, "b", "failed", note="", now=NOW)
    assert ticks.settle(tick, "a", state, note="3 个工作簿", now=NOW + MINUTE)
    assert not ticks.settle(tick, "a", "running", note="", now=NOW)
    (run,) = ticks.runs(job)
    assert (run.state, run.note, run.changed) == (state, "3 个工作簿", NOW + MINUTE)


def test_what_waits_is_taken_on_again_when_its_time_has_come(new: New, job: str) -> None:
    """By one only; its tries are counted."""
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    ticks.claim(tick, "a", NOW)
    ticks.settle(tick, "a", "later", note="打开着", now=NOW, again=NOW + MINUTE)
    assert opened(ticks, job, NOW) == []
    assert not ticks.retake(tick, "b", NOW)
    assert opened(ticks, job, NOW + MINUTE) == [NOW]
    assert ticks.retake(tick, "b", NOW + MINUTE)
    assert not ticks.retake(tick, "c", NOW + MINUTE)
    (run,) = ticks.runs(job)
    assert (run.state, run.owner, run.tries, run.again) == ("running", "b", 2, None)


@pytest.mark.parametrize("state", ["done", "failed", "missed"])
def test_what_is_settled_for_good_is_not_taken_on_again(new: New, job: str, state: TickState) -> None:
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    ticks.claim(tick, "a", NOW)
    ticks.settle(tick, "a", state, note="", now=NOW)
    assert not ticks.retake(tick, "b", NOW + MINUTE)
    assert opened(ticks, job, NOW + MINUTE) == []


def test_the_tick_of_an_owner_that_is_known_to_be_dead_is_interrupted_at_once(new: New, job: str) -> None:
    place = new()
    place.known["a"] = True
    place.ticks.claim(Tick(job=job, due=NOW), "a", NOW)
    assert opened(place.ticks, job, NOW) == [NOW]
    assert states(place.ticks, job) == ["interrupted"]
    assert not place.ticks.settle(Tick(job=job, due=NOW), "a", "done", note="", now=NOW)


def test_the_tick_of_an_owner_that_lives_stays_its_own(new: New, job: str) -> None:
    """However long it gave no sign: it was asked."""
    place = new()
    place.known["a"] = False
    place.ticks.claim(Tick(job=job, due=NOW), "a", NOW)
    assert opened(place.ticks, job, NOW + 100 * SILENCE) == []


def test_an_owner_that_cannot_be_asked_is_dead_when_it_is_silent_too_long(new: New, job: str) -> None:
    ticks = new().ticks
    tick = Tick(job=job, due=NOW)
    ticks.claim(tick, "a", NOW)
    assert ticks.renew(tick, "a", NOW + MINUTE)
    assert opened(ticks, job, NOW + MINUTE + SILENCE) == []
    assert opened(ticks, job, NOW + MINUTE + SILENCE + MINUTE) == [NOW]
    assert not ticks.renew(tick, "a", NOW + MINUTE)


def test_the_last_tick_is_the_one_due_last(new: New, job: str) -> None:
    ticks = new().ticks
    assert ticks.last(job) is None
    for minutes in (2, 0, 1):
        ticks.claim(Tick(job=job, due=NOW + minutes * MINUTE), "a", NOW)
    last = ticks.last(job)
    assert last is not None
    assert last.tick.due == NOW + 2 * MINUTE
    earlier = ticks.last(job, NOW + MINUTE)
    assert earlier is not None
    assert earlier.tick.due == NOW + MINUTE
    ticks.settle(Tick(job=job, due=NOW), "a", "done", note="", now=NOW)
    done = ticks.last(job, state="done")
    assert done is not None
    assert done.tick.due == NOW


def test_runs_are_told_the_latest_first_since_a_time(new: New, job: str) -> None:
    """A tick that was due before and was begun since is among them."""
    ticks = new().ticks
    for due, begun in ((0, 0), (1, 9), (5, 5)):
        ticks.claim(Tick(job=job, due=NOW + due * MINUTE), "a", NOW + begun * MINUTE)
    ticks.claim(Tick(job=f"{job}x", due=NOW + 7 * MINUTE), "a", NOW)
    assert [run.tick.due.minute for run in ticks.runs(job)] == [5, 1, 0]
    assert [run.tick.due.minute for run in ticks.runs(job, since=NOW + 3 * MINUTE)] == [5, 1]
    assert {run.tick.job for run in ticks.runs()} >= {job, f"{job}x"}


def test_of_two_programs_one_claims(tmp_path_factory: pytest.TempPathFactory, job: str) -> None:
    """Each with a connection of its own, at the same moment."""
    folder = tmp_path_factory.mktemp("project")
    ProjectTicks(Database(folder)).claim(Tick(job=f"{job}x", due=NOW), "a", NOW)
    together, won = Barrier(4), []

    def run(number: int) -> None:
        ticks = ProjectTicks(Database(folder))
        together.wait()
        won.append(ticks.claim(Tick(job=job, due=NOW), f"{number}", NOW))

    threads = [Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_reading_ticks_and_leases_makes_no_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("project")
    ticks, leases = ProjectTicks(Database(folder)), ProjectLeases(Database(folder))
    assert (ticks.runs(), ticks.open(NOW), ticks.last("x"), leases.held("serve", NOW)) == ((), (), None, None)
    assert list(folder.iterdir()) == []


def test_old_ticks_are_dropped_but_what_waits_and_the_last_of_a_job(
    tmp_path_factory: pytest.TempPathFactory, job: str
) -> None:
    ticks = ProjectTicks(Database(tmp_path_factory.mktemp("project")))
    for minutes, state in ((0, "done"), (1, "later"), (2, "failed"), (3, "done")):
        tick = Tick(job=job, due=NOW + minutes * MINUTE)
        ticks.claim(tick, "a", NOW)
        ticks.settle(tick, "a", state, note="", now=NOW)
    ticks.forget(NOW + 9 * MINUTE)
    assert states(ticks, job) == ["done", "later"]


def test_one_at_a_time_has_a_lease(new: New, job: str) -> None:
    leases = new().leases
    mine = leases.take(job, "a", NOW)
    assert mine.owner == "a"
    assert leases.take(job, "b", NOW) == mine
    assert leases.held(job, NOW) == mine
    leases.release(mine)
    assert leases.held(job, NOW) is None
    assert leases.take(job, "b", NOW).owner == "b"


def test_a_lease_of_a_dead_owner_is_taken_at_once(new: New, job: str) -> None:
    """Its fence has grown, so that the earlier one holds no more."""
    place = new()
    place.known["a"] = True
    first = place.leases.take(job, "a", NOW)
    assert place.leases.held(job, NOW) is None
    second = place.leases.take(job, "b", NOW)
    assert (second.owner, second.fence) == ("b", first.fence + 1)
    assert not place.leases.renew(first, NOW)
    place.leases.release(first)
    assert place.leases.take(job, "c", NOW) == second


def test_a_lease_of_an_owner_that_lives_is_never_taken(new: New, job: str) -> None:
    place = new()
    place.known["a"] = False
    place.leases.take(job, "a", NOW)
    assert place.leases.take(job, "b", NOW + 100 * LASTS).owner == "a"


def test_a_lease_of_an_owner_that_cannot_be_asked_runs_out_unless_it_is_renewed(new: New, job: str) -> None:
    leases = new().leases
    mine = leases.take(job, "a", NOW)
    assert leases.renew(mine, NOW + MINUTE)
    assert leases.take(job, "b", NOW + LASTS).owner == "a"
    assert leases.take(job, "b", NOW + MINUTE + LASTS).owner == "b"
    assert not leases.renew(mine, NOW + MINUTE + LASTS)


def test_who_has_a_lease_may_take_it_again(new: New, job: str) -> None:
    leases = new().leases
    assert leases.take(job, "a", NOW).fence == leases.take(job, "a", NOW + MINUTE).fence
