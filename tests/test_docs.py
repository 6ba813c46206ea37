"""The documentation runs: every `console` block is executed, and what it shows is what comes out."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import sheetsync
from sheetsync.cli.main import cli
from sheetsync.errors import SheetSyncError

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "rules").glob("*.md"))
    if "```console" in path.read_text("utf-8")
)
GENERATOR = ROOT / "docs" / "generate.py"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_console_blocks_run_as_shown(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a page run one after the other in an empty folder and print the lines shown."""
    monkeypatch.chdir(tmp_path)
    for block in _BLOCK.findall(page.read_text("utf-8")):
        printed: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                printed = _run(line[2:])
            elif line.strip() not in {"", "…"}:
                assert line.strip() in printed, (line, printed)


def test_the_reference_is_what_the_code_says() -> None:
    """`make docs` would change nothing."""
    spec = importlib.util.spec_from_file_location("generate", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == text, f"run make docs: {name}"


def test_every_form_has_a_small_picture_that_its_page_shows() -> None:
    """Made by `make pictures`; no picture is left of a form that is gone."""
    forms = {form.id for form in sheetsync.forms()}
    pictures = ROOT / "docs" / "images" / "forms"
    assert {path.stem for path in pictures.glob("*.png")} == forms
    assert max(path.stat().st_size for path in pictures.glob("*.png")) < 60_000
    page = (ROOT / "docs" / "reference" / "forms.md").read_text("utf-8")
    assert all(f"(../images/forms/{form}.png)" in page for form in forms)


def _run(command: str) -> list[str]:
    """Run one command line of ours; return what it printed, line by line."""
    program, *arguments = shlex.split(command)
    assert program == "sheetsync", f"only our own commands are run: {command}"
    result = CliRunner().invoke(cli, arguments, catch_exceptions=True, standalone_mode=False)
    if isinstance(result.exception, SheetSyncError):
        return [result.exception.say("zh")]
    assert result.exception is None, (command, result.exception)
    return [line.strip() for line in result.output.splitlines()]
