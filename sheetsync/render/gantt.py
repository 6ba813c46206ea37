"""The Gantt chart: planned bar, inner actual bar, today, rest days shaded.

It is one native scatter chart beside the cells that name its bars. Its bars are thick lines between two
dates: of all ways to draw a Gantt chart this alone has a true axis of dates, bars within bars, a line for
today and shading, and is made of nothing but lines with gaps, which Excel, WPS and LibreOffice draw alike.
(Stacked bars can be neither shaded nor crossed by a line outside Excel; a grid of cells has no room for the
days of half a year.) The words beside the bars and the dark inner bar keep it readable in black and white.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Bar
from sheetsync.render import chart, figures
from sheetsync.render.canvas import link_to
from sheetsync.render.look import look
from sheetsync.render.screen import (
    COLUMN_PIXELS,
    GAP_PIXELS,
    HEADING_PIXELS,
    UNDERLINED,
    Place,
    Screen,
    chip,
    serial,
)

NAME, WORD, PROGRESS = 3, 1, 1
"""Grid columns at the left of the bars."""
TALL = ((6, 3), (11, 2))
"""Up to so many bars, each is so many lines high."""
LABELS = 7
"""Most dates on the axis."""
SIDE = 0.05
"""Part of the chart's width left free at both sides, for half a date."""
FINE = 200
"""Days; in a longer chart weekends are hairlines, so only longer rests are shaded."""
LONG_REST = 3
BROAD = 30
"""Most pixels of a shaded line. LibreOffice takes a line to be half its width longer than it is and shrinks a
chart from which one would stick out, so the lines above and below the bars belong to the chart, too."""
LANE = 0.22
"""Height of a third of a planned bar, as a part of the height of its line."""
LANE_PIXELS = 6
"""Most pixels of such a third."""
POINTS_PER_PIXEL = 0.75
CLEAR = 92
"""Percent that shines through the shading of a rest day, for programs that draw it upon the bars."""

_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, 364, 728)
_LINKED = tuple(
    look(**UNDERLINED, font_size=8, font_color=f"#{palette.ACCENT}", text_wrap=wrapped)
    for wrapped in (False, True)
)
"""The name of a bar that is one line high, and of a higher one."""
_CHIPS = {status: chip(style, **UNDERLINED, font_size=8) for status, style in palette.STATUS_STYLE.items()}
_TOLD = look(**UNDERLINED, font_size=8, align="center")
_Line = tuple[float, float, float, float]
"""From x, y to x, y."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """The axis of dates: first and last day of the chart, and days between two labels."""

    first: date
    last: date
    step: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days


def tall(bars: int) -> int:
    """Return how many lines of the grid each bar takes: few bars are given more."""
    return next((lines for most, lines in TALL if bars <= most), 1)


def lines(bars: int) -> int:
    """Return how many lines a Gantt chart takes with its heading, axis and note."""
    return 3 + bars * tall(bars)


def gantt(
    screen: Screen,
    place: Place,
    bars: Sequence[Bar],
    *,
    left_out: int,
    rest_days: Sequence[date],
    today: date,
) -> None:
    """Draw the Gantt chart.

    Args:
        screen: The tab.
        place: Where; its first row is the heading, its lines are at least those that `lines` says.
        bars: What to draw, at least one.
        left_out: How many more there are.
        rest_days: Days without work, in order; those outside the chart are left out.
        today: The day of the cut-off.
    """
    scale = _scale(bars, today)
    shown = today if scale.first <= today <= scale.last else None
    screen.heading(place.row, place.column, place.columns, screen.say("甘特图", "Gantt chart"))
    titles = (("事项", "What", NAME), ("状态", "Status", WORD), ("进度", "Done", PROGRESS))
    screen.titles(place.row + 1, place.column, [(screen.say(zh, en), span) for zh, en, span in titles])
    height = tall(len(bars))
    for number, bar in enumerate(bars):
        _name(screen, place.row + 2 + number * height, place.column, height, bar)
    _chart(screen, place, bars, scale, rest_days, shown)
    note = screen.say("宽条＝计划，深色细条＝实际，", "Wide bar: plan; dark bar: actual; ")
    if shown is None:
        note += screen.say("今天不在图内，", "today is outside; ")
    else:
        day = figures.short_day(shown)
        note += screen.say(f"虚线＝今天 {day}，", f"dashed line: today {day}; ")
    note += screen.say("灰底＝休息日", "grey: rest days")
    if scale.days > FINE:
        note += screen.say(f"（只标连休 {LONG_REST} 天以上）", f" ({LONG_REST} in a row or more)")
    if left_out:
        note += screen.say(f"；另有 {left_out} 项", f"; and {left_out} more")
    screen.quiet(place.row + 2 + len(bars) * height, place.column, place.columns, note)


def _scale(bars: Sequence[Bar], today: date) -> _Scale:
    """Return an axis over all bars, and over today where that does not squeeze them."""
    first = min(min(bar.start, bar.began or bar.start) for bar in bars)
    last = max(max(bar.due, bar.until or bar.due) for bar in bars) + timedelta(days=1)
    near = max((last - first) // 2, timedelta(days=7))
    if first - near <= today <= last + near:
        first, last = min(first, today), max(last, today + timedelta(days=1))
    first -= timedelta(days=first.weekday())
    days = (last - first).days
    step = next((step for step in _STEPS if days <= LABELS * step), days // LABELS)
    return _Scale(first=first, last=last, step=step)


def _name(screen: Screen, row: int, column: int, height: int, bar: Bar) -> None:
    """Write what stands at the left of a bar: a link to its row, its word, how far it is."""
    canvas = screen.canvas
    shown = bar.name or bar.key or f"{bar.sheet} {bar.row}"
    canvas.block(
        row, column, height, NAME, shown, _LINKED[height > 1], link=link_to(bar.sheet, f"A{bar.row}")
    )
    canvas.block(row, column + NAME, height, WORD, screen.word(STATUS_TEXT[bar.status]), _CHIPS[bar.status])
    told = screen.word(figures.amount(bar.progress, "percent"))
    canvas.block(row, column + NAME + WORD, height, PROGRESS, told, _TOLD)


def _chart(
    screen: Screen,
    place: Place,
    bars: Sequence[Bar],
    scale: _Scale,
    rest_days: Sequence[date],
    today: date | None,
) -> None:
    left = NAME + WORD + PROGRESS
    columns, count, height = place.columns - left, len(bars), tall(len(bars))
    inner = count * height * screen.line_pixels
    pixels = (columns * COLUMN_PIXELS - GAP_PIXELS) * (1 - 2 * SIDE) / scale.days
    draw = _Pen(screen)
    within = [day for day in rest_days if scale.first <= day < scale.last]
    least = LONG_REST if scale.days > FINE else 1
    for length, found in rests(within, least=least, most=max(int(BROAD / pixels), 1)).items():
        middles = [serial(day) + length / 2 for day in found]
        draw(
            screen.say("休息日", "Rest"),
            ((middle, 0, middle, count) for middle in middles),
            palette.INK,
            length * pixels * POINTS_PER_PIXEL,
            clear=CLEAR,
        )
    lane = min(LANE, LANE_PIXELS / (height * screen.line_pixels))
    thick = lane * height * screen.line_pixels * POINTS_PER_PIXEL
    for status in Status:
        name = f"{screen.say('计划', 'Plan')} {screen.word(STATUS_TEXT[status])}"
        planned = (
            line
            for number, bar in enumerate(bars)
            if bar.status is status
            for line in planned_lines(bar, number + 0.5, lane)
        )
        # A little more than a lane: the three of a bar run into one.
        draw(name, planned, palette.SOLID[palette.STATUS_STYLE[status]], thick * 1.3)
    actual = [
        (*ends, number + 0.5) for number, bar in enumerate(bars) if (ends := actual_ends(bar)) is not None
    ]
    draw(
        screen.say("实际", "Actual"),
        ((first, y, last, y) for first, last, y in actual),
        palette.INK,
        thick,
    )
    if today is not None:
        line = [(serial(today) + 0.5, 0, serial(today) + 0.5, count)]
        draw(screen.say("今天", "Today"), line, palette.INK, 1.25, dash="dash")
    above, below = HEADING_PIXELS + screen.line_pixels, screen.line_pixels
    total = above + inner + below
    drawn = chart.Chart(
        kind=chart.SCATTERED,
        axes=_axes(scale, count),
        series=draw.series,
        frame=chart.shape(chart.NO_FILL, chart.NO_LINE),
        layout=chart.layout(SIDE, above / total, 1 - 2 * SIDE, inner / total),
        height=total,
    )
    where = replace(place, column=place.column + left, columns=columns)
    screen.place(drawn, where, title=screen.say(f"甘特图：{count} 项", f"Gantt chart of {count}"))


def _axes(scale: _Scale, count: int) -> tuple[chart.Axis, chart.Axis]:
    """Return the axis of dates, and that of so many bars."""
    rest = '<c:crossBetween val="midCat"/><c:majorUnit val="{}"/>'.format
    dates = chart.Axis(
        tag="valAx",
        side="t",
        least=serial(scale.first),
        most=serial(scale.last),
        grid=chart.line(palette.LINE, 0.5),
        number_format="yy-mm" if scale.days > FINE * 2 else "mm-dd",
        ticks=False,
        line=chart.line(palette.LINE),
        letters=chart.letters(),
        rest=rest(scale.step),
    )
    bars = chart.Axis(
        tag="valAx",
        side="l",
        reverse=True,
        least=0,
        most=count,
        grid=chart.line(palette.MIST, 0.5),
        ticks=False,
        labels=False,
        line=chart.NO_LINE,
        rest=rest(1),
    )
    return dates, bars


class _Pen:
    """Draws lines of one look as one series; their ends stand in hidden columns."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.series: list[chart.Series] = []

    def __call__(
        self,
        name: str,
        drawn: Iterable[_Line],
        colour: str,
        width: float,
        *,
        dash: str = "solid",
        clear: int = 0,
    ) -> None:
        """Draw lines.

        Args:
            name: Of the series.
            drawn: From where to where each line goes.
            colour: RRGGBB.
            width: In points.
            dash: How the line is broken.
            clear: How much shines through, in percent.
        """
        horizontal: list[float | None] = []
        vertical: list[float | None] = []
        for x, y, to_x, to_y in drawn:
            # The empty cell after each pair is the gap between this line and the next.
            horizontal += (x, to_x, None)
            vertical += (y, to_y, None)
        if not horizontal:
            return
        self.series.append(
            chart.Series(
                name,
                self._screen.store(f"{name} x", horizontal[:-1], "yyyy-mm-dd"),
                self._screen.store(f"{name} y", vertical[:-1], "0.0"),
                chart.shape(chart.line(colour, round(width, 2), dash, clear)) + chart.NO_MARKER,
            )
        )


def planned_lines(bar: Bar, middle: float, lane: float) -> Iterator[_Line]:
    """Yield the lines of a planned bar: two lanes, and between them what the actual bar leaves free.

    Nothing is drawn upon anything else: some programs draw the first series on top, others the last.

    Args:
        bar: The bar.
        middle: Its height in the chart.
        lane: How far its outer lanes are from the middle.
    """
    first, last = serial(bar.start), serial(bar.due) + 1
    for y in (middle - lane, middle + lane):
        yield first, y, last, y
    done = actual_ends(bar)
    if done is None:
        yield first, middle, last, middle
        return
    begin, end = done
    if first < min(begin, last):
        yield first, middle, min(begin, last), middle
    if max(end, first) < last:
        yield max(end, first), middle, last, middle


def actual_ends(bar: Bar) -> tuple[int, int] | None:
    """Return where the actual bar begins and ends, as days of spreadsheets; None where nothing is done."""
    if bar.began is None or bar.until is None or not (bar.progress or bar.status is Status.DONE):
        return None
    return serial(bar.began), serial(bar.until) + 1


def rests(days: Iterable[date], *, least: int, most: int) -> Mapping[int, Sequence[date]]:
    """Return the first days of what is shaded by its length in days.

    Args:
        days: Days without work, in order.
        least: Rests of fewer days are left out.
        most: Longer rests are cut into parts of at most so many days.
    """
    found: dict[int, list[date]] = {}
    for first, length in _runs(days):
        if length >= least:
            for begun in range(0, length, most):
                part = min(most, length - begun)
                found.setdefault(part, []).append(first + timedelta(days=begun))
    return found


def _runs(days: Iterable[date]) -> Iterator[tuple[date, int]]:
    """Yield first day and length of each run of days that follow each other."""
    first: date | None = None
    length = 0
    for day in days:
        if first is not None and day == first + timedelta(days=length):
            length += 1
            continue
        if first is not None:
            yield first, length
        first, length = day, 1
    if first is not None:
        yield first, length
