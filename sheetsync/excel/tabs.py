"""Our tabs: put in, replaced in place, taken out again; people's tabs of the same title stay as they are."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from sheetsync import marks
from sheetsync.excel.book import Sheet
from sheetsync.excel.cellvalue import has_formula
from sheetsync.excel.graft import Guest, graft
from sheetsync.excel.host import Host
from sheetsync.excel.package import OFFICE
from sheetsync.excel.recalculation import mentions
from sheetsync.excel.refusals import uneditable, unsupported
from sheetsync.model.edit import Change, Parts, RemoveSheet, ReplaceSheet

LONGEST_TITLE = 31
_RESERVED = frozenset({"history"})
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_EXTENDED = frozenset({"table", "pivotTable", "slicer", "timeline", "queryTable"})
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)


def titles_of(host: Host, orders: Iterable[ReplaceSheet]) -> dict[str, str]:
    """Return the title that each ordered tab gets: its present one, or a free one for a new tab.

    Raises:
        InputRefusedError: The workbook is of a kind that cannot take a new tab.
    """
    ours = host.ours
    taken = {sheet.name.lower() for sheet in host.book.sheets} | _RESERVED
    titles: dict[str, str] = {}
    for order in orders:
        if order.role in ours.tabs:
            titles[order.title] = ours.tabs[order.role]
            continue
        title = _free_title(order.title, taken)
        taken.add(title.lower())
        titles[order.title] = title
    return titles


def replace_sheet(host: Host, order: ReplaceSheet, titles: Mapping[str, str]) -> bool:
    """Make a tab of ours show what is ordered; return True if it had to be written.

    Raises:
        InputRefusedError: People have built on the tab, or the workbook cannot take one.
    """
    ours = host.ours
    title = titles[order.title]
    present = host.book.sheet(title) if order.role in ours.tabs else None
    if present is not None and ours.prints.get(order.role) == order.fingerprint:
        return False
    if host.book.strict:
        raise unsupported(
            "这是“严格 Open XML”工作簿，无法加入仪表盘。",
            "This is a Strict Open XML workbook; a dashboard cannot be added.",
        )
    guest = Guest(_drawn(order))
    if present is not None:
        _replace(host, present, guest, titles)
    else:
        part = graft(host, guest, titles=titles, into=None, selected=False)
        relation = host.package.relate(host.book.part, f"{OFFICE}/worksheet", part)
        host.book.add_sheet(title, relation, first=order.first)
    position = next(at for at, sheet in enumerate(host.book.sheets) if sheet.name == title)
    for name, text in guest.names(titles).items():
        host.book.set_name(name, text, local=position, hidden=name == "_xlnm._FilterDatabase")
    host.book.set_name(marks.mark_tab(order.role), marks.place(title, 1, 1))
    quoted = order.fingerprint.replace('"', '""')
    host.book.set_name(marks.mark_print(order.role), f'"{quoted}"')
    if guest.has_formulas:
        host.book.recalculate()
    before = title if present is not None else ""
    host.changes.append(Change(sheet=title, cell=None, what="tab", before=before, after=title))
    return True


def remove_sheet(host: Host, order: RemoveSheet) -> None:
    """Take a tab of ours out; if formulas of people speak of it, it is only emptied.

    Raises:
        InputRefusedError: People have built on the tab.
    """
    title = host.ours.tabs.get(order.role)
    sheet = host.book.sheet(title) if title is not None else None
    if sheet is None:
        host.book.drop_name(marks.mark_tab(order.role))
        host.book.drop_name(marks.mark_print(order.role))
        return
    alone = sum(not other.hidden for other in host.book.sheets) == 1 and not sheet.hidden
    if alone or mentions(host, sheet.name, except_parts={sheet.part}):
        if host.ours.prints.get(order.role) == "":
            return
        _clear(host, sheet)
        host.package.write(sheet.part, _EMPTY)
        host.package.set_relations(sheet.part, [])
        host.book.set_name(marks.mark_print(order.role), '""')
    else:
        _clear(host, sheet)
        host.package.unrelate(host.book.part, sheet.relation)
        host.package.drop(sheet.part)
        host.book.remove_sheet(sheet.name)
        host.book.drop_name(marks.mark_tab(order.role))
        host.book.drop_name(marks.mark_print(order.role))
    host.changes.append(Change(sheet=sheet.name, cell=None, what="tab", before=sheet.name, after=""))


def _replace(host: Host, sheet: Sheet, guest: Guest, titles: Mapping[str, str]) -> None:
    selected = b'tabSelected="1"' in host.package.read(sheet.part)
    _clear(host, sheet)
    position = host.book.sheets.index(sheet)
    for defined in host.book.names:
        if defined.local == position and defined.name.startswith("_xlnm."):
            host.book.drop_name(defined.name, position)
    graft(host, guest, titles=titles, into=sheet.part, selected=selected)


def _clear(host: Host, sheet: Sheet) -> None:
    """Drop all parts that only this tab reaches.

    Raises:
        InputRefusedError: There is something on the tab that people made.
    """
    package = host.package
    kinds = {relation.kind for relation in package.relations(sheet.part)}
    if kinds & _EXTENDED:
        raise uneditable(
            f"“{sheet.name}”页由系统维护，但有人在上面加了表格、透视表或切片器，请先移走",
            f"'{sheet.name}' is kept by SheetSync; move the table, pivot or slicer on it away first",
            sheet.name,
        )
    if has_formula(package.read(sheet.part)):
        host.formula_removed = True
    host.forget(sheet.part)
    below: AbstractSet[str] = package.reachable(sheet.part)
    kept = package.reachable("", without=sheet.part)
    for name in sorted(below - kept - {sheet.part.lower()}):
        package.drop(name)


def _drawn(order: ReplaceSheet) -> Parts:
    try:
        return order.draw()
    except ValueError as error:
        # Not to be taken for a damaged workbook.
        raise RuntimeError(f"the tab {order.role} cannot be drawn") from error


def _free_title(wanted: str, taken: AbstractSet[str]) -> str:
    title = wanted.translate(_FORBIDDEN).strip("'")[:LONGEST_TITLE] or "SheetSync"
    if title.lower() not in taken:
        return title
    mark, number = (" (system)" if title.isascii() else "（系统）"), 2
    free = title[: LONGEST_TITLE - len(mark)] + mark
    while free.lower() in taken:
        tail = f"{mark}{number}"
        free, number = title[: LONGEST_TITLE - len(tail)] + tail, number + 1
    return free
