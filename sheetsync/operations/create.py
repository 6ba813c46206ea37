"""`new`: forms to a fresh workbook file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.life import in_order_of_life
from sheetsync.forms.spec import Form
from sheetsync.templates.build import READY_ROWS, Order, Row, build
from sheetsync.text import Language
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a workbook is about.

    Args:
        name: What the project is called, may be empty.
        rows: Rows to fill in, by form id; None where nobody has any.
        open_titles: Headers of the open columns, by form id.
        about: What the cover says of the project.
    """

    name: str = ""
    rows: Mapping[str, Sequence[Row]] | None = None
    open_titles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


NO_SCENARIO = Scenario()


def chosen(names: Iterable[str], catalogue: Catalogue) -> tuple[Form, ...]:
    """Return the forms of these names, each once, in the order in which a project meets them.

    Raises:
        UsageError: There is no such form.
    """
    return in_order_of_life({form.id: form for form in map(catalogue.form, names)}.values())


def create(
    forms: Sequence[Form],
    catalogue: Catalogue,
    *,
    now: datetime,
    worktime: WorkTime | None = None,
    language: Language = "zh",
    sample: bool = False,
    rows: int | None = None,
    scenario: Scenario = NO_SCENARIO,
) -> bytes:
    """Return a fresh workbook with one tab per form.

    Args:
        forms: The forms, in the order of their tabs.
        catalogue: All forms and vocabularies.
        now: When it is made, wall clock of the project's zone.
        worktime: The project's calendar; the standard one when None.
        language: The language of headers, hints and words.
        sample: Fill in the sample rows of each form, unless the scenario has rows.
        rows: How many rows carry dropdowns, hints and colours.
        scenario: What it is about.
    """
    filled = scenario.rows
    if filled is None:
        filled = {form.id: form.sample for form in forms} if sample else {}
    return build(
        Order(
            forms=forms,
            catalogue=catalogue,
            created=now,
            worktime=worktime or WorkTime.standard(),
            language=language,
            rows=filled,
            open_titles=scenario.open_titles,
            ready_rows=READY_ROWS if rows is None else rows,
            project=scenario.name,
            about=scenario.about,
        )
    )
