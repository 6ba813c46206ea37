"""A workbook as it stands: values by calamine; places, formats and marks by our own scan."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from io import BytesIO
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from sheetsync.collector import uncollected
from sheetsync.excel import ours
from sheetsync.excel.book import Book, Sheet
from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.gate import LIMITS, Limits, open_package
from sheetsync.excel.package import Package
from sheetsync.excel.properties import edited
from sheetsync.excel.reach import Reach, reach
from sheetsync.excel.readable import hastened, make_readable, with_known_errors
from sheetsync.excel.refusals import beyond, damaged
from sheetsync.excel.sheet import Area
from sheetsync.excel.styles import MINIMAL, Styles
from sheetsync.excel.zipped import DamagedZipError
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version

_DISTINCT = 20_000
"""So many different values are held to be shared between cells; then the collection begins anew."""
_SHARED = 100_000
"""Cells of a sheet from which on equal values are one object, at least."""

_UNKNOWN_ERROR = "cell error value"
"""How calamine says that it does not know the error a cell shows."""
_COPIED = 32 << 20
"""Bytes of a file that is copied to be read faster, at most."""
_SKIPPED = 1_000
"""Empty rows above the content that may be gone through."""


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
    worksheets = [sheet for sheet in book.sheets if sheet.kind == "worksheet"]
    try:
        found = ours.find(book)
        changed = make_readable(package, book)
        reaches = [reach(package, sheet, limits, where) for sheet in worksheets]
        parts = [sheet.part for sheet in worksheets]
        faster = hastened(zip(parts, reaches, strict=True)) if len(content) <= _COPIED else {}
        if faster or changed or any(settled.trimmed for settled in reaches):
            content = package.build(faster)
            faster.clear()
        with uncollected(), _panics_as_errors():
            try:
                values = _values(content, worksheets, reaches, limits, where)
            except CalamineError as error:
                if _UNKNOWN_ERROR not in str(error):
                    raise
                content = with_known_errors(*open_package(content, where, limits))
                values = _values(content, worksheets, reaches, limits, where)
        styles = cache(partial(_styles, package, book))
        return RawBook(
            name=name,
            version=version,
            numbers=found.indexes,
            tabs=frozenset(found.tabs) | frozenset(found.prints),
            edited=edited(package),
            sheets=tuple(
                RawSheet(
                    name=sheet.name,
                    rows=rows,
                    first_row=top + 1,
                    first_column=left + 1,
                    merged=_side_by_side(settled.merged, rows, top, left),
                    facts=_facts(package, sheet, settled, styles),
                    own=found.on(sheet.name),
                    ours=bool(role := found.role_of(sheet.name)),
                    role=role,
                    hidden=sheet.hidden,
                    date_1904=book.date1904,
                )
                for sheet, settled, (rows, top, left) in zip(worksheets, reaches, values, strict=True)
            ),
        )
    except (CalamineError, DamagedZipError, ValueError, LookupError) as error:
        raise damaged(str(error), where) from error


def _side_by_side(
    merged: Sequence[Area], rows: Sequence[Sequence[RawValue]], top: int, left: int
) -> tuple[Area, ...]:
    """Return merged ranges that are known not to cover the content many times over.

    Raises:
        ValueError: They do, which only a file made to harm does.
    """
    bottom, right = top + len(rows), left + len(rows[0]) if rows else left
    covered = sum(
        max(min(area.bottom, bottom) - max(area.top - 1, top), 0)
        * max(min(area.right, right) - max(area.left - 1, left), 0)
        for area in merged
    )
    if covered > (bottom - top) * (right - left):
        raise ValueError("merged ranges overlap")
    return tuple(merged)


def _facts(package: Package, sheet: Sheet, settled: Reach, styles: Callable[[], Styles]) -> SheetFacts:
    pieces = partial(iter, settled.pieces) if settled.pieces else partial(package.pieces, sheet.part)
    return SheetFacts(pieces, styles, settled.seen)


def _styles(package: Package, book: Book) -> Styles:
    part = package.related(book.part, "styles")
    return Styles(package.read_xml(part) if part else MINIMAL)


def _values(
    content: bytes, sheets: Sequence[Sheet], reaches: Sequence[Reach], limits: Limits, where: str
) -> list[tuple[list[list[RawValue]], int, int]]:
    """Return rows, first row and first column (from 0) of each sheet; calamine is gone afterwards."""
    values = CalamineWorkbook.from_filelike(BytesIO(content))
    found = []
    cells = 0
    for name, settled in zip([sheet.name for sheet in sheets], reaches, strict=True):
        sheet = values.get_sheet_by_name(name)
        if sheet.height > limits.rows:
            raise beyond(
                f"工作表“{name}”多于 {limits.rows} 行",
                f"sheet '{name}' has more than {limits.rows} rows",
                "rows",
                where,
            )
        cells += sheet.height * sheet.width
        if cells > limits.area:
            raise beyond(
                f"多于 {limits.area} 个单元格", f"it has more than {limits.area} cells", "cells", where
            )
        booleans = settled.seen is None or settled.seen.booleans
        found.append((_rows(sheet, booleans=booleans), *(sheet.start or (0, 0))))
    return found


def _rows(sheet: CalamineSheet, *, booleans: bool) -> list[list[RawValue]]:
    """Return the cells row by row; equal values of a large sheet are one object, for most of them come again.

    Args:
        sheet: The sheet.
        booleans: True if some may be true or false, which equal 1 and 0: then only texts are shared.
    """
    width = sheet.width
    if sheet.height * width < _SHARED:
        return sheet.to_python()
    shared: dict[RawValue, RawValue] = {}
    share = shared.setdefault
    blank = [""] * width
    rows: list[list[RawValue]] = []
    top = (sheet.start or (0, 0))[0]
    # One by one they begin in row 1, wherever the content does.
    for values in islice(sheet.iter_rows(), top, None) if top <= _SKIPPED else sheet.to_python():
        row: list[RawValue]
        if values == blank:
            # Rows prepared for what is to come hold one object only.
            row = values
        elif booleans:
            row = [share(value, value) if value.__class__ is str else value for value in values]
        else:
            row = list(map(share, values, values))
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        rows.append(row)
        if len(shared) > _DISTINCT:
            shared.clear()
    return rows


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    """Turn a panic inside calamine, which is no `Exception`, into a `ValueError`.

    Raises:
        ValueError: There was one.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise ValueError(str(error)) from error
