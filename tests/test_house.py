"""The house itself: walls, start-up, what ships, and that everything is documented and tested."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest
import yaml

from sheetsync.bundled import bundled
from sheetsync.cli.main import cli

ROOT = Path(__file__).parent.parent
HEAVY = (
    "pandas",
    "openpyxl",
    "xlsxwriter",
    "sqlalchemy",
    "alembic",
    "lark_oapi",
    "pydantic",
    "numpy",
    "python_calamine",
    "jinja2",
    "PIL",
    "smtplib",
)


def commands(group: click.Group = cli, before: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found[f"{before}{name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
    return found


def test_the_walls_stand() -> None:
    """The import contract of pyproject.toml holds."""
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_pays_for_no_heavy_library(arguments: list[str]) -> None:
    """Start-up stays instant: help imports neither pandas nor any reader or writer."""
    code = (
        "import sys\nfrom sheetsync.cli.main import _outcome\n"
        f"_outcome({arguments!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_in_both_languages_with_an_example(name: str) -> None:
    """A user finds out how to call a command without leaving the terminal."""
    command = commands()[name]
    assert (command.epilog or "").startswith("Example: sheetsync ")
    assert command.help
    assert re.search(r"[a-z]{3}", command.help)
    assert re.search(r"[\u4e00-\u9fff]", command.help)


def test_the_wheel_carries_the_declarative_folders(tmp_path: Path) -> None:
    """What git tracks in the three folders is in the wheel, under the package, and nothing else is."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            tmp_path,
            ROOT,
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("sheetsync/_bundled/") for name in names if "/_bundled/" in name}
    listed = subprocess.run(
        ["git", "ls-files", "workbook_templates", "rules", "jobs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert shipped == {name for name in listed if name}
    steps = (ROOT / "sheetsync" / "state" / "migrations").glob("m*.py")
    assert {f"sheetsync/state/migrations/{step.name}" for step in steps} <= set(names)
    assert not any(name.startswith(("rules/", "jobs/", "workbook_templates/", "tests/")) for name in names)


def test_every_rule_has_cases() -> None:
    """A rule without a case that fires and one that does not is not finished."""
    rules: set[str] = set()
    for file in bundled("rules").iterdir():
        if file.name.endswith(".yaml"):
            rules |= {rule["id"] for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]}
    fires: set[str] = set()
    quiet: set[str] = set()
    for file in (bundled("rules") / "cases").iterdir():
        if file.name.endswith(".yaml"):
            document = yaml.safe_load(file.read_text("utf-8"))
            for case in document["cases"]:
                (fires if case["expect"] else quiet).add(document["rule"])
    assert rules <= fires
    assert rules <= quiet


def test_no_folder_of_data_holds_code() -> None:
    """`import rules` must never find a module of ours."""
    for folder in ("rules", "jobs", "workbook_templates"):
        assert not list((ROOT / folder).rglob("*.py"))
