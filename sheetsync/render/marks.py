"""Verdicts to edits: the three columns of ours and the colours of the rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sheetsync import palette
from sheetsync.model.edit import AppendColumns, CellValue, Edit, EngineColumn, MarkRows, SetCells
from sheetsync.model.finding import STATUS_TEXT, Problem, Status, Verdict
from sheetsync.model.table import RawBook, RawSheet, Table, TableId
from sheetsync.text import Language, Text

SHOWN = 30
"""Characters of an unread cell that are quoted."""
NOTE_LIMIT = 500
"""Characters of 预警说明; a cell may hold more, a reader may not."""

_WORDS = frozenset(text.say(language) for text in STATUS_TEXT.values() for language in ("zh", "en"))
_BETWEEN = Text("；", "; ")


def marks(
    book: RawBook,
    tables: Sequence[Table],
    verdicts: Sequence[Verdict],
    problems: Sequence[Problem],
    *,
    columns: Mapping[Language, tuple[EngineColumn, ...]],
    now: datetime,
    looks: Mapping[Status, tuple[str, str | None]] | None = None,
) -> Iterator[Edit]:
    """Yield the edits that mark every record of a workbook, each table in the language of its headers.

    Args:
        book: The workbook as it was read.
        tables: The tables to mark.
        verdicts: One a record, table by table.
        problems: Of all cells.
        columns: Our columns, by language.
        now: Wall clock of the project's zone; stamped where a status is new.
        looks: Colours that a project chose for some statuses: fill and font as RRGGBB.
    """
    chosen = {palette.STATUS_STYLE[status]: look for status, look in (looks or {}).items()}
    of_table = {name: tuple(of_one) for name, of_one in groupby(verdicts, key=attrgetter("table"))}
    unread: dict[tuple[TableId, int], list[Problem]] = {}
    for problem in problems:
        if problem.kind == "error" and problem.row is not None and problem.table is not None:
            unread.setdefault((problem.table, problem.row), []).append(problem)
    raw = {sheet.name: sheet for sheet in book.sheets}
    free = max(book.numbers, default=0)
    for table in tables:
        if table.own is None:
            free += 1
        number = free if table.own is None else table.own.number
        yield from _table(
            table,
            raw[table.sheet],
            of_table.get(table.id, ()),
            unread,
            number=number,
            columns=columns[table.language],
            now=now,
        )
        crowded = any(_right_of(other, table) for other in tables)
        yield _colours(table, number, crowded=crowded, looks=chosen)


def _right_of(other: Table, table: Table) -> bool:
    """Tell whether another table stands at the right of a table."""
    return (
        other.sheet == table.sheet
        and other.first_column > table.last_column
        and other.header_row <= table.last_row
        and table.header_row <= other.last_row
    )


def _table(
    table: Table,
    sheet: RawSheet,
    verdicts: Sequence[Verdict],
    unread: Mapping[tuple[TableId, int], Sequence[Problem]],
    *,
    number: int,
    columns: tuple[EngineColumn, ...],
    now: datetime,
) -> Iterator[Edit]:
    language, name = table.language, table.id
    yield AppendColumns(
        sheet=table.sheet,
        number=number,
        header_row=table.header_row,
        last_row=table.last_row,
        after_column=table.last_column,
        columns=columns,
    )
    doubtful = {row: found for (where, row), found in unread.items() if where == name}
    words = {status: text.say(language) for status, text in STATUS_TEXT.items()}
    stamp_now = now.replace(second=0, microsecond=0)
    rows = table.rows.tolist()
    status: dict[int, CellValue] = {verdict.row: words[verdict.status] for verdict in verdicts}
    note: dict[int, CellValue] = dict.fromkeys(rows)
    for verdict in verdicts:
        if verdict.findings or verdict.row in doubtful:
            found = doubtful.get(verdict.row, ())
            note[verdict.row] = _note(verdict, found, language)[:NOTE_LIMIT] or None
    was = table.engine.get("status", ("",) * len(table))
    stamped = table.engine.get("since", ("",) * len(table))
    since: dict[int, CellValue] = {
        row: stamp_now
        for row, before, word, stamp in zip(rows, was, status.values(), stamped, strict=True)
        if before != word or not stamp
    }
    for row in _abandoned(table, sheet, rows):
        status[row] = note[row] = since[row] = None
    for column, values in (("status", status), ("note", note), ("since", since)):
        yield SetCells(sheet=table.sheet, number=number, column=column, values=values)


def _colours(
    table: Table, number: int, *, crowded: bool, looks: Mapping[str, tuple[str, str | None]]
) -> MarkRows:
    """Return the order to colour the rows of a table; `crowded` where another one stands at its right."""
    return MarkRows(
        sheet=table.sheet,
        number=number,
        header_row=table.header_row,
        last_row=table.last_row,
        first_column=table.first_column,
        column="status",
        styles=tuple(
            (text.say(table.language), palette.STATUS_STYLE[word]) for word, text in STATUS_TEXT.items()
        ),
        before=table.before,
        last_column=table.last_column if crowded else None,
        looks=looks,
    )


def _note(verdict: Verdict, unread: Sequence[Problem], language: Language) -> str:
    """Say rule, what is not met and the next step; nothing that changes while nothing happens."""
    said = [
        f"[{finding.rule}] {finding.brief_in(language)} → {finding.step.say(language)}"
        for finding in verdict.findings
        if finding.level != "info"
    ]
    said += [_unread(problem).say(language) for problem in unread]
    return _BETWEEN.say(language).join(said)


def _unread(problem: Problem) -> Text:
    """Say which cell was not understood, what stands there, why, and what to type instead."""
    raw = str(problem.raw).strip()
    shown = raw if len(raw) <= SHOWN else raw[: SHOWN - 1] + "…"
    what, wanted = problem.message, problem.suggestion
    place = problem.column or problem.cell or ""
    return Text(
        f"看不懂：{place}"
        + (f"“{shown}”" if shown else "")
        + f"，{what.zh}"
        + (f"；{wanted.zh}" if wanted else ""),
        f"Not understood: {place}"
        + (f" '{shown}'" if shown else "")
        + f", {what.en}"
        + (f"; {wanted.en}" if wanted else ""),
    )


def _abandoned(table: Table, sheet: RawSheet, records: Sequence[int]) -> list[int]:
    """Return rows of the table's range that still carry our text but are no record any more."""
    if table.own is None or "status" not in table.own.columns:
        return []
    index, first = table.own.columns["status"] - sheet.first_column, sheet.first_row
    if index < 0:
        return []
    end = first + len(sheet.rows)
    below = range(max(table.header_row + 1, first), end if table.before is None else min(table.before, end))
    bare = set(below).difference(records)
    return sorted(
        [row for row in bare if index < len(cells := sheet.rows[row - first]) and cells[index] in _WORDS]
    )
