"""Tables, verdicts and problems to the Summary of a workbook."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.metrics.people import departments, homes, owners
from sheetsync.model.finding import LEVELS, Finding, Problem, Status, Verdict
from sheetsync.model.summary import Summary, Tally, WorstRow
from sheetsync.model.table import Table, TableId
from sheetsync.text import Language

WORST = 10
"""Rows in the list of what needs attention first (product expectations, section 8)."""

_WEIGHT = {Status.LATE: 0, Status.RISK: 1, Status.FAULTY: 2, Status.SOON: 3}


def compute(
    tables: Sequence[Table],
    verdicts: Sequence[Verdict],
    problems: Sequence[Problem],
    *,
    catalogue: Catalogue,
    now: datetime,
    calendar_year: int,
    title: str,
    language: Language = "zh",
) -> Summary:
    """Add up one workbook.

    Args:
        tables: What was read.
        verdicts: One a record.
        problems: Of all cells.
        catalogue: The forms.
        now: Wall clock of the project's zone.
        calendar_year: Last year of the official calendar.
        title: Name of the project, or of the workbook.
        language: Of the messages quoted.

    Returns:
        The figures; every number can be traced to rows by its group and status.
    """
    # Records that are read out of a text count with the record whose text it is.
    kept = {table.id: table for table in tables if table.exploded_from is None}
    verdicts = [verdict for verdict in verdicts if verdict.table in kept]
    home = homes(tables)
    owned = {name: owners(table, catalogue) for name, table in kept.items()}
    housed = {name: departments(table, catalogue, home) for name, table in kept.items()}
    by_form: dict[str, list[Status]] = defaultdict(list)
    by_department: dict[str, list[Status]] = defaultdict(list)
    by_owner: dict[str, list[Status]] = defaultdict(list)
    for verdict in verdicts:
        by_form[catalogue.forms[verdict.form].title.say(language)].append(verdict.status)
        if (department := housed[verdict.table][verdict.position]) is not None:
            by_department[department].append(verdict.status)
        if (owner := owned[verdict.table][verdict.position]) is not None:
            by_owner[owner].append(verdict.status)
    return Summary(
        title=title,
        cut_off=now,
        calendar_year=calendar_year,
        whole=_tally("", [verdict.status for verdict in verdicts]),
        by_form=tuple(_tally(name, statuses) for name, statuses in by_form.items()),
        by_department=_ranked(by_department),
        by_owner=_ranked(by_owner),
        deviations=sum(any(finding.rule == "D1" for finding in verdict.findings) for verdict in verdicts),
        errors=sum(problem.kind == "error" for problem in problems),
        warnings=sum(problem.kind == "warning" for problem in problems),
        worst=_worst(verdicts, kept, catalogue, now, language),
    )


def _tally(name: str, statuses: Sequence[Status]) -> Tally:
    counted = Counter(statuses)
    return Tally(
        name=name, total=len(statuses), counts=tuple((status, counted.get(status, 0)) for status in Status)
    )


def _ranked(groups: Mapping[str, Sequence[Status]]) -> tuple[Tally, ...]:
    """Return the tallies of the groups, most late first, then most at risk, then largest, then by name."""
    tallies = [_tally(name, statuses) for name, statuses in groups.items()]
    return tuple(
        sorted(
            tallies,
            key=lambda tally: (
                -tally.count(Status.LATE),
                -tally.count(Status.RISK),
                -tally.total,
                tally.name,
            ),
        )
    )


def _worst(
    verdicts: Sequence[Verdict],
    tables: Mapping[TableId, Table],
    catalogue: Catalogue,
    now: datetime,
    language: Language,
) -> tuple[WorstRow, ...]:
    waiting = [
        (verdict, verdict.findings[0])
        for verdict in verdicts
        if verdict.status in _WEIGHT and verdict.findings and verdict.findings[0].level != "info"
    ]
    waiting.sort(key=lambda pair: _order(pair[0], pair[1], now))
    rows = []
    for verdict, finding in waiting[:WORST]:
        table = tables[verdict.table]
        name = catalogue.forms[table.form].name
        shown = table.raw[name][verdict.position] if name in table.raw else ""
        due = finding.account.due if finding.account else None
        late = None if due is None or due >= now else (now.date() - due.date()).days
        rows.append(
            WorstRow(
                key=verdict.key or "",
                name=str(shown).strip(),
                owner=finding.owner or "",
                status=verdict.status,
                rule=finding.rule,
                due=due,
                days_late=late,
                message=finding.brief.say(language),
                step=finding.step.say(language),
                sheet=verdict.sheet,
                row=verdict.row,
            )
        )
    return tuple(rows)


def _order(verdict: Verdict, finding: Finding, now: datetime) -> tuple[int, int, float, str, int]:
    """Order by severity, then by how long past due, then by place."""
    due = finding.account.due if finding.account else None
    late = (now - due).total_seconds() if due else 0.0
    return (_WEIGHT[verdict.status], -LEVELS.index(finding.level), -late, verdict.sheet, verdict.row)
