"""The burndown chart: what is left day by day, what should be, changes of scope, and when it will be done."""

from collections.abc import Sequence
from itertools import pairwise

from sheetsync import palette
from sheetsync.model.summary import BurnPoint, Forecast
from sheetsync.render import figures
from sheetsync.render.chart import (
    LINES,
    NO_LINE,
    NO_MARKER,
    Axis,
    Chart,
    Series,
    letters,
    line,
    marker,
    shape,
)
from sheetsync.render.screen import FRAME, LEGEND, Place, Screen, serial
from sheetsync.text import Text

LABELS = 6
"""Most days on the axis."""
YEAR = 330
"""Days; a longer axis shows months."""

_LEFT = Axis(
    tag="valAx",
    side="l",
    least=0,
    grid=line(palette.LINE),
    number_format="0",
    line=NO_LINE,
    letters=letters(),
    rest='<c:crossBetween val="between"/>',
)


def burndown(screen: Screen, place: Place, points: Sequence[BurnPoint], forecast: Forecast) -> None:
    """Draw the burndown chart with the forecast below it.

    Args:
        screen: The tab.
        place: Where; its first row is the heading, its last the forecast.
        points: Day by day; may be empty.
        forecast: When the work will be done.
    """
    title = screen.say("燃尽图（剩余工作量，工作日）", "Burndown (working days left)")
    screen.heading(place.row, place.column, place.columns, title)
    screen.quiet(place.row + place.rows - 1, place.column, place.columns, said(screen, forecast))
    if not points:
        nothing = screen.say("没有带起止日期的任务。", "No task has a start and a due day.")
        screen.quiet(place.row + 1, place.column, place.columns, nothing)
        return
    first, last = points[0].day, points[-1].day
    days = screen.store(title, [serial(point.day) for point in points], "yyyy-mm-dd")
    drawn = []
    for text, values, least, look in _drawn(points):
        name = screen.word(text)
        if sum(value is not None for value in values) >= least:
            cells = screen.store(f"{title} {name}", values, "0.0")
            drawn.append(Series(name, days, cells, look))
    # Days without a run lie between two known ones: the line goes on.
    axes = (_days((last - first).days), _LEFT)
    chart = Chart(kind=LINES, axes=axes, series=drawn, frame=FRAME, legend=LEGEND, blanks="span")
    under = Place(row=place.row + 1, column=place.column, rows=place.rows - 2, columns=place.columns)
    screen.place(chart, under, title=title)


def _days(span: int) -> Axis:
    """Return the axis of so many days."""
    step = max(-(-span // LABELS), 1)
    return Axis(
        tag="dateAx",
        side="b",
        number_format="yy-mm" if span > YEAR else "mm-dd",
        ticks=False,
        line=line(palette.LINE),
        letters=letters(),
        rest='<c:auto val="1"/><c:lblOffset val="100"/>'
        f'<c:majorUnit val="{step}"/><c:majorTimeUnit val="days"/>',
    )


def _drawn(points: Sequence[BurnPoint]) -> tuple[tuple[Text, Sequence[float | None], int, str], ...]:
    """Return the series of the chart: name, values, how many of them it needs, and look of each.

    A line needs two points; what is drawn as marks as well needs one.
    """
    scope = palette.SOLID["risk"]
    return (
        (
            Text("理想", "Ideal"),
            [point.ideal for point in points],
            2,
            shape(line(palette.MUTED, 1.25, "dash")) + NO_MARKER,
        ),
        (
            Text("总量", "Scope"),
            [point.scope for point in points],
            2,
            shape(line(scope, 1.25, "sysDot")) + NO_MARKER,
        ),
        (Text("范围变更", "Scope changed"), changes(points), 1, shape(NO_LINE) + marker("diamond", 7, scope)),
        (
            Text("剩余", "Left"),
            [point.left for point in points],
            1,
            shape(line(palette.ACCENT, 2.25)) + marker("circle", 3, palette.ACCENT),
        ),
    )


def changes(points: Sequence[BurnPoint]) -> list[float | None]:
    """Return the scope on the days on which it was another than in the run before, None on all others."""
    found: list[float | None] = [None] * len(points)
    known = [(at, point.scope) for at, point in enumerate(points) if point.scope is not None]
    for (_, was), (at, now) in pairwise(known):
        if abs(now - was) > 1e-6:
            found[at] = now
    return found


def said(screen: Screen, forecast: Forecast) -> str:
    """Say when the work will be done, beside the plan."""
    planned = figures.short_day(forecast.planned, year=True) if forecast.planned else None
    plan = screen.say(f"（计划 {planned}）", f" (planned {planned})") if planned else ""
    if forecast.first is None:
        reason = (
            screen.word(forecast.reason) if forecast.reason else screen.say("数据不足", "not enough data")
        )
        return screen.say("预计完成：", "Forecast: ") + reason + plan
    first = figures.short_day(forecast.first, year=True)
    if forecast.last is None:
        span = screen.say(f"最早 {first}，最晚说不准", f"{first} at the earliest, no latest day")
    else:
        last = figures.short_day(forecast.last, year=True)
        span = screen.say(f"{first} 至 {last}", f"{first} to {last}")
    return screen.say("预计完成：", "Forecast: ") + span + plan
