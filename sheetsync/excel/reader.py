"""A workbook as it stands: values by calamine; places, formats and marks by our own scan."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from sheetsync.excel import ours
from sheetsync.excel.book import Book, Sheet
from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.gate import LIMITS, Limits, open_package
from sheetsync.excel.package import Package
from sheetsync.excel.refusals import damaged, unsafe
from sheetsync.excel.sheet import Row, SheetPart
from sheetsync.excel.splice import Splices
from sheetsync.excel.styles import MINIMAL, Styles
from sheetsync.excel.zipped import DamagedZipError
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version

_HARMLESS = 4_000_000
"""Cells of a rectangle that calamine may well hold."""


def read_book(content: bytes, *, name: str, version: Version, where: str, limits: Limits = LIMITS) -> RawBook:
    """Return everything a workbook holds.

    Args:
        content: The bytes of the file.
        name: What people call it.
        version: What the write must give back.
        where: The path, for messages.
        limits: How much is acceptable.

    Raises:
        InputRefusedError: It cannot be read safely.
    """
    package, book = open_package(content, where, limits)
    found = ours.find(book)
    styles = cache(partial(_styles, package, book))
    worksheets = [sheet for sheet in book.sheets if sheet.kind == "worksheet"]
    facts = {sheet.name: SheetFacts(partial(package.read_xml, sheet.part), styles) for sheet in worksheets}
    try:
        trimmed = [_trimmed(package, sheet, facts[sheet.name].part, limits, where) for sheet in worksheets]
        values = _open(package.build() if any(trimmed) else content, where)
        return RawBook(
            name=name,
            version=version,
            numbers=found.indexes,
            sheets=tuple(
                _sheet(
                    sheet,
                    values.get_sheet_by_name(sheet.name),
                    facts[sheet.name],
                    found,
                    date_1904=book.date1904,
                    limits=limits,
                    where=where,
                )
                for sheet in worksheets
            ),
        )
    except (CalamineError, DamagedZipError, ValueError) as error:
        raise damaged(str(error), where) from error


def _open(content: bytes, where: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content))
    except CalamineError as error:
        raise damaged(str(error), where) from error


def _styles(package: Package, book: Book) -> Styles:
    part = package.related(book.part, "styles")
    return Styles(package.read_xml(part) if part else MINIMAL)


def _sheet(
    sheet: Sheet,
    values: CalamineSheet,
    facts: SheetFacts,
    found: ours.Ours,
    *,
    date_1904: bool,
    limits: Limits,
    where: str,
) -> RawSheet:
    rows = values.to_python()
    if len(rows) > limits.rows:
        raise unsafe(
            f"工作表“{sheet.name}”多于 {limits.rows} 行",
            f"sheet '{sheet.name}' has more than {limits.rows} rows",
            where,
        )
    top, left = values.start or (0, 0)
    return RawSheet(
        name=sheet.name,
        rows=_padded(rows),
        first_row=top + 1,
        first_column=left + 1,
        merged=tuple(facts.merged),
        facts=facts,
        own=found.on(sheet.name),
        ours=found.is_tab(sheet.name),
        hidden=sheet.hidden,
        date_1904=date_1904,
    )


def _padded(
    rows: "list[list[int | float | str | bool | time | date | datetime | timedelta]]",
) -> Sequence[Sequence[RawValue]]:
    width = max(map(len, rows), default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def _trimmed(package: Package, sheet: Sheet, part: SheetPart, limits: Limits, where: str) -> bool:
    """Make the copy that calamine reads end before a stray cell far below; return True if it had to.

    Calamine holds the whole rectangle around the content: one cell in the last row would cost gigabytes.
    """
    rows = part.rows
    width, area = _extent(part, rows, limits)
    keep = len(rows)
    if area > _HARMLESS:
        keep = _rows_before_gap(part, rows, limits.gap)
        width, area = _extent(part, rows[:keep], limits)
    if width > limits.columns:
        raise unsafe(
            f"工作表“{sheet.name}”的内容超出第 {limits.columns} 列",
            f"sheet '{sheet.name}' has content beyond column {limits.columns}",
            where,
        )
    if area > limits.area:
        raise unsafe(f"工作表“{sheet.name}”过大", f"sheet '{sheet.name}' is too large", where)
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
