"""Which columns a table has, told from the titles in its header row."""

from collections.abc import Sequence

from sheetsync.excel.exceltable import ExcelTable
from sheetsync.excel.rowdesk import Desk, contiguous


def span_of(
    desk: Desk, header_row: int, seeds: Sequence[int], rows: Sequence[int]
) -> tuple[range, ExcelTable | None]:
    """Return the columns of a table with ours beside it, and the table in Excel's sense that they belong to.

    Args:
        desk: Its sheet.
        header_row: Number of the row with its titles.
        seeds: Columns that are known to be its own; all of that row where there are none.
        rows: Rows of which a table in Excel's sense must hold one.
    """
    titled = {column for column in desk.row(header_row) if desk.value(header_row, column) is not None}
    titled |= {
        column
        for area in desk.edit.part.merged
        if area.top <= header_row <= area.bottom
        for column in range(area.left, area.right + 1)
    }
    left, right = contiguous(titled, seeds or sorted(titled) or [1])
    table = next(
        (
            one
            for one in desk.tables
            if any(one.area.top <= row <= one.area.bottom for row in rows)
            and one.area.left <= right
            and left <= one.area.right
        ),
        None,
    )
    if table is not None:
        left, right = min(left, table.area.left), max(right, table.area.right)
    return range(left, right + 1), table
