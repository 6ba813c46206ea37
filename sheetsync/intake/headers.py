"""Which form a row of headers belongs to, and which column is which field."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import islice

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, Form
from sheetsync.intake.departments import Departments
from sheetsync.intake.normalise import as_text, is_blank, trim
from sheetsync.intake.titles import lead, title_key
from sheetsync.intake.words import WordReader
from sheetsync.model.table import MissingColumn, OwnColumns, Place, RawValue
from sheetsync.text import Language

_SYNONYM = 0.6
"""What a synonym counts against a form's own title: a header that is one form's title and another's synonym
speaks more for the first."""
_OPEN = 0.5
"""What a column of a form's open group counts."""
_LEAST_SHARE = 0.4
"""What a header keeps of its worth however many forms share it, or each new form would hide the others."""
_LEAST_SCORE = 1.5
"""Less is said by a few words that many lists share (序号, 状态, 备注)."""
LEAST_KNOWN = 2
"""Headers that must be known at all."""
_LEAST_REQUIRED = 3
"""Required columns that must be there, where the form has as many."""
Below = Callable[[int], Collection[RawValue]]
"""Returns the different contents of the rows below a header, by the position of its column."""
_NEAREST = 0.5
_HEADERS = 256
"""Rows of headers whose meaning is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A table found on a sheet; positions are column positions in the sheet's rows, from 0.

    Args:
        form: What it is.
        header: Position of the (last) header row among the sheet's rows.
        stop: Position behind its last row, whether that is a record or not.
        language: The language of its headers.
        titles: Every header as written, by position.
        fields: Field to position.
        open_fields: Headers of the form's open group (RACI departments) to position.
        repeated: Positions of headers that name a field found further left.
        missing: Required columns that the sheet lacks.
        unread: Headers that belong to no column, in their order.
        own: Our own columns beside it.
    """

    form: Form
    header: int
    stop: int
    language: Language
    titles: Mapping[int, str]
    fields: Mapping[str, int]
    open_fields: Mapping[str, int]
    repeated: Mapping[int, str]
    missing: tuple[MissingColumn, ...]
    unread: tuple[str, ...]
    own: OwnColumns | None = None

    def places(self, first_column: int) -> dict[str, Place]:
        """Return where each field stands, with column numbers as a person counts them."""
        return {
            field: Place(title=self.titles[position], number=first_column + position)
            for field, position in {**self.fields, **self.open_fields}.items()
        }


@dataclass(frozen=True)
class Recogniser:
    """Knows every title of every form; built once a run.

    Args:
        catalogue: The forms.
        only: Forms to look for, None for all.
    """

    catalogue: Catalogue
    only: Collection[str] | None = None

    def knows(self, title: str) -> bool:
        """Tell whether a header means something to some form."""
        return lead(title) in self._beginnings and title_key(title) in self._weights

    def says_something(self, titles: Collection[str]) -> bool:
        """Tell whether enough of a row means something for any part of it to be a header."""
        known = (True for title in titles if self.knows(title))
        return any(islice(known, LEAST_KNOWN - 1, None))

    def begun(self, texts: Iterable[str]) -> frozenset[str]:
        """Return those of some texts that may be, or begin, a header that means something; none is empty."""
        initials, beginnings = self._initials, self._beginnings
        # Most are told by their first letter.
        return frozenset(
            text
            for text in texts
            if (text[0] in initials or not "\u4e00" <= text < "\ua000") and lead(text.strip()) in beginnings
        )

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The letters that headers begin with; of 必填 and 选填 the key does not tell."""
        return frozenset("必选").union(key[:1] for key in self._weights)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(key[:length] for key in self._weights for length in range(len(key) + 1))

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Every header as the forms write it."""
        return frozenset(
            title
            for form in self.catalogue.forms.values()
            for column in form.shown
            for title in (column.title.zh, column.title.en, *column.synonyms)
        )

    def match(self, titles: Mapping[int, str], below: Below, sheet: str) -> "Match | None":
        """Return the form that a row of headers speaks for, None where it speaks for none.

        Args:
            titles: The headers by column position.
            below: Tells what stands below a header.
            sheet: The sheet's name; it decides where the headers leave a tie.
        """
        # What means nothing to any form would only tell the rows apart that are kept.
        keys = tuple((at, title_key(title)) for at, title in titles.items() if self.knows(title))
        if len(keys) < LEAST_KNOWN:
            return None
        matches = self._by_keys(keys)
        best = max((match.score for match in matches if match.form.open_columns is None), default=0.0)
        # Looking into the columns of an open group is spared where they could not make up for the headers.
        rivals = (match for match in matches if match.score + _OPEN * len(titles) >= best)
        opened = [self._opened(match, titles, below) for match in rivals]
        enough = [match for match in opened if match.is_enough(asked_for=self.only is not None)]
        # Headers decide; the sheet's name only where they leave a tie.
        name = title_key(sheet)
        return max(enough, key=lambda match: (match.score, name in match.form.title.zh), default=None)

    @cached_property
    def _by_keys(self) -> "Callable[[tuple[tuple[int, str], ...]], tuple[Match, ...]]":
        # Workbooks of one project have the same few rows of headers.
        return lru_cache(maxsize=_HEADERS)(lambda keys: tuple(self._closed(dict(keys))))

    def _closed(self, keys: Mapping[int, str]) -> "Iterator[Match]":
        """Yield what the forms make of headers, as far as the headers alone tell it."""
        for form in self._forms:
            fields, repeated = _assign(self._claims[form.id], keys)
            if not fields:
                continue
            score = sum(self._weights[keys[position]].get(form.id, 0.0) for position in fields.values())
            match = Match(form, fields, {}, repeated, score)
            if form.open_columns is not None or match.is_enough(asked_for=self.only is not None):
                yield match

    def _opened(self, match: "Match", titles: Mapping[int, str], below: Below) -> "Match":
        """Return a match with the columns of its form's open group."""
        form, fields = match.form, match.fields
        if form.open_columns is None or (self.only is None and form.key not in fields):
            return match
        taken = {*fields.values(), *match.repeated}
        free = {position: title for position, title in titles.items() if position not in taken}
        open_fields = self._open(form, free, below)
        return replace(match, open_fields=open_fields, score=match.score + _OPEN * len(open_fields))

    def _open(self, form: Form, titles: Mapping[int, str], below: Below) -> dict[str, int]:
        """Return the columns of the form's open group: cells mostly letters, or known departments."""
        group = form.open_columns
        if group is None or group.vocabulary is None:
            return {}
        words = self._words[group.vocabulary]
        known = self._departments
        found: dict[str, int] = {}
        for position, title in titles.items():
            named = known.standard(trim(title)) is not None
            if named or _mostly(words, below(position)):
                found.setdefault(trim(title), position)
        return found

    @cached_property
    def _forms(self) -> tuple[Form, ...]:
        return tuple(
            form
            for form in self.catalogue.forms.values()
            if not form.internal and (self.only is None or form.id in self.only)
        )

    @cached_property
    def _weights(self) -> dict[str, dict[str, float]]:
        """Title to form to how much the title speaks for it: its worth, shared among all that know it."""
        raw: dict[str, dict[str, float]] = {}
        for form in self.catalogue.forms.values():
            for column in form.shown:
                for rank, key in enumerate(_column_keys(column)):
                    worth = 1.0 if rank < 2 else _SYNONYM
                    forms = raw.setdefault(key, {})
                    forms[form.id] = max(worth, forms.get(form.id, 0.0))
        return {
            key: {
                form: max(worth * worth / sum(forms.values()), _LEAST_SHARE * worth)
                for form, worth in forms.items()
            }
            for key, forms in raw.items()
        }

    @cached_property
    def _claims(self) -> dict[str, dict[str, list[tuple[int, str]]]]:
        """Form to title to the fields it may mean, with the title's place among the field's titles."""
        claims: dict[str, dict[str, list[tuple[int, str]]]] = {}
        for form in self.catalogue.forms.values():
            known = claims.setdefault(form.id, {})
            for column in form.shown:
                for rank, key in enumerate(_column_keys(column)):
                    known.setdefault(key, []).append((rank, column.id))
        return claims

    @cached_property
    def _words(self) -> dict[str, WordReader]:
        """The words that stand in open groups of columns, by vocabulary."""
        groups = (form.open_columns for form in self.catalogue.forms.values())
        names = {group.vocabulary for group in groups if group is not None and group.vocabulary is not None}
        return {name: WordReader(self.catalogue.vocabulary(name)) for name in names}

    @cached_property
    def _departments(self) -> Departments:
        words = self.catalogue.vocabularies.get("departments")
        return Departments(WordReader(words) if words else None)


def _mostly(words: WordReader, cells: Collection[RawValue]) -> bool:
    """Tell whether more than half of some cells hold one of the words; empty ones do not count."""
    filled = [cell for cell in cells if not is_blank(cell)]
    others = 0
    for cell in filled:
        others += words.standard(as_text(cell)) is None
        if others * 2 >= len(filled):
            return False
    return bool(filled)


@dataclass(frozen=True, slots=True)
class Match:
    """What a row of headers means as one form.

    Args:
        form: The form.
        fields: Field to column position.
        open_fields: Headers of the form's open group to column position.
        repeated: Positions of headers that name a field found further left.
        score: How much speaks for it.
    """

    form: Form
    fields: Mapping[str, int]
    open_fields: Mapping[str, int]
    repeated: Mapping[int, str]
    score: float

    @property
    def has_key(self) -> bool:
        """Tell whether what identifies a record is there."""
        key = self.form.column(self.form.key)
        return all(field in self.fields for field in key.composed_of or (key.id,))

    def is_enough(self, *, asked_for: bool) -> bool:
        """Tell a table of this form from a list that happens to share a word or two with it.

        Args:
            asked_for: True where the caller says which forms to expect: then less evidence will do.
        """
        has_key = self.has_key
        if self.form.telltale and not any(field in self.fields for field in self.form.telltale):
            return False
        if asked_for:
            return has_key or len(self.fields) >= 2
        if self.form.open_columns is not None:
            return has_key and len(self.open_fields) >= 2 and len(self.fields) >= 2
        required = [column.id for column in self.form.columns if column.required and not column.machine]
        there = sum(field in self.fields for field in required)
        if has_key:
            return there >= min(_LEAST_REQUIRED, len(required)) and self.score >= _LEAST_SCORE
        return there >= _LEAST_REQUIRED and there * 2 >= len(required)


def _assign(
    known: Mapping[str, list[tuple[int, str]]], keys: Mapping[int, str]
) -> tuple[dict[str, int], dict[int, str]]:
    """Give each field its best header: its own title before its synonyms, the left one of two alike."""
    claims = sorted(
        (rank, position, field) for position, key in keys.items() for rank, field in known.get(key, ())
    )
    fields: dict[str, int] = {}
    taken: set[int] = set()
    repeated: dict[int, str] = {}
    for _, position, field in claims:
        if position in taken:
            continue
        if field not in fields:
            fields[field] = position
            taken.add(position)
        elif keys[position] == keys[fields[field]] and position not in repeated:
            repeated[position] = field
    return fields, {position: field for position, field in repeated.items() if position not in taken}


def recognised(
    match: Match, *, header: int, stop: int, titles: Mapping[int, str], own: OwnColumns | None
) -> Recognised:
    """Return a table by its header row, see `Recognised`."""
    form = match.form
    keys = {position: title_key(title) for position, title in titles.items()}
    in_english = {column.id: column.title.en for column in form.columns}
    english = sum(keys[p] == title_key(in_english[field]) for field, p in match.fields.items())
    language: Language = "en" if english * 2 > len(match.fields) else "zh"
    used = {*match.fields.values(), *match.open_fields.values(), *match.repeated}
    unread = [title for position, title in titles.items() if position not in used]
    missing = tuple(
        MissingColumn(column=column.id, title=column.title.say(language), nearest=_nearest(column, unread))
        for column in form.columns
        if column.required and not column.machine and column.id not in match.fields
    )
    return Recognised(
        form=form,
        header=header,
        stop=stop,
        language=language,
        titles=titles,
        fields=match.fields,
        open_fields=match.open_fields,
        repeated=match.repeated,
        missing=missing,
        unread=tuple(unread),
        own=own,
    )


def _nearest(column: Column, unread: Sequence[str]) -> str | None:
    """Return the unread header that looks most like one of the column's titles."""
    best, nearest = _NEAREST, None
    for title in unread:
        key = title_key(title)[:60]
        for known in _column_keys(column):
            ratio = SequenceMatcher(None, key, known).ratio()
            if ratio > best or (nearest is None and ratio == best):
                best, nearest = ratio, title
    return nearest


def _column_keys(column: Column) -> list[str]:
    """Return the titles of a column as compared, its own in both languages first."""
    return [title_key(title) for title in (column.title.zh, column.title.en, *column.synonyms)]
