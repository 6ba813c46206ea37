"""`check`: judges a workbook that was read, and marks it where asked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sheetsync.errors import SheetSyncError
from sheetsync.model.audit import AuditEntry
from sheetsync.model.edit import Change, Edit
from sheetsync.model.finding import LEVELS, Finding, Level, Problem, Status, Verdict
from sheetsync.model.rung import Rung
from sheetsync.model.summary import Summary
from sheetsync.model.table import Table
from sheetsync.operations.ordering import replacements, trail
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement
from sheetsync.ports import History, Memory, Presenter
from sheetsync.render.dashboard import dashboard
from sheetsync.render.marks import marks
from sheetsync.render.problems import problems_tab, unmarked
from sheetsync.templates.layout import engine_columns
from sheetsync.text import Text

Writing = Literal["none", "preview", "write"]


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
        rungs: Who is to be told of each finding, in the order of the findings.
        beside: The other workbooks of the project that its rules looked into.
        notes: What the user should know beside all that, such as one of those that could not be read.
        updates: Cells of people that the write gave the value of a change in force.
        held: Why the write went to a copy beside the workbook; None where it did not.
    """

    path: str
    now: datetime
    error: SheetSyncError | None = None
    tables: tuple[Table, ...] = ()
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    summary: Summary | None = None
    changes: Sequence[Change] = ()
    written: bool = False
    output: str | None = None
    rungs: tuple[tuple[Rung, ...], ...] = ()
    beside: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    updates: tuple[Text, ...] = ()
    held: SheetSyncError | None = None

    @property
    def counted(self) -> Mapping[Status, int]:
        """How many rows of its sheets have each status; what was read out of their texts does not count."""
        inside = {table.id for table in self.tables if table.exploded_from is not None}
        return Counter(verdict.status for verdict in self.verdicts if verdict.table not in inside)

    def worst(self) -> Level | None:
        """Return the highest level among the findings, None if there are none."""
        levels = [LEVELS.index(finding.level) for finding in self.findings]
        return LEVELS[max(levels)] if levels else None


def edits(judgement: Judgement, standards: Standards, *, now: datetime) -> Sequence[Edit]:
    """Return everything that a write does: changes in force, columns, colours, dashboard, data problems."""
    return tuple(_edits(judgement, standards, now))


def conclude(
    judgement: Judgement,
    standards: Standards,
    *,
    now: datetime,
    path: str,
    presenter: Presenter | None = None,
    writing: Writing = "none",
    memory: Memory | None = None,
    history: History | None = None,
) -> BookResult:
    """Return what the check of a workbook came to and, where asked, mark it.

    Args:
        judgement: What the study says of it.
        standards: What it was judged by.
        now: Wall clock of the project's zone.
        path: The workbook as the user named it.
        presenter: The same workbook as a document that can be marked; None where it cannot or need not be.
        writing: `none` reads only, `preview` says what a write would change, `write` writes.
        memory: What remembers its records, None without a project; only `write` adds to it.
        history: What remembers how it stood in each run; likewise.

    Raises:
        SheetSyncError: The workbook cannot be written; then nothing was written.
    """
    presented = None
    written = False
    updates: tuple[Text, ...] = ()
    if presenter is not None and writing != "none" and judgement.tables:
        ordered = edits(judgement, standards, now=now)
        act = presenter.present if writing == "write" else presenter.preview
        presented = act(ordered, based_on=judgement.book.version)
        if writing == "write" and memory is not None:
            entries = trail(judgement.done, presented.changes, now)
            memory.record(judgement.news, entries)
            updates = tuple(map(_updated, entries))
        snapshot = judgement.snapshot if writing == "write" and history is not None else None
        if history is not None and snapshot is not None:
            history.keep(snapshot)
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
        rungs=judgement.rungs,
        updates=updates,
    )


def _updated(entry: AuditEntry) -> Text:
    return Text(
        f"{entry.cause} 已生效，{entry.record_id} 的“{entry.field}”已由 {entry.old_value or '（空）'} 改为 "
        f"{entry.new_value}。",
        f"{entry.cause} is in force: '{entry.field}' of {entry.record_id} went from "
        f"{entry.old_value or 'empty'} to {entry.new_value}.",
    )


def _edits(judgement: Judgement, standards: Standards, now: datetime) -> Iterator[Edit]:
    forms = standards.catalogue.forms
    yield from replacements(judgement.done)
    yield from marks(
        judgement.book,
        # What stands in a text is marked with its row; support sheets bear no marks.
        [
            table
            for table in judgement.tables
            if table.exploded_from is None and not forms[table.form].is_support
        ],
        judgement.verdicts,
        judgement.problems,
        columns={"zh": engine_columns("zh"), "en": engine_columns("en")},
        now=now,
        looks=standards.looks,
    )
    yield dashboard(judgement.summary, standards.language)
    support = [table for table in judgement.tables if forms[table.form].is_support]
    listed = (*judgement.problems, *unmarked(judgement.findings, support))
    yield problems_tab(listed, standards.language)
