"""Marks: a status, a note and a time for every record, and nothing that changes while nothing happens."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.edit import AppendColumns, CellValue, Edit, MarkRows, SetCells
from sheetsync.model.finding import Problem, Status, Verdict
from sheetsync.model.table import OwnColumns, RawBook, RawSheet, RawValue, TableId, Version
from sheetsync.render.marks import marks
from sheetsync.templates.layout import engine_columns
from sheetsync.text import Text, same
from sheetsync.worktime import WorkTime

NOW = datetime(2023, 10, 16, 9, 0, 30)
TITLES = ["问题编号", "问题描述", "问题级别", "状态", "提交时间", "主导部门"]
COLUMNS = {"zh": engine_columns("zh"), "en": engine_columns("en")}


def book(*ours: tuple[RawValue, RawValue, RawValue], blank_row: bool = False) -> RawBook:
    """Two issues; with `ours` what our columns hold beside them."""
    body: list[list[RawValue]] = [
        ["WT20231001", "缺料", "一般", "处理中", "2023-10-13 09:00", "市场部"],
        ["" if blank_row else "WT20231002", *(["" if blank_row else "x"] * 5)],
    ]
    titles: list[RawValue] = [*TITLES]
    own: tuple[OwnColumns, ...] = ()
    if ours:
        titles += ["预警状态", "预警说明", "预警时间"]
        body = [[*cells, *mine] for cells, mine in zip(body, ours, strict=True)]
        own = (OwnColumns(number=1, row=1, columns={"status": 7, "note": 8, "since": 9}),)
    sheet = RawSheet(name="问题", rows=[titles, *body], own=own)
    return RawBook(name="b", version=Version("1"), sheets=(sheet,))


def ordered(
    raw: RawBook,
    catalogue: Catalogue,
    worktime: WorkTime,
    *statuses: Status,
    problems: tuple[Problem, ...] = (),
) -> list[Edit]:
    tables = interpret(raw, catalogue, worktime=worktime).tables
    verdicts = [
        Verdict(table=tables[0].id, position=place, row=row, key=None, status=status)
        for place, (row, status) in enumerate(zip(tables[0].rows.tolist(), statuses, strict=True))
    ]
    return list(marks(raw, tables, verdicts, problems, columns=COLUMNS, now=NOW))


def cells(edits: list[Edit], column: str) -> Mapping[int, CellValue]:
    (found,) = (edit for edit in edits if isinstance(edit, SetCells) and edit.column == column)
    return found.values


def test_a_fresh_sheet_gets_three_columns_at_its_right(catalogue: Catalogue, worktime: WorkTime) -> None:
    """Status, note, time, after the last column of the table."""
    edits = ordered(book(), catalogue, worktime, Status.LATE, Status.NORMAL)
    (append,) = (edit for edit in edits if isinstance(edit, AppendColumns))
    assert (append.header_row, append.last_row, append.after_column) == (1, 3, 6)
    assert [column.name for column in append.columns] == ["status", "note", "since"]
    assert cells(edits, "status") == {2: "延期", 3: "正常"}


def test_a_new_status_is_stamped_to_the_minute(catalogue: Catalogue, worktime: WorkTime) -> None:
    """预警时间 is when the present status was first given."""
    edits = ordered(book(), catalogue, worktime, Status.LATE, Status.NORMAL)
    assert cells(edits, "since") == dict.fromkeys((2, 3), datetime(2023, 10, 16, 9))


def test_an_unchanged_status_keeps_its_stamp(catalogue: Catalogue, worktime: WorkTime) -> None:
    """Only the row whose word changed is stamped anew."""
    before = datetime(2023, 10, 9, 9)
    raw = book(("延期", "", before), ("延期", "", before))
    edits = ordered(raw, catalogue, worktime, Status.LATE, Status.NORMAL)
    assert list(cells(edits, "since")) == [3]


def test_a_row_that_people_emptied_is_emptied_of_our_text(catalogue: Catalogue, worktime: WorkTime) -> None:
    """No red word stays behind on a blank row."""
    raw = book(("延期", "x", NOW), ("延期", "x", NOW), blank_row=True)
    edits = ordered(raw, catalogue, worktime, Status.LATE)
    assert cells(edits, "status")[3] is None
    assert cells(edits, "note")[3] is None
    assert cells(edits, "since")[3] is None


def test_an_unread_cell_is_named_in_the_note(catalogue: Catalogue, worktime: WorkTime) -> None:
    """A blue row says which column."""
    table = TableId("issues", "问题")
    problem = Problem(sheet="问题", row=2, column="提交时间", kind="error", message=same("x"), table=table)
    edits = ordered(book(), catalogue, worktime, Status.FAULTY, Status.NORMAL, problems=(problem,))
    assert "提交时间" in str(cells(edits, "note")[2])
    assert cells(edits, "note")[3] is None


def test_every_word_has_its_colour(catalogue: Catalogue, worktime: WorkTime) -> None:
    """The colour follows the text of our status column."""
    edits = ordered(book(), catalogue, worktime, Status.LATE, Status.NORMAL)
    (colours,) = (edit for edit in edits if isinstance(edit, MarkRows))
    assert dict(colours.styles)["延期"] == "late"
    assert len(colours.styles) == len(Status)


@pytest.mark.parametrize(("titles", "word"), [(None, "延期"), (("Issue ID", "Description", "Class"), "Late")])
def test_a_sheet_is_marked_in_its_own_language(
    catalogue: Catalogue, worktime: WorkTime, titles: tuple[str, ...] | None, word: str
) -> None:
    """English headers get English words."""
    english = ["Issue ID", "Description", "Class", "State", "Submitted at", "Lead department"]
    rows = [english if titles else TITLES, ["WT20231001", "x", "一般", "处理中", "2023-10-13", "市场部"]]
    raw = RawBook(name="b", version=Version("1"), sheets=(RawSheet(name="问题", rows=rows),))
    assert cells(ordered(raw, catalogue, worktime, Status.LATE), "status") == {2: word}


def test_text_is_said_in_both_languages() -> None:
    """A `Text` falls back to nothing: both wordings are always there."""
    assert Text("甲", "a").say("en") == "a"
    assert Text("甲", "a").say("zh") == "甲"
