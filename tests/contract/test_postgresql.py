"""What is different where the project's database is on a server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, insert, text

from sheetsync.config.keeping import StateSettings
from sheetsync.errors import BusyError, StateUnusableError
from sheetsync.model.finding import Status
from sheetsync.model.past import Known
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.state import database as module
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.memory import BookMemory
from sheetsync.state.tables import cells, metadata, revision, shape
from sheetsync.state.upgrade import migrate

MONDAY = datetime(2023, 10, 16, 9)
SNAPSHOT = Snapshot(taken=MONDAY, records={("progress", "XZB"): RecordState(Status.LATE)})
SEEN = {("progress", "state"): {"a\x00\ud83d": Known("进行中", MONDAY)}}


@contextmanager
def raw(url: str) -> Iterator[Connection]:
    """Open the database as anybody might."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


@pytest.fixture
def database(empty_postgres: str, tmp_path: Path) -> Database:
    return Database(tmp_path, StateSettings(url=empty_postgres))


def test_what_was_seen_is_known_in_the_next_run(database: Database, tmp_path: Path) -> None:
    """Characters that the server does not take stop no run; nothing is put into the project folder."""
    memory = BookMemory(database, "a.xlsx")
    memory.record(SEEN)
    assert memory.past() == {("progress", "state"): {"a\ufffd\ufffd": Known("进行中", MONDAY)}}
    assert not list(tmp_path.iterdir())


def test_what_an_earlier_program_kept_is_kept(database: Database, empty_postgres: str) -> None:
    with raw(empty_postgres) as connection:
        migrate(connection, None, "0002")
        connection.execute(text(f"DROP TABLE {revision.name}"))
        connection.execute(insert(shape).values(number=2))
        row = {
            "book": "a.xlsx",
            "form": "progress",
            "field": "state",
            "key": "X",
            "value": "受阻",
            "since": MONDAY,
        }
        connection.execute(insert(cells).values(row))
    BookHistory(database, "a.xlsx").keep(SNAPSHOT)
    assert BookMemory(database, "a.xlsx").past() == {("progress", "state"): {"X": Known("受阻", MONDAY)}}
    assert BookHistory(database, "a.xlsx").at(MONDAY) == SNAPSHOT


def test_all_migrations_together_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": revision.name})
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_program_is_refused(
    database: Database, empty_postgres: str, tmp_path: Path
) -> None:
    BookMemory(database, "a.xlsx").past()
    with raw(empty_postgres) as connection:
        connection.execute(text("UPDATE sheetsync_revision SET version_num = '9999'"))
    with pytest.raises(StateUnusableError, match="newer"):
        BookMemory(Database(tmp_path, StateSettings(url=empty_postgres)), "a.xlsx").past()


def test_many_runs_may_open_a_new_one_at_once(empty_postgres: str, tmp_path: Path) -> None:
    def history(number: int) -> BookHistory:
        return BookHistory(Database(tmp_path, StateSettings(url=empty_postgres)), f"{number}.xlsx")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: history(number).keep(SNAPSHOT), range(4)))
    assert [history(number).at(MONDAY) for number in range(4)] == [SNAPSHOT] * 4


def test_who_waits_too_long_to_write_is_told_so(
    database: Database, empty_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BookMemory(database, "a.xlsx").past()
    monkeypatch.setattr(module, "_PATIENCE", "0.05")
    # Engines are kept from one database to the next; this one must not be.
    monkeypatch.setattr(module, "_engine_of", module._engine_of.__wrapped__)  # noqa: SLF001 - as above
    with database.writing(), pytest.raises(BusyError, match="Another run"):
        BookHistory(Database(tmp_path, StateSettings(url=empty_postgres)), "b.xlsx").keep(SNAPSHOT)


def test_a_server_that_is_not_there_is_said_in_one_line_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://pm:env:PM@/pm?host=/nowhere/at/all"
    database = Database(tmp_path, StateSettings(url=url), environ={"PM": "s3cret"})
    with pytest.raises(StateUnusableError) as caught:
        BookMemory(database, "a.xlsx").past()
    assert "s3cret" not in caught.value.say("zh")
    assert "\n" not in caught.value.say("zh")
