"""How far a worksheet part reaches, found while its bytes stream by, without keeping or indexing them.

Most parts are written alike: rows that begin with their number, cells that begin with their place, nothing
between them. Then a few searches bound the rectangle that holds all cells. A part that is written in another
way gets no survey, and who asked must look at its rows one by one (`sheet`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.encoding import encoding_of
from sheetsync.excel.sheet import AFTER_F, LAST_ROW, errors_in
from sheetsync.marks import column_letters, column_number

_HEAD_MOST, _TAIL_MOST, _ROW_MOST = 1 << 20, 16 << 20, 4 << 20
"""Bytes before the rows, behind them, and of one row, in a part that is still an ordinary one."""

_LETTERS = 26
"""Columns that are called by one letter."""

_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*(/?)>")
_UNVALUED = re.compile(
    rb'f(?:(?<=t="str"><f)(?!' + AFTER_F + rb"<v>(?:[^<]|</v>))|"
    rb'(?<=<f)(?<!t="str"><f)(?!' + AFTER_F + rb"<v>[^<]))"
)
"""A formula that is not plainly followed by its value, which may be an empty text.

Begins with a rare letter: that is found many times faster than the < before it.
"""
_REMARK = re.compile(rb"!(?<=<!)")
_ROOT = re.compile(rb"\s*<((?:[A-Za-z_][\w.-]*:)?)[A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The bounds of a regular worksheet part.

    Args:
        prefix: The prefix of its elements, with its colon, or nothing.
        first_row: Number of the first stored row, 1 if there is none.
        last_row: Number of the last stored row, 0 if there is none.
        lowest: No cell says that it stands below this row: `last_row` or more, less than twice as far.
        last_column: No cell stands right of it; exact where no cell holds a text of its own.
        rows: How many rows are stored.
        errors: False if no cell shows an error.
        formulas: False if no cell holds a formula.
        valued: True if every formula plainly has its value.
        booleans: False if no cell holds true or false.
        outline: The part without its rows.
        body: Offset of the first row.
        tail: Offset behind the last row.
    """

    prefix: bytes
    first_row: int
    last_row: int
    lowest: int
    last_column: int
    rows: int
    errors: bool
    formulas: bool
    valued: bool
    booleans: bool
    outline: bytes
    body: int
    tail: int

    @property
    def suspects(self) -> bool:
        """False if no cell shows an error or holds a formula."""
        return self.errors or self.formulas

    @property
    def height(self) -> int:
        """Rows from the first stored one to the last."""
        return self.last_row - self.first_row + 1

    @property
    def most_cells(self) -> int:
        """Cells of the largest rectangle that the places of the cells allow."""
        return self.lowest * self.last_column


def survey(pieces: Iterable[bytes]) -> Survey | None:
    """Return the bounds of a worksheet part, or None if it is not regular.

    Args:
        pieces: The part, piece by piece; not read to the end if it is found not to be regular.
    """
    head = _head(iter(pieces))
    if head is None:
        return None
    tally = _Tally(head.prefix)
    tail: list[bytes] = []
    if not all(map(tally.add, _whole_rows(head, tail))) or not tail:
        return None
    return Survey(
        prefix=head.prefix,
        first_row=tally.first,
        last_row=tally.last,
        lowest=_as_far_as(tally.last),
        last_column=tally.column,
        rows=tally.rows,
        errors=tally.errors,
        formulas=tally.formulas,
        valued=tally.valued,
        booleans=tally.booleans,
        outline=head.outline + b"".join(tail),
        body=head.body,
        tail=head.body + tally.size,
    )


def column_tags(rows: bytes, prefix: bytes, number: int) -> list[tuple[bytes | int, bytes]]:
    """Return row number and attributes of the cells of one column that are neither empty nor texts, both raw.

    Args:
        rows: Rows of a part that has a survey.
        prefix: The prefix of its elements, with its colon, or nothing.
        number: The column, from 1.
    """
    letters = column_letters(number).encode()
    # Letters are rarer than what stands before them.
    cell = letters + b"(?<=<" + prefix + b'c r="' + letters + b")"
    pattern = re.compile(cell + b'([0-9]+)"(?![^>]* t="s")([^>]*+)>(?!</)(?<!/>)')
    return pattern.findall(rows)


def strange_cells(rows: bytes, prefix: bytes) -> bool:
    """Return True if there are cells with another prefix: to calamine they are cells, too."""
    if prefix:
        return re.search(b"<(?!" + prefix + rb"c[\s/>])(?:[^\s<>/:]+:)?c[\s/>]", rows) is not None
    # A pattern that begins with one plain letter runs as fast as the search for that letter.
    return re.search(rb":(?=c)", rows) is not None and re.search(rb"<[^\s<>/:]+:c[\s/>]", rows) is not None


class Bound(NamedTuple):
    """What the cells of some rows say.

    Args:
        column: None of them stands right of it; 26 or more (`_LETTERS`).
        booleans: False if none holds true or false.
        errors: False if none shows an error.
    """

    column: int
    booleans: bool
    errors: bool


def bound(rows: bytes, prefix: bytes, last: int) -> Bound | None:
    """Return what the cells of some rows say.

    Args:
        rows: Their bytes.
        prefix: The prefix of their elements, with its colon, or nothing.
        last: Number of the last of them.

    Returns:
        None if a cell does not begin with a proper place in a row up to about twice `last`.
    """
    digits = str(last)
    # Most sheets of texts and numbers have no other cells; the first one that is fails at once.
    for letters in (1, 3):
        if _unlike_most(prefix, letters, digits[0], len(digits)).search(rows) is None:
            return Bound(_rightmost(rows, prefix, letters), booleans=False, errors=False)
    errors = errors_in(rows) or b"t =" in rows
    for letters, booleans in ((1, False), (3, False), (3, True)):
        pattern = _irregular(prefix, letters, digits[0], len(digits), booleans=booleans)
        if pattern.search(rows) is None:
            return Bound(_rightmost(rows, prefix, letters), booleans, errors)
    return None


def _rightmost(rows: bytes, prefix: bytes, letters: int) -> int:
    """Return the last column that cells say they stand in, `_LETTERS` at least."""
    names = set(_letters(prefix).findall(rows)) if letters > 1 else ()
    return max([_LETTERS, *(column_number(name.decode()) for name in names)])


def row_chunks(pieces: Iterable[bytes], seen: Survey) -> Iterator[bytes]:
    """Yield the rows of a part: always whole rows, some at a time.

    Args:
        pieces: The part, piece by piece; read to its end, where damage may show.
        seen: Its survey.
    """
    opening = b"<" + seen.prefix + b"row"
    before, left = seen.body, seen.tail - seen.body
    kept = b""
    for piece in pieces:
        if not left or len(piece) <= before:
            before -= len(piece)
            continue
        rows = piece[before : before + left] if before or left < len(piece) else piece
        before = 0
        left -= len(rows)
        cut = rows.rfind(opening) if left else len(rows)
        if cut < 0:
            kept += rows
            continue
        whole = b"".join((kept, memoryview(rows)[:cut])) if kept or cut < len(rows) else rows
        if whole:
            yield whole
        kept = rows[cut:]


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the rows begin: the part up to them, their offset there and in the bytes that come."""

    prefix: bytes
    outline: bytes
    body: int
    skipped: int
    rest: Iterator[bytes]


class _Tally:
    """What was counted so far."""

    def __init__(self, prefix: bytes) -> None:
        self.first, self.last, self.column, self.rows = 1, 0, 0, 0
        self.size = 0
        self.errors = self.formulas = self.booleans = False
        self.valued = True
        self._prefix = prefix
        # The w is rare, the < is not.
        self._numbers = re.compile(b"w(?<=<" + prefix + rb'row)(?: r="([0-9]{1,7})")?').findall

    def add(self, rows: bytes) -> bool:
        """Count some whole rows; return False if they are not regular."""
        self.size += len(rows)
        # One rare letter is found many times faster than a pair that begins with <.
        if _REMARK.search(rows) is not None or (b"?" in rows and b"<?" in rows):
            return False
        found = self._numbers(rows)
        if not found:
            return b"<" not in rows
        numbers = [0] if b"" in found else list(map(int, found))
        if numbers != sorted(set(numbers)) or not self.last < numbers[0] <= numbers[-1] <= LAST_ROW:
            return False
        said = None if strange_cells(rows, self._prefix) else bound(rows, self._prefix, numbers[-1])
        if said is None:
            return False
        self.column = max(
            self.column, said.column if said.column > _LETTERS else _last_letter(rows, self.column)
        )
        self.booleans = self.booleans or said.booleans
        self.first = self.first if self.rows else numbers[0]
        self.last = numbers[-1]
        self.rows += len(numbers)
        # The value of an error begins with #.
        self.errors = self.errors or b"#" in rows
        formulas = b"f" in rows and b"<" + self._prefix + b"f" in rows
        self.formulas = self.formulas or formulas
        if formulas:
            # Where it is False, somebody has to look more closely: only the usual way of writing is known.
            plain = not self._prefix and not said.errors and _UNVALUED.search(rows) is None
            self.valued = self.valued and plain
        return True


def _head(parts: Iterator[bytes]) -> _Head | None:
    """Read up to the rows; None where something unusual stands before them."""
    head = b""
    for part in parts:
        head += part
        found = _DATA.search(head)
        if found is not None:
            break
        if len(head) > _HEAD_MOST:
            return None
    else:
        return None
    before, prefix = head[: found.start()], found[1]
    opening, closing = b"<" + prefix + b"sheetData>", b"</" + prefix + b"sheetData>"
    declared = splice.after_declaration(before)
    root = _ROOT.match(before, declared)
    try:
        usual = encoding_of(before) == "utf-8"
    except LookupError:
        return None
    if not usual or root is None or root[1] != prefix or b"<!" in before or before.find(b"<?", declared) >= 0:
        return None
    body = found.end()
    if found[2]:
        return _Head(prefix, before + opening, body, 0, chain([closing + head[body:]], parts))
    return _Head(prefix, before + opening, body, body, chain([head], parts))


def _whole_rows(head: _Head, tail: list[bytes]) -> Iterator[bytes]:
    """Yield whole rows; what stands behind them all goes into `tail`, which stays empty without an end."""
    opening, closing = b"<" + head.prefix + b"row", b"</" + head.prefix + b"sheetData"
    kept, at, behind = b"", head.skipped, 0
    for piece in head.rest:
        if tail:
            behind += len(piece)
            if behind > _TAIL_MOST:
                tail.clear()
                return
            tail.append(piece)
            continue
        text = kept + piece
        end = text.find(closing, max(len(kept) - len(closing), at))
        if end >= 0:
            tail.append(text[end:])
            yield text[at:end]
            continue
        cut = max(text.rfind(opening), at)
        kept = text[cut:]
        if len(kept) > _ROW_MOST:
            return
        yield text[at:cut]
        at = 0


def _last_letter(rows: bytes, known: int) -> int:
    """Return a column of one letter that no cell stands right of; `known` or further right."""
    # A letter that occurs nowhere is in no place; one that does may be in a text.
    letters = range(_LETTERS, known, -1)
    return next((number for number in letters if column_letters(number).encode() in rows), known)


def _as_far_as(last: int) -> int:
    """Return the largest number that passes for a row up to `last`: 199 for 134."""
    digits = str(last)
    return int(f"{digits[0]}{'9' * (len(digits) - 1)}")


@lru_cache
def _letters(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(b"<" + prefix + rb'c r="([A-Z]{2,3})')


@lru_cache(maxsize=256)
def _unlike_most(prefix: bytes, letters: int, first: str, digits: int) -> re.Pattern[bytes]:
    """Return what finds a cell that is no text, number or date in a column of so many letters."""
    place = _place(_name(letters), first, digits)
    others = rb'"(?: s="[0-9]++")?+(?: t="(?:s(?:tr)?+|inlineStr)")?+/?+>)'
    return re.compile(b"<" + prefix + b'c(?! r="' + place + others)


def _name(letters: int) -> str:
    return "[A-Z]" if letters == 1 else f"[A-Z]{{1,{letters}}}+"


def _place(name: str, first: str, digits: int) -> bytes:
    shorter = f"|[0-9]{{1,{digits - 1}}}+" if digits > 1 else ""
    return f"{name}(?:[0-{first}][0-9]{{{digits - 1}}}{shorter})".encode()


@lru_cache(maxsize=256)
def _irregular(prefix: bytes, letters: int, first: str, digits: int, *, booleans: bool) -> re.Pattern[bytes]:
    """Return what finds a cell that does not begin with a place above a row, or has unusual attributes.

    Args:
        prefix: The prefix of the elements.
        letters: How many letters a column may have.
        first: First digit of the row's number.
        digits: Number of its digits.
        booleans: False to find true and false, too: only their type is written with a b.
    """
    place = _place(_name(letters), first, digits)
    # Of two places in one cell calamine takes the second, so no other attribute may be called r.
    others = rb'(?: [a-qs-z]{1,2}+="[^">' + (b"" if booleans else b"b") + rb']*+")*+'
    return re.compile(b"<" + prefix + rb'c(?! r="' + place + b'"' + others + b"/?+>)")
