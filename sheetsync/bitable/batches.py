"""Records in batches: what is refused is narrowed down to the bad row, what nobody answers is looked up."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from sheetsync.bitable.base import LAGS, Base, Record
from sheetsync.bitable.field import CHOSEN, Field
from sheetsync.bitable.telling import said
from sheetsync.bitable.writing import Body, stands
from sheetsync.errors import SheetSyncError
from sheetsync.feishu.errors import (
    AlreadySoError,
    NotFoundError,
    TooLargeError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from sheetsync.ports import Journal
from sheetsync.text import Text

BATCH = 500
"""Records of a write: half of what is documented, as the vendor's own tools do (reference, 6)."""

_RENAMED = frozenset({1254045, 1254024})
_SPENT = 1255006

Item = TypeVar("Item")
Cells = Mapping[str, Body]
"""What cells are to hold, by id of field."""

_UNKNOWN = Text(
    "不知道飞书是否已经写入，没有再写；下次运行会先核对。",
    "Nobody knows whether Feishu has written it, and it was not written again; the next run looks first.",
)
_GONE = Text("这条记录已被别人删除。", "Somebody has deleted the record.")
_STAYED = Text("飞书答复已删除，但记录还在；请再运行一次。", "Feishu said it was deleted; it is still there.")


@dataclass(slots=True)
class Outcome:
    """What became of rows, by their place in what was asked.

    Args:
        landed: Place to the id of the record.
        refused: Place to why not.
        stopped: What keeps all that follows from being tried; None where nothing does.
    """

    landed: dict[int, str] = field(default_factory=dict)
    refused: dict[int, Text] = field(default_factory=dict)
    stopped: SheetSyncError | None = None

    def refuse(self, places: Sequence[int], why: Text) -> None:
        """Set rows aside."""
        self.refused.update(dict.fromkeys(places, why))


class Batches:
    """Writes to the records of one table; whoever makes one holds the base.

    Args:
        base: The base.
        table: Id of the table.
        fields: Its fields.
        journal: Remembers what was handed over.
        known: Ids of the records that were there before.
    """

    def __init__(
        self, base: Base, table: str, fields: Sequence[Field], journal: Journal, known: Sequence[str] = ()
    ) -> None:
        self._base = base
        self._table = table
        self._fields = {one.id: one for one in fields}
        self._journal = journal
        self._known = set(known)
        self._lags = list(LAGS)
        self._options = {(one.id, word) for one in fields for word in one.options}

    def create(self, rows: Sequence[Cells]) -> Outcome:
        """Add records."""
        return self._in_turn(rows, self._create, lambda cells: cells)

    def update(
        self,
        rows: Sequence[tuple[str, Cells]],
        guard: Callable[[Sequence[int]], Sequence[int]] = lambda them: them,
    ) -> Outcome:
        """Give cells of records other values.

        Args:
            rows: Id of the record and the cells, each record once.
            guard: Asked right before a batch leaves for the places in it that may still be written.
        """

        def one(work: Sequence[tuple[int, tuple[str, Cells]]], outcome: Outcome) -> None:
            free = set(guard([place for place, _ in work]))
            self._update([row for row in work if row[0] in free], outcome)

        return self._in_turn(rows, one, lambda row: row[1])

    def delete(self, ids: Sequence[str]) -> Outcome:
        """Delete records; those that are gone already have landed."""
        return self._in_turn(ids, self._delete, lambda _: {})

    def _in_turn(
        self,
        rows: Sequence[Item],
        send: Callable[[Sequence[tuple[int, Item]], Outcome], None],
        cells_of: Callable[[Item], Cells],
    ) -> Outcome:
        """Send batch after batch until something stops them all."""
        outcome = Outcome()
        numbered = list(enumerate(rows))
        for batch in self._cut(numbered, cells_of):
            try:
                send(batch, outcome)
            except SheetSyncError as error:
                outcome.stopped = error
                told = {*outcome.landed, *outcome.refused}
                left = [place for place, _ in numbered if place not in told]
                outcome.refuse(left, said(error))
                break
        return outcome

    def _cut(
        self, numbered: Sequence[tuple[int, Item]], cells_of: Callable[[Item], Cells]
    ) -> Iterator[Sequence[tuple[int, Item]]]:
        """Yield batches in which no new option comes twice: Feishu might make two of it."""
        batch: list[tuple[int, Item]] = []
        fresh: set[tuple[str, str]] = set()
        for place, row in numbered:
            words = self._new_options(cells_of(row))
            if len(batch) == BATCH or words & fresh:
                yield batch
                self._options |= fresh
                batch, fresh = [], set()
            batch.append((place, row))
            fresh |= words - self._options
        if batch:
            yield batch
            self._options |= fresh

    def _new_options(self, cells: Cells) -> set[tuple[str, str]]:
        """Return the words of select fields in cells that are no options yet, with their field."""
        return {
            (id_, str(word))
            for id_, body in cells.items()
            if self._fields[id_].type in CHOSEN and body
            for word in (body if isinstance(body, list) else [body])
            if (id_, str(word)) not in self._options
        }

    # --- one batch ---

    def _create(self, work: Sequence[tuple[int, Cells]], outcome: Outcome) -> None:
        if not work:
            return
        batch = self._digest([cells for _, cells in work])
        token, again = self._journal.token(batch)
        try:
            ids = self._renamed(
                lambda: self._base.create(self._table, [self._named(one) for _, one in work], token)
            )
        except (ValueRefusedError, TooLargeError) as error:
            self._journal.settle(batch)
            if len(work) == 1:
                outcome.refuse([work[0][0]], said(error))
                return
            half = len(work) // 2
            self._create(work[:half], outcome)
            self._create(work[half:], outcome)
            return
        except UnknownOutcomeError as error:
            self._looked_up(work, outcome)
            if error.code == _SPENT:
                self._journal.settle(batch)
            if all(place in outcome.landed for place, _ in work):
                self._journal.settle(batch)
            return
        self._journal.settle(batch)
        if again and len(self._base.chosen(self._table, ids)) < len(ids):
            # An old answer was given again for what somebody has deleted since.
            self._create(work, outcome)
            return
        self._known.update(ids)
        outcome.landed.update({place: id_ for (place, _), id_ in zip(work, ids, strict=True)})

    def _looked_up(self, work: Sequence[tuple[int, Cells]], outcome: Outcome) -> None:
        """Find what a batch that nobody answered has made, by what the records hold."""
        fresh = [one for one in self._base.records(self._table) if one.id not in self._known]
        for place, cells in work:
            made = next((one for one in fresh if self._holds(one, cells)), None)
            if made is None:
                outcome.refuse([place], _UNKNOWN)
                continue
            fresh.remove(made)
            self._known.add(made.id)
            outcome.landed[place] = made.id

    def _update(self, work: Sequence[tuple[int, tuple[str, Cells]]], outcome: Outcome) -> None:
        if not work:
            return
        try:
            self._renamed(
                lambda: self._base.update(self._table, {id_: self._named(cells) for _, (id_, cells) in work})
            )
        except (ValueRefusedError, TooLargeError) as error:
            if len(work) == 1:
                outcome.refuse([work[0][0]], said(error))
                return
            half = len(work) // 2
            self._update(work[:half], outcome)
            self._update(work[half:], outcome)
            return
        except AlreadySoError:
            pass
        except NotFoundError:
            there = self._base.chosen(self._table, [id_ for _, (id_, _) in work])
            gone = [place for place, (id_, _) in work if id_ not in there]
            if not gone:
                raise
            outcome.refuse(gone, _GONE)
            self._update([row for row in work if row[1][0] in there], outcome)
            return
        except UnknownOutcomeError:
            there = self._base.chosen(self._table, [id_ for _, (id_, _) in work])
            for place, (id_, cells) in work:
                if id_ in there and self._holds(there[id_], cells):
                    outcome.landed[place] = id_
                else:
                    outcome.refuse([place], _UNKNOWN)
            return
        outcome.landed.update({place: id_ for place, (id_, _) in work})

    def _delete(self, work: Sequence[tuple[int, str]], outcome: Outcome) -> None:
        """Delete records until they are gone: nobody else may tell, for a deletion has no token."""
        left = list(work)
        for attempt in count(1):
            doubt: Text | None = _STAYED
            try:
                self._base.delete(self._table, [id_ for _, id_ in left])
            except NotFoundError:
                doubt = None
            except UnknownOutcomeError:
                doubt = _UNKNOWN
            there = self._base.chosen(self._table, [id_ for _, id_ in left])
            outcome.landed.update({place: id_ for place, id_ in left if id_ not in there})
            left = [one for one in left if one[1] in there]
            if not left or attempt == 3:
                outcome.refuse([place for place, _ in left], doubt or _STAYED)
                return

    # --- names ---

    def _named(self, cells: Cells) -> dict[str, Body]:
        return {self._fields[id_].name: body for id_, body in cells.items()}

    def _renamed(self, send: Callable[[], Item]) -> Item:
        """Send; where names of fields are not known any more, or not yet, send again with those of now."""
        while True:
            try:
                return send()
            except ValueRefusedError as error:
                if error.code not in _RENAMED:
                    raise
                now = {one.id: one for one in self._base.fields(self._table)}
                known = self._fields
                renamed = any(id_ in now and now[id_].name != one.name for id_, one in known.items())
                self._fields |= now
                if renamed:
                    continue
                if not self._lags:
                    raise
                # A field that was made a moment ago is not seen everywhere yet.
                self._base.wait(self._lags.pop(0))

    def _holds(self, record: Record, cells: Cells) -> bool:
        return all(
            stands(body, self._fields[id_], record.cells.get(self._fields[id_].name))
            for id_, body in cells.items()
        )

    def _digest(self, rows: Sequence[Cells]) -> str:
        told = json.dumps([self._base.token, self._table, [dict(row) for row in rows]], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()
