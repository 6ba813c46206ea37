"""What people are told of because it happened: the events that ship, case by case."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import build as build_catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.past import Past
from sheetsync.model.table import RawBook, Table, Version
from sheetsync.rules.events import happened, marked, needed, watched
from sheetsync.rules.eventspec import build
from sheetsync.rules.past import renewed
from sheetsync.testing import sheet_of
from sheetsync.worktime import WorkTime

ROOT = Path(__file__).parents[2]
WORKTIME = WorkTime.standard()
FILES = [(path.stem, path.name, path.read_text("utf-8")) for path in (ROOT / "rules/events").glob("*.yaml")]
CATALOGUE = build_catalogue(
    [(path.stem, path.name, path.read_text("utf-8")) for path in (ROOT / "workbook_templates").glob("*.yaml")]
)
EVENTS = build(FILES, CATALOGUE)
CASES: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "events.yaml").read_text("utf-8"))
NOW: datetime = CASES["now"] if isinstance(CASES["now"], datetime) else datetime.fromisoformat(CASES["now"])

Rows = Sequence[Mapping[str, Any]]


def _tables(sheets: Mapping[str, Rows]) -> tuple[Table, ...]:
    raw = tuple(
        sheet_of(
            CATALOGUE.forms[form].title.zh,
            [{title: str(cell) for title, cell in row.items()} for row in rows],
        )
        for form, rows in sheets.items()
        if rows
    )
    book = RawBook(name="case", version=Version("case"), sheets=raw)
    fields = needed(EVENTS, CATALOGUE)
    found = interpret(book, CATALOGUE, worktime=WORKTIME, fields=fields, forms=set(sheets)).tables
    assert {table.form for table in found} == {form for form, rows in sheets.items() if rows}
    assert not any(table.unread for table in found), [table.unread for table in found]
    return found


@pytest.mark.parametrize("case", CASES["cases"], ids=[case["name"] for case in CASES["cases"]])
def test_the_case_holds(case: Mapping[str, Any]) -> None:
    columns, past = watched(EVENTS), dict[Any, Any]()
    readings: Sequence[Rows] = case["readings"]
    moments = [NOW - timedelta(days=len(readings) - number - 1) for number in range(len(readings))]
    seen: Past = past
    tables: tuple[Table, ...] = ()
    for rows, now in zip(readings, moments, strict=True):
        tables = _tables({case["form"]: rows, **case.get("beside", {})})
        seen = renewed(marked(seen, columns, now), tables, CATALOGUE, columns, now)
    later = case.get("later", NOW)
    events = happened(
        EVENTS,
        tables,
        past=seen,
        now=later if isinstance(later, datetime) else datetime.fromisoformat(later),
        worktime=WORKTIME,
        catalogue=CATALOGUE,
    )
    expected: Sequence[Mapping[str, Any]] = case["expect"]
    assert [event.rule.id for event in events] == [one["event"] for one in expected]
    for event, one in zip(events, expected, strict=True):
        assert one.get("id", event.key) == event.key
        to = {role.zh: who or "" for role, who in event.to}
        assert one.get("to", to) == to
        assert one.get("says", "") in event.message.zh + event.step.zh


def test_every_event_that_ships_is_told_in_some_case() -> None:
    told = {one["event"] for case in CASES["cases"] for one in case["expect"]}
    assert told == {event.id for event in EVENTS}


OWN = """\
title: 我们的
events:
  - id: task-given
    title: 新活
    source: 我们
    form: progress
    column: owner
    enabled: true
    to: [{ role: 负责人, field: owner }]
    message: "新活：{task_name}"
    step: 请看
"""


def test_what_a_project_writes_takes_the_place_of_what_ships() -> None:
    found = build([("own", "own.yaml", OWN), *FILES], CATALOGUE)
    assert len(found) == len(EVENTS)
    assert next(event for event in found if event.id == "task-given").title.zh == "新活"


def test_a_project_switches_an_event_off() -> None:
    found = build([("own", "own.yaml", OWN.replace("true", "false")), *FILES], CATALOGUE)
    assert {event.id for event in EVENTS} - {event.id for event in found} == {"task-given"}


@pytest.mark.parametrize(
    ("right", "wrong", "line", "hint"),
    [
        ("form: progress", "form: progres", 6, "progress"),
        ("column: owner", "column: ownr", 7, "owner"),
        ("field: owner", "field: ownr", 9, "owner"),
        ("{task_name}", "{task_nam}", 10, "task_name"),
        ("{task_name}", "{task_name", 10, "花括号"),
        ("enabled: true", "words: [已完成]", 8, "词表"),
        ("enabled: true", "when: { state: [完工了] }", 8, "完工了"),
        ("field: owner }", "field: initiator, form: task-master }", 9, "via"),
        ("id: task-given", "id: Task", 3, "Task"),
    ],
)
def test_a_mistake_names_its_line(right: str, wrong: str, line: int, hint: str) -> None:
    with pytest.raises(SpecFileError) as error:
        build([("own", "own.yaml", OWN.replace(right, wrong))], CATALOGUE)
    assert error.value.where == f"own.yaml:{line}"
    assert hint in error.value.what.zh


def test_the_example_of_the_documentation_is_right() -> None:
    text = (ROOT / "rules/README.md").read_text("utf-8")
    example = text.partition("## Events")[2].partition("```yaml\n")[2].partition("```")[0]
    (event,) = build([("own", "own.yaml", example)], CATALOGUE)
    assert event.settled_by == ("answer",)
