"""The cases beside the rule packs: rows as people type them, judged as `check` does, then compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from sheetsync import specfile
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Spec
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.mistakes import WrongValueError
from sheetsync.model.finding import Finding, Level, Status
from sheetsync.model.past import NO_PAST
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.operations.ordering import ordered
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parse import RulePack
from sheetsync.rules.past import remembered, renewed
from sheetsync.text import Text
from sheetsync.worktime import WorkTime


def _moment(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read a moment, with or without its zone, as wall clock of the zone the seeds are written in."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None) if moment.tzinfo else moment


Cell = str | int | float | bool | None
Row = dict[str, Cell]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Expected(Spec):
    """What must be found; only the keys that are given are compared.

    Args:
        id: The record.
        rule: The rule, where the case looks at several.
        variant: Which entry of the rule.
        level: How severe.
        status: The word for the record.
        started: When the clock began.
        due: When it had to be done.
        overdue: True if the due time has passed, or was missed.
        done: True if it was completed late.
        provisional: True if the calendar is not published that far.
        column: The header of the watched column.
        value: The watched cell as typed.
        owner: The person the row names.
        says: Words that stand in the Chinese message or next step.
    """

    id: str | None = None
    rule: str | None = None
    variant: str | None = None
    level: Level | None = None
    status: Status | None = None
    started: Moment | None = None
    due: Moment | None = None
    overdue: bool | None = None
    done: bool | None = None
    provisional: bool | None = None
    column: str | None = None
    value: Cell = None
    owner: str | None = None
    says: str | None = None


class Sheets(Spec):
    """What stands on the sheets.

    Args:
        now: The clock, where it differs from the file's.
        rows: The records of the rule's first form: Chinese column titles, cells as people type them.
        tables: Or the records of several forms, by form id.
    """

    now: Moment | None = None
    rows: tuple[Row, ...] | None = None
    tables: dict[str, tuple[Row, ...]] | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.rows is None) == (self.tables is None):
            raise WrongValueError(Text("rows 与 tables 要写且只写一个", "needs either rows or tables"))
        return self


class Case(Sheets):
    """One situation.

    Args:
        name: The sentence that holds.
        earlier: What stood on the sheets at earlier runs, for rules that remember, oldest first.
        expect: The findings; empty when there must be none.
    """

    name: str
    earlier: tuple[Sheets, ...] = ()
    expect: tuple[Expected, ...]


class CaseFile(Spec):
    """A file of cases.

    Args:
        rule: The rule under test, all its variants.
        others: Further rules that take part, for suppression (key `with`).
        now: The clock.
        cases: The cases.
    """

    rule: str
    others: Annotated[tuple[str, ...], Field(alias="with")] = ()
    now: Moment
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What one case came to.

    Args:
        file: The case file as the user knows it, with the line of the case.
        rule: The rule under test.
        case: Its name.
        passed: True if exactly what was expected was found.
        difference: What differs, None if it passed.
    """

    file: str
    rule: str
    case: str
    passed: bool
    difference: Text | None = None


def run_cases(
    files: Iterable[tuple[str, str]],
    *,
    catalogue: Catalogue,
    packs: Sequence[RulePack],
    worktime: WorkTime,
) -> tuple[CaseResult, ...]:
    """Run case files.

    Args:
        files: (path to show in messages, text) of each.
        catalogue: The forms and their words.
        packs: The rules in force.
        worktime: The working-time calendar.

    Raises:
        SpecFileError: A case file is wrong, with its line.
    """
    return tuple(
        result for shown, text in files for result in _run_file(shown, text, catalogue, packs, worktime)
    )


def _run_file(
    shown: str, text: str, catalogue: Catalogue, packs: Sequence[RulePack], worktime: WorkTime
) -> Iterator[CaseResult]:
    tree = specfile.parse_yaml(text, shown)
    file = specfile.check(tree, CaseFile)
    chosen = tuple(pack.only((file.rule, *file.others)) for pack in packs)
    tested = [rule for pack in chosen for rule in pack.rules if rule.id == file.rule]
    if not tested:
        raise specfile.mistake(
            tree, ("rule",), Text(f"没有规则 {file.rule}", f"there is no rule {file.rule}")
        )
    for number, case in enumerate(file.cases):
        readings = [
            (sheets.tables or {tested[0].forms[0]: sheets.rows or ()}, sheets.now or file.now)
            for sheets in (*case.earlier, case)
        ]
        if unknown := [name for tables, _ in readings for name in tables if name not in catalogue.forms]:
            raise specfile.mistake(
                tree, ("cases", number), Text(f"没有表单 {unknown[0]}", f"there is no form {unknown[0]}")
            )
        difference = _difference(case, readings, chosen, catalogue, worktime)
        yield CaseResult(
            file=f"{shown}:{tree.line(('cases', number))}",
            rule=file.rule,
            case=case.name,
            passed=difference is None,
            difference=difference,
        )


def _difference(
    case: Case,
    readings: Sequence[tuple[Mapping[str, Sequence[Row]], datetime]],
    packs: Sequence[RulePack],
    catalogue: Catalogue,
    worktime: WorkTime,
) -> Text | None:
    past, columns = NO_PAST, remembered(packs)
    findings: list[Finding] = []
    for tables, now in readings:
        read = _read(tables, catalogue, worktime)
        if isinstance(read, Text):
            return read
        book, reading = read
        kept = [table for table in reading.derived if table.form not in tables]
        read_tables = (*reading.tables, *kept)
        past = renewed(past, read_tables, catalogue, columns, now)
        findings = list(
            evaluate(
                read_tables,
                packs,
                orders=ordered(book, reading, packs, catalogue, now=now),
                now=now,
                worktime=worktime,
                catalogue=catalogue,
                past=past,
            )
        )
    wanted = list(case.expect)
    for expected in case.expect:
        match = next((finding for finding in findings if not _differs(expected, finding)), None)
        if match is not None:
            findings.remove(match)
            wanted.remove(expected)
    if not wanted and not findings:
        return None
    missing = [_shown(expected.model_dump(exclude_unset=True)) for expected in wanted]
    extra = [_shown(_facts(finding)) for finding in findings]
    return Text(
        f"应有而没有 {missing or '—'}；不应有而有 {extra or '—'}",
        f"expected but not found: {missing or '—'}; found but not expected: {extra or '—'}",
    )


def _read(
    tables: Mapping[str, Sequence[Row]], catalogue: Catalogue, worktime: WorkTime
) -> tuple[RawBook, Reading] | Text:
    """Return the sheets of a case with what they say, as `check` reads them, or why they are not read."""
    sheets = tuple(
        RawSheet(name=catalogue.forms[form].title.zh, rows=_cells(rows)) for form, rows in tables.items()
    )
    book = RawBook(name="case", version=Version("case"), sheets=sheets)
    reading = interpret(book, catalogue, worktime=worktime, forms=set(tables))
    read = {table.form: table for table in reading.tables}
    for form in tables:
        if form not in read:
            return Text(f"认不出 {form} 的表头", f"the headers are not recognised as {form}")
        if read[form].unread:
            strange = "、".join(read[form].unread)
            return Text(f"不认识的列：{strange}", f"unknown columns: {strange}")
    return book, reading


def _cells(rows: Sequence[Row]) -> list[list[RawValue]]:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    cells = [[("" if (cell := row.get(title)) is None else cell) for title in titles] for row in rows]
    return [list(titles), *map(list[RawValue], cells)]


def _differs(expected: Expected, finding: Finding) -> bool:
    facts = _facts(finding)
    given = expected.model_dump(exclude_unset=True)
    says = given.pop("says", "")
    return says not in finding.message.zh + finding.step.zh or any(
        facts[key] != value for key, value in given.items()
    )


def _facts(finding: Finding) -> dict[str, object]:
    account = finding.account
    return {
        "id": finding.key,
        "rule": finding.rule,
        "variant": finding.variant,
        "level": finding.level,
        "status": finding.status,
        "started": account and account.started,
        "due": account and account.due,
        "overdue": finding.overdue is not None,
        "done": finding.done,
        "provisional": bool(account and account.provisional),
        "column": finding.column,
        "value": finding.value,
        "owner": finding.owner,
        "says": finding.message.zh + finding.step.zh,
    }


def _shown(facts: Mapping[str, object]) -> str:
    """Return facts on one line, moments to the minute."""
    said = {
        key: value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
        for key, value in facts.items()
        if value not in (None, False)
    }
    return ", ".join(f"{key}={value}" for key, value in said.items())
