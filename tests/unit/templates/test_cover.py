"""The cover: the way to every tab, who fills it when, and what colours mean."""

import io
from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.life import STAGES, in_order_of_life, stage_of
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.operations.create import Scenario, create
from sheetsync.text import Language

NOW = datetime(2026, 11, 20, 10)
NAMES: dict[Language, str] = {"zh": "封面", "en": "Cover"}


def cover(catalogue: Catalogue, language: Language, scenario: Scenario) -> Worksheet:
    forms = in_order_of_life(catalogue.sheets)
    made = create(forms, catalogue, now=NOW, language=language, rows=5, scenario=scenario)
    sheet = openpyxl.load_workbook(io.BytesIO(made))[NAMES[language]]
    assert isinstance(sheet, Worksheet)
    return sheet


def texts(sheet: Worksheet) -> set[str]:
    return {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}


@pytest.fixture(scope="module", params=("zh", "en"))
def made(request: pytest.FixtureRequest, catalogue: Catalogue) -> tuple[Language, Worksheet]:
    language: Language = request.param
    scenario = Scenario(name="新品上市", about={"manager": "王磊", "goal": "300家门店"})
    return language, cover(catalogue, language, scenario)


def test_each_form_is_linked_with_purpose_who_and_when(
    made: tuple[Language, Worksheet], catalogue: Catalogue
) -> None:
    """Every shipped form says who fills it and when."""
    language, sheet = made
    shown = texts(sheet)
    links = {str(cell.value): cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    for form in catalogue.sheets:
        assert form.life is not None, form.id
        assert form.title.say(language) in links
        said = (form.purpose, form.life.who, form.life.when)
        assert {text.say(language) for text in said} <= shown


def test_links_lead_to_tabs_that_are_there(made: tuple[Language, Worksheet]) -> None:
    """The guide and the words among them."""
    _, sheet = made
    assert sheet.parent is not None
    names = sheet.parent.sheetnames
    places = [
        str(cell.hyperlink.location)
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink is not None
    ]
    assert len(places) == len(set(places)) > 30
    assert {place.rpartition("!")[0].strip("'") for place in places} <= set(names)


def test_the_legend_has_every_status_and_the_project_is_told(made: tuple[Language, Worksheet]) -> None:
    """Words beside colours, name, manager and goal."""
    language, sheet = made
    assert {text.say(language) for text in STATUS_TEXT.values()} <= texts(sheet)
    assert {"新品上市", "王磊", "300家门店", "2026-11-20"} <= texts(sheet)


def test_forms_follow_the_life_of_a_project(catalogue: Catalogue) -> None:
    """From the request to the retrospective, support last; a stage is one stretch."""
    ordered = in_order_of_life(catalogue.sheets)
    stages = [stage_of(form) for form in ordered]
    order = list(STAGES)
    assert stages == sorted(stages, key=order.index)
    ids = [form.id for form in ordered]
    wanted = [
        "request", "charter", "task-master", "raci", "mechanism", "progress", "notice", "minutes",
        "resolutions", "issues", "changes", "acceptance", "retro", "directory",
    ]  # fmt: skip
    assert [name for name in ids if name in wanted] == wanted
