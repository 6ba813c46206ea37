"""The database file of a project: how it is opened, upgraded, guarded, copied and put back."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sheetsync.config.keeping import StateSettings
from sheetsync.errors import BusyError, SpecFileError, StateUnusableError
from sheetsync.model.audit import AuditEntry
from sheetsync.model.finding import Status
from sheetsync.model.past import Known
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.state import database as module
from sheetsync.state.address import FILE
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.memory import BookMemory
from sheetsync.state.tables import REVISION, metadata, revision
from sheetsync.state.upgrade import steps

DUMPS = Path(__file__).parents[2] / "data" / "state"
BOOK = "workbooks/进度.xlsx"
MONDAY, TUESDAY = datetime(2023, 10, 16, 9), datetime(2023, 10, 17, 9, 30, 15, 250000)
SNAPSHOT = Snapshot(
    taken=MONDAY, figures={"late": 1}, records={("progress", "XZB"): RecordState(Status.LATE)}
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")


@contextmanager
def raw(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as anybody might."""
    (folder / FILE).parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        yield connection
        connection.commit()


def old(folder: Path, number: int) -> None:
    """Put a database where an earlier program left it."""
    with raw(folder) as connection:
        connection.executescript((DUMPS / f"shape{number}.sql").read_text("utf-8"))


def filled(folder: Path) -> Database:
    database = Database(folder, today=lambda: MONDAY)
    BookHistory(database, BOOK).keep(SNAPSHOT)
    return database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestUpgrade:
    @pytest.mark.parametrize("number", [1, 2])
    def test_what_an_earlier_program_kept_is_kept(self, tmp_path: Path, number: int) -> None:
        old(tmp_path, number)
        memory = BookMemory(Database(tmp_path), BOOK)
        assert memory.past() == {
            ("progress", "state"): {
                "XZB20231001-01": Known("进行中", MONDAY),
                "XZB20231001-02": Known("受阻", TUESDAY, "进行中"),
            },
            ("progress", "due"): {
                "XZB20231001-01": Known("", MONDAY),
                "it's": Known("2023-10-31 18:00", MONDAY, ""),
            },
        }
        assert [(entry.at, entry.new_value) for entry in memory.audit()] == [
            (TUESDAY, "2023-10-16 18:00")
        ] * (number - 1)

    @pytest.mark.parametrize("number", [1, 2])
    def test_it_then_does_all_that_a_new_one_does(self, tmp_path: Path, number: int) -> None:
        old(tmp_path, number)
        history, memory = BookHistory(Database(tmp_path), BOOK), BookMemory(Database(tmp_path), BOOK)
        history.keep(SNAPSHOT)
        memory.record({}, [AuditEntry(**dict.fromkeys(AuditEntry.__slots__, "x") | {"at": MONDAY})])
        assert history.at(MONDAY) == SNAPSHOT
        assert len(memory.audit()) == number

    @pytest.mark.parametrize("number", [1, 2])
    def test_a_copy_is_kept_of_what_was_before(self, tmp_path: Path, number: int) -> None:
        old(tmp_path, number)
        BookMemory(Database(tmp_path, today=lambda: MONDAY), BOOK).past()
        with closing(
            sqlite3.connect(tmp_path / ".sheetsync/state-copies" / f"2023-10-16-000{number}.db")
        ) as copy:
            assert copy.execute("SELECT number FROM sheetsync_shape").fetchall() == [(number,)]

    def test_it_is_done_wholly_or_not_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The last step of the upgrade fails; the next program that can do it finds all as it was."""
        old(tmp_path, 1)
        migrations = steps()
        last = migrations.get_revision(REVISION).module

        def broken() -> None:
            last.upgrade()
            raise sqlite3.OperationalError

        script = migrations.get_revision(REVISION)
        monkeypatch.setattr(script, "module", type("Step", (), {"upgrade": staticmethod(broken)}))
        monkeypatch.setattr("sheetsync.state.upgrade.steps", lambda: migrations)
        with pytest.raises(sqlite3.OperationalError):
            BookMemory(Database(tmp_path), BOOK).past()
        with raw(tmp_path) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        assert sorted(names) == [("sheetsync_cells",), ("sheetsync_shape",)]

    def test_all_migrations_together_make_the_tables_that_the_program_uses(self, tmp_path: Path) -> None:
        with Database(tmp_path).reading() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": revision.name})
            assert compare_metadata(context, metadata) == []
        assert steps().get_current_head() == REVISION

    def test_who_waited_for_another_run_to_do_it_does_not_do_it_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When it looked first there was nothing yet; when its turn comes, all is there."""
        filled(tmp_path)
        found = [None, REVISION]
        monkeypatch.setattr(module, "_revision", lambda _: found.pop(0))
        assert BookHistory(Database(tmp_path), BOOK).at(MONDAY) == SNAPSHOT

    def test_programs_without_migrations_refuse_it(self, tmp_path: Path) -> None:
        """They know the shapes 1 and 2."""
        filled(tmp_path)
        with raw(tmp_path) as connection:
            assert connection.execute("SELECT number FROM sheetsync_shape").fetchall() == [(3,)]

    @pytest.mark.parametrize("later", [f"{int(REVISION) + 1:04}", "9999", "ab12"])
    def test_a_database_of_a_newer_program_is_refused(self, tmp_path: Path, later: str) -> None:
        filled(tmp_path)
        with raw(tmp_path) as connection:
            connection.execute("UPDATE sheetsync_revision SET version_num = ?", (later,))
        with pytest.raises(StateUnusableError, match="newer") as caught:
            BookMemory(Database(tmp_path), BOOK).past()
        assert caught.value.exit_code == 2

    def test_a_present_database_is_opened_without_the_migration_tool(self, tmp_path: Path) -> None:
        """Its import takes as long as all the rest."""
        filled(tmp_path)
        code = (
            "import sys; from pathlib import Path\n"
            "from sheetsync.state.database import Database\n"
            "from sheetsync.state.memory import BookMemory\n"
            "BookMemory(Database(Path(sys.argv[1])), 'x').past()\n"
            "print('alembic' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "False"


class TestOpening:
    def test_what_was_committed_outlives_a_power_failure(self, tmp_path: Path) -> None:
        with filled(tmp_path).reading() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}

    @POSIX
    def test_nobody_else_can_read_the_file_or_its_copies(self, tmp_path: Path) -> None:
        database = filled(tmp_path)
        assert database.file is not None
        assert mode(database.file) == 0o600
        copies = tmp_path / ".sheetsync" / "state-copies"
        assert [mode(path) for path in (copies, *copies.iterdir())] == [0o700, 0o600]

    @POSIX
    def test_a_file_that_others_could_read_is_closed_to_them(self, tmp_path: Path) -> None:
        old(tmp_path, 2)
        (tmp_path / FILE).chmod(0o644)
        BookMemory(Database(tmp_path), BOOK).past()
        assert mode(tmp_path / FILE) == 0o600

    def test_many_runs_may_open_a_new_one_at_once(self, tmp_path: Path) -> None:
        def keep(number: int) -> None:
            BookHistory(Database(tmp_path), f"{number}.xlsx").keep(SNAPSHOT)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(keep, range(8)))
        assert [BookHistory(Database(tmp_path), f"{number}.xlsx").at(MONDAY) for number in range(8)] == [
            SNAPSHOT
        ] * 8

    def test_one_run_reads_while_another_writes(self, tmp_path: Path) -> None:
        database = filled(tmp_path)
        with database.writing():
            assert BookHistory(Database(tmp_path), BOOK).at(MONDAY) == SNAPSHOT

    def test_who_waits_too_long_to_write_is_told_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        database = filled(tmp_path)
        monkeypatch.setattr(module, "_PATIENCE", 0)
        # Engines are kept from one database to the next; this one must not be.
        monkeypatch.setattr(module, "_engine_of", module._engine_of.__wrapped__)  # noqa: SLF001 - as above
        with database.writing(), pytest.raises(BusyError, match="Another run"):
            BookHistory(Database(tmp_path), "b.xlsx").keep(SNAPSHOT)

    @pytest.mark.parametrize("url", ["nosuchdb://x", "postgresql+nosuchdriver://x/y"])
    def test_a_kind_of_database_that_is_none_is_a_mistake_in_the_settings(
        self, tmp_path: Path, url: str
    ) -> None:
        with pytest.raises(SpecFileError, match=r"\[state\] url"):
            BookMemory(Database(tmp_path, StateSettings(url=url)), BOOK).past()

    def test_a_driver_that_is_missing_is_named_with_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(SpecFileError, match=r"sheetsync\[postgresql\]"):
            BookMemory(Database(tmp_path, StateSettings(url="postgresql://x@localhost/y")), BOOK).past()

    def test_a_file_of_sqlite_can_be_named(self, tmp_path: Path) -> None:
        """From the project folder on, wherever the program was called."""
        settings = StateSettings(url="sqlite:///other.db")
        BookHistory(Database(tmp_path, settings), BOOK).keep(SNAPSHOT)
        assert BookHistory(Database(tmp_path, settings), BOOK).at(MONDAY) == SNAPSHOT
        assert sorted(path.name for path in tmp_path.iterdir()) == ["other-copies", "other.db"]


def spoil(file: Path, what: str) -> None:
    if what == "gone":
        file.unlink()
    elif what == "empty":
        file.write_bytes(b"")
    elif what == "no database":
        file.write_bytes(b"not a database, but quite long enough to look at" * 100)
    else:
        content = file.read_bytes()
        file.write_bytes(content[:4096] + bytes(len(content) - 4096))


class TestDamage:
    @pytest.mark.parametrize("what", ["gone", "empty", "no database", "zeroes"])
    def test_nothing_is_begun_anew_and_the_last_copy_is_named(self, tmp_path: Path, what: str) -> None:
        """Else everything would be found, and sent, once more."""
        filled(tmp_path)
        spoil(tmp_path / FILE, what)
        before = (tmp_path / FILE).read_bytes() if what != "gone" else None
        for act in (BookMemory(Database(tmp_path), BOOK).past, lambda: filled(tmp_path)):
            with pytest.raises(StateUnusableError, match=r"state-copies.2023-10-16\.db") as caught:
                act()
            assert caught.value.exit_code == 2
        assert before == ((tmp_path / FILE).read_bytes() if what != "gone" else None)

    @pytest.mark.parametrize("what", ["gone", "empty", "no database", "zeroes"])
    def test_the_copy_put_back_is_the_database_again(self, tmp_path: Path, what: str) -> None:
        database = filled(tmp_path)
        assert database.file is not None
        spoil(database.file, what)
        database.file.write_bytes((tmp_path / ".sheetsync/state-copies/2023-10-16.db").read_bytes())
        assert BookHistory(Database(tmp_path), BOOK).at(MONDAY) == SNAPSHOT

    def test_a_damaged_file_without_a_copy_is_refused_all_the_same(self, tmp_path: Path) -> None:
        old(tmp_path, 1)
        spoil(tmp_path / FILE, "no database")
        with pytest.raises(StateUnusableError, match="no copy of it yet"):
            BookMemory(Database(tmp_path), BOOK).past()

    @pytest.mark.parametrize("name", ["sheetsync_cells", "ix_sheetsync_audit_at"])
    def test_damage_that_a_run_does_not_meet_is_found_before_the_next_copy(
        self, tmp_path: Path, name: str
    ) -> None:
        """In what is copied, and in what a copy would be made without."""
        database = filled(tmp_path)
        assert database.file is not None
        with raw(tmp_path) as connection:
            root = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            (page,) = connection.execute(root, (name,)).fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        with database.file.open("rb+") as file:
            file.seek((page - 1) * size)
            file.write(bytes(size))
        later = Database(tmp_path, today=lambda: MONDAY + timedelta(days=1))
        with pytest.raises(StateUnusableError, match="damaged"):
            BookHistory(later, BOOK).keep(Snapshot(taken=TUESDAY))
        assert [path.name for path in (tmp_path / ".sheetsync/state-copies").iterdir()] == ["2023-10-16.db"]


class TestCopies:
    def test_there_is_one_a_day_and_the_last_ones_stay(self, tmp_path: Path) -> None:
        for number in range(5):
            today = MONDAY + timedelta(days=number // 2)
            database = Database(tmp_path, StateSettings(copies=2), today=lambda today=today: today)
            BookHistory(database, BOOK).keep(Snapshot(taken=MONDAY + timedelta(hours=number)))
        names = sorted(path.name for path in (tmp_path / ".sheetsync/state-copies").iterdir())
        assert names == ["2023-10-17.db", "2023-10-18.db"]

    def test_what_a_killed_run_left_goes_the_next_day(self, tmp_path: Path) -> None:
        filled(tmp_path)
        (tmp_path / ".sheetsync/state-copies/2023-10-15.part").write_bytes(b"half")
        database = Database(tmp_path, today=lambda: TUESDAY)
        BookHistory(database, BOOK).keep(Snapshot(taken=TUESDAY))
        names = sorted(path.name for path in (tmp_path / ".sheetsync/state-copies").iterdir())
        assert names == ["2023-10-16.db", "2023-10-17.db"]

    def test_a_copy_that_cannot_be_made_does_not_undo_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: Any, **__: Any) -> bool:  # noqa: ANN401 - whatever it is called with
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(module, "copy", full)
        assert BookHistory(filled(tmp_path), BOOK).at(MONDAY) == SNAPSHOT

    def test_damage_that_is_met_while_copying_is_no_reason_to_go_on(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> bool:  # noqa: ANN401 - whatever it is called with
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error

        monkeypatch.setattr(module, "copy", broken)
        with pytest.raises(StateUnusableError, match="damaged"):
            filled(tmp_path)
