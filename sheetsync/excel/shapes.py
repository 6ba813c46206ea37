"""A canonical value in the shape that a cell and its neighbours have: as a person would fill it in.

Dates are the numbers that a date format shows, or texts spelled like those around them; percentages are
fractions under a percent format, points, or texts. Whatever is text stays text, however it begins.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain

import numpy as np

from sheetsync.excel.numberformats import is_date
from sheetsync.model.edit import CellValue
from sheetsync.model.rowchange import FieldValue
from sheetsync.model.value import MOMENTS, Moment

_TEXT = "@"
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_PERCENT = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]+)?(\s*)([%％])\s*")
_SPELLED = re.compile(
    r"\s*[0-9]{4}(?P<one>[-/.]|\s*年\s*)(?P<month>[0-9]{1,2})(?P<two>[-/.]|\s*月\s*)(?P<day>[0-9]{1,2})"
    r"(?P<three>\s*[日号])?(?P<time>[T\s]*[0-9]{1,2}[:：][0-9]{2}(?::[0-9]{2})?)?\s*"
)
_RUN_TOGETHER = range(1900_01_01, 2100_01_01)
"""Dates written as one number: 20231008."""
_NUMERIC = re.compile(r"\s*[+-]?[0-9]+(?:\.[0-9]+)?\s*")
_SEPARATORS = ("、", "，", ",", "；", ";", "\n", "|", "/")
"""What stands between the names of a cell and is read as that; what stands first counts first."""
_SIGN = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True, slots=True)
class Look:
    """A cell as far as it tells how its column is filled in.

    Args:
        value: What it holds, None for nothing.
        code: Its number format.
    """

    value: str | float | bool | None
    code: str = "General"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a cell shall hold.

    Args:
        value: Its content.
        code: The number format that shows it right, None where its own does.
    """

    value: CellValue
    code: str | None = None


def shape(value: FieldValue, own: Look, neighbours: Iterable[Look] = ()) -> Shape:
    """Return a value in the shape of a cell.

    Args:
        value: The value.
        own: The cell as it stands.
        neighbours: Other cells of its column, the nearest first; looked at as far as needed.
    """
    given = _plain(value.value)
    if given is None:
        return Shape(None)
    looks = chain((own,), neighbours)
    if isinstance(given, datetime) and value.kind in MOMENTS:
        return _moment(given, own, looks)
    if isinstance(given, float) and value.kind == "percent":
        return _percent(given, own, looks)
    if isinstance(given, float) and value.kind == "number":
        return _number(given, own, looks)
    if isinstance(given, tuple) and given and all(isinstance(item, str) for item in given):
        return Shape(_joined([str(item) for item in given], value.text, looks))
    return Shape(value.text or (given if isinstance(given, str) else None))


def shows_percent(code: str) -> bool:
    """Return True if a number format shows a fraction as a percentage."""
    return "%" in _SIGN.sub("", code)


def _plain(value: object) -> object:
    """Return a value of pandas or numpy as Python has it; None for what is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Moment):
        return value.at
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # What is missing is not even equal to itself: NaN and NaT.
    return None if value is None or value in ("", ()) or value != value else value  # noqa: PLR0124 - as said


def _moment(moment: datetime, own: Look, looks: Iterable[Look]) -> Shape:
    moment = moment.replace(tzinfo=None)
    # A day and its midnight are one, here as to those who read it.
    bare = moment == datetime.combine(moment, time())
    if is_date(own.code):
        return Shape(moment)
    likened = (_moment_like(moment, look, whole_day=bare) for look in looks)
    for like in likened:
        if like is not None and (own.code != _TEXT or isinstance(like.value, str)):
            return like
    if own.code == _TEXT:
        return Shape(f"{moment:%Y-%m-%d}" if bare else f"{moment:%Y-%m-%d %H:%M}")
    return Shape(moment, _DAY if bare else _MOMENT)


def _moment_like(moment: datetime, look: Look, *, whole_day: bool) -> Shape | None:
    """Return a moment as another cell has one, None where that cell has none."""
    match look.value:
        case None | bool():
            return None
        case str():
            like = _SPELLED.fullmatch(look.value)
            return None if like is None else Shape(_spelled(moment, like, whole_day=whole_day))
        case number if is_date(look.code):
            return Shape(moment, look.code)
        case number:
            return Shape(float(f"{moment:%Y%m%d}")) if number in _RUN_TOGETHER and whole_day else None


def _spelled(moment: datetime, like: "re.Match[str]", *, whole_day: bool) -> str:
    """Return a day, and its time where it has one, written as another cell has it."""
    padded = len(like["month"]) == 2 and len(like["day"]) == 2 and "0" in (like["month"][0], like["day"][0])
    padded = padded or (like["one"] == "-" and len(like["month"]) == len(like["day"]) == 2)
    month, day = (f"{number:02}" if padded else str(number) for number in (moment.month, moment.day))
    text = f"{moment.year}{like['one']}{month}{like['two']}{day}{like['three'] or ''}"
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return text if whole_day else f"{text} {clock}"


def _percent(points: float, own: Look, looks: Iterable[Look]) -> Shape:
    text, fraction = f"{points:.15g}%", round(points / 100, 12)
    if own.code == _TEXT or shows_percent(own.code):
        return Shape(text if own.code == _TEXT else fraction)
    numbers = []
    for look in looks:
        if isinstance(look.value, str):
            if (like := _PERCENT.fullmatch(look.value)) is not None:
                return Shape(f"{points:.15g}{like[1]}{like[2]}")
        elif look.value is not None and not isinstance(look.value, bool):
            if shows_percent(look.code):
                return Shape(fraction, look.code)
            if not is_date(look.code):
                numbers.append(look.value)
    if any(number > 1 for number in numbers):
        # A plain 1 or 0.5 among points would be read as a fraction.
        return Shape(points if points == 0 or points > 1 else text, "General" if is_date(own.code) else None)
    # A bare 0.7 may be meant otherwise; under a percent format it is plain, whatever stands around it.
    return Shape(fraction, "0%" if points.is_integer() else "0.00%")


def _number(number: float, own: Look, looks: Iterable[Look]) -> Shape:
    text = f"{number:.15g}"
    if own.code == _TEXT:
        return Shape(text)
    for look in looks:
        if isinstance(look.value, bool) or look.value in (None, ""):
            continue
        if not isinstance(look.value, str):
            break
        if _NUMERIC.fullmatch(look.value):
            return Shape(text)
    return Shape(number, "General" if is_date(own.code) or shows_percent(own.code) else None)


def _joined(items: list[str], text: str, looks: Iterable[Look]) -> str:
    """Return names joined as the nearest cell with several joins them."""
    if len(items) == 1:
        return text
    for look in looks:
        if not isinstance(look.value, str):
            continue
        used = next((mark for mark in _SEPARATORS if mark in look.value.strip()), None)
        if used is None:
            continue
        if not any(mark in item for item in items for mark in _SEPARATORS):
            space = " " if f"{used} " in look.value else ""
            return (used + space).join(items)
        break
    return text
