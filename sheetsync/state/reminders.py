"""Who was reminded of what, kept in the project's database: the reminder ledger (spec B6)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update

from sheetsync.model.reminder import Reminder, ToldState
from sheetsync.state.database import Database
from sheetsync.state.tables import reminders as rows

_FIELDS = tuple(rows.c[name] for name in Reminder.__slots__)


class ProjectLedger:
    """What a project keeps of its reminders; meets the port Ledger.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, since: date) -> Sequence[Reminder]:
        """Return the reminders of that day or later, and all whose matter is still open, the oldest first."""
        return self._found(or_(rows.c.day >= since, rows.c.acted_at.is_(None)))

    def told(self, since: date | None = None) -> Sequence[Reminder]:
        """Return what left, or may have left, on that day or later, the oldest first: the rows of form B6."""
        left = rows.c.state != "held"
        return self._found(left if since is None else and_(left, rows.c.day >= since))

    def claim(self, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
        """Enter reminders as held; return those that nobody had entered. Committed before this returns."""
        entered: list[Reminder] = []
        with self._database.writing() as connection:
            # Only one transaction writes at a time: what is not there now, nobody enters meanwhile.
            for one in reminders:
                if connection.execute(select(rows.c.number).where(_this(one))).first() is None:
                    held = replace(one, state="held")
                    values = {name: getattr(held, name) for name in Reminder.__slots__}
                    connection.execute(insert(rows).values(values))
                    entered.append(held)
        return entered

    def settle(self, reminders: Sequence[Reminder], state: ToldState, channel: str, at: datetime) -> None:
        """Write down what became of claimed or doubtful reminders."""
        with self._database.writing() as connection:
            for one in reminders:
                became = {"state": state, "channel": channel, "at": at}
                connection.execute(update(rows).where(_open(one)).values(became))

    def release(self, reminders: Sequence[Reminder]) -> None:
        """Take out claimed or doubtful reminders that did not leave; what left stays."""
        if reminders:
            with self._database.writing() as connection:
                for one in reminders:
                    connection.execute(delete(rows).where(_open(one)))

    def close(self, matters: Collection[str], at: datetime) -> int:
        """Write down that nothing is left to do on matters; return how many open reminders that were."""
        if not matters:
            return 0
        still = and_(rows.c.matter == bindparam("which"), rows.c.acted_at.is_(None))
        done = update(rows).where(still).values(acted_at=at)
        with self._database.writing() as connection:
            return sum(connection.execute(done, {"which": matter}).rowcount for matter in matters)

    def _found(self, which: ColumnElement[bool]) -> Sequence[Reminder]:
        if self._database.absent:
            return ()
        query = select(*_FIELDS).where(which).order_by(rows.c.at, rows.c.number)
        with self._database.reading() as connection:
            return tuple(Reminder(**row) for row in connection.execute(query).mappings())


def _this(one: Reminder) -> ColumnElement[bool]:
    return and_(rows.c.matter == one.matter, rows.c.receiver == one.receiver, rows.c.day == one.day)


def _open(one: Reminder) -> ColumnElement[bool]:
    return and_(_this(one), rows.c.state != "sent", rows.c.message == one.message)
