"""Many workbooks at a time: in worker processes, none of which can stop the others."""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from sheetsync import commands
from sheetsync.app import App, open_app
from sheetsync.cli.progress import Progress
from sheetsync.members import check_unit
from tests.e2e.conftest import Run

NOW = "2023-10-16T09:00"


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of the shipped forms, with their sample rows."""
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    open_app(now=NOW).new(["progress", "risks"], output=path, sample=True, rows=20)
    return path


@pytest.fixture
def books(form: Path, tmp_path: Path) -> Path:
    """A folder of four of them, one of which is damaged."""
    folder = tmp_path / "books"
    folder.mkdir()
    for name in ("一", "二", "三"):
        shutil.copy(form, folder / f"{name}.xlsx")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    return folder


def said(folder: Path, line: str) -> None:
    """Write a line into the section `[executor]` of a project's settings."""
    settings = folder / "sheetsync.toml"
    before, section, after = settings.read_text("utf-8").partition("[executor]")
    rest = after.partition("\n")[2]
    settings.write_text(f"{before}{section}\n{line}\n{rest}", "utf-8")


def killing(*given: Any) -> list[Any]:  # noqa: ANN401 - the arguments of `check_unit`
    """Check as the program does, but die over one of the workbooks."""
    ((path, _),) = given[-1][0]
    if path.stem == "二":
        os.kill(os.getpid(), signal.SIGKILL)
    return check_unit(*given)


def test_a_damaged_workbook_stops_no_other_one(run: Run, books: Path) -> None:
    outcome = run("check", books, "--write", "--json", "--now", NOW, "--jobs", "2")
    told = {Path(book["path"]).stem: book for book in outcome.document()["workbooks"]}
    assert list(told) == sorted(told)
    assert [stem for stem, book in told.items() if not book.get("written")] == ["坏"]
    assert outcome.code == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signals")
def test_a_killed_worker_costs_its_own_workbook_only(
    run: Run, books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands.checking, "check_unit", killing)
    (books / "坏.xlsx").unlink()
    before = (books / "二.xlsx").read_bytes()
    outcome = run("check", books, "--write", "--now", NOW, "--jobs", "2")
    assert outcome.code == 70
    assert "二.xlsx: 检查这个工作簿的进程突然结束（信号 SIGKILL）" in outcome.err
    assert [outcome.out.count(f"{name}.xlsx") > 0 for name in ("一", "三")] == [True, True]
    assert (books / "二.xlsx").read_bytes() == before


def test_how_many_at_a_time_may_stand_in_the_settings(run: Run, books: Path, tmp_path: Path) -> None:
    run("init", tmp_path)
    (books / "坏.xlsx").unlink()
    alone = run("check", books, "--json", "--now", NOW).document()
    said(tmp_path, "jobs = 2")
    assert run("check", books, "--json", "--now", NOW).document() == alone


def test_a_wrong_executor_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path)
    said(tmp_path, 'spec = "dask://host"')
    outcome = run("check", "x.xlsx")
    assert outcome.code == 2
    assert "sheetsync.toml:" in outcome.err


def test_who_calls_is_told_how_far_it_is(books: Path) -> None:
    told: list[tuple[int, int]] = []
    app: App = open_app(now=NOW)
    list(app.check([str(books)], watch=lambda done, of: told.append((done, of))))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_bar_is_drawn_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Progress("zh", shown=True).at(1, 4)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = Progress("zh", shown=True)
    bar.at(1, 4)
    assert "已检查 1/4 个工作簿" in capsys.readouterr().err
    bar.at(4, 4)
    bar.again()
    assert capsys.readouterr().err == "\r\x1b[K"
