"""`explain`: why a record has its status, from the very findings that `check` reports."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from sheetsync.errors import UsageError
from sheetsync.model.finding import Finding, Verdict
from sheetsync.model.table import RawValue, Table
from sheetsync.operations.naming import plain
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement
from sheetsync.operations.together import Member, judge_together
from sheetsync.rules.account import AccountDay, walk, walk_plan
from sheetsync.rules.spec import Rule
from sheetsync.text import Text
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRead:
    """One cell a rule looked at.

    Args:
        column: The header as written.
        raw: The cell as typed; None when empty or not on the sheet.
        read_as: What it was read as; None when missing or unreadable.
    """

    column: str
    raw: RawValue | None
    read_as: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule's part in a verdict.

    Args:
        finding: What the rule reported.
        rule: The rule.
        place: File and line of the rule.
        cells: The cells it looked at.
        days: The clock, or the plan, day by day; empty for rules without one.
        planned: Working days of the plan that have passed, and all of them; None for rules without a plan.
    """

    finding: Finding
    rule: Rule
    place: str
    cells: tuple[CellRead, ...]
    days: tuple[AccountDay, ...]
    planned: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one record has its status.

    Args:
        verdict: The status with its findings.
        name: What the record is about, as typed.
        reasons: One a finding, worst first.
        watched: Rules that look at this form and found nothing here.
        problems: What was unreadable or doubtful in the row.
    """

    verdict: Verdict
    name: str
    reasons: tuple[Reason, ...]
    watched: tuple[Rule, ...]
    problems: tuple[Text, ...]


def explain(
    book: Member,
    others: Sequence[Member],
    standards: Standards,
    *,
    now: datetime,
    key: str,
    rule: str | None = None,
) -> tuple[Explanation, ...]:
    """Explain every record of a workbook that has this id.

    Args:
        book: The workbook.
        others: The other workbooks of its project.
        standards: What it is judged by.
        now: Wall clock of the project's zone.
        key: The record's id, in any spelling that intake understands.
        rule: Only this rule.

    Raises:
        UsageError: The workbook has no such record; the nearest id is named.
    """
    rule = None if rule is None else rule.upper()
    known = list(dict.fromkeys(item.id for pack in standards.packs for item in pack.rules))
    if rule is not None and rule not in known:
        near = difflib.get_close_matches(rule.upper(), known, n=1)
        raise UsageError(
            Text(f"没有规则 {rule}。", f"There is no rule {rule}."),
            fix=Text(f"最接近的是 {near[0]}。", f"The nearest is {near[0]}.") if near else None,
        )
    judgement = judge_together(book, others, standards, now=now)
    wanted = plain(key)
    chosen = [verdict for verdict in judgement.verdicts if verdict.key and plain(verdict.key) == wanted]
    if not chosen:
        keys = [verdict.key for verdict in judgement.verdicts if verdict.key]
        near = difflib.get_close_matches(key.upper(), keys, n=1)
        raise UsageError(
            Text(f"没有编号为“{key}”的记录。", f"There is no record '{key}'."),
            fix=Text(f"最接近的是 {near[0]}。", f"The nearest is {near[0]}.") if near else None,
        )
    return tuple(_explanation(judgement, standards, verdict, rule, now) for verdict in chosen)


def _explanation(
    judgement: Judgement, standards: Standards, verdict: Verdict, only: str | None, now: datetime
) -> Explanation:
    table = next(table for table in judgement.tables if table.id == verdict.table)
    index = verdict.position
    form = standards.catalogue.forms[table.form]
    rules = [
        (rule, pack.places[rule.name]) for pack in judgement.packs for rule in pack.rules if rule.enabled
    ]
    reasons = tuple(
        _reason(judgement.worktime, table, index, finding, rules, now)
        for finding in verdict.findings
        if only is None or finding.rule == only
    )
    fired = {reason.rule.id for reason in reasons}
    watched = tuple(
        rule
        for rule, _ in rules
        if table.form in rule.forms and rule.id not in fired and (only is None or rule.id == only)
    )
    return Explanation(
        verdict=verdict,
        name=str(table.raw[form.name][index]) if form.name in table.raw else "",
        reasons=reasons,
        watched=watched,
        problems=tuple(
            problem.message
            for problem in judgement.problems
            if problem.sheet == verdict.sheet and problem.row == verdict.row and problem.kind != "info"
        ),
    )


def _reason(
    worktime: WorkTime,
    table: Table,
    index: int,
    finding: Finding,
    rules: Sequence[tuple[Rule, str]],
    now: datetime,
) -> Reason:
    rule, place = next(
        (rule, place) for rule, place in rules if rule.id == finding.rule and rule.variant == finding.variant
    )
    days = walk(finding.account, worktime) if finding.account else ()
    planned = None
    if finding.plan is not None:
        days = walk_plan(finding.plan, now, worktime)
        first, last = (np.array([day], "datetime64[D]") for day in finding.plan)
        whole = int(worktime.workdays_between(first, last)[0])
        planned = int(sum(day.counted for day in days)), whole
    return Reason(
        finding=finding,
        rule=rule,
        place=place,
        cells=tuple(_cells(table, index, rule, finding)),
        days=days,
        planned=planned,
    )


def _cells(table: Table, index: int, rule: Rule, finding: Finding) -> Iterator[CellRead]:
    fields = dict.fromkeys([field for _, names in rule.columns() for field in names] + [finding.field])
    for field in fields:
        if field not in table.places:
            continue
        raw = table.raw[field][index] if field in table.raw else ""
        value = table.frame[field].iloc[index] if field in table.frame else None
        yield CellRead(column=table.places[field].title, raw=None if raw == "" else raw, read_as=_read(value))


def _read(value: Any) -> str | None:  # noqa: ANN401 - whatever the frame holds
    """Return a canonical value as a person would write it."""
    if isinstance(value, tuple):
        return "；".join(str(item) for item in value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
