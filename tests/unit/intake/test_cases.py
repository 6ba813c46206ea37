"""Runs the tables in `tests/cases/intake/`: what people type, and what it must be read as."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sheetsync import specfile
from sheetsync.forms.spec import Column
from sheetsync.intake.cell import Cell
from sheetsync.intake.coded import Coded
from sheetsync.intake.columns import read_percents
from sheetsync.intake.commitments import read_commitments
from sheetsync.intake.days import Anchor
from sheetsync.intake.readers import ANCHORED, Readers, anchored_reader
from sheetsync.intake.shown import in_words
from sheetsync.text import Text

Informed = Callable[..., Readers]
FOLDER = Path(__file__).parents[2] / "cases" / "intake"
KEYS = {"kind", "anchor", "vocabulary", "column", "raw", "value", "doubt", "says", "suggests"}
KEYS |= {"others", "take", "aside", "same", "once", "max_length"}
KEYS |= {"project"}
SHEETS = ("directory", "words")
"""The project's own lists, for all cases of a file: sheets of the forms B1 and B3."""
PROJECTS: dict[str, list[Any]] = {}


def _cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        tree = specfile.parse_yaml(path.read_text("utf-8"), path.name)
        defaults = {key: value for key, value in tree.data.items() if key not in {"cases", *SHEETS}}
        if any(name in tree.data for name in SHEETS):
            defaults["project"] = path.stem
            PROJECTS[path.stem] = [tree.data[name] for name in SHEETS if name in tree.data]
        for number, case in enumerate(tree.data["cases"]):
            line = tree.line(("cases", number))
            spellings = case["raw"] if isinstance(case["raw"], list) else [case["raw"]]
            for raw in spellings:
                yield pytest.param({**defaults, **case, "raw": raw}, id=f"{path.stem}:{line}-{raw!r:.40}")


CASES = list(_cases())


@pytest.fixture(scope="module")
def projects(informed: Informed) -> dict[str, Readers]:
    """The readers that know a project's own lists, by the file that holds them."""
    return {name: informed(*sheets) for name, sheets in PROJECTS.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_cell_is_read_as_the_table_says(
    case: dict[str, Any], readers: Readers, projects: dict[str, Readers]
) -> None:
    assert set(case) <= KEYS
    cell = _read(case, case["raw"], projects.get(case.get("project", ""), readers))
    expected = case["raw"] if case.get("same") else case.get("value")
    doubt = cell.doubt
    assert (doubt.kind if doubt else "none") == case.get("doubt", "none"), doubt
    assert case.get("says", "") in (doubt.message.zh if doubt else "")
    assert case.get("suggests", "") in (doubt.suggestion.zh if doubt and doubt.suggestion else "")
    assert cell.aside == case.get("aside")
    if "value" in case or case.get("same") or case.get("doubt") == "error":
        assert _shown(case["kind"], cell) == expected


SPELLINGS = [
    case
    for case in CASES
    if isinstance(settings := case.values[0], dict)
    and settings.get("value")
    # Plans and lists are shown for people; that is no spelling of its own.
    and settings["kind"] not in {"list", "milestones", "resolutions", "commitments"}
    and "max_length" not in settings
]


@pytest.mark.parametrize("case", SPELLINGS)
def test_the_canonical_form_reads_as_itself(
    case: dict[str, Any], readers: Readers, projects: dict[str, Readers]
) -> None:
    """What was read, typed out in full, is read as the same value again; a person with the department."""
    shown = case["value"]
    typed = f"{shown}（{case['aside']}）" if "aside" in case else shown
    again = _read({**case, "take": "end"}, typed, projects.get(case.get("project", ""), readers))
    if "once" in case:
        assert again.value is not None
    else:
        assert _shown(case["kind"], again) == shown


def _read(case: dict[str, Any], typed: Any, readers: Readers) -> Cell:  # noqa: ANN401 - whatever the table holds
    raw, formatted = _raw(typed)
    if case["kind"] == "commitments":  # what is read out of free text, not the kind of a column
        return read_commitments(raw, _anchor(case))
    column = _column(case, readers)
    if column.kind == "percent":
        others = [_raw(other) for other in case.get("others", ())]
        formats = np.array([formatted, *(other[1] for other in others)])
        column_read = read_percents(column, Coded.of([raw, *(other[0] for other in others)]), formats)
        code = int(column_read.codes[0])
        value = float(column_read.data[0])
        known = column_read.cells.get(code)
        return known or Cell(value)
    if column.kind in ANCHORED:
        return anchored_reader(column.kind, case.get("take", "end"))(raw=raw, anchor=_anchor(case))
    return readers.reader(column)(raw)


def _raw(typed: Any) -> tuple[Any, bool]:  # noqa: ANN401 - whatever the table holds
    """Return the cell and whether a percent format shows it."""
    match typed:
        case {"percent": number}:
            return float(number), True
        case {"date": text}:
            moment = datetime.fromisoformat(text)
            return (moment if " " in text else moment.date()), False
        case _:
            return typed, False


def _column(case: dict[str, Any], readers: Readers) -> Column:
    if "column" in case:
        form, _, field = case["column"].partition(".")
        return readers.catalogue.forms[form].column(field)
    vocabulary = case.get("vocabulary") if case["kind"] in {"word", "raci"} else None
    return Column(
        id="tested",
        title=Text("测试", "tested"),
        kind=case["kind"],
        vocabulary=vocabulary,
        max_length=case.get("max_length"),
    )


def _anchor(case: dict[str, Any]) -> Anchor:
    match case.get("anchor"):
        case int() as year:
            return Anchor(year=year)
        case "none" | None:
            return Anchor()
        case text:
            return Anchor(day=date.fromisoformat(text))


def _shown(kind: Any, cell: Cell) -> str | None:  # noqa: ANN401 - a kind, as the table spells it
    if cell.value == ():
        return ""
    if kind == "list" and isinstance(cell.value, tuple):
        return "|".join(cell.value)
    if cell.read_as is not None:
        return cell.read_as
    return in_words(kind, cell.value, whole_day=cell.whole_day)
