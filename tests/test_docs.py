"""The documentation runs: every `console` block is executed, and what it shows is what comes out.

Where commands of a page name a base (`bitable:TOKEN/TABLE`), there is one: a server of the tests stands for
Feishu, and what the page says of `[feishu]` in a `toml` block is put into the project's settings.
"""

import importlib.util
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

import sheetsync
from sheetsync.cli.main import cli
from sheetsync.errors import SheetSyncError
from sheetsync.feishu import client
from sheetsync.tomlfile import parse_toml
from tests.feishu_server import FeishuServer, bare_line, running

ROOT = Path(__file__).parent.parent
ALL = sorted(
    (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "rules").rglob("*.md"),
        *(ROOT / "jobs").glob("*.md"),
    )
)
PAGES = [path for path in ALL if "```console" in path.read_text("utf-8")]
GENERATOR = ROOT / "docs" / "generate.py"
_BLOCK = re.compile(r"^```(console|toml)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_BASE = re.compile(r"^\$ .*bitable:([A-Za-z0-9]+)(?:/([A-Za-z0-9]+))?", re.MULTILINE)
_SECRET = re.compile(r'"env:(\w+)"')
_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_console_blocks_run_as_shown(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a page run one after the other in an empty folder and print the lines shown."""
    monkeypatch.chdir(tmp_path)
    text = page.read_text("utf-8")
    with _feishu(text, monkeypatch) as settings:
        for kind, block in _BLOCK.findall(text):
            if kind == "console":
                _run_block(block, settings)


def test_links_lead_somewhere() -> None:
    """To a file of ours, and in it to a heading."""
    for page in ALL:
        for target in _LINK.findall(page.read_text("utf-8")):
            if "://" in target or target.startswith("mailto:"):
                continue
            path, _, heading = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), (page.name, target)
            if heading and found.suffix == ".md":
                assert heading in _anchors(found), (page.name, target)


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


def _run_block(block: str, settings: Mapping[str, str]) -> None:
    printed: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            printed = _run(line[2:], settings)
        elif line.strip() not in {"", "…"}:
            assert line.strip() in printed, (line, printed)


def _run(command: str, settings: Mapping[str, str]) -> list[str]:
    """Run one command line of ours; return what it printed, line by line."""
    program, *arguments = shlex.split(command)
    assert program == "sheetsync", f"only our own commands are run: {command}"
    if settings and "bitable:" in command:
        _set(Path(arguments[arguments.index("--project") + 1]) / "sheetsync.toml", settings)
    result = CliRunner().invoke(cli, arguments, catch_exceptions=True, standalone_mode=False)
    if isinstance(result.exception, SheetSyncError):
        return [result.exception.say("zh")]
    assert result.exception is None, (command, result.exception)
    assert result.return_value in {None, 0, 1}, (command, result.output)
    return [line.strip() for line in result.output.splitlines()]


@contextmanager
def _feishu(text: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """Serve the bases that a page names; yield the settings that lead there, none where it names none."""
    named = dict(_BASE.findall(text))
    if not named:
        yield {}
        return
    given = _told(text)
    with running(app_id=given["app_id"]) as server:
        for variable in _SECRET.findall("".join(f'"{value}"' for value in given.values())):
            monkeypatch.setenv(variable, server.app_secret)
        # Without the vendor's client, whose import takes seconds.
        monkeypatch.setattr(client, "SdkLine", lambda access: bare_line(access.domain))
        _serve(server, named)
        yield {**given, "domain": server.url}


def _told(text: str) -> Mapping[str, str]:
    """Return what a page says of `[feishu]`."""
    for kind, block in _BLOCK.findall(text):
        if kind == "toml" and "[feishu]" in block and "app_id" in block:
            found: Mapping[str, str] = parse_toml(block, "page").data["feishu"]
            return found
    raise AssertionError("the page names a base, and no app in a toml block")


def _serve(server: FeishuServer, named: Mapping[str, str]) -> None:
    for token, table in named.items():
        base = server.base("Q4新品上市")
        del server.bases[base.token]
        base.token = token
        server.bases[token] = base
        assert not table, "a page makes its tables itself: it cannot know their ids"


def _set(file: Path, settings: Mapping[str, str]) -> None:
    """Put settings of `[feishu]` into a file of settings that has them as remarks."""
    text = file.read_text("utf-8")
    if settings["domain"] not in text:
        lines = "".join(f'\n{name} = "{value}"' for name, value in settings.items())
        file.write_text(
            re.sub(r"^\[feishu\].*$", f"[feishu]{lines}", text, count=1, flags=re.MULTILINE), "utf-8"
        )


def _anchors(page: Path) -> set[str]:
    """Return what a link may name of a page, as GitHub makes it of its headings."""
    found = set()
    for line in re.sub(
        r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    ).splitlines():
        if line.startswith("#"):
            plain = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().replace("`", "").lower())
            found.add(plain.replace(" ", "-"))
    return found
