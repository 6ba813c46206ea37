"""How figures are said: numbers with their units, steps since last week with an arrow, days."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sheetsync.model.summary import Figure, Unit, Wish
from sheetsync.text import Language, Text

UNREPORTED = Text("未报", "not reported")
"""What stands where nobody told a number: neither 0 nor green (product expectations, L4)."""

NO_LAST_WEEK = Text("无上周数据", "no data of last week")

_DIGITS = {"count": "1", "percent": "1", "days": "0.1"}
_UNITS = {
    "count": Text("", ""),
    "percent": Text("%", "%"),
    "days": Text(" 天", " d"),
}


def rounded(value: float, unit: Unit) -> float:
    """Return a number as it is shown: pieces and percent whole, days with one place; halves go up.

    >>> rounded(12.5, "percent"), rounded(2.25, "days")
    (13.0, 2.3)
    """
    return float(Decimal(repr(value)).quantize(Decimal(_DIGITS[unit]), ROUND_HALF_UP))


def said(value: float | None, unit: Unit, language: Language) -> str:
    """Return a number with its unit, or that nobody told it.

    >>> said(66.6, "percent", "zh"), said(None, "count", "zh")
    ('67%', '未报')
    """
    if value is None:
        return UNREPORTED.say(language)
    return f"{rounded(value, unit):g}{_UNITS[unit].say(language)}"


def step_of(figure: Figure) -> float | None:
    """Return how much a figure changed, between the two numbers that are shown; None where one is not known."""
    if figure.value is None or figure.before is None:
        return None
    return round(rounded(figure.value, figure.unit) - rounded(figure.before, figure.unit), 1)


def arrow(figure: Figure, language: Language) -> str:
    """Return the step since last week: `↑3`, `↓2`, `→`, or that there is nothing to compare with."""
    step = step_of(figure)
    if step is None:
        return NO_LAST_WEEK.say(language)
    return f"{'↑' if step > 0 else '↓'}{abs(step):g}" if step else "→"


def turn_style(figure: Figure) -> str:
    """Return the palette's style for a step: `normal` as wished, `late` against the wish, `done` else."""
    step = step_of(figure)
    wish: Wish = figure.wish
    if not step or wish == "none":
        return "done"
    return "normal" if (step > 0) == (wish == "more") else "late"


def day(moment: date | None) -> str:
    """Return a day, or the day of a moment: `2026-11-20`; empty for None."""
    return "" if moment is None else f"{moment:%Y-%m-%d}"
