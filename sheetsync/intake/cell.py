"""What reading one distinct cell content comes to: a value, a doubt about it, or a refusal."""

from dataclasses import dataclass
from typing import Literal

from sheetsync.model.finding import ProblemKind
from sheetsync.text import Text

Take = Literal["start", "end"]
"""Which moment of a stretch of time a column means."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a cell was not read, or what was assumed in reading it."""

    kind: ProblemKind
    message: Text
    suggestion: Text | None = None


@dataclass(slots=True, unsafe_hash=True)
class Cell:
    """The reading of one distinct cell content.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        value: The canonical value (`model.value`), None when empty or not read.
        doubt: What there is to say about it, None when it was plainly understood.
        broken: True when there is content that could not be read.
        empty: True when nothing was filled in: a blank, or a word such as 无 where it cannot be an answer.
        read_as: The value in words, where it differs from how a value of its kind is usually shown.
        whole_day: For moments, True when no time of day was given.
        aside: For persons, the department that the cell names beside the person.
        relative: True when the reading hung on the row's anchor, or would have with one.
    """

    value: object = None
    doubt: Doubt | None = None
    broken: bool = False
    empty: bool = False
    read_as: str | None = None
    whole_day: bool = False
    aside: str | None = None
    relative: bool = False


EMPTY = Cell(empty=True)


def failed(zh: str, en: str, suggestion: Text | None = None) -> Cell:
    """Return the refusal of a cell, with the reason."""
    return Cell(doubt=Doubt("error", Text(zh, en), suggestion), broken=True)


def doubted(cell: Cell, kind: ProblemKind, message: Text, suggestion: Text | None = None) -> Cell:
    """Return `cell` with a doubt."""
    # Written out: dataclasses.replace costs ten times as much, and columns hold many distinct contents.
    return Cell(
        cell.value,
        Doubt(kind, message, suggestion),
        cell.broken,
        cell.empty,
        cell.read_as,
        cell.whole_day,
        cell.aside,
        cell.relative,
    )


def example(typed: str) -> Text:
    """Return the suggestion to type it like `typed`."""
    return Text(f"可写成 {typed}", f"write it like {typed}")
