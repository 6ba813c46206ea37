"""Spreadsheets of Feishu on the command line: judged as workbooks are, and marked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sheetsync import demo
from sheetsync.cli.main import cli
from sheetsync.errors import SheetSyncError
from sheetsync.excel.store import ExcelStore
from sheetsync.feishu import client
from sheetsync.feishu.sdk import SdkLine
from sheetsync.forms.catalogue import Catalogue
from tests.feishu_server import FeishuServer, bare_line, coded, running
from tests.feishu_server.sheets import Sheet, Spreadsheet
from tests.spreadsheets import copied

NOW = "2023-10-18T16:00"
TAB = "问题跟踪表"
ISSUE = {
    "问题编号": "WT20231001",
    "问题描述": "样机不开机",
    "提交时间": 45215.375,
    "主导部门": "设计部",
    "问题级别": "紧急",
}


@pytest.fixture(name="feishu")
def _feishu(monkeypatch: pytest.MonkeyPatch) -> Iterator[FeishuServer]:
    """A Feishu that commands reach without the vendor's client, whose import takes seconds."""
    with running() as server:
        monkeypatch.setattr(client, "SdkLine", lambda access: bare_line(access.domain))
        monkeypatch.setenv("FEISHU_SECRET", server.app_secret)
        server.meter.full = lambda *_, **__: False  # type: ignore[method-assign] # how fast we are is proved elsewhere
        yield server


@pytest.fixture(name="project")
def _project(feishu: FeishuServer, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "sheetsync.toml").write_text(
        f'[project]\nname = "新品上市"\n[feishu]\napp_id = "{feishu.app_id}"\n'
        f'app_secret = "env:FEISHU_SECRET"\ndomain = "{feishu.url}"\n',
        "utf-8",
    )
    return folder


@pytest.fixture(name="issues")
def _issues(feishu: FeishuServer, catalogue: Catalogue) -> Spreadsheet:
    """A spreadsheet with a table of issues in which one waits too long; a row of notes stands above."""
    document = feishu.spreadsheet("新品上市")
    heads = [column.title.zh for column in catalogue.forms["issues"].shown]
    sheet = document.sheet(TAB, [["每周一更新"], heads, [ISSUE.get(head, "") for head in heads]])
    sheet.format("yyyy/MM/dd HH:mm", (3, heads.index("提交时间") + 1))
    return document


def run(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--project", str(project), *arguments], standalone_mode=False)


def ask_for_rows(project: Path) -> None:
    settings = project / "sheetsync.toml"
    settings.write_text(settings.read_text("utf-8") + "sheet_rows = true\n", "utf-8")


def address(document: Spreadsheet) -> str:
    return f"feishu-sheet:{document.token}"


def checked(project: Path, *arguments: str) -> dict[str, Any]:
    result = run(project, "check", *arguments, "--json", "--now", NOW)
    (book,) = json.loads(result.stdout)["workbooks"]
    return dict(book)


def row(sheet: Sheet, number: int) -> list[str]:
    return [sheet.text(number, column) for column in range(1, sheet.grid[1] + 1)]


def status(sheet: Sheet) -> str:
    return row(sheet, 3)[row(sheet, 2).index("预警状态")]


class TestCheck:
    def test_the_same_data_gives_the_same_findings(
        self, feishu: FeishuServer, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The demonstration has every kind of mess: dates, percentages, formulas, merged cells, totals."""
        monkeypatch.chdir(tmp_path)
        path = Path(demo("d").book)
        document = copied(feishu, ExcelStore(path))
        here, there = checked(project, str(path)), checked(project, address(document))
        assert here["findings"]
        assert there["findings"] == here["findings"]
        for one in (here, there):
            for problem in one["problems"]:
                problem.pop("raw", None)
        assert there["problems"] == here["problems"]

    def test_one_tab_is_checked_by_itself(self, project: Path, issues: Spreadsheet) -> None:
        issues.sheet("别的", [["编号"], [1]])
        book = checked(project, f"{address(issues)}/{issues.tab(TAB).id}")
        assert [sheet["form"] for sheet in book["sheets"]] == ["issues"]

    def test_a_web_address_is_understood(self, project: Path, issues: Spreadsheet) -> None:
        link = f"https://example.feishu.cn/sheets/{issues.token}?sheet={issues.tab(TAB).id}"
        assert checked(project, link)["findings"]

    def test_a_record_is_explained(self, project: Path, issues: Spreadsheet) -> None:
        assert "T16" in run(project, "explain", address(issues), "WT20231001", "--now", NOW).stdout

    def test_marks_are_written_once(self, feishu: FeishuServer, project: Path, issues: Spreadsheet) -> None:
        """And nothing at all the second time."""
        people = dict(issues.tab(TAB).cells)
        run(project, "check", address(issues), "--write", "--now", NOW)
        sheet = issues.tab(TAB)
        assert [one for one in row(sheet, 2) if one][-3:] == ["预警状态", "预警说明", "预警时间"]
        assert status(sheet) == "延期"
        assert {place: sheet.cells[place] for place in people} == people
        assert {"仪表盘", "数据问题"} < {one.title for one in issues.sheets.values()}
        assert {rule["attrs"][0]["text"] for rule in sheet.rules.values()} > {"延期", "正常"}
        before = len(feishu.writes)
        assert "没有变化" in run(project, "check", address(issues), "--write", "--now", NOW).stdout
        assert len(feishu.writes) == before

    def test_a_dry_run_writes_nothing(self, feishu: FeishuServer, project: Path, issues: Spreadsheet) -> None:
        result = run(project, "check", address(issues), "--write", "--dry-run", "--now", NOW)
        assert "将改动" in result.stdout
        assert not feishu.writes

    def test_a_token_may_expire_on_the_way(
        self, feishu: FeishuServer, project: Path, issues: Spreadsheet
    ) -> None:
        feishu.faults.add(coded("values_batch_update", 99991663, status=400))
        run(project, "check", address(issues), "--write", "--now", NOW)
        assert status(issues.tab(TAB)) == "延期"

    def test_what_was_written_is_taken_out_again(self, project: Path, issues: Spreadsheet) -> None:
        people = dict(issues.tab(TAB).cells)
        run(project, "check", address(issues), "--write", "--now", NOW)
        run(project, "clean", address(issues))
        assert [one.title for one in issues.sheets.values()] == [TAB]
        assert issues.tab(TAB).cells == people
        assert not issues.tab(TAB).rules


def found(sheet: Sheet, number: int) -> set[int]:
    """Return the columns of a row that have a fill."""
    return {place[1] for place, look in sheet.looks.items() if place[0] == number and "backColor" in look}


class TestWholeRows:
    """A project that asks for it has whole rows coloured, and nothing else of their looks touched."""

    @pytest.fixture(autouse=True)
    def _asked(self, project: Path) -> None:
        ask_for_rows(project)

    def test_a_row_is_coloured_once(self, feishu: FeishuServer, project: Path, issues: Spreadsheet) -> None:
        sheet = issues.tab(TAB)
        run(project, "check", address(issues), "--write", "--now", NOW)
        ends = len([one for one in row(sheet, 2) if one])
        assert sheet.fills(3, ends + 1) == [*["#ffc7ce"] * ends, ""]
        assert not any(sheet.fills(2, ends) + sheet.fills(4, ends))
        before = len(feishu.writes)
        run(project, "check", address(issues), "--write", "--now", NOW)
        assert len(feishu.writes) == before

    def test_the_projects_own_colours_count(self, project: Path, issues: Spreadsheet) -> None:
        settings = project / "sheetsync.toml"
        settings.write_text(settings.read_text("utf-8") + '[colours]\nlate = "FF0000"\n', "utf-8")
        run(project, "check", address(issues), "--write", "--now", NOW)
        assert issues.tab(TAB).fills(3, 1) == ["#ff0000"]

    def test_a_record_that_goes_takes_its_colour_along(self, project: Path, issues: Spreadsheet) -> None:
        run(project, "check", address(issues), "--write", "--now", NOW)
        sheet = issues.tab(TAB)
        heads = row(sheet, 2)
        ends = len([one for one in heads if one])
        for column in range(1, heads.index("预警状态") + 1):
            sheet.cells.pop((3, column), None)
        issues.revision += 1
        run(project, "check", address(issues), "--write", "--now", NOW)
        assert status(sheet) == ""
        assert sheet.fills(3, ends) == ["#ffffff"] * ends

    def test_cleaning_takes_the_colours_out(self, project: Path, issues: Spreadsheet) -> None:
        """Of all columns of the table, found again as the marking run found them."""
        sheet = issues.tab(TAB)
        sheet.fill("#ffff00", (1, 1), (9, 1))
        run(project, "check", address(issues), "--write", "--now", NOW)
        ends = len([one for one in row(sheet, 2) if one])
        run(project, "clean", address(issues))
        assert sheet.fills(3, ends) == ["#ffffff"] * ends
        assert sheet.fills(1, 1) == sheet.fills(9, 1) == ["#ffff00"]
        assert found(sheet, 3) == set(range(1, ends + 1))
        assert not found(sheet, 2)

    def test_tables_below_one_another(self, project: Path, issues: Spreadsheet) -> None:
        """Each row is coloured, and cleaned, as wide as its own table."""
        sheet = issues.tab(TAB)
        upper = [column for column, head in enumerate(row(sheet, 2), 1) if head]
        lower = ["任务编号", "任务名称", "负责人", "计划开始时间", "计划完成时间", "完成进度", "当前状态"]
        for column, head in enumerate(lower, 1):
            sheet.cells[8, column] = head
        for column, cell in enumerate(("RW001", "打样", "张三"), 1):
            sheet.cells[9, column] = cell
        run(project, "check", address(issues), "--write", "--now", NOW)
        assert [len(found(sheet, number)) for number in (3, 9)] == [len(upper) + 3, len(lower) + 3]
        assert found(sheet, 9) >= set(range(1, len(lower) + 1))
        marked = {number: found(sheet, number) for number in (3, 9)}
        sheet.looks.clear()
        run(project, "clean", address(issues))
        assert {number: found(sheet, number) for number in (3, 9)} == marked


class TestRefusals:
    def test_a_marked_copy(self, feishu: FeishuServer, project: Path, issues: Spreadsheet) -> None:
        assert run(project, "check", address(issues), "-o", str(project / "copy.xlsx")).return_value == 2
        assert not feishu.writes

    def test_a_spreadsheet_that_we_may_not_open_is_told_with_the_fix(
        self, project: Path, issues: Spreadsheet
    ) -> None:
        issues.allowed = False
        result = run(project, "check", address(issues))
        assert result.return_value == 4
        assert "添加文档应用" in result.stderr

    def test_an_address_that_means_nothing(self, project: Path) -> None:
        assert "feishu-sheet:TOKEN" in run(project, "check", "feishu-sheet:").stderr

    def test_a_sync(self, project: Path, issues: Spreadsheet) -> None:
        result = run(project, "sync", "--left", address(issues), "--right", "a.xlsx", "--form", "issues")
        assert isinstance(result.exception, SheetSyncError)
        assert "不能同步" in result.exception.what.zh


def test_a_spreadsheet_may_be_among_the_workbooks_of_a_project(project: Path, issues: Spreadsheet) -> None:
    settings = project / "sheetsync.toml"
    named = f'[workbooks.sheet]\npath = "{address(issues)}"\n'
    settings.write_text(settings.read_text("utf-8") + named, "utf-8")
    assert "WT20231001" in run(project, "remind", "--dry-run", "--now", NOW).stdout


@pytest.mark.xdist_group("lark_oapi")
def test_the_vendors_own_client_carries_it_all(
    project: Path, issues: Spreadsheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other tests here speak bare HTTP, which saves seconds."""
    people = dict(issues.tab(TAB).cells)
    ask_for_rows(project)
    monkeypatch.setattr(client, "SdkLine", SdkLine)
    assert "已写入" in run(project, "check", address(issues), "--write", "--now", NOW).stdout
    assert status(issues.tab(TAB)) == "延期"
    assert issues.tab(TAB).fills(3, 1) == ["#ffc7ce"]
    run(project, "clean", address(issues))
    assert issues.tab(TAB).fills(3, 1) == ["#ffffff"]
    assert issues.tab(TAB).cells == people
    assert not issues.tab(TAB).rules
