"""A spreadsheet as it was read once: its tabs, what their cells hold, which columns and tabs are ours."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from sheetsync.feishusheets.document import Tab
from sheetsync.feishusheets.marks import Mark
from sheetsync.model.edit import EngineColumn
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.model.table import CellState, OwnColumns, RawBook, RawSheet, Version
from sheetsync.model.value import RawValue

WORDS = frozenset(text.say(language) for text in STATUS_TEXT.values() for language in ("zh", "en"))
"""What our status columns say."""

_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#ERROR!", "#CALC!", "#SPILL!")

Titles = Sequence[Sequence[EngineColumn]]
"""Our columns in each language, in the order in which they stand."""

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Columns of ours beside one table.

    Args:
        number: The number by which we know that table again.
        row: Row of their headers.
        columns: Our name to column number.
        unmarked: Those of them whose header bears our title, not our mark.
    """

    number: int
    row: int
    columns: Mapping[str, int]
    unmarked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SheetState:
    """A tab as it was read.

    Args:
        tab: The tab.
        rows: What its cells hold from row and column 1 on, each row equally long, nothing empty behind.
        percents: Cells that show a percentage.
        marks: Cells that bear a mark of ours.
        pictures: Cells that hold a picture or a file.
    """

    tab: Tab
    rows: Sequence[Sequence[RawValue]]
    percents: frozenset[Place] = frozenset()
    marks: Mapping[Place, Mark] = field(default_factory=dict)
    pictures: frozenset[Place] = frozenset()

    @property
    def role(self) -> str:
        """What the tab is to us, empty for one of people's; a copy that people made of ours is theirs."""
        mark = self.marks.get((1, 1))
        return mark.name if mark is not None and not mark.number and mark.sheet == self.tab.id else ""

    def value(self, row: int, column: int) -> RawValue:
        """Return what a cell holds, the empty text outside."""
        inside = 1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[0])
        return self.rows[row - 1][column - 1] if inside else ""

    @property
    def content(self) -> object:
        """What two readings of an unchanged tab have in common."""
        marks = sorted((place, mark.number, mark.name) for place, mark in self.marks.items())
        tab = self.tab
        return tab.id, tab.title, tab.hidden, tab.merges, self.rows, sorted(self.percents), marks

    def texts(self, without: frozenset[int]) -> list[tuple[int, int, str]]:
        """Return the texts in its cells by place, but those of some columns."""
        return [
            (row, column, value)
            for row, cells in enumerate(self.rows, 1)
            for column, value in enumerate(cells, 1)
            if value.__class__ is str and value and column not in without
        ]


@dataclass(frozen=True)
class DocumentState:
    """A spreadsheet, or one tab of it with ours that are about it, as it was read.

    Args:
        title: What people call it.
        sheets: Its tabs, in their order.
        revisions: By id of tab, where its count of changes stood.
        titles: Our columns in each language.
        others: Titles of all tabs.
    """

    title: str
    sheets: tuple[SheetState, ...]
    revisions: Mapping[str, int]
    titles: Titles
    others: tuple[str, ...] = ()

    @cached_property
    def version(self) -> Version:
        """Changes with every change of a cell, a tab's name or a mark."""
        text = repr([one.content for one in self.sheets])
        return Version(hashlib.sha256(text.encode()).hexdigest())

    def sheet(self, name: str) -> SheetState | None:
        """Return the tab of a name."""
        return next((one for one in self.sheets if one.tab.title == name), None)

    @cached_property
    def own(self) -> Mapping[str, tuple[Own, ...]]:
        """Our columns by id of tab; where none bears our mark, they get the next free numbers."""
        marked = [mark.number for one in self.sheets for mark in one.marks.values()]
        free = max(marked, default=0)
        found: dict[str, tuple[Own, ...]] = {}
        for one in self.sheets:
            if one.role:
                continue
            owned = list(own_columns(one, self.titles))
            for place, own in enumerate(owned):
                if not own.number:
                    free += 1
                    owned[place] = Own(number=free, row=own.row, columns=own.columns, unmarked=own.unmarked)
            found[one.tab.id] = tuple(owned)
        return found


def own_columns(sheet: SheetState, titles: Titles) -> Iterator[Own]:
    """Yield our columns of a tab; with the number 0 where none of them bears our mark.

    A column is ours where its header bears our mark. Without one, only all of ours side by side under our
    own titles, holding nothing but what we write, are taken for ours: so they come out of a template, and so
    they stand after somebody typed over a header. One column of such a title is a person's.
    """
    marked: dict[tuple[int, int], dict[str, int]] = {}
    for (row, column), mark in sorted(sheet.marks.items()):
        if mark.number:
            marked.setdefault((mark.number, row), {}).setdefault(mark.name, column)
    taken: set[Place] = set()
    for row, columns in _side_by_side(sheet, titles):
        places = {(row, column) for column in columns.values()}
        numbers = {sheet.marks[place].number for place in places if place in sheet.marks}
        number = next(iter(numbers), 0)
        bare = frozenset(name for name, column in columns.items() if (row, column) not in sheet.marks)
        if not bare or len(numbers) > 1 or not _holds_ours(sheet, row, columns):
            continue
        known = marked.pop((number, row), {})
        if any(columns[name] != column for name, column in known.items()):
            marked[number, row] = known
            continue
        taken |= places
        yield Own(number=number, row=row, columns=columns, unmarked=bare)
    for (number, row), columns in marked.items():
        yield Own(number=number, row=row, columns=columns)


def _side_by_side(sheet: SheetState, titles: Titles) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield row and columns where all of ours stand under a title or a mark of ours."""
    firsts = {one[0].title for one in titles}
    for row, cells in enumerate(sheet.rows, 1):
        if firsts.isdisjoint(cells) and not any(place[0] == row for place in sheet.marks):
            continue
        for first in range(1, len(cells) + 1):
            for ours in titles:
                columns = {one.name: first + offset for offset, one in enumerate(ours)}
                if all(_is_header(sheet, row, columns[one.name], one) for one in ours):
                    yield row, columns


def _is_header(sheet: SheetState, row: int, column: int, ours: EngineColumn) -> bool:
    mark = sheet.marks.get((row, column))
    return sheet.value(row, column) == ours.title if mark is None else mark.name == ours.name


def _holds_ours(sheet: SheetState, header: int, columns: Mapping[str, int]) -> bool:
    """Tell whether columns hold nothing but words of ours and what goes with them."""
    status = columns["status"]
    for row in range(header + 1, len(sheet.rows) + 1):
        word = sheet.value(row, status)
        if word not in WORDS and (word or any(sheet.value(row, one) for one in columns.values())):
            return False
    return True


@dataclass(frozen=True)
class Facts:
    """What a tab knows of its cells beyond their values; meets CellFacts.

    Args:
        sheet: The tab.
        is_formula: Asks whether a cell holds a formula.
    """

    sheet: SheetState
    is_formula: Callable[[int, int], bool]
    _known: dict[Place, bool] = field(default_factory=dict)

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number format of the cells that show a percentage."""
        return {row: "0%" for row, place in self.sheet.percents if place == column}

    def unreadable(self) -> Mapping[Place, str]:
        """Return the cells that show an error."""
        return {
            (row, column): value
            for row, cells in enumerate(self.sheet.rows, 1)
            for column, value in enumerate(cells, 1)
            if value.__class__ is str and value.startswith("#") and value in _ERRORS
        }

    def cell_state(self, row: int, column: int) -> CellState:
        """Return what a cell is beside its value."""
        place = (row, column)
        if place in self.sheet.pictures:
            return CellState(fixed="picture")
        for top, left, bottom, right in self.sheet.tab.merges:
            if top <= row <= bottom and left <= column <= right and place != (top, left):
                return CellState(fixed="merged")
        if place not in self._known:
            self._known[place] = self.is_formula(row, column)
        dated = isinstance(self.sheet.value(row, column), datetime | date | time)
        return CellState(fixed="formula" if self._known[place] else None, dated=dated)


def raw_book(state: DocumentState, is_formula: Callable[[str, int, int], bool]) -> RawBook:
    """Return a spreadsheet as intake takes it.

    Args:
        state: How it was read.
        is_formula: Asks whether a cell of a tab, by its id, holds a formula.
    """

    def asks(sheet: str) -> Callable[[int, int], bool]:
        return lambda row, column: is_formula(sheet, row, column)

    sheets = tuple(_sheet(one, state, asks(one.tab.id)) for one in state.sheets)
    numbers = frozenset(own.number for some in state.own.values() for own in some)
    marks = frozenset(mark.number for one in state.sheets for mark in one.marks.values() if mark.number)
    return RawBook(
        name=state.title,
        version=state.version,
        sheets=sheets,
        numbers=numbers | marks,
        tabs=frozenset(sheet.role for sheet in sheets if sheet.role),
    )


def _sheet(one: SheetState, state: DocumentState, is_formula: Callable[[int, int], bool]) -> RawSheet:
    if one.role:
        # A tab about one tab only is known there without its id.
        role = one.role.partition(".")[0]
        return RawSheet(name=one.tab.title, rows=(), ours=True, role=role, hidden=one.tab.hidden)
    return RawSheet(
        name=one.tab.title,
        rows=one.rows,
        merged=one.tab.merges,
        facts=Facts(one, is_formula),
        own=tuple(
            OwnColumns(number=own.number, row=own.row, columns=own.columns)
            for own in state.own.get(one.tab.id, ())
        ),
        hidden=one.tab.hidden,
    )
