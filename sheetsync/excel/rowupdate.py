"""Other values for cells that people filled: each only where its cell still holds what was read."""

from dataclasses import replace

from sheetsync.errors import InputRefusedError
from sheetsync.excel.cellvalue import same_value
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.replacement import holds, shown
from sheetsync.excel.rowdesk import Desk
from sheetsync.excel.shapes import shape
from sheetsync.model.rowchange import CellChange, Setback, UpdateRow
from sheetsync.text import Text


def update(desk: Desk, change: UpdateRow) -> tuple[UpdateRow | None, list[Setback]]:
    """Give the cells of a row other values; a cell that cannot have one does not stop the others.

    A cell that holds the value already is left as it is, however it is spelled there.

    Returns:
        The change as far as it landed, None where nothing did; and what is in the way of each other cell.
    """
    landed: dict[int, CellChange] = {}
    setbacks = []
    for column, cell in change.cells.items():
        try:
            _write(desk, change.row, column, cell)
        except InputRefusedError as refusal:
            only = change if len(change.cells) == 1 else replace(change, cells={column: cell})
            setbacks.append(Setback(change=only, why=Text(refusal.say("zh"), refusal.say("en"))))
        else:
            landed[column] = cell
    if not setbacks:
        return change, []
    return (replace(change, cells=landed) if landed else None), setbacks


def _write(desk: Desk, row: int, column: int, cell: CellChange) -> None:
    """Give one cell another value.

    Raises:
        InputRefusedError: It holds something else than expected, or must not be written.
    """
    host = desk.host
    present = desk.value(row, column)
    where = desk.place(row, column)
    style = desk.style(row, column)
    wanted = shape(cell.value, desk.look(row, column, style), desk.neighbours(row, column))
    if same_value(present, wanted.value, date1904=host.date1904):
        return
    desk.refuse_fixed(row, column)
    if not holds(present, cell.expected, date1904=host.date1904):
        held = "" if present is None else present
        raise uneditable(
            f"这个单元格现在是“{held}”，与读到的“{shown(cell.expected)}”不同",
            f"This cell holds '{held}' now, not '{shown(cell.expected)}' as it was read",
            where,
        )
    new = desk.shown(wanted, style, where)
    desk.put(row, column, new, (shown(cell.expected), shown(wanted.value)))
