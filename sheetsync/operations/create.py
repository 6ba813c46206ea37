"""`new`: forms to a fresh workbook file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.life import in_order_of_life
from sheetsync.forms.spec import Form
from sheetsync.templates.build import READY_ROWS, Order, Row, build
from sheetsync.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a preset gives to a workbook.

    Args:
        name: What the project is called.
        rows: Rows to fill in, by form id.
        open_titles: Headers of the open columns, by form id.
        about: What the cover says of the project.
    """

    name: str
    rows: Mapping[str, Sequence[Row]]
    open_titles: Mapping[str, Sequence[str]]
    about: Mapping[str, str] = field(default_factory=dict)


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
    language: Language = "zh",
    sample: bool = False,
    rows: int | None = None,
    project: str = "",
    scenario: Scenario | None = None,
) -> bytes:
    """Return a fresh workbook with one tab per form.

    Args:
        forms: The forms, in the order of their tabs.
        catalogue: All forms and vocabularies.
        now: Stamped into the document's properties.
        language: The language of headers, hints and words.
        sample: Fill in the sample rows of each form; a scenario brings its own.
        rows: How many rows carry dropdowns, hints and colours.
        project: Name of the project for titles; the scenario's where there is none.
        scenario: What a preset fills in.
    """
    filled: Mapping[str, Sequence[Row]] = {form.id: form.sample for form in forms} if sample else {}
    return build(
        Order(
            forms=forms,
            catalogue=catalogue,
            created=now,
            language=language,
            rows=filled if scenario is None else scenario.rows,
            open_titles={} if scenario is None else scenario.open_titles,
            ready_rows=READY_ROWS if rows is None else rows,
            project=project or (scenario.name if scenario else ""),
            about=scenario.about if scenario else {},
        )
    )
