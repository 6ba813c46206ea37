"""Our columns taken out again; what people typed into them stays and becomes theirs."""

from collections.abc import Callable, Mapping

from sheetsync import marks
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import cell_text, has_formula
from sheetsync.excel.colours import unmark_rows
from sheetsync.excel.columns import move_filter
from sheetsync.excel.exceltable import shrink, tables_of
from sheetsync.excel.facts import style_of
from sheetsync.excel.filling import fitted, release_formula
from sheetsync.excel.host import Host, RowsEdit
from sheetsync.excel.outlineedit import GONE, NewCell, RowEnds, reference
from sheetsync.excel.sheet import Stored, areas
from sheetsync.excel.widths import drop_widths
from sheetsync.marks import column_letters
from sheetsync.model.edit import Change, EngineColumn, RemoveColumns


class _Emptying:
    """One of our columns, taken out cell by cell; meets the protocol Fill."""

    def __init__(
        self, host: Host, sheet: str, column: int, rows: Mapping[int, None], made: EngineColumn
    ) -> None:
        self.column = column
        self.rows = rows
        self._host = host
        self._sheet = sheet
        self._made = made
        self._changing = host.changing(sheet, column, rows)

    def decide(self, row: int, cell: Stored | None, left_style: Callable[[], int]) -> NewCell | None:
        """Return that a cell shall be gone, or empty; None where there is none."""
        if cell is None:
            return None
        if has_formula(cell.inner):
            release_formula(self._host, cell, self._sheet)
        before = self._host.value(cell)
        self._changing.add(row, "" if before is None else cell_text(before))
        # A cell with another format than we would have made was there before us: people gave it that.
        moment = self._made.kind == "datetime"
        left = left_style()
        ours = {0, left, fitted(self._host, moment, self._made.sentence, False, left)}
        return GONE if style_of(cell) in ours else NewCell(style_of(cell))

    def fresh(self, ends: RowEnds, _prefix: bytes, _proof: Callable[[bytes], None]) -> list[bytes]:
        """Return no cells: there is nothing to take out of these rows."""
        return [b""] * len(ends.numbers)


def remove_columns(host: Host, order: RemoveColumns) -> None:
    """Take our columns of one table, their marks and the sheet's colours out.

    Raises:
        InputRefusedError: The sheet cannot be edited.
    """
    sheet, edit = host.sheet(order.sheet), host.edit(order.sheet)
    present = host.ours.of(sheet.name, order.number)
    unmark_rows(host, sheet.name)
    going = {column.column: 0 if name in order.kept else column.row for name, column in present.items()}
    going |= _held_by_tables(host, sheet.part, {column.column for column in present.values()}, order)
    made = {present[column.name].column: column for column in order.columns if column.name in present}
    for number, header_row in going.items():
        title = next((cell for cell in edit.row_cells(header_row) if cell.column == number), None)
        rows = dict.fromkeys(order.rows)
        if header_row:
            rows[header_row] = None
            shown = host.value(title)
            before = "" if shown is None else cell_text(shown)
            cell = f"{column_letters(number)}{header_row}"
            host.changes.append(Change(sheet=sheet.name, cell=cell, what="column", before=before, after=""))
        edit.fill(_Emptying(host, sheet.name, number, rows, made[number]))
    free = {number for number, header_row in going.items() if header_row}
    if free:
        drop_widths(edit, free)
        _narrow(host, edit, sheet.name, min(free), max(free))
    for defined in host.book.names:
        mark = marks.parse(defined.name)
        if isinstance(mark, marks.ColumnMark) and mark.index == order.number:
            host.book.drop_name(defined.name, defined.local)


def _held_by_tables(host: Host, part: str, ours: set[int], order: RemoveColumns) -> dict[int, int]:
    """Shrink the Excel tables that end with columns of ours; return columns that must keep their title.

    A column in the middle of a table cannot go without moving what people put at its right.

    Returns:
        Number of each such column, to 0 instead of its header row.
    """
    held: dict[int, int] = {}
    kept = {
        column.column
        for name, column in host.ours.of(order.sheet, order.number).items()
        if name in order.kept
    }
    for table in tables_of(host.package, part):
        inside = {number for number in ours if table.area.left < number <= table.area.right}
        last = table.area.right
        while last in inside - kept:
            last -= 1
        if last < table.area.right:
            shrink(host.package, table, table.area.right - last)
        held |= {number: 0 for number in inside - kept if number <= last}
    return held


def _narrow(host: Host, edit: RowsEdit, sheet: str, first: int, last: int) -> None:
    """Let the sheet's filter and its stated dimension end where they did before our columns came."""
    move_filter(host, edit, sheet, last, first - 1)
    element = edit.part.child("dimension")
    if element is None:
        return
    tag = element.open_tag(edit.part.xml)
    stated = next(areas([splice.attribute(tag, "ref") or ""]), None)
    if stated is not None and stated.right == last and stated.left < first:
        narrow = stated._replace(right=first - 1)
        edit.replace_tag(element, splice.set_attribute(tag, "ref", reference(narrow)))
