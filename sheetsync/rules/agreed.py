"""The change requests that everybody who was asked agrees on, in force or filed away (spec 6, SM5)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sheetsync.rules.rows import Book, Rows
from sheetsync.rules.shown import shown
from sheetsync.text import Text

CHANGES = "changes"
_AGREES, _IN_FORCE, _ARCHIVED = "同意", "已生效", "已归档"
_ENDED = frozenset({"草稿", "已驳回"})
_SHARED = ("reason", "task_id", "old_value", "new_value", "changed_field")
"""What the rows of one change have in common."""


class RefusedError(Exception):
    """A change is not carried out; `why` says why."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, eq=False)
class Agreed:
    """One change request that all who were asked agree on.

    Args:
        id: Its id.
        rows: Its rows in this document: table and position.
        at: From when it is in force, None where nobody wrote it.
        archived: True where it was filed away: it orders nothing any more, but tells what was done.
    """

    id: str
    rows: list[tuple[Rows, int]]
    at: np.datetime64 | None
    archived: bool


def agreed(book: Book, own: Sequence[Rows]) -> Iterator[Agreed]:
    """Yield the changes in force, or filed away, that everybody who was asked agrees on.

    Args:
        book: All tables; departments may answer in another document.
        own: Those of the document whose changes are meant.
    """
    groups: dict[str, list[tuple[Rows, int]]] = defaultdict(list)
    hindered: set[str] = set()
    for rows in book.of(CHANGES):
        agrees = rows.among("consent", [_AGREES]) & ~rows.broken("state")
        for place, key in _belonging(rows):
            groups[key].append((rows, place))
            if not agrees[place]:
                hindered.add(key)
    for key, places in groups.items():
        change = None if key in hindered else _change(key, places, book.instant)
        if change is None:
            continue
        here = [(rows, place) for rows, place in places if any(rows is one for one in own)]
        if here:
            yield Agreed(key, here, change.at, change.archived)


def _belonging(rows: Rows) -> Iterator[tuple[int, str]]:
    """Yield each row with the id of its change: its own, or that of the row above, which it goes on."""
    first: int | None = None
    key: str | None = None
    for place, stated in enumerate(rows.texts("change_id").tolist()):
        if stated is not None:
            first, key = place, stated
        elif first is not None and not _goes_on(rows, first, place):
            first = key = None
        if key is not None:
            yield place, key


def _goes_on(rows: Rows, first: int, place: int) -> bool:
    return all(rows.raw(name, place) in (None, rows.raw(name, first)) for name in _SHARED)


def _change(key: str, places: list[tuple[Rows, int]], instant: np.datetime64) -> Agreed | None:
    """Return a change that all agree on if it is in force or filed away, else None."""
    words = {rows.texts("state")[place] for rows, place in places} - {None}
    if words & _ENDED:
        return None
    known = [rows.early_moments("effective_at")[place] for rows, place in places]
    known = [moment for moment in known if not np.isnat(moment)]
    at = max(known) if known else None
    if at is not None and at > instant:
        return None
    archived = _ARCHIVED in words
    if not archived and _IN_FORCE not in words and at is None:
        return None
    return Agreed(key, places, at, archived)


def telling(change: Agreed) -> Iterator[tuple[Rows, int]]:
    """Yield the rows of a change that say something of their own; its other rows only answer."""
    seen: list[list[str]] = []
    for rows, place in change.rows:
        if rows.raw("changed_field", place) is None or rows.raw("new_value", place) is None:
            # What a change needs and lacks is told with the cells that are missing.
            continue
        said = [shown(rows.raw(name, place)) for name in _SHARED[1:]]
        if any(all(one in ("", two) for one, two in zip(said, other, strict=True)) for other in seen):
            continue
        seen.append(said)
        yield rows, place


def related_task(change: Agreed, asked: tuple[Rows, int]) -> str | None:
    """Return the task that a row names, or the only one that the rows of its change name.

    Raises:
        RefusedError: It cannot be read.
    """
    rows, place = asked
    if rows.broken("task_id")[place]:
        raise RefusedError(Text("关联任务的编号读不出来", "the id of the related task cannot be read"))
    stated = rows.texts("task_id")[place]
    named = {other.texts("task_id")[at] for other, at in change.rows} - {None}
    task = stated if stated is not None else named.pop() if len(named) == 1 else None
    return None if task is None else str(task)


def day_of(rows: Rows, place: int) -> date | None:
    """Return the day that relative dates of a change count from: when it was applied for, or in force."""
    for field in ("submitted_at", "effective_at"):
        moment = rows.early_moments(field)[place]
        if not np.isnat(moment):
            day: date = moment.astype("datetime64[D]").item()
            return day
    return None
