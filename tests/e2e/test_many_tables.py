"""Several tables on one sheet, through the command line: each gets its own columns and colours."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.e2e.conftest import Run

PROGRESS = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]
LATE = ["XZB20231001-01", "物料", "张三", "进行中", "70%", "2023-10-08", "2023-10-09"]
OPEN = ["XZB20231001-02", "视频", "李四", "进行中", "30%", "2023-10-13", "2023-10-31"]
ISSUES = ["问题编号", "问题描述", "问题级别", "状态", "提交时间", "主导部门", "责任人"]
CLOSED = ["WT20231001", "缺文案", "一般", "已闭环", "2023-10-08 09:00", "市场部", "张三"]
NOW = "2023-10-16T09:00"


def written(run: Run, folder: Path, *tables: tuple[int, int, Sequence[Sequence[str]]]) -> Path:
    """Write tables at (row, column), from 0, and check the workbook with `--write`."""
    path = folder / "项目.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("项目")
    for row, column, lines in tables:
        for offset, line in enumerate(lines):
            sheet.write_row(row + offset, column, line)
    book.close()
    assert run("check", path, "--write", "--now", NOW).code == 0
    return path


def statuses(path: Path) -> dict[str, object]:
    """Return what stands in each column of ours below its header, by the header's address and row."""
    sheet = openpyxl.load_workbook(path)["项目"]
    headers = [cell for row in sheet.iter_rows() for cell in row if cell.value == "预警状态"]
    found: dict[str, object] = {}
    for header in headers:
        row = header.row + 1
        while value := sheet.cell(row, header.column).value:
            found[f"{header.coordinate}:{row}"] = value
            row += 1
    return found


@pytest.fixture
def below(run: Run, tmp_path: Path) -> Path:
    return written(run, tmp_path, (0, 0, [PROGRESS, LATE, OPEN]), (4, 0, [["问题"], ISSUES, CLOSED]))


@pytest.fixture
def beside(run: Run, tmp_path: Path) -> Path:
    return written(run, tmp_path, (0, 0, [PROGRESS, LATE, OPEN]), (0, 8, [ISSUES, CLOSED]))


def test_tables_below_each_other_are_marked_each(below: Path) -> None:
    assert statuses(below) == {"H1:2": "延期", "H1:3": "正常", "H6:7": "已完成"}


def test_tables_side_by_side_are_marked_each(beside: Path) -> None:
    """No room is left between them: both sets of columns stand at the right, one after the other."""
    assert statuses(beside) == {"P1:2": "延期", "P1:3": "正常", "S1:2": "已完成"}


def test_colours_of_one_table_do_not_reach_into_the_other(beside: Path) -> None:
    sheet = openpyxl.load_workbook(beside)["项目"]
    assert [str(block.sqref) for block in sheet.conditional_formatting] == ["A2:G1003 P2:R1003", "I2:U1002"]


def test_the_colours_end_where_the_next_table_begins(below: Path) -> None:
    sheet = openpyxl.load_workbook(below)["项目"]
    assert [str(block.sqref) for block in sheet.conditional_formatting] == ["A2:J3", "A7:J1007"]


@pytest.mark.parametrize("book", ["below", "beside"])
def test_a_second_run_writes_nothing(run: Run, book: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(book)
    before = path.read_bytes()
    assert not run("check", path, "--write", "--json", "--now", NOW).book()["written"]
    assert path.read_bytes() == before


def test_each_table_is_listed(run: Run, below: Path) -> None:
    sheets = run("check", below, "--json", "--now", NOW).book()["sheets"]
    assert [(sheet["form"], sheet["header_row"], sheet["rows"]) for sheet in sheets] == [
        ("progress", 1, 2),
        ("issues", 6, 1),
    ]
