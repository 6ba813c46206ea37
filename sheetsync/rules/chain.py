"""The changes of one cell, one after the other: do they lead from what it holds to what it shall hold?"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from sheetsync.model.table import RawValue, Table
from sheetsync.model.value import Kind, Reading
from sheetsync.rules.agreed import Agreed, RefusedError
from sheetsync.rules.rows import Rows
from sheetsync.rules.shown import folded_name, shown
from sheetsync.rules.targets import Target
from sheetsync.text import Text

ReadAs = Callable[[Table, str, int, RawValue, date | None], Reading | None]
"""Reads what was typed elsewhere as the cell of a record: table, field, position, the text, the day relative
dates count from; None where it cannot be read."""

Same = Callable[[Reading | None, Reading | None], bool]


@dataclass(frozen=True, eq=False)
class Wish:
    """What one change wants of one cell.

    Args:
        change: The change.
        asked: The row that says it: table and position.
        cell: The cell.
        typed: The new value as typed.
        old: What the cell is said to hold, None where that cannot be read or was not written.
        said: The same as a person reads it.
        new: What it shall hold, None where that cannot be read.
    """

    change: Agreed
    asked: tuple[Rows, int]
    cell: Target
    typed: RawValue
    old: Reading | None
    said: str
    new: Reading | None


def since(wish: Wish) -> np.datetime64:
    """Return from when a wish holds; before all others where nobody wrote it."""
    return np.datetime64(0, "us") if wish.change.at is None else wish.change.at


def chain(wishes: Sequence[Wish], day_end: time, read_as: ReadAs) -> list[Wish]:
    """Return the changes that lead from what the cell holds to what it shall hold, none where that is so.

    Each must begin with what the one before ended with; the last one counts.

    Args:
        wishes: What all changes want of one cell.
        day_end: What a day without a time of day means.
        read_as: Reads a cell that nobody read so far.

    Raises:
        RefusedError: They do not lead there.
    """
    history = sorted(wishes, key=since)
    latest = history[-1]
    if latest.change.archived:
        return []
    same = partial(_same, kind=latest.cell.column.kind, day_end=day_end)
    present = _present(latest.cell, read_as)
    if len({id(wish.change) for wish in wishes}) < len(wishes):
        history = _without_twins(history, same)
    if same(present, latest.new):
        return []
    if latest.new is None or latest.new.value is None or latest.new.doubt is not None:
        raise RefusedError(_doubted(latest))
    first = next(number for number, wish in enumerate(history) if not wish.change.archived)
    _check_links(history[first:], same)
    begins = [number for number, wish in enumerate(history) if same(present, wish.old)]
    if not begins or begins[-1] < first:
        raise RefusedError(_differs(latest))
    return [wish for wish in history[begins[-1] :] if not wish.change.archived]


def _without_twins(history: Iterable[Wish], same: Same) -> list[Wish]:
    """Return what each change wants once; its rows must not differ in it."""
    kept: list[Wish] = []
    for wish in history:
        twin = next((other for other in kept if other.change is wish.change), None)
        if twin is None:
            kept.append(wish)
        elif not (same(twin.old, wish.old) and same(twin.new, wish.new)):
            raise RefusedError(_torn(wish))
    return kept


def _check_links(history: Sequence[Wish], same: Same) -> None:
    live = [wish for wish in history if not wish.change.archived]
    links = list(pairwise(history))
    if any(one.change.at is None or one.change.at == two.change.at for one, two in links):
        raise RefusedError(_unordered(live))
    if not all(same(one.new, two.old) for one, two in links):
        raise RefusedError(_unlinked(live))


def _present(cell: Target, read_as: ReadAs) -> Reading | None:
    """Return what a cell holds, None where it cannot be read."""
    table, field, position = cell.rows.table, cell.field, cell.position
    if cell.rows.broken(field)[position]:
        return None
    if field not in table.frame.columns:
        return read_as(table, field, position, cell.raw, None)
    value = table.frame[field].iloc[position]
    whole = table.whole_days.get(field)
    whole_day = bool(whole[position]) if whole is not None else False
    if not isinstance(value, tuple) and pd.isna(value):
        return Reading()
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    return Reading(value=value, whole_day=whole_day)


def _same(one: Reading | None, other: Reading | None, *, kind: Kind, day_end: time) -> bool:
    """Tell whether two readings mean the same; what could not be read is like nothing else."""
    if one is None or other is None:
        return False
    a, b = one.value, other.value
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, datetime) and isinstance(b, datetime):
        ends = [
            datetime.combine(moment.date(), day_end) if whole or kind == "date" else moment
            for moment, whole in ((a, one.whole_day), (b, other.whole_day))
        ]
        return ends[0] == ends[1]
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return set(a) == set(b)
    return folded_name(str(a)) == folded_name(str(b))


def _unordered(wishes: Iterable[Wish]) -> Text:
    ids = list(dict.fromkeys(wish.change.id for wish in wishes))
    return Text(
        f"{'、'.join(ids)} 改的是同一格，生效时间不全或相同，分不出先后",
        f"{', '.join(ids)} change the same cell, and their times in force do not tell which comes last",
    )


def _unlinked(wishes: Iterable[Wish]) -> Text:
    ids = list(dict.fromkeys(wish.change.id for wish in wishes))
    return Text(
        f"{'、'.join(ids)} 改的是同一格，后一项的原值不是前一项的新值",
        f"{', '.join(ids)} change the same cell, and one does not begin with what the other ended with",
    )


def _differs(wish: Wish) -> Text:
    present = shown(wish.cell.raw)
    old = wish.said
    return Text(
        f"{wish.cell.named.zh}现在是 {present or '（空）'}，变更单原值写的是 {old or '（空）'}，不自动更新",
        f"{wish.cell.named.en} is {present or 'empty'} now, the change says {old or 'nothing'};"
        " it is not updated by itself",
    )


def _doubted(wish: Wish) -> Text:
    said = shown(wish.typed)
    if wish.new is None:
        return Text(
            f"新值“{said}”不能作为{wish.cell.named.zh}",
            f"the new value '{said}' cannot be read as {wish.cell.named.en}",
        )
    doubt = wish.new.doubt or Text("没有内容", "it says nothing")
    return Text(f"新值“{said}”有疑问：{doubt.zh}", f"the new value '{said}' is in doubt: {doubt.en}")


def _torn(wish: Wish) -> Text:
    return Text(
        f"{wish.change.id} 的各行对 {wish.cell.named.zh}写的原值或新值不一样",
        f"the rows of {wish.change.id} differ in the old or the new value of {wish.cell.named.en}",
    )
