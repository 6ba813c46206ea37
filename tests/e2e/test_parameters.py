"""Limits changed without code: in the settings, in a pack of the project, in the 参数 sheet."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.e2e.conftest import Run

ISSUES = ["问题编号", "问题描述", "问题级别", "状态", "提交时间", "主导部门", "响应时间"]
ISSUE = ["WT20231001", "缺文案", "一般", "已提交", "2023-10-16 06:00", "市场部", ""]
PARAMETERS = ["参数名称", "参数类别", "参数值", "规则号"]
NOW = "2023-10-16T09:00"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sheetsync.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    return tmp_path


def book(folder: Path, *parameters: list[str]) -> Path:
    path = folder / "问题.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("问题")
        sheet.write_row(0, 0, ISSUES)
        sheet.write_row(1, 0, ISSUE)
        if parameters:
            sheet = made.add_worksheet("参数")
            for row, cells in enumerate([PARAMETERS, *parameters]):
                sheet.write_row(row, 0, cells)
    return path


def limits(run: Run, path: Path) -> dict[str, str]:
    """Return rule to limit of what is found."""
    found: list[dict[str, Any]] = run("check", path, "--json", "--now", NOW).book()["findings"]
    return {finding["rule"]: finding["limit"] for finding in found}


def settings(project: Path, *lines: str) -> None:
    (project / "sheetsync.toml").write_text("\n".join(["[rules.parameters]", *lines]), "utf-8")


def test_the_shipped_limit_holds_by_itself(run: Run, project: Path) -> None:
    assert limits(run, book(project))["T16"] == "2h"


@pytest.mark.parametrize("value", ["150m", "2.5h", "2.5小时", "150 分钟"])
def test_the_sheet_changes_a_shipped_limit(run: Run, project: Path, value: str) -> None:
    said = limits(run, book(project, ["问题响应时限", "规则时限", value, "T16"]))
    assert said["T16"] in {"150m", "2.5h"}


def test_a_longer_limit_of_the_sheet_excuses(run: Run, project: Path) -> None:
    assert "T16" not in limits(run, book(project, ["问题响应时限", "时限", "4小时", "t16"]))


def test_a_key_may_be_named_in_full(run: Run, project: Path) -> None:
    assert "T16" not in limits(run, book(project, ["T16.enabled", "其他", "false", ""]))


def test_the_settings_come_before_the_sheet(run: Run, project: Path) -> None:
    settings(project, '"T16.limit" = "1h"')
    assert limits(run, book(project, ["问题响应时限", "时限", "4h", "T16"]))["T16"] == "1h"


def test_a_pack_of_the_project_comes_before_the_sheet_and_after_the_settings(run: Run, project: Path) -> None:
    (project / "rules").mkdir()
    shipped = Path(__file__).parents[2] / "rules" / "issues.yaml"
    text = shipped.read_text("utf-8").replace("limit: 2h", "limit: 90m", 1)
    (project / "rules" / "issues.yaml").write_text(text, "utf-8")
    path = book(project, ["问题响应时限", "时限", "4h", "T16"])
    assert limits(run, path)["T16"] == "90m"
    settings(project, 'T16.limit = "1h"')
    assert limits(run, path)["T16"] == "1h"


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        (["问题响应时限", "时限", "很快", "T16"], "很快"),
        (["问题响应时限", "时限", "4h", "T161"], "T16"),
        (["T16.limt", "时限", "4h", ""], "limit"),
    ],
)
def test_a_wrong_cell_of_the_sheet_is_a_problem_there(
    run: Run, project: Path, parameter: list[str], said: str
) -> None:
    """The shipped value holds on; nothing else is disturbed."""
    checked = run("check", book(project, parameter), "--json", "--now", NOW).book()
    (problem,) = [item for item in checked["problems"] if item["sheet"] == "参数" and item["kind"] == "error"]
    assert problem["cell"] == "C2"
    assert said in problem["message"]
    assert "T16" in {finding["rule"] for finding in checked["findings"]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('T16.limit = "4x"', "sheetsync.toml:2"),
        ('T16.limt = "4h"', "是否想写 limit"),
        ('T61.limit = "4h"', "是否想写 T"),
        ("D1.over = 200", "over"),
        ('T16.stop = "respnded_at"', "是否想写 responded_at"),
        ('T16.check = "sla"', "没有参数 check"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(run: Run, project: Path, line: str, said: str) -> None:
    settings(project, line)
    outcome = run("--project", project, "rules", "list")
    assert outcome.code == 2
    assert said in outcome.err
    assert "sheetsync.toml:2" in outcome.err


def test_show_tells_what_holds_and_where_it_comes_from(run: Run, project: Path) -> None:
    settings(project, "", 'T16.limit = "4h"')
    shown = run("--project", project, "rules", "show", "T16").out
    assert "rules/issues.yaml:" in shown
    assert "limit: 4h  ← sheetsync.toml:3" in shown
