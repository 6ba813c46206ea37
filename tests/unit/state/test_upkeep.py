"""What ages in a project's database, and what never does."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from sheetsync.config.keeping import StateSettings
from sheetsync.model.snapshot import Snapshot
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.tables import messages, reminders, ticks

MONDAY = datetime(2023, 10, 16, 9)
OLD = MONDAY - timedelta(days=401)
YOUNG = MONDAY - timedelta(days=399)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path, StateSettings(days=400), today=lambda: MONDAY)


def tended(database: Database) -> None:
    BookHistory(database, "a.xlsx").keep(Snapshot(taken=MONDAY, figures={}))


def test_old_messages_go_but_none_that_waits_or_is_in_doubt(database: Database) -> None:
    states = ("pending", "sending", "sent", "refused", "doubt")
    rows = [
        {
            "key": f"{state} {age:%m-%d}", "recipient": "z@x.cn", "channel": "mail", "state": state,
            "digest": "", "facts": "[]", "tries": 1, "first": OLD, "changed": age, "reply": "",
        }
        for state in states
        for age in (OLD, YOUNG)
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(messages), rows)
    tended(database)
    with database.reading() as connection:
        left = {key for (key,) in connection.execute(select(messages.c.key))}
    gone = {row["key"] for row in rows} - left
    assert gone == {f"{state} {OLD:%m-%d}" for state in ("sent", "refused")}


def test_the_last_due_moment_of_a_job_stays(database: Database) -> None:
    rows = [
        {
            "job": job, "due": due, "state": state, "owner": "", "tries": 1, "started": due, "changed": due,
            "again": None, "note": "",
        }
        for job, due, state in (
            ("daily", OLD, "done"),
            ("daily", OLD - timedelta(days=1), "interrupted"),
            ("daily", YOUNG, "done"),
            ("yearly", OLD - timedelta(days=2), "done"),
        )
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(ticks), rows)
    tended(database)
    with database.reading() as connection:
        left = {(job, due) for job, due in connection.execute(select(ticks.c.job, ticks.c.due))}
    assert left == {("daily", YOUNG), ("daily", OLD - timedelta(days=1)), ("yearly", OLD - timedelta(days=2))}


def test_reminders_of_open_matters_stay(database: Database) -> None:
    rows = [
        {
            "matter": matter, "receiver": "王磊", "day": date(2022, 9, 1), "rung": 1, "level": "", "at": OLD,
            "message": "", "channel": "mail", "urgent": False, "state": "sent", "content": "", "book": "",
            "table": "", "record_id": "", "rule": "T16", "acted_at": acted,
        }
        for matter, acted in (("closed", OLD), ("open", None))
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(reminders), rows)
    tended(database)
    with database.reading() as connection:
        assert [matter for (matter,) in connection.execute(select(reminders.c.matter))] == ["open"]
