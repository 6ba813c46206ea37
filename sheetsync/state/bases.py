"""What the two sides of a mirror last agreed on, kept in the project's database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from sqlalchemy import bindparam, delete, insert, or_, select, update

from sheetsync.model.audit import AuditEntry
from sheetsync.model.mirror import Action, Agreed, Base, Move
from sheetsync.model.syncrun import SyncRun
from sheetsync.state.database import Database
from sheetsync.state.tables import audit as trail
from sheetsync.state.tables import bases, syncs

_NOTHING = "[]"
"""The actions of a run that did nothing on a side, as they are kept."""
KEPT = 20
"""How many syncs of a pair can be looked at afterwards."""


class PairBases:
    """What a project keeps of one mirrored pair; meets the port Bases.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
        pair: What the pair, and the form that is mirrored in it, are known by.
    """

    def __init__(self, database: Database, pair: str) -> None:
        self._database = database
        self._pair = pair

    def load(self) -> Base | None:
        """Return what both sides last agreed on; None if they never were in step."""
        if self._database.absent:
            return None
        query = select(bases.c.key, bases.c.tokens, bases.c.gone).where(bases.c.pair == self._pair)
        with self._database.reading() as connection:
            found = {
                key: Agreed(tokens=json.loads(tokens), gone=gone)
                for key, tokens, gone in connection.execute(query)
            }
            known = (
                bool(found)
                or connection.execute(
                    select(syncs.c.number).where(syncs.c.pair == self._pair).limit(1)
                ).first()
            )
        return found if known else None

    def begin(self, run: SyncRun) -> SyncRun:
        """Write down what is about to be done, committed before this returns; return it with its number."""
        row = {
            "pair": self._pair,
            "at": run.at,
            "state": run.state,
            "left": _actions_stored(run.left),
            "right": _actions_stored(run.right),
            "before": json.dumps({key: _stored(agreed) for key, agreed in run.before.items()}),
        }
        with self._database.writing() as connection:
            number = connection.execute(insert(syncs).values(row).returning(syncs.c.number)).scalar_one()
        return replace(run, number=number)

    def finish(
        self,
        run: SyncRun,
        fresh: Mapping[str, Agreed],
        forgotten: Sequence[str],
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        """Write down what was done, and what both sides agree on since; all of it or nothing.

        Args:
            run: What was done, in its last state; the number is that of `begin`.
            fresh: What both sides agree on, of the records where that has changed.
            forgotten: The keys of records that there is nothing to remember of.
            audit: Cells of people that were given another value.
        """
        mine = bases.c.pair == self._pair
        done = {
            "at": run.at,
            "state": run.state,
            "left": _actions_stored(run.left),
            "right": _actions_stored(run.right),
        }
        with self._database.writing() as connection:
            connection.execute(update(syncs).where(syncs.c.number == run.number).values(done))
            if audit:
                connection.execute(insert(trail), [asdict(entry) for entry in audit])
            gone = [{"bare": key} for key in (*fresh, *forgotten)]
            if gone:
                connection.execute(delete(bases).where(mine, bases.c.key == bindparam("bare")), gone)
            if fresh:
                rows = [
                    {"pair": self._pair, "key": key, "tokens": _tokens(agreed), "gone": agreed.gone}
                    for key, agreed in fresh.items()
                ]
                connection.execute(insert(bases), rows)
            old = (
                select(syncs.c.number)
                .where(syncs.c.pair == self._pair)
                .order_by(syncs.c.number.desc())
                .offset(KEPT)
            )
            numbers = [{"old": number} for (number,) in connection.execute(old)]
            if numbers:
                connection.execute(delete(syncs).where(syncs.c.number == bindparam("old")), numbers)

    def last(self) -> SyncRun | None:
        """Return the last time the pair was written, None if it never was."""
        if self._database.absent:
            return None
        wrote = or_(syncs.c.state != "done", syncs.c.left != _NOTHING, syncs.c.right != _NOTHING)
        mine = select(syncs).where(syncs.c.pair == self._pair, wrote)
        query = mine.order_by(syncs.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return SyncRun(
            number=row["number"],
            at=row["at"],
            state=row["state"],
            left=_actions(row["left"]),
            right=_actions(row["right"]),
            before={key: _agreed(stored) for key, stored in json.loads(row["before"]).items()},
        )


def _tokens(agreed: Agreed) -> str:
    return json.dumps(dict(agreed.tokens), ensure_ascii=False, separators=(",", ":"))


def _stored(agreed: Agreed | None) -> list[object] | None:
    return None if agreed is None else [dict(agreed.tokens), agreed.gone]


def _agreed(stored: "list[object] | None") -> Agreed | None:
    if stored is None:
        return None
    tokens, gone = stored
    return Agreed(tokens=tokens, gone=gone)  # type: ignore[arg-type] # as `_stored` wrote it


def _actions_stored(actions: Sequence[Action]) -> str:
    rows = [
        [act.kind, act.key, act.source, {name: _moved(move) for name, move in act.moves.items()}]
        for act in actions
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _moved(move: Move) -> list[str]:
    return [move.before, move.after, *([move.spelled] if move.spelled else [])]


def _actions(stored: str) -> tuple[Action, ...]:
    return tuple(
        Action(
            kind=kind,
            key=key,
            source=source,
            moves={
                name: Move(before=before, after=after, spelled=spelled[0] if spelled else "")
                for name, (before, after, *spelled) in moves.items()
            },
        )
        for kind, key, source, moves in json.loads(stored)
    )
