"""Changes in force: what they order, the workbook as it is once that is done, and the trail they leave."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import Reading
from sheetsync.intake.single import read_as
from sheetsync.marks import column_letters
from sheetsync.model.audit import AuditEntry
from sheetsync.model.edit import Change, ReplaceValue
from sheetsync.model.order import NO_ORDERS, Order, Orders
from sheetsync.model.table import CellState, RawBook, RawValue, Table
from sheetsync.rules.agreed import CHANGES
from sheetsync.rules.orders import orders
from sheetsync.rules.parse import RulePack

RULE = "SM5"
"""The rule behind every order."""
_CHECK = "ordered"


def ordered(
    book: RawBook,
    reading: Reading,
    packs: Iterable[RulePack],
    catalogue: Catalogue,
    *,
    now: datetime,
    beside: Sequence[Table] = (),
    automatic: bool = False,
) -> Orders:
    """Return what the changes in force of a workbook order of its own cells.

    Args:
        book: The workbook as it was read.
        reading: What it says.
        packs: The rules in force; without the one about waiting changes people carry them out.
        catalogue: The forms and their words.
        now: Wall clock of the project's zone.
        beside: Tables of other workbooks of the project.
        automatic: Whether a write may carry the orders out.
    """
    if not any(table.form == CHANGES for table in reading.tables):
        return NO_ORDERS
    sheets = {sheet.name: sheet for sheet in book.sheets}

    def state_of(sheet: str, row: int, column: int) -> CellState:
        return sheets[sheet].facts.cell_state(row, column)

    in_force = any(rule.check == _CHECK and rule.enabled for pack in packs for rule in pack.rules)
    return orders(
        reading.tables,
        catalogue,
        beside=beside,
        worktime=reading.worktime,
        now=now,
        read_as=partial(read_as, reading.readers),
        state_of=state_of,
        automatic=automatic and in_force,
    )


def carried_out(book: RawBook, done: Sequence[Order]) -> RawBook:
    """Return a workbook as it will be read once some orders are carried out."""
    sheets = []
    for sheet in book.sheets:
        rows = list(sheet.rows)
        for order in done:
            if order.table.sheet == sheet.name:
                place = order.row - sheet.first_row
                cells = list(rows[place])
                cells[order.column - sheet.first_column] = _as_read(order)
                rows[place] = cells
        sheets.append(replace(sheet, rows=rows))
    return replace(book, sheets=tuple(sheets))


def replacements(done: Sequence[Order]) -> Iterator[ReplaceValue]:
    """Yield the edits that carry orders out."""
    for order in done:
        yield ReplaceValue(
            sheet=order.table.sheet,
            row=order.row,
            column=order.column,
            expected=order.expected,
            value=order.value,
        )


def trail(done: Sequence[Order], changes: Sequence[Change], now: datetime) -> tuple[AuditEntry, ...]:
    """Return the trail of the orders that a write really carried out.

    Args:
        done: The orders.
        changes: What the write changed.
        now: Wall clock of the project's zone.
    """
    if not done:
        return ()
    written = {(change.sheet, change.cell) for change in changes if change.what == "cell"}
    return tuple(
        AuditEntry(
            at=now,
            source="规则",
            actor="系统",
            book="",
            table=order.table.sheet,
            record_id=order.key,
            field=order.title,
            old_value=order.before,
            new_value=order.after,
            rule=RULE,
            cause="、".join(order.changes),
        )
        for order in done
        if (order.table.sheet, f"{column_letters(order.column)}{order.row}") in written
    )


def _as_read(order: Order) -> RawValue:
    """Return a new value as the workbook will give it back: a day without a time of day is a date."""
    value = order.value
    if isinstance(value, datetime):
        day: date = value.date()
        return value if value != datetime.combine(day, datetime.min.time()) else day
    return "" if value is None else value
