"""What a person sees of a workbook that somebody else has open, and of a run that is killed."""

import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from sheetsync import open_app
from sheetsync.disk.commit import OURS
from tests.e2e.conftest import Run

NOW = "2026-11-20T09:00"


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    run("new", "progress", "-o", "计划.xlsx", "--sample")
    return tmp_path / "计划.xlsx"


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.suffix == ".xlsx")


def test_an_open_workbook_is_left_alone_and_a_copy_marked_where_asked(run: Run, book: Path) -> None:
    before = book.read_bytes()
    book.with_name("~$计划.xlsx").write_bytes(b"\x03Ann" + b" " * 51 + b"\x03\x00A\x00n\x00n\x00")
    plain = run("check", "计划.xlsx", "--write", "--now", NOW)
    assert (plain.code, names(book.parent)) == (5, ["~$计划.xlsx", "计划.xlsx"])
    asked = run("check", "计划.xlsx", "--write", "--side-copy", "--json", "--now", NOW)
    copy = "计划（SheetSync 副本）.xlsx"
    assert asked.code == 5
    assert "Ann" in asked.err
    assert copy in asked.err
    found = asked.book()
    assert (found["status"], found["written"], found["output"]) == ("ok", True, copy)
    assert copy in found["held"]
    assert found["rows"]
    assert book.read_bytes() == before
    with ZipFile(book.with_name(copy)) as archive:
        assert "仪表盘" in archive.read("xl/workbook.xml").decode()
    # Our copy is no workbook of the folder, and the next one replaces it.
    book.with_name("~$计划.xlsx").unlink()
    folder = run("check", ".", "--write", "--side-copy", "--json", "--now", NOW)
    assert folder.code == 0
    assert [one["path"] for one in folder.document()["workbooks"]] == ["计划.xlsx"]
    assert book.read_bytes() != before


def test_a_side_copy_goes_with_write_only(run: Run, book: Path) -> None:
    assert run("check", book, "--side-copy").code == 2
    assert run("check", book, "--write", "--side-copy", "-o", "x.xlsx").code == 2


def test_what_was_found_beside_a_workbook_is_said(run: Run, book: Path) -> None:
    book.with_name("计划 (Ann's conflicted copy).xlsx").write_bytes(b"x")
    first = run("check", "计划.xlsx", "--write", "--json", "--now", NOW)
    assert "conflicted copy" in first.err
    assert "conflicted copy" in first.book()["notes"][0]


def test_settings_say_which_backups_stay(run: Run, tmp_path: Path) -> None:
    run("init", "p")
    project = tmp_path / "p"
    text = (project / "sheetsync.toml").read_text("utf-8")
    (project / "sheetsync.toml").write_text(
        text.replace("# keep = 10", "keep = 1").replace("# days = 30", "days = 0"), "utf-8"
    )
    book = project / "workbooks" / "b.xlsx"
    run("new", "issues", "-o", book, "--sample")
    for hour in ("09", "10", "11"):
        run("--project", project, "check", book, "--write", "--now", f"2026-11-20T{hour}:00")
        run("--project", project, "undo", book)
    [folder] = (project / ".sheetsync" / "backups").iterdir()
    assert len(list(folder.glob("*.xlsx"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_run_killed_at_any_moment_leaves_a_whole_workbook(book: Path) -> None:
    """The old one or the new one; the next run puts the rest right."""
    old = book.read_bytes()
    command = (sys.executable, "-m", "sheetsync", "check", book, "--write", "--now", NOW)
    next(open_app(now=NOW).check([str(book)], write=True))
    new = book.read_bytes()
    for milliseconds in (0, 5, 20):
        book.write_bytes(old)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not written(book.parent):
            time.sleep(0.0005)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        assert book.read_bytes() in (old, new)
        (result,) = open_app(now=NOW).check([str(book)], write=True)
        assert result.error is None
        assert book.read_bytes() == new
        assert not written(book.parent)


def written(folder: Path) -> list[Path]:
    """Return what a write in progress has beside a workbook and among its backups."""
    return [one for one in folder.rglob(f"{OURS}*") if one.suffix != ".old"]
