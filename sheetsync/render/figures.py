"""Figures in words: value, week before, step and its colour, alike on dashboard, in workbook and mail.

A number that nobody reported is said to be so; it is never 0 and never green (product expectations, L4).
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from sheetsync import palette
from sheetsync.model.summary import Figure, Light, Turn, Unit
from sheetsync.text import Text

Sense = Literal["good", "bad", "even"]
"""What a step means: as wished, against it, or neither."""

NOT_REPORTED = Text("未报", "not reported")
FIRST = Text("无上周数据", "no figures of last week")

LIGHT_TEXT: Mapping[Light | None, Text] = {
    "red": Text("红灯", "Red"),
    "yellow": Text("黄灯", "Yellow"),
    "green": Text("绿灯", "Green"),
    None: Text("不亮灯（上报不足一半）", "No light (fewer than half reported)"),
}
LIGHT_STYLE: Mapping[Light | None, str] = {"red": "late", "yellow": "risk", "green": "normal", None: "done"}
"""A light to its style in the palette."""

SENSE_TEXT: Mapping[Sense, Text] = {
    "good": Text("变好", "better"),
    "bad": Text("变差", "worse"),
    "even": Text("", ""),
}

TURN_TEXT: Mapping[Turn, Text] = {
    "new": Text("新增", "new"),
    "worse": Text("恶化", "worse"),
    "better": Text("好转", "better"),
    "unchanged": Text("不变", "unchanged"),
}

_COLOURS: Mapping[Sense, str] = {
    "good": palette.STYLES["normal"].font,
    "bad": palette.STYLES["late"].font,
    "even": palette.MUTED,
}
_UNITS: Mapping[Unit, Text] = {
    "count": Text("", ""),
    "percent": Text("%", "%"),
    "days": Text(" 天", " days"),
}
_STEPS: Mapping[Unit, Text] = {**_UNITS, "percent": Text(" 个百分点", " points")}


def amount(value: float | None, unit: Unit) -> Text:
    """Return a number with its unit, to one decimal place.

    >>> amount(45.25, "percent").zh, amount(3, "days").en, amount(None, "count").zh
    ('45.2%', '3 days', '未报')
    """
    if value is None:
        return NOT_REPORTED
    word = _UNITS[unit]
    return Text(f"{_plain(value)}{word.zh}", f"{_plain(value)}{word.en}")


def value(figure: Figure) -> Text:
    """Return what a figure is now; 未报 where nothing was reported that could tell it."""
    return amount(figure.value, figure.unit)


def before(figure: Figure) -> Text:
    """Return what it was a week before: `上周 9`, or that there is nothing to compare with."""
    if figure.before is None:
        return FIRST
    was = amount(figure.before, figure.unit)
    return Text(f"上周 {was.zh}", f"last week {was.en}")


def step(figure: Figure) -> Text:
    """Return how much it changed: `↑3`, `↓2 个百分点`, `→`; 无上周数据, or nothing where it is not known now.

    It is the difference of the numbers that people see, so that they can check it.
    """
    if figure.before is None:
        return FIRST
    change = _change(figure)
    if change is None:
        return Text("", "")
    if not change:
        return Text("→", "→")
    arrow, word = "↑" if change > 0 else "↓", _STEPS[figure.unit]
    return Text(f"{arrow}{_plain(abs(change))}{word.zh}", f"{arrow}{_plain(abs(change))}{word.en}")


def sense(figure: Figure) -> Sense:
    """Tell whether a figure went as wished; `even` where it did not change or nobody wishes anything."""
    change = _change(figure)
    if not change or figure.wish == "none":
        return "even"
    return "good" if (change > 0) == (figure.wish == "more") else "bad"


def step_colour(figure: Figure) -> str:
    """Return the colour of a figure's arrow, RRGGBB; `SENSE_TEXT` says the same in a word."""
    return _COLOURS[sense(figure)]


def share(rate: float | None) -> Text:
    """Return a share of 0 to 1 in percent.

    >>> share(0.8).zh
    '80%'
    """
    return amount(None if rate is None else rate * 100, "percent")


def short_day(day: date, *, year: bool = False) -> str:
    """Return a day as tables show it, `10-16`; with `year` as `2023-10-16`."""
    return day.strftime("%Y-%m-%d" if year else "%m-%d")


def _change(figure: Figure) -> float | None:
    if figure.value is None or figure.before is None:
        return None
    return round(round(figure.value, 1) - round(figure.before, 1), 1)


def _plain(number: float) -> str:
    return f"{round(number, 1) + 0.0:g}" if abs(number) < 1e5 else f"{number:.0f}"
