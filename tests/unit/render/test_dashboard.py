"""The dashboard with plan and history: the same numbers as everywhere, on one screen, in native charts."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from sheetsync.model.course import Attainment
from sheetsync.model.summary import Figure, Summary, Trends
from sheetsync.render import figures
from sheetsync.render.dashboard import dashboard
from sheetsync.render.screen import COLUMN_PIXELS, GRID, MARGIN
from sheetsync.text import Language, same
from tests.packing import packed
from tests.unit.render import samples

PROJECTS: dict[str, Callable[[], Summary]] = {
    "small": samples.small,
    "medium": samples.medium,
    "large": samples.large,
}
SCREEN_PIXELS = 920
"""Height that is seen without scrolling at 100 % on a screen of 1,080 pixels, ribbon folded."""


def drawn(summary: Summary, language: Language = "zh") -> "openpyxl.worksheet.worksheet.Worksheet":
    [sheet] = openpyxl.load_workbook(io.BytesIO(packed(dashboard(summary, language).draw()))).worksheets
    return sheet


def texts(sheet: "openpyxl.worksheet.worksheet.Worksheet") -> list[object]:
    return [cell.value for row in sheet.iter_rows(max_col=GRID + 1) for cell in row if cell.value is not None]


def charts(summary: Summary) -> list[str]:
    """Return the charts as XML."""
    parts = dashboard(summary, "zh").draw()
    return [xml.decode() for name, xml in parts.items() if name.startswith("xl/charts/chart")]


def trending(summary: Summary) -> Trends:
    assert summary.trends is not None
    return summary.trends


def with_trends(summary: Summary, **changed: object) -> Summary:
    return replace(summary, trends=replace(trending(summary), **changed))  # type: ignore[arg-type] - by name


@pytest.mark.parametrize("size", PROJECTS)
@pytest.mark.parametrize(
    "name", ["late", "soon", "risk", "finished", "faulty", "completion", "on_time", "attainment"]
)
def test_a_card_says_its_figure_and_the_week_before(size: str, name: str) -> None:
    """Label, number and what stands under it, as the words of figures have them."""
    summary = PROJECTS[size]()
    figure = trending(summary).figure(name)
    sheet = drawn(summary)
    found = [
        cell
        for row in sheet.iter_rows(max_row=12, max_col=GRID + 1)
        for cell in row
        if str(cell.value).split("（")[0] == figure.title.zh
    ]
    [label] = found
    shown, under = (sheet.cell(label.row + below, label.column).value for below in (1, 2))
    said = figures.amount(shown, figure.unit).zh if isinstance(shown, int | float) else shown
    assert said == figures.value(figure).zh
    assert str(under).startswith(figures.before(figure).zh)


def test_a_step_is_judged_in_words() -> None:
    """Late went from 3 to 6: the arrow's colour is doubled by a word."""
    assert "上周 3 ↑3 变差" in texts(drawn(samples.medium()))


def test_nothing_reported_is_no_zero() -> None:
    """L4: a figure that nobody could tell is 未报."""
    summary = samples.medium()
    late = Figure(name="late", title=same("延期"), value=None)
    numbers = [late if one.name == "late" else one for one in trending(summary).figures]
    sheet = drawn(with_trends(summary, figures=tuple(numbers)))
    [label] = [cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == "延期"]
    assert sheet.cell(label.row + 1, label.column).value == "未报"


def test_a_card_of_none_is_not_red() -> None:
    """A red card with a 0 cries wolf."""

    def fill(late: float) -> str:
        summary = samples.medium()
        one = replace(trending(summary).figure("late"), value=late)
        numbers = tuple(one if other.name == "late" else other for other in trending(summary).figures)
        sheet = drawn(with_trends(summary, figures=numbers))
        [label] = [cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == "延期"]
        return str(label.fill.fgColor.rgb)

    assert fill(0.0) != fill(1.0)


@pytest.mark.parametrize(
    ("size", "word"), [("small", "● 不亮灯（上报不足一半）"), ("medium", "● 红灯"), ("large", "● 黄灯")]
)
def test_the_light_is_said_in_words(size: str, word: str) -> None:
    assert word in texts(drawn(PROJECTS[size]()))


def test_who_has_not_reported_is_named_and_the_rest_counted() -> None:
    [line] = [text for text in texts(drawn(samples.large())) if "未报：" in str(text)]
    assert "员工0 40、员工1 39" in str(line)
    assert "等 30 人" in str(line)


def test_a_first_report_and_a_holiday_week_are_said() -> None:
    assert any("首次报告，无上周数据" in str(text) for text in texts(drawn(samples.small())))
    assert any("假期周：国庆节" in str(text) for text in texts(drawn(samples.large())))


@pytest.mark.parametrize("size", PROJECTS)
def test_charts_refer_to_hidden_values_outside_of_the_printed_area(size: str) -> None:
    """And show them although they are hidden: LibreOffice and Excel leave them out otherwise."""
    summary = PROJECTS[size]()
    sheet = drawn(summary)
    last = openpyxl.utils.get_column_letter(MARGIN + GRID)
    assert f"${last}$" in str(sheet.print_area)
    for xml in charts(summary):
        assert '<c:plotVisOnly val="1"/>' not in xml
        for reference in re.findall(r"<c:f>(.*?)</c:f>", xml):
            [column] = re.findall(r"^仪表盘!\$([A-Z]+)\$\d+:\$\1\$\d+$", reference)
            assert openpyxl.utils.column_index_from_string(column) > MARGIN + GRID
    hidden = [dimension for dimension in sheet.column_dimensions.values() if dimension.hidden]
    assert [dimension.min for dimension in hidden] == [MARGIN + GRID + 2]


def test_a_dashboard_of_a_project_has_four_native_charts() -> None:
    """Gantt chart, burndown, what needs attention, on-time rate."""
    kinds = sorted(re.search(r"<c:(\w+)Chart>", xml)[1] for xml in charts(samples.medium()))  # type: ignore[index] - each has one
    assert kinds == ["bar", "bar", "line", "scatter"]


@pytest.mark.parametrize("size", PROJECTS)
def test_the_essential_fits_on_one_screen(size: str) -> None:
    """All above the tables by form, department and owner, at 100 %."""
    sheet = drawn(PROJECTS[size]())
    [after] = [cell.row for row in sheet.iter_rows() for cell in row if cell.value == "按表单"]
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, after)]
    assert sum(heights) / 0.75 <= SCREEN_PIXELS
    assert GRID * COLUMN_PIXELS <= 1240


def test_what_only_the_clock_moves_is_not_drawn_anew() -> None:
    summary = samples.medium()
    assert summary.trends is not None
    later = replace(summary, cut_off=summary.cut_off + timedelta(days=9))
    assert dashboard(later, "zh").fingerprint == dashboard(summary, "zh").fingerprint
    week = replace(summary.trends.week, number=summary.trends.week.number + 1)
    moved = replace(summary, trends=replace(summary.trends, week=week, burndown=()))
    assert dashboard(moved, "zh").fingerprint == dashboard(summary, "zh").fingerprint
    first, *rest = summary.trends.figures
    figures = (replace(first, value=(first.value or 0) + 1), *rest)
    changed = replace(summary, trends=replace(summary.trends, figures=figures))
    assert dashboard(changed, "zh").fingerprint != dashboard(summary, "zh").fingerprint


def test_equal_figures_are_drawn_alike() -> None:
    """To the byte, so that a write of the same figures changes nothing."""
    assert dashboard(samples.medium(), "zh") == dashboard(samples.medium(), "zh")


def test_limits_that_are_kept_worst_come_first_and_the_rest_is_counted() -> None:
    limits = tuple(
        Attainment(rule=f"T{kept}", title=same("限"), kept=kept, ended=40) for kept in reversed(range(30))
    )
    shown = texts(drawn(with_trends(samples.medium(), limits=limits)))
    assert shown.index("T0 限") < shown.index("T1 限")
    assert "T29 限" not in shown
    assert any(re.fullmatch(r"另有 \d+ 条规则，达成率更高", str(text)) for text in shown)


def test_a_project_without_dates_has_its_forms_where_the_gantt_chart_would_be() -> None:
    shown = texts(drawn(with_trends(samples.medium(), gantt=(), burndown=(), on_time=())))
    assert "甘特图" not in shown
    assert "各表状态分布" in shown
    assert "没有带起止日期的任务。" in shown


def test_a_week_without_a_rate_is_said_to_be_not_reported() -> None:
    weeks = ((date(2026, 11, 9), None), (date(2026, 11, 16), 0.0))
    xml = "".join(charts(with_trends(samples.medium(), on_time=weeks)))
    assert "11-09\n未报" in xml
    assert "11-16\n" not in xml


def test_a_stale_dashboard_shows_it() -> None:
    """On the second working day after the cut-off; until then the warning is white on white."""
    sheet = drawn(replace(samples.medium(), cut_off=datetime(2026, 11, 20, 18)))
    [(area, [rule])] = [(area, area.rules) for area in sheet.conditional_formatting]
    first = sheet[str(area.sqref).split(":")[0]]
    assert rule.formula == ["NETWORKDAYS(DATE(2026,11,20),TODAY())>2"]
    assert "没有更新" in str(first.value)
    assert first.font.color.rgb == "FFFFFFFF"


def test_a_dashboard_can_be_english() -> None:
    shown = texts(drawn(samples.medium(), "en"))
    assert "● Red" in shown
    assert "Gantt chart" in shown
