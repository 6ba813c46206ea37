"""`report weekly`: what the weekly workbook and mail are drawn from. The workbooks are only read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetsync.errors import SheetSyncError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.metrics.attention import why
from sheetsync.metrics.ground import text
from sheetsync.metrics.people import departments, homes, owners
from sheetsync.model.finding import Finding, Status, Verdict
from sheetsync.model.message import Delivery, MailDraft
from sheetsync.model.snapshot import RecordState
from sheetsync.model.summary import Summary, Week, Why
from sheetsync.model.table import Table, TableId
from sheetsync.model.weekly import ListedRecord, Overrun, Reported
from sheetsync.operations.mailing import Edition, Route, edition, post_by, weekly_key
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement
from sheetsync.operations.together import Member, judge_all
from sheetsync.ports import Clock, Outbox
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Language, Text

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 60
"""Characters of a project's name in a file name; with three bytes each it stays below what disks take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport:
    """What a weekly report came to.

    Args:
        now: When it was judged, wall clock of the project's zone.
        reported: The workbooks it speaks of.
        errors: Why others could not be read.
        output: The workbook that was written, None if there was nothing to report.
        page: The page for a browser that was written; None if none was asked for.
        deliveries: What became of the mail, one a recipient; empty if none was asked for.
    """

    now: datetime
    reported: tuple[Reported, ...]
    errors: tuple[SheetSyncError, ...] = ()
    output: str | None = None
    page: str | None = None
    deliveries: tuple[Delivery, ...] = ()

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """The figures of each workbook."""
        return tuple(one.summary for one in self.reported)

    @property
    def week(self) -> Week | None:
        """The week it speaks of, None if there was nothing to report."""
        weeks = [one.trends.week for one in self.summaries if one.trends is not None]
        return weeks[0] if weeks else None


def weekly(units: Sequence[Sequence[Member]], standards: Standards, *, now: datetime) -> WeeklyReport:
    """Judge workbooks for a weekly report.

    Args:
        units: The workbooks, those that belong together in one unit; one that fails does not stop the others.
        standards: What they are judged by.
        now: Wall clock of the project's zone.
    """
    reported: list[Reported] = []
    errors: list[SheetSyncError] = []
    for members in units:
        judged = [member for member in members if member.judged]
        for member, found in zip(judged, judge_all(members, standards, now=now), strict=True):
            if isinstance(found, SheetSyncError):
                errors.append(found)
            else:
                reported.append(_reported(Path(member.path).name, found, standards, now))
    return WeeklyReport(now=now, reported=tuple(reported), errors=tuple(errors))


def file_name(report: WeeklyReport, project: str, language: Language) -> str:
    """Return what the workbook is called where nobody says: `周报_新品上市_2026-W47.xlsx`.

    Args:
        report: With a week.
        project: Name of the project, may be empty.
        language: Of the first word.
    """
    if report.week is None:
        raise ValueError("a report without a workbook has no name")
    several = Text(f"{len(report.reported)}个工作簿", f"{len(report.reported)}-workbooks").say(language)
    name = project or (Path(report.reported[0].name).stem if len(report.reported) == 1 else several)
    plain = _NOT_IN_NAMES.sub("_", name).strip(" ._")[:_LONGEST_NAME].strip()
    word = Text("周报", "weekly").say(language)
    return f"{word}_{plain or word}_{report.week.year}-W{report.week.number:02}.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """How the mail of a weekly report leaves.

    Args:
        report: With a week.
        job: What it is about, for the key that lets it leave once.
        sender: `name <address>` or an address.
        recipients: Readers, as the settings name them.
        routes: The ways it may leave by, in the order they are tried.
        clock: Tells when it was written.
        outbox: What left before, None without a project.
    """

    report: WeeklyReport
    job: str
    sender: str
    recipients: Sequence[str]
    routes: Sequence[Route]
    clock: Clock
    outbox: Outbox | None

    def edition(self, *, correct: bool) -> Edition:
        """Return which version is to leave.

        Args:
            correct: True for a corrected version of what anybody may have got.
        """
        week = self.report.week
        if self.outbox is None or week is None:
            return Edition()
        return edition(self.outbox, self.job, week, correct=correct)

    def post(self, draft: MailDraft) -> Iterator[Delivery]:
        """Send it to everybody; yield what became of each.

        Raises:
            SheetSyncError: Outbox or folder cannot be written; what was yielded before holds.
        """
        if self.report.week is not None:
            yield from post_by(
                self.routes,
                draft,
                key=weekly_key(self.job, self.report.week, draft.version),
                sender=self.sender,
                recipients=self.recipients,
                clock=self.clock,
                outbox=self.outbox,
            )


def job_of(report: WeeklyReport, project: str | None) -> str:
    """Return what a report is about: the project, or the workbooks that were named.

    Args:
        report: With workbooks.
        project: None where workbooks were named.
    """
    return project or "+".join(sorted(Path(one.name).stem for one in report.reported))


def _reported(name: str, judgement: Judgement, standards: Standards, now: datetime) -> Reported:
    tables = [table for table in judgement.tables if table.exploded_from is None]
    return Reported(
        name=name,
        summary=judgement.summary,
        records=tuple(_records(judgement, tables, standards, now)),
        overruns=tuple(_overruns(judgement, standards, now)),
        problems=judgement.problems,
    )


def _records(
    judgement: Judgement, tables: Sequence[Table], standards: Standards, now: datetime
) -> Iterator[ListedRecord]:
    known = {table.id: table for table in tables}
    bare = _Bare(judgement.tables, standards.catalogue)
    snapshot = judgement.snapshot
    states = {} if snapshot is None else snapshot.records
    for verdict in judgement.verdicts:
        table = known.get(verdict.table)
        if table is None:
            continue
        state = states.get((verdict.form, verdict.key or ""))
        state = bare.state(table, verdict) if state is None else state._replace(status=verdict.status)
        first = next((one for one in verdict.findings if one.level != "info"), None)
        yield ListedRecord(
            form=table.form,
            title=standards.catalogue.forms[table.form].title,
            key=verdict.key or "",
            state=state,
            due=None if first is None or first.account is None else first.account.due,
            days_late=None if first is None else _days_late(first, now),
            message="" if first is None else first.brief.say(standards.language),
            step="" if first is None else first.step.say(standards.language),
            sheet=verdict.sheet,
            row=verdict.row,
            why=_why(judgement, table, verdict),
        )


def _why(judgement: Judgement, table: Table, verdict: Verdict) -> Why:
    if judgement.ground is None or verdict.status not in {Status.LATE, Status.RISK}:
        return Why()
    return why(judgement.ground, verdict.key or "", table, verdict.position)


class _Bare:
    """Tells how records stand that no snapshot holds, as those without an id."""

    def __init__(self, tables: Sequence[Table], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._home = homes(tables)
        self._of: dict[TableId, tuple[list[str | None], list[str | None]]] = {}

    def state(self, table: Table, verdict: Verdict) -> RecordState:
        if table.id not in self._of:
            owned = owners(table, self._catalogue)
            self._of[table.id] = owned, departments(table, self._catalogue, self._home, owned)
        owned, housed = self._of[table.id]
        return RecordState(
            status=verdict.status,
            owner=owned[verdict.position] or "",
            department=housed[verdict.position] or "",
            name=text(table, self._catalogue.forms[table.form].name, verdict.position),
            rules=tuple(dict.fromkeys(one.rule for one in verdict.findings if one.level != "info")),
        )


def _days_late(finding: Finding, now: datetime) -> int | None:
    due = finding.account.due if finding.account is not None else None
    return None if due is None or due >= now else (now.date() - due.date()).days


def _overruns(judgement: Judgement, standards: Standards, now: datetime) -> list[Overrun]:
    tables = {table.id: table for table in judgement.tables}
    found = []
    for finding in judgement.findings:
        account = finding.account
        if account is None or account.limit is None or account.due >= (account.stopped or now):
            continue
        table = tables[finding.table]
        found.append(
            Overrun(
                rule=finding.rule,
                key=finding.key or "",
                name=text(table, standards.catalogue.forms[table.form].name, finding.position),
                actor=finding.actor,
                started=account.started,
                limit=account.limit,
                due=account.due,
                stopped=account.stopped,
                overdue=finding.overdue,
                message=finding.brief.say(standards.language),
                sheet=finding.sheet,
                row=finding.row,
            )
        )
    return sorted(found, key=lambda one: (-(one.overdue or timedelta()), one.sheet, one.row))


def weekly_document(report: WeeklyReport, *, zone: ZoneInfo, language: Language) -> Document:
    """Return the JSON document of a weekly report.

    Args:
        report: What was made.
        zone: The project's zone.
        language: Of titles and messages.
    """
    week = report.week
    return {
        "schema": "sheetsync.report/1",
        "now": zoned(report.now, zone),
        "week": None if week is None else _week(week, zone),
        "output": report.output,
        "html": report.page,
        "workbooks": [_summary(one, zone, language) for one in report.reported],
        "mail": [
            {
                "recipient": one.recipient,
                "state": one.state,
                "place": one.place,
                "reply": one.reply.say(language),
            }
            for one in report.deliveries
        ],
        "errors": [error.say(language) for error in report.errors],
    }


def _week(week: Week, zone: ZoneInfo) -> Document:
    return {
        "year": week.year,
        "number": week.number,
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "holiday": week.holiday,
        "compared_with": None if week.compared_with is None else zoned(week.compared_with, zone),
    }


def _summary(one: Reported, zone: ZoneInfo, language: Language) -> Document:
    trends = one.summary.trends
    document: Document = {
        "name": one.name,
        "title": one.summary.title,
        "cut_off": zoned(one.summary.cut_off, zone),
    }
    if trends is None:
        return document
    return document | {
        "light": trends.light,
        "headline": trends.headline.say(language),
        "figures": [
            {
                "name": figure.name,
                "title": figure.title.say(language),
                "value": figure.value,
                "before": figure.before,
                "unit": figure.unit,
            }
            for figure in trends.figures
        ],
        "reporting": {
            "asked": trends.reporting.asked,
            "told": trends.reporting.told,
            "silent": [{"name": name, "records": count} for name, count in trends.reporting.silent],
        },
        "wanted": len(trends.wanted),
        "forecast": {
            "first": None if trends.forecast.first is None else trends.forecast.first.isoformat(),
            "last": None if trends.forecast.last is None else trends.forecast.last.isoformat(),
            "planned": None if trends.forecast.planned is None else trends.forecast.planned.isoformat(),
        },
    }
