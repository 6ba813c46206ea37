"""Another value for one cell of people: written only where the cell still holds what is expected."""

import math
from datetime import date, datetime, time, timedelta

from sheetsync.excel.cellstate import cell_state, cell_style
from sheetsync.excel.cellvalue import cell_text, content_xml, decoded, same_value
from sheetsync.excel.exceltable import tables_of
from sheetsync.excel.host import Host
from sheetsync.excel.outlineedit import NewCell
from sheetsync.excel.refusals import uneditable
from sheetsync.marks import column_letters
from sheetsync.model.edit import CellValue, ReplaceValue
from sheetsync.model.table import Fixed
from sheetsync.model.value import RawValue

_REASONS: dict[Fixed, tuple[str, str]] = {
    "formula": ("是公式算出来的", "is computed by a formula"),
    "merged": ("在合并单元格里", "is part of a merged range"),
    "protected": ("在受保护的工作表里", "is on a protected sheet"),
    "picture": ("里有图片或数据类型", "holds a picture or a data type"),
}


def replace_value(host: Host, order: ReplaceValue) -> None:
    """Give one cell another value; nothing happens where it holds that value already.

    Raises:
        InputRefusedError: The cell holds something else than expected, or must not be written.
    """
    sheet, edit = host.sheet(order.sheet), host.edit(order.sheet)
    letters = column_letters(order.column)
    where = f"{sheet.name}!{letters}{order.row}"
    stored = next((cell for cell in edit.row_cells(order.row) if cell.column == order.column), None)
    present = host.value(stored)
    if same_value(present, order.value, date1904=host.date1904):
        return
    if any(order.column in own.columns.values() for own in host.ours.on(sheet.name)):
        raise uneditable("这是系统列，不是人填的格", "This is a column of ours, no cell of people", where)
    for table in tables_of(host.package, sheet.part):
        top, left, _, right = table.area
        if table.has_header and order.row == top and left <= order.column <= right:
            raise uneditable("这是表格的标题格", "This is a header cell of a table", where)
    xml = host.package.read_xml(sheet.part)
    state = cell_state(xml, edit.part, stored, host.styles, order.row, order.column)
    if state.fixed is not None:
        zh, en = _REASONS[state.fixed]
        raise uneditable(f"变更要更新的单元格{zh}", f"The cell a change is to update {en}", where)
    if not holds(present, order.expected, date1904=host.date1904):
        raise uneditable(
            f"变更要更新的单元格现在是“{present if present is not None else ''}”，与读到的不同",
            f"The cell a change is to update holds '{present if present is not None else ''}' now,"
            " not what was read",
            where,
        )
    kind, content = content_xml(order.value, date1904=host.date1904)
    edit.set_cell(
        order.row, order.column, NewCell(cell_style(edit.part, stored, order.column), kind, content)
    )
    changing = host.changing(sheet.name, order.column, {order.row: shown(order.value)})
    changing.add(order.row, shown(order.expected))


def holds(present: str | float | bool | None, expected: RawValue, *, date1904: bool) -> bool:
    """Return True if what stands in the file is what was read out of it."""
    match expected:
        case str():
            # Line ends and coded characters are told in more than one way by those who read the file.
            shown = "" if present is None else present
            return isinstance(shown, str) and _plain(shown) == _plain(expected)
        case bool() | datetime():
            return same_value(present, expected, date1904=date1904)
        case date():
            return same_value(present, datetime.combine(expected, time()), date1904=date1904)
        case time() | timedelta():
            return False
        case _:
            number = isinstance(present, int | float) and not isinstance(present, bool)
            return number and math.isclose(float(present or 0), expected, rel_tol=1e-12, abs_tol=1e-12)


def _plain(text: str) -> str:
    return decoded(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def shown(value: RawValue | CellValue) -> str:
    """Return a value as a person would read it; a day without its midnight."""
    match value:
        case datetime():
            return value.isoformat(" ", "minutes").removesuffix(" 00:00")
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
        case _:
            return cell_text(value)
