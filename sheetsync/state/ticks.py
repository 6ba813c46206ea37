"""Which due moments of jobs somebody took on, kept in the project's database, so that each has one effect."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from sheetsync.model.tick import Tick, TickRun, TickState
from sheetsync.state.database import Database
from sheetsync.state.tables import ticks

SILENCE = timedelta(seconds=90)
"""An owner that cannot be asked and gave no sign of life for so long is dead; it gives one at a third."""

_COLUMNS = tuple(ticks.c[name] for name in ("job", "due", *TickRun.__slots__[1:]))


def _unknown(_: str) -> bool | None:
    return None


class ProjectTicks:
    """What a project keeps of the due moments of its jobs; meets the port Ticks.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
        gone: Tells of an owner whether it is dead; None where that cannot be known (another machine).
    """

    def __init__(self, database: Database, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._database = database
        self._gone = gone

    def claim(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take a tick on; False if it is known already. Committed before this returns."""
        return self._enter(tick, "running", owner, now, tries=1, note="")

    def retake(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take on again what is `later` and due again, or `interrupted`; False if somebody else was first."""
        taken = {
            "state": "running",
            "owner": owner,
            "tries": ticks.c.tries + 1,
            "started": now,
            "changed": now,
            "again": None,
        }
        return self._turn(and_(_this(tick), _waits(now)), taken)

    def renew(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Give a sign of life; False if the tick is no longer that owner's."""
        return self._turn(_held(tick, owner), {"changed": now})

    def settle(
        self,
        tick: Tick,
        owner: str,
        state: TickState,
        *,
        note: str,
        now: datetime,
        again: datetime | None = None,
    ) -> bool:
        """Write down what became of a tick; False if it is no longer that owner's."""
        became = {"state": state, "note": note, "changed": now, "again": again}
        return self._turn(_held(tick, owner), became)

    def drop(self, tick: Tick, *, note: str, now: datetime) -> bool:
        """Write down that a tick was left out; False if it is known already."""
        return self._enter(tick, "missed", "", now, tries=0, note=note)

    def last(self, job: str, until: datetime | None = None, state: TickState | None = None) -> TickRun | None:
        """Return the known tick of a job that was due last.

        Args:
            job: Its name.
            until: Only of those due by this time.
            state: Only of those in this state.
        """
        if self._database.absent:
            return None
        newest = select(*_COLUMNS).where(ticks.c.job == job).order_by(ticks.c.due.desc()).limit(1)
        if until is not None:
            newest = newest.where(ticks.c.due <= until)
        if state is not None:
            newest = newest.where(ticks.c.state == state)
        with self._database.reading() as connection:
            row = connection.execute(newest).mappings().one_or_none()
        return None if row is None else _run(dict(row))

    def open(self, now: datetime) -> Sequence[TickRun]:
        """Return what is to be taken on again, the earliest first; the running of dead owners become that."""
        if self._database.absent:
            return ()
        with self._database.reading() as connection:
            dead = [run for run in _where(connection, ticks.c.state == "running") if self._dead(run, now)]
        for run in dead:
            # One that was renewed or settled meanwhile is not touched.
            same = and_(_held(run.tick, run.owner), ticks.c.changed == run.changed)
            self._turn(same, {"state": "interrupted"})
        with self._database.reading() as connection:
            return _where(connection, _waits(now))

    def runs(self, job: str | None = None, *, since: datetime | None = None) -> Sequence[TickRun]:
        """Return what is known of ticks, the latest first; `since` is about when they were due or begun."""
        if self._database.absent:
            return ()
        wanted: list[ColumnElement[bool]] = []
        if job is not None:
            wanted.append(ticks.c.job == job)
        if since is not None:
            wanted.append(or_(ticks.c.due >= since, ticks.c.started >= since))
        with self._database.reading() as connection:
            return _where(connection, *wanted)[::-1]

    def forget(self, before: datetime) -> None:
        """Drop what was due before a time and is settled.

        The last of each job stays: it tells what is due next.
        """
        if self._database.absent:
            return
        newest = select(func.max(ticks.c.due)).group_by(ticks.c.job)
        old = and_(
            ticks.c.due < before,
            ticks.c.state.in_(("done", "failed", "missed")),
            ticks.c.due.not_in(newest),
        )
        with self._database.reading() as connection:
            if connection.execute(select(ticks.c.number).where(old).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(ticks).where(old))

    def _enter(
        self, tick: Tick, state: TickState, owner: str, now: datetime, *, tries: int, note: str
    ) -> bool:
        row = {
            "job": tick.job,
            "due": tick.due,
            "state": state,
            "owner": owner,
            "tries": tries,
            "started": now,
            "changed": now,
            "again": None,
            "note": note,
        }
        with self._database.writing() as connection:
            # Nobody else writes between the question and the answer; the index would refuse a second one.
            if connection.execute(select(ticks.c.number).where(_this(tick))).first() is not None:
                return False
            connection.execute(insert(ticks).values(row))
            return True

    def _turn(self, which: ColumnElement[bool], became: dict[str, object]) -> bool:
        with self._database.writing() as connection:
            return connection.execute(update(ticks).where(which).values(became)).rowcount == 1

    def _dead(self, run: TickRun, now: datetime) -> bool:
        gone = self._gone(run.owner)
        return run.changed < now - SILENCE if gone is None else gone


def _this(tick: Tick) -> ColumnElement[bool]:
    return and_(ticks.c.job == tick.job, ticks.c.due == tick.due)


def _held(tick: Tick, owner: str) -> ColumnElement[bool]:
    return and_(_this(tick), ticks.c.owner == owner, ticks.c.state == "running")


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        ticks.c.state.in_(("later", "interrupted")), or_(ticks.c.again.is_(None), ticks.c.again <= now)
    )


def _where(connection: Connection, *wanted: ColumnElement[bool]) -> tuple[TickRun, ...]:
    query = select(*_COLUMNS).where(*wanted).order_by(ticks.c.due, ticks.c.number)
    return tuple(_run(dict(row)) for row in connection.execute(query).mappings())


def _run(row: "dict[str, object]") -> TickRun:
    tick = Tick(job=str(row.pop("job")), due=row.pop("due"))  # type: ignore[arg-type] # a column of times
    return TickRun(tick=tick, **row)  # type: ignore[arg-type] # the columns are the fields
