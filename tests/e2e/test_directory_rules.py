"""Rules on the directory: told everywhere that people look, and no mark of ours on the sheet."""

from pathlib import Path

import openpyxl
import xlsxwriter

from tests.e2e.conftest import Run

NOW = "2023-10-16T09:00"
DIRECTORY = [
    ["姓名", "部门", "邮箱", "是否接口人"],
    ["周涛", "设计部", "zhoutao@example.com", "是"],
    ["李娜", "设计部", "lina@example.com", "是"],
    ["王磊", "市场部", "wanglei@example.com", "是"],
]
PROGRESS = [
    ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"],
    ["XZB20231001-01", "物料", "李娜", "进行中", "70%", "2023-10-16", "2023-12-29"],
]


def _book(folder: Path) -> Path:
    path = folder / "项目.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, rows in {"进度": PROGRESS, "名册": DIRECTORY}.items():
            sheet = made.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return path


def test_two_contacts_of_a_department_are_a_finding(run: Run, tmp_path: Path) -> None:
    found = run("check", _book(tmp_path), "--json", "--now", NOW).book()["findings"]
    (several,) = [one for one in found if one["rule"] == "Q10"]
    assert (several["sheet"], several["row"], several["level"]) == ("名册", 2, "red")


def test_the_directory_gets_no_column_of_ours_but_a_line_among_the_data_problems(
    run: Run, tmp_path: Path
) -> None:
    path = _book(tmp_path)
    assert run("check", path, "--write", "--now", NOW).code == 0
    book = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in book["名册"].iter_rows()] == DIRECTORY
    lines = [[cell.value for cell in row] for row in book["数据问题"].iter_rows(min_row=4)]
    (line,) = [line for line in lines if line[1] == "名册"]
    assert line[2] == "D2"
    assert str(line[7]).startswith("[Q10] 设计部有 2 位接口人：周涛、李娜")
