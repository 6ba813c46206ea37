"""The row that adds up a table from right below its last record: it gives way to a new record.

Its cells move one row down within the table's columns, with their formats and merged ranges; what it adds up
reaches over the new row. It stays, and the new record is held back, where that would leave a wrong total: a
total typed as a number, a formula that names single records, something that points at the row by address.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import has_formula, plain
from sheetsync.excel.exceltable import ExcelTable
from sheetsync.excel.facts import kind_of
from sheetsync.excel.outlineedit import NewCell
from sheetsync.excel.references import lengthened, meets, named
from sheetsync.excel.rowdesk import Desk, own_style
from sheetsync.excel.sheet import Area
from sheetsync.text import Text

_WORDS = frozenset({"合计", "小计", "总计", "汇总", "共计", "total", "subtotal", "sum", "grandtotal"})
_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?f(?:\s[^>]*)?>([^<]+)</")
_ANY_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?(?:f|formula[12]?)(?:\s[^>]*)?>([^<]+)</")
"""Formulas of cells, conditional formats, validations and charts."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A row that adds up the records above it.

    Args:
        line: Its cells.
        body: What it adds up, the header row included.
    """

    line: Area
    body: Area

    @property
    def columns(self) -> range:
        """The columns of its cells."""
        return range(self.line.left, self.line.right + 1)


def totals_at(
    desk: Desk, row: int, columns: range, header_row: int, table: ExcelTable | None
) -> Totals | None:
    """Return the totals row right below the last record, None if that row is none.

    Args:
        desk: The sheet.
        row: Number of the row below the last record.
        columns: The table's columns.
        header_row: Number of the row with their titles.
        table: The table in Excel's sense that they belong to.
    """
    if table is not None:
        if table.totals != 1 or row != table.area.bottom:
            return None
        columns = range(table.area.left, table.area.right + 1)
    elif not any(_is_total(desk.value(row, column)) for column in columns):
        return None
    line = Area(row, columns[0], row, columns[-1])
    return Totals(line, Area(header_row, columns[0], row - 1, columns[-1]))


def why_not(desk: Desk, totals: Totals) -> Text | None:
    """Return why a totals row cannot give way, None if it can; what it would move to is not looked at."""
    row = totals.line.top
    for column in totals.columns:
        if (why := _why_not(desk, row, column, totals)) is not None:
            return why
    if any(hanger.kind == "comment" and meets(hanger.area, totals.line) for hanger in desk.hangers):
        return Text("合计行有批注", "the totals row has a comment")
    if any(_points_at(text, sheet, desk.name, totals.line) for sheet, text in _formulas(desk)):
        return Text("有公式、名称或图表引用了合计行", "a formula, name or chart points at the totals row")
    return None


def give_way(desk: Desk, totals: Totals) -> None:
    """Move a totals row one row down."""
    row = totals.line.top
    for column in totals.columns:
        cell = desk.cell(row, column)
        if cell is not None:
            kind = kind_of(cell)
            inner = _reaching(cell.inner, totals.body)
            desk.put(row + 1, column, NewCell(own_style(cell), "" if kind == "n" else kind, inner))


def _why_not(desk: Desk, row: int, column: int, totals: Totals) -> Text | None:
    """Return why one cell of a totals row cannot move, None if it can."""
    cell = desk.cell(row, column)
    merged = desk.merged(row, column)
    across = merged is None or (
        merged.top == merged.bottom and totals.line.left <= merged.left and merged.right <= totals.line.right
    )
    if not across or desk.holds_picture(row, column) or desk.spilled(row, column):
        return Text("合计行不能下移", "the totals row cannot move")
    if cell is None or not cell.inner:
        return None
    if not has_formula(cell.inner):
        number = isinstance(desk.value(row, column), int | float)
        return Text("合计是手填的数，不会跟着变", "a total is a typed number") if number else None
    formula = _FORMULA.search(cell.inner)
    if formula is None or b" t=" in cell.inner[: formula.start(1)] or b" cm=" in cell.attributes:
        return Text("合计行不能下移", "the totals row cannot move")
    text = plain(formula[1])
    names_records = any(
        one.sheet is None and meets(one.area, totals.body) and one.area.bottom <= totals.body.bottom
        for one in named(text)
    )
    if names_records and lengthened(text, totals.body, row) == text:
        return Text("合计公式不会包括新的一行", "a total would not include the new row")
    return None


def _reaching(inner: bytes, body: Area) -> bytes:
    """Return the content of a totals cell whose formula adds up one row more."""
    found = _FORMULA.search(inner)
    if found is None:
        return inner
    formula = lengthened(plain(found[1]), body, body.bottom + 1)
    return inner[: found.start(1)] + splice.escape(formula).encode() + inner[found.end(1) :]


def _is_total(value: str | float | bool | None) -> bool:
    if not isinstance(value, str):
        return False
    words = "".join(unicodedata.normalize("NFKC", value[:40]).lower().split())
    return words.partition(":")[0] in _WORDS


def _formulas(desk: Desk) -> Iterator[tuple[str, str]]:
    """Yield the title of a sheet and a formula on it; an empty title for names and charts."""
    host = desk.host
    for name in host.book.names:
        if not name.name.lower().startswith(("_xlnm.", "_sheetsync.")):
            yield "", name.text
    for sheet in host.book.sheets:
        if sheet.kind == "worksheet":
            for text in set(_ANY_FORMULA.findall(host.package.read_xml(sheet.part))):
                yield sheet.name, plain(text)
    for part in host.package.names():
        if "/charts/" in part and part.endswith(".xml"):
            for text in set(_ANY_FORMULA.findall(host.package.read_xml(part))):
                yield "", plain(text)


def _points_at(formula: str, sheet: str, title: str, line: Area) -> bool:
    """Return True if a formula names cells of a row by their address, but not the rows below as well."""
    return any(
        (one.sheet if one.sheet is not None else sheet).lower() == title.lower()
        and meets(one.area, line)
        and one.area.bottom <= line.bottom
        for one in named(formula)
    )
