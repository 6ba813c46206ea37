"""What a project's database needs once a day: what is too old goes, and a copy is made of the rest."""

from datetime import datetime, time, timedelta

from sqlalchemy import Column, Table, and_, delete, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from sheetsync.state.database import Database
from sheetsync.state.tables import audit, messages, reminders, runs, states, ticks
from sheetsync.state.ticks import ProjectTicks

_STEP = 1000
"""Rows that go in one transaction; other runs wait no longer than that takes."""

_AGEING: dict[Table, tuple[Column[datetime], ColumnElement[bool]]] = {
    runs: (runs.c.taken, true()),
    # Whatever waits or is in doubt stays until somebody has settled it.
    messages: (messages.c.changed, messages.c.state.in_(("sent", "refused"))),
    reminders: (reminders.c.at, reminders.c.acted_at.is_not(None)),
    ticks: (ticks.c.due, ticks.c.state.in_(("done", "failed", "missed"))),
    audit: (audit.c.at, true()),
}
"""What ages: the time that it ages by, and what of it may go."""

_SPAN = select(
    select(func.max(runs.c.taken)).scalar_subquery(),
    *(select(func.min(age)).where(gone).scalar_subquery() for age, gone in _AGEING.values()),
)
"""The last run, and the oldest that may go of each table: one question instead of six after each workbook."""


def tend(database: Database) -> None:
    """Do what is to be done today and was not done yet.

    Raises:
        StateUnusableError: The database is damaged, or cannot be used.
        BusyError: Another run did not get done with it.
    """
    _forget(database)
    database.copy(f"{database.today():%Y-%m-%d}")


def _forget(database: Database) -> None:
    """Drop what is of more days ago than the settings say."""
    with database.reading() as connection:
        newest, *first_times = connection.execute(_SPAN).one()
    if newest is None:
        return
    today, settings = database.today(), database.settings
    limit = _limit(newest, today, settings.days)
    limits: dict[Table, datetime | None] = dict.fromkeys(_AGEING, limit)
    limits[audit] = None if settings.audit_days is None else _limit(newest, today, settings.audit_days)
    for (table, (age, gone)), first in zip(_AGEING.items(), first_times, strict=True):
        # The limit moves at midnight, so that this is work for the first run of a day only.
        before = limits[table]
        if before is None or first is None or first >= before:
            continue
        if table is ticks:
            ProjectTicks(database).forget(before)
            continue
        _drop(database, table, and_(gone, age < before))
        if table is runs:
            # What ended by then was seen by no later run.
            _drop(database, states, states.c.until <= before)


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
