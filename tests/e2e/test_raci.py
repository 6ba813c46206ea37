"""`raci` from end to end: a first matrix beside what people have put, each guess with its reason."""

from pathlib import Path

import openpyxl
import pytest

import sheetsync
from tests.e2e.conftest import Run
from tests.structure import faults

NOW = "2026-11-20T10:00"
TASK = {"A": "XZB20261101", "B": "主视觉", "C": "市场部", "D": "王磊", "E": "设计部、品牌部"}


def task_book(run: Run, path: Path, *forms: str) -> Path:
    """A workbook of the product launch without a matrix."""
    assert run("new", "--preset", "product-launch", "--sample", "-o", path, "--now", NOW).code == 0
    opened = openpyxl.load_workbook(path)
    for name in opened.sheetnames:
        if name not in forms:
            del opened[name]
    opened.save(path)
    return path


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    return task_book(run, tmp_path / "b.xlsx", "跨部门协作任务总表", "任务执行进度跟踪表", "人员部门名册")


def grid(path: Path) -> dict[str, dict[str, str]]:
    sheet = openpyxl.load_workbook(path)["RACI责任矩阵表"]
    titles = [str(cell.value) for cell in sheet[3]]
    return {
        str(row[0].value): {title: str(cell.value) for title, cell in zip(titles[2:], row[2:], strict=True)}
        for row in sheet.iter_rows(min_row=4)
        if row[0].value
    }


def test_letters_follow_the_tasks_and_their_owners(run: Run, book: Path, tmp_path: Path) -> None:
    """Who asks decides, who owns sub-tasks does, who only helps is asked."""
    out = tmp_path / "raci.xlsx"
    made = run("raci", book, "-o", out)
    assert made.code == 0, made.err
    row = grid(out)["XZB20261101"]
    assert [row[name] for name in ("市场部", "设计部", "品牌部", "产品部")] == ["R/A", "R", "C", "C"]
    assert "设计部 R（负责子任务 -02、-03）" in made.out
    assert faults(out.read_bytes()) == set()


def test_the_matrix_passes_the_check(run: Run, book: Path, tmp_path: Path) -> None:
    """Alone and beside the tasks."""
    out = tmp_path / "raci.xlsx"
    run("raci", book, "-o", out)
    found = run("check", out, "--json", "--now", NOW).book()
    assert [finding for finding in found["findings"] if finding["level"] != "info"] == []
    assert found["problems"] == []


def test_each_guess_has_a_comment(run: Run, book: Path, tmp_path: Path) -> None:
    """On its cell, with the reason."""
    out = tmp_path / "raci.xlsx"
    run("raci", book, "-o", out)
    sheet = openpyxl.load_workbook(out)["RACI责任矩阵表"]
    comments = {cell.value: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert "发起部门" in comments["R/A"]
    assert "协作部门" in comments["C"]


def test_letters_of_people_stay_as_they_typed_them(run: Run, tmp_path: Path) -> None:
    """Only empty cells are proposed; a row of a task that is gone is kept."""
    book = task_book(
        run, tmp_path / "b.xlsx", "跨部门协作任务总表", "任务执行进度跟踪表", "人员部门名册", "RACI责任矩阵表"
    )
    opened = openpyxl.load_workbook(book)
    sheet = opened["RACI责任矩阵表"]
    at = {str(cell.value): cell.column for cell in sheet[3]}
    sheet.cell(4, at["市场部"]).value = "知会"
    sheet.cell(4, at["产品部"]).value = "负责/审批"
    sheet.cell(4, at["设计部"]).value = None
    sheet.cell(6, 1).value = "XZB20260101"
    opened.save(book)
    before = book.read_bytes()
    out = tmp_path / "raci.xlsx"
    run("raci", book, "-o", out)
    assert book.read_bytes() == before
    rows = grid(out)
    row = rows["XZB20261101"]
    assert (row["市场部"], row["产品部"], row["设计部"]) == ("知会", "负责/审批", "R")
    assert rows["XZB20260101"]["销售部"] == "R/A"
    assert rows["XZB20261103"]["销售部"] == "R/A"


def test_what_nothing_tells_is_left_to_people(run: Run, tmp_path: Path) -> None:
    """A task without an asking department gets no A, and that is said."""
    book = tmp_path / "b.xlsx"
    run("new", "task-master", "-o", book)
    opened = openpyxl.load_workbook(book)
    sheet = opened["跨部门协作任务总表"]
    for letter, value in TASK.items():
        sheet[f"{letter}4"] = None if letter == "C" else value
    opened.save(book)
    outcome = run("raci", book, "-o", tmp_path / "raci.xlsx", "--json")
    document = outcome.document()
    assert any("没有 A" in doubt for doubt in document["doubts"])
    assert {(one["department"], one["letter"]) for one in document["guesses"]} == {
        ("设计部", "R"),
        ("品牌部", "C"),
    }


def test_a_workbook_without_tasks_is_told(run: Run, tmp_path: Path) -> None:
    """With what to do."""
    book = tmp_path / "b.xlsx"
    run("new", "issues", "-o", book)
    outcome = run("raci", book)
    assert outcome.code == 2
    assert "没有找到跨部门协作任务总表" in outcome.err


def test_english_and_the_library(run: Run, tmp_path: Path) -> None:
    """Departments by their English names."""
    book, out = tmp_path / "b.xlsx", tmp_path / "out.xlsx"
    run("--lang", "en", "new", "--preset", "it-upgrade", "--sample", "-o", book, "--now", NOW)
    opened = openpyxl.load_workbook(book)
    del opened["RACI matrix"]
    opened.save(book)
    matrix = sheetsync.raci(book, output=out, lang="en", now=NOW)
    assert set(matrix.departments) == {"IT", "Quality", "Operations", "Finance", "Customer service"}
    assert matrix.guesses[0].why.en
