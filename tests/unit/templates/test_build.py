"""Fresh workbooks: what a PMO hands out, read back by an independent library."""

import io
from datetime import datetime

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from sheetsync import marks
from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.build import Order, build
from sheetsync.templates.layout import slots

FORMS = ("task-master", "progress", "minutes", "issues", "raci")
CREATED = datetime(2023, 10, 16, 9)


def made(catalogue: Catalogue, language: str = "zh", *, sample: bool = True) -> bytes:
    forms = [catalogue.forms[name] for name in FORMS]
    rows = {form.id: form.sample for form in forms} if sample else {}
    return build(
        Order(
            forms=forms,
            catalogue=catalogue,
            created=CREATED,
            language="en" if language == "en" else "zh",
            rows=rows,
            ready_rows=50,
        )
    )


@pytest.fixture(scope="module")
def book(catalogue: Catalogue) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(made(catalogue)))


def test_there_is_a_tab_per_form_between_cover_and_words(book: Workbook) -> None:
    """The cover, the forms in the order asked for, the calendar they count by, guide, words."""
    assert book.sheetnames == [
        "封面",
        "跨部门协作任务总表",
        "任务执行进度跟踪表",
        "跨部门会议纪要表",
        "问题跟踪表",
        "RACI责任矩阵表",
        "工作日历",
        "填写说明",
        "词表",
    ]


def test_headers_stand_in_row_three_frozen_and_filtered(book: Workbook, catalogue: Catalogue) -> None:
    """Titles as the form spells them, our three columns at the right, panes frozen below."""
    sheet = book["问题跟踪表"]
    titles = [cell.value for cell in sheet[3]]
    form = catalogue.forms["issues"]
    assert titles == [column.title.zh for column in form.columns] + ["预警状态", "预警说明", "预警时间"]
    assert str(sheet.freeze_panes).endswith("4")
    assert str(sheet.auto_filter.ref).startswith("A3:")


def test_every_dropdown_points_to_the_words_tab(book: Workbook) -> None:
    """A list of words in the validation itself may have 255 characters; a range has no such limit."""
    lists = [
        str(validation.formula1)
        for sheet in book.worksheets
        for validation in sheet.data_validations.dataValidation
        if validation.type == "list"
    ]
    assert len(lists) >= 12
    assert all(formula.startswith("'词表'!$") for formula in lists)


def test_a_dropdown_offers_the_vocabulary(book: Workbook, catalogue: Catalogue) -> None:
    """The range behind 问题级别 holds its words, no more and no fewer."""
    sheet = book["问题跟踪表"]
    column = next(cell.column_letter for cell in sheet[3] if cell.value == "问题级别")
    formula = next(
        str(item.formula1)
        for item in sheet.data_validations.dataValidation
        if str(item.sqref).startswith(f"{column}4:")
    )
    cells = book["词表"][formula.split("!")[1].replace("$", "")]
    words = [word.zh for word in catalogue.vocabulary("issue_class").words]
    assert [row[0].value for row in cells] == words


def test_dates_and_percentages_are_real_values(book: Workbook) -> None:
    """70% is 0.7 with a percent format, an ISO date a date; 10月8日14:00 stays as people type it."""
    progress = book["任务执行进度跟踪表"]
    at = {cell.value: cell.column for cell in progress[3]}
    share = progress.cell(4, at["当前进度"])
    assert (share.value, share.number_format) == (0.7, "0%")
    assert progress.cell(4, at["更新时间"]).value == datetime(2023, 10, 8)
    minutes = book["跨部门会议纪要表"]
    held = next(cell.column for cell in minutes[3] if cell.value == "会议时间")
    assert minutes.cell(4, held).value == "10月8日14:00"


def test_our_columns_carry_hidden_marks(book: Workbook) -> None:
    """The engine knows its columns by hidden names, so that a person's 预警状态 is never taken for ours."""
    names = book.defined_names
    mark = names[marks.mark_column(1, "status")]
    assert mark.hidden
    place = marks.parse_place(mark.attr_text or "")
    assert place is not None
    sheet, row, column = place
    assert book[sheet].cell(row, column).value == "预警状态"


def test_rows_are_coloured_by_the_text_of_the_status(book: Workbook) -> None:
    """One rule per status, each marked as ours."""
    rules = [
        str(rule.formula[0])
        for group in book["问题跟踪表"].conditional_formatting
        for rule in group.rules
        if rule.formula
    ]
    styles = [style for rule in rules if (style := marks.cf_style(rule))]
    assert sorted(styles) == ["done", "faulty", "late", "normal", "risk", "soon"]


def test_the_print_repeats_the_header_on_landscape_a4(book: Workbook) -> None:
    """Page two is still readable."""
    sheet = book["任务执行进度跟踪表"]
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.print_title_rows == "$3:$3"


def test_equal_orders_give_equal_bytes(catalogue: Catalogue) -> None:
    """Nothing of the machine's clock gets in."""
    assert made(catalogue) == made(catalogue)


def test_an_english_workbook_is_english(catalogue: Catalogue) -> None:
    """Labels, words and tabs."""
    book = openpyxl.load_workbook(io.BytesIO(made(catalogue, "en", sample=False)))
    assert "Issue tracker" in book.sheetnames
    assert book["Issue tracker"]["A3"].value == "Issue ID"
    assert book["Words"]["A2"].value == "Marketing"


def test_no_sheet_name_is_too_long(catalogue: Catalogue) -> None:
    """Excel takes 31 characters."""
    book = openpyxl.load_workbook(io.BytesIO(made(catalogue, "en", sample=False)))
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_each_required_column_is_marked_in_the_guide(book: Workbook, catalogue: Catalogue) -> None:
    """The guide lists every column of every form, required ones with a dot."""
    guide = {
        str(row[0].value): row[1].value
        for row in book["填写说明"].iter_rows(min_col=1, max_col=2)
        if row[0].value
    }
    for name in FORMS:
        for column in catalogue.forms[name].columns:
            assert column.title.zh in guide
    assert guide["问题描述"] == "●"


def test_open_columns_follow_the_named_ones(catalogue: Catalogue) -> None:
    """A RACI matrix starts with the departments that are asked for."""
    titles = [slot.title for slot in slots(catalogue.forms["raci"], "zh", ("甲部", "乙部"))]
    assert titles == ["任务编号", "任务", "RACI检查", "甲部", "乙部", "预警状态", "预警说明", "预警时间"]
