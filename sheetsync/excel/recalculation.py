"""Whether formulas of people depend on what we wrote: then the workbook is calculated when it is opened."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from sheetsync.excel import splice
from sheetsync.excel.book import Sheet
from sheetsync.excel.formulas import speaks_of_columns, speaks_of_sheet
from sheetsync.excel.host import Host

_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?f(?:\s[^>]*)?>([^<]+)</")
_PLAIN_FORMULA = re.compile(rb"<f(?:\s[^>]*)?>([^<]+)</")
_SHAPE = bytes.maketrans(b"123456789", b"0" * 9)
_DIGITS = frozenset("0123456789")


def mentions(host: Host, title: str, *, except_parts: AbstractSet[str]) -> bool:
    """Return True if a cell or a defined name speaks of a sheet.

    Args:
        host: The workbook.
        title: Title of the sheet.
        except_parts: Sheet parts whose cells do not count.
    """
    names = [
        name.text for name in host.book.names if not name.name.lower().startswith(("_xlnm.", "_sheetsync."))
    ]
    if speaks_of_sheet(names, title):
        return True
    exact = not _DIGITS.isdisjoint(title)
    return any(
        speaks_of_sheet(_formulas(host, sheet, exact=exact), title)
        for sheet in host.book.sheets
        if sheet.kind == "worksheet" and sheet.part not in except_parts
    )


def depends(host: Host, tabs: Iterable[str], columns: Mapping[str, AbstractSet[int]]) -> bool:
    """Return True if a formula may depend on these tabs, or on these columns of sheets.

    Args:
        host: The workbook.
        tabs: Titles of tabs of ours that were written.
        columns: Title of a sheet to the columns of ours in it that were written.
    """
    ours = {sheet.part for sheet in host.book.sheets if host.ours.is_tab(sheet.name)}
    if any(mentions(host, title, except_parts=ours) for title in tabs):
        return True
    for title, numbers in columns.items():
        sheet = host.sheet(title)
        if speaks_of_columns(_formulas(host, sheet), numbers):
            return True
        if mentions(host, title, except_parts=ours | {sheet.part}):
            return True
    return False


def _formulas(host: Host, sheet: Sheet, *, exact: bool = False) -> AbstractSet[str]:
    """Return the formulas of a sheet as it was read; we write none.

    Args:
        host: The workbook.
        sheet: The sheet.
        exact: Otherwise every digit is a 0: what was filled down is one formula then, or one for each length
            of its row numbers, and where it points to, but for the row, can still be told.
    """
    if not host.may_hold_formulas(sheet):
        return frozenset()
    key = sheet.part, exact
    if key not in host.formulas:
        host.formulas[key] = frozenset(_formulas_of(host, sheet.part, exact=exact))
    return host.formulas[key]


def _formulas_of(host: Host, part: str, *, exact: bool) -> set[str]:
    # A look piece by piece first: most large sheets have none.
    ends, before = False, b""
    for piece in host.package.pieces(part):
        ends = ends or b"f>" in piece or before + piece[:1] == b"f>"
        before = piece[-1:]
    if not ends:
        return set()
    # No part holds a byte 0.
    data = host.package.read(part)
    # Nearly all parts are written without prefixes: then there is less to look at.
    prefixed = b":f>" in data or b":f " in data
    joined = b"\0".join((_FORMULA if prefixed else _PLAIN_FORMULA).findall(data))
    if not exact and b"&#" not in joined:
        joined = joined.translate(_SHAPE)
    return {splice.unescape(text.decode("utf-8", "replace")) for text in set(joined.split(b"\0"))}
