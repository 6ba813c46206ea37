"""`new --preset` from end to end: every scenario makes a sound workbook in which a check finds nothing."""

from pathlib import Path

import openpyxl
import pytest

import sheetsync
from tests.e2e.conftest import Run
from tests.structure import faults
from tests.unit.templates.test_preset import SCENARIOS

NOW = "2026-11-20T10:00"


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_fresh_workbook_is_sound_and_without_findings(run: Run, tmp_path: Path, name: str) -> None:
    """With its sample rows: nothing late, nothing unread."""
    book = tmp_path / "book.xlsx"
    made = run("new", "--preset", name, "--sample", "--rows", "20", "-o", book, "--now", NOW, "--json")
    assert made.code == 0, made.err
    assert faults(book.read_bytes()) == set()
    found = run("check", book, "--json", "--now", NOW).book()
    assert (found["findings"], found["problems"]) == ([], [])
    assert {sheet["form"] for sheet in found["sheets"]} >= set(made.document()["forms"])


def test_without_sample_rows_the_raci_columns_and_cadences_stand(run: Run, tmp_path: Path) -> None:
    """And a check finds nothing, either."""
    book = tmp_path / "book.xlsx"
    assert run("new", "--preset", "annual-strategy", "-o", book, "--now", NOW).code == 0
    opened = openpyxl.load_workbook(book)
    titles = [cell.value for cell in opened["RACI责任矩阵表"][3]]
    assert {"战略发展部", "华东分公司", "华南分公司", "华北分公司"} <= set(titles)
    assert opened["沟通机制确认表"]["A4"].value == "区域目标对齐会"
    found = run("check", book, "--json", "--now", NOW).book()
    assert (found["findings"], found["problems"]) == ([], [])


def test_an_english_workbook_is_clean_in_english(run: Run, tmp_path: Path) -> None:
    """Read and judged like a Chinese one."""
    book = tmp_path / "book.xlsx"
    assert (
        run("--lang", "en", "new", "--preset", "it-upgrade", "--sample", "-o", book, "--now", NOW).code == 0
    )
    found = run("--lang", "en", "check", book, "--json", "--now", NOW).book()
    assert (found["findings"], found["problems"]) == ([], [])


def test_a_story_that_is_left_alone_turns_red(run: Run, tmp_path: Path) -> None:
    """The rules do look: two months later tasks are late."""
    book = tmp_path / "book.xlsx"
    run("new", "--preset", "product-launch", "--sample", "-o", book, "--now", NOW)
    later = run("check", book, "--json", "--now", "2027-01-20T10:00").book()
    assert any(finding["rule"] == "T47" for finding in later["findings"])


def test_presets_are_listed_one_a_line(run: Run) -> None:
    """In both languages, and as JSON."""
    lines = run("new", "--list-presets").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(SCENARIOS)
    assert any("新品上市" in line for line in lines)
    assert "New product launch" in run("--lang", "en", "new", "--list-presets").out


def test_forms_may_be_added_to_a_preset(run: Run, tmp_path: Path) -> None:
    """Each stands once, at its place in the life of a project."""
    book = tmp_path / "book.xlsx"
    made = run("new", "status", "raci", "--preset", "urgent-response", "-o", book, "--json", "--now", NOW)
    forms = made.document()["forms"]
    assert forms.count("raci") == 1
    assert forms.index("raci") < forms.index("status") < forms.index("minutes") < forms.index("calendar")


def test_a_projects_own_preset_and_name_are_used(run: Run, tmp_path: Path) -> None:
    """Its file comes before the shipped one of the same name; the project's name stands on the cover."""
    folder = tmp_path / "p"
    run("init", folder)
    shipped = Path(__file__).parents[2] / "workbook_templates" / "presets" / "it-upgrade.yaml"
    own = folder / "workbook_templates" / "presets" / "it-upgrade.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(shipped.read_text("utf-8").replace("zh: 订单系统升级与测试", "zh: 我们的升级", 1), "utf-8")
    book = folder / "workbooks" / "b.xlsx"
    assert run("--project", folder, "new", "--preset", "it-upgrade", "--sample", "-o", book).code == 0
    opened = openpyxl.load_workbook(book)
    assert opened["跨部门协作任务总表"]["B4"].value == "我们的升级"
    assert opened["封面"]["A1"].value == "p"


def test_the_library_call_has_the_same_parameters(tmp_path: Path) -> None:
    """As every command has one."""
    book = tmp_path / "book.xlsx"
    forms = sheetsync.new(preset="monthly-report", sample=True, output=book, now=NOW)
    assert book.exists()
    assert forms[0].id == "task-master"


def test_nothing_named_is_wrong_usage(run: Run) -> None:
    """The list of presets is pointed to."""
    outcome = run("new")
    assert outcome.code == 2
    assert "--list-presets" in outcome.err
