"""A project's own forms through the command line: template, intake, rules, dashboard come with the file."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.e2e.conftest import Run

NOW = "2026-11-20T10:00"
OWN = """\
id: contracts
code: X1
title: { zh: 合同台账, en: Contracts }
purpose: { zh: 每份合同一行。, en: One row per contract. }
life:
  stage: execution
  who: { zh: 采购员, en: Buyers }
  when: { zh: 签约当天, en: on the day of signing }
key: contract_id
name: subject
owner: owner
columns:
  - { id: contract_id, title: 合同编号, kind: id, required: true, unique: true, pattern: "^HT\\\\d{6}$" }
  - { id: subject, title: 合同名称, kind: text, required: true }
  - { id: owner, title: 经办人, synonyms: [合同负责人], kind: person, required: true }
  - { id: due, title: 到期日, kind: date, required: true }
  - { id: state, title: 合同状态, kind: word, vocabulary: task_state, required: true }
sample:
  - { contract_id: HT202601, subject: 印刷合同, owner: 李娜, due: "2026-11-10", state: 进行中 }
  - { contract_id: HT202602, subject: 物流合同, owner: 王敏, due: "2026-12-31", state: 进行中 }
"""
RULE = """\
pack: contracts
title: { zh: 合同, en: Contracts }
rules:
  - id: HT1
    title: { zh: 合同过期, en: Contract expired }
    reason: { zh: 过期合同不能再下单。, en: No orders on an expired contract. }
    source: own
    level: red
    form: contracts
    check: deadline
    due: due
    actor: { zh: 经办人, en: buyer }
    actor_field: owner
    message: { zh: "{id} 已过期", en: "{id} has expired" }
    step: { zh: 续签或终止, en: renew or end it }
"""
EXTENSION = """\
extends: issues
headers:
  owner: [主办人]
required: [root_cause]
columns:
  - { id: cost, title: { zh: 处理成本, en: Cost }, synonyms: [费用], kind: number, after: solution }
"""


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    assert run("init", folder).code == 0
    (folder / "workbook_templates" / "presets").mkdir(parents=True)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / "workbook_templates" / name).write_text(text, "utf-8")


def checked(run: Run, folder: Path, book: Path, *options: str) -> dict[str, Any]:
    outcome = run("--project", folder, "check", book, "--json", "--now", NOW, *options)
    assert outcome.code == 0, outcome.err
    return outcome.book()


class TestNewForm:
    """A file of its own."""

    @pytest.fixture
    def book(self, run: Run, project: Path) -> Path:
        write(project, "contracts.yaml", OWN)
        (project / "rules" / "contracts.yaml").write_text(RULE, "utf-8")
        book = project / "workbooks" / "contracts.xlsx"
        made = run("--project", project, "new", "contracts", "progress", "-o", book, "--sample", "--now", NOW)
        assert made.code == 0, made.err
        return book

    def test_it_is_listed(self, run: Run, project: Path, book: Path) -> None:
        """With the shipped forms."""
        assert book.exists()
        assert "contracts" in run("--project", project, "forms").out

    def test_its_tab_stands_where_its_life_says(self, book: Path) -> None:
        """And the cover leads to it."""
        opened = openpyxl.load_workbook(book)
        assert opened.sheetnames[:3] == ["封面", "任务执行进度跟踪表", "合同台账"]
        cover = [cell.value for row in opened["封面"].iter_rows() for cell in row]
        assert "采购员" in cover

    def test_its_rows_are_read_and_judged(self, run: Run, project: Path, book: Path) -> None:
        """By a rule of the project."""
        found = checked(run, project, book)
        assert {sheet["form"] for sheet in found["sheets"]} >= {"contracts"}
        (late,) = [item for item in found["findings"] if item["form"] == "contracts"]
        assert (late["id"], late["rule"], late["level"]) == ("HT202601", "HT1", "red")

    def test_another_header_is_known(self, run: Run, project: Path, book: Path) -> None:
        """By its synonyms."""
        opened = openpyxl.load_workbook(book)
        header = next(cell for cell in opened["合同台账"][3] if cell.value == "经办人")
        header.value = "合同负责人"
        opened.save(book)
        sheet = next(one for one in checked(run, project, book)["sheets"] if one["form"] == "contracts")
        assert sheet["missing_columns"] == []

    def test_it_is_on_the_dashboard(self, run: Run, project: Path, book: Path) -> None:
        """Its late record counts."""
        assert checked(run, project, book, "--write")["written"]
        dashboard = openpyxl.load_workbook(book)["仪表盘"]
        assert any("HT202601" in str(cell.value) for row in dashboard.iter_rows() for cell in row)


class TestExtension:
    """A column more, headers more."""

    @pytest.fixture
    def book(self, run: Run, project: Path) -> Path:
        write(project, "issues.yaml", EXTENSION)
        book = project / "workbooks" / "issues.xlsx"
        assert run("--project", project, "new", "issues", "-o", book, "--now", NOW).code == 0
        return book

    def test_the_column_stands_behind_the_one_named(self, book: Path) -> None:
        """In the template."""
        titles = [cell.value for cell in openpyxl.load_workbook(book)["问题跟踪表"][3]]
        assert titles.index("处理成本") == titles.index("解决方案") + 1

    def test_the_column_and_the_header_are_read(self, run: Run, project: Path, book: Path) -> None:
        """费用 and 主办人 are no unread columns."""
        opened = openpyxl.load_workbook(book)
        sheet = opened["问题跟踪表"]
        for cell in sheet[3]:
            cell.value = {"处理成本": "费用", "责任人": "主办人"}.get(str(cell.value), cell.value)
        opened.save(book)
        (found,) = (one for one in checked(run, project, book)["sheets"] if one["form"] == "issues")
        assert (found["unread_columns"], found["missing_columns"]) == ([], [])

    def test_a_column_is_required_from_now_on(self, book: Path) -> None:
        """The guide marks it."""
        guide = openpyxl.load_workbook(book)["填写说明"]
        marks = {row[0].value: row[1].value for row in guide.iter_rows(max_col=2)}
        assert marks["根因"] == "●"


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("contracts.yaml", OWN.replace("kind: date,", "kind: dat,"), 16, "kind"),
        ("contracts.yaml", OWN.replace("key: contract_id", "key: contract"), 1, "contract_id"),
        ("contracts.yaml", OWN.replace("stage: execution", "stage: doing"), 6, "stage"),
        ("other.yaml", OWN, 1, "other"),
        ("issues.yaml", EXTENSION.replace("extends: issues", "extends: issue"), 1, "issues"),
        ("issues.yaml", EXTENSION.replace("  owner:", "  owners:"), 3, "owner"),
        ("issues.yaml", EXTENSION.replace("id: cost", "id: remark"), 6, "remark"),
        ("issues.yaml", EXTENSION.replace("after: solution", "after: solutions"), 6, "solution"),
        ("issues.yaml", EXTENSION.replace("[费用]", "[提交人]"), 6, "reporter"),
        ("issues.yaml", EXTENSION.replace("[root_cause]", "[root]"), 4, "root"),
        ("issues.yaml", EXTENSION.replace("kind: number", "kind: word"), 6, "vocabulary"),
        ("presets/mine.yaml", "title: x\n", 1, "purpose"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_a_wrong_file_is_refused_with_its_line(
    run: Run, project: Path, name: str, text: str, line: int, said: str
) -> None:
    """And the nearest spelling."""
    write(project, name, text)
    command = ("new", "--list-presets") if "presets" in name else ("forms",)
    outcome = run("--project", project, *command)
    assert outcome.code == 2
    assert f"{Path(name).name}:{line}" in outcome.err, outcome.err
    assert said in outcome.err
