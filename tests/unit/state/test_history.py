"""The history of a workbook: what it writes, what it forgets, and how little room it takes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from sheetsync.config.keeping import StateSettings
from sheetsync.errors import StateUnusableError
from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.state import upkeep
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.tables import runs, states
from sheetsync.testing import MemoryHistory

MONDAY = datetime(2023, 10, 16, 9)
DAY = timedelta(days=1)
NUMBERS = count()
OPEN, LATE, DONE = (
    RecordState(Status.NORMAL, progress=40.0),
    RecordState(Status.LATE),
    RecordState(Status.DONE),
)


def of(taken: datetime, *found: RecordState | None) -> Snapshot:
    records = {("progress", f"XZB{number}"): state for number, state in enumerate(found) if state is not None}
    return Snapshot(taken=taken, figures={"remaining": len(records)}, records=records)


def rows(database: Database) -> tuple[int, int]:
    """Return how many runs and how many states are kept."""
    with database.reading() as connection:
        kept = [
            connection.execute(select(func.count(table.c.number))).scalar_one() for table in (runs, states)
        ]
    return kept[0], kept[1]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database for many workbooks."""
    return Database(tmp_path_factory.mktemp("project"))


STATES = st.sampled_from([None, OPEN, LATE, DONE])
RUNS = st.lists(
    st.builds(
        lambda number, one, other: of(MONDAY + number * DAY / 3, one, other),
        st.integers(0, 6),
        STATES,
        STATES,
    ),
    max_size=7,
)


@given(told=RUNS)
@settings(max_examples=20)
def test_whatever_order_runs_come_in_all_of_them_are_kept(
    lasting: Database, told: Sequence[Snapshot]
) -> None:
    """Late ones, and one clock that comes twice with something else."""
    history, whole = BookHistory(lasting, f"{next(NUMBERS)}.xlsx"), MemoryHistory()
    for run in told:
        history.keep(run)
        whole.keep(run)
    for run in told:
        assert history.at(run.taken) == whole.at(run.taken)
    assert history.figures(MONDAY + DAY) == whole.figures(MONDAY + DAY)


def test_a_record_that_stays_as_it_is_takes_one_row_however_many_runs_see_it(tmp_path: Path) -> None:
    """And so does one that a late run found no different."""
    database = Database(tmp_path)
    history = BookHistory(database, "a.xlsx")
    for number in (0, 1, 2, 3, 7, 5):
        history.keep(of(MONDAY + number * DAY, OPEN, LATE))
    assert rows(database) == (6, 2)


def test_only_what_changed_takes_another_row(tmp_path: Path) -> None:
    database = Database(tmp_path)
    history = BookHistory(database, "a.xlsx")
    history.keep(of(MONDAY, OPEN, OPEN, OPEN))
    history.keep(of(MONDAY + DAY, OPEN, LATE, None))
    assert rows(database) == (2, 4)


def test_a_correction_that_is_taken_back_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(tmp_path)
    history = BookHistory(database, "a.xlsx")
    for number, state in ((0, OPEN), (2, OPEN), (1, LATE), (1, OPEN)):
        history.keep(of(MONDAY + number * DAY, state))
    assert rows(database) == (3, 1)


def test_the_same_snapshot_again_writes_nothing(tmp_path: Path) -> None:
    """Not a byte: another run may be reading."""
    database = Database(tmp_path)
    BookHistory(database, "a.xlsx").keep(of(MONDAY, OPEN))
    assert database.file is not None
    before = database.file.read_bytes(), database.file.stat().st_mtime_ns
    BookHistory(Database(tmp_path), "a.xlsx").keep(of(MONDAY, OPEN))
    assert (database.file.read_bytes(), database.file.stat().st_mtime_ns) == before


def test_a_snapshot_is_kept_wholly_or_not_at_all(tmp_path: Path) -> None:
    """Its last record cannot be stored."""
    history, first = BookHistory(Database(tmp_path), "a.xlsx"), of(MONDAY, OPEN, OPEN)
    history.keep(first)
    broken = OPEN._replace(progress=object())  # type: ignore[arg-type] # no number
    with pytest.raises(StateUnusableError):
        history.keep(of(MONDAY + DAY, LATE, broken))
    assert history.at(MONDAY + DAY) == first


def aged(folder: Path, today: datetime) -> Database:
    return Database(folder, StateSettings(days=400), today=lambda: today)


def test_runs_of_more_than_400_days_ago_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step by step; what the remaining ones saw stays, however long ago it was first seen."""
    monkeypatch.setattr(upkeep, "_STEP", 1)
    database = aged(tmp_path, MONDAY + 500 * DAY)
    history = BookHistory(database, "a.xlsx")
    history.keep(of(MONDAY, OPEN, OPEN))
    history.keep(of(MONDAY + DAY, LATE, OPEN))
    history.keep(of(MONDAY + 2 * DAY, LATE, OPEN))
    newest = of(MONDAY + 402 * DAY, LATE, OPEN)
    history.keep(newest)
    assert history.at(MONDAY + DAY) is None
    assert history.at(MONDAY + 2 * DAY) == of(MONDAY + 2 * DAY, LATE, OPEN)
    assert history.at(newest.taken) == newest
    assert rows(database) == (2, 2)


def test_a_run_told_after_its_time_was_forgotten_does_no_harm(tmp_path: Path) -> None:
    history = BookHistory(aged(tmp_path, MONDAY + 500 * DAY), "a.xlsx")
    for number in (0, 402, 1):
        history.keep(of(MONDAY + number * DAY, OPEN))
    assert history.at(MONDAY + DAY) is None
    assert history.at(MONDAY + 402 * DAY) == of(MONDAY + 402 * DAY, OPEN)


def test_a_run_for_a_day_far_off_forgets_nothing(tmp_path: Path) -> None:
    """`--now` of a year that has not come."""
    history = BookHistory(aged(tmp_path, MONDAY), "a.xlsx")
    history.keep(of(MONDAY, OPEN))
    history.keep(of(MONDAY + 4000 * DAY, OPEN))
    assert history.at(MONDAY) == of(MONDAY, OPEN)


def test_a_project_that_rests_forgets_nothing(tmp_path: Path) -> None:
    history = BookHistory(aged(tmp_path, MONDAY + 4000 * DAY), "a.xlsx")
    history.keep(of(MONDAY, OPEN))
    history.keep(of(MONDAY + DAY, OPEN))
    assert history.at(MONDAY) == of(MONDAY, OPEN)


@pytest.mark.parametrize("ask", [lambda it: it.at(MONDAY), lambda it: it.figures(MONDAY)])
def test_asking_makes_no_file(tmp_path: Path, ask: Callable[[BookHistory], object]) -> None:
    database = Database(tmp_path)
    assert not ask(BookHistory(database, "a.xlsx"))
    assert not list(tmp_path.iterdir())
