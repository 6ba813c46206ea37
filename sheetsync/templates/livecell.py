"""A formula of a column with its value, and what formulas of a tab refer to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form, Look
from sheetsync.templates.days import DayCounter
from sheetsync.templates.entry import Entered
from sheetsync.templates.words import WordsTab
from sheetsync.text import Language

ROW = "\0"
"""Stands for the row number in a formula."""

Held = Mapping[str, Entered]
"""What the cells of a row hold, by field or title of an open column."""
Value = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCell:
    """A formula of a column.

    Args:
        text: The formula without `=`, `ROW` for the row number.
        value: Gives its value from what the row holds; `NOTHING` for none.
        shown: Its number format, None for that of the column's kind.
        looks: Conditions and the palette's style of cells that meet them; the first counts. `ROW` as above.
    """

    text: str
    value: Callable[[Held], Value]
    shown: str | None = None
    looks: Sequence[tuple[str, Look]] = ()

    def formula(self, row: int) -> str:
        """Return the text of a row, from 0."""
        return self.text.replace(ROW, str(row + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What formulas of a tab refer to.

    Args:
        form: The form.
        catalogue: The vocabularies.
        language: The language of the workbook.
        letters: Column letters by field, open columns by title, ours by our names.
        open_titles: Titles of the open columns.
        words: The tab of words.
        counter: Counts working days by the calendar's tab.
        now: The moment the workbook is made, wall clock.
        day_end: When work ends: a due date without a time means then.
    """

    form: Form
    catalogue: Catalogue
    language: Language
    letters: Mapping[str, str]
    open_titles: Sequence[str]
    words: WordsTab
    counter: DayCounter
    now: datetime
    day_end: time

    def cell(self, field: str) -> str:
        """Return the cell of a field in the row of the formula."""
        return self.letters[field] + ROW
