"""A fresh workbook finds nothing; with sample rows an English one is checked exactly like the Chinese one."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from sheetsync.app import App, open_app
from sheetsync.operations.check import BookResult
from sheetsync.operations.create import create
from sheetsync.templates.layout import sheet_name
from sheetsync.text import Language
from tests.structure import faults

NOW = datetime(2023, 10, 16, 9)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def checked(folder: Path, language: Language, *, sample: bool) -> tuple[App, BookResult]:
    app = open_app(project=None, environ={}, now=NOW.isoformat())
    path = folder / f"{language}.xlsx"
    content = create(app.catalogue.sheets, app.catalogue, now=NOW, language=language, sample=sample, rows=40)
    assert faults(content) == set()
    path.write_bytes(content)
    (result,) = app.check([str(path)])
    return app, result


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_workbook_finds_nothing(tmp_path: Path, language: Language) -> None:
    """No finding, no cell in doubt, and no record in any of the rows that are ready."""
    _, result = checked(tmp_path, language, sample=False)
    assert result.error is None
    assert result.findings == ()
    assert result.problems == ()
    assert result.verdicts == ()


def test_both_languages_are_checked_alike(tmp_path: Path) -> None:
    """The same findings of the same records, the same doubts in the same cells, the same statuses."""
    seen = []
    for language in LANGUAGES:
        app, result = checked(tmp_path, language, sample=True)
        seen.append(summary(result, {sheet_name(form, language): form.id for form in app.catalogue.sheets}))
    chinese, english = seen
    assert chinese["findings"]
    for what in chinese:
        assert chinese[what] == english[what], what


def summary(result: BookResult, forms: Mapping[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Return what was found, without the words it is told in."""
    return {
        "findings": sorted((one.rule, str(one.key), str(one.level)) for one in result.findings),
        "problems": sorted((forms[one.sheet], str(one.cell), one.kind) for one in result.problems),
        "statuses": sorted((str(one.table.form), str(one.key), str(one.status)) for one in result.verdicts),
    }
