"""What a project's database needs once a day: what is too old goes, and a copy is made of the rest."""

from datetime import datetime, time, timedelta

from sqlalchemy import Table, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from sheetsync.state.database import Database
from sheetsync.state.tables import runs, states

_STEP = 1000
"""Rows that go in one transaction; other runs wait no longer than that takes."""


def tend(database: Database) -> None:
    """Do what is to be done today and was not done yet.

    Raises:
        StateUnusableError: The database is damaged, or cannot be used.
        BusyError: Another run did not get done with it.
    """
    _forget(database)
    database.copy(f"{database.today():%Y-%m-%d}")


def _forget(database: Database) -> None:
    """Drop the runs of more days ago than the settings say."""
    with database.reading() as connection:
        oldest, newest = connection.execute(select(func.min(runs.c.taken), func.max(runs.c.taken))).one()
    if oldest is None:
        return
    limit = _limit(newest, database.today(), database.settings.days)
    # The limit moves at midnight, so that this is work for the first run of a day only.
    if oldest >= limit:
        return
    _drop(database, runs, runs.c.taken < limit)
    # What ended by then was seen by no later run.
    _drop(database, states, states.c.until <= limit)


def _limit(newest: datetime, today: datetime, days: int) -> datetime:
    """Return the time before which runs are too old.

    Neither a project that rests nor a run for a day to come (`--now`) makes the past older than it is.
    """
    return datetime.combine(min(newest, today).date(), time.min) - timedelta(days=days)


def _drop(database: Database, table: Table, old: ColumnElement[bool]) -> None:
    some = select(table.c.number).where(old).limit(_STEP)
    dropped = _STEP
    while dropped == _STEP:
        with database.writing() as connection:
            dropped = connection.execute(delete(table).where(table.c.number.in_(some))).rowcount
