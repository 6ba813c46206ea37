"""Edits in, changed parts out: the one place that knows in which order the edits are applied."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sheetsync.excel.book import Book
from sheetsync.excel.colours import mark_rows
from sheetsync.excel.columns import append_columns, set_cells
from sheetsync.excel.host import Host
from sheetsync.excel.package import Package
from sheetsync.excel.recalculation import depends
from sheetsync.excel.refusals import damaged
from sheetsync.excel.removal import remove_columns
from sheetsync.excel.replacement import replace_value
from sheetsync.excel.survey import Survey
from sheetsync.excel.tabs import remove_sheet, replace_sheet, titles_of
from sheetsync.excel.zipped import DamagedZipError
from sheetsync.marks import column_number
from sheetsync.model.edit import (
    AppendColumns,
    Change,
    Edit,
    MarkRows,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)


def apply(
    package: Package,
    book: Book,
    edits: Sequence[Edit],
    *,
    where: str,
    surveys: Mapping[str, Survey] = MappingProxyType({}),
) -> Sequence[Change]:
    """Bring a package to the state that `edits` describe; nothing is written to disk here.

    Args:
        package: The package, changed in place.
        book: Its workbook part.
        edits: What shall stand in the workbook.
        where: The path, for messages.
        surveys: What is known of regular sheets, by title.

    Returns:
        What was changed; nothing if everything stood already.

    Raises:
        InputRefusedError: An edit would break something; the package must then be thrown away.
    """
    host = Host(package, book, surveys)
    try:
        _apply(host, edits)
    except (DamagedZipError, ValueError) as error:
        raise damaged(str(error), where) from error
    return host.all_changes


def _apply(host: Host, edits: Sequence[Edit]) -> None:
    _apply_to_cells(host, edits)
    colours = [order for order in edits if isinstance(order, MarkRows)]
    for sheet in dict.fromkeys(order.sheet for order in colours):
        mark_rows(host, [order for order in colours if order.sheet == sheet])
    titles = titles_of(host, [order for order in edits if isinstance(order, ReplaceSheet)])
    for order in edits:
        if isinstance(order, ReplaceSheet):
            replace_sheet(host, order, titles)
        elif isinstance(order, RemoveSheet):
            remove_sheet(host, order)
    host.settle()
    if host.all_changes:
        if not host.book.recalculates and _matters_to_formulas(host):
            host.book.recalculate()
        host.save()


def _apply_to_cells(host: Host, edits: Sequence[Edit]) -> None:
    for order in edits:
        if isinstance(order, AppendColumns):
            append_columns(host, order)
        elif isinstance(order, SetCells):
            set_cells(host, order)
        elif isinstance(order, ReplaceValue):
            replace_value(host, order)
        elif isinstance(order, RemoveColumns):
            remove_columns(host, order)


def _matters_to_formulas(host: Host) -> bool:
    columns = host.columns_changed
    for change in host.changes:
        if change.what == "column" and change.cell is not None:
            columns.setdefault(change.sheet, set()).add(column_number(change.cell.rstrip("0123456789")))
    tabs = [change.sheet for change in host.changes if change.what == "tab" and change.after]
    return depends(host, tabs, columns)
