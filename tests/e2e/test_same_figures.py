"""A number in the mail equals the one on the dashboard and the one in the weekly workbook (L3)."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from sheetsync.model.summary import Figure
from sheetsync.render import figures
from tests.e2e.conftest import Run

CARDS = ("late", "soon", "risk", "finished", "faulty", "on_time", "attainment")
"""Those that the dashboard shows as a title with a number below."""

DAYS = ("2023-10-12", "2023-10-13", "2023-10-16")


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    """The demo's project after runs on three days, so that there is a week before."""
    assert run("demo", "demo").code == 0
    folder = tmp_path / "demo"
    for day in DAYS:
        assert (
            run("--project", folder, "check", folder / "workbooks", "--write", "--now", f"{day}T18:00").code
            == 0
        )
    return folder


def word(name: str, value: float | None, unit: str) -> str:
    figure = Figure(name=name, title=figures.FIRST, value=value, unit=unit)  # type: ignore[arg-type] # from JSON
    return figures.value(figure).zh


def test_mail_workbook_and_dashboard_say_the_same(run: Run, project: Path) -> None:
    made = run(
        "--project", project, "report", "weekly", "-o", project / "w.xlsx",
        "--outbox", project / "mails", "--now", f"{DAYS[-1]}T18:00", "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    told = {figure["name"]: figure for figure in made.document()["workbooks"][0]["figures"]}
    assert told["late"]["before"] is not None

    (book,) = (project / "workbooks").glob("*.xlsx")
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(book)["仪表盘"].iter_rows()]
    overview = openpyxl.load_workbook(project / "w.xlsx")["概览"]
    weekly = [[cell.value for cell in row if cell.value is not None] for row in overview.iter_rows()]
    (file,) = (project / "mails").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()

    for name, figure in told.items():
        said = word(name, figure["value"], figure["unit"])
        row = next(row for row in weekly if figure["title"] in row)  # the figures come first
        shown = row[row.index(figure["title"]) + 1]
        number = shown if isinstance(shown, str) else word(name, float(shown), figure["unit"])
        assert number == said, name
        assert any(figure["title"] in line and said in line for line in lines), name
        if name in CARDS:
            top, at = next(
                (top, line.index(figure["title"]))
                for top, line in enumerate(cells)
                if figure["title"] in line
            )
            card = cells[top + 1][at]
            assert (card if isinstance(card, str) else word(name, float(card), figure["unit"])) == said, name
    attached = next(mail.iter_attachments()).get_content()
    assert openpyxl.load_workbook(BytesIO(attached)).sheetnames[0] == "概览"


def test_a_job_counts_the_records_as_the_check_does(run: Run, project: Path) -> None:
    """And what it read out of texts as neither."""
    checked = run("--project", project, "check", project / "workbooks", "--now", "2023-10-16T18:00")
    count = re.search(r"(\d+) 条记录", checked.out)
    done = run("--project", project, "job", "run", "daily-check", "--now", "2023-10-16T18:00")
    assert count is not None
    assert f"1 个工作簿、{count[1]} 条记录" in done.out
