"""Expressions row by row, the slow way: by someone who walks through the calendar day by day.

A span is (least, greatest, True if it never has a time of day), in seconds, numbers or moments.
"""

import math
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import chinese_calendar
import pytest

from sheetsync.rules.expression.syntax import (
    Among,
    Between,
    Boolean,
    Calculated,
    Call,
    Compared,
    Contains,
    Day,
    Duration,
    Empty,
    Field,
    Instant,
    Items,
    Joined,
    Node,
    Not,
    Now,
    Number,
    Percent,
    Quoted,
    Today,
)

NOW = datetime(2023, 10, 12, 14)
MISSING, BROKEN = "missing", "broken"
"""What a cell or value may be besides itself."""
ABSENT = frozenset({"wanted_start"})
"""Columns that the sheets of the tests do not have."""
SPANS = ((time(9), time(12)), (time(13), time(18)))

Found = Any
"""A span, a text, a tuple of texts, MISSING or BROKEN."""
Span = tuple[Any, Any, bool]


class Row:
    """One record."""

    def __init__(self, cells: Mapping[str, object]) -> None:
        self.cells = cells

    def holds(self, node: Node) -> bool | None:  # noqa: C901, PLR0911 - one line a kind
        """Return whether a condition holds, None where that is not known."""
        match node:
            case Boolean(value=value):
                return value
            case Not(operand=operand):
                held = self.holds(operand)
                return None if held is None else not held
            case Joined(word=word, parts=parts):
                answers = [self.holds(part) for part in parts]
                decides = word == "or"
                if decides in answers:
                    return decides
                return None if None in answers else not decides
            case Compared(sign=sign, left=left, right=right):
                return _compare(sign, self.value(left), self.value(right))
            case Between(value=value, low=low, high=high):
                return self.holds(Joined("and", (Compared(">=", value, low), Compared("<=", value, high))))
            case Among(item=item, whole=Items(items=items)):
                return self.holds(
                    Joined("or", (*(Compared("=", item, one) for one in items), Boolean(False)))
                )
            case Among(item=part, whole=whole) | Contains(whole=whole, part=part):
                outer, inner = self.value(whole), self.value(part)
                return None if {outer, inner} & {MISSING, BROKEN} else inner in outer
            case Empty(operand=operand):
                value = self.value(operand)
                return None if value == BROKEN else value == MISSING
            case Call(function="if", arguments=(condition, first, second)):
                held = self.holds(condition)
                return None if held is None else self.holds(first if held else second)
        raise AssertionError(node)

    def value(self, node: Node) -> Found:  # noqa: C901, PLR0911, PLR0912 - one line a kind
        """Return what a part of the expression is."""
        match node:
            case Field(id=name):
                return self._cell(name)
            case Number(value=value) | Percent(value=value):
                return value, value, False
            case Quoted(value=value):
                return value
            case Duration(amount=amount, unit=unit):
                length = amount * {"m": 60, "h": 3600, "d": 86400, "w": 604800}.get(unit, 0)
                return length, length, False
            case Now():
                return NOW, NOW, False
            case Today():
                return _day(NOW)
            case Day(value=value):
                return _day(datetime.combine(value, time()))
            case Instant(value=value):
                return value, value, False
            case Calculated(sign=sign, left=left, right=Duration(unit="wd" | "wh") as length):
                moment = self.value(left)
                return (
                    moment
                    if moment in (MISSING, BROKEN)
                    else _worked(moment, length, 1 if sign == "+" else -1)
                )
            case Calculated(sign=sign, left=left, right=right):
                return _both_known(self.value(left), self.value(right), lambda a, b: _calculate(sign, a, b))
            case Call(function="coalesce", arguments=(first, second)):
                if isinstance(first, Field) and first.id in ABSENT:
                    return self.value(second)
                found, other = self.value(first), self.value(second)
                chosen = other if found == MISSING else found
                whole_day = _is_day(first) and _is_day(second)
                return (*chosen[:2], whole_day) if isinstance(chosen, tuple) else chosen
            case Call(function=name, arguments=arguments):
                return _call(name, [self.value(argument) for argument in arguments])
        raise AssertionError(node)

    def _cell(self, name: str) -> Found:
        cell = self.cells.get(name, BROKEN)
        if cell in (MISSING, BROKEN):
            return cell
        match cell:
            case datetime():
                return cell, cell, False
            case date():
                return datetime.combine(cell, time()), datetime.combine(cell, time(18)), False
            case float():
                return cell, cell, False
        return cell


def _is_day(node: Node) -> bool:
    match node:
        case Day() | Today() | Call(function="date"):
            return True
        case Calculated(left=left):
            return _is_day(left)
    return False


def _day(moment: datetime) -> tuple[datetime, datetime, bool]:
    start = datetime.combine(moment.date(), time())
    return start, start + timedelta(days=1) - timedelta(microseconds=1), True


def _both_known(left: Found, right: Found, make: Callable[[Span, Span], Found]) -> Found:
    if BROKEN in (left, right):
        return BROKEN
    return MISSING if MISSING in (left, right) else make(left, right)


def _compare(sign: str, left: Found, right: Found) -> bool | None:
    if {MISSING, BROKEN} & {left, right}:
        return None
    if isinstance(left, str):
        return (left == right) == (sign == "=")
    smaller, greater = _below(left, right), _below(right, left)
    return {
        "<": smaller,
        ">": greater,
        "<=": not greater,
        ">=": not smaller,
        "=": not (smaller or greater),
        "!=": smaller or greater,
    }[sign]


def _below(left: Found, right: Found) -> bool:
    if isinstance(left[0], datetime):
        return bool(left[1] < right[0])
    return bool(left[1] < right[0] and left[1] != pytest.approx(right[0], rel=1e-9, abs=1e-9))


def _calculate(sign: str, left: Found, right: Found) -> Found:
    if isinstance(left[0], datetime) and isinstance(right[0], datetime):
        if left[2] and right[2]:
            passed = (left[0] - right[0]).total_seconds()
            return passed, passed, False
        return (left[0] - right[1]).total_seconds(), (left[1] - right[0]).total_seconds(), False
    if isinstance(left[0], datetime):
        low, high = sorted((right[0], right[1])) if sign == "+" else sorted((-right[0], -right[1]))
        return left[0] + timedelta(seconds=low), left[1] + timedelta(seconds=high), left[2]
    if sign == "/" and right[0] <= 0 <= right[1]:
        return MISSING
    join = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign]
    corners = [join(a, b) for a in left[:2] for b in right[:2]]
    return (min(corners), max(corners), False) if max(map(abs, corners)) < math.inf else MISSING


def _worked(moment: Found, length: Duration, sign: int) -> Found:
    low, high, whole_day = moment
    if length.unit == "wd":
        first, last = (_nth_workday(end.date(), int(length.amount) * sign) for end in (low, high))
        latest = _day(datetime.combine(last, time()))[1] if whole_day else datetime.combine(last, time(18))
        return datetime.combine(first, time()), latest, whole_day
    walk = _after if sign > 0 else _before
    hours = timedelta(hours=length.amount)
    return walk(low, hours), walk(high, hours), False


def _nth_workday(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1 if count > 0 else -1)
        if chinese_calendar.is_workday(day):
            count -= 1 if count > 0 else -1
    return day


def _after(moment: datetime, left: timedelta) -> datetime:
    day = moment.date()
    while True:
        for begin, end in SPANS if chinese_calendar.is_workday(day) else ():
            opens = max(moment, datetime.combine(day, begin))
            there = max(datetime.combine(day, end) - opens, timedelta())
            if there and left <= there:
                return opens + left
            left -= there
        day += timedelta(days=1)


def _before(moment: datetime, left: timedelta) -> datetime:
    day = moment.date()
    while True:
        for begin, end in reversed(SPANS) if chinese_calendar.is_workday(day) else ():
            closes = min(moment, datetime.combine(day, end))
            there = max(closes - datetime.combine(day, begin), timedelta())
            if there and left <= there:
                return closes - left
            left -= there
        day -= timedelta(days=1)


def _call(name: str, given: list[Found]) -> Found:  # noqa: PLR0911 - one line a function
    if set(given) & {MISSING, BROKEN}:
        return BROKEN if BROKEN in given else MISSING
    match name:
        case "length" | "count":
            return len(given[0]), len(given[0]), False
        case "date":
            return _day(given[0][0])[0], _day(given[0][1])[1], True
        case "min" | "max":
            choose = min if name == "min" else max
            (a, b, whole_a), (c, d, whole_b) = given
            return choose(a, c), choose(b, d), whole_a and whole_b
    first, last = given
    match name:
        case "hours":
            passed = _calculate("-", last, first)
            return passed[0] / 3600, passed[1] / 3600, False
        case "days":
            return (last[0].date() - first[1].date()).days, (last[1].date() - first[0].date()).days, False
        case "workdays":
            return _workdays(first[1], last[0]), _workdays(first[0], last[1]), False
    raise AssertionError(name)


def _workdays(first: datetime, last: datetime) -> int:
    span = (last.date() - first.date()).days
    return sum(chinese_calendar.is_workday(first.date() + timedelta(days=n)) for n in range(span + 1))
