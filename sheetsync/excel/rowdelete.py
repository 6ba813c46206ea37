"""A record taken away for good: its row stays where it is, and is empty.

Nothing below moves up, because formulas, charts, names, comments and pictures everywhere may point at what
would move; a person can delete the empty row in Excel, which moves all of that along. Emptied are the cells
of the table's columns and ours beside it, formulas too; formats, validations and colours stay. A formula that
other rows share goes on without it. Where something hangs on the row that would be lost, or would come to
stand with another record, nothing is done.
"""

from collections.abc import Iterator

from sheetsync.errors import InputRefusedError
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import has_formula
from sheetsync.excel.heir import hand_on, heirs
from sheetsync.excel.outlineedit import NewCell
from sheetsync.excel.references import meets
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.replacement import shown
from sheetsync.excel.rowdesk import Desk, contiguous, own_style
from sheetsync.excel.rowspan import span_of
from sheetsync.excel.sheet import Area, areas
from sheetsync.model.rowchange import DeleteRow
from sheetsync.text import Text

_WHY = {
    "comment": ("有批注", "has a comment"),
    "drawing": ("上有图片或图表", "has a picture or chart on it"),
    "merged": ("有跨行的合并单元格", "has a merged range that reaches over other rows"),
    "picture": ("有图片或数据类型", "holds a picture or a data type"),
    "formula": ("的公式被其他行共用", "holds a formula that other rows depend on"),
    "header": ("是表格的标题行", "is a header row"),
    "totals": ("是表格的汇总行", "is a totals row"),
}


def delete(desk: Desk, change: DeleteRow) -> None:
    """Empty a row of a table; nothing happens where it is empty.

    Raises:
        InputRefusedError: Something would be lost with it that is no part of the record.
    """
    if desk.protected:
        raise uneditable("工作表受保护", "The sheet is protected", desk.name)
    row = change.row
    filled = {column for column, cell in desk.row(row).items() if cell.inner}
    if not filled:
        return
    columns = _columns(desk, change, filled)
    line = Area(row, columns[0], row, columns[-1])
    shared = heirs(desk, range(line.left, line.right + 1), row)
    reason = "formula" if shared is None else next(_in_the_way(desk, line), None)
    if reason is not None:
        zh, en = _WHY[reason]
        raise InputRefusedError(
            Text(f"第 {row} 行{zh}，没有删除。", f"Row {row} {en}; it was not deleted."),
            fix=Text("请在 Excel 里手动删除这一行。", "Delete the row in Excel by hand."),
            where=desk.name,
        )
    for anchor, heir in (shared or {}).items():
        hand_on(desk, anchor, heir)
    for column in sorted(filled.intersection(columns)):
        cell = desk.row(row)[column]
        if has_formula(cell.inner):
            desk.host.formula_removed = desk.calculates = True
        before = desk.value(row, column)
        desk.put(row, column, NewCell(own_style(cell)), (shown("" if before is None else before), ""))
    _unlink(desk, line)


def _columns(desk: Desk, change: DeleteRow, filled: set[int]) -> range:
    """Return the columns of the record.

    Raises:
        InputRefusedError: It cannot be told which cells of the row are its own.
    """
    row = change.row
    named = [column for column in sorted(filled) if shown(desk.value(row, column) or "") == change.key]
    if change.header_row is not None:
        seeds = change.columns or named[:1]
        columns, _ = span_of(desk, change.header_row, seeds, (change.header_row, row))
        return columns
    for table in desk.tables:
        if table.area.top <= row <= table.area.bottom and (
            not named or table.area.left <= named[0] <= table.area.right
        ):
            return range(table.area.left, contiguous(desk.ours, [table.area.right])[1] + 1)
    # Without a header, two tables side by side are told by the column that both leave empty.
    used = {column for near in desk.rows for column, cell in desk.row(near).items() if cell.inner}
    first, last = contiguous(used, named[:1] or [min(filled)])
    if not named and not filled <= set(range(first, last + 1)):
        raise uneditable(
            f"分不清第 {row} 行哪些格属于“{change.key}”",
            f"It cannot be told which cells of row {row} belong to '{change.key}'",
            desk.name,
        )
    return range(first, last + 1)


def _in_the_way(desk: Desk, line: Area) -> Iterator[str]:
    """Yield what would be lost with a row: keys of the reasons."""
    row = line.top
    for table in desk.tables:
        if meets(table.area, line) and table.has_header and row == table.area.top:
            yield "header"
        if meets(table.area, line) and row > table.bottom:
            yield "totals"
    yield from (hanger.kind for hanger in desk.hangers if meets(hanger.area, line))
    for anchor in desk.anchors:
        alone = anchor.area.top == anchor.area.bottom == row and anchor.area.left == anchor.area.right
        if anchor.kind != "shared" and meets(anchor.area, line) and not alone:
            yield "formula"
    for column in range(line.left, line.right + 1):
        merged = desk.merged(row, column)
        if merged is not None and merged.top != merged.bottom:
            yield "merged"
        if desk.holds_picture(row, column):
            yield "picture"


def _unlink(desk: Desk, line: Area) -> None:
    """Take away the links of the cells, or they would belong to the next record that is filled in there."""
    part = desk.edit.part
    parent = part.child("hyperlinks")
    links = splice.named(part.mask, parent, "hyperlink") if parent is not None else ()
    for link in links:
        area = next(areas([splice.attribute(link.open_tag(part.xml), "ref") or ""]), None)
        if area is not None and area.top == area.bottom == line.top and meets(area, line):
            desk.unlinked.add(link)
    if parent is not None and links and desk.unlinked.issuperset(links):
        for link in links:
            desk.edit.changes.replace(link.start, link.end, link.text(part.xml))
        desk.edit.changes.replace(parent.start, parent.end, b"")
    else:
        for link in desk.unlinked:
            desk.edit.changes.replace(link.start, link.end, b"")
