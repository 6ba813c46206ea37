"""Batches of new records on their way to Feishu, kept in the project's database (reliability, 14)."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from sheetsync.state.database import Database
from sheetsync.state.tables import batches

KEPT = timedelta(days=7)
"""How long a token is kept that nobody asked for again; Feishu does not tell how long it knows it."""


class ProjectJournal:
    """Remembers the tokens of a project's batches; meets the port Journal.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
        now: Tells the time, naive UTC.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def token(self, batch: str) -> tuple[str, bool]:
        """Return the token of a batch, committed before this returns; True where an attempt had it."""
        with self._database.writing() as connection:
            now = self._now()
            connection.execute(delete(batches).where(batches.c.at < now - KEPT))
            known = connection.execute(select(batches.c.token).where(batches.c.batch == batch)).scalar()
            if known is not None:
                return str(known), True
            token = str(uuid.uuid4())
            connection.execute(insert(batches).values(batch=batch, token=token, at=now))
            return token, False

    def settle(self, batch: str) -> None:
        """Forget a batch whose outcome is known."""
        with self._database.writing() as connection:
            connection.execute(delete(batches).where(batches.c.batch == batch))
