"""Who is to be told of a finding, in the JSON document and as sheetsync.toml says."""

from pathlib import Path

import xlsxwriter

from tests.e2e.conftest import Run

HEADER = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间"]
LATE = ["XZB20231001-01", "物料", "李娜", "进行中", "70%", "2023-09-28"]
PAUSED = ["XZB20231001-02", "物料", "李娜", "暂停", "70%", "2023-09-28"]
# A working day after the due day: the make-up Saturday after the golden week.
NOW = "2023-10-07T18:00"


def _book(folder: Path) -> Path:
    path = folder / "项目.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("进度")
        for row, cells in enumerate([HEADER, LATE, PAUSED]):
            sheet.write_row(row, 0, cells)
    return path


def test_a_finding_tells_the_highest_rung_that_it_reached(run: Run, tmp_path: Path) -> None:
    found = run("check", _book(tmp_path), "--json", "--now", NOW).book()["findings"]
    rungs = {(one["rule"], one["level"]): one.get("escalation") for one in found if one["rule"] == "T47"}
    second = {
        "rung": 2, "name": "接口人、部门负责人", "who": None, "since": "2023-09-28T18:00:00+08:00",
    }  # fmt: skip
    actor = {"rung": 1, "name": "负责人", "who": "李娜", "since": "2023-09-28T18:00:00+08:00"}
    assert rungs == {("T47", "red"): second, ("T47", "info"): actor}


def test_a_project_sets_its_own_shares(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheetsync.toml").write_text('[escalation]\nafter_due = "1wd"\n', "utf-8")
    found = run("check", _book(tmp_path), "--json", "--now", NOW).book()["findings"]
    (late,) = [one for one in found if one["rule"] == "T47" and one["level"] == "red"]
    assert (late["escalation"]["rung"], late["escalation"]["since"]) == (3, "2023-10-07T18:00:00+08:00")
