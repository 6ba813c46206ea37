"""Whether formulas of people depend on what we wrote: then the workbook is calculated when it is opened."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from sheetsync.excel import splice
from sheetsync.excel.book import Sheet
from sheetsync.excel.formulas import speaks_of_columns, speaks_of_sheet
from sheetsync.excel.host import Host

_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?f(?:\s[^>]*)?>([^<]+)</")


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
    return any(
        speaks_of_sheet(_formulas(host, sheet), title)
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


def _formulas(host: Host, sheet: Sheet) -> AbstractSet[str]:
    """Return the formulas of a sheet as it was read; we write none."""
    if not host.may_hold_formulas(sheet):
        return frozenset()
    if sheet.part not in host.formulas:
        host.formulas[sheet.part] = frozenset(_formulas_of(host, sheet.part))
    return host.formulas[sheet.part]


def _formulas_of(host: Host, part: str) -> set[str]:
    # A look piece by piece first: most large sheets have none.
    ends, before = False, b""
    for piece in host.package.pieces(part):
        ends = ends or b"f>" in piece or before + piece[:1] == b"f>"
        before = piece[-1:]
    if not ends:
        return set()
    found = set(_FORMULA.findall(host.package.read(part)))
    return {splice.unescape(text.decode("utf-8", "replace")) for text in found}
