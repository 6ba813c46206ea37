"""What the change requests in force order of the tasks' own cells (spec section 6, SM5).

An order is the only write to a cell of people, so everything has to fit: all who were asked agree, one column
and one record are meant, the cell holds what the request says it holds. Where one thing does not, the cell is
left alone and the request says why.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.edit import CellValue
from sheetsync.model.order import NO_ORDERS, Order, Orders, Refusal
from sheetsync.model.table import CellState, Fixed, RawValue, Table
from sheetsync.model.value import MOMENTS, NUMBERS, Kind, Reading
from sheetsync.rules.agreed import CHANGES, Agreed, RefusedError, agreed, day_of, related_task, telling
from sheetsync.rules.chain import ReadAs, Wish, chain, since
from sheetsync.rules.rows import Book, Rows
from sheetsync.rules.shown import shown
from sheetsync.rules.targets import Records, Target, barred, field_meant, only_record, records
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

StateOf = Callable[[str, int, int], CellState]
"""Tells what a cell is beside its value: sheet, row and column number."""

_FIXED: dict[Fixed, Text] = {
    "formula": Text("由公式算出", "is computed by a formula"),
    "merged": Text("在合并单元格里", "is part of a merged range"),
    "protected": Text("在受保护的工作表里", "is on a protected sheet"),
    "picture": Text("里有图片或数据类型", "holds a picture or a data type"),
}


def orders(
    tables: Sequence[Table],
    catalogue: Catalogue,
    *,
    beside: Sequence[Table] = (),
    worktime: WorkTime,
    now: datetime,
    read_as: ReadAs,
    state_of: StateOf,
    automatic: bool = False,
) -> Orders:
    """Return what the changes in force of one document order, and which of them are not carried out.

    Args:
        tables: The tables of the document.
        catalogue: The forms and their words.
        beside: Tables of other documents of the project: departments may answer there, tasks may stand there.
        worktime: The working-time calendar: a day without a time of day means the end of work.
        now: The wall clock of the project's time zone.
        read_as: Reads old and new values by the column they are meant for.
        state_of: Tells which cells must not be written.
        automatic: Whether the next write carries out what is ordered.
    """
    if not any(table.form == CHANGES for table in tables):
        return NO_ORDERS
    book = Book((*tables, *beside), catalogue, worktime, now)
    own = book.rows[: len(tables)]
    here, elsewhere = records(book, own), records(book, book.rows[len(tables) :])
    wishes: dict[tuple[int, int, str], list[Wish]] = defaultdict(list)
    refusals: list[Refusal] = []
    for change in agreed(book, own):
        for asked in telling(change):
            try:
                wish = _wish(change, asked, (here, elsewhere), read_as)
            except RefusedError as refused:
                if not change.archived:
                    refusals.append(_refusal(change, asked, refused.why))
            else:
                if wish is not None:
                    wishes[wish.cell.place].append(wish)
    found: list[Order] = []
    for group in wishes.values():
        _settle(group, worktime.day_end, read_as, state_of, found, refusals)
    kept = _whole(found, refusals)
    return Orders(orders=tuple(kept), refusals=tuple(refusals), automatic=automatic)


def _wish(
    change: Agreed, asked: tuple[Rows, int], known: tuple[Records, Records], read_as: ReadAs
) -> Wish | None:
    """Return what a row wants of which cell, None where it names no task.

    Raises:
        RefusedError: The task or the column cannot be told.
    """
    rows, place = asked
    task = related_task(change, asked)
    if task is None:
        return None
    holder, position, here = only_record(task, *known)
    field = field_meant(holder, str(rows.raw("changed_field", place)))
    cell = Target(holder, position, field, here)
    day = day_of(rows, place)

    def read(typed: RawValue | None) -> Reading | None:
        return None if typed is None else read_as(holder.table, cell.field, position, typed, day)

    old, new = rows.raw("old_value", place), rows.raw("new_value", place)
    return Wish(change, asked, cell, new or "", read(old), shown(old), read(new))


def _settle(
    group: list[Wish],
    day_end: time,
    read_as: ReadAs,
    state_of: StateOf,
    found: list[Order],
    refusals: list[Refusal],
) -> None:
    """Add what all changes of one cell come to: an order, a refusal, or nothing where it is done."""
    latest = max(group, key=since)
    try:
        order = _order(group, day_end, read_as, state_of)
    except RefusedError as refused:
        refusals.append(_refusal(latest.change, latest.asked, refused.why))
    else:
        if order is not None:
            found.append(order)


def _order(wishes: list[Wish], day_end: time, read_as: ReadAs, state_of: StateOf) -> Order | None:
    """Return the order of one cell, None where nothing is left to do.

    Args:
        wishes: What the changes want of it, the earliest first.
        day_end: What a day without a time of day means.
        read_as: Reads a cell that nobody read so far.
        state_of: Tells whether the cell may be written.

    Raises:
        RefusedError: It is left alone, with the reason.
    """
    steps = chain(wishes, day_end, read_as)
    if not steps:
        return None
    latest = steps[-1]
    cell = latest.cell
    if why := barred(cell):
        raise RefusedError(why)
    state = state_of(cell.rows.table.sheet, cell.row, cell.number)
    if state.fixed is not None:
        said = _FIXED[state.fixed]
        raise RefusedError(Text(cell.named.zh + said.zh, f"{cell.named.en} {said.en}"))
    raw = cell.raw
    value = _content(raw, cell.column.kind, latest, dated=state.dated)
    asked, position = latest.asked
    return Order(
        changes=tuple(dict.fromkeys(wish.change.id for wish in steps)),
        asked=asked.table.id,
        position=position,
        table=cell.rows.table.id,
        key=str(cell.rows.keys[cell.position]),
        field=cell.field,
        title=cell.rows.title(cell.field),
        row=cell.row,
        column=cell.number,
        expected=raw,
        value=value,
        before=shown(raw),
        after=shown(value),
    )


def _content(raw: RawValue, kind: Kind, wish: Wish, *, dated: bool) -> CellValue:
    """Return what to write, of the sort that the cell holds: a number stays a number, a text a text."""
    new = wish.new or Reading()
    said = wish.typed.strip() if isinstance(wish.typed, str) else ""
    if kind in MOMENTS and isinstance(new.value, datetime):
        if isinstance(raw, date) or (raw == "" and dated):
            return new.value
        if isinstance(raw, str) and new.words:
            return new.words
    elif kind in NUMBERS and isinstance(new.value, float):
        # Nothing is nothing on any scale: it does not tell how the cell counts.
        if (
            isinstance(raw, int | float)
            and not isinstance(raw, bool)
            and not (kind == "percent" and raw == 0)
        ):
            return _scaled(raw, new.value, wish)
        if isinstance(raw, str):
            return said or new.words or ""
    elif not isinstance(raw, bool | time | timedelta | date):
        return said or new.words or str(new.value)
    raise RefusedError(
        Text(
            f"{wish.cell.named.zh}现在的写法（{shown(raw)}）不能照样更新",
            f"{wish.cell.named.en} is written in a way ({shown(raw)}) that cannot be kept",
        )
    )


def _scaled(raw: float, new: float, wish: Wish) -> float:
    """Return a number as the cell counts it: 70 % is held as 0.7 in most cells, as 70 in some."""
    if wish.cell.column.kind != "percent":
        return new
    points = wish.cell.rows.numbers(wish.cell.field)[wish.cell.position]
    return new if math.isclose(raw, points) else new / 100


def _whole(found: Sequence[Order], refusals: list[Refusal]) -> list[Order]:
    """Return the orders of changes that are carried out as a whole; refuse the others (SM5)."""
    kept = list(found)
    while True:
        blocked = {refusal.change for refusal in refusals}
        halves = [order for order in kept if blocked & set(order.changes)]
        if not halves:
            return kept
        for order in halves:
            kept.remove(order)
            why = Text(
                f"变更 {'、'.join(sorted(blocked & set(order.changes)))} 的其他内容不能更新，不作部分更新",
                "another part of the change cannot be carried out, and there is no partial effect",
            )
            refusals.append(
                Refusal(change=order.changes[-1], asked=order.asked, position=order.position, why=why)
            )


def _refusal(change: Agreed, asked: tuple[Rows, int], why: Text) -> Refusal:
    rows, position = asked
    return Refusal(change=change.id, asked=rows.table.id, position=position, why=why)
