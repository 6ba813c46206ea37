"""`check`: reads a workbook, evaluates the rules, and marks the workbook where asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sheetsync.collector import uncollected
from sheetsync.errors import SheetSyncError
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.metrics.compute import compute
from sheetsync.model.edit import Change, Edit
from sheetsync.model.finding import LEVELS, Finding, Level, Problem, Verdict
from sheetsync.model.past import NO_PAST, Past
from sheetsync.model.summary import Summary
from sheetsync.model.table import RawBook, Table
from sheetsync.operations.standards import Standards
from sheetsync.ports import Memory, Presenter, TableReader
from sheetsync.render.dashboard import dashboard
from sheetsync.render.marks import marks
from sheetsync.render.problems import problems_tab
from sheetsync.rules.contradictions import contradictions
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parameters import tailored
from sheetsync.rules.parse import RulePack, needed_fields
from sheetsync.rules.past import changes, remembered, renewed
from sheetsync.rules.verdicts import verdicts
from sheetsync.templates.layout import engine_columns

Writing = Literal["none", "preview", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the study says of one workbook: values only, nothing written yet.

    Args:
        book: The workbook as it was read.
        packs: The rules it was judged by: those of the run, with the workbook's own parameters.
        tables: What was read.
        problems: Cells not read or read with a doubt.
        findings: Rules not met.
        verdicts: The status of every record.
        summary: The figures.
        news: What was seen of its records for the first time.
    """

    book: RawBook
    packs: tuple[RulePack, ...]
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    summary: Summary
    news: Past = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookResult:
    """What a check of one workbook came to.

    Args:
        path: The workbook as the user named it.
        now: The time it was judged at, wall clock of the project's zone.
        error: Why it could not be checked, None when it was.
        tables: The forms found.
        problems: Cells not read or read with a doubt.
        findings: Rules not met.
        verdicts: The status of every record.
        summary: The figures, None when it could not be checked.
        changes: What was (preview: would be) written.
        written: True when the workbook, or the marked copy, was written.
        output: Where the marked workbook is, None if nothing was asked to be written.
    """

    path: str
    now: datetime
    error: SheetSyncError | None = None
    tables: tuple[Table, ...] = ()
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    summary: Summary | None = None
    changes: tuple[Change, ...] = ()
    written: bool = False
    output: str | None = None

    def worst(self) -> Level | None:
        """Return the highest level among the findings, None if there are none."""
        levels = [LEVELS.index(finding.level) for finding in self.findings]
        return LEVELS[max(levels)] if levels else None


def judge(
    reader: TableReader, standards: Standards, *, now: datetime, title: str, past: Past = NO_PAST
) -> Judgement:
    """Read one workbook and judge it; nothing is written.

    Args:
        reader: Where the workbook is.
        standards: What it is judged by.
        now: Wall clock of the project's zone.
        title: What the dashboard calls it if the project has no name.
        past: What was seen of its records before.

    Raises:
        InputRefusedError: The workbook cannot be read safely.
    """
    with uncollected():
        book = reader.read()
        reading = interpret(
            book,
            standards.catalogue,
            worktime=standards.worktime,
            fields=needed_fields(standards.packs, standards.catalogue),
        )
    tables = (*reading.tables, *reading.derived)
    packs, mistakes = tailored(standards.packs, tables, standards.catalogue)
    reading = replace(reading, problems=(*reading.problems, *mistakes))
    seen = renewed(past, tables, standards.catalogue, remembered(packs), now)
    findings = evaluate(
        tables,
        packs,
        past=seen,
        now=now,
        worktime=reading.worktime,
        catalogue=standards.catalogue,
    )
    judged = verdicts(tables, findings, reading.problems, standards.catalogue)
    problems = _with_contradictions(reading, judged, standards)
    summary = compute(
        tables,
        judged,
        problems,
        catalogue=standards.catalogue,
        now=now,
        calendar_year=standards.worktime.last_published_year,
        title=standards.project or title,
        language=standards.language,
    )
    return Judgement(
        book=book,
        packs=packs,
        tables=tables,
        problems=problems,
        findings=findings,
        verdicts=judged,
        summary=summary,
        news=changes(past, seen),
    )


def edits(judgement: Judgement, standards: Standards, *, now: datetime) -> Sequence[Edit]:
    """Return everything that marks a workbook: columns, colours, dashboard, data problems."""
    return tuple(_edits(judgement, standards, now))


def check(
    reader: TableReader,
    standards: Standards,
    *,
    now: datetime,
    path: str,
    title: str,
    presenter: Presenter | None = None,
    writing: Writing = "none",
    memory: Memory | None = None,
) -> BookResult:
    """Check one workbook and, where asked, mark it.

    Args:
        reader: The workbook.
        standards: What it is judged by.
        now: Wall clock of the project's zone.
        path: The workbook as the user named it.
        title: What the dashboard calls it if the project has no name.
        presenter: The same workbook as a document that can be marked; None where it cannot or need not be.
        writing: `none` reads only, `preview` says what a write would change, `write` writes.
        memory: What remembers its records, None without a project; only `write` adds to it.

    Raises:
        SheetSyncError: The workbook cannot be read, or not be written; then nothing was written.
    """
    past = NO_PAST if memory is None else memory.past()
    judgement = judge(reader, standards, now=now, title=title, past=past)
    presented = None
    written = False
    if presenter is not None and writing != "none" and judgement.tables:
        ordered = edits(judgement, standards, now=now)
        act = presenter.present if writing == "write" else presenter.preview
        presented = act(ordered, based_on=judgement.book.version)
        if writing == "write" and memory is not None:
            memory.record(judgement.news)
        elsewhere = presented.path != path
        written = writing == "write" and (elsewhere or bool(presented.changes))
    return BookResult(
        path=path,
        now=now,
        tables=judgement.tables,
        problems=judgement.problems,
        findings=judgement.findings,
        verdicts=judgement.verdicts,
        summary=judgement.summary,
        changes=presented.changes if presented else (),
        written=written,
        output=presented.path if presented else None,
    )


def _with_contradictions(
    reading: Reading, judged: Sequence[Verdict], standards: Standards
) -> tuple[Problem, ...]:
    """Return the problems of a reading with those that only the computed status brings out, one a cell."""
    found = contradictions(reading.tables, judged, standards.catalogue)
    told = {(problem.sheet, problem.cell) for problem in found}
    kept = (problem for problem in reading.problems if (problem.sheet, problem.cell) not in told)
    return (*kept, *found)


def _edits(judgement: Judgement, standards: Standards, now: datetime) -> Iterator[Edit]:
    yield from marks(
        judgement.book,
        # What stands in a text is marked with its row; support sheets are not judged.
        [
            table
            for table in judgement.tables
            if table.exploded_from is None and not standards.catalogue.forms[table.form].is_support
        ],
        judgement.verdicts,
        judgement.problems,
        columns={"zh": engine_columns("zh"), "en": engine_columns("en")},
        now=now,
        looks=standards.looks,
    )
    yield dashboard(judgement.summary, standards.language)
    yield problems_tab(judgement.problems, standards.language, now)
