"""`report weekly` from end to end: one workbook, several, a whole project; the workbooks are only read."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import openpyxl
import pytest

import sheetsync
from tests.e2e.conftest import Run
from tests.structure import faults

NOW = "2026-11-20T10:00"


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    book = tmp_path / "launch.xlsx"
    assert run("new", "--preset", "product-launch", "--sample", "-o", book, "--now", NOW).code == 0
    return book


@pytest.fixture
def project(run: Run, book: Path, tmp_path: Path) -> Path:
    """A project of one workbook."""
    folder = tmp_path / "新品上市"
    assert run("init", folder).code == 0
    book.rename(folder / "workbooks" / "launch.xlsx")
    return folder


def mail_by(project: Path, settings: str) -> None:
    """Write the settings of `[mail]` in place of those of a new project."""
    file = project / "sheetsync.toml"
    before, _, rest = file.read_text("utf-8").partition("\n[mail]")
    _, _, after = rest.partition("\n[")
    file.write_text(f"{before}\n[mail]\n{settings}\n[{after}", "utf-8")


def test_a_workbook_is_reported_and_left_as_it_is(run: Run, book: Path, tmp_path: Path) -> None:
    """The file is named by week, has no faults, and each figure is the one of the JSON document."""
    before = book.read_bytes()
    made = run("report", "weekly", book, "--now", NOW, "--json")
    assert made.code == 0, made.err
    assert book.read_bytes() == before
    document = made.document()
    assert document["schema"] == "sheetsync.report/1"
    assert document["output"] == "周报_launch_2026-W47.xlsx"
    out = tmp_path / document["output"]
    assert faults(out.read_bytes()) == set()
    sheet = openpyxl.load_workbook(out)["概览"]
    shown = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    for figure in document["workbooks"][0]["figures"]:
        (row,) = (row for row in shown if figure["title"] in row and "无上周数据" in row)
        value = row[row.index(figure["title"]) + 1]
        assert value == ("未报" if figure["value"] is None else round(figure["value"], 1)), figure


def test_every_record_stands_in_the_snapshot(run: Run, book: Path, tmp_path: Path) -> None:
    """With the status that check gives it."""
    checked = {
        (one["sheet"], one["row"]): one["status"]
        for one in run("check", book, "--now", NOW, "--json").book()["rows"]
    }
    assert run("report", "weekly", book, "-o", "out.xlsx", "--now", NOW).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["原始快照"]
    titles = [cell.value for cell in sheet[4]]
    place = [titles.index(name) for name in ("工作表", "行号", "预警状态")]
    told = {}
    for row in sheet.iter_rows(min_row=5, values_only=True):
        name, number, status = (row[at] for at in place)
        told[name, number] = status
    assert told == checked


def test_a_project_is_reported_without_naming_its_workbooks(run: Run, project: Path, tmp_path: Path) -> None:
    """The week after, the figures of the week before are there."""
    written = run(
        "--project", project, "check", project / "workbooks", "--write", "--now", "2026-11-13T18:00"
    )
    assert written.code == 0, written.err
    made = run("--project", project, "report", "weekly", "-o", "out.xlsx", "--now", NOW, "--json")
    assert made.code == 0, made.err
    document = made.document()
    assert document["week"]["compared_with"] == "2026-11-13T18:00:00+08:00"
    figures = {one["name"]: one for one in document["workbooks"][0]["figures"]}
    assert figures["total"]["before"] == figures["total"]["value"]
    texts = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx")["概览"].values for cell in row]
    assert not [text for text in texts if "首次报告" in str(text)]


def test_one_that_cannot_be_read_does_not_stop_the_others(run: Run, book: Path, tmp_path: Path) -> None:
    """It is named, and its code is that of the command."""
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    made = run("report", "weekly", book, "broken.xlsx", "-o", "out.xlsx", "--now", NOW)
    assert made.code == 3
    assert "broken.xlsx" in made.err
    assert (tmp_path / "out.xlsx").exists()


def test_nothing_to_report_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    assert run("report", "weekly", "broken.xlsx", "-o", "out.xlsx", "--now", NOW).code == 3
    assert not (tmp_path / "out.xlsx").exists()


def test_without_books_and_project_it_says_what_to_name(run: Run) -> None:
    made = run("report", "weekly", "--now", NOW)
    assert made.code == 2
    assert "sheetsync report weekly" in made.err


def test_a_report_that_is_there_is_not_replaced(run: Run, book: Path, tmp_path: Path) -> None:
    """Unless it is asked for."""
    (tmp_path / "out.xlsx").write_bytes(b"mine")
    assert run("report", "weekly", book, "-o", "out.xlsx", "--now", NOW).code == 2
    assert (tmp_path / "out.xlsx").read_bytes() == b"mine"
    assert run("report", "weekly", book, "-o", "out.xlsx", "--now", NOW, "--force").code == 0


def test_the_page_for_a_browser_needs_nothing_beside_it(run: Run, book: Path, tmp_path: Path) -> None:
    """Its pictures are inside, and nothing is loaded from elsewhere."""
    assert run("report", "weekly", book, "-o", "o.xlsx", "--html", "o.html", "--now", NOW).code == 0
    page = (tmp_path / "o.html").read_text("utf-8")
    assert "data:image/png;base64," in page
    assert "cid:" not in page
    assert 'src="http' not in page


def test_the_library_call_is_the_command(book: Path, tmp_path: Path) -> None:
    made = sheetsync.report_weekly([book], output=tmp_path / "o.xlsx", now=NOW)
    assert made.output == str(tmp_path / "o.xlsx")
    assert [one.name for one in made.reported] == ["launch.xlsx"]


def test_a_mail_lies_in_the_outbox_once(run: Run, project: Path, tmp_path: Path) -> None:
    """With the workbook under its Chinese name; a second run writes no second one, a correction is v2."""
    asked = ("--project", project, "report", "weekly", "--outbox", "out", "--now", NOW, "--json")
    first = run(*asked)
    assert first.code == 0, first.err
    (mail,) = first.document()["mail"]
    assert mail["state"] == "written"
    letter = message_from_bytes((tmp_path / mail["place"]).read_bytes(), policy=default)
    assert [part.get_filename() for part in letter.iter_attachments()] == [first.document()["output"]]
    assert [one["state"] for one in run(*asked).document()["mail"]] == ["already"]
    corrected = run(*asked, "--correct").document()["mail"]
    assert [one["state"] for one in corrected] == ["written"]
    assert len(list((tmp_path / "out").glob("*.eml"))) == 2


def test_the_mail_tells_the_figures_of_the_workbook(run: Run, book: Path, tmp_path: Path) -> None:
    """Its plain text holds each as the overview does."""
    made = run("report", "weekly", book, "--outbox", "out", "--now", NOW, "--json").document()
    letter = message_from_bytes((tmp_path / made["mail"][0]["place"]).read_bytes(), policy=default)
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    sheet = openpyxl.load_workbook(tmp_path / made["output"])["概览"]
    shown = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    for figure in made["workbooks"][0]["figures"]:
        (row,) = (row for row in shown if figure["title"] in row and "无上周数据" in row)
        value = row[row.index(figure["title"]) + 1]
        said = value if isinstance(value, str) else f"{value:g}"
        assert re.search(rf"{re.escape(figure['title'])}\D{{0,4}}{re.escape(said)}", text), figure


def test_a_server_without_anybody_to_write_to_is_a_mistake(run: Run, project: Path) -> None:
    """It is said before anything is written."""
    mail_by(project, 'host = "127.0.0.1"\nsecurity = "none"\nsender = "pmo@example.com"\n')
    made = run("--project", project, "report", "weekly", "--mail", "--now", NOW)
    assert made.code == 2
    assert "[mail] to" in made.err


def test_a_mail_that_does_not_leave_is_said(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that nobody can reach: code 4, and the workbook is there all the same."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    mail_by(
        project,
        'host = "127.0.0.1"\nport = 1\nsecurity = "none"\nsender = "pmo@example.com"\n'
        'to = ["boss@example.com"]\ntimeout = 1\n',
    )
    made = run("--project", project, "report", "weekly", "--mail", "-o", "out.xlsx", "--now", NOW)
    assert made.code == 4
    assert "boss@example.com" in made.err
    assert "out.xlsx" in made.out
