"""Where the tables of a sheet stand: one below the other, or side by side with an empty column between."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice

from sheetsync.intake.grid import Grid
from sheetsync.intake.headers import LEAST_KNOWN, Match, Recognised, Recogniser, recognised
from sheetsync.intake.normalise import is_blank
from sheetsync.intake.titles import row_titles, stacked_titles, title_key
from sheetsync.model.table import OwnColumns, RawSheet, RawValue

SEARCHED_ROWS = 30
"""So many used rows from the top are all looked at; further down only rows that look like headers."""
_SAMPLED_ROWS = 200
"""Rows below a header that are looked at to tell what a column holds."""
_BETTER = 0.01
"""Two rows are taken for one header only where that really finds more."""
_LEAST_FIELDS, _LEAST_SCORE = 3, 1.5
"""What a further table must show beside the main one: chance hits in a body of text are no header."""


@dataclass(frozen=True, slots=True)
class _Header:
    """A row that can be read as the header of a table."""

    position: int
    depth: int
    titles: Mapping[int, str]
    match: Match

    @property
    def first(self) -> int:
        """Position of its first row."""
        return self.position - self.depth + 1

    @property
    def left(self) -> int:
        """Position of its first field."""
        return min(self.match.fields.values())

    def beside(self, other: "_Header") -> bool:
        """Tell whether the two share no column."""
        return not set(self.titles) & set(other.titles)

    def repeats(self, other: "_Header") -> bool:
        """Tell whether it is the header of `other` once more."""
        mine = {at: title_key(title) for at, title in self.titles.items()}
        alike = sum(mine.get(at) == title_key(title) for at, title in other.titles.items())
        return self.match.form.id == other.match.form.id and alike * 2 >= len(other.titles)


def tables_on(grid: Grid, recogniser: Recogniser) -> tuple[Recognised, ...]:
    """Return the tables of a sheet from top to bottom and from left to right; none where no form is found."""
    sheet = grid.sheet
    headers = _chosen([header for rows in _rows(grid, recogniser) for header in rows])
    if not headers:
        return ()
    owned = _owners(sheet, headers)
    return tuple(
        recognised(
            header.match,
            header=header.position,
            stop=_stop(sheet, header, headers),
            titles=header.titles,
            own=owned.get(index),
        )
        for index, header in enumerate(headers)
    )


def _rows(grid: Grid, recogniser: Recogniser) -> Iterator[list[_Header]]:
    """Yield, for each row that may be a header, the tables it would be the header of."""
    sheet = grid.sheet
    ours = {number - sheet.first_column for own in sheet.own for number in own.columns.values()}
    positions = list(_candidates(grid, recogniser))
    words = Words(sheet.rows, positions, recogniser)
    groups = {top - sheet.first_row for top, _, bottom, _ in sheet.merged if top == bottom}

    for position in positions:
        if not words.may_be_headers(position, grouped=position - 1 in groups):
            continue
        single = row_titles(sheet.rows[position])
        above = row_titles(sheet.rows[position - 1]) if position else {}
        best = _headers(grid, position, 1, _others(single, ours), recogniser)
        if above:
            both = stacked_titles(sheet, position, above, single, recogniser.knows)
            headers = _headers(grid, position, 2, _others(both, ours), recogniser) if both != single else []
            if _score(headers) > _score(best) + _BETTER:
                best = headers
        if best:
            yield best


class Words:
    """What the texts of the rows that may be headers are to headers: nearly all rows are told by it.

    Args:
        rows: The rows of the sheet.
        positions: Those that may be headers.
        recogniser: What knows the headers.
    """

    def __init__(
        self, rows: Sequence[Sequence[RawValue]], positions: Collection[int], recogniser: Recogniser
    ) -> None:
        self._rows = rows
        looked_at = {*positions, *(position - 1 for position in positions if position)}
        texts = {value for at in looked_at for value in rows[at] if type(value) is str and value}
        self._begun = recogniser.begun(texts)
        self._known = {text for text in self._begun if recogniser.knows(text)}
        self._begins = {at for at in looked_at if not self._begun.isdisjoint(rows[at])}

    def may_be_headers(self, position: int, *, grouped: bool) -> bool:
        """Tell whether a row may hold several headers, alone or together with the row above it.

        Args:
            position: Where the row is.
            grouped: True where a cell of the row above it stands above several of its own.
        """
        if position not in self._begins and position - 1 not in self._begins:
            return False
        row, above = self._rows[position], self._rows[position - 1] if position else ()
        known = sum(map(self._known.__contains__, chain(above, row)))
        if grouped or known >= LEAST_KNOWN:
            return True
        # A cell makes up no header with another one of the same words.
        pairs = ((upper, lower) for upper, lower in zip(above, row, strict=False) if upper != lower)
        return known + sum(not self._begun.isdisjoint(pair) for pair in pairs if all(pair)) >= LEAST_KNOWN


def _others(titles: Mapping[int, str], ours: AbstractSet[int]) -> Mapping[int, str]:
    """Return titles without those of our own columns."""
    return {index: title for index, title in titles.items() if index not in ours} if ours else titles


def _score(headers: Sequence[_Header]) -> float:
    return sum(header.match.score for header in headers)


def _headers(
    grid: Grid, position: int, depth: int, titles: Mapping[int, str], recogniser: Recogniser
) -> list[_Header]:
    """Return the one table a row is the header of, or those that stand side by side."""

    def below(column: int) -> Collection[RawValue]:
        return set(grid.stretch(column, position + 1, position + 1 + _SAMPLED_ROWS))

    def read(part: Mapping[int, str]) -> _Header | None:
        match = recogniser.match(part, below, grid.sheet.name)
        return None if match is None else _Header(position, depth, part, match)

    if not recogniser.says_something(titles.values()):
        return []
    parts = _apart(titles)
    if len(parts) > 1:
        several = [header for header in map(read, parts) if header is not None and _is_sure(header)]
        if len(several) > 1:
            return several
    whole = read(titles)
    return [] if whole is None else [whole]


def _apart(titles: Mapping[int, str]) -> list[dict[int, str]]:
    """Part a row of headers where a column has none."""
    parts: list[dict[int, str]] = []
    last = None
    for index, title in sorted(titles.items()):
        if last is None or index > last + 1:
            parts.append({})
        parts[-1][index] = title
        last = index
    return parts


def _candidates(grid: Grid, recogniser: Recogniser) -> Iterator[int]:
    """Yield the rows that may be headers, from top to bottom.

    Those at the top are all looked at. Further down: rows with several cells that a form has as headers, and
    the first rows after an empty one.
    """
    rows = grid.sheet.rows
    empty = frozenset(grid.gaps)
    used = (
        position for position, row in enumerate(rows) if position not in empty and not all(map(is_blank, row))
    )
    top = list(islice(used, SEARCHED_ROWS))
    yield from top
    end = top[-1] if top else -1
    spelled: dict[int, int] = {}
    for column in grid.columns:
        hits = recogniser.spellings.intersection(column[end + 1 :])
        if hits:
            for position, value in enumerate(column[end + 1 :], end + 1):
                if value in hits:
                    spelled[position] = spelled.get(position, 0) + 1
    later = {position for position, count in spelled.items() if count > 1}
    for gap in grid.gaps:
        # Nothing over nothing is no header: forms are ready for hundreds of rows that nobody has filled in.
        if gap + 1 not in empty:
            below = range(gap + 1, min(gap + 4, len(rows)))
            later.update(row for row in below if row not in empty or row - 1 not in empty)
    yield from sorted(position for position in later if position > end)


def _is_sure(header: _Header) -> bool:
    match = header.match
    return match.has_key and len(match.fields) >= _LEAST_FIELDS and match.score >= _LEAST_SCORE


def _chosen(found: Sequence[_Header]) -> list[_Header]:
    """Return the headers that are meant: the best one, and every sure one that is not the same once more."""
    best: _Header | None = None
    for header in found:
        if best is None or header.match.score > best.match.score + _BETTER:
            best = header
    chosen: list[_Header] = []
    for header in found:
        if header is not best and not _is_sure(header):
            continue
        above = [other for other in chosen if not header.beside(other)]
        # A header of two rows is found at its first row, too.
        overlapped = [other for other in above if other.position >= header.first]
        if any(other.match.score + _BETTER >= header.match.score for other in overlapped):
            continue
        if any(header.repeats(other) for other in above if other not in overlapped):
            continue
        chosen = [other for other in chosen if other not in overlapped]
        chosen.append(header)
    return chosen


def _stop(sheet: RawSheet, header: _Header, headers: Sequence[_Header]) -> int:
    """Return where a table ends: at the titles above the next one below it, or with the sheet."""
    below = [
        other.first for other in headers if other.position > header.position and not other.beside(header)
    ]
    if not below:
        return len(sheet.rows)
    stop = min(below)
    while stop > header.position + 1 and sum(not is_blank(value) for value in sheet.rows[stop - 1]) <= 1:
        stop -= 1
    return stop


def _owners(sheet: RawSheet, headers: Sequence[_Header]) -> dict[int, OwnColumns]:
    """Return which columns of ours stand beside which table, by the table's position among `headers`.

    They stand in the row of its header, to the right of it. People may have moved rows about: what is left
    over goes to the one table that is left over.
    """
    owned: dict[int, OwnColumns] = {}
    free = list(sheet.own)
    for index, header in enumerate(headers):
        row, left = sheet.first_row + header.position, sheet.first_column + header.left
        near = [own for own in free if own.row == row and max(own.columns.values()) > left]
        if near:
            owned[index] = min(near, key=lambda own: max(own.columns.values()))
            free.remove(owned[index])
    bare = [index for index in range(len(headers)) if index not in owned]
    if len(bare) == 1 and free:
        owned[bare[0]] = free[0]
    return owned
