"""`report weekly --mail` from the workbook to the recipient's mail program."""

import email
import html as entities
import json
import re
import shutil
import subprocess
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.e2e.conftest import Run
from tests.mailserver import Office, running

FRIDAY = "2026-11-20T18:00"
SETTINGS = """
[project]
name = "星河上市"

[mail]
host = "localhost"
port = {port}
security = "none"
sender = "项目办 <pmo@example.com>"
to = ["zhang@example.com", "li@example.com"]
"""


def project(run: Run, port: int = 2525) -> None:
    Path("sheetsync.toml").write_text(SETTINGS.format(port=port), "utf-8")
    Path("workbooks").mkdir()
    made = run("new", "--preset", "product-launch", "--sample", "-o", "workbooks/星河.xlsx", "--now", FRIDAY)
    assert made.code == 0, made.err


def parsed(content: bytes) -> EmailMessage:
    mail = email.message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def arrived(office: Office) -> list[EmailMessage]:
    return [parsed(one.content) for one in office.seen if isinstance(one.content, bytes)]


def test_each_recipient_gets_one_mail_a_week(run: Run) -> None:
    """With the numbers of the report and the workbook; a second run, on another day, sends nothing."""
    office = Office()
    with running(office) as port:
        project(run, port)
        first = run("report", "weekly", "--mail", "-o", "周报.xlsx", "--json", "--now", FRIDAY)
        again = run("report", "weekly", "--mail", "-o", "again.xlsx", "--now", "2026-11-22T09:00")
    assert (first.code, again.code) == (0, 0), first.err + again.err
    mails = arrived(office)
    assert [mail["To"] for mail in mails] == ["zhang@example.com", "li@example.com"]
    (book,) = mails[0].iter_attachments()
    assert book.get_filename() == "周报.xlsx"
    assert book.get_content() == Path("周报.xlsx").read_bytes()
    text = mails[0].get_body(["plain"])
    assert text is not None
    told = json.loads(first.out)["workbooks"][0]["figures"]
    late = next(figure for figure in told if figure["name"] == "late")
    assert f"延期：{late['value']:g} " in text.get_content()


def test_a_correction_says_what_changed(run: Run) -> None:
    """And goes to everybody, once."""
    office = Office()
    with running(office) as port:
        project(run, port)
        run("report", "weekly", "--mail", "-o", "1.xlsx", "--now", FRIDAY)
        book = load_workbook("workbooks/星河.xlsx")
        sheet = next(sheet for sheet in book.worksheets if "进度跟踪" in sheet.title)
        sheet.delete_rows(sheet.max_row)
        book.save("workbooks/星河.xlsx")
        for name in ("2.xlsx", "3.xlsx"):
            asked = ["--correct"] if name == "2.xlsx" else []
            done = run("report", "weekly", "--mail", *asked, "-o", name, "--now", "2026-11-20T18:30")
            assert done.code == 0, done.err
    assert [mail["Subject"].startswith("更正v2") for mail in arrived(office)] == [False, False, True, True]
    text = arrived(office)[2].get_body(["plain"])
    assert text is not None
    assert re.search(
        r"更正版 v2，代替此前发出的周报。变化：\n  \S+：.+ → .+", text.get_content().replace("\r", "")
    )


def test_a_server_that_is_down_is_told_and_tried_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr("sheetsync.notify.smtp.sleep", paused.append)
    project(run, 1)
    down = run("report", "weekly", "--mail", "-o", "1.xlsx", "--now", FRIDAY)
    assert down.code == 4
    assert "连不上邮件服务器 localhost:1" in down.err
    assert paused == sorted(paused) != []
    office = Office()
    with running(office) as port:
        Path("sheetsync.toml").write_text(SETTINGS.format(port=port), "utf-8")
        assert run("report", "weekly", "--mail", "-o", "2.xlsx", "--now", FRIDAY).code == 0
    assert len(office.seen) == 2


def test_without_a_server_mails_lie_in_a_folder(run: Run) -> None:
    """One a recipient; a second run adds none; without a project, too."""
    project(run)
    for name in ("1.xlsx", "2.xlsx"):
        done = run("report", "weekly", "--outbox", "待发", "-o", name, "--now", FRIDAY)
        assert done.code == 0, done.err
    mails = [parsed(path.read_bytes()) for path in Path("待发").iterdir()]
    assert sorted(mail["To"] for mail in mails) == ["li@example.com", "zhang@example.com"]
    Path("sheetsync.toml").unlink()
    alone = run("report", "weekly", "workbooks/星河.xlsx", "--outbox", "散", "-o", "3.xlsx", "--now", FRIDAY)
    assert alone.code == 0, alone.err
    assert len(list(Path("散").iterdir())) == 1


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe id="mail" style="border:0;width:{width}px;height:667px" srcdoc="{page}"></iframe>
<script>
addEventListener('load', () => {{
  const page = document.getElementById('mail').contentDocument;
  const cells = [...page.querySelectorAll('td[width="33%"]')].map(cell => cell.getBoundingClientRect());
  const told = {{
    wide: page.documentElement.scrollWidth,
    table: page.querySelector('table table').getBoundingClientRect().width,
    figures: cells.filter(box => box.bottom <= 667).length,
    images: [...page.images].map(image => [image.naturalWidth, image.getBoundingClientRect().width]),
  }};
  document.body.innerHTML = '<pre id="told">' + JSON.stringify(told) + '</pre>';
}});
</script>"""


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [375, 1200])
def test_a_browser_shows_it_at_the_width_of_a_phone_and_of_a_desk(run: Run, width: int) -> None:
    """Nothing is wider than the screen, pictures are seen, verdict and most figures are on the first one."""
    project(run)
    assert run("report", "weekly", "--html", "周报.html", "-o", "1.xlsx", "--now", FRIDAY).code == 0
    page = entities.escape(Path("周报.html").read_text("utf-8"))
    Path("look.html").write_text(_MEASURE.format(width=width, page=page), "utf-8")
    shown = subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={Path.cwd() / 'profile'}",
            f"--window-size={max(width, 500)},700",
            "--virtual-time-budget=10000",
            "--dump-dom",
            (Path.cwd() / "look.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    ).stdout
    found = re.search(r'<pre id="told">(.*?)</pre>', shown)
    assert found is not None
    told = json.loads(found[1])
    assert told["wide"] <= width
    assert told["table"] == min(width, 640) or told["table"] == min(width - 15, 640)  # beside a scroll bar
    assert told["figures"] >= 9
    assert len(told["images"]) >= 2
    assert all(natural == 1200 and drawn <= min(width, 600) for natural, drawn in told["images"])
