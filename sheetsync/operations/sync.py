"""`sync`: brings two tables of one form in step, both ways, field by field (DESIGN section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from sheetsync.collector import uncollected
from sheetsync.errors import InputRefusedError, SheetSyncError, UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.mirror.advance import advance, changed
from sheetsync.mirror.guard import Alarm, alarms
from sheetsync.mirror.merge import merge
from sheetsync.mirror.sides import Mapped, Source, mapped, orders, side_of, value_of
from sheetsync.model.finding import Problem
from sheetsync.model.mirror import (
    SIDES,
    Action,
    Base,
    Cancelling,
    Choice,
    Deletion,
    Move,
    Plan,
    Policy,
    Side,
    SideName,
    other,
)
from sheetsync.model.rowchange import FieldValue, RowChange, Setback
from sheetsync.model.syncrun import SyncRun
from sheetsync.model.table import RawBook, Table
from sheetsync.ports import Bases, TableReader, TableWriter
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

CANCELLED = "已取消"


class Store(TableReader, TableWriter, Protocol):
    """A place that tables can be read from, and whose rows can be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a mirror.

    Args:
        address: As the user named it.
        store: Where it is.
        sheet: The sheet or table; the one with the form where it is None.
    """

    address: str
    store: Store
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a sync is bound by.

    Args:
        adopt: Whether two tables that never were in step are united; nothing is deleted then.
        deletion: What becomes of a record that one side deleted.
        prefer: The side that wins every conflict, None where people decide.
        choices: What people decided.
        max_delete: How many of the records may be deleted or marked as cancelled, in %.
        confirmed: Whether a person wants that nearly all records of a side change.
        dry_run: Only say what would be done.
    """

    adopt: bool = False
    deletion: Deletion = "mark"
    prefer: SideName | None = None
    choices: Mapping[tuple[str, str], Choice] = field(default_factory=dict)
    max_delete: float = 25
    confirmed: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync came to.

    Args:
        form: The form that is kept in step.
        addresses: Both ends, as the user named them.
        mapped: Which columns are kept in step, and which are not.
        plan: What was (in a dry run: would be) done.
        alarms: Why nothing was written although something was to be.
        written: The sides that were written.
        setbacks: What could not be written, by side.
        failed: A side that could not be written at all, and why; the other one may have been.
        problems: What could not be read on each side.
        first: True when both were united for the first time.
        books: Both documents as they were read.
    """

    form: Form
    addresses: Mapping[SideName, str]
    mapped: Mapped
    plan: Plan
    alarms: tuple[Alarm, ...] = ()
    written: tuple[SideName, ...] = ()
    setbacks: Mapping[SideName, tuple[Setback, ...]] = field(default_factory=dict)
    failed: Mapping[SideName, SheetSyncError] = field(default_factory=dict)
    problems: Mapping[SideName, tuple[Problem, ...]] = field(default_factory=dict)
    first: bool = False
    books: Mapping[SideName, RawBook] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One end as it was read."""

    end: End
    book: RawBook
    reading: Reading
    table: Table


def sync(
    left: End,
    right: End,
    form: Form,
    *,
    catalogue: Catalogue,
    worktime: WorkTime,
    bases: Bases,
    now: datetime,
    terms: Terms,
) -> SyncResult:
    """Bring two tables in step.

    The right side is written first, then the left one; what both agree on moves only as far as both were
    written, so that a run that ends in the middle is made good by the next one.

    Args:
        left: One end.
        right: The other end.
        form: The form whose records are kept in step.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.
        bases: What both last agreed on.
        now: Wall clock of the project's zone.
        terms: What the sync is bound by.

    Raises:
        UsageError: A side has no table of the form or more than one, or both were never in step.
        InputRefusedError: A side cannot be read safely.
        RemoteError: A side does not answer.
    """
    with uncollected():
        read: Mapping[SideName, _Read] = {
            name: _read(end, form, catalogue, worktime)
            for name, end in zip(SIDES, (left, right), strict=True)
        }
        base = bases.load()
        if base is None and not terms.adopt:
            raise _never_in_step()
        tables = {name: one.table for name, one in read.items()}
        common = mapped(form, tables["left"], tables["right"])
        sides, sources = {}, {}
        for name, table in tables.items():
            side, usable = side_of(table, form, common.fields)
            sides[name] = side
            sources[name] = Source(table=table, places=dict(zip(side.keys, usable, strict=True)))
        # What was agreed on before counts for nothing when two tables are united anew.
        known: Base = {} if base is None or terms.adopt else base
        policy = Policy(
            deletion=terms.deletion,
            cancelling=_cancelling(form, catalogue),
            prefer=terms.prefer,
            choices=terms.choices,
        )
        plan = merge(known, sides["left"], sides["right"], key=form.key, policy=policy)
        stopped = alarms(plan, known, sides, max_delete=terms.max_delete, confirmed=terms.confirmed)
        result = SyncResult(
            form=form,
            addresses={name: one.end.address for name, one in read.items()},
            mapped=common,
            plan=plan,
            alarms=stopped,
            problems={name: _problems(one) for name, one in read.items()},
            first=base is None,
            books={name: one.book for name, one in read.items()},
        )
        if terms.dry_run or stopped:
            return result
        return _carry_out(result, read, sides, sources, known, base, catalogue, bases, now)


def _carry_out(  # noqa: PLR0913, PLR0917 - everything that was found out before anything is written
    result: SyncResult,
    read: Mapping[SideName, _Read],
    sides: Mapping[SideName, Side],
    sources: Mapping[SideName, Source],
    known: Base,
    stored: Base | None,
    catalogue: Catalogue,
    bases: Bases,
    now: datetime,
) -> SyncResult:
    """Write what a plan asks for, and what both sides agree on since."""
    form, plan = result.form, result.plan
    asked: dict[SideName, list[tuple[Action, RowChange]]] = {}
    for name in SIDES:
        given = partial(_given, sources[other(name)], sources[name].table, result.mapped, catalogue)
        asked[name] = list(orders(plan.of(name), sources[name], form.key, given))
    touched = {act.key for name in SIDES for act, _ in asked[name]}
    run = SyncRun(
        at=now,
        left=tuple(act for act, _ in asked["left"]),
        right=tuple(act for act, _ in asked["right"]),
        before={key: known.get(key) for key in touched},
    )
    if touched:
        run = bases.begin(run)
    landed: dict[SideName, tuple[Action, ...]] = dict.fromkeys(SIDES, ())
    setbacks: dict[SideName, tuple[Setback, ...]] = {}
    failed: dict[SideName, SheetSyncError] = {}
    for name in reversed(SIDES):
        if not asked[name]:
            continue
        try:
            receipt = read[name].end.store.apply(
                [change for _, change in asked[name]], based_on=read[name].book.version
            )
        except SheetSyncError as error:
            error.where = error.where or read[name].end.address
            failed[name] = error
            continue
        rows = {(type(change), change.key) for change in receipt.landed}
        landed[name] = tuple(act for act, change in asked[name] if (type(change), change.key) in rows)
        setbacks[name] = receipt.setbacks
    after = advance(
        known,
        sides["left"],
        sides["right"],
        plan,
        key=form.key,
        landed={name: {act.key for act in acts} for name, acts in landed.items()},
    )
    fresh, forgotten = changed(stored or {}, after)
    if touched or fresh or forgotten or stored is None:
        if not touched:
            run = bases.begin(run)
        bases.finish(replace(run, state="done", left=landed["left"], right=landed["right"]), fresh, forgotten)
    return replace(
        result,
        written=tuple(name for name in SIDES if landed[name]),
        setbacks=setbacks,
        failed=failed,
    )


def _read(end: End, form: Form, catalogue: Catalogue, worktime: WorkTime) -> _Read:
    """Read one end, and find its table of the form."""
    try:
        book = end.store.read()
    except SheetSyncError as error:
        error.where = error.where or end.address
        raise
    fields = {form.id: frozenset(column.id for column in form.columns)}
    reading = interpret(book, catalogue, worktime=worktime, fields=fields)
    found = [
        table
        for table in reading.tables
        if table.form == form.id and (end.sheet is None or table.sheet == end.sheet)
    ]
    if len(found) != 1:
        raise _no_table(end, form, found, reading)
    return _Read(end=end, book=book, reading=reading, table=found[0])


def _problems(read: _Read) -> tuple[Problem, ...]:
    """Return what could not be read of the table."""
    return tuple(
        problem
        for problem in read.reading.problems
        if problem.kind == "error" and problem.sheet == read.table.sheet
    )


def _cancelling(form: Form, catalogue: Catalogue) -> Cancelling | None:
    """Return how a record of a form is marked as cancelled, None where it has no word for it."""
    for column in form.columns:
        if column.kind == "word" and column.vocabulary is not None:
            words = catalogue.vocabulary(column.vocabulary).words
            if any(word.zh == CANCELLED for word in words):
                return Cancelling(field=column.id, word=CANCELLED)
    return None


def _given(
    source: Source,
    target: Table,
    common: Mapped,
    catalogue: Catalogue,
    action: Action,
    name: str,
    move: Move,
) -> FieldValue:
    """Return the value of a move, worded in the language of the sheet it goes to."""
    kind = common.fields[name]
    if action.kind == "mark":
        value = FieldValue(kind=kind, value=move.after, text=move.after)
    elif name == catalogue.forms[target.form].key:
        return FieldValue(kind=kind, value=move.after, text=move.after)
    else:
        value = value_of(source, action.source, name, kind, move.after)
    if kind != "word" or target.language == "zh":
        return value
    vocabulary = catalogue.forms[target.form].column(name).vocabulary
    words = (
        {} if vocabulary is None else {word.zh: word.en for word in catalogue.vocabulary(vocabulary).words}
    )
    return replace(value, text=words.get(move.after, move.after))


def _never_in_step() -> UsageError:
    return UsageError(
        Text("这两张表还没有同步过。", "These two tables were never in step."),
        fix=Text(
            "第一次请加 --adopt：按编号合并，不删除任何行；可先加 --dry-run 看看。",
            "Add --adopt the first time: it unites them by id and deletes nothing; look first with --dry-run.",
        ),
    )


def _no_table(end: End, form: Form, found: Sequence[Table], reading: Reading) -> SheetSyncError:
    title = form.title
    if found:
        sheets = "、".join(table.sheet for table in found)
        return UsageError(
            Text(f"“{title.zh}”有 {len(found)} 张。", f"There are {len(found)} tables of '{title.en}'."),
            fix=Text(
                f"请在地址后写明工作表，如 文件.xlsx#{found[0].sheet}；可选：{sheets}。",
                f"Name the sheet after the address, such as book.xlsx#{found[0].sheet}; there are {sheets}.",
            ),
            where=end.address,
        )
    known = "、".join(dict.fromkeys(table.sheet for table in reading.tables))
    return InputRefusedError(
        Text(f"没有找到“{title.zh}”。", f"There is no table '{title.en}'."),
        why=Text(f"认出的表：{known}。", f"Tables that were recognised: {known}.") if known else None,
        fix=Text(
            "请检查地址和 --form；表头要有该表的列名。",
            "Check the address and --form; the headers must be those of the form.",
        ),
        where=end.address,
    )
