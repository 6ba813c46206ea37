"""Cells of a spreadsheet as Feishu tells and takes them, and as everybody else knows them.

A date is told as a number of days since 1899-12-30 (reference, 9); that it is one, or a percentage, only the
text that the cell shows tells.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from sheetsync.model.value import RawValue

EPOCH = datetime(1899, 12, 30)
_FIRST_UNKNOWN = 2_958_466
"""Day number of the first day after the year 9999."""

_NUMBERS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DIGITS = re.compile(r"\d+")
_DATED = re.compile(r"[年月日/.\-]|[A-Za-z]{3}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIMED = re.compile(r"\d[:时点]\d?")
_BECOMES_ELSE = re.compile(r"\A[=+\-'\d]|://|@")
"""Texts that might be taken for a formula, a number, a date, a link or an address."""

Body = str | float | bool | Mapping[str, str] | list[Mapping[str, str]]
"""A cell as it is handed over."""


def read_cell(plain: object, shown: object) -> RawValue:
    """Return what a cell holds.

    Args:
        plain: Its value, not formatted.
        shown: What people see.
    """
    match plain:
        case None:
            return ""
        case str() | bool():
            return plain
        case int() | float():
            moment = moment_of(plain, shown) if isinstance(shown, str) else None
            return plain if moment is None else moment
        case _:
            return text_of(plain)


def is_percentage(plain: object, shown: object) -> bool:
    """Tell whether a number is shown as a percentage."""
    number = isinstance(plain, int | float) and not isinstance(plain, bool)
    return number and isinstance(shown, str) and "%" in shown


def moment_of(number: float, shown: str) -> datetime | date | time | None:
    """Return the day, the moment or the time of day that a number is shown as; None where it is a number.

    >>> moment_of(45217.375, "2023/10/18 09:00")
    datetime.datetime(2023, 10, 18, 9, 0)
    """
    if not 0 <= number < _FIRST_UNKNOWN or "%" in shown or _shows(number, shown):
        return None
    moment = EPOCH + timedelta(seconds=round(number * 86_400))
    found = {int(digits) for digits in _DIGITS.findall(shown)}
    if number < 1:
        is_time = _TIMED.search(shown) and moment.minute in found
        return moment.time() if is_time and {moment.hour, moment.hour % 12 or 12} & found else None
    if not _DATED.search(shown):
        return None
    is_whole_day = moment.time() == time() and not _TIMED.search(shown)
    months = {moment.month in found, _MONTHS[moment.month - 1] in shown.lower()}
    beside = {moment.day, moment.year, moment.year % 100} & found
    if not (True in months and beside):
        return None
    return moment.date() if is_whole_day else moment


def _shows(number: float, shown: str) -> bool:
    """Tell whether a text shows a number as itself, rounded maybe, with money or a unit beside it."""
    found = [float(one.replace(",", "")) for one in _NUMBERS.findall(shown)]
    return len(found) == 1 and abs(found[0] - number) <= 1


def day_number(moment: datetime) -> float:
    """Return the days since 1899-12-30 that Feishu knows a moment by."""
    days = (moment - EPOCH) / timedelta(days=1)
    return int(days) if days == int(days) else days


def text_of(value: object) -> str:
    """Return a cell of pieces as people read it: links and people by their words."""
    match value:
        case str():
            return value
        case list():
            return "".join(text_of(piece) for piece in value)
        case {"values": list(values)}:
            return "、".join(str(one) for one in values)
        case {"type": "mention", "text": str(text)}:
            return text.removeprefix("@")
        case {"text": str(text)}:
            return text
        case _:
            return ""


def links_in(value: object) -> Iterator[str]:
    """Yield the addresses that a cell of pieces links to."""
    for piece in value if isinstance(value, list) else (value,):
        if isinstance(piece, Mapping) and isinstance(piece.get("link"), str):
            yield str(piece["link"])


def is_picture(value: object) -> bool:
    """Tell whether a cell of pieces holds a picture or a file."""
    pieces = value if isinstance(value, list) else [value]
    return any(isinstance(one, Mapping) and "fileToken" in one for one in pieces)


def sent(text: str) -> Body:
    """Return a text in the form that stays a text: never a formula, a link or an address."""
    return [{"type": "text", "text": text}] if _BECOMES_ELSE.search(text) else text


def linked(text: str, link: str) -> Body:
    """Return a text that links to somewhere."""
    return {"type": "url", "text": text, "link": link}
