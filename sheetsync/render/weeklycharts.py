"""The charts of the weekly workbook: native, over cells of the same tab, for Excel, WPS and LibreOffice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xlsxwriter.chart import Chart

from sheetsync import palette
from sheetsync.render.figures import short_day
from sheetsync.render.pages import Page
from sheetsync.text import Text

COLUMN_PIXELS = 51
ROW_PIXELS = 20
ROWS = 13
"""Rows that a chart is high."""

PERCENT = 'General"%"'
"""As many decimal places as a number has."""

TICKS = 12
"""Dates below a chart that can be read."""

LATE = Text("各部门延期事项", "Late, by department")

Data = tuple[int, int, int]
"""First and last row of what a chart is drawn from, and the first column."""


def burndown(page: Page, row: int, column: int, span: int, *, data: Data, days: int) -> None:
    """Draw what is left, the ideal line and the scope, over so many days."""
    unit = -(-days // TICKS)
    chart = page.pages.chart("line")
    looks = (
        (
            1,
            Text("理想剩余", "Ideal"),
            {"color": f"#{palette.MUTED}", "width": 1.5, "dash_type": "dash"},
            "none",
        ),
        (3, Text("工作总量", "Scope"), {"color": f"#{palette.SOLID['risk']}", "width": 1.25}, "none"),
        (2, Text("实际剩余", "Left"), {"color": f"#{palette.ACCENT}", "width": 2.25}, "circle"),
    )
    for offset, name, line, marker in looks:
        colour = {"color": line["color"]}
        chart.add_series(
            _series(page, data, offset, name)
            | {"line": line, "marker": {"type": marker, "size": 5, "fill": colour, "border": colour}}
        )
    chart.show_blanks_as("span")
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mm-dd",
            "num_font": _font(8),
            "major_unit": unit,
            "major_unit_type": "days",
        }
    )
    chart.set_y_axis({**_axis(), "num_format": "0"})
    title = Text("燃尽图（剩余工作日）", "Burndown (working days left)")
    _place(page, chart, title, row, column, span, ROWS)


def on_time(page: Page, row: int, column: int, span: int, *, data: Data) -> None:
    """Draw the on-time rate week by week; a week that nobody can tell it of is a gap."""
    chart = page.pages.chart("column")
    chart.add_series(
        _series(page, data, 1, Text("按时率", "On time"))
        | {
            "fill": {"color": f"#{palette.ACCENT}"},
            "gap": 60,
            "data_labels": {"value": True, "num_format": PERCENT, "font": _font(8)},
        }
    )
    chart.set_x_axis({"num_font": _font(8), "text_axis": True})
    chart.set_y_axis({**_axis(), "num_format": PERCENT, "max": 100})
    chart.set_legend({"none": True})
    title = Text("按时率（近 8 周，空缺为无数据）", "On time, last 8 weeks (a gap: no data)")
    _place(page, chart, title, row, column, span, ROWS, legend=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What a chart of bars is drawn from.

    Args:
        first: First row.
        last: Last row.
        names: Column of the names.
        values: Column of the numbers.
        colour: Of the bars, RRGGBB.
        percent: Whether the numbers are percent.
    """

    first: int
    last: int
    names: int
    values: int
    colour: str = palette.ACCENT
    percent: bool = False


def bars(page: Page, row: int, column: int, span: int, given: Bars, *, rows: int, title: Text) -> None:
    """Draw a bar a line, longest names and all, with the numbers beside them."""
    chart = page.pages.chart("bar")
    shown = PERCENT if given.percent else "0"
    chart.add_series(
        {
            "name": title.say(page.pages.language),
            "categories": [page.title, given.first, given.names, given.last, given.names],
            "values": [page.title, given.first, given.values, given.last, given.values],
            "fill": {"color": f"#{given.colour}"},
            "gap": 50,
            "data_labels": {"value": True, "num_format": shown, "font": _font(8)},
        }
    )
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _font(8), "line": {"none": True}})
    most = {"max": 100} if given.percent else {}
    chart.set_x_axis({**_axis(), **most, "num_format": shown, "label_position": "high"})
    _place(page, chart, title, row, column, span, rows, legend=False)


def gantt(
    page: Page,
    row: int,
    column: int,
    span: int,
    *,
    data: Data,
    days: tuple[date, date],
    today: date,
    tones: Sequence[str],
) -> int:
    """Draw bars from the planned start to the planned end, the done part dark; return the row below."""
    first, last, _ = data
    chart = page.pages.chart("bar", "stacked")
    chart.add_series(_series(page, data, 1, Text("开始", "Start")) | {"fill": {"none": True}, "gap": 35})
    for offset, name, colours in (
        (2, Text("已完成部分", "Done"), [palette.SOLID[tone] for tone in tones]),
        (3, Text("未完成部分", "To go"), [palette.STYLES[tone].fill for tone in tones]),
    ):
        chart.add_series(
            _series(page, data, offset, name)
            | {
                "fill": {"color": f"#{colours[0]}"},
                "border": {"color": f"#{palette.MUTED}", "width": 0.5},
                "points": [
                    {"fill": {"color": f"#{one}"}, "border": {"color": f"#{palette.MUTED}", "width": 0.5}}
                    for one in colours
                ],
            }
        )
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _font(8), "line": {"none": True}})
    monday = days[0] - timedelta(days=days[0].weekday())
    weeks = (days[1] - monday).days // 7 + 1
    unit = 7 * -(-weeks // TICKS)
    chart.set_x_axis(
        {
            **_axis(),
            "num_format": "mm-dd",
            "label_position": "high",
            "min": monday,
            "max": monday + timedelta(days=unit * -(-7 * weeks // unit)),
            "major_unit": unit,
        }
    )
    rows = max(7, (60 + 22 * (last - first + 1)) // ROW_PIXELS + 1)
    title = Text(
        f"里程碑甘特图（今天 {short_day(today)}；深色为已完成部分，颜色同状态）",
        f"Gantt chart (today {short_day(today)}; dark: done; colour: status)",
    )
    _place(page, chart, title, row, column, span, rows, legend=False)
    return row + rows + 1


def _series(page: Page, data: Data, offset: int, name: Text) -> dict[str, Any]:
    first, last, left = data
    return {
        "name": name.say(page.pages.language),
        "categories": [page.title, first, left, last, left],
        "values": [page.title, first, left + offset, last, left + offset],
    }


def _font(size: int) -> dict[str, Any]:
    return {"name": palette.FONT, "size": size, "color": f"#{palette.INK}"}


def _axis() -> dict[str, Any]:
    return {
        "num_font": _font(8),
        "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": f"#{palette.LINE}"}},
    }


def _place(
    page: Page, chart: Chart, title: Text, row: int, column: int, span: int, rows: int, *, legend: bool = True
) -> None:
    name = title.say(page.pages.language)
    chart.set_title({"name": name, "name_font": _font(11) | {"bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _font(9)} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": f"#{palette.LINE}"}})
    chart.set_size({"width": span * COLUMN_PIXELS - 8, "height": rows * ROW_PIXELS - 8})
    page.sheet.insert_chart(row, column, chart, {"object_position": 2, "description": name, "y_offset": 4})
