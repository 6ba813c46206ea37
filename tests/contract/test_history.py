"""What everything that keeps the history of a workbook must do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count, permutations

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.ports import History
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.testing import MemoryHistory

MONDAY = datetime(2023, 10, 16, 9)
DAY = timedelta(days=1)
FIRST, SECOND = ("progress", "XZB20231001-01"), ("issues", "WT20231001")
OPEN = RecordState(
    Status.RISK,
    progress=62.5,
    start=MONDAY - 7 * DAY,
    due=MONDAY + DAY,
    owner="张三",
    department="研发一部",
    name="物料到料 'x'; --",
    rules=("T16", "D1"),
)
DONE = RecordState(Status.DONE, finished=True)

New = Callable[[], History]
"""Returns the history of a workbook that nothing was kept of."""


@pytest.fixture(params=["memory", "sqlite", "postgresql"], scope="session")
def new(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> New:
    """Each kind of store in turn."""
    if request.param == "memory":
        return MemoryHistory
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(tmp_path_factory.mktemp("project"), StateSettings(url=url, days=36_600))
    numbers = count()
    return lambda: BookHistory(database, f"{next(numbers)}.xlsx")


def snapshot(taken: datetime, *states: RecordState | None, late: float = 0) -> Snapshot:
    records = {key: state for key, state in zip((FIRST, SECOND), states, strict=False) if state is not None}
    return Snapshot(taken=taken, figures={"late": late, "剩余": 3}, records=records)


def test_of_a_new_workbook_nothing_is_known(new: New) -> None:
    history = new()
    assert history.at(MONDAY) is None
    assert list(history.figures(MONDAY)) == []


def test_a_snapshot_comes_back_as_it_was(new: New) -> None:
    """With everything that a record can say."""
    history, kept = new(), snapshot(MONDAY, OPEN, DONE)
    history.keep(kept)
    assert history.at(MONDAY) == kept


def test_nothing_is_known_of_the_time_before_the_first_run(new: New) -> None:
    history = new()
    history.keep(snapshot(MONDAY, OPEN))
    assert history.at(MONDAY - timedelta(microseconds=1)) is None


def test_between_two_runs_the_earlier_one_holds(new: New) -> None:
    history, earlier = new(), snapshot(MONDAY, OPEN, DONE)
    history.keep(earlier)
    history.keep(snapshot(MONDAY + 2 * DAY, DONE, DONE))
    assert history.at(MONDAY + DAY) == earlier


def test_a_record_that_vanishes_and_comes_back_is_missing_in_between(new: New) -> None:
    history = new()
    runs = [
        snapshot(MONDAY, OPEN, DONE),
        snapshot(MONDAY + DAY, None, DONE),
        snapshot(MONDAY + 2 * DAY, OPEN, DONE),
    ]
    for run in runs:
        history.keep(run)
    assert [history.at(run.taken) for run in runs] == runs


def test_the_same_clock_twice_keeps_the_later_one(new: New) -> None:
    history = new()
    history.keep(snapshot(MONDAY, OPEN, late=1))
    history.keep(snapshot(MONDAY, None, DONE, late=2))
    assert history.at(MONDAY) == snapshot(MONDAY, None, DONE, late=2)
    assert len(history.figures(MONDAY)) == 1


def test_an_older_run_changes_nothing_that_came_after_it(new: New) -> None:
    """Someone looks at last week with --now."""
    history, newest = new(), snapshot(MONDAY, OPEN, DONE)
    history.keep(newest)
    history.keep(snapshot(MONDAY - 7 * DAY, DONE))
    assert history.at(MONDAY) == newest
    assert history.at(MONDAY - DAY) == snapshot(MONDAY - 7 * DAY, DONE)


def test_of_each_day_the_last_run_tells_its_figures(new: New) -> None:
    """Without the records, oldest first, from a time on."""
    history = new()
    hours = [-30, 0, 3, 8, 24, 26]
    for number, hour in enumerate(hours):
        history.keep(snapshot(MONDAY + timedelta(hours=hour), OPEN, late=number))
    assert [(one.taken, one.figures["late"], one.records) for one in history.figures(MONDAY)] == [
        (MONDAY + timedelta(hours=8), 3, {}),
        (MONDAY + timedelta(hours=26), 5, {}),
    ]


def test_each_workbook_has_a_history_of_its_own(new: New) -> None:
    one, other = new(), new()
    one.keep(snapshot(MONDAY, OPEN))
    assert other.at(MONDAY) is None
    assert list(other.figures(MONDAY)) == []


def test_in_any_order_it_is_the_same_as_a_list_of_all_snapshots(new: New) -> None:
    """In some of the orders of four runs, of which one comes twice with something else in it."""
    runs = [
        snapshot(MONDAY, OPEN, DONE),
        snapshot(MONDAY + DAY, OPEN, None),
        snapshot(MONDAY + DAY, DONE, DONE),
        snapshot(MONDAY + 2 * DAY, OPEN, DONE),
    ]
    for order in list(permutations(runs))[::5]:
        history, whole = new(), MemoryHistory()
        for run in order:
            history.keep(run)
            whole.keep(run)
        for run in runs:
            assert history.at(run.taken) == whole.at(run.taken)
