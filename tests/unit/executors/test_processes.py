"""Worker processes: results in order, and a worker that dies takes its own item only."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children

import pytest

from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.executors import choose, worker
from sheetsync.executors.processes import Processes


def doubled(item: int) -> int:
    return 2 * item


def deadly(item: int) -> int:
    """Kill the worker over two of the items, as a segmentation fault or the system would."""
    if item == 3:
        os._exit(7)
    if item == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * item


def slow_first(item: int) -> int:
    if item == 0:
        time.sleep(0.2)
    return item


def failing(item: int) -> int:
    if item == 1:
        raise ValueError("wrong")
    return item


def pid(_: int) -> int:
    return os.getpid()


def said(item: int, error: SheetSyncError) -> str:
    return f"{item}: {error.say('en')}"


@pytest.fixture(autouse=True)
def _nobody_stays() -> Iterator[None]:
    yield
    assert not active_children()


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(Processes(2, said).map(slow_first, range(12))) == list(range(12))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signals")
def test_a_worker_that_dies_costs_its_own_item_only() -> None:
    found = list(Processes(2, said).map(deadly, range(9)))
    lost = {place: one for place, one in enumerate(found) if isinstance(one, str)}
    assert lost.keys() == {3, 5}
    assert "exit code 7" in lost[3]
    assert "SIGKILL" in lost[5]
    assert [one for one in found if not isinstance(one, str)] == [0, 2, 4, 8, 12, 14, 16]


def test_every_worker_may_die_and_the_last_item_is_still_told() -> None:
    # The first comes to life; who kills all of them is still told apart from who cannot start any.
    found = list(Processes(2, said).map(deadly, [1, 3, 3, 3]))
    assert [str(one)[:2] for one in found] == ["2", "3:", "3:", "3:"]


def test_what_the_work_raises_is_raised_here_in_its_place() -> None:
    results = Processes(1, said).map(failing, range(3))
    assert next(results) == 0
    with pytest.raises(ValueError, match="wrong"):
        next(results)


def test_who_stops_asking_leaves_no_worker_behind() -> None:
    results = Processes(2, said).map(doubled, range(1000))
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined] - it is a generator


def test_a_large_worker_is_followed_by_a_fresh_one() -> None:
    """Each worker of this test thinks that it is too large after its first item."""
    assert len(set(Processes(1, said).map(large, range(3)))) == 3


def large(_: int) -> int:
    worker.MOST_BYTES = 1
    return os.getpid()


def test_one_worker_does_many_items() -> None:
    assert len(set(Processes(1, said).map(pid, range(5)))) == 1


def test_no_items_need_no_worker() -> None:
    assert list(Processes(2, said).map(doubled, [])) == []


class Unbearable:
    """Work that no worker can take in."""

    def __reduce__(self) -> "tuple[object, tuple[int]]":
        return os._exit, (3,)

    def __call__(self, item: int) -> int:
        return item


def test_where_no_worker_comes_to_life_it_is_said() -> None:
    with pytest.raises(UsageError, match="__main__") as told:
        list(Processes(2, said).map(Unbearable(), [1, 2]))
    assert "exit code 3" in told.value.say("en")


@pytest.mark.parametrize("spec", ["threads", "dask://", "dask"])
def test_there_are_no_other_executors(spec: str) -> None:
    with pytest.raises(UsageError, match="dask://HOST:PORT"):
        choose(spec, 1, said)


def test_no_jobs_mean_all_processors() -> None:
    assert list(choose(None, 0, said).map(doubled, [1])) == [2]


def size(_: int) -> int:
    return worker.peak()


def test_what_its_parent_held_does_not_make_a_worker_large() -> None:
    held = b"x" * (300 << 20)
    (peak,) = Processes(1, said).map(size, [0])
    assert 0 < peak < len(held)
