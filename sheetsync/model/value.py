"""The kinds of value a column can hold, and what each is once it has been read.

| kind | canonical value in a frame |
| --- | --- |
| id, reference | text with the id's own spelling made regular, such as `XZB20231001-01` |
| references, persons, departments, list | tuple of texts |
| text, long, files | text as typed, ends trimmed |
| date, datetime | `datetime64[us]`, wall clock of the project's zone; without a time of day it is midnight
  and marked in `Table.whole_days` |
| percent | float, in points: 70.0 is 70 % |
| number | float |
| word | the standard word of the column's vocabulary |
| person, department | text: a name, or `设计部*设计师` where the name is masked |
| milestones | tuple of `Milestone` |
| resolutions | tuple of `Resolution` |
| raci | the letters, sorted as R, A, C, I: `R/A` is `RA` |
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sheetsync.text import Text

RawValue = str | float | int | bool | date | datetime | time | timedelta
"""A cell as its store gives it; the empty cell is the empty text."""

Kind = Literal[
    "id",
    "reference",
    "references",
    "text",
    "long",
    "files",
    "list",
    "date",
    "datetime",
    "percent",
    "number",
    "word",
    "person",
    "persons",
    "department",
    "departments",
    "milestones",
    "resolutions",
    "raci",
]

MULTIPLE: frozenset[Kind] = frozenset(
    {"references", "persons", "departments", "list", "milestones", "resolutions"}
)
"""Kinds whose canonical value is a tuple."""

MOMENTS: frozenset[Kind] = frozenset({"date", "datetime"})
"""Kinds that are held as `datetime64`."""

FREE: frozenset[Kind] = frozenset({"text", "long", "files", "list"})
"""Kinds in which every text is right."""

NUMBERS: frozenset[Kind] = frozenset({"percent", "number"})
"""Kinds that are held as float."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, or a day and a time of day, on the wall clock of the project's time zone.

    Args:
        at: Day and time; midnight when only the day is known.
        whole_day: True when no time of day was given.
    """

    at: datetime
    whole_day: bool = False

    def __str__(self) -> str:
        return self.at.strftime("%Y-%m-%d" if self.whole_day else "%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text comes to that is read as the cell of a column.

    Args:
        value: The canonical value of the column's kind, None where it says that there is none.
        whole_day: For moments, True when no time of day was given.
        words: The value as a person would type it in full, None where its kind has no such wording.
        doubt: Why it may be meant otherwise, None where it is plain.
    """

    value: object = None
    whole_day: bool = False
    words: str | None = None
    doubt: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One dated node of a plan, read from free text such as `10月8日启动`."""

    moment: Moment
    label: str

    def __str__(self) -> str:
        return f"{self.moment} {self.label}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One agreed action of a meeting, or a commitment in free text: who does what until when.

    Args:
        number: Its number within the cell, from 1.
        actor: Who acts; empty in a commitment that names nobody, where the record's owner acts.
        due: Until when.
        action: What is to be done.
    """

    number: int
    actor: str
    due: Moment
    action: str

    def __str__(self) -> str:
        return f"{self.actor} {self.due} {self.action}"
