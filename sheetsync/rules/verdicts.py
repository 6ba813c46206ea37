"""Findings and problems to one word a record: its 预警状态."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count, repeat

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.course import Flags
from sheetsync.model.finding import LEVELS, Finding, Problem, Status, Verdict
from sheetsync.model.table import Table, TableId
from sheetsync.rules.rows import Book, Columns
from sheetsync.rules.standing import standing
from sheetsync.worktime import WorkTime

PRECEDENCE: tuple[Status, ...] = (Status.LATE, Status.FAULTY, Status.RISK, Status.SOON, Status.NORMAL)
"""Of several words the first counts."""


def verdicts(
    tables: Sequence[Table],
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    catalogue: Catalogue,
    finished: Mapping[TableId, Flags] | None = None,
    columns: Columns | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdict of every record, table by table, row by row.

    An unreadable cell makes a record 数据异常 unless something worse is known of it. A finished record
    without either is 已完成. What a record's texts hold as records of another form counts for it, too.

    Args:
        tables: What was read.
        findings: Rules not met.
        problems: Cells not read.
        catalogue: The forms.
        finished: Records with nothing left to do, by table, where that is known already.
        columns: What was made of the tables' columns before.
    """
    sources = _sources(tables)
    of_table: dict[TableId, dict[int, list[Finding]]] = {}
    for finding in findings:
        place = (finding.table, finding.position)
        for name, position in (place, sources[place]) if place in sources else (place,):
            of_table.setdefault(name, {}).setdefault(position, []).append(finding)
    faults = Counter((problem.table, problem.row) for problem in problems if problem.kind == "error")
    # No verdict looks at the clock: only the states are asked for.
    book = Book(tables, catalogue, WorkTime.standard(), datetime.min, columns=columns or Columns())
    found: list[Verdict] = []
    for rows in book.rows:
        table = rows.table
        if rows.form.is_support:
            continue
        name = table.id
        of_row = of_table.get(name, {})
        unread = {row: count for (where, row), count in faults.items() if where == name}
        ended = (standing(rows).finished if finished is None else finished[name]).tolist()
        numbers = table.rows.tolist()
        usual = [Status.DONE if done else Status.NORMAL for done in ended]
        # Most records have nothing against them. By place, because names would double the cost.
        of_one = list(map(Verdict, repeat(name), count(), numbers, rows.keys.tolist(), usual))
        faulty = {position for position, row in enumerate(numbers) if row in unread} if unread else set()
        for position in of_row.keys() | faulty:
            worst = sorted(of_row.get(position, ()), key=_severity)
            unread_cells = unread.get(numbers[position], 0)
            usual_one = of_one[position]
            of_one[position] = Verdict(
                table=name,
                position=position,
                row=usual_one.row,
                key=usual_one.key,
                status=_word(worst, bool(unread_cells), ended[position]),
                findings=tuple(worst),
                problems=unread_cells,
            )
        found += of_one
    return tuple(found)


def _sources(tables: Sequence[Table]) -> dict[tuple[TableId, int], tuple[TableId, int]]:
    """Return, for records read out of a text, the record whose text it is."""
    found: dict[tuple[TableId, int], tuple[TableId, int]] = {}
    for table in tables:
        if table.exploded_from is None:
            continue
        source = next(
            other
            for other in tables
            if (other.form, other.sheet, other.header_row)
            == (table.exploded_from, table.sheet, table.header_row)
        )
        places = {row: position for position, row in enumerate(source.rows.tolist())}
        name, whole = table.id, source.id
        for position, row in enumerate(table.rows.tolist()):
            found[name, position] = whole, places[row]
    return found


def _severity(finding: Finding) -> tuple[int, int, str]:
    return PRECEDENCE.index(finding.status), -LEVELS.index(finding.level), finding.rule


def _word(findings: Sequence[Finding], faulty: bool, finished: bool) -> Status:
    words = {finding.status for finding in findings}
    if faulty:
        words.add(Status.FAULTY)
    worst = next((word for word in PRECEDENCE if word in words), Status.NORMAL)
    return Status.DONE if finished and worst is Status.NORMAL else worst
