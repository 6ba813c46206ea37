"""`new`: forms to a fresh workbook file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.templates.build import READY_ROWS, Order, Row, build
from sheetsync.text import Language


def create(
    forms: Sequence[Form],
    catalogue: Catalogue,
    *,
    now: datetime,
    language: Language = "zh",
    sample: bool = False,
    rows: int | None = None,
    project: str = "",
) -> bytes:
    """Return a fresh workbook with one tab per form.

    Args:
        forms: The forms, in the order of their tabs.
        catalogue: All forms and vocabularies.
        now: Stamped into the document's properties.
        language: The language of headers, hints and words.
        sample: Fill in the sample rows of each form.
        rows: How many rows carry dropdowns, hints and colours.
        project: Name of the project for titles.
    """
    filled: Mapping[str, Sequence[Row]] = {form.id: form.sample for form in forms} if sample else {}
    return build(
        Order(
            forms=forms,
            catalogue=catalogue,
            created=now,
            language=language,
            rows=filled,
            ready_rows=READY_ROWS if rows is None else rows,
            project=project,
        )
    )
