"""`explain` accounts for each clock day by day, always as `check` judged."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.e2e.conftest import Outcome, Run

NOW = ("--now", "2023-10-16T09:00")


def book(folder: Path, *tables: tuple[list[str], list[str]]) -> Path:
    path = folder / "表.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for number, (header, row) in enumerate(tables):
            sheet = made.add_worksheet(f"表{number}")
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, row)
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return book(
        tmp_path,
        (
            ["任务编号", "任务名称", "发起人", "发起部门", "启动日期", "截止时间", "实际进度", "任务状态"],
            ["XZB20231001", "宣传物料", "王磊", "市场部", "2023-10-08", "2023-10-15", "40%", "进行中"],
        ),
        (
            ["会议编号", "会议主题", "会议时间", "结束时间", "记录人", "纪要发出时间", "会议类型"],
            ["YH20231001", "例会", "2023-09-28 16:00", "2023-09-28 17:00", "张伟", "", "周例会"],
        ),
        (
            ["日期", "类型", "说明", "依据文件"],
            ["2023-10-09", "休息日", "店庆", "公司通知"],
        ),
    )


def reason(outcome: Outcome, rule: str) -> dict[str, Any]:
    (record,) = outcome.document()["records"]
    (found,) = [one for one in record["reasons"] if one["rule"] == rule]
    chosen: dict[str, Any] = found
    return chosen


def test_a_plan_counts_the_working_days_that_have_ended(run: Run, workbook: Path) -> None:
    # 8 and 9 to 13 October are worked (make-up Sunday), the 9th is the company's own holiday.
    found = reason(run("explain", workbook, "XZB20231001", "--rule", "D1", "--json", *NOW), "D1")
    assert found["planned"] == {"passed": 5, "of": 5}
    assert [day["day"][-2:] for day in found["days"] if day["counted"]] == ["08", "10", "11", "12", "13"]


def test_working_hours_run_over_lunch_and_a_holiday_by_name(run: Run, workbook: Path) -> None:
    # 2 working hours from 28 September 17:00: one there, one on Saturday 7 October, a make-up day.
    found = reason(run("explain", workbook, "YH20231001", "--rule", "T31", "--json", *NOW), "T31")
    assert found["due"].startswith("2023-10-07T10:00")
    assert [day["counted"] for day in found["days"] if day["counted"]] == [1.0, 1.0]
    assert any("国庆" in day["label"] for day in found["days"])


def test_the_screen_says_where_the_clock_began(run: Run, workbook: Path) -> None:
    said = run("explain", workbook, "YH20231001", "--rule", "T31", *NOW).out
    assert "从 2023-09-28 17:00 起计" in said
    assert "2023-10-07 周六  调休上班  09:00-10:00  +1" in said
