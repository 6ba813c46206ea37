"""What the weekly mail says of one project consists of these."""

from dataclasses import dataclass
from unicodedata import category

from sheetsync.model.message import Picture

LISTED = 12
"""Entries of a list in a mail; the workbook has them all."""

_UNSENT = {"Cc", "Cs"}
"""Control characters, and halves of pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure.

    Args:
        name: What snapshots call it.
        title: Its title.
        value: The number with its unit.
        known: False where nobody told it.
        step: Arrow and change, or that there is none to tell.
        sense: Better or worse in a word; empty where neither.
        colour: Of the arrow, RRGGBB.
        before: The number it is compared with.
    """

    name: str
    title: str
    value: str
    known: bool
    step: str
    sense: str
    colour: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One record for leadership.

    Args:
        title: Id and name.
        chip: Its status with days late or points behind.
        fill: Background of the chip, RRGGBB.
        font: Text of the chip, RRGGBB.
        turn: How it stands against the week before.
        lines: What is to be said of it: label and words.
    """

    title: str
    chip: str
    fill: str
    font: str
    turn: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A small table.

    Args:
        heads: Titles of its columns.
        rows: Words, one a column.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a colour in a picture means.

    Args:
        colour: RRGGBB.
        words: The meaning.
    """

    colour: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture with its numbers.

    Args:
        title: Its title.
        picture: The picture, which goes by its `cid`.
        height: How high it is at full width, in pixels of a page.
        keys: Its legend.
        grid: Its numbers.
        note: What is to be added; may be empty.
    """

    title: str
    picture: Picture
    height: int
    keys: tuple[Key, ...]
    grid: Grid
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What the mail says of one project; every text is ready to be read.

    Args:
        title: The project.
        light: Its light in a word.
        fill: Colour of the light, RRGGBB.
        font: Text upon it, RRGGBB.
        headline: One sentence of facts.
        week: Week and period, and what it is compared with.
        cut_off: When it was judged.
        reporting: The reporting rate, and who has not reported.
        cells: The figures.
        limits: How each rule's limit was kept.
        issues: Open issues by class.
        wanted: Decisions wanted.
        more_wanted: How many more there are; empty where there are none.
        attention: The worst records.
        departments: The departments compared, None where none is known.
        agenda: Lists with their titles: done, coming, in force.
        forecast: When it will be done.
        charts: Pictures with their numbers.
        faults: Cells that were not read or are in doubt; empty where there are none.
    """

    title: str
    light: str
    fill: str
    font: str
    headline: str
    week: str
    cut_off: str
    reporting: str
    cells: tuple[Cell, ...]
    limits: Grid | None
    issues: str
    wanted: tuple[Card, ...]
    more_wanted: str
    attention: tuple[Card, ...]
    departments: Chart | None
    agenda: tuple[tuple[str, tuple[str, ...]], ...]
    forecast: str
    charts: tuple[Chart, ...]
    faults: str

    @property
    def drawn(self) -> tuple[Chart, ...]:
        """All charts, wherever they stand."""
        return (*(() if self.departments is None else (self.departments,)), *self.charts)


def joined(*parts: str) -> str:
    """Return parts as one line; empty ones are left out."""
    return " · ".join(one_line(part) for part in parts if part)


def one_line(text: str) -> str:
    """Return what people typed as one line, without what no mail can hold."""
    line = " ".join(text.split())
    return "".join("\ufffd" if category(letter) in _UNSENT else letter for letter in line)
