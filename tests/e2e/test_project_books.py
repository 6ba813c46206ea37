"""The workbooks of a project are judged together: the rules of one look into the others."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from tests.e2e.conftest import Outcome, Run

TASKS = ["任务编号", "任务名称", "发起人", "发起部门", "协作部门", "任务目标", "截止时间", "任务状态"]
TASK = ["XZB20231001", "新品上市", "王五", "市场部", "设计部", "上市", "2023-10-20", "进行中"]
STEPS = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]
STEP = ["XZB20231001-01", "新品上市", "张三", "进行中", "70%", "2023-10-16", "2023-10-31"]
NOW = ("--now", "2023-10-16T17:30")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sheetsync.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    (tmp_path / "workbooks").mkdir()
    book(tmp_path / "workbooks" / "任务.xlsx", TASKS, TASK)
    book(tmp_path / "workbooks" / "进度.xlsx", STEPS, STEP)
    return tmp_path


def book(path: Path, header: Sequence[str], *rows: Sequence[str]) -> Path:
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("表")
        for number, row in enumerate((header, *rows)):
            sheet.write_row(number, 0, row)
    return path


def due_after_task(outcome: Outcome) -> list[bool]:
    """Tell for each workbook whether V4 was found: a sub-task is due after its task."""
    books = outcome.document()["workbooks"]
    return [any(finding["rule"] == "V4" for finding in one["findings"]) for one in books]


def test_one_workbook_looks_into_the_others(run: Run, project: Path) -> None:
    outcome = run("check", project / "workbooks" / "进度.xlsx", "--json", *NOW)
    assert due_after_task(outcome) == [True]
    assert outcome.book()["beside"] == ["workbooks/任务.xlsx"]
    assert outcome.book()["path"].endswith("进度.xlsx")


def test_all_of_them_keep_the_order_given(run: Run, project: Path) -> None:
    alone = book(project / "别的.xlsx", STEPS, STEP)
    outcome = run("check", project / "workbooks" / "进度.xlsx", alone, "workbooks/任务.xlsx", "--json", *NOW)
    assert [Path(one["path"]).name for one in outcome.document()["workbooks"]] == [
        "进度.xlsx",
        "别的.xlsx",
        "任务.xlsx",
    ]
    assert due_after_task(outcome) == [True, False, False]


@pytest.mark.usefixtures("project")
def test_explain_says_what_check_says(run: Run) -> None:
    outcome = run("explain", "workbooks/进度.xlsx", "XZB20231001-01", "--json", *NOW)
    (record,) = outcome.document()["records"]
    assert "V4" in {reason["rule"] for reason in record["reasons"]}


def test_without_a_project_each_stands_alone(run: Run, project: Path) -> None:
    (project / "sheetsync.toml").unlink()
    assert due_after_task(run("check", "workbooks", "--json", *NOW)) == [False, False]


def test_the_settings_may_name_them(run: Run, project: Path) -> None:
    settings = "[workbooks.plan]\npath = 'plan.xlsx'\n[workbooks.steps]\npath = 'workbooks/进度.xlsx'\n"
    (project / "sheetsync.toml").write_text(settings, "utf-8")
    assert due_after_task(run("check", "workbooks/进度.xlsx", "--json", *NOW)) == [False]
    (project / "workbooks" / "任务.xlsx").rename(project / "plan.xlsx")
    assert due_after_task(run("check", "workbooks/进度.xlsx", "--json", *NOW)) == [True]


def test_a_broken_one_is_left_out_and_named(run: Run, project: Path) -> None:
    (project / "workbooks" / "任务.xlsx").write_bytes(b"broken")
    outcome = run("check", "workbooks/进度.xlsx", "--json", *NOW)
    assert outcome.code == 0
    assert due_after_task(outcome) == [False]
    assert "任务.xlsx" in outcome.book()["notes"][0]
    assert "没有参与比对" in outcome.err


def test_a_copy_of_a_workbook_does_not_count_twice(run: Run, project: Path) -> None:
    later = [*TASK[:6], "2023-10-31", "进行中"]
    book(project / "workbooks" / "任务 - 副本.xlsx", TASKS, later)
    assert due_after_task(run("check", "workbooks/进度.xlsx", "--json", *NOW)) == [True]


def test_of_two_versions_the_later_name_counts(run: Run, project: Path) -> None:
    later = [*TASK[:6], "2023-10-31", "进行中"]
    book(project / "workbooks" / "任务W42.xlsx", TASKS, later)
    assert due_after_task(run("check", "workbooks/进度.xlsx", "--json", *NOW)) == [False]
