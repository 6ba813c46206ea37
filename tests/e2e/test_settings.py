"""Settings through the command line: what is in force and why, and what is wrong with them."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

TEXT = """\
[project]
name = "新品上市"
[calendar]
holidays = [2026-12-31]
[rules.parameters]
T16.limit = "4h"
[workbooks.plan]
path = "a.xlsx"
[state]
url = "postgresql://pm:s3cret@db.example/pm"
[colours]
late = "FF9999"
[words.task_state]
"进行中" = ["在搞"]
"灰度中" = { paused = true }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sheetsync.toml").write_text(TEXT, "utf-8")
    return tmp_path


def shown(
    run: Run, project: Path, *options: str, before: tuple[str, ...] = ()
) -> dict[str, tuple[object, str]]:
    outcome = run("--project", project, *before, "config", "show", "--json", *options)
    document = json.loads(outcome.out)
    assert document["schema"] == "sheetsync.config/1"
    return {one["name"]: (one["value"], one["origin"]) for one in document["settings"]}


def test_each_setting_is_shown_with_where_it_came_from(run: Run, project: Path) -> None:
    found = shown(run, project)
    assert found["project.name"] == ("新品上市", "sheetsync.toml:2")
    assert found["project.language"] == ("zh", "default")
    assert found["calendar.holidays"] == (["2026-12-31"], "sheetsync.toml:4")
    assert found["rules.parameters.T16.limit"] == ("4h", "sheetsync.toml:6")
    assert found["workbooks.plan.path"] == ("a.xlsx", "sheetsync.toml:8")
    assert found["colours.late"] == ("FF9999", "sheetsync.toml:12")
    assert found["words.task_state.进行中"] == (["在搞"], "sheetsync.toml:14")
    assert found["words.task_state.灰度中.paused"] == (True, "sheetsync.toml:15")
    assert found["backup.keep"] == (10, "default")


def test_a_password_is_never_shown(run: Run, project: Path) -> None:
    assert shown(run, project)["state.url"] == ("postgresql://pm:***@db.example/pm", "sheetsync.toml:10")
    assert "s3cret" not in run("--project", project, "config", "show").out


def test_what_holds_for_this_run_alone_names_its_origin(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "now" not in shown(run, project)
    monkeypatch.setenv("SHEETSYNC_NOW", "2026-11-20T09:00")
    assert shown(run, project)["now"] == ("2026-11-20T09:00", "SHEETSYNC_NOW")
    found = shown(run, project, "--now", "2026-11-21T09:00", before=("--lang", "en"))
    assert found["now"] == ("2026-11-21T09:00", "--now")
    assert found["project.language"] == ("en", "--lang")


def test_a_person_reads_the_same_line_by_line(run: Run, project: Path) -> None:
    lines = run("--project", project, "config", "show").out.splitlines()
    assert 'rules.parameters.T16.limit = "4h"  ← sheetsync.toml:6' in lines
    assert "backup.keep = 10  ← 默认" in lines


def test_without_a_project_the_defaults_are_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("config", "show")
    assert "没有项目文件夹" in outcome.err
    assert "backup.keep = 10  ← 默认" in outcome.out.splitlines()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[rules]\npacks = ['tasks',\n'isues']\n", 3, "是否想写 issues"),
        ("[workbooks.plan]\npath = 'a.xlsx'\nforms = ['rasi']\n", 3, "是否想写 raci"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_its_line(
    run: Run, tmp_path: Path, text: str, line: int, said: str
) -> None:
    (tmp_path / "sheetsync.toml").write_text(text, "utf-8")
    run("--project", tmp_path, "new", "raci", "-o", tmp_path / "a.xlsx")
    outcome = run("--project", tmp_path, "check", tmp_path / "a.xlsx")
    assert outcome.code == 2
    assert f"sheetsync.toml:{line}: " in outcome.err
    assert said in outcome.err


def test_a_form_may_be_named_by_its_title_or_number(run: Run, tmp_path: Path) -> None:
    text = "[workbooks.plan]\npath = 'a.xlsx'\nforms = ['F10', '问题跟踪表']\n"
    (tmp_path / "sheetsync.toml").write_text(text, "utf-8")
    run("--project", tmp_path, "new", "raci", "issues", "progress", "-o", tmp_path / "a.xlsx")
    found = run("--project", tmp_path, "check", tmp_path / "a.xlsx", "--json").book()
    assert {sheet["form"] for sheet in found["sheets"]} == {"raci", "issues"}


def test_one_schema_is_printed_and_all_are_written(run: Run, project: Path) -> None:
    printed = json.loads(run("config", "schema", "settings").out)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    folder = project / ".sheetsync" / "schema"
    outcome = run("--project", project, "config", "schema", "-o", folder)
    assert json.loads((folder / "settings.schema.json").read_text("utf-8")) == printed
    assert "#:schema ./.sheetsync/schema/settings.schema.json" in outcome.out
    assert "# yaml-language-server: $schema=../.sheetsync/schema/rules.schema.json" in outcome.out
    listed = [line.split()[0] for line in run("config", "schema").out.splitlines()]
    assert {path.name for path in folder.iterdir()} == {f"{name}.schema.json" for name in listed}


def test_an_unknown_schema_is_refused_with_the_nearest(run: Run) -> None:
    outcome = run("config", "schema", "rule")
    assert outcome.code == 2
    assert "是否想写 rules" in outcome.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_project_speaks_the_language_it_was_made_in(run: Run, language: str) -> None:
    """From then on without --lang, as its workbook does."""
    assert run("--lang", language, "init", "launch").code == 0
    shown = run("--project", "launch", "config", "show", "--json").document()
    assert {one["name"]: one["value"] for one in shown["settings"]}["project.language"] == language
