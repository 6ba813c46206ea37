"""Our tabs: drawn from values alone, alike for alike values, whatever the clock says."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl

from sheetsync.model.finding import Problem, Status
from sheetsync.model.summary import Summary, Tally, WorstRow
from sheetsync.render.dashboard import dashboard
from sheetsync.render.problems import problems_tab
from sheetsync.text import same
from tests.packing import packed
from tests.structure import faults

NOW = datetime(2023, 10, 16, 9)


def tally(name: str, late: int) -> Tally:
    counts = tuple((status, late if status is Status.LATE else 1) for status in Status)
    return Tally(name=name, total=late + 5, counts=counts)


WORST = WorstRow(
    key="XZB20231001-01",
    name="=1+1 海报",
    owner="李娜",
    status=Status.LATE,
    rule="T47",
    due=datetime(2023, 10, 13, 18),
    days_late=3,
    message="迟",
    step="做",
    sheet="O'Brien 进度",
    row=7,
)
SUMMARY = Summary(
    title="新品上市",
    cut_off=NOW,
    calendar_year=2026,
    whole=tally("", 3),
    by_form=(tally("任务总表", 1), tally("进度", 2)),
    by_department=(tally("市场部", 3),),
    by_owner=tuple(tally(f"人{number}", 1) for number in range(12)),
    deviations=2,
    errors=4,
    warnings=5,
    worst=(WORST,),
)


def drawn(summary: Summary = SUMMARY) -> "openpyxl.worksheet.worksheet.Worksheet":
    return openpyxl.load_workbook(io.BytesIO(packed(dashboard(summary, "zh").draw())))["仪表盘"]


def texts(sheet: "openpyxl.worksheet.worksheet.Worksheet") -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_cards_hold_the_counts() -> None:
    """延期 3, and 9 data problems."""
    shown = texts(drawn())
    assert shown[shown.index("延期") :].count(3) >= 1
    assert 9 in shown
    assert "4 处看不懂，5 处存疑" in shown


def test_the_worst_row_links_to_its_place() -> None:
    """An apostrophe in a sheet's name is doubled; a person's text that begins with = stays text."""
    sheet = drawn()
    (cell,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == WORST.key)
    assert cell.hyperlink is not None
    assert cell.hyperlink.location == "'O''Brien 进度'!A7"
    (name,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == WORST.name)
    assert name.data_type == "s"


def test_a_character_that_no_link_can_hold_leaves_the_tab_whole() -> None:
    """The text of a link stands in an attribute, where XlsxWriter mends nothing."""
    odd = replace(SUMMARY, worst=(replace(WORST, key="XZB\x01"),))
    assert not faults(packed(dashboard(odd, "zh").draw()))


def test_there_are_two_native_charts() -> None:
    """Over the cells that people see."""
    assert len(drawn()._charts) == 2  # noqa: SLF001 - openpyxl has no other way to ask


def test_the_clock_alone_is_no_change() -> None:
    """The cut-off time is shown, but does not make a new dashboard."""
    later = replace(SUMMARY, cut_off=datetime(2023, 10, 16, 11))
    assert dashboard(later, "zh").fingerprint == dashboard(SUMMARY, "zh").fingerprint
    assert dashboard(replace(SUMMARY, errors=5), "zh").fingerprint != dashboard(SUMMARY, "zh").fingerprint


def test_an_empty_project_has_a_dashboard() -> None:
    """No records, no departments: said in words, nothing fails."""
    empty = Tally(name="", total=0, counts=())
    summary = replace(SUMMARY, whole=empty, by_form=(), by_department=(), by_owner=(), worst=())
    assert "没有需要处理的事项。" in texts(drawn(summary))


def problem(owner: str | None, kind: str, cell: str = "F9") -> Problem:
    return Problem(
        sheet="问题",
        row=9,
        cell=cell,
        column="提交时间",
        raw="=SUM(1)",
        kind="error" if kind == "error" else "warning" if kind == "warning" else "info",
        message=same("没有这一天"),
        owner=owner,
    )


def test_problems_are_sorted_by_owner_and_linked() -> None:
    """People find their own; cells of nobody come last; assumptions are only counted."""
    found = [problem(None, "error"), problem("王", "warning"), problem("李", "error"), problem("李", "info")]
    content = packed(problems_tab(found, "zh").draw())
    sheet = openpyxl.load_workbook(io.BytesIO(content))["数据问题"]
    assert [sheet.cell(row, 1).value for row in range(4, 7)] == ["李", "王", None]
    link = sheet.cell(4, 3).hyperlink
    assert link is not None
    assert link.location == "'问题'!F9"
    assert (sheet.cell(4, 5).value, sheet.cell(4, 5).data_type) == ("=SUM(1)", "s")
    assert "另有 1 处" in str(sheet["A2"].value)
