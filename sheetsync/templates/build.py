"""Writes a fresh workbook: one tab per form, the words for its dropdowns, and how to fill it in."""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import count

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import marks, palette
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.model.value import MOMENTS, Kind
from sheetsync.templates import cover, guide
from sheetsync.templates.layout import (
    FIRST_ROW,
    HEADER_ROW,
    LEGEND,
    LEGEND_ROW,
    TITLE_ROW,
    WORDS_SHEET,
    Slot,
    sheet_name,
    slots,
)
from sheetsync.templates.styles import DEFAULT, Styles
from sheetsync.text import Language, Text

Cell = str | int | float | datetime
Row = Mapping[str, Cell]

READY_ROWS = 500
"""Rows below the header that carry dropdowns, hints and colours when nobody asks for a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for.

    Args:
        forms: The forms, one tab each, in this order.
        catalogue: All forms and vocabularies.
        language: Language of headers, hints and words.
        rows: Rows to fill in, by form id: field (or title of an open column) to cell as typed.
        open_titles: Headers of the open columns, by form id; those of the form where not given.
        ready_rows: Rows that carry dropdowns, hints and colours.
        project: Name of the project for titles, cover and guide.
        about: What else the cover says of the project, by the names of `cover.ABOUT`.
        created: Stamped into the document's properties, so that equal orders give equal bytes.
    """

    forms: Sequence[Form]
    catalogue: Catalogue
    created: datetime
    language: Language = "zh"
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    open_titles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ready_rows: int = READY_ROWS
    project: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


def build(order: Order) -> bytes:
    """Return the workbook as bytes of an xlsx file."""
    buffer = io.BytesIO()
    book = Workbook(
        buffer, {"in_memory": True, "default_format_properties": dict(DEFAULT), "strings_to_urls": False}
    )
    book.set_properties(
        {"title": order.project or order.forms[0].title.say(order.language), "created": order.created}
    )
    styles = Styles(book)
    about = {"name": order.project, **order.about}
    cover.write(
        book.add_worksheet(cover.NAME.say(order.language)),
        styles,
        order.forms,
        order.language,
        created=order.created,
        about=about,
    )
    sheets = [(form, book.add_worksheet(sheet_name(form, order.language))) for form in order.forms]
    guide.write(
        book.add_worksheet(guide.NAME.say(order.language)), styles, order.forms, order.language, order.project
    )
    words = _write_words(book, styles, order)
    for index, (form, sheet) in enumerate(sheets):
        _FormSheet(book, sheet=sheet, styles=styles, order=order, form=form, index=index, words=words).write()
    if len(sheets) == 1:
        sheets[0][1].activate()  # a table alone is what its reader wants; else the cover leads on
    book.close()
    return buffer.getvalue()


class _FormSheet:
    """Writes one form's tab."""

    def __init__(
        self,
        book: Workbook,
        *,
        sheet: Worksheet,
        styles: Styles,
        order: Order,
        form: Form,
        index: int,
        words: Mapping[str, str],
    ) -> None:
        self.book, self.sheet, self.styles, self.order, self.form = book, sheet, styles, order, form
        self.index, self.words, self.language = index, words, order.language
        self.slots = slots(form, order.language, order.open_titles.get(form.id, ()))
        self.rows = order.rows.get(form.id, ())
        self.last_row = FIRST_ROW + max(order.ready_rows, len(self.rows)) - 1

    def write(self) -> None:
        self._head()
        for slot in self.slots:
            self._column(slot)
        for offset, row in enumerate(self.rows):
            self._row(FIRST_ROW + offset, row)
        self._colours()
        self._page()

    def _head(self) -> None:
        sheet, styles = self.sheet, self.styles
        title = self.form.title.say(self.language)
        shown = f"{self.order.project}　{title}" if self.order.project else title
        sheet.set_row(TITLE_ROW, 30)
        for row in (TITLE_ROW, LEGEND_ROW):
            for slot in self.slots:
                # The columns' own borders begin at the header, not above it.
                sheet.write_blank(row, slot.index, None, styles.get())
        sheet.write_string(
            TITLE_ROW, 0, shown, styles.get(bold=True, font_size=16, font_color=f"#{palette.ACCENT}")
        )
        sheet.set_row(LEGEND_ROW, 18)
        purpose = self.form.purpose.say(self.language)
        sheet.write_string(
            LEGEND_ROW,
            0,
            f"{purpose}　{LEGEND.say(self.language)}",
            styles.get(font_color=f"#{palette.MUTED}", font_size=9),
        )
        sheet.set_row(HEADER_ROW, 34)
        for slot in self.slots:
            sheet.write_string(
                HEADER_ROW, slot.index, slot.title, styles.header(required=slot.required, engine=slot.engine)
            )
        key = self.form.column(self.form.key)
        name = next((slot.index for slot in self.slots if slot.field == self.form.name), 0)
        kept = name + 1 if name <= 1 else 1
        sheet.freeze_panes(FIRST_ROW, kept if key else 0)
        sheet.autofilter(HEADER_ROW, 0, self.last_row, self.slots[-1].index)

    def _column(self, slot: Slot) -> None:
        sheet = self.sheet
        sheet.set_column(slot.index, slot.index, slot.width, self.styles.cell(slot.kind, engine=slot.engine))
        validation = self._validation(slot)
        if validation:
            sheet.data_validation(FIRST_ROW, slot.index, self.last_row, slot.index, validation)
        if slot.engine:
            name = marks.mark_column(self.index + 1, slot.field)
            cell = xl_rowcol_to_cell(HEADER_ROW, slot.index, row_abs=True, col_abs=True)
            self.book.define_name(name, f"={_quoted(self.sheet.get_name())}!{cell}")
            # Marks are for us, not for people: the fourth item is the hidden flag.
            self.book.defined_names[-1][3] = True

    def _validation(self, slot: Slot) -> dict[str, object] | None:
        """Return dropdown, range check and hint of a column; nothing forbids, people may know better."""
        given: dict[str, object] = {}
        if slot.vocabulary and slot.kind in {"word", "raci", "department", "text"}:
            given = {"validate": "list", "source": self.words[slot.vocabulary], "error_type": "information"}
            given["error_title"] = Text("不在列表中", "Not in the list").say(self.language)
            given["error_message"] = Text(
                "可以保留，系统会尽量理解；建议从列表选择。",
                "You may keep it; picking from the list is better.",
            ).say(self.language)
        elif slot.kind == "percent":
            given = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
            if slot.column is not None and slot.column.difference:
                given |= {"minimum": -1}
            given["error_type"] = "warning"
            given["error_title"] = slot.title
            given["error_message"] = Text("应为 0% 到 100%。", "Should be 0% to 100%.").say(self.language)
        elif slot.hint is not None:
            given = {"validate": "any"}
        if not given:
            return None
        if slot.hint is not None:
            given["input_title"] = slot.title[:32]
            given["input_message"] = slot.hint.say(self.language)[:255]
        return given

    def _row(self, at: int, row: Row) -> None:
        for slot in self.slots:
            style = self.styles.cell(slot.kind, engine=slot.engine)
            value = row.get(slot.field)
            if slot.column is not None and slot.column.difference and value is None:
                self._difference(at, slot, row)
            elif isinstance(value, datetime):
                self._moment(at, slot, value)
            elif isinstance(value, int | float):
                # A bare number in a date column is what somebody typed: Excel would show it as it is.
                bare = self.styles.cell("number") if slot.kind in MOMENTS else style
                self.sheet.write_number(at, slot.index, value, bare)
            elif value:
                self._typed(at, slot, value)

    def _typed(self, at: int, slot: Slot, text: str) -> None:
        """Enter a text as Excel would when typed: `70%` and ISO dates become numbers, all else stays text."""
        style = self.styles.cell(slot.kind, engine=slot.engine)
        if slot.kind == "percent" and text.removesuffix("%").isdigit() and text.endswith("%"):
            self.sheet.write_number(at, slot.index, int(text[:-1]) / 100, style)
            return
        if slot.kind in MOMENTS:
            with contextlib.suppress(ValueError):
                self._moment(at, slot, datetime.fromisoformat(text))
                return
        self.sheet.write_string(at, slot.index, text, style)

    def _moment(self, at: int, slot: Slot, moment: datetime) -> None:
        """Write a real date; midnight is a day without a time, and is shown as one."""
        kind: Kind = "date" if moment.time() == time() else slot.kind
        self.sheet.write_datetime(at, slot.index, moment, self.styles.cell(kind, engine=slot.engine))

    def _difference(self, at: int, slot: Slot, row: Row) -> None:
        """Write the live formula of a difference, with the value it has now."""
        assert slot.column is not None  # noqa: S101 - the caller looked
        assert slot.column.difference is not None  # noqa: S101
        first, second = (
            next(other for other in self.slots if other.field == name) for name in slot.column.difference
        )
        cells = [xl_rowcol_to_cell(at, other.index) for other in (first, second)]
        values = [_fraction(row.get(other.field)) for other in (first, second)]
        value = "" if values[0] is None or values[1] is None else round(values[0] - values[1], 6)
        formula = f'=IF(AND(ISNUMBER({cells[0]}),ISNUMBER({cells[1]})),{cells[0]}-{cells[1]},"")'
        self.sheet.write_formula(at, slot.index, formula, self.styles.cell(slot.kind), value)

    def _colours(self) -> None:
        """Colour whole rows by the text of 预警状态, live; marked so that a run rebuilds, not adds."""
        status = next(slot.index for slot in self.slots if slot.engine and slot.field == "status")
        cell = f"${xl_col_to_name(status)}{FIRST_ROW + 1}"
        last = self.slots[-1].index
        for word, text in STATUS_TEXT.items():
            style = palette.STATUS_STYLE[word]
            formula = marks.cf_formula(cell, text.say(self.language), style)
            self.sheet.conditional_format(
                FIRST_ROW,
                0,
                self.last_row,
                last,
                {"type": "formula", "criteria": f"={formula}", "format": self.styles.dxf(style)},
            )

    def _page(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.repeat_rows(HEADER_ROW)
        sheet.repeat_columns(0)
        width = sum(slot.width for slot in self.slots)
        sheet.fit_to_pages(max(1, round(width / 190)), 0)
        sheet.set_footer("&L&8&A&C&8&P / &N&R&8&D")
        sheet.hide_gridlines(2)


def _write_words(book: Workbook, styles: Styles, order: Order) -> dict[str, str]:
    """Write the vocabulary tab; return for each vocabulary the range its dropdowns point to."""
    sheet = book.add_worksheet(WORDS_SHEET.say(order.language))
    used: dict[str, None] = {}
    for form in order.forms:
        for slot in slots(form, order.language):
            if slot.vocabulary:
                used[slot.vocabulary] = None
    sources: dict[str, str] = {}
    for index, name in zip(count(), used, strict=False):
        vocabulary = order.catalogue.vocabulary(name)
        sheet.set_column(index, index, 18, styles.cell("text"))
        sheet.write_string(
            0, index, vocabulary.title.say(order.language), styles.header(required=True, engine=False)
        )
        for row, word in enumerate(vocabulary.words, start=1):
            sheet.write_string(row, index, word.en if order.language == "en" else word.zh)
        column = xl_col_to_name(index)
        sources[name] = f"={_quoted(sheet.get_name())}!${column}$2:${column}${len(vocabulary.words) + 1}"
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    return sources


def _fraction(value: Cell | None) -> float | None:
    """Return what the percent cell will hold: 0.7 for `70%`."""
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return int(value[:-1]) / 100
    return float(value) if isinstance(value, int | float) else None


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
