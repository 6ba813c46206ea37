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
    monkeypatch.setattr(client, "SdkLine", SdkLine)
    assert "已写入" in run(project, "check", address(issues), "--write", "--now", NOW).stdout
    assert status(issues.tab(TAB)) == "延期"
    run(project, "clean", address(issues))
    assert issues.tab(TAB).cells == people
    assert not issues.tab(TAB).rules
