"""Every column of the spec stands in a fresh workbook with its type, dropdown, hint and alert."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheetsync.app import open_app
from sheetsync.forms.spec import Column, Form
from sheetsync.templates.build import Order, build
from sheetsync.templates.layout import sheet_name
from sheetsync.text import Language

CATALOGUE = open_app(project=None, environ={}).catalogue
FORMS = [form for form in CATALOGUE.forms.values() if not form.internal]
COLUMNS = [(form, column) for form in FORMS for column in form.shown]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FIRST, LAST = 4, 33
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "percent": "0%"}
CENTRED = {"id", "reference", "word", "raci", "percent", "number", "date", "datetime"}


@dataclass(frozen=True)
class Made:
    """A tab of the workbook, by the header of each column."""

    sheet: Worksheet
    headers: Mapping[str, Cell]
    validations: Mapping[str, DataValidation]


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest) -> tuple[Language, Mapping[str, Made]]:
    language: Language = request.param
    order = Order(
        forms=FORMS,
        catalogue=CATALOGUE,
        created=datetime(2023, 10, 16, 9),
        language=language,
        ready_rows=LAST - FIRST + 1,
    )
    book = openpyxl.load_workbook(io.BytesIO(build(order)))
    tabs = {}
    for form in FORMS:
        sheet = book[sheet_name(form, language)]
        headers = {str(cell.value): cell for cell in sheet[FIRST - 1] if isinstance(cell, Cell)}
        places = {
            str(area).partition(":")[0].rstrip("0123456789"): rule
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
        }
        tabs[form.id] = Made(sheet, headers, places)
    return language, tabs


@pytest.mark.parametrize(("form", "column"), COLUMNS, ids=lambda one: one.id)
def test_a_column_of_the_spec_is_there(
    made: tuple[Language, Mapping[str, Made]], form: Form, column: Column
) -> None:
    """Header, mark of a required or computed one, number format, alignment."""
    language, tabs = made
    tab = tabs[form.id]
    header = tab.headers[column.title.say(language)]
    # The reader keeps one entry for neighbours that are alike.
    dimension = next(
        one
        for one in tab.sheet.column_dimensions.values()
        if (one.min or 0) <= header.column <= (one.max or 0)
    )
    assert dimension.width >= column.width
    mark = '@" ƒ"' if column.is_live else '@" *"' if column.required else "General"
    assert header.number_format == mark
    if not column.is_live:
        assert dimension.number_format == NUMBER_FORMATS.get(column.kind, "General")
        assert dimension.alignment.horizontal == ("center" if column.kind in CENTRED else "left")


@pytest.mark.parametrize(("form", "column"), COLUMNS, ids=lambda one: one.id)
def test_a_column_of_the_spec_has_its_validation(
    made: tuple[Language, Mapping[str, Made]], form: Form, column: Column
) -> None:
    """What it offers, what it says when selected, and what it says about something it cannot be."""
    language, tabs = made
    tab = tabs[form.id]
    rule = tab.validations.get(tab.headers[column.title.say(language)].column_letter)
    expected = _expected(form, column)
    if expected is not None:
        assert rule is not None
        assert rule.type == expected
    if column.hint is not None:
        assert rule is not None
        assert rule.prompt == column.hint.say(language)[:255]
    if rule is not None and rule.showErrorMessage and rule.type in {"list", "custom"}:
        assert rule.error
        assert rule.errorStyle in {"warning", "information"}, "nothing that people type is forbidden"


def _expected(form: Form, column: Column) -> str | None:
    if column.is_live or column.kind in {"percent", "date", "datetime"}:
        return "custom"
    if column.kind in {"word", "raci"}:
        return "list"
    if column.kind in {"person", "department"} and form.id != "directory":
        return "list"
    return "custom" if column.kind == "id" and column.unique else None


@pytest.mark.parametrize("form", [form for form in FORMS if not form.is_support], ids=lambda form: form.id)
def test_a_word_column_offers_its_vocabulary(made: tuple[Language, Mapping[str, Made]], form: Form) -> None:
    """All standard words in the language of the workbook, in their order."""
    language, tabs = made
    tab = tabs[form.id]
    for column in form.shown:
        if column.kind != "word" or column.vocabulary is None:
            continue
        rule = tab.validations[tab.headers[column.title.say(language)].column_letter]
        sheet, _, area = str(rule.formula1).rpartition("!")
        book = tab.sheet.parent
        assert book is not None
        cells = book[sheet.strip("'")][area.replace("$", "")]
        words = CATALOGUE.vocabulary(column.vocabulary).words
        assert [row[0].value for row in cells] == [word.en if language == "en" else word.zh for word in words]


def test_every_row_that_is_ready_has_its_validation(made: tuple[Language, Mapping[str, Made]]) -> None:
    """From the first below the header to the last that was asked for."""
    _, tabs = made
    for form in FORMS:
        if form.id == "calendar":
            continue  # as long as its days are
        for rule in tabs[form.id].validations.values():
            assert all((area.min_row, area.max_row) == (FIRST, LAST) for area in rule.sqref.ranges)


def test_people_may_insert_sort_and_filter(made: tuple[Language, Mapping[str, Made]]) -> None:
    """Only the tabs on which nothing typed would be used are protected, and without a password."""
    _, tabs = made
    for tab in tabs.values():
        assert not tab.sheet.protection.sheet
        assert tab.sheet.auto_filter.ref
    book = next(iter(tabs.values())).sheet.parent
    assert book is not None
    locked = [sheet for sheet in book.worksheets if sheet.protection.sheet]
    assert {sheet.title for sheet in locked} & {"词表", "Words"}
    assert all(sheet.protection.password is None for sheet in locked)


def test_every_tab_prints_on_landscape_a4(made: tuple[Language, Mapping[str, Made]]) -> None:
    """Header and numbers on every page."""
    _, tabs = made
    for tab in tabs.values():
        page = tab.sheet.page_setup
        assert (page.orientation, str(page.paperSize), page.fitToHeight) == ("landscape", "9", 0)
        assert tab.sheet.print_title_rows == "$3:$3"
        footer = tab.sheet.oddFooter
        assert footer is not None
        assert "&P" in str(footer.center.text)
