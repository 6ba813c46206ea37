"""Charts as PNG pictures for mails: shapes, numbers and days; words stand in the text beside them.

A machine may have no Chinese font at all, so no picture needs one. Drawn at twice the size they are shown in,
for sharp screens.
"""

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import ceil

from PIL import Image, ImageDraw, ImageFont

from sheetsync import palette
from sheetsync.model.summary import Bar, BurnPoint

WIDTH = 1200
"""Pixels; shown at half of it at most."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 24, 52
_LETTER = 28
_THICK = 7
_LABELS = 6
"""Days that are written under a chart."""

IDEAL, LEFT_OVER, SCOPE, TODAY = palette.MUTED, palette.ACCENT, palette.SOLID["risk"], palette.REQUIRED
"""Colours of lines, RRGGBB."""

PLANNED, FINISHED = palette.ACCENT_SOFT, palette.ACCENT
"""Colours of bars: the plan, and what of it is done."""

_Spot = tuple[float, float]


class _Sheet:
    """A white sheet with a field to draw in.

    Args:
        height: Pixels.
        left: Pixels left of the field.
    """

    def __init__(self, height: int, left: int = _LEFT) -> None:
        self._image = Image.new("RGB", (WIDTH, height), _web(palette.PAPER))
        self.pen = ImageDraw.Draw(self._image)
        self.left, self.right = left, WIDTH - _RIGHT
        self.top, self.bottom = _TOP, height - _BOTTOM

    def write(self, spot: _Spot, words: str, anchor: str, colour: str = palette.INK) -> None:
        self.pen.text(spot, words, font=_font(), fill=_web(colour), anchor=anchor)

    def line(self, spots: Sequence[_Spot], colour: str, width: int = _THICK) -> None:
        self.pen.line(list(spots), fill=_web(colour), width=width, joint="curve")

    def dashed(self, start: _Spot, end: _Spot, colour: str, width: int = 4) -> None:
        steps = max(1, int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) // 12))
        at = [
            (start[0] + (end[0] - start[0]) * part / steps, start[1] + (end[1] - start[1]) * part / steps)
            for part in range(steps + 1)
        ]
        for first, second in zip(at[::2], at[1::2], strict=False):
            self.pen.line([first, second], fill=_web(colour), width=width)

    def box(self, corner: _Spot, other: _Spot, colour: str) -> None:
        self.pen.rectangle([corner, other], fill=_web(colour))

    def dot(self, spot: _Spot, colour: str, radius: int = 10) -> None:
        x, y = spot
        self.pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=_web(colour))

    def scale(self, highest: float, unit: str = "") -> Callable[[float], float]:
        """Draw lines of a scale from 0; return where a value stands on it."""
        step = _round_step(highest / 4)
        top = step * max(1, ceil(highest / step - 1e-9))

        def place(value: float) -> float:
            return self.bottom - (self.bottom - self.top) * value / top

        for number in range(round(top / step) + 1):
            y = place(number * step)
            self.line([(self.left, y), (self.right, y)], palette.LINE, 2)
            self.write((self.left - 12, y), f"{number * step:g}{unit}", "rm", palette.MUTED)
        return place

    def done(self) -> bytes:
        file = io.BytesIO()
        self._image.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


def burndown(points: Sequence[BurnPoint]) -> bytes:
    """Draw what is left day by day, the ideal line (dashed) and all there is to do (thin).

    Args:
        points: Working days in order, at least one.
    """
    sheet = _Sheet(480)
    known = [value for one in points for value in (one.ideal, one.left, one.scope) if value is not None]
    y = sheet.scale(max([*known, 1.0]))
    x = _spread(sheet, len(points))
    for at in _some(len(points), _LABELS):
        sheet.write((x(at), sheet.bottom + 14), _day(points[at].day), "mt", palette.MUTED)
    ideal = [(x(at), y(one.ideal)) for at, one in enumerate(points) if one.ideal is not None]
    if ideal:
        for first, second in pairwise(ideal):
            sheet.dashed(first, second, IDEAL)
    scope = [(x(at), y(one.scope)) for at, one in enumerate(points) if one.scope is not None]
    left = [(x(at), y(one.left)) for at, one in enumerate(points) if one.left is not None]
    if len(scope) > 1:
        sheet.line(scope, SCOPE, 4)
    if len(left) > 1:
        sheet.line(left, LEFT_OVER)
    if left:
        sheet.dot(left[-1], LEFT_OVER)
    return sheet.done()


def on_time(rates: Sequence[tuple[date, float | None]]) -> bytes:
    """Draw the on-time rate week by week; a week that nobody can tell has a gap.

    Args:
        rates: Monday and percent, in order, at least one.
    """
    sheet = _Sheet(420)
    y = sheet.scale(100, "%")
    room = (sheet.right - sheet.left) / len(rates)
    for at, (monday, rate) in enumerate(rates):
        middle = sheet.left + room * (at + 0.5)
        sheet.write((middle, sheet.bottom + 14), _day(monday), "mt", palette.MUTED)
        if rate is not None:
            sheet.box((middle - room * 0.28, y(rate)), (middle + room * 0.28, sheet.bottom), LEFT_OVER)
            inside = rate > 85
            sheet.write(
                (middle, y(rate) + (10 if inside else -10)),
                f"{round(rate, 1):g}%",
                "mt" if inside else "mb",
                palette.PAPER if inside else palette.INK,
            )
    return sheet.done()


def late_by_department(lines: Sequence[tuple[int, int]]) -> bytes:
    """Draw a bar for each department: all its records, and what of them is late.

    Args:
        lines: Records and late ones of each; their numbers in this order name them in the text.
    """
    sheet = _Sheet(len(lines) * 64 + 30)
    most = max([total for total, _ in lines] + [1])
    width = sheet.right - sheet.left - 150
    for at, (total, late) in enumerate(lines):
        top = 14 + at * 64
        sheet.write((sheet.left - 20, top + 20), str(at + 1), "rm")
        sheet.box((sheet.left, top), (sheet.left + width * total / most, top + 40), PLANNED)
        if late:
            sheet.box((sheet.left, top), (sheet.left + width * late / most, top + 40), palette.SOLID["late"])
        sheet.write((sheet.left + width * total / most + 14, top + 20), f"{late} / {total}", "lm")
    return sheet.done()


def gantt(bars: Sequence[Bar], today: date, rest_days: Sequence[date] = ()) -> bytes:
    """Draw plan (wide and pale), what is done of it (narrow and dark), today (dashed), rest days (shaded).

    Args:
        bars: At least one; their numbers in this order name them in the text.
        today: The day of the report.
        rest_days: Days without work.
    """
    sheet = _Sheet(len(bars) * 56 + _TOP + _BOTTOM)
    days = [day for one in bars for day in (one.start, one.due, one.began, one.until) if day is not None]
    first, last = min(*days, today), max(*days, today) + timedelta(days=1)
    whole = (last - first).days

    def x(day: date) -> float:
        return sheet.left + (sheet.right - sheet.left) * (day - first).days / whole

    for day in rest_days:
        if first <= day < last:
            sheet.box((x(day), sheet.top), (x(day + timedelta(days=1)), sheet.bottom), palette.MIST)
    for at in _some(whole, _LABELS):
        day = first + timedelta(days=at)
        sheet.line([(x(day), sheet.top), (x(day), sheet.bottom)], palette.LINE, 2)
        sheet.write((x(day), sheet.bottom + 14), _day(day), "lt" if at == 0 else "mt", palette.MUTED)
    for number, one in enumerate(bars):
        top = sheet.top + number * 56 + 8
        sheet.write((sheet.left - 20, top + 20), str(number + 1), "rm")
        end = max(one.due, one.start) + timedelta(days=1)
        sheet.box((x(one.start), top), (x(end), top + 40), PLANNED)
        if one.began is not None and one.until is not None and one.until >= one.began:
            sheet.box((x(one.began), top + 12), (x(one.until + timedelta(days=1)), top + 28), FINISHED)
        colour = palette.SOLID[palette.STATUS_STYLE[one.status]]
        sheet.box((x(end) - 10, top), (x(end), top + 40), colour)
    sheet.dashed((x(today), sheet.top), (x(today), sheet.bottom), TODAY, 5)
    return sheet.done()


def _spread(sheet: _Sheet, many: int) -> Callable[[int], float]:
    room = (sheet.right - sheet.left - 40) / max(1, many - 1)
    return lambda at: sheet.left + 20 + room * at


def _some(many: int, wanted: int) -> list[int]:
    """Return at most so many positions, evenly apart, from the first one."""
    step = max(1, ceil(many / wanted))
    return list(range(0, many, step))


def _round_step(raw: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 … that is not less."""
    step = 1.0
    while step < raw:
        step *= 2.5 if str(step).startswith("2") else 2
    return step


def _day(day: date) -> str:
    return f"{day:%m-%d}"


def _web(colour: str) -> str:
    return f"#{colour}"


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_LETTER)
