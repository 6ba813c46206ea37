"""Charts of counts and rates: what needs attention by group, and what came in time week by week."""

from collections.abc import Sequence
from datetime import date

from xlsxwriter.chart import Chart

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Tally
from sheetsync.render import figures
from sheetsync.render.screen import Place, Screen, font, framed, series

ATTENTION = (Status.LATE, Status.RISK, Status.SOON, Status.FAULTY)
"""Statuses that somebody has to do something about, gravest first."""
GROUPS = 8
"""Most groups in one chart."""


def statuses(
    screen: Screen, place: Place, title: str, groups: Sequence[Tally], shown: Sequence[Status]
) -> None:
    """Draw a stacked bar for each of the first groups.

    Args:
        screen: The tab.
        place: Where; its first row is the heading.
        title: What is counted.
        groups: The groups in order.
        shown: The statuses to count, first at the axis.
    """
    groups = groups[:GROUPS]
    screen.heading(place.row, place.column, place.columns, title)
    chart = framed(screen.canvas.chart("bar", "stacked"))
    names = screen.store(title, [group.name for group in groups])
    for status in shown:
        word = screen.word(STATUS_TEXT[status])
        counts = [group.count(status) for group in groups]
        chart.add_series(
            {
                **series(word, names, screen.store(f"{title} {word}", counts, "0")),
                "fill": {"color": f"#{palette.SOLID[palette.STATUS_STYLE[status]]}"},
                # Without a border two fills of the same grey would run together in print.
                "border": {"color": f"#{palette.PAPER}", "width": 0.75},
                "gap": 45,
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",
                    "font": font(8, palette.PAPER if status is not Status.SOON else palette.INK),
                },
            }
        )
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": font(), "line": {"none": True}})
    chart.set_x_axis(
        {
            "num_font": font(),
            "num_format": "0",
            "label_position": "none",
            "line": {"none": True},
            "major_tick_mark": "none",
            "major_gridlines": {"visible": False},
            "min": 0,
        }
    )
    _below(screen, place, chart, title)


def on_time(screen: Screen, place: Place, weeks: Sequence[tuple[date, float | None]]) -> None:
    """Draw the on-time rate week by week; a week without a rate is said to be not reported.

    Args:
        screen: The tab.
        place: Where; its first row is the heading.
        weeks: Monday and rate in percent.
    """
    title = screen.say("按时完成率（每周）", "On time, week by week")
    screen.heading(place.row, place.column, place.columns, title)
    if all(rate is None for _, rate in weeks):
        screen.quiet(place.row + 1, place.column, place.columns, screen.word(figures.NOT_REPORTED))
        return
    missing = screen.word(figures.NOT_REPORTED).replace(" ", "\n")
    chart = framed(screen.canvas.chart("column"), legend=False)
    names = [figures.short_day(day) + ("" if rate is not None else f"\n{missing}") for day, rate in weeks]
    chart.add_series(
        {
            **series(
                title,
                screen.store(screen.say("周一", "Monday"), names),
                screen.store(title, [rate for _, rate in weeks], "0.0"),
            ),
            "fill": {"color": f"#{palette.ACCENT}"},
            "gap": 60,
            "data_labels": {"value": True, "num_format": '0"%"', "font": font()},
        }
    )
    chart.set_x_axis({"text_axis": True, "num_font": font(), "line": {"color": f"#{palette.LINE}"}})
    chart.set_y_axis(
        {
            "min": 0,
            "max": 100,
            "major_unit": 50,
            "num_font": font(),
            "num_format": '0"%"',
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": f"#{palette.LINE}"}},
        }
    )
    _below(screen, place, chart, title)


def _below(screen: Screen, place: Place, chart: Chart, title: str) -> None:
    """Put a chart under its heading."""
    under = Place(row=place.row + 1, column=place.column, rows=place.rows - 1, columns=place.columns)
    screen.place(chart, under, title=title)
