"""The study of a workbook: what it says, and what the rules say of it. Values only; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sheetsync.collector import uncollected
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.metrics.compute import compute
from sheetsync.metrics.ground import Ground
from sheetsync.metrics.period import week_before
from sheetsync.metrics.snapshots import snapshot
from sheetsync.metrics.trends import trends
from sheetsync.model.finding import Finding, Problem, Verdict
from sheetsync.model.order import Order
from sheetsync.model.past import NO_PAST, Past
from sheetsync.model.rung import Rung
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.summary import Summary
from sheetsync.model.table import RawBook, Table
from sheetsync.operations.ordering import ordered
from sheetsync.operations.standards import Standards
from sheetsync.ports import History, TableReader
from sheetsync.rules.contradictions import contradictions
from sheetsync.rules.courses import courses, finished
from sheetsync.rules.escalation import climbed
from sheetsync.rules.evaluate import evaluated
from sheetsync.rules.parameters import tailored
from sheetsync.rules.parse import RulePack
from sheetsync.rules.past import changes, remembered, renewed
from sheetsync.rules.rows import Columns
from sheetsync.rules.verdicts import verdicts
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a workbook says, before anything is said of it.

    Args:
        book: The workbook as it was read.
        reading: Its tables with the doubts of each cell.
        done: Changes in force that are carried out with the next write; it is read as if they were already.
    """

    book: RawBook
    reading: Reading
    done: tuple[Order, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Its tables, those that stand in texts of others last."""
        return (*self.reading.tables, *self.reading.derived)


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
        done: Changes in force that the write carries out.
        worktime: The calendar it was judged by: that of the run, with the workbook's own exceptions.
        rungs: Who is to be told of each finding, in the order of the findings.
        ground: What the figures rest on; None where nobody looks at plan and history.
    """

    book: RawBook
    packs: tuple[RulePack, ...]
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    summary: Summary
    news: Past = field(default_factory=dict)
    done: tuple[Order, ...] = ()
    worktime: WorkTime
    rungs: tuple[tuple[Rung, ...], ...] = ()
    ground: Ground | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """What is left for later runs to compare with; None where nobody looks at plan and history."""
        return None if self.ground is None else snapshot(self.ground, self.summary)


@dataclass(frozen=True, slots=True)
class Retrospect:
    """What plan and history tell is asked for.

    Args:
        history: What remembers earlier runs of the workbook, None where nobody does.
        lists: Whether the lists of the weekly report are wanted, too; a dashboard shows none of them.
    """

    history: History | None
    lists: bool = True


REMEMBERED = timedelta(days=400)
"""How far back figures are drawn."""


def study(reader: TableReader, standards: Standards, forms: Sequence[str] = ()) -> Study:
    """Read a workbook.

    Args:
        reader: Where the workbook is.
        standards: Forms, words and calendar.
        forms: Only look for these forms; for all when empty.

    Raises:
        InputRefusedError: The workbook cannot be read safely.
    """
    with uncollected():
        return understood(reader.read(), standards, forms)


def understood(book: RawBook, standards: Standards, forms: Sequence[str] = ()) -> Study:
    """Return what a workbook says that was read; the arguments are those of `study`."""
    with uncollected():
        reading = interpret(
            book,
            standards.catalogue,
            worktime=standards.worktime,
            fields=standards.fields,
            forms=forms or None,
        )
    return Study(book=book, reading=reading)


def judge(
    studied: Study,
    standards: Standards,
    *,
    now: datetime,
    title: str,
    past: Past | None = None,
    beside: Sequence[Table] = (),
    automatic: bool = False,
    retrospect: Retrospect | None = None,
) -> Judgement:
    """Judge a workbook.

    Args:
        studied: What it says.
        standards: What it is judged by.
        now: Wall clock of the project's zone.
        title: What the dashboard calls it if the project has no name.
        past: What was seen of its records before, None where nobody remembers.
        beside: Tables of other workbooks that its rules may look into.
        automatic: Whether a write carries out what changes in force order.
        retrospect: Where what plan and history tell comes from; None where nobody will look at it.
    """
    book, reading, tables = studied.book, studied.reading, studied.tables
    packs, mistakes = tailored(standards.packs, tables, standards.catalogue)
    reading = replace(reading, problems=(*reading.problems, *mistakes))
    columns = Columns()
    seen = NO_PAST
    if past is not None:
        seen = renewed(past, tables, standards.catalogue, remembered(packs), now, columns)
    evaluation = evaluated(
        tables,
        packs,
        orders=ordered(
            book, reading, packs, standards.catalogue, now=now, beside=beside, automatic=automatic
        ),
        beside=beside,
        past=seen,
        now=now,
        worktime=reading.worktime,
        catalogue=standards.catalogue,
        columns=columns,
    )
    findings = evaluation.findings
    done = finished(
        tables, now=now, worktime=reading.worktime, catalogue=standards.catalogue, columns=columns
    )
    judged = verdicts(tables, findings, reading.problems, standards.catalogue, done, columns)
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
    ground = None
    if retrospect is not None:
        history = retrospect.history
        whole = [table for table in tables if table.exploded_from is None]
        known = {table.id for table in whole}
        ground = Ground(
            tables=whole,
            verdicts=[verdict for verdict in judged if verdict.table in known],
            courses=courses(
                whole,
                packs,
                now=now,
                worktime=reading.worktime,
                catalogue=standards.catalogue,
                columns=columns,
            ),
            finished=done,
            limits=evaluation.limits,
            catalogue=standards.catalogue,
            now=now,
            worktime=reading.worktime,
            before=None if history is None else history.at(week_before(now)),
            series=() if history is None else history.figures(now - REMEMBERED),
        )
        summary = replace(summary, trends=trends(ground, summary, lists=retrospect.lists))
    return Judgement(
        book=book,
        done=studied.done,
        packs=packs,
        tables=tables,
        problems=problems,
        findings=findings,
        verdicts=judged,
        summary=summary,
        ground=ground,
        worktime=reading.worktime,
        news={} if past is None else changes(past, seen),
        rungs=climbed(
            findings,
            tables,
            packs,
            ladder=standards.ladder,
            beside=beside,
            now=now,
            worktime=reading.worktime,
            catalogue=standards.catalogue,
            columns=columns,
        ),
    )


def _with_contradictions(
    reading: Reading, judged: Sequence[Verdict], standards: Standards
) -> tuple[Problem, ...]:
    """Return the problems of a reading with those that only the computed status brings out, one a cell."""
    found = contradictions(reading.tables, judged, standards.catalogue)
    told = {(problem.sheet, problem.cell) for problem in found}
    kept = (problem for problem in reading.problems if (problem.sheet, problem.cell) not in told)
    return (*kept, *found)
