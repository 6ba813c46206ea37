"""The two ends of a mirror: what they are, and what was read there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from sheetsync.errors import InputRefusedError, SheetSyncError, UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.model.finding import Problem
from sheetsync.model.mirror import SIDES, SideName, other
from sheetsync.model.table import RawBook, RawSheet, Table
from sheetsync.ports import Presenter, TableReader, TableWriter
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

SHARED = frozenset({"directory", "vocabulary"})
"""Support forms of one end by which the other one is read, too: who is meant, and which words are used."""


class Store(TableReader, TableWriter, Protocol):
    """A place that tables can be read from, and whose rows can be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a mirror.

    Args:
        address: As the user named it.
        name: What people are told of it, such as the file's name.
        store: Where it is; the same one for both ends where both are in one document.
        sheet: The sheet or table; the one with the form where it is None.
        presenter: What a tab of conflicts can be put into, None where there is nothing of that kind.
        known: What the project knows its document by; its address when empty.
        kind: What kind of place it is, as the audit trail calls it.
    """

    address: str
    name: str
    store: Store
    sheet: str | None = None
    presenter: Presenter | None = None
    known: str = ""
    kind: Literal["Excel", "飞书"] = "Excel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tables of one form that are kept in step.

    Args:
        name: What both are known by.
        form: Their form.
        left: One end.
        right: The other end.
    """

    name: str
    form: Form
    left: End
    right: End

    @property
    def ends(self) -> Mapping[SideName, End]:
        """Both ends by side."""
        return {"left": self.left, "right": self.right}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEnd:
    """One end as it was read.

    Args:
        end: The end.
        book: Its document.
        table: Its table of the form.
        problems: Of that table.
    """

    end: End
    book: RawBook
    table: Table
    problems: tuple[Problem, ...]


def read_ends(pair: Pair, catalogue: Catalogue, worktime: WorkTime) -> Mapping[SideName, ReadEnd]:
    """Read both ends, each with the people and words that either of them lists.

    Args:
        pair: The ends, and their form.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.

    Raises:
        UsageError: An end has more than one table of the form.
        InputRefusedError: It has none, or cannot be read safely.
        RemoteError: An end does not answer.
    """
    ends, form = pair.ends, pair.form
    books: dict[SideName, RawBook] = {}
    for name in SIDES:
        same = next((books[one] for one in books if ends[one].store is ends[name].store), None)
        books[name] = _read(ends[name]) if same is None else same
    readings = {name: _interpret(book, form, catalogue, worktime) for name, book in books.items()}
    listed = {name: _support(books[name], readings[name], form) for name in SIDES}
    for name in SIDES:
        # A list that both have is read once.
        mine = [sheet.rows for sheet in listed[name]]
        theirs = [sheet for sheet in listed[other(name)] if sheet.rows not in mine]
        if theirs and books[name] is not books[other(name)]:
            book = replace(books[name], sheets=(*books[name].sheets, *theirs))
            readings[name] = _interpret(book, form, catalogue, worktime)
    return {name: _found(ends[name], books[name], readings[name], form) for name in SIDES}


def _read(end: End) -> RawBook:
    try:
        return end.store.read()
    except SheetSyncError as error:
        error.where = error.where or end.address
        raise


def _interpret(book: RawBook, form: Form, catalogue: Catalogue, worktime: WorkTime) -> Reading:
    fields = {form.id: frozenset(column.id for column in form.columns)}
    return interpret(book, catalogue, worktime=worktime, fields=fields)


def _support(book: RawBook, reading: Reading, form: Form) -> tuple[RawSheet, ...]:
    """Return the sheets of a document that say how others are read, under names that nobody else has."""
    wanted = {table.sheet for table in reading.tables if table.form in SHARED - {form.id}}
    return tuple(
        replace(sheet, name=f"\0{sheet.name}", own=()) for sheet in book.sheets if sheet.name in wanted
    )


def _found(end: End, book: RawBook, reading: Reading, form: Form) -> ReadEnd:
    """Return the table of the form in a document."""
    found = [
        table
        for table in reading.tables
        if table.form == form.id
        and table.exploded_from is None
        and not table.sheet.startswith("\0")
        and end.sheet in {None, table.sheet}
    ]
    if len(found) != 1:
        raise _no_table(end, form, found, reading)
    (table,) = found
    problems = tuple(one for one in reading.problems if one.table == table.id)
    return ReadEnd(end=end, book=book, table=table, problems=problems)


def _no_table(end: End, form: Form, found: Sequence[Table], reading: Reading) -> SheetSyncError:
    title = form.title
    if found:
        sheets = "、".join(table.sheet for table in found)
        return UsageError(
            Text(f"“{title.zh}”有 {len(found)} 张。", f"There are {len(found)} tables of '{title.en}'."),
            fix=Text("请写明是哪张：bitable:APP_TOKEN/TABLE_ID。", "Name one: bitable:APP_TOKEN/TABLE_ID.")
            if end.address.startswith("bitable:")
            else Text(
                f"请在地址后写明工作表，如 文件.xlsx#{found[0].sheet}；可选：{sheets}。",
                f"Name the sheet after the address, such as book.xlsx#{found[0].sheet}; there are {sheets}.",
            ),
            where=end.address,
        )
    known = "、".join(
        dict.fromkeys(table.sheet for table in reading.tables if not table.sheet.startswith("\0"))
    )
    return InputRefusedError(
        Text(f"没有找到“{title.zh}”。", f"There is no table '{title.en}'."),
        why=Text(f"认出的表：{known}。", f"Tables that were recognised: {known}.") if known else None,
        fix=Text(
            "请检查地址和 --form；表头要有该表的列名。",
            "Check the address and --form; the headers must be those of the form.",
        ),
        where=end.address,
    )


def one_table(address: str) -> UsageError:
    """Return the refusal of a pair whose two ends are one and the same table."""
    return UsageError(
        Text("左右两边是同一张表。", "Both sides are the same table."),
        fix=Text("请写两张不同的表。", "Name two different ones."),
        where=address,
    )
