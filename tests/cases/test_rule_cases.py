"""The case files beside the rule packs, one test a case; and that every rule has the cases it needs."""

from pathlib import Path

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import build as build_catalogue
from sheetsync.operations.rule_cases import CaseResult, run_cases
from sheetsync.rules.parse import build
from sheetsync.worktime import WorkTime

ROOT = Path(__file__).parents[2]
WORKTIME = WorkTime.standard()


def _files(folder: str) -> list[tuple[str, str, str]]:
    paths = sorted((ROOT / folder).glob("*.yaml"))
    return [(path.stem, f"{folder}/{path.name}", path.read_text("utf-8")) for path in paths]


CATALOGUE = build_catalogue(_files("workbook_templates"))
PACKS = build(_files("rules"), CATALOGUE)
RULES = sorted({rule.id for pack in PACKS for rule in pack.rules})
CASES = [(shown, text) for _, shown, text in _files("rules/cases")]


def _run(*files: tuple[str, str]) -> tuple[CaseResult, ...]:
    return run_cases(files, catalogue=CATALOGUE, packs=PACKS, worktime=WORKTIME)


RESULTS = _run(*CASES)


@pytest.mark.parametrize("result", RESULTS, ids=[f"{result.rule}: {result.case}" for result in RESULTS])
def test_the_case_holds(result: CaseResult) -> None:
    assert result.passed, f"{result.file}: {result.difference}"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_cases(rule: str) -> None:
    """At least one that fires, one on the boundary that does not, one with missing data."""
    assert sum(result.rule == rule for result in RESULTS) >= 3


CASE = """\
rule: Q02
now: 2023-10-09T09:00
cases:
  - name: nobody does it
    rows: [{ 任务编号: XZB20231001, 任务: 宣传物料, 市场部: A, 设计部: C }]
    expect: [{ id: XZB20231001, level: red }]
"""


def test_a_difference_is_told_both_ways() -> None:
    """What was expected and not found, and what was found and not expected."""
    (result,) = _run(("Q02.yaml", CASE.replace("level: red", "level: yellow")))
    assert not result.passed
    assert result.difference is not None
    assert "level=yellow" in result.difference.en
    assert "level=red" in result.difference.en
    assert result.file == "Q02.yaml:4"


def test_a_misspelt_column_fails_the_case() -> None:
    """A case that is silent because its column is not read must not pass for that reason."""
    text = CASE.replace("任务: 宣传物料", "任务: 宣传物料, 闭环时间点: x").replace("rule: Q02", "rule: T16")
    text = text.replace(
        "任务编号: XZB20231001", "问题编号: WT20231001, 状态: 已提交, 提交时间: 2023-10-08 09:00"
    )
    (result,) = _run(("T16.yaml", text))
    assert not result.passed


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [("rule: Q02", "rule: Q99", 1), ("rows:", "tables:", 5), ("expect:", "expected:", 4), ("Q02", "q02", 1)],
)
def test_a_wrong_case_file_names_its_line(right: str, wrong: str, line: int) -> None:
    with pytest.raises(SpecFileError) as caught:
        _run(("Q02.yaml", CASE.replace(right, wrong)))
    assert caught.value.where == f"Q02.yaml:{line}"
