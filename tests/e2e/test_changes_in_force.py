"""A change that everybody agreed on updates the task's row by itself, once, and leaves a trail."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.e2e.conftest import Outcome, Run

NOW = "2023-10-14T09:00"
TASKS = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]
CHANGES = [
    "变更编号", "变更原因", "新目标", "影响", "关联任务", "变更类型", "原值", "新值", "申请人", "申请时间",
    "确认部门", "确认意见", "确认时间", "生效时间", "更新的任务字段", "状态",
]  # fmt: skip
FRIDAY, MONDAY = datetime(2023, 10, 13, 18), datetime(2023, 10, 16, 18)


def change(department: str, consent: str = "同意", **others: object) -> dict[str, object]:
    return {
        "变更编号": "BG20231001", "变更原因": "文案晚到2天", "新目标": "10月16日前完成3款海报",
        "影响": "推迟1个工作日", "关联任务": "XZB20231001-01", "变更类型": "时间",
        "原值": "2023-10-13 18:00", "新值": "2023-10-16 18:00", "申请人": "王磊",
        "申请时间": "2023-10-12 15:00", "确认部门": department, "确认意见": consent,
        "确认时间": "2023-10-12 16:40", "生效时间": "2023-10-13 09:20", "更新的任务字段": "截止时间",
        "状态": "已生效",
    } | others  # fmt: skip


def book(folder: Path, rows: Sequence[dict[str, object]], due: object = FRIDAY) -> Path:
    path = folder / "项目.xlsx"
    with xlsxwriter.Workbook(path) as made:
        moment = made.add_format({"num_format": "yyyy-mm-dd hh:mm", "bg_color": "#FFEB9C"})
        sheet = made.add_worksheet("进度")
        sheet.write_row(0, 0, TASKS)
        sheet.write_row(1, 0, ["XZB20231001-01", "物料", "张三", "进行中", "70%", "2023-10-13"])
        if isinstance(due, datetime):
            sheet.write_datetime(1, 6, due, moment)
        elif isinstance(due, str) and due.startswith("="):
            sheet.write_formula(1, 6, due, moment, 45212.75)
        else:
            sheet.write(1, 6, due)
        other = made.add_worksheet("变更申请")
        other.write_row(0, 0, CHANGES)
        for number, row in enumerate(rows, start=1):
            other.write_row(number, 0, [row[title] for title in CHANGES])
    return path


AGREED = [change("设计部"), change("品牌部")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sheetsync.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    return tmp_path


def due(path: Path) -> object:
    return openpyxl.load_workbook(path)["进度"]["G2"].value


def said(outcome: Outcome) -> list[str]:
    found = outcome.book()["findings"]
    return [finding["message"] for finding in found if finding["rule"] == "SM5"]


def trail(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / ".sheetsync" / "state.db") as state:
        return state.execute(
            'SELECT book, "table", record_id, field, old_value, new_value, rule, cause FROM sheetsync_audit'
        ).fetchall()


def check(run: Run, path: Path, *options: str) -> Outcome:
    outcome = run("check", path, "--json", "--now", NOW, *options)
    assert outcome.code == 0, outcome.err
    return outcome


def test_the_due_time_is_updated_and_judged_at_once(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    before = check(run, path)
    assert due(path) == FRIDAY
    assert before.book()["rows"][0]["status"] == "延期"
    [message] = said(before)
    assert "XZB20231001-01" in message
    assert "2023-10-13 18:00 改为 2023-10-16 18:00" in message
    after = check(run, path, "--write")
    cell = openpyxl.load_workbook(path)["进度"]["G2"]
    assert (cell.value, cell.number_format) == (MONDAY, "yyyy-mm-dd hh:mm")
    assert cell.fill.fgColor.rgb == "FFFFEB9C"
    assert after.book()["rows"][0]["status"] != "延期"
    assert said(after) == []
    assert trail(project) == [
        ("项目.xlsx", "进度", "XZB20231001-01", "截止时间", "2023-10-13 18:00", "2023-10-16 18:00",
         "SM5", "BG20231001")
    ]  # fmt: skip


def test_people_are_told_which_cell_was_written(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    line = "BG20231001 已生效，XZB20231001-01 的“截止时间”已由 2023-10-13 18:00 改为 2023-10-16 18:00。"
    assert line in run("check", path, "--write", "--now", NOW).out
    assert line not in run("check", path, "--write", "--now", NOW).out


def test_programs_are_told_too(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    assert check(run, path).book()["updates"] == []
    [line] = check(run, path, "--write").book()["updates"]
    assert "XZB20231001-01" in line


def test_a_second_run_writes_nothing(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    check(run, path, "--write")
    before = path.read_bytes()
    assert not check(run, path, "--write").book()["written"]
    assert path.read_bytes() == before
    assert len(trail(project)) == 1


def test_a_date_typed_as_text_stays_a_text(run: Run, project: Path) -> None:
    path = book(project, AGREED, due="10月13日18:00")
    check(run, path, "--write")
    assert due(path) == "2023-10-16 18:00"
    before = path.read_bytes()
    check(run, path, "--write")
    assert path.read_bytes() == before


def test_a_dry_run_tells_the_cell_and_writes_nothing(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    before = path.read_bytes()
    outcome = run("check", path, "--write", "--dry-run", "--now", NOW)
    assert any(
        "G2" in line and "2023-10-13 18:00" in line and "2023-10-16 18:00" in line
        for line in outcome.out.splitlines()
    )
    assert path.read_bytes() == before
    assert not (project / ".sheetsync" / "state.db").exists() or trail(project) == []


def untouched(run: Run, path: Path, *options: str) -> list[str]:
    held = due(path)
    told = said(check(run, path, "--write", *options))
    if not options:
        assert due(path) == held
    return told


def test_switched_off_it_is_only_reported(run: Run, project: Path) -> None:
    with (project / "sheetsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("[changes]\napply = false\n")
    [message] = untouched(run, book(project, AGREED))
    assert "改为" in message
    assert trail(project) == []


def test_without_a_project_it_is_only_reported(run: Run, tmp_path: Path) -> None:
    assert len(untouched(run, book(tmp_path, AGREED))) == 1


def test_a_marked_copy_holds_what_the_workbook_holds(run: Run, project: Path) -> None:
    path = book(project, AGREED)
    assert len(untouched(run, path, "-o", str(project / "copy.xlsx"))) == 1
    assert (due(path), due(project / "copy.xlsx")) == (FRIDAY, FRIDAY)


@pytest.mark.parametrize("packs", [("raci",), ("tasks", "machines")])
def test_a_run_of_other_rules_carries_nothing_out(run: Run, project: Path, packs: Sequence[str]) -> None:
    options = [word for pack in packs for word in ("--rules", pack)]
    path = book(project, AGREED)
    check(run, path, "--write", *options)
    assert due(path) == FRIDAY


@pytest.mark.parametrize(
    "rows",
    [
        [change("设计部"), change("品牌部", consent="")],
        [change("设计部"), change("品牌部", consent="不同意")],
        [change("设计部", 状态="已归档"), change("品牌部", 状态="已归档")],
        [change("设计部", 状态="草稿"), change("品牌部", 状态="草稿")],
        [change("设计部", 生效时间="2023-10-15"), change("品牌部", 生效时间="2023-10-15")],
    ],
)
def test_what_is_not_in_force_orders_nothing(
    run: Run, project: Path, rows: Sequence[dict[str, object]]
) -> None:
    assert not any("改为" in message for message in untouched(run, book(project, rows)))


@pytest.mark.parametrize(
    ("rows", "now_due", "words"),
    [
        (AGREED, datetime(2023, 10, 12, 18), "现在是 2023-10-12 18:00，变更单原值写的是 2023-10-13 18:00"),
        (AGREED, "=DATE(2023,10,13)+0.75", "由公式算出"),
        ([change("设计部", 更新的任务字段="预算")], FRIDAY, "没有“预算”这一列"),
        ([change("设计部", 关联任务="XZB20231001-02")], FRIDAY, "没有找到任务"),
        ([change("设计部", 新值="尽快")], FRIDAY, "新值“尽快”"),
    ],
)
def test_what_does_not_fit_is_told_and_left_alone(
    run: Run, project: Path, rows: Sequence[dict[str, object]], now_due: object, words: str
) -> None:
    [message] = untouched(run, book(project, rows, now_due))
    assert words in message
    assert trail(project) == []
