"""Everything of ours taken out of a workbook again, as a person does it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from tests.structure import faults

Run = Callable[..., Any]
TITLES = ("子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间", "更新时间")
NOW = "2023-10-16T09:00"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A person's workbook: a late sub-task and one that is done, with a filter and a formula beside them."""
    path = tmp_path / "进度.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "进度"
    sheet.append(TITLES)
    sheet.append(("XZB20231001-01", "海报", "张三", "进行中", "20%", "2023-10-10", "2023-10-09"))
    sheet.append(("XZB20231001-02", "海报", "李四", "已完成", "100%", "2023-10-10", "2023-10-09"))
    sheet.auto_filter.ref = "A1:G3"
    made.create_sheet("汇总")["A1"] = "=COUNTA(进度!A2:A9)"
    made.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_comes_back_byte_for_byte(run: Run, book: Path) -> None:
    before = parts(book)
    run("check", book, "--write", "--now", NOW)
    assert parts(book) != before
    outcome = run("clean", book)
    assert outcome.code == 0
    assert "已移除系统列 3 个、系统页签" in outcome.out
    assert parts(book) == before


def test_once_clean_there_is_nothing_to_take_out(run: Run, book: Path) -> None:
    run("check", book, "--write", "--now", NOW)
    run("clean", book)
    status = book.stat()
    assert "没有系统写入的内容" in run("clean", book).out
    assert (book.stat().st_ino, book.stat().st_mtime_ns) == (status.st_ino, status.st_mtime_ns)


def test_a_dry_run_writes_nothing(run: Run, book: Path) -> None:
    run("check", book, "--write", "--now", NOW)
    before = book.read_bytes()
    outcome = run("clean", book, "--dry-run")
    assert "将移除系统列 3 个" in outcome.out
    assert "仪表盘" in outcome.out
    assert book.read_bytes() == before


def test_what_people_do_meanwhile_stays(run: Run, book: Path) -> None:
    """Another program has saved since, so no part is as we left it."""
    run("check", book, "--write", "--now", NOW)
    changed = openpyxl.load_workbook(book)
    sheet = changed["进度"]
    sheet.append(("XZB20231001-03", "海报", "王五", "进行中", "30%", "2023-10-30", "2023-10-15"))
    sheet["H4"] = "等王总回复"
    sheet["L1"] = "自己的列"
    changed.save(book)
    outcome = run("clean", book, "--json")
    document = outcome.document()
    assert document["kept"] == ["进度!H4"]
    after = openpyxl.load_workbook(book)
    assert after.sheetnames == ["进度", "汇总"]
    rows = [[cell.value for cell in row] for row in after["进度"].iter_rows()]
    assert rows[0][:8] == [*TITLES, "预警状态"]
    assert rows[0][11] == "自己的列"
    assert [row[7] for row in rows[1:]] == [None, None, "等王总回复"]
    assert [row[8] for row in rows[1:]] == [None, None, None]
    assert rows[3][0] == "XZB20231001-03"
    assert not [name for name in after.defined_names if name.startswith("_sheetsync")]


def test_an_excel_table_shrinks_to_what_it_was(run: Run, book: Path) -> None:
    made = openpyxl.load_workbook(book)
    made["进度"].auto_filter.ref = None
    made["进度"].add_table(Table(displayName="任务", ref="A1:G3"))
    made.save(book)
    before = parts(book)
    run("check", book, "--write", "--now", NOW)
    assert b"A1:J3" in parts(book)["xl/tables/table1.xml"]
    run("clean", book)
    assert faults(book.read_bytes()) == set()
    assert parts(book)["xl/tables/table1.xml"] == before["xl/tables/table1.xml"]


def test_a_copy_is_cleaned_elsewhere(run: Run, book: Path) -> None:
    run("check", book, "--write", "--now", NOW)
    marked, copy = book.read_bytes(), book.with_name("干净.xlsx")
    assert run("clean", book, "-o", copy).code == 0
    assert book.read_bytes() == marked
    assert openpyxl.load_workbook(copy).sheetnames == ["进度", "汇总"]


def test_undo_brings_the_marks_back(run: Run, book: Path) -> None:
    run("check", book, "--write", "--now", NOW)
    marked = book.read_bytes()
    run("clean", book)
    run("undo", book)
    assert book.read_bytes() == marked
