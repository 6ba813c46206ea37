"""Writes one form's tab: header, rows, formulas, validations, colours, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import marks, palette
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.value import MOMENTS
from sheetsync.templates.colours import Colours
from sheetsync.templates.entry import NOTHING, Entered, is_day
from sheetsync.templates.layout import FIRST_ROW, HEADER_ROW, LEGEND, LEGEND_ROW, TITLE_ROW, Slot, quoted
from sheetsync.templates.livecell import LiveCell, Value
from sheetsync.templates.measure import LINE_POINTS, height, lines, width
from sheetsync.templates.page import print_on_a4
from sheetsync.templates.plan import Plan
from sheetsync.templates.proposal import propose
from sheetsync.templates.sheet import FormSheet
from sheetsync.templates.styles import WRAPPED, Styles
from sheetsync.templates.validation import Validations
from sheetsync.text import Language

_SMALL = 0.9
"""Width of a letter of the second line beside one of the table."""
_SPARE_LINES = 20
"""Rows that an empty form prints, for those who fill it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TabWriter:
    """Writes the tabs of one workbook.

    Args:
        book: The workbook.
        styles: Its formats.
        catalogue: Forms and vocabularies.
        language: The language to write in.
        project: Name of the project, may be empty.
        now: The moment the workbook is made.
        validations: Makes its validations.
    """

    book: Workbook
    styles: Styles
    catalogue: Catalogue
    language: Language
    project: str
    now: datetime
    validations: Validations

    def write(self, sheet: FormSheet, plan: Plan, live: Mapping[str, LiveCell]) -> None:
        """Write a tab.

        Args:
            sheet: The empty tab.
            plan: What is on it.
            live: Its formulas by field.
        """
        self._head(sheet, plan)
        self._columns(sheet, plan, live)
        self._rows(sheet, plan, live)
        colours = Colours(styles=self.styles, catalogue=self.catalogue, language=self.language)
        colours.of_words(sheet, plan, live)
        colours.of_rows(sheet, plan)
        widths = [slot.width for slot in plan.slots]
        print_on_a4(sheet, repeat=(HEADER_ROW, HEADER_ROW), widths=widths, kept=1)
        if live:
            self._print_area(plan)

    def _head(self, sheet: Worksheet, plan: Plan) -> None:
        form, styles = plan.form, self.styles
        title = form.title.say(self.language)
        shown = f"{self.project}　{title}" if self.project else title
        for row, points in ((TITLE_ROW, 30), (LEGEND_ROW, 18), (HEADER_ROW, 36)):
            sheet.set_row(row, points)
        for row in (TITLE_ROW, LEGEND_ROW):
            for slot in plan.slots:
                # The columns' own borders begin at the header, not above it.
                sheet.write_blank(row, slot.index, None, styles.get())
        # Beside the first column, which stands on every page and has no room for a title.
        code = styles.get(font_size=9, font_color=f"#{palette.MUTED}", align="center")
        sheet.write_string(TITLE_ROW, 0, form.code, code)
        heading = styles.get(bold=True, font_size=16, font_color=f"#{palette.ACCENT}", indent=1)
        sheet.write_string(TITLE_ROW, 1, shown, heading)
        self._next_id(sheet, plan)
        words = f"{form.purpose.say(self.language)}　{(plan.note or LEGEND).say(self.language)}"
        look = {"font_color": f"#{palette.MUTED}", "font_size": 9, "indent": 1}
        room = sum(slot.width for slot in plan.slots[1:])
        if width(words) * _SMALL <= room:
            sheet.write_string(LEGEND_ROW, 1, words, styles.get(**look))
        else:
            # A line that stands out over a narrow table would make its print smaller.
            sheet.merge_range(
                LEGEND_ROW, 1, LEGEND_ROW, plan.slots[-1].index, words, styles.get(**look, text_wrap=True)
            )
            sheet.set_row(LEGEND_ROW, height(words, room / _SMALL))
        for slot in plan.slots:
            sheet.write_string(HEADER_ROW, slot.index, slot.title, styles.header_of(slot))
        name = next((slot.index for slot in plan.slots if slot.field == form.name), 0)
        sheet.freeze_panes(FIRST_ROW, name + 1 if name <= 1 else 1)
        sheet.autofilter(HEADER_ROW, 0, plan.last_row, plan.slots[-1].index)

    def _next_id(self, sheet: Worksheet, plan: Plan) -> None:
        """Show the next free id above the ids."""
        first = plan.slots[0]
        if first.column is None or first.field != plan.form.key or first.kind != "id":
            return
        typed = [str(row.get(first.field, "")) for row in plan.rows]
        found = propose(first.column, plan.range(first.field), typed, self.now, self.language)
        if found is not None:
            style = self.styles.get(
                font_color=f"#{palette.ACCENT}", font_size=9, bold=True, shrink=True, align="center"
            )
            sheet.write_formula(LEGEND_ROW, 0, found.formula, style, found.value)

    def _columns(self, sheet: Worksheet, plan: Plan, live: Mapping[str, LiveCell]) -> None:
        letters = plan.letters

        def cells(field: str) -> str:
            if field.startswith(":"):
                return plan.range(field[1:])
            return f"${letters[field]}{FIRST_ROW + 1}"

        for slot in plan.slots:
            shown = live[slot.field].shown if slot.field in live else None
            style = self.styles.cell(slot.kind, engine=slot.engine)
            if slot.field in live:
                style = self.styles.live(slot.kind, shown)
            sheet.set_column(slot.index, slot.index, slot.width, style)
            rule = self.validations.of(slot, plan.form.id, cells)
            if rule:
                sheet.data_validation(FIRST_ROW, slot.index, plan.last_row, slot.index, rule)
            if slot.engine:
                mark(self.book, marks.mark_column(plan.number, slot.field), plan.name, HEADER_ROW, slot.index)

    def _rows(self, sheet: FormSheet, plan: Plan, live: Mapping[str, LiveCell]) -> None:
        typed = [slot for slot in plan.slots if slot.field not in live]
        for at, held in enumerate(plan.held, FIRST_ROW):
            self._height(sheet, at, typed, held)
            for slot in plan.slots:
                self._cell(sheet, at, slot, held[slot.field])
        for slot in plan.slots:
            if slot.field in live:
                self._formulas(sheet, plan, slot, live[slot.field])

    def _formulas(self, sheet: FormSheet, plan: Plan, slot: Slot, cell: LiveCell) -> None:
        """Write the formulas of a column; what somebody typed in the place of one stays."""
        values: dict[int, Value] = dict.fromkeys(range(FIRST_ROW, plan.last_row + 1), NOTHING)
        for at, held in enumerate(plan.held, FIRST_ROW):
            if held[slot.field] is None:
                values[at] = cell.value(held)
            else:
                del values[at]
        sheet.fill_down(slot.index, values, cell.formula, self.styles.live(slot.kind, cell.shown))

    def _height(self, sheet: Worksheet, at: int, typed: Sequence[Slot], held: Mapping[str, Entered]) -> None:
        """Make room for wrapped text: not every program does when it opens a workbook.

        A row of one line keeps the height that grows with what people type.
        """
        most = max(
            (
                lines(text, slot.width)
                for slot in typed
                if slot.kind in WRAPPED and isinstance(text := held[slot.field], str)
            ),
            default=1,
        )
        if most > 1:
            sheet.set_row(at, most * LINE_POINTS + 4)

    def _cell(self, sheet: Worksheet, at: int, slot: Slot, value: Entered) -> None:
        style = self.styles.cell(slot.kind, engine=slot.engine)
        if isinstance(value, datetime):
            shown = self.styles.cell("date", engine=slot.engine) if is_day(value) else style
            sheet.write_datetime(at, slot.index, value, shown)
        elif isinstance(value, float):
            # A bare number in a date column is what somebody typed: Excel would show it as it is.
            bare = self.styles.cell("number") if slot.kind in MOMENTS else style
            sheet.write_number(at, slot.index, value, bare)
        elif value:
            sheet.write_string(at, slot.index, value, style)

    def _print_area(self, plan: Plan) -> None:
        """Print down to the last row that is filled, and some empty ones to write on.

        Formulas stand in every ready row, and programs would print them all.
        """
        top = f"{quoted(plan.name)}!$A$1"
        last = xl_col_to_name(plan.slots[-1].index)
        header = f"{quoted(plan.name)}!$A${HEADER_ROW + 1}:${last}${HEADER_ROW + 1}"
        keys = f"{quoted(plan.name)}!$A${FIRST_ROW + 1}:$B${plan.last_row + 1}"
        rows = f'MAX({FIRST_ROW + _SPARE_LINES},SUMPRODUCT(MAX(({keys}<>"")*ROW({keys}))))'
        area = f"OFFSET({top},0,0,{rows},COLUMNS({header}))"
        # The writer's own print area is a fixed one; a name with this spelling is the built-in one.
        self.book.define_name(f"{quoted(plan.name)}!Print_Area", f"={area}")
        self.book.defined_names[-1][0] = "_xlnm.Print_Area"


def mark(book: Workbook, name: str, sheet: str, row: int, column: int) -> None:
    """Give a cell a name that is for us, not for people.

    Args:
        book: The workbook.
        name: The name, see `sheetsync.marks`.
        sheet: Name of the tab.
        row: Row of the cell, from 0.
        column: Its column, from 0.
    """
    place = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
    book.define_name(name, f"={quoted(sheet)}!{place}")
    # The fourth item is the hidden flag.
    book.defined_names[-1][3] = True
