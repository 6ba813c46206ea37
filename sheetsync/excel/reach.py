"""How far the content of a sheet reaches, settled before calamine is let in.

Calamine holds the whole rectangle around the content: one stray cell in the last row and column would cost
hundreds of gigabytes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from sheetsync.excel import splice
from sheetsync.excel.book import Sheet
from sheetsync.excel.encoding import to_utf8
from sheetsync.excel.gate import Limits
from sheetsync.excel.package import Package
from sheetsync.excel.refusals import beyond
from sheetsync.excel.sheet import Area, Row, SheetPart
from sheetsync.excel.splice import Splices
from sheetsync.excel.survey import Survey, bound, strange_cells, survey
from sheetsync.marks import column_letters

_HARMLESS = 4_000_000
"""Cells of a rectangle that calamine may well hold."""

_KEPT = 96 << 20
"""Bytes of a part that are kept, rather than inflated twice; half of what its cells take as objects."""
_DEEPEST = 10_000
"""Elements within elements; an honest sheet has about ten."""

_DATA = re.compile(rb"<(?:[^\s<>/:]+:)?sheetData[\s/>]")
_CHILDLESS = re.compile(rb"<(?:[!?]|[^<>]*/>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What was found out about a sheet.

    Args:
        seen: The survey of its part, None if the part is not a regular one.
        merged: The merged ranges.
        trimmed: True if a stray cell far below was cut off from the package's copy.
        pieces: The part, inflated, where it is small enough to be kept for whoever asks for number formats.
    """

    seen: Survey | None
    merged: tuple[Area, ...]
    trimmed: bool = False
    pieces: tuple[bytes, ...] = ()


def reach(package: Package, sheet: Sheet, limits: Limits, where: str) -> Reach:
    """Settle that a sheet can be read; cut a stray cell far below out of the copy that calamine reads.

    Args:
        package: The package; a part with a stray cell is changed in it.
        sheet: The sheet.
        limits: How much is acceptable.
        where: The path, for messages.

    Raises:
        InputRefusedError: It is beyond the limits.
        ValueError: It is damaged.
    """
    kept: list[bytes] = []
    seen = survey(_keeping(package.pieces(sheet.part), kept))
    if seen is not None and _ordinary(seen, limits):
        return Reach(seen=seen, merged=SheetPart(seen.outline).merged, pieces=tuple(kept))
    xml = to_utf8(b"".join(package.pieces(sheet.part)))
    _check_form(xml)
    part = SheetPart(xml)
    return Reach(seen=seen, merged=part.merged, trimmed=_trimmed(package, sheet, part, limits, where))


def _keeping(pieces: Iterator[bytes], kept: list[bytes]) -> Iterator[bytes]:
    """Yield pieces and keep them; a part that turns out large is not kept at all."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size <= _KEPT:
            kept.append(piece)
        else:
            kept.clear()
        yield piece


def _ordinary(seen: Survey, limits: Limits) -> bool:
    """Return True if the bounds alone show that the sheet is harmless and holds no stray cell."""
    if seen.last_column > limits.columns or seen.most_cells > limits.area:
        return False
    dense = seen.rows <= limits.rows and seen.height - seen.rows <= limits.gap
    return dense or seen.height * seen.last_column <= _HARMLESS


def _trimmed(package: Package, sheet: Sheet, part: SheetPart, limits: Limits, where: str) -> bool:
    rows = part.rows
    width, area = _extent(part, rows, limits)
    keep = len(rows)
    if area > _HARMLESS:
        keep = _rows_before_gap(part, rows, limits.gap)
        width, area = _extent(part, rows[:keep], limits)
    if width > limits.columns:
        raise beyond(
            f"工作表“{sheet.name}”的内容超出第 {limits.columns} 列",
            f"sheet '{sheet.name}' has content beyond column {limits.columns}",
            "columns",
            where,
        )
    if area > limits.area:
        raise beyond(f"工作表“{sheet.name}”过大", f"sheet '{sheet.name}' is too large", "cells", where)
    _refuse_strays(part, rows, rows[:keep], width)
    if keep == len(rows):
        return False
    changes = Splices(part.xml)
    changes.replace(rows[keep].start, rows[-1].end, b"")
    package.write_xml(sheet.part, changes.apply())
    return True


def _extent(part: SheetPart, rows: Sequence[Row], limits: Limits) -> tuple[int, int]:
    """Return the last column with content, and the cells of the rectangle around all rows."""
    width = max((_content_width(part, row, limits.columns) for row in rows), default=0)
    return width, (rows[-1].number - rows[0].number + 1) * width if rows else 0


def _rows_before_gap(part: SheetPart, rows: Sequence[Row], gap: int) -> int:
    """Return how many stored rows stand before the first `gap` rows without content."""
    last, kept = rows[0].number, 0
    for count, row in enumerate(rows, 1):
        if not _has_content(part, row):
            continue
        if row.number - last > gap:
            return kept
        last, kept = row.number, count
    return len(rows)


def _has_content(part: SheetPart, row: Row) -> bool:
    value = part.mask.find(b"<" + part.prefix + b"v", row.body, row.tail)
    return value >= 0 or part.mask.find(b"<" + part.prefix + b"is", row.body, row.tail) >= 0


def _content_width(part: SheetPart, row: Row, limit: int) -> int:
    """Return the last column of a row, or of its content where the row itself is wider than the limit."""
    width = part.last_column(row)
    if width is not None and width <= limit:
        return width
    return max((cell.column for cell in part.cells(row) if cell.tail > cell.body), default=0)


def _refuse_strays(part: SheetPart, rows: Sequence[Row], kept: Sequence[Row], width: int) -> None:
    """Refuse cells that stand in one place and say that they stand in another: calamine takes their word.

    Args:
        part: The part.
        rows: All stored rows.
        kept: Those that calamine will see.
        width: The last column with content that was found in them.

    Raises:
        ValueError: There is one.
    """
    cell = b"<" + part.prefix + b"c"
    edges = [part.data.body, *(edge for row in rows for edge in (row.start, row.end)), part.data.tail]
    first = _DATA.search(part.mask)
    if first is None or first.start() != part.data.start:
        raise ValueError("there is more than one sheetData")
    if strange_cells(part.mask[part.data.body : part.data.tail], part.prefix):
        raise ValueError("cells have different prefixes")
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if start != end and cell in part.mask[start:end]:
            raise ValueError("a cell stands outside the rows")
    if kept and not _placed_within(part, kept, width):
        for row in kept:
            _check_places(part, row)


def _placed_within(part: SheetPart, rows: Sequence[Row], width: int) -> bool:
    """Return True if a few searches show that no cell says that it stands far from where it stands."""
    seen = bound(part.mask[rows[0].start : rows[-1].end], part.prefix, rows[-1].number)
    return seen is not None and seen.column <= max(width, 26)


def _check_places(part: SheetPart, row: Row) -> None:
    said = _place_of(part.mask[row.start : row.body])
    if said is not None and said != str(row.number):
        raise ValueError(f"row {row.number} says that it is row {said[:20]}")
    for cell in part.cells(row):
        place = _place_of(b"<c" + cell.attributes + b">")
        if place is not None and place.upper() != f"{column_letters(cell.column)}{row.number}":
            raise ValueError(f"a cell of row {row.number} says that it stands in {place[:20]}")


def _place_of(tag: bytes) -> str | None:
    """Return what a start tag says of its place; None if it says nothing.

    Raises:
        ValueError: It says so twice.
    """
    said = splice.values(tag, "r")
    if len(said) > 1:
        raise ValueError("an element has two places")
    return said[0] if said else None


def _check_form(xml: bytes) -> None:
    """Refuse what is not well-formed or nested without end: our searches rely on tags that belong together.

    Raises:
        ValueError: It is.
    """
    parser = expat.ParserCreate("utf-8")
    size = 1 << 20
    depth = 0
    try:
        for at in range(0, len(xml), size):
            piece = xml[at : at + size]
            # Near enough: a tag that is cut in two, or has > in an attribute, does not make ten thousand.
            depth += piece.count(b"<") - 2 * piece.count(b"</") - len(_CHILDLESS.findall(piece))
            if depth > _DEEPEST:
                raise ValueError("elements are nested without end")
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"not well-formed: {error}") from error
