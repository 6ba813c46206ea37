"""Makes the pictures of the forms in docs/images/forms from the shipped forms and presets; `make pictures`.

Needs LibreOffice (`soffice`) and poppler (`pdftoppm`, `pdftotext`); nothing else of the documentation does.
"""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sheetsync.app import open_app
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.life import in_order_of_life
from sheetsync.forms.spec import Form
from sheetsync.operations.create import Scenario, create
from sheetsync.operations.preset import scenario
from sheetsync.templates.build import Row
from sheetsync.templates.layout import sheet_name

FOLDER = Path(__file__).parent / "images" / "forms"
NOW = datetime(2026, 11, 20, 10)
STORIES = ("product-launch", "monthly-report")
"""Whose rows are shown: of the first that has any for a form; else the form's own sample."""
ROWS = 6
DOTS = 72
"""Dots an inch."""
WIDTH, HEIGHT = 842, 300
"""Of a picture: the upper part of an A4 page on its side."""


def told() -> tuple[Catalogue, Scenario]:
    """Return the forms, and rows for each of them."""
    app = open_app(project=None, now=NOW.isoformat(), environ={})
    presets = app.presets()
    found = [
        scenario(
            presets[name],
            app.catalogue,
            worktime=app.worktime,
            now=NOW,
            language="zh",
            sample=True,
        )
        for name in STORIES
    ]
    rows = {form.id: _rows(form, [one.rows or {} for one in found]) for form in app.catalogue.sheets}
    return app.catalogue, replace(found[0], rows=rows)


def _rows(form: Form, stories: Sequence[Mapping[str, Sequence[Row]]]) -> Sequence[Row]:
    for story in stories:
        if story.get(form.id):
            return story[form.id][:ROWS]
    return form.sample[:ROWS]


def draw() -> None:
    """Write a picture of the first page of every form."""
    catalogue, rows = told()
    forms = in_order_of_life(catalogue.sheets)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        book, pages = Path(scratch) / "forms.xlsx", Path(scratch) / "forms.pdf"
        book.write_bytes(create(forms, catalogue, now=NOW, rows=ROWS + 2, scenario=rows))
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", scratch, book],
            check=True,
            capture_output=True,
        )
        first = _first_pages(pages)
        for form in forms:
            _picture(pages, first[sheet_name(form, "zh")], FOLDER / form.id)


def _first_pages(pages: Path) -> Mapping[str, int]:
    """Return the first page of each tab; its name stands at the left of the footer."""
    read = subprocess.run(["pdftotext", "-layout", pages, "-"], check=True, capture_output=True)
    found: dict[str, int] = {}
    for number, text in enumerate(read.stdout.decode().split("\f"), start=1):
        lines = text.split("\n")
        footer = next((line.split() for line in reversed(lines) if line.strip()), [])
        if footer:
            found.setdefault(footer[0], number)
    return found


def _picture(pages: Path, number: int, target: Path) -> None:
    size = ["-x", "0", "-y", "24", "-W", str(WIDTH), "-H", str(HEIGHT)]
    page = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS), *page, *size, "-png", pages, target], check=True, capture_output=True
    )


if __name__ == "__main__":
    draw()
