"""One table as rules see it: whole columns, the doubts of each cell kept apart, and the book around it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, Form
from sheetsync.model.order import NO_ORDERS, Orders
from sheetsync.model.past import Past
from sheetsync.model.table import Bools, Ints, RawValue, Table
from sheetsync.model.value import MOMENTS
from sheetsync.worktime import Days, Floats, Moments, WorkTime

Objects = npt.NDArray[np.object_]

Array = TypeVar("Array", bound=npt.NDArray[Any])


class Columns:
    """What the columns of tables hold, made once for all that look at them: rules, figures and verdicts."""

    def __init__(self) -> None:
        # The table stays beside what is made of it: its number must not go to another one meanwhile.
        self._of_table: dict[int, tuple[Table, dict[tuple[str, str], Any]]] = {}
        self._judged: dict[Hashable, dict[tuple[str, str], Any]] = {}

    def of(self, table: Table) -> dict[tuple[str, str], Any]:
        """Return what was made of a table so far, to be added to."""
        return self._of_table.setdefault(id(table), (table, {}))[1]

    def judged(self, table: Table, parts: Sequence[Table], *by: Hashable) -> dict[tuple[str, str], Any]:
        """Return likewise what was made of a table by a calendar, at a time, beside what may be its parts."""
        for one in (table, *parts):
            self.of(one)
        return self._judged.setdefault((id(table), *map(id, parts), *by), {})


@dataclass(frozen=True)
class Book:
    """All tables of a run, and what judges them.

    Args:
        tables: The tables, of one workbook or of several.
        catalogue: The forms and their words.
        worktime: The working-time calendar.
        now: The wall clock of the project's time zone.
        past: What was seen of the records before, this reading included.
        orders: What changes in force order of other cells, as far as it is not carried out.
        columns: What was made of the columns before, for another look at the same tables.
    """

    tables: Sequence[Table]
    catalogue: Catalogue
    worktime: WorkTime
    now: datetime
    past: Past = field(default_factory=dict)
    orders: Orders = NO_ORDERS
    columns: Columns = field(default_factory=Columns, repr=False, compare=False)

    @cached_property
    def rows(self) -> "tuple[Rows, ...]":
        """Every table with its form."""
        parts = [table for table in self.tables if wholes_of(table.form, self.catalogue)]
        return tuple(
            Rows(
                self,
                table,
                self.catalogue.forms[table.form],
                self.columns.of(table),
                self.columns.judged(table, parts, self.worktime, self.now),
            )
            for table in self.tables
        )

    @cached_property
    def instant(self) -> np.datetime64:
        """The present moment, as a column holds it."""
        return np.datetime64(self.now, "us")

    def of(self, form: str) -> "Iterator[Rows]":
        """Yield the tables of one form."""
        return (rows for rows in self.rows if rows.form.id == form)

    def parts_of(self, form: str) -> "Iterator[Rows]":
        """Yield the tables whose records are parts of `form`'s: their ids begin with its ids."""
        return (rows for rows in self.rows if form in wholes_of(rows.form.id, self.catalogue))


def _once(method: "Callable[[Rows, str], Array]") -> "Callable[[Rows, str], Array]":
    """Make a column once for all rules that ask for it; nobody may change what all of them share."""

    @wraps(method)
    def kept(rows: "Rows", field: str) -> Array:
        place = method.__name__, field
        if place not in rows.columns:
            made = method(rows, field)
            made.flags.writeable = False
            rows.columns[place] = made
        found: Array = rows.columns[place]
        return found

    return kept


@dataclass(frozen=True, eq=False)
class Rows:
    """The records of one table.

    The arrays that its methods return are shared by all rules: they cannot be written to.
    """

    book: Book
    table: Table
    form: Form
    columns: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    made: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.table.rows)

    def has(self, field: str) -> bool:
        """Tell whether the sheet has the column."""
        return field in self.table.columns

    def none(self) -> Bools:
        """Return a mask without any record."""
        return np.zeros(len(self), np.bool_)

    def broken(self, *fields: str) -> Bools:
        """Tell which records have content in one of the columns that could not be read."""
        marked = [self.table.broken[name] for name in fields if name in self.table.broken]
        if not marked:
            return self.none()
        found = marked[0].copy()
        for further in marked[1:]:
            found |= further
        return found

    @_once
    def known(self, field: str) -> Bools:
        """Tell which records have a value that was read."""
        if not self.has(field):
            return self.none()
        return ~(_missing(self.cells(field)) | self.broken(field))

    @_once
    def filled(self, field: str) -> Bools:
        """Tell which records have anything in the cell, read or not, 无 included."""
        found = self.known(field) | self.broken(field)
        raw = self.table.raw.get(field)
        if raw is None or found.all():
            return found
        empty = np.flatnonzero(~found)
        found[empty] = [raw[place] != "" and bool(str(raw[place]).strip()) for place in empty.tolist()]
        return found

    def among(self, field: str, words: Iterable[str]) -> Bools:
        """Tell which records hold one of the words."""
        if not self.has(field):
            return self.none()
        numbers, contents = self.distinct(field)
        wanted = words if isinstance(words, AbstractSet) else set(words)
        # One more for the records without a value, whose number is -1.
        return np.array([*map(wanted.__contains__, contents), False], np.bool_)[numbers]

    def when(self, words: Mapping[str, Sequence[str]]) -> Bools:
        """Tell which records hold one of the words in each of the columns."""
        place = "when", repr(words) if words else ""
        if place not in self.columns:
            found = ~self.none()
            for name, allowed in words.items():
                found &= self.among(name, allowed)
            found.flags.writeable = False
            self.columns[place] = found
        kept: Bools = self.columns[place]
        return kept

    def distinct(self, field: str) -> tuple[Ints, tuple[Any, ...]]:
        """Return the number of each record's content, -1 for none, and the contents by number."""
        place = "distinct", field
        if place not in self.columns:
            texts = self.texts(field).tolist()
            known = dict.fromkeys(texts)
            known.pop(None, None)
            contents = tuple(known)
            number_of = {**dict(zip(contents, range(len(contents)), strict=True)), None: -1}
            numbers = np.fromiter(map(number_of.__getitem__, texts), np.int64, len(texts))
            self.columns[place] = numbers, contents
        found: tuple[Ints, tuple[Any, ...]] = self.columns[place]
        return found

    @_once
    def numbers(self, field: str) -> Floats:
        """Return a column of numbers; NaN where it is empty, unreadable or not on the sheet."""
        if not self.has(field):
            return np.full(len(self), np.nan)
        values = self.cells(field)
        if values.dtype != np.float64:
            values = values.astype(np.float64)
        broken = self.broken(field)
        return np.where(broken, np.nan, values) if broken.any() else values.view()

    @_once
    def texts(self, field: str) -> Objects:
        """Return a column as objects; None where it is empty, unreadable or not on the sheet."""
        known = self.known(field)
        if not known.any():
            return np.full(len(self), None, object)
        cells = self.cells(field)
        if cells.dtype == object and not self.broken(field).any():
            return cells.view()
        values = np.array(cells if cells.dtype == object else pd.Series(cells).to_numpy(object))
        values[~known] = None
        return values

    def late_moments(self, field: str) -> Moments:
        """Return moments for starts and due times: a day without a time of day means the end of work."""
        # Not shared by all that look at the table: calendars differ.
        place = "late_moments", field
        if place not in self.made:
            made = self._moments(field, self.book.worktime.day_end)
            made.flags.writeable = False
            self.made[place] = made
        found: Moments = self.made[place]
        return found

    @_once
    def early_moments(self, field: str) -> Moments:
        """Return moments for stops: a day without a time of day means its very beginning."""
        return self._moments(field, time())

    def first_late(self, fields: Sequence[str]) -> Moments:
        """Return the first of several columns that is filled, as starts; NaT if that cell is unreadable."""
        first, *others = fields or ("",)
        found = self.late_moments(first)
        if not others:
            return found
        settled = ~np.isnat(found) | self.broken(first)
        for name in others:
            if settled.all():
                break
            found = np.where(settled, found, self.late_moments(name))
            settled |= ~np.isnat(found) | self.broken(name)
        return found

    def days(self, field: str) -> Days:
        """Return the days of a column of moments."""
        return self.early_moments(field).astype("datetime64[D]")

    @cached_property
    def keys(self) -> Objects:
        """The business keys."""
        return self.texts(self.form.key)

    @cached_property
    def wholes(self) -> Objects:
        """The ids of what the records are parts of: what stands before the last dash, else None."""
        found = np.full(len(self), None, object)
        found[:] = [key.rpartition("-")[0] or None if key else None for key in self.keys.tolist()]
        found.flags.writeable = False
        return found

    @cached_property
    def state(self) -> str | None:
        """The column that tells how far a record is: the one whose words know an end."""
        return _state_field(self.form.id, self.book.catalogue)

    @cached_property
    def in_finished_state(self) -> Bools:
        """Records with nothing left to do, by their own state."""
        return self._in_state("finished")

    @cached_property
    def in_paused_state(self) -> Bools:
        """Records that rest, by their own state."""
        return self._in_state("paused")

    @_once
    def _in_state(self, kind: str) -> Bools:
        if self.state is None:
            return self.none()
        return self.among(self.state, _words_of_state(self.form.id, self.book.catalogue, kind))

    @cached_property
    def parts(self) -> "tuple[Part, ...]":
        """The tables whose records are parts of these, joined by id and never by name."""
        parts = tuple(self.book.parts_of(self.form.id))
        if not parts:
            return ()
        place = "parts", ""
        if place not in self.made:
            numbers = {key: number for number, key in enumerate(self.distinct(self.form.key)[1])}
            self.made[place] = [
                np.array([numbers.get(whole, -1) for whole in rows.wholes.tolist()], np.int64)
                for rows in parts
            ]
        return tuple(Part(rows, whole) for rows, whole in zip(parts, self.made[place], strict=True))

    def gathered(self, totals: Floats) -> Floats:
        """Return what was summed up by the numbers of `parts`, for each record; 0 without an id."""
        numbers = self.distinct(self.form.key)[0]
        return np.where(numbers < 0, 0.0, totals[numbers]) if len(totals) else np.zeros(len(self))

    def recalls(self, field: str) -> bool:
        """Tell whether anything was ever seen of a column."""
        return bool(self.book.past.get((self.form.id, field)))

    def before(self, field: str) -> Objects:
        """Return what stood in a column before its present value; None where nothing else was ever seen."""
        known = self.book.past.get((self.form.id, field), {})
        if not known:
            return np.full(len(self), None, object)
        return self._recalled([cell.before if (cell := known.get(key)) else None for key in self.keys])

    def since(self, field: str) -> Moments:
        """Return when each cell of a column was first seen with its present value; NaT where unknown."""
        known = self.book.past.get((self.form.id, field), {})
        if not known:
            return np.full(len(self), np.datetime64("NaT", "us"))
        seen = [cell.since if (cell := known.get(key)) else None for key in self.keys]
        return np.array(seen, dtype="datetime64[us]")

    def title(self, field: str) -> str:
        """Return the header as written, or the form's own where the sheet lacks the column."""
        if field in self.table.places:
            return self.table.places[field].title
        if self.form.has(field):
            return self.form.column(field).title.say(self.table.language)
        return field

    def raw(self, field: str, position: int) -> RawValue | None:
        """Return a cell as typed; None when it is empty or not on the sheet."""
        cells = self.table.raw.get(field)
        value = None if cells is None else cells[position]
        return None if value is None or (isinstance(value, str) and not value.strip()) else value

    @_once
    def cells(self, field: str) -> npt.NDArray[Any]:
        """Return a column as it is: objects, numbers or moments."""
        return self.table.columns[field].view()

    @staticmethod
    def _recalled(values: Sequence[str | None]) -> Objects:
        found = np.empty(len(values), dtype=object)
        found[:] = values
        return found

    def _moments(self, field: str, clock: time) -> Moments:
        if not self.has(field):
            return np.full(len(self), np.datetime64("NaT", "us"))
        cells = self.cells(field)
        if cells.dtype.kind != "M":
            if self.form.has(field) and self.form.column(field).kind not in MOMENTS:
                return np.full(len(self), np.datetime64("NaT", "us"))
            cells = pd.Series(cells).to_numpy("datetime64[us]")
        moments = np.array(cells, "datetime64[us]")
        moments[self.broken(field)] = np.datetime64("NaT")
        whole = self.table.whole_days.get(field)
        if whole is not None and whole.any() and clock != time():
            moments[whole] += np.timedelta64(clock.hour * 60 + clock.minute, "m")
        return moments


@dataclass(frozen=True, eq=False)
class Part:
    """Records that are parts of another table's.

    Args:
        rows: The parts.
        whole: For each, the number of the distinct id it belongs to; -1 if there is none.
    """

    rows: Rows
    whole: npt.NDArray[np.int64]


def isin(cells: Objects, words: Collection[Any]) -> Bools:
    """Tell which cells are one of some words."""
    if not words:
        return np.zeros(len(cells), np.bool_)
    wanted = words if isinstance(words, AbstractSet | Mapping) else set(words)
    return np.fromiter(map(wanted.__contains__, cells.tolist()), np.bool_, len(cells))


def _missing(cells: npt.NDArray[Any]) -> Bools:
    """Tell which cells hold nothing."""
    found: Bools
    if cells.dtype.kind == "M":
        found = np.isnat(cells)
    elif cells.dtype.kind == "f":
        found = np.isnan(cells)
    else:
        found = cells == None  # noqa: E711 - elementwise
    return found


def first_of(groups: Objects, wanted: Bools) -> Bools:
    """Tell which records are the first wanted ones of their groups."""
    places, seen = np.flatnonzero(wanted), dict[Any, int]()
    for place, group in zip(places.tolist(), groups[places].tolist(), strict=True):
        seen.setdefault(group, place)
    found = np.zeros(len(groups), np.bool_)
    found[list(seen.values())] = True
    return found


def state_column(form: Form, catalogue: Catalogue) -> Column | None:
    """Return the column that tells how far a record is: the first whose words know an end."""
    return next((column for column in form.columns if _finished_words(column, catalogue)), None)


def _finished_words(column: Column, catalogue: Catalogue) -> list[str]:
    if column.kind != "word" or column.vocabulary is None:
        return []
    return [word.zh for word in catalogue.vocabulary(column.vocabulary).words if word.finished]


@lru_cache(maxsize=1024)
def wholes_of(form: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the forms whose records those of a form are parts of."""
    key = catalogue.forms[form].column(catalogue.forms[form].key)
    return key.refers_to if key.kind == "id" else ()


@lru_cache(maxsize=1024)
def _state_field(form: str, catalogue: Catalogue) -> str | None:
    column = state_column(catalogue.forms[form], catalogue)
    return None if column is None else column.id


@lru_cache(maxsize=1024)
def _words_of_state(form: str, catalogue: Catalogue, kind: str) -> frozenset[str]:
    """Return the words of a form's state column after which nothing is left to do, or nothing for now."""
    column = state_column(catalogue.forms[form], catalogue)
    if column is None or column.vocabulary is None:
        return frozenset()
    words = catalogue.vocabulary(column.vocabulary).words
    return frozenset(word.zh for word in words if getattr(word, kind))
