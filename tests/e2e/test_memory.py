"""A project remembers what each record showed: impossible steps are found at the next write."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.e2e.conftest import Run

HEADER = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sheetsync.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    return tmp_path


def book(folder: Path, state: str, progress: str = "70%") -> Path:
    path = folder / "进度.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("进度")
        sheet.write_row(0, 0, HEADER)
        row = ["XZB20231001-01", "物料", "张三", state, progress, "2023-10-16", "2023-10-31"]
        sheet.write_row(1, 0, row)
    return path


def rules(run: Run, path: Path, now: str, *options: str) -> set[str]:
    found = run("check", path, "--json", "--now", now, *options).book()["findings"]
    return {finding["rule"] for finding in found} & {"SM2", "H1"}


def test_a_jump_is_found_by_the_next_run(run: Run, project: Path) -> None:
    assert rules(run, book(project, "未开始"), "2023-10-16T09:00", "--write") == set()
    assert rules(run, book(project, "已完成"), "2023-10-17T09:00") == {"SM2"}


def test_progress_that_falls_is_found(run: Run, project: Path) -> None:
    rules(run, book(project, "进行中", "70%"), "2023-10-16T09:00", "--write")
    assert rules(run, book(project, "进行中", "50%"), "2023-10-17T09:00") == {"H1"}


def test_a_run_that_writes_nothing_remembers_nothing(run: Run, project: Path) -> None:
    rules(run, book(project, "未开始"), "2023-10-16T09:00")
    rules(run, book(project, "未开始"), "2023-10-16T09:00", "--write", "--dry-run")
    assert rules(run, book(project, "已完成"), "2023-10-17T09:00") == set()


def test_without_a_project_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    rules(run, book(tmp_path, "未开始"), "2023-10-16T09:00", "--write")
    assert not (tmp_path / ".sheetsync" / "state.db").exists()


def test_a_second_run_changes_nothing(run: Run, project: Path) -> None:
    rules(run, book(project, "未开始"), "2023-10-16T09:00", "--write")
    path = book(project, "已完成")
    rules(run, path, "2023-10-17T09:00", "--write")
    before = path.read_bytes()
    assert rules(run, path, "2023-10-18T09:00", "--write") == {"SM2"}
    assert path.read_bytes() == before


def test_a_broken_database_stops_the_run_in_one_line(run: Run, project: Path) -> None:
    (project / ".sheetsync").mkdir()
    (project / ".sheetsync" / "state.db").write_text("this is no database at all, whatever it says", "utf-8")
    path = book(project, "未开始")
    before = path.read_bytes()
    outcome = run("check", path, "--write", "--now", "2023-10-16T09:00")
    assert outcome.code == 2
    assert "项目数据库" in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert path.read_bytes() == before
