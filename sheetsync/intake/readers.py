"""Which reader reads which column: kind, vocabulary, id patterns and lengths of a form put together once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from typing import Protocol, assert_never

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, OpenColumns
from sheetsync.intake.cell import EMPTY, Cell, Take, failed
from sheetsync.intake.dates import NO_ANCHOR, read_moment
from sheetsync.intake.days import Anchor
from sheetsync.intake.departments import Departments
from sheetsync.intake.directory import DEPARTMENTS, NO_DIRECTORY, Directory
from sheetsync.intake.ids import IdPattern, read_id, read_ids
from sheetsync.intake.lists import read_list
from sheetsync.intake.normalise import as_text, is_marker, may_be_marker, trim, visible_length
from sheetsync.intake.nothing import nothing
from sheetsync.intake.numbers import read_number, read_percent
from sheetsync.intake.people import read_person, read_persons
from sheetsync.intake.plans import read_milestones, read_resolutions
from sheetsync.intake.words import WordReader, read_raci
from sheetsync.model.table import RawValue
from sheetsync.model.value import Kind
from sheetsync.text import Text

Reader = Callable[[RawValue], Cell]
Plain = Callable[[Sequence[RawValue]], list[object]]
"""Returns the canonical value of each content that needs no reading, None for all others.

Moments are told in microseconds since 1970.
"""


class AnchoredReader(Protocol):
    """Reads a cell with what it may count from."""

    def __call__(self, raw: RawValue, anchor: Anchor) -> Cell:
        """Return the reading."""


_PEOPLE = 4096
"""Readings of people that are kept."""
_VOCABULARIES = 128
"""Readers of words that are kept."""
_ANY_LENGTH = 1 << 30
"""Of texts without a limit."""
_EPOCH, _FIRST_DAY = datetime(1970, 1, 1), date(1970, 1, 1).toordinal()
_SECONDS = 86_400
"""Of a day."""

ANCHORED: frozenset[Kind] = frozenset({"date", "datetime", "milestones", "resolutions"})
"""Kinds whose reading may hang on another date of the row."""


@dataclass(frozen=True)
class Readers:
    """The readers of a run.

    Args:
        catalogue: Forms and vocabularies, with the project's own words (`wordlist.extended`).
        directory: Whom the project knows.
    """

    catalogue: Catalogue
    directory: Directory = NO_DIRECTORY

    @cached_property
    def departments(self) -> Departments:
        """What is known of departments."""
        words = self._words(DEPARTMENTS) if DEPARTMENTS in self.catalogue.vocabularies else None
        return Departments(words, self.directory)

    def reader(self, column: Column) -> Reader:  # noqa: C901, PLR0911, PLR0912 - one line a kind
        """Return what reads the cells of a column whose kind needs no other cell."""
        departments = self.departments
        match column.kind:
            case "id" | "reference":
                patterns = self.patterns(column)
                return lambda raw: read_id(raw, patterns)
            case "references":
                patterns = self.patterns(column)
                return lambda raw: read_ids(raw, patterns)
            case "text" | "long" | "files":
                limit = column.max_length
                return read_text if limit is None else lambda raw: _within(read_text(raw), limit)
            case "list":
                return read_list
            case "percent":
                return read_percent
            case "number":
                return read_number
            case "word":
                return self._words(column.vocabulary).read
            case "raci":
                words = self._words(column.vocabulary)
                return lambda raw: read_raci(raw, words)
            case "person":
                return self._person
            case "persons":
                return self._persons
            case "department":
                return departments.read
            case "departments":
                return departments.read_many
            case "date" | "datetime" | "milestones" | "resolutions":
                anchored = anchored_reader(column.kind, "end")
                return lambda raw: anchored(raw, NO_ANCHOR)
            case _:
                assert_never(column.kind)

    @cached_property
    def _person(self) -> Reader:
        # The same few people stand in many columns.
        return lru_cache(maxsize=_PEOPLE, typed=True)(lambda raw: read_person(raw, self.departments))

    @cached_property
    def _persons(self) -> Reader:
        return lru_cache(maxsize=_PEOPLE, typed=True)(lambda raw: read_persons(raw, self.departments))

    def patterns(self, column: Column) -> tuple[IdPattern, ...]:
        """Return how ids of a column may look: its own pattern, else those of the forms it refers to."""
        if column.pattern is not None:
            return (IdPattern.of(column.pattern, column.example),)
        keys = [
            form.column(form.key)
            for name in column.refers_to
            if (form := self.catalogue.forms.get(name)) is not None
        ]
        return tuple(IdPattern.of(key.pattern, key.example) for key in keys if key.pattern is not None)

    @staticmethod
    def open_column(group: OpenColumns) -> Column:
        """Return a form's open group as the column that each of its headers is."""
        return Column(id="open", title=Text("", ""), kind=group.kind, vocabulary=group.vocabulary)

    def _words(self, vocabulary: str | None) -> WordReader:
        # The catalogue has made sure that a column of this kind names one that exists.
        return _word_reader(self.catalogue, vocabulary or "")


@lru_cache(maxsize=_VOCABULARIES)
def _word_reader(catalogue: Catalogue, vocabulary: str) -> WordReader:
    """Return the reader of a vocabulary, for all columns of all workbooks that have no words of their own."""
    return WordReader(catalogue.vocabulary(vocabulary))


def anchored_reader(kind: Kind, take: Take) -> AnchoredReader:
    """Return what reads the cells of a column of an `ANCHORED` kind.

    Args:
        kind: The kind.
        take: Which end of a range the column means.
    """
    if kind == "milestones":
        return read_milestones
    if kind == "resolutions":
        return read_resolutions
    return lambda raw, anchor: read_moment(raw, anchor, take)


def read_text(raw: RawValue) -> Cell:
    """Read free text: as typed, ends trimmed, None where it says that there is nothing."""
    if isinstance(raw, datetime) and raw.hour == raw.minute == raw.second == 0:
        raw = raw.date()
    text = trim(as_text(raw))
    if not text:
        return EMPTY
    if is_marker(text):
        return Cell()
    return nothing(text) or Cell(text)


def plain_values(column: Column, patterns: tuple[IdPattern, ...]) -> Plain:
    """Return what recognises, cheaply, cells that are their own canonical value.

    Args:
        column: The column.
        patterns: How its ids may look.
    """
    match column.kind:
        case "text" | "long" | "files":
            return partial(_plain_texts, longest=column.max_length or _ANY_LENGTH)
        case "date" | "datetime":
            return _plain_moments
        case "id" | "reference" if patterns:
            return partial(_plain_ids, patterns)
        case _:
            return nothing_plain


def nothing_plain(raws: Sequence[RawValue]) -> list[object]:
    """Return that every cell has to be read."""
    return [None] * len(raws)


def _plain_texts(raws: Sequence[RawValue], longest: int) -> list[object]:
    """Return free texts that cannot be markers, errors or too long, trimmed."""
    return [
        text
        if type(raw) is str
        and (text := trim(raw))
        and text[0] != "#"
        and len(text) <= longest
        and not may_be_marker(text)
        else None
        for raw in raws
    ]


def _plain_ids(patterns: Sequence[IdPattern], raws: Sequence[RawValue]) -> list[object]:
    """Return ids in their own spelling."""
    found: list[object] = [None] * len(raws)
    for pattern in patterns:
        fits = pattern.regex.fullmatch
        found = [
            raw if known is None and type(raw) is str and fits(raw) else known
            for raw, known in zip(raws, found, strict=True)
        ]
    return found


def _plain_moments(raws: Sequence[RawValue]) -> list[object]:
    """Return date cells as the store gives them, in microseconds since 1970."""
    found: list[object] = []
    for raw in raws:
        if type(raw) is datetime and not raw.microsecond and 1900 <= raw.year <= 2199 and raw.tzinfo is None:
            since = raw - _EPOCH
            found.append((since.days * _SECONDS + since.seconds) * 1_000_000)
        elif type(raw) is date and 1900 <= raw.year <= 2199:
            found.append((raw.toordinal() - _FIRST_DAY) * _SECONDS * 1_000_000)
        else:
            found.append(None)
    return found


def _within(cell: Cell, limit: int) -> Cell:
    """Add the refusal of a text that is too long; the text itself is kept."""
    # Nobody counts more than there are letters.
    if not isinstance(cell.value, str) or len(cell.value) <= limit:
        return cell
    length = visible_length(cell.value)
    if length <= limit:
        return cell
    over = failed(
        f"{length}/{limit}字，超出 {length - limit} 字",
        f"{length}/{limit} characters",
        Text(f"不超过 {limit} 字", f"at most {limit} characters"),
    )
    return Cell(cell.value, over.doubt)
