"""Our columns: appended once at the right of a table, marked, and filled cell by cell."""

from collections.abc import Iterable

from sheetsync import marks
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import content_xml, has_formula
from sheetsync.excel.exceltable import ExcelTable, grow, tables_of
from sheetsync.excel.facts import style_of
from sheetsync.excel.filling import Filling
from sheetsync.excel.host import Host, RowsEdit
from sheetsync.excel.outlineedit import NewCell, OutlineEdit, reference
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.sheet import Area, Stored, areas
from sheetsync.excel.widths import set_widths
from sheetsync.marks import column_letters
from sheetsync.model.edit import AppendColumns, Change, EngineColumn, SetCells

_FILTER = "_xlnm._FilterDatabase"
_FARTHEST = 16_384


def append_columns(host: Host, order: AppendColumns) -> None:
    """Append those of our columns that a sheet does not have yet; give emptied headers their title again.

    Raises:
        InputRefusedError: There is no room, or the sheet cannot be edited.
    """
    sheet, edit = host.sheet(order.sheet), host.edit(order.sheet)
    present = host.ours.of(sheet.name, order.number)
    for column in order.columns:
        host.wanted[sheet.name, column.name] = column
        if column.name in present:
            _restore_title(
                host, edit, sheet.name, column, present[column.name].row, present[column.name].column
            )
    missing = [column for column in order.columns if column.name not in present]
    if not missing:
        host.claim(sheet.name, _block(order, [column.column for column in present.values()]))
        return
    table = _table_at(tables_of(host.package, sheet.part), order)
    others = [other for other in tables_of(host.package, sheet.part) if other is not table]
    first = _free_columns(host, edit, order, len(missing), table, others)
    titles = _titles(host, edit, order, missing, table)
    host.claim(sheet.name, _block(order, range(first, first + len(missing))))
    style = _style_before(edit.row_cells(order.header_row), first)
    header = {}
    for number, (column, title) in enumerate(zip(missing, titles, strict=True), first):
        kind, content = content_xml(title, date1904=host.date1904)
        edit.set_cell(order.header_row, number, NewCell(style, kind, content))
        header[number] = column.width
        cell = f"{column_letters(number)}{order.header_row}"
        host.changes.append(Change(sheet=sheet.name, cell=cell, what="column", before="", after=title))
    set_widths(edit, header)
    if table is not None and not table.fed and table.area.right == first - 1:
        grow(host.package, table, titles)
    else:
        move_filter(host, edit, sheet.name, order.after_column, first + len(missing) - 1)
    _forget_dead_marks(host)
    for number, column in enumerate(missing, first):
        place = marks.place(sheet.name, order.header_row, number)
        host.book.set_name(marks.mark_column(order.number, column.name), place)


def set_cells(host: Host, order: SetCells) -> None:
    """Set cells of one of our columns; what stands there already is left alone.

    Raises:
        InputRefusedError: The column is not there, or a cell is part of an array or shared formula.
    """
    sheet, edit = host.sheet(order.sheet), host.edit(order.sheet)
    ours = host.ours.of(sheet.name, order.number).get(order.column)
    if ours is None:
        raise uneditable(
            f"工作表“{sheet.name}”缺少系统列", f"Sheet '{sheet.name}' lacks our column", sheet.name
        )
    wanted = host.wanted.get((sheet.name, order.column))
    sentence = wanted.sentence if wanted else False
    edit.fill(
        Filling(host, sheet.name, ours.column, order.values, edit.merged_away(ours.column), sentence=sentence)
    )


def _forget_dead_marks(host: Host) -> None:
    """Drop the names of columns that somebody deleted, or they would pile up."""
    for defined in host.book.names:
        dead = isinstance(marks.parse(defined.name), marks.ColumnMark)
        if dead and marks.parse_place(defined.text) is None:
            host.book.drop_name(defined.name, defined.local)


def _restore_title(
    host: Host, edit: RowsEdit, sheet: str, column: EngineColumn, row: int, number: int
) -> None:
    cells = edit.row_cells(row)
    cell = next((cell for cell in cells if cell.column == number), None)
    if host.value(cell) not in (None, ""):
        return
    style = style_of(cell) if cell is not None else _style_before(cells, number)
    kind, content = content_xml(column.title, date1904=host.date1904)
    edit.set_cell(row, number, NewCell(style, kind, content))
    place = f"{column_letters(number)}{row}"
    host.changes.append(Change(sheet=sheet, cell=place, what="column", before="", after=column.title))


def _table_at(tables: Iterable[ExcelTable], order: AppendColumns) -> ExcelTable | None:
    """Return the Excel table whose header row is the one of the order."""
    for table in tables:
        area = table.area
        if (
            table.has_header
            and area.top == order.header_row
            and area.left <= order.after_column <= area.right
        ):
            return table
    return None


def _free_columns(
    host: Host,
    edit: RowsEdit,
    order: AppendColumns,
    count: int,
    table: ExcelTable | None,
    others: Iterable[ExcelTable],
) -> int:
    """Return the first of `count` neighbouring columns that are empty from the header row down."""
    areas_taken = [*edit.part.merged, *(other.area for other in others)]
    # What this run has promised to other tables on the sheet is not in its bytes yet.
    areas_taken += [area for area in host.claimed(order.sheet) if area.top <= order.last_row]
    first = max(order.after_column, table.area.right if table else 0) + 1
    while first + count - 1 <= _FARTHEST:
        block = range(first, first + count)
        taken = [
            min(area.right, block[-1])
            for area in areas_taken
            if area.bottom >= order.header_row and area.left <= block[-1] and area.right >= first
        ]
        taken += [
            cell.column
            for cell in edit.column(*block)
            if cell.row >= order.header_row and _has_content(host, cell)
        ]
        if not taken:
            return first
        first = max(taken) + 1
    raise uneditable("表格右侧没有空列", "There is no free column at the right of the table", order.sheet)


def _block(order: AppendColumns, columns: Iterable[int]) -> Area:
    """Return the cells that columns of ours take beside a table."""
    numbers = list(columns)
    return Area(order.header_row, min(numbers), max(order.last_row, order.header_row), max(numbers))


def _has_content(host: Host, cell: Stored) -> bool:
    return has_formula(cell.inner) or host.value(cell) not in (None, "")


def _style_before(cells: Iterable[Stored], column: int) -> int:
    """Return the style of the nearest stored cell to the left, 0 if there is none."""
    left = [cell for cell in cells if cell.column < column]
    return style_of(left[-1]) if left else 0


def _titles(
    host: Host,
    edit: RowsEdit,
    order: AppendColumns,
    columns: Iterable[EngineColumn],
    table: ExcelTable | None,
) -> list[str]:
    """Return the titles, told apart from those that people's columns have."""
    taken = {str(host.value(cell) or "").strip().lower() for cell in edit.row_cells(order.header_row)}
    taken |= {title.strip().lower() for title in (table.titles if table else ())}
    found = []
    for column in columns:
        title = column.title
        if title.lower() in taken:
            title += " (system)" if title.isascii() else "（系统）"
        number = 2
        distinct = title
        while distinct.lower() in taken:
            distinct, number = f"{title}{number}", number + 1
        taken.add(distinct.lower())
        found.append(distinct)
    return found


def move_filter(host: Host, edit: OutlineEdit, sheet: str, old_last: int, new_last: int) -> None:
    """Let a sheet's filter that ends with one column end with another, with its hidden name."""
    element = edit.part.child("autoFilter")
    if element is None:
        return
    tag = element.open_tag(edit.part.xml)
    area = next(areas([splice.attribute(tag, "ref") or ""]), None)
    if area is None or area.right != old_last:
        return
    wide = area._replace(right=new_last)
    edit.replace_tag(element, splice.set_attribute(tag, "ref", reference(wide)))
    position = next(at for at, other in enumerate(host.book.sheets) if other.name == sheet)
    for defined in host.book.names:
        if defined.name.lower() == _FILTER.lower() and defined.local == position:
            start = defined.text.partition(":")[0] or marks.place(sheet, wide.top, wide.left)
            text = f"{start}:${column_letters(wide.right)}${wide.bottom}"
            host.book.set_name(defined.name, text, local=position)
