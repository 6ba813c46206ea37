"""How workbooks stood in earlier runs, kept in the project's database; a record has a row a change."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    DateTime,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordKey, RecordState, Snapshot
from sheetsync.state.bulk import insert_rows
from sheetsync.state.database import Database
from sheetsync.state.tables import OPEN, books, runs, states
from sheetsync.state.upkeep import tend


class _Stretch(NamedTuple):
    """How a record stood from one run to before another one."""

    since: datetime
    until: datetime
    state: RecordState

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class BookHistory:
    """What a project keeps of the runs over one workbook; meets the port History.

    Args:
        database: The project's database.
        book: What the workbook is known by.
    """

    def __init__(self, database: Database, book: str) -> None:
        self._database = database
        self._book = book

    def keep(self, snapshot: Snapshot) -> None:
        """Remember how the workbook stands now; nothing is written if that is known.

        Snapshots may come in any order. Afterwards, once a day, what is too old goes, and the rest is copied.

        Raises:
            SpecFileError: `[state] url` names no database that can be used.
            StateUnusableError: The database cannot be used.
            BusyError: Another run did not get done with it.
        """
        with self._database.writing() as connection:
            if self._knows(connection, snapshot):
                return
            self._write(connection, snapshot)
        tend(self._database)

    def at(self, moment: datetime) -> Snapshot | None:
        """Return the last snapshot taken at that time or before, None if there is none.

        Raises:
            SpecFileError: `[state] url` names no database that can be used.
            StateUnusableError: The database cannot be used.
            BusyError: Another run did not get done with it.
        """
        if self._database.absent:
            return None
        with self._database.reading() as connection:
            return self._snapshot(connection, moment)

    def figures(self, since: datetime) -> Sequence[Snapshot]:
        """Return the last snapshot of each day since then, oldest first, without the records.

        Raises:
            SpecFileError: `[state] url` names no database that can be used.
            StateUnusableError: The database cannot be used.
            BusyError: Another run did not get done with it.
        """
        if self._database.absent:
            return ()
        with self._database.reading() as connection:
            return tuple(
                Snapshot(taken=taken, figures=json.loads(figures))
                for taken, figures in connection.execute(_OF_DAYS, {"name": self._book, "moment": since})
            )

    def _knows(self, connection: Connection, snapshot: Snapshot) -> bool:
        last = self._last(connection, snapshot.taken)
        is_new = last is None or last.taken != snapshot.taken
        return not is_new and self._snapshot(connection, snapshot.taken) == snapshot

    def _last(self, connection: Connection, moment: datetime) -> Snapshot | None:
        """Return the last snapshot taken at that time or before, without the records."""
        found = connection.execute(_LAST, {"name": self._book, "moment": moment}).one_or_none()
        return None if found is None else Snapshot(taken=found.taken, figures=json.loads(found.figures))

    def _snapshot(self, connection: Connection, moment: datetime) -> Snapshot | None:
        last = self._last(connection, moment)
        if last is None:
            return None
        rows = connection.execute(_RECORDS, self._touching(last.taken, last.taken)).all()
        return replace(last, records={(form, key): _state(state) for form, key, *state in rows})

    def _write(self, connection: Connection, snapshot: Snapshot) -> None:
        """Put a snapshot between the one before and the one after it."""
        taken = snapshot.taken
        here = {"name": self._book, "moment": taken}
        connection.execute(_DROP_RUN, here)
        book, before, after = connection.execute(_BOOK_AND_RUNS_AROUND, here).one()
        if book is None:
            book = connection.execute(_ADD_BOOK, {"name": self._book}).scalar_one()
        figures = json.dumps(dict(snapshot.figures), ensure_ascii=False)
        connection.execute(_ADD_RUN, {"book": book, "taken": taken, "figures": figures})

        known = self._stretches(connection, before or taken, after or taken)
        gone: list[dict[str, object]] = []
        ended: list[dict[str, object]] = []
        come: list[tuple[object, ...]] = []
        for record, held in known.items():
            stretches = [one for one, _ in held]
            wanted = _around(stretches, before, taken, after, snapshot.records.get(record))
            if wanted == stretches:
                continue
            # Mostly, what was so until now ends: its row gets another end and stays where it is.
            kept = {(one.since, one.state): one for one in wanted}
            for stretch, number in held:
                same = kept.pop((stretch.since, stretch.state), None)
                if same is None:
                    gone.append({"row": number})
                elif same != stretch:
                    ended.append({"row": number, "end": same.until})
            come += [_row(book, record, *stretch) for stretch in kept.values()]
        come += [
            _row(book, record, taken, after or OPEN, state)
            for record, state in snapshot.records.items()
            if record not in known
        ]
        for statement, rows in ((_DROP_STRETCH, gone), (_END_STRETCH, ended)):
            if rows:
                connection.execute(statement, rows)
        insert_rows(connection, states, _ROW, come)

    def _stretches(
        self, connection: Connection, first: datetime, last: datetime
    ) -> dict[RecordKey, list[tuple[_Stretch, int]]]:
        """Return how each record stood from `first` to `last`, in order, each with the number of its row."""
        known: dict[RecordKey, list[tuple[_Stretch, int]]] = {}
        rows = connection.execute(_STRETCHES, self._touching(first, last)).all()
        for number, form, key, since, until, *state in rows:
            known.setdefault((form, key), []).append((_Stretch(since, until, _state(state)), number))
        return known

    def _touching(self, first: datetime, last: datetime) -> dict[str, object]:
        """Return what the statements call the workbook and the time from `first` to `last`."""
        return {"name": self._book, "first": first, "last": last}


# The statements, made once: to make one costs more than to run it.
_KEY = (states.c.form, states.c.key)
_STATE = tuple(states.c[name] for name in RecordState._fields)
_NUMBER = select(books.c.number).where(books.c.name == bindparam("name")).scalar_subquery()
_MINE = runs.c.book == _NUMBER
_MOMENT: BindParameter[datetime] = bindparam("moment", type_=DateTime)
_LAST = (
    select(runs.c.taken, runs.c.figures)
    .where(_MINE, runs.c.taken <= _MOMENT)
    .order_by(runs.c.taken.desc())
    .limit(1)
)
_LAST_OF_DAYS = select(func.max(runs.c.taken)).where(_MINE, runs.c.taken >= _MOMENT)
_OF_DAYS = (
    select(runs.c.taken, runs.c.figures)
    .where(_MINE, runs.c.taken >= _MOMENT, runs.c.taken.in_(_LAST_OF_DAYS.group_by(func.date(runs.c.taken))))
    .order_by(runs.c.taken)
)
_BOOK_AND_RUNS_AROUND = select(
    _NUMBER,
    select(func.max(runs.c.taken)).where(_MINE, runs.c.taken < _MOMENT).scalar_subquery(),
    select(func.min(runs.c.taken)).where(_MINE, runs.c.taken > _MOMENT).scalar_subquery(),
)
_ADD_BOOK = insert(books).returning(books.c.number)
_ADD_RUN = insert(runs)
_DROP_RUN = delete(runs).where(_MINE, runs.c.taken == _MOMENT)
_TOUCHES = and_(
    states.c.book == _NUMBER, states.c.since <= bindparam("last"), states.c.until > bindparam("first")
)
_RECORDS = select(*_KEY, *_STATE).where(_TOUCHES)
_STRETCHES = (
    select(states.c.number, *_KEY, states.c.since, states.c.until, *_STATE)
    .where(_TOUCHES)
    .order_by(states.c.since)
)
_THE_ROW = states.c.number == bindparam("row")
_DROP_STRETCH = delete(states).where(_THE_ROW)
_END_STRETCH = update(states).where(_THE_ROW).values(until=bindparam("end"))
_STATUSES = {status.value: status for status in Status}


def _state(values: Sequence[Any]) -> RecordState:
    """Return the state that stands in the columns `_STATE`."""
    status, *middle, rules = values
    return RecordState._make((_STATUSES[status], *middle, _rules(rules)))


@lru_cache(maxsize=1024)
def _rules(stored: str) -> tuple[str, ...]:
    # Most records meet all rules, or miss the same ones.
    return tuple(json.loads(stored))


_ROW = "book", "form", "key", "since", "until", *RecordState._fields


def _row(
    book: int, record: RecordKey, since: datetime, until: datetime, state: RecordState
) -> tuple[object, ...]:
    """Return the row of a stretch of a record, in the order of `_ROW`."""
    return (book, *record, since, until, *state[:-1], _stored(state.rules))


@lru_cache(maxsize=1024)
def _stored(rules: tuple[str, ...]) -> str:
    return json.dumps(rules, ensure_ascii=False)


def _around(
    held: Collection[_Stretch],
    before: datetime | None,
    taken: datetime,
    after: datetime | None,
    state: RecordState | None,
) -> list[_Stretch]:
    """Return how a record stood around a run, when it stood so in that run.

    Args:
        held: How it was known to have stood, wherever that touches one of the three times.
        before: The run before, None when there is none.
        taken: The run.
        after: The run after it, None when there is none.
        state: How it stood in the run, None when it was not there.
    """
    found: list[_Stretch] = []
    if before is not None:
        found += [_Stretch(one.since, taken, one.state) for one in held if one.holds(before)]
    if state is not None:
        found.append(_Stretch(taken, after or OPEN, state))
    if after is not None:
        found += [_Stretch(after, one.until, one.state) for one in held if one.holds(after)]
    joined: list[_Stretch] = []
    for one in found:
        if joined and joined[-1].until == one.since and joined[-1].state == one.state:
            joined[-1] = joined[-1]._replace(until=one.until)
        else:
            joined.append(one)
    return joined
