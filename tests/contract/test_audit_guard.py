"""The audit trail is only ever added to, whatever the database is."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from sheetsync.config.keeping import StateSettings
from sheetsync.errors import StateUnusableError
from sheetsync.model.snapshot import Snapshot
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.tables import audit

TODAY = datetime.now().replace(microsecond=0)
DAY = timedelta(days=1)
AGES = (0, 170, 200, 500)
"""Days ago."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The address of a database; None for a file."""
    found: str | None = None
    if request.param == "postgresql":
        found = request.getfixturevalue("empty_postgres")
    return found


def filled(folder: Path, url: str | None, audit_days: int | None = None) -> Database:
    database = Database(folder, StateSettings(url=url, audit_days=audit_days))
    words = dict.fromkeys(
        ("source", "actor", "book", "table", "record_id", "field", "old_value", "new_value", "rule", "cause"),
        "x",
    )
    with database.writing() as connection:
        connection.execute(insert(audit), [words | {"at": TODAY - age * DAY} for age in AGES])
    return database


def ages(database: Database) -> list[int]:
    with database.reading() as connection:
        return sorted((TODAY - at).days for (at,) in connection.execute(select(audit.c.at)))


def test_no_row_is_ever_changed(tmp_path: Path, url: str | None) -> None:
    database = filled(tmp_path, url)
    with pytest.raises(StateUnusableError, match="never changed"), database.writing() as connection:
        connection.execute(update(audit).where(audit.c.at < TODAY - 400 * DAY).values(new_value="y"))


def test_no_young_row_is_deleted(tmp_path: Path, url: str | None) -> None:
    database = filled(tmp_path, url)
    with pytest.raises(StateUnusableError, match="180 days"), database.writing() as connection:
        connection.execute(delete(audit).where(audit.c.at > TODAY - 175 * DAY))
    assert ages(database) == list(AGES)


def test_the_table_is_not_emptied_at_once(tmp_path: Path, empty_postgres: str) -> None:
    """SQLite knows no such statement."""
    database = filled(tmp_path, empty_postgres)
    with pytest.raises(StateUnusableError), database.writing() as connection:
        connection.execute(text("TRUNCATE sheetsync_audit"))
    assert ages(database) == list(AGES)


@pytest.mark.parametrize(
    ("days", "left"), [(None, [0, 170, 200, 500]), (400, [0, 170, 200]), (180, [0, 170])]
)
def test_it_is_kept_as_long_as_the_settings_say(
    tmp_path: Path, url: str | None, days: int | None, left: list[int]
) -> None:
    database = filled(tmp_path, url, days)
    BookHistory(database, "a.xlsx").keep(Snapshot(taken=TODAY, figures={}))
    assert ages(database) == left
