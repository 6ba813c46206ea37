"""Where a form's tab stands and what is on it, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from sheetsync.forms.spec import Form
from sheetsync.templates.entry import Entered, Row, entered
from sheetsync.templates.layout import FIRST_ROW, Slot, quoted
from sheetsync.templates.names import Named, Names
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where a form's tab stands and what is on it, before anything is written.

    Args:
        form: The form.
        name: Name of the tab.
        slots: Its columns.
        rows: The rows that are filled, as typed.
        held: The same as the cells hold them.
        ready_rows: Rows below the header that carry formulas, dropdowns, hints and colours.
        number: Number of the table in the workbook, from 1, for our marks.
        note: What stands behind the purpose, instead of the legend.
    """

    form: Form
    name: str
    slots: tuple[Slot, ...]
    rows: Sequence[Row]
    held: Sequence[Mapping[str, Entered]]
    ready_rows: int
    number: int
    note: Text | None = None

    @property
    def last_row(self) -> int:
        """The last ready row, from 0."""
        return FIRST_ROW + self.ready_rows - 1

    @property
    def letters(self) -> dict[str, str]:
        """Column letters by field."""
        return {slot.field: xl_col_to_name(slot.index) for slot in self.slots}

    def range(self, field: str) -> str:
        """Return the ready cells of a field, without the tab."""
        letter = self.letters[field]
        return f"${letter}${FIRST_ROW + 1}:${letter}${self.last_row + 1}"

    def named(self, field: str, names: Names) -> Named:
        """Return the ready cells of a field as formulas of other tabs speak of them."""
        title = next(slot.title for slot in self.slots if slot.field == field)
        return names.give(self.name, title, f"{quoted(self.name)}!{self.range(field)}")


def held_rows(slots: Sequence[Slot], rows: Sequence[Row]) -> list[dict[str, Entered]]:
    """Return what the cells hold once the rows are typed in."""
    return [{slot.field: entered(slot.kind, row.get(slot.field)) for slot in slots} for row in rows]
