"""Writes a fresh workbook: cover, one tab per form, guide, and the words for its dropdowns."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import marks
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import DayCount, Form
from sheetsync.templates import cover, days, guide, people
from sheetsync.templates.english import in_english, title_in_english
from sheetsync.templates.entry import Cell, Entered, Row
from sheetsync.templates.layout import FIRST_ROW, WORDS_SHEET, sheet_name, slots
from sheetsync.templates.live import live_cell, needs_days
from sheetsync.templates.livecell import LiveCell, Surroundings
from sheetsync.templates.names import Names
from sheetsync.templates.plan import Plan, held_rows
from sheetsync.templates.sheet import FormSheet
from sheetsync.templates.styles import DEFAULT, Styles
from sheetsync.templates.tab import TabWriter, mark
from sheetsync.templates.validation import Validations
from sheetsync.templates.words import WordsTab
from sheetsync.text import Language
from sheetsync.worktime import WorkTime

__all__ = ["READY_ROWS", "Cell", "Order", "Row", "build"]

READY_ROWS = 500
"""Rows below the header that carry formulas, dropdowns, hints and colours when nobody asks for a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for.

    Args:
        forms: The forms, one tab each, in this order. Where one of them counts working days, the calendar's
            tab is added.
        catalogue: All forms and vocabularies.
        language: Language of headers, hints and words.
        rows: Rows to fill in, by form id: field (or title of an open column) to cell as typed.
        open_titles: Headers of the open columns, by form id; those of the form where not given.
        ready_rows: Rows that carry formulas, dropdowns, hints and colours.
        project: Name of the project for titles, cover and guide.
        about: What else the cover says of the project, by the names of `cover.ABOUT`.
        created: The moment it is made, wall clock: stamped into the document's properties, so that equal
            orders give equal bytes, and what formulas take for today until a program calculates them.
        worktime: The calendar whose holidays and make-up days the tab 工作日历 lists.
        remarks: Comments on cells, by form id: (number of the row from 0, field or open title) to text.
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
    worktime: WorkTime = field(default_factory=WorkTime.standard)
    remarks: Mapping[str, Mapping[tuple[int, str], str]] = field(default_factory=dict)


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
    plans = _plans(order)
    cover.write(
        book.add_worksheet(cover.NAME.say(order.language)),
        styles,
        [plan.form for plan in plans],
        order.language,
        created=order.created,
        about=about,
    )
    sheets = [book.add_worksheet(plan.name, FormSheet) for plan in plans]
    guide.write(
        book.add_worksheet(guide.NAME.say(order.language)), styles, order.forms, order.language, order.project
    )
    names = Names(book)
    words = WordsTab(order.catalogue, order.language, names)
    for name in dict.fromkeys(slot.vocabulary for plan in plans for slot in plan.slots if not slot.engine):
        if name is not None:
            words.source(name)  # what people may pick stands before what formulas look for
    listed = _people(plans, order.language, names)
    if listed is not None:
        directory = next(plan for plan in plans if plan.form.id == people.FORM)
        listed.write(book.add_worksheet(people.SHEET.say(order.language), FormSheet), directory.held)
    writer = TabWriter(
        book=book,
        styles=styles,
        catalogue=order.catalogue,
        language=order.language,
        project=order.project,
        now=order.created,
        validations=Validations(
            catalogue=order.catalogue, language=order.language, words=words, people=listed
        ),
    )
    counter = _counter(plans, order, words)
    for plan, sheet in zip(plans, sheets, strict=True):
        writer.write(sheet, plan, _live(plan, order, words, counter))
        _remark(sheet, plan, order.remarks.get(plan.form.id, {}))
    words.write(book.add_worksheet(WORDS_SHEET.say(order.language)), styles)
    beside = {"cover": cover.NAME, "guide": guide.NAME, "words": WORDS_SHEET}
    for role, title in (beside if listed is None else {**beside, "people": people.SHEET}).items():
        mark(book, marks.mark_tab(role), title.say(order.language), 0, 0)
    if len(order.forms) == 1:
        sheets[0].activate()  # a table alone is what its reader wants; else the cover leads on
    book.close()
    return buffer.getvalue()


def _remark(sheet: Worksheet, plan: Plan, remarks: Mapping[tuple[int, str], str]) -> None:
    """Write comments on cells."""
    columns = {slot.field: slot.index for slot in plan.slots}
    for (row, name), text in remarks.items():
        sheet.write_comment(FIRST_ROW + row, columns[name], text, {"author": "SheetSync"})


def _plans(order: Order) -> list[Plan]:
    """Lay out the tabs of the forms, and of the calendar that their formulas need."""
    asked = {form.id for form in order.forms}
    forms = list(order.forms)
    counting = any(needs_days(form) for form in forms)
    calendar = order.catalogue.forms.get(days.FORM)
    if counting and calendar is not None and calendar.id not in asked:
        forms.append(calendar)
    plans = []
    for number, form in enumerate(forms, start=1):
        plan = _plan(form, number, order)
        if form.id == days.FORM:
            plan = _calendar(plan, order, asked=form.id in asked)
        plans.append(plan)
    return plans


def _plan(form: Form, number: int, order: Order, rows: Sequence[Row] | None = None) -> Plan:
    given = order.rows.get(form.id, ()) if rows is None else rows
    titles = tuple(order.open_titles.get(form.id, ()))
    if not titles and form.open_columns is not None:
        titles = form.open_columns.titles
    if order.language == "en":
        given = in_english(form, given, order.catalogue)
        titles = tuple(title_in_english(form, title, order.catalogue) for title in titles)
    laid = slots(form, order.language, titles)
    return Plan(
        form=form,
        name=sheet_name(form, order.language),
        slots=laid,
        rows=given,
        held=held_rows(laid, given),
        ready_rows=max(order.ready_rows, len(given)),
        number=number,
    )


def _calendar(plan: Plan, order: Order, *, asked: bool) -> Plan:
    """Fill the calendar with the official holidays and make-up days of the years of the project."""
    dated = [
        (column.kind, row[column.id])
        for form in order.forms
        for row in order.rows.get(form.id, ())
        for column in form.columns
        if column.kind in {"date", "datetime"} and column.id in row
    ]
    official = days.special_days(order.worktime, *days.years(order.created, dated))
    full = _plan(plan.form, plan.number, order, days.merged(official, order.rows.get(plan.form.id, ())))
    ready = max(order.ready_rows if asked else 0, len(full.rows) + days.SPARE_ROWS)
    return replace(full, ready_rows=ready, note=days.published(order.worktime))


def _people(plans: Sequence[Plan], language: Language, names: Names) -> people.PeopleTab | None:
    """Return where the people stand, None in a workbook without a directory or without use for one."""
    plan = next((plan for plan in plans if plan.form.id == people.FORM), None)
    if plan is None or len(plans) == 1:
        return None
    return people.PeopleTab(
        language=language,
        names=plan.named("name", names),
        departments=plan.named("department", names),
        rows=plan.ready_rows,
    )


def _live(plan: Plan, order: Order, words: WordsTab, counter: days.DayCounter) -> Mapping[str, LiveCell]:
    around = _around(plan, order, words, counter)
    return {
        slot.field: live_cell(slot.column, around)
        for slot in plan.slots
        if slot.column is not None and slot.is_live
    }


def _around(plan: Plan, order: Order, words: WordsTab, counter: days.DayCounter) -> Surroundings:
    return Surroundings(
        form=plan.form,
        catalogue=order.catalogue,
        language=order.language,
        letters=plan.letters,
        open_titles=[slot.field for slot in plan.slots if slot.column is None and not slot.engine],
        words=words,
        counter=counter,
        now=order.created,
        day_end=order.worktime.day_end,
    )


def _counter(plans: Sequence[Plan], order: Order, words: WordsTab) -> days.DayCounter:
    """Return what counts working days by the calendar's tab; by nothing but the week where there is none."""
    plan = next((plan for plan in plans if plan.form.id == days.FORM), None)
    bare = days.DayCounter(days="", counts="", gains={})
    column = next(
        (column for column in (plan.form.columns if plan else ()) if isinstance(column.live, DayCount)), None
    )
    if plan is None or column is None or not isinstance(column.live, DayCount):
        return bare
    value = live_cell(column, _around(plan, order, words, bare)).value
    gains = {
        day.date(): gained
        for held in plan.held
        if isinstance(day := held.get(column.live.day), datetime) and (gained := _gained(value(held)))
    }
    return days.DayCounter(
        days=plan.named(column.live.day, words.names).name,
        counts=plan.named(column.id, words.names).name,
        gains=gains,
    )


def _gained(value: Entered) -> int:
    return int(value) if isinstance(value, float) else 0
