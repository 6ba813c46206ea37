"""Charts of counts and rates: what needs attention by group, and what came in time week by week."""

from collections.abc import Sequence
from datetime import date

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Tally
from sheetsync.render import figures
from sheetsync.render.chart import (
    COLUMNS,
    NO_LINE,
    STACKED,
    Axis,
    Chart,
    Series,
    fill,
    labels,
    letters,
    line,
    shape,
)
from sheetsync.render.screen import FRAME, LEGEND, Place, Screen

ATTENTION = (Status.LATE, Status.RISK, Status.SOON, Status.FAULTY)
"""Statuses that somebody has to do something about, gravest first."""
GROUPS = 8
"""Most groups in one chart."""

_PERCENT = '0"%"'
_LOOKS = {
    # Without a border two fills of the same grey would run together in print.
    status: shape(fill(palette.SOLID[style]), line(palette.PAPER, 0.75))
    + labels("0;;", letters(8, palette.PAPER if status is not Status.SOON else palette.INK))
    for status, style in palette.STATUS_STYLE.items()
}
_BAR_AXES = (
    Axis(
        tag="catAx",
        side="l",
        reverse=True,
        line=NO_LINE,
        letters=letters(),
        rest='<c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/>',
    ),
    Axis(
        tag="valAx",
        side="t",
        least=0,
        number_format="0",
        ticks=False,
        labels=False,
        line=NO_LINE,
        letters=letters(),
        rest='<c:crossBetween val="between"/>',
    ),
)
_WEEK_AXES = (
    Axis(
        tag="catAx",
        side="b",
        line=line(palette.LINE),
        letters=letters(),
        rest='<c:lblAlgn val="ctr"/><c:lblOffset val="100"/>',
    ),
    Axis(
        tag="valAx",
        side="l",
        least=0,
        most=100,
        grid=line(palette.LINE),
        number_format=_PERCENT,
        line=NO_LINE,
        letters=letters(),
        rest='<c:crossBetween val="between"/><c:majorUnit val="50"/>',
    ),
)


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
    names = screen.store_names(title, [group.name for group in groups])
    drawn = []
    for status in shown:
        word = screen.word(STATUS_TEXT[status])
        counts = screen.store(f"{title} {word}", [group.count(status) for group in groups], "0")
        drawn.append(Series(word, names, counts, _LOOKS[status]))
    _below(
        screen, place, title, Chart(kind=STACKED, axes=_BAR_AXES, series=drawn, frame=FRAME, legend=LEGEND)
    )


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
    names = [figures.short_day(day) + ("" if rate is not None else f"\n{missing}") for day, rate in weeks]
    drawn = Series(
        title,
        screen.store_names(screen.say("周一", "Monday"), names),
        screen.store(title, [rate for _, rate in weeks], "0.0"),
        shape(fill(palette.ACCENT)) + labels(_PERCENT, letters()),
    )
    _below(screen, place, title, Chart(kind=COLUMNS, axes=_WEEK_AXES, series=[drawn], frame=FRAME))


def _below(screen: Screen, place: Place, title: str, chart: Chart) -> None:
    """Put a chart under its heading."""
    under = Place(row=place.row + 1, column=place.column, rows=place.rows - 1, columns=place.columns)
    screen.place(chart, under, title=title)
