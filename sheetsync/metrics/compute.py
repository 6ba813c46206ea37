"""Tables, verdicts and problems to the Summary of a workbook."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sheetsync.forms.catalogue import Catalogue
from sheetsync.metrics.people import departments, homes, owners
from sheetsync.model.finding import LEVELS, Finding, Problem, Status, Verdict
from sheetsync.model.summary import Summary, Tally, WorstRow
from sheetsync.model.table import Table, TableId
from sheetsync.text import Language

WORST = 10
"""Rows in the list of what needs attention first (product expectations, section 8)."""

_STATUSES = tuple(Status)
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
    by_table = [
        (name, list(of_one)) for name, of_one in groupby(verdicts, key=attrgetter("table")) if name in kept
    ]
    verdicts = [verdict for _, of_one in by_table for verdict in of_one]
    home = homes(tables)
    owned = {name: owners(table, catalogue) for name, table in kept.items()}
    housed = {name: departments(table, catalogue, home, owned[name]) for name, table in kept.items()}
    by_form, by_department, by_owner = _Groups(), _Groups(), _Groups()
    for name, of_one in by_table:
        statuses = [verdict.status for verdict in of_one]
        positions = [verdict.position for verdict in of_one]
        by_form.add_to(catalogue.forms[name.form].title.say(language), statuses)
        departments_of, owners_of = housed[name], owned[name]
        by_department.add([departments_of[position] for position in positions], statuses)
        by_owner.add([owners_of[position] for position in positions], statuses)
    return Summary(
        title=title,
        cut_off=now,
        calendar_year=calendar_year,
        whole=_tally("", Counter([verdict.status for verdict in verdicts])),
        by_form=by_form.tallies(),
        by_department=_ranked(by_department.tallies()),
        by_owner=_ranked(by_owner.tallies()),
        deviations=sum(
            any(finding.rule == "D1" for finding in verdict.findings)
            for verdict in verdicts
            if verdict.findings
        ),
        errors=sum(problem.kind == "error" for problem in problems),
        warnings=sum(problem.kind == "warning" for problem in problems),
        worst=_worst(verdicts, kept, housed, catalogue, now, language),
    )


class _Groups:
    """Counts statuses group by group."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str | None, Status]] = Counter()

    def add(self, names: Sequence[str | None], statuses: Sequence[Status]) -> None:
        """Count records; those of no group are left out."""
        self._counts.update(zip(names, statuses, strict=True))

    def add_to(self, name: str, statuses: Sequence[Status]) -> None:
        """Count records of one group."""
        self._counts.update({(name, status): count for status, count in Counter(statuses).items()})

    def tallies(self) -> tuple[Tally, ...]:
        """Return the counts of each group, in the order in which they came."""
        groups: dict[str, dict[Status, int]] = {}
        for (name, status), count in self._counts.items():
            if name is not None:
                groups.setdefault(name, {})[status] = count
        return tuple([_tally(name, counted) for name, counted in groups.items()])


def _tally(name: str, counted: Mapping[Status, int]) -> Tally:
    counts = tuple([(status, counted.get(status, 0)) for status in _STATUSES])
    return Tally(name=name, total=sum(counted.values()), counts=counts)


def _ranked(tallies: Sequence[Tally]) -> tuple[Tally, ...]:
    """Return tallies, most late first, then most at risk, then largest, then by name."""
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
    housed: Mapping[TableId, Sequence[str | None]],
    catalogue: Catalogue,
    now: datetime,
    language: Language,
) -> tuple[WorstRow, ...]:
    waiting = [
        (verdict, verdict.findings[0])
        for verdict in verdicts
        if verdict.findings and verdict.status in _WEIGHT and verdict.findings[0].level != "info"
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
                department=housed[verdict.table][verdict.position] or "",
            )
        )
    return tuple(rows)


def _order(verdict: Verdict, finding: Finding, now: datetime) -> tuple[int, int, float, str, int]:
    """Order by severity, then by how long past due, then by place."""
    due = finding.account.due if finding.account else None
    late = (now - due).total_seconds() if due else 0.0
    return (_WEIGHT[verdict.status], -LEVELS.index(finding.level), -late, verdict.sheet, verdict.row)
