"""Resolutions and commitments that stand in texts, through the command line."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.e2e.conftest import Run

MINUTES = ["会议编号", "会议主题", "会议时间", "决议事项", "记录人", "待跟进问题", "参会部门及人员"]
AGREED = "1.李娜10月9日前提交卖点;2.周涛10月20日前完成审核"
MEETING = ["YH20231001", "启动会", "10月8日14:00", AGREED, "孙悦", "无", "李娜、周涛"]
RESOLUTIONS = ["决议编号", "来源会议", "决议内容", "负责人", "完成时限", "状态"]
NOW = "2023-10-16T09:00"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "会议.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("会议")
        sheet.write_row(0, 0, MINUTES)
        sheet.write_row(1, 0, MEETING)
    return path


def test_resolutions_are_read_out_of_the_minutes(run: Run, book: Path) -> None:
    derived = run("check", book, "--json", "--now", NOW).book()["derived"]
    assert [(item["form"], item["id"], item["row"]) for item in derived] == [
        ("resolutions", "YH20231001-J01", 2),
        ("resolutions", "YH20231001-J02", 2),
    ]
    assert derived[0]["fields"]["owner"] == "李娜"
    assert derived[0]["fields"]["due"] == "2023-10-09T00:00"
    assert derived[0]["fields"]["content"] == "提交卖点"


def test_they_are_neither_sheets_nor_rows(run: Run, book: Path) -> None:
    checked = run("check", book, "--json", "--now", NOW).book()
    assert [sheet["form"] for sheet in checked["sheets"]] == ["minutes"]
    assert [row["form"] for row in checked["rows"]] == ["minutes"]


def test_a_sheet_of_resolutions_is_the_only_truth(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "会议.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, header, row in (
            ("会议", MINUTES, MEETING),
            ("决议", RESOLUTIONS, ["YH20231001-J01", "YH20231001", "卖点", "李娜", "2023-10-09", "已完成"]),
        ):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, row)
    checked = run("check", path, "--json", "--now", NOW).book()
    assert [sheet["form"] for sheet in checked["sheets"]] == ["minutes", "resolutions"]
    assert checked["derived"] == []
