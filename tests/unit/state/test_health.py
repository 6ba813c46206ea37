"""Looking at a database changes nothing in it."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.errors import StateUnusableError
from sheetsync.model.health import DatabaseHealth
from sheetsync.model.snapshot import Snapshot
from sheetsync.state.address import FILE
from sheetsync.state.database import Database
from sheetsync.state.health import examine
from sheetsync.state.history import BookHistory
from sheetsync.state.tables import REVISION

MONDAY = datetime(2023, 10, 16, 9)


def look(folder: Path) -> DatabaseHealth:
    return examine(folder, StateSettings(), {})


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    database = Database(tmp_path, today=lambda: MONDAY)
    BookHistory(database, "a.xlsx").keep(Snapshot(taken=MONDAY, figures={"late": 1}))
    return tmp_path


def test_a_sound_one_with_its_copy(filled: Path) -> None:
    found = look(filled)
    assert (found.absent, found.revision, found.newer, found.sound) == (False, REVISION, False, True)
    assert found.copy is not None
    assert found.copy.sound


def test_where_nothing_was_kept_looking_makes_no_file(tmp_path: Path) -> None:
    assert look(tmp_path).absent
    assert list(tmp_path.iterdir()) == []


def test_an_old_one_is_not_upgraded(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    dump = Path(__file__).parents[2] / "data" / "state" / "shape2.sql"
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    before = (tmp_path / FILE).read_bytes()
    assert look(tmp_path).revision == "0000"
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("later", ["9999", "ab12"])
def test_one_of_a_newer_program_is_told(filled: Path, later: str) -> None:
    with closing(sqlite3.connect(filled / FILE)) as connection:
        connection.execute("UPDATE sheetsync_revision SET version_num = ?", (later,))
        connection.commit()
    assert look(filled).newer


def test_a_damaged_one_is_refused(filled: Path) -> None:
    (filled / FILE).write_bytes(b"SQLite format 3\0" + b"\7" * 4000)
    for beside in ("-wal", "-shm"):
        (filled / f"{FILE}{beside}").unlink(missing_ok=True)
    with pytest.raises(StateUnusableError, match="damaged"):
        look(filled)


def test_a_damaged_copy_is_told(filled: Path) -> None:
    (copy,) = (filled / ".sheetsync" / "state-copies").iterdir()
    copy.write_bytes(b"x" * 4000)
    found = look(filled)
    assert found.copy is not None
    assert not found.copy.sound


def test_one_that_is_gone_although_it_was_copied_is_refused(filled: Path) -> None:
    (filled / FILE).unlink()
    with pytest.raises(StateUnusableError, match="gone or empty"):
        look(filled)
