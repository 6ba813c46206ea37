"""The JSON documents of the commands: their fields are a contract (interface, section 4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync.model.finding import Account, Finding, Problem, Verdict
from sheetsync.model.rung import Rung
from sheetsync.model.table import RawValue, Table
from sheetsync.render.words import duration, plain, zoned
from sheetsync.text import Language

Document = dict[str, Any]


def sheet(table: Table) -> Document:
    """Return what was recognised on a sheet."""
    return {
        "sheet": table.sheet,
        "form": table.form,
        "header_row": table.header_row,
        "rows": len(table),
        "unread_columns": list(table.unread),
        "missing_columns": [missing.title for missing in table.missing],
    }


def finding(item: Finding, zone: ZoneInfo, language: Language) -> Document:
    """Return one finding."""
    account = item.account
    return {
        "form": item.form,
        "sheet": item.sheet,
        "row": item.row,
        "id": item.key,
        "rule": item.rule,
        "level": item.level,
        "column": item.column,
        "value": plain(item.value),
        **_clock(account, zone),
        "overdue": duration(item.overdue) if item.overdue is not None else None,
        "actor": item.actor.say(language),
        "owner": item.owner,
        "done": item.done,
        "message": item.message.say(language),
        "step": item.step.say(language),
    }


def problem(item: Problem, language: Language) -> Document:
    """Return one data problem."""
    return {
        "sheet": item.sheet,
        "row": item.row,
        "cell": item.cell,
        "column": item.column,
        "raw": plain(item.raw),
        "kind": item.kind,
        "read_as": item.read_as,
        "message": item.message.say(language),
        "suggestion": item.suggestion.say(language) if item.suggestion else None,
        "owner": item.owner,
    }


def cell(column: str, raw: RawValue | None, read_as: str | None) -> Document:
    """Return one cell a rule looked at."""
    return {"column": column, "raw": plain(raw), "read_as": read_as}


def row(verdict: Verdict) -> Document:
    """Return the status of one record, always by its Chinese name."""
    return {
        "form": verdict.form,
        "sheet": verdict.sheet,
        "row": verdict.row,
        "id": verdict.key,
        "status": verdict.status.value,
    }


def judged(
    *,
    tables: Sequence[Table],
    findings: Sequence[Finding],
    problems: Sequence[Problem],
    verdicts: Sequence[Verdict],
    rungs: Sequence[Sequence[Rung]] = (),
    zone: ZoneInfo,
    language: Language,
) -> Document:
    """Return the lists of one workbook; `derived` are records that stand in a text of another one.

    A finding of which somebody is to be told has `escalation`: the highest of its
    `rungs`, which are one entry a finding.
    """
    inside = {table.id: table for table in tables if table.exploded_from is not None}
    return {
        "sheets": [sheet(table) for table in tables if table.exploded_from is None],
        "findings": [
            {**finding(item, zone, language), **_escalation(rungs[place] if rungs else (), zone, language)}
            for place, item in enumerate(findings)
        ],
        "problems": [problem(item, language) for item in problems],
        "rows": [row(verdict) for verdict in verdicts if verdict.table not in inside],
        "derived": [
            {**row(verdict), **_told(inside[verdict.table], verdict.position)}
            for verdict in verdicts
            if verdict.table in inside
        ],
    }


def _escalation(rungs: Sequence[Rung], zone: ZoneInfo, language: Language) -> Document:
    if not rungs:
        return {}
    top = rungs[-1]
    return {
        "escalation": {
            "rung": top.number,
            "name": top.name.say(language),
            "who": top.who,
            "since": zoned(top.since, zone),
        }
    }


def _told(table: Table, position: int) -> Document:
    """Return what a text tells of a record that stands in it; `row` is the row of the text."""
    values = {field: table.frame[field].iloc[position] for field in table.frame}
    return {"from": table.exploded_from, "fields": {field: _plain(value) for field, value in values.items()}}


def _plain(value: Any) -> str | None:  # noqa: ANN401 - whatever the frame holds
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return None
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)


def _clock(account: Account | None, zone: ZoneInfo) -> Document:
    if account is None:
        return {"started": None, "due": None, "limit": None, "stopped": None, "provisional": False}
    return {
        "started": zoned(account.started, zone) if account.started else None,
        "due": zoned(account.due, zone),
        "limit": account.limit,
        "stopped": zoned(account.stopped, zone) if account.stopped else None,
        "provisional": account.provisional,
    }
