"""A workbook's own directory, words and calendar, through the command line."""

from pathlib import Path
from typing import Any

import xlsxwriter

from tests.e2e.conftest import Run

NOW = "2023-10-16T09:00"
PROGRESS = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]
DIRECTORY = ["姓名", "部门", "角色", "飞书ID", "邮箱", "手机", "是否部门负责人", "别名"]
PEOPLE = [
    ["张三", "市场部", "专员", "ou_1", "zhangsan@example.com", "13800000000", "", "小张、三哥"],
    ["李四", "市场部", "经理", "", "", "", "是", "李总"],
    ["王五", "设计部", "设计师", "", "", "", "", ""],
    ["张三", "设计部", "文案", "", "", "", "", ""],
]


def book(folder: Path, sheets: dict[str, list[list[str]]]) -> Path:
    path = folder / "项目.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    return path


def row(number: int, owner: str = "李四", state: str = "进行中", due: str = "2023-10-31") -> list[str]:
    return [f"XZB20231001-{number:02d}", "物料", owner, state, "70%", "2023-10-13", due]


def checked(run: Run, folder: Path, sheets: dict[str, list[list[str]]], *options: str) -> dict[str, Any]:
    return run("check", book(folder, sheets), "--json", "--now", NOW, *options).book()


def said(checked: dict[str, Any], cell: str) -> list[tuple[str, str | None]]:
    return [
        (problem["kind"], problem["read_as"])
        for problem in checked["problems"]
        if (problem["sheet"], problem["cell"]) == ("进度", cell)
    ]


def test_people_are_known_by_every_name_they_have(run: Run, tmp_path: Path) -> None:
    owners = [
        "李总",
        "zhangsan@example.com",
        "ou_1",
        "三哥",
        "张三（市场部）",
        "王总",
        "张三",
        "设计部*设计师",
    ]
    rows = [row(number, owner) for number, owner in enumerate(owners, start=1)]
    found = checked(run, tmp_path, {"进度": [PROGRESS, *rows], "名册": [DIRECTORY, *PEOPLE]})
    for cell in ("C2", "C3", "C4", "C5", "C6"):
        assert said(found, cell) == []
    assert said(found, "C7") == [("error", None)]
    assert said(found, "C8") == [("error", None)]
    assert said(found, "C9") == [("info", "王五")]


def test_own_words_are_read_as_the_standard_ones(run: Run, tmp_path: Path) -> None:
    rows = [row(1, state="冲刺中"), [*row(2, state="收官")[:4], "100%", *row(2)[5:]]]
    words = [["表", "原词", "标准词"], ["", "冲刺中", "进行中"], ["任务执行进度跟踪表", "收官", "已完成"]]
    without = checked(run, tmp_path, {"进度": [PROGRESS, *rows]})
    assert [kind for kind, _ in said(without, "D2")] == ["error"]
    found = checked(run, tmp_path, {"进度": [PROGRESS, *rows], "状态字典": words})
    assert said(found, "D2") == said(found, "D3") == []
    statuses = {record["id"]: record["status"] for record in found["rows"]}
    assert statuses["XZB20231001-02"] == "已完成"


def test_the_own_calendar_moves_due_times(run: Run, tmp_path: Path) -> None:
    """16 October is a working day; a company holiday on it makes it one more day for T53."""
    calendar = [["日期", "类型", "说明", "依据文件"], ["2023-10-16", "休息日", "司庆", ""]]
    rows = [row(1, due="2023-10-16")]
    plain = checked(run, tmp_path, {"进度": [PROGRESS, *rows]})
    assert said(plain, "G2") == []
    found = checked(run, tmp_path, {"进度": [PROGRESS, *rows], "工作日历": calendar})
    assert [kind for kind, _ in said(found, "G2")] == ["warning"]


def test_support_sheets_are_neither_judged_nor_marked(run: Run, tmp_path: Path) -> None:
    sheets = {"进度": [PROGRESS, row(1)], "名册": [DIRECTORY, *PEOPLE]}
    found = checked(run, tmp_path, sheets, "--write")
    assert {sheet["form"] for sheet in found["sheets"]} == {"progress", "directory"}
    assert {record["form"] for record in found["rows"]} == {"progress"}
    assert {change["sheet"] for change in found["changes"]} == {"进度", "仪表盘", "数据问题"}


def test_words_of_the_settings_are_known_in_every_workbook(run: Run, tmp_path: Path) -> None:
    """They come before the vocabulary sheet, whose row is named."""
    (tmp_path / "sheetsync.toml").write_text('[words.task_state]\n"进行中" = ["在搞"]\n', "utf-8")
    sheets = {
        "进度": [PROGRESS, row(1, state="在搞")],
        "字典": [["表", "原词", "标准词"], ["", "在搞", "已完成"]],
    }
    found = run("--project", tmp_path, "check", book(tmp_path, sheets), "--json", "--now", NOW).book()
    assert said(found, "D2") == []
    assert [one["status"] for one in found["rows"]] == ["正常"]
    (problem,) = (one for one in found["problems"] if one["sheet"] == "字典")
    assert "sheetsync.toml:2" in problem["message"]


def test_a_word_that_means_another_one_is_refused(run: Run, tmp_path: Path) -> None:
    """Before any workbook is read."""
    (tmp_path / "sheetsync.toml").write_text('[words.task_state]\n"进行中" = ["完工"]\n', "utf-8")
    outcome = run("--project", tmp_path, "check", book(tmp_path, {"进度": [PROGRESS, row(1)]}))
    assert outcome.code == 2
    assert "sheetsync.toml:2: “完工”已经表示“已完成”" in outcome.err
