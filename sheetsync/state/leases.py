"""Who may do alone what nobody else may do meanwhile, kept in the project's database."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from sheetsync.model.lease import Lease
from sheetsync.state.database import Database
from sheetsync.state.tables import leases

LASTS = timedelta(seconds=90)
"""How long a lease holds; its owner renews it at a third of that."""

_LEASE = tuple(leases.c[name] for name in Lease.__slots__)


def _unknown(_: str) -> bool | None:
    return None


class ProjectLeases:
    """The leases of a project; meets the port Leases.

    A holder that can be asked is believed: it keeps the lease while it lives, however late it renews it, and
    loses it at once when it is dead. One that cannot be asked (another machine) loses it when it runs out.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
        gone: Tells of an owner whether it is dead; None where that cannot be known.
    """

    def __init__(self, database: Database, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._database = database
        self._gone = gone

    def take(self, name: str, owner: str, now: datetime) -> Lease:
        """Take a lease that nobody holds, or whose holder is dead; return it as it stands then."""
        with self._database.writing() as connection:
            known = _one(connection, name)
            if known is not None and known.owner != owner and self._lives(known, now):
                return known
            fence = 1 if known is None else known.fence + (known.owner != owner)
            lease = Lease(name=name, owner=owner, fence=fence, taken=now, until=now + LASTS)
            row = {field: getattr(lease, field) for field in Lease.__slots__}
            if known is None:
                connection.execute(insert(leases).values(row))
            else:
                connection.execute(update(leases).where(leases.c.name == name).values(row))
            return lease

    def renew(self, lease: Lease, now: datetime) -> bool:
        """Make a lease last longer; False if somebody else has taken it meanwhile."""
        with self._database.writing() as connection:
            longer = update(leases).where(_this(lease)).values(until=now + LASTS)
            return connection.execute(longer).rowcount == 1

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is somebody else's by now."""
        with self._database.writing() as connection:
            # The row stays, so that the fence goes on growing.
            connection.execute(update(leases).where(_this(lease)).values(owner="", until=lease.taken))

    def held(self, name: str, now: datetime) -> Lease | None:
        """Return a lease that somebody living holds, None if nobody does."""
        if self._database.absent:
            return None
        with self._database.reading() as connection:
            known = _one(connection, name)
        return known if known is not None and self._lives(known, now) else None

    def _lives(self, lease: Lease, now: datetime) -> bool:
        if not lease.owner:
            return False
        gone = self._gone(lease.owner)
        return lease.until > now if gone is None else not gone


def _this(lease: Lease) -> ColumnElement[bool]:
    return and_(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.fence == lease.fence)


def _one(connection: Connection, name: str) -> Lease | None:
    row = connection.execute(select(*_LEASE).where(leases.c.name == name)).mappings().one_or_none()
    return None if row is None else Lease(**row)
