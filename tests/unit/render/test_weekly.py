"""The weekly workbook shows what the Trends say, figure by figure, and nothing in it is a formula."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sheetsync.model.finding import Problem, Status
from sheetsync.model.message import MailDraft, Picture
from sheetsync.model.snapshot import RecordState
from sheetsync.model.summary import Summary, Trends
from sheetsync.model.weekly import ListedRecord, Overrun, Reported
from sheetsync.render import figures
from sheetsync.render.weekly import weekly_book
from sheetsync.render.weeklypage import as_page
from sheetsync.text import Language, Text
from tests.structure import faults
from tests.unit.render.samples import CUT_OFF, large, medium, small

TABS = ["概览", "延期与风险", "部门", "SLA明细", "决议与待决", "下两周", "数据问题", "原始快照"]
SUMMARIES = pytest.mark.parametrize("made", [small, medium, large], ids=lambda made: made.__name__)


def trends_of(summary: Summary) -> Trends:
    assert summary.trends is not None
    return summary.trends


def reported(summary: Summary, name: str = "双十二.xlsx") -> Reported:
    """Return a workbook whose records are its worst ones and one that is as it should be."""
    records = [
        ListedRecord(
            form="progress",
            title=Text("进度跟踪表", "Progress"),
            key=one.key,
            state=RecordState(
                status=one.status, due=one.due, owner=one.owner, name=one.name, rules=(one.rule,)
            ),
            due=one.due,
            days_late=one.days_late,
            message=one.message,
            step=one.step,
            sheet=one.sheet,
            row=one.row,
        )
        for one in summary.worst
    ]
    fine = RecordState(status=Status.NORMAL, due=CUT_OFF, name="=1+1")
    records.append(
        ListedRecord(
            form="resolutions", title=Text("决议", "Resolutions"), key="JY1", state=fine, sheet="决议", row=3
        )
    )
    overrun = Overrun(
        rule="T16",
        key="WT1",
        name="+问题",
        actor=Text("主导部门", "lead"),
        started=CUT_OFF - timedelta(days=3),
        limit="2h",
        due=CUT_OFF - timedelta(days=2),
        stopped=None,
        overdue=timedelta(days=2, hours=3),
        message="未响应",
        sheet="问题",
        row=4,
    )
    problem = Problem(
        sheet="问题", row=4, cell="B4", raw="@SUM", kind="error", message=Text("看不懂", "unread")
    )
    return Reported(
        name=name, summary=summary, records=tuple(records), overruns=(overrun,), problems=(problem,)
    )


def drawn(*books: Reported, language: Language = "zh") -> bytes:
    return weekly_book(books, language, created=CUT_OFF)


def opened(content: bytes) -> "openpyxl.Workbook":
    return openpyxl.load_workbook(io.BytesIO(content))


def words(sheet: Worksheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def beside(sheet: Worksheet, title: str) -> list[Any]:
    """Return the three values beside the first cell that holds a title."""
    for row in sheet.iter_rows():
        for at, cell in enumerate(row):
            if cell.value == title:
                return [one.value for one in row[at + 1 :] if one.value is not None][:3]
    raise AssertionError(title)


def parts(content: bytes, pattern: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if re.search(pattern, name):
                yield package.read(name).decode("utf-8")


@SUMMARIES
def test_the_tabs_stand_in_order(made: Callable[[], Summary]) -> None:
    assert opened(drawn(reported(made()))).sheetnames == TABS


@SUMMARIES
def test_every_figure_is_the_one_of_the_trends(made: Callable[[], Summary]) -> None:
    """Now, the week before, and the step; what nobody reported is 未报 and never 0."""
    summary = made()
    sheet = opened(drawn(reported(summary)))["概览"]
    for figure in trends_of(summary).figures:
        now, before, step = beside(sheet, figure.title.zh)
        assert now == ("未报" if figure.value is None else round(figure.value, 1)), figure.name
        assert before == ("—" if figure.before is None else round(figure.before, 1)), figure.name
        assert step.startswith(figures.step(figure).zh), figure.name


@SUMMARIES
def test_nothing_is_a_formula_and_nothing_leads_outside(made: Callable[[], Summary]) -> None:
    """Texts from people that look like formulas stay texts."""
    content = drawn(reported(made()))
    assert not any(re.search(r"<f[ >]", part) for part in parts(content, r"worksheets/sheet\d+\.xml$"))
    assert not any("External" in part for part in parts(content, r"\.rels$"))
    assert "=1+1" in words(opened(content)["原始快照"])


@pytest.mark.parametrize(
    "typed", ["=HYPERLINK(1)", "+1", "@SUM(A1)", "{=1}", "https://example.com", "a\x01b", "长" * 40_000, "😀"]
)
def test_whatever_people_typed_is_text(typed: str) -> None:
    """Also where it leads somewhere; what no cell can hold is cut."""
    summary = medium()
    trends = trends_of(summary)
    wanted = (replace(trends.wanted[0], text=typed, options=typed),)
    content = drawn(reported(replace(summary, trends=replace(trends, wanted=wanted))))
    assert not faults(content)
    assert not any(re.search(r"<f[ >]", part) for part in parts(content, r"worksheets/sheet\d+\.xml$"))
    cell = opened(content)["决议与待决"]["B5"]
    assert cell.data_type == "s"
    assert len(cell.value) <= 32_767
    assert cell.value[:1] == typed[:1]


@SUMMARIES
def test_the_package_has_no_faults(made: Callable[[], Summary]) -> None:
    assert not faults(drawn(reported(made())))


def test_the_same_report_is_the_same_file() -> None:
    assert drawn(reported(medium())) == drawn(reported(medium()))


def test_links_lead_to_the_row_of_the_record() -> None:
    """Each id on the overview leads to a cell that holds it."""
    summary = medium()
    book = opened(drawn(reported(summary)))
    ids = {one.worst.key for one in trends_of(summary).attention}
    found = set()
    for row in book["概览"].iter_rows():
        for cell in row:
            if cell.value in ids and cell.hyperlink is not None:
                tab, place = cell.hyperlink.location.split("!")
                assert book[tab.strip("'")][place].value == cell.value
                found.add(cell.value)
    assert found == ids


def test_every_link_leads_to_a_tab() -> None:
    book = opened(drawn(reported(medium()), reported(small(), "小.xlsx")))
    links = [
        cell.hyperlink.location
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink is not None
    ]
    assert links
    assert {link.split("!")[0].strip("'") for link in links} <= set(TABS)


def test_decisions_lead_to_their_line() -> None:
    summary = medium()
    first = trends_of(summary).wanted[0]
    book = opened(drawn(reported(summary)))
    (cell,) = (cell for row in book["概览"].iter_rows() for cell in row if cell.value == first.text)
    assert cell.hyperlink is not None
    row = int(cell.hyperlink.location.rpartition("A")[2])
    assert book["决议与待决"].cell(row, 2).value == first.text


def test_a_first_report_says_so() -> None:
    """And has no step, no forecast, no light where too few reported."""
    summary = small()
    said = words(opened(drawn(reported(summary)))["概览"])
    assert "首次报告，无上周数据" in said
    assert figures.LIGHT_TEXT[trends_of(summary).light].zh in said


def test_a_holiday_week_is_labelled() -> None:
    summary = medium()
    trends = trends_of(summary)
    week = replace(trends.week, holiday="国庆节")
    said = words(opened(drawn(reported(replace(summary, trends=replace(trends, week=week)))))["概览"])
    assert "本周含国庆节假期，不是完整工作周，与最近的完整周" in said


def test_who_has_not_reported_is_named() -> None:
    summary = medium()
    said = words(opened(drawn(reported(summary)))["概览"])
    assert trends_of(summary).reporting.silent
    for name, count in trends_of(summary).reporting.silent:
        assert f"{name} {count}" in said


def test_small_departments_are_not_ranked() -> None:
    """A rate over fewer than five records would say more of chance."""
    summary = medium()
    sheet = opened(drawn(reported(summary)))["部门"]
    for line in trends_of(summary).departments:
        (row,) = (row for row in sheet.iter_rows(min_row=5) if row[0].value == line.name)
        assert row[1].value == line.total
        assert row[3].value == line.late
        assert (row[7].value == "少于 5 项，不按比率排名") == (line.total < 5)


def test_limits_are_told_rule_by_rule() -> None:
    summary = medium()
    sheet = opened(drawn(reported(summary)))["SLA明细"]
    shown = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=5)]
    for one in trends_of(summary).limits:
        rate = None if one.rate is None else round(100 * one.rate, 1)
        assert [one.rule, one.title.zh, one.kept, one.ended, rate] in shown


def test_a_limit_that_ran_out_is_listed_with_what_it_is_over_by() -> None:
    assert "2 天 3 小时" in words(opened(drawn(reported(medium())))["SLA明细"])


def test_the_burndown_is_drawn_from_the_points_of_the_trends() -> None:
    summary = medium()
    points = trends_of(summary).burndown
    sheet = opened(drawn(reported(summary)))["概览"]
    (head,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == "理想剩余")
    for at, one in enumerate(points, start=1):
        day, ideal, left, scope = (sheet.cell(head.row + at, head.column + n).value for n in (-1, 0, 1, 2))
        assert (day.date(), left, scope) == (one.day, one.left, one.scope)
        assert ideal == pytest.approx(one.ideal)


def test_the_on_time_rate_is_drawn_as_it_is_said() -> None:
    """Rounded like the figure; a week that nobody can tell it of is empty, not 0."""
    summary = medium()
    weeks = ((date(2026, 11, 9), None), (date(2026, 11, 16), 200 / 3))
    trends = replace(trends_of(summary), on_time=weeks)
    sheet = opened(drawn(reported(replace(summary, trends=trends))))["概览"]
    (head,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == "按时率%")
    assert [sheet.cell(head.row + at, head.column).value for at in (1, 2)] == [None, 66.7]


def test_charts_are_native() -> None:
    """Burndown, on-time rate, late by department, limits, Gantt; and one more on the tab of departments."""
    book = opened(drawn(reported(medium())))
    assert len(book["概览"]._charts) == 5  # noqa: SLF001 - openpyxl has no other way to ask
    assert len(book["部门"]._charts) == 1  # noqa: SLF001 - likewise


def test_several_workbooks_are_named_on_every_list() -> None:
    book = opened(drawn(reported(medium(), "甲.xlsx"), reported(small(), "乙.xlsx")))
    for tab in TABS[1:]:
        if tab != "SLA明细":
            assert book[tab].cell(4, 1).value == "工作簿", tab
    assert {row[0].value for row in book["原始快照"].iter_rows(min_row=5)} == {"甲.xlsx", "乙.xlsx"}
    assert "2 个工作簿" in words(book["概览"])


def test_without_trends_counts_alone_are_shown() -> None:
    """And the missing history is said."""
    summary = replace(medium(), trends=None)
    said = words(opened(drawn(reported(summary)))["概览"])
    assert "没有历史记录" in said
    assert summary.worst[0].key in said


def test_english_has_no_chinese_of_ours() -> None:
    book = opened(drawn(reported(small()), language="en"))
    ours = [
        sheet.cell(4, column).value for sheet in book for column in range(1, 8) if sheet.title != "Overview"
    ]
    assert not [title for title in ours if re.search(r"[\u4e00-\u9fff]", str(title))]


def test_a_page_holds_its_pictures() -> None:
    """Nothing has to be loaded: each reference to a picture becomes the picture."""
    picture = Picture(cid="burn", content=b"png", alt="燃尽图")
    draft = MailDraft(subject="", html='<img src="cid:burn" alt="燃尽图">', text="", pictures=(picture,))
    assert as_page(draft) == '<img src="data:image/png;base64,cG5n" alt="燃尽图">'
