"""The values of an expression as whole columns: conditions, spans of numbers and times, texts and lists.

What is missing is never a value: a number is NaN, a moment NaT, a text None. Beside it `doubt` tells whether
it is missing because a cell could not be read, or the sheet has no such column; then it is not empty either.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetsync.model.table import Bools
from sheetsync.rules.rows import Objects, isin

Bounds = npt.NDArray[Any]
"""Floats, or `datetime64[us]`."""

_NEAR = 1e-9
"""Numbers that differ by less, relative to the greater, are equal: 33.3 % - 23.3 % is 10 %."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A condition; every array has one entry a record.

    Args:
        true: Where it holds; never where it is not known.
        known: Where it is known to hold or not to hold.
    """

    true: Bools
    known: Bools

    def __invert__(self) -> "Truth":
        return Truth(self.known & ~self.true, self.known)

    def __and__(self, other: "Truth") -> "Truth":
        false = (self.known & ~self.true) | (other.known & ~other.true)
        return Truth(self.true & other.true, (self.known & other.known) | false)

    def __or__(self, other: "Truth") -> "Truth":
        return ~(~self & ~other)


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Numbers, percentages (points), durations (microseconds) or moments, each between two bounds.

    The bounds are one, except where a time of day is not known.

    Args:
        low: The least it may be.
        high: The greatest it may be.
        doubt: Where it is missing because something could not be read.
        days: True for days that never have a time of day.
    """

    low: Bounds
    high: Bounds
    doubt: Bools
    days: bool = False

    @property
    def known(self) -> Bools:
        """Where there is a value."""
        return ~(np.isnan(self.low) | np.isnan(self.high))


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """Texts, or tuples of texts.

    Args:
        cells: Each as an object; None where it is missing.
        doubt: Where it is missing because something could not be read.
    """

    cells: Objects
    doubt: Bools

    @property
    def known(self) -> Bools:
        """Where there is a value."""
        return ~pd.isna(self.cells)


Value = Truth | Span | Things


def compared(sign: str, left: Span, right: Span) -> Truth:
    """Compare two spans.

    `<`, `>` and `!=` hold where they hold for every pair of values, the others where those do not.
    """
    smaller, greater = _below(left, right), _below(right, left)
    holds = {
        "<": smaller,
        ">": greater,
        "<=": ~greater,
        ">=": ~smaller,
        "!=": smaller | greater,
        "=": ~(smaller | greater),
    }[sign]
    known = left.known & right.known
    return Truth(holds & known, known)


def same(left: Things, right: Things) -> Truth:
    """Tell where two texts are the same, letter for letter."""
    known = left.known & right.known
    return Truth((left.cells == right.cells).astype(np.bool_) & known, known)


def among(things: Things, words: Collection[str]) -> Truth:
    """Tell where a text is one of some words, letter for letter."""
    return Truth(isin(things.cells, words), things.known)


def contained(whole: Things, part: Things) -> Truth:
    """Tell where a text contains another, or a tuple an element."""
    known = whole.known & part.known
    found = np.zeros(len(known), np.bool_)
    # Few distinct pairs exist, however many records there are.
    wholes, outer = pd.factorize(whole.cells[known])
    parts, inner = pd.factorize(part.cells[known])
    pairs, place = np.unique(wholes * max(len(inner), 1) + parts, return_inverse=True)
    answers = [inner[pair % len(inner)] in outer[pair // len(inner)] for pair in pairs.tolist()]
    found[known] = np.array(answers, np.bool_)[place]
    return Truth(found, known)


def mapped(function: Callable[[Any], Any], things: Things) -> Objects:
    """Return `function` of every value, asked once for each distinct one; None where it is missing."""
    codes, distinct = pd.factorize(things.cells)
    made = np.empty(len(distinct) + 1, object)  # the last one is for code -1: missing
    made[:-1] = [function(value) for value in distinct]
    return made[codes]


def of_numbers(low: Bounds, high: Bounds, doubt: Bools) -> Span:
    """Return a span of numbers; what is no number, or too great for one, is missing."""
    missing = ~(np.isfinite(low) & np.isfinite(high))
    if missing.any():
        low, high = np.where(missing, np.nan, low), np.where(missing, np.nan, high)
    return Span(low, high, doubt)


def calculated(sign: str, left: Span, right: Span) -> Span:
    """Return the sum, difference, product or quotient of two spans of numbers; nothing by 0."""
    doubt = left.doubt | right.doubt
    if sign == "+":
        return of_numbers(left.low + right.low, left.high + right.high, doubt)
    if sign == "-":
        return of_numbers(left.low - right.high, left.high - right.low, doubt)
    if sign == "*":
        corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    else:
        corners = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
        by_nothing = (right.low <= 0) & (right.high >= 0)
        corners = [np.where(by_nothing, np.nan, corner) for corner in corners]
    return of_numbers(np.minimum.reduce(corners), np.maximum.reduce(corners), doubt)


def _below(left: Span, right: Span) -> Bools:
    """Tell where every value of one span lies below every value of the other."""
    if left.low.dtype.kind == "M":
        return left.high < right.low
    scale = np.maximum(np.maximum(np.abs(left.high), np.abs(right.low)), 1)
    return left.high < right.low - _NEAR * scale
