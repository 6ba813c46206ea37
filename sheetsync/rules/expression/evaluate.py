"""Checked expressions over a table: whole columns in, whole columns out, and no exception for any table.

Missing is not false: a comparison with a missing value is unknown, `unknown and false` is false, `unknown or
true` is true, and only what is known to be true fires. Division by 0, numbers too great and days outside the
calendar are missing. A column that the sheet lacks is as unreadable as a broken cell, save in `coalesce`.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_

import numpy as np
import numpy.typing as npt

from sheetsync.model.table import Bools
from sheetsync.model.value import MOMENTS, NUMBERS
from sheetsync.rules.expression import kinds, times, values
from sheetsync.rules.expression.checking import Typed
from sheetsync.rules.expression.syntax import (
    WORKING,
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
    Negative,
    Node,
    Not,
    Now,
    Number,
    Percent,
    Quoted,
    Today,
)
from sheetsync.rules.expression.values import Span, Things, Truth, Value
from sheetsync.rules.rows import Rows


def evaluate(typed: Typed, rows: Rows) -> Truth:
    """Return where a condition holds, and where that is known.

    Args:
        typed: A condition that was checked against the form of `rows`.
        rows: The table, with its calendar and the moment of the run.
    """
    if typed.type != kinds.CONDITION:
        raise TypeError(f"no condition: {typed}")
    with np.errstate(all="ignore"):
        return _truth(typed.root, rows)


def column(typed: Typed, rows: Rows) -> npt.NDArray[np.object_]:
    """Return the value of each record as an object, None where it is not known.

    Numbers are floats, percentages points, durations hours, moments `datetime` (of a day without a time of
    day the end of work), texts `str`, conditions `bool`.
    """
    with np.errstate(all="ignore"):
        value = _value(typed.root, rows)
    made = np.full(len(rows), None, object)
    match value:
        case Truth(true=true, known=known):
            made[known] = true[known].tolist()
        case Things(cells=things):
            made[value.known] = things[value.known]
        case Span(high=high):
            hours = times.MICROSECONDS["h"] if typed.type == kinds.DURATION else 1
            made[value.known] = (high if high.dtype.kind == "M" else high / hours)[value.known].tolist()
    return made


def _truth(node: Node, rows: Rows) -> Truth:
    """Return a condition of the checked expression."""
    match node:
        case Boolean(value=value):
            truth = _certain(rows, value=value)
        case Not(operand=operand):
            truth = ~_truth(operand, rows)
        case Joined(word=word, parts=parts):
            truth = reduce(and_ if word == "and" else or_, (_truth(part, rows) for part in parts))
        case Compared(sign=sign, left=left, right=right):
            truth = _compared(sign, _value(left, rows), _value(right, rows))
        case Between(value=middle, low=low, high=high):
            between = _span(middle, rows)
            above = values.compared(">=", between, _span(low, rows))
            truth = above & values.compared("<=", between, _span(high, rows))
        case Among(item=item, whole=Items(items=items)):
            given = _value(item, rows)
            words = [one.value for one in items if isinstance(one, Quoted)]
            if isinstance(given, Things) and len(words) == len(items):
                return values.among(given, words)
            truth = reduce(or_, (_compared("=", given, _value(one, rows)) for one in items))
        case Among(item=part, whole=whole) | Contains(whole=whole, part=part):
            truth = values.contained(_things(whole, rows), _things(part, rows))
        case Empty(operand=operand):
            truth = _empty(operand, rows)
        case _:
            chosen = _value(node, rows)
            assert isinstance(chosen, Truth)  # noqa: S101 - of the functions only `if` gives a condition
            truth = chosen
    return truth


def _compared(sign: str, left: Value, right: Value) -> Truth:
    if isinstance(left, Span) and isinstance(right, Span):
        return values.compared(sign, left, right)
    assert isinstance(left, Things)  # noqa: S101 - the checker lets only like and like through
    assert isinstance(right, Things)  # noqa: S101 - likewise
    alike = values.same(left, right)
    return alike if sign == "=" else ~alike


def _empty(operand: Node, rows: Rows) -> Truth:
    value = _value(operand, rows)
    assert not isinstance(value, Truth)  # noqa: S101 - a condition is never empty
    return Truth(~value.known & ~value.doubt, value.known | ~value.doubt)


def _value(node: Node, rows: Rows) -> Value:
    """Return the value of any node of the checked expression."""
    match node:
        case Field():
            value: Value = _cells(node, rows)
        case Quoted(value=text):
            value = Things(np.full(len(rows), text, object), rows.none())
        case Number() | Percent() | Duration() | Day() | Instant() | Now() | Today():
            value = _constant(node, rows)
        case Calculated():
            value = _calculated(node, rows)
        case Negative(operand=operand):
            span = _span(operand, rows)
            value = Span(-span.high, -span.low, span.doubt)
        case Call(function="if", arguments=(condition, first, second)):
            value = _chosen(_truth(condition, rows), _value(first, rows), _value(second, rows))
        case Call(function="coalesce", arguments=(first, second)):
            value = _first(first, second, rows)
        case Call(function=name, arguments=arguments):
            value = _FUNCTIONS[name](rows, *(_value(argument, rows) for argument in arguments))
        case _:
            value = _truth(node, rows)
    return value


def _span(node: Node, rows: Rows) -> Span:
    value = _value(node, rows)
    assert isinstance(value, Span)  # noqa: S101 - the checker has seen to it
    return value


def _things(node: Node, rows: Rows) -> Things:
    value = _value(node, rows)
    assert isinstance(value, Things)  # noqa: S101 - the checker has seen to it
    return value


def _cells(field: Field, rows: Rows) -> Span | Things:
    """Return a column of the table."""
    doubt = rows.broken(field.id) if rows.has(field.id) else ~rows.none()
    if field.kind in NUMBERS:
        numbers = rows.numbers(field.id)
        return values.of_numbers(numbers, numbers, doubt)
    if field.kind in MOMENTS:
        early, late = rows.early_moments(field.id), rows.late_moments(field.id)
        return times.of_moments(early, late, Span(early, late, doubt))
    return Things(rows.texts(field.id), doubt)


def _constant(node: Node, rows: Rows) -> Span:
    """Return a literal, `now` or `today` as a column."""
    match node:
        case Now() | Instant():
            moment = np.datetime64(node.value, "us") if isinstance(node, Instant) else rows.book.instant
            every = np.full(len(rows), moment)
        case Today() | Day():
            day = np.datetime64(node.value, "D") if isinstance(node, Day) else rows.book.instant
            return times.of_days(np.full(len(rows), day).astype("datetime64[D]"), rows.none())
        case Duration(amount=amount, unit=unit):
            every = np.full(len(rows), amount * times.MICROSECONDS[unit])
        case _:
            assert isinstance(node, Number | Percent)  # noqa: S101 - there is no other constant
            every = np.full(len(rows), node.value)
    return Span(every, every, rows.none())


def _calculated(node: Calculated, rows: Rows) -> Span:
    left, sign = _span(node.left, rows), 1 if node.sign == "+" else -1
    if isinstance(node.right, Duration) and (node.right.unit in WORKING):
        length = node.right
        return times.moved_by_work(left, length.amount, length.unit, sign, rows.book.worktime)
    right = _span(node.right, rows)
    if left.low.dtype.kind != "M":
        return values.calculated(node.sign, left, right)
    if right.low.dtype.kind == "M":
        return times.between(left, right)
    return times.moved(left, right, sign)


def _chosen(condition: Truth, first: Value, second: Value) -> Value:
    """Return the first value where a condition holds, the second where it does not, else nothing."""
    if isinstance(first, Truth) and isinstance(second, Truth):
        known = condition.known & np.where(condition.true, first.known, second.known)
        return Truth(np.where(condition.true, first.true, second.true) & known, known)
    made = _merged(condition.true, first, second)
    if isinstance(made, Things):
        cells = made.cells.copy()
        cells[~condition.known] = None
        return Things(cells, made.doubt | ~condition.known)
    nothing = np.datetime64("NaT") if made.low.dtype.kind == "M" else np.nan
    low, high = (np.where(condition.known, bound, nothing) for bound in (made.low, made.high))
    return Span(low, high, made.doubt | ~condition.known, made.days)


def _first(first: Node, second: Node, rows: Rows) -> Value:
    """Return the first value, the second where that is missing; an unreadable cell is not missing."""
    if _absent(first, rows):
        return _value(second, rows)
    value = _value(first, rows)
    assert not isinstance(value, Truth)  # noqa: S101 - the checker has seen to it
    return _merged(value.known | value.doubt, value, _value(second, rows))


def _absent(node: Node, rows: Rows) -> bool:
    """Tell whether the sheet has none of the columns of a `coalesce`."""
    match node:
        case Field(id=field):
            return not rows.has(field)
        case Call(function="coalesce", arguments=arguments):
            return all(_absent(argument, rows) for argument in arguments)
        case _:
            return False


def _merged(mask: Bools, first: Value, second: Value) -> Span | Things:
    """Return the first value where the mask is true, else the second."""
    if isinstance(first, Things) and isinstance(second, Things):
        doubt = np.where(mask, first.doubt, second.doubt)
        return Things(np.where(mask, first.cells, second.cells), doubt)
    assert isinstance(first, Span)  # noqa: S101 - the checker lets only like and like through
    assert isinstance(second, Span)  # noqa: S101 - likewise
    return Span(
        np.where(mask, first.low, second.low),
        np.where(mask, first.high, second.high),
        np.where(mask, first.doubt, second.doubt),
        first.days and second.days,
    )


def _certain(rows: Rows, *, value: bool) -> Truth:
    return Truth(np.full(len(rows), value), ~rows.none())


def _hours(_: Rows, first: Span, last: Span) -> Span:
    passed = times.between(last, first)
    hour = times.MICROSECONDS["h"]
    return values.of_numbers(passed.low / hour, passed.high / hour, passed.doubt)


def _lowest(_: Rows, left: Span, right: Span) -> Span:
    low, high = np.minimum(left.low, right.low), np.minimum(left.high, right.high)
    return Span(low, high, left.doubt | right.doubt, left.days and right.days)


def _highest(_: Rows, left: Span, right: Span) -> Span:
    low, high = np.maximum(left.low, right.low), np.maximum(left.high, right.high)
    return Span(low, high, left.doubt | right.doubt, left.days and right.days)


def _size(_: Rows, things: Things) -> Span:
    sizes = np.array(values.mapped(len, things), np.float64)  # None becomes NaN
    return Span(sizes, sizes, things.doubt)


def _lower(_: Rows, things: Things) -> Things:
    return Things(values.mapped(str.lower, things), things.doubt)


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "workdays": lambda rows, first, last: times.workdays_between(first, last, rows.book.worktime),
    "hours": _hours,
    "days": lambda _, first, last: times.days_between(first, last),
    "date": lambda _, moments: times.day_of(moments),
    "lower": _lower,
    "length": _size,
    "count": _size,
    "min": _lowest,
    "max": _highest,
}
"""Every function that looks at values alone."""
