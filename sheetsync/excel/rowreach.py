"""What covers the last record of a table covers new rows too: formats, validations, filter, print area."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.excel import splice
from sheetsync.excel.outlineedit import reference
from sheetsync.excel.rowdesk import Desk
from sheetsync.excel.sheet import Area, areas
from sheetsync.excel.splice import Element
from sheetsync.marks import column_letters

_EXTENDED = re.compile(
    rb"<(?P<tag>(?:[^\s/>:]+:)?(?:conditionalFormatting|dataValidation))(?=[\s>]).*?</(?P=tag)\s*>", re.DOTALL
)
_SQREF = re.compile(rb"(<(?:[^\s/>:]+:)?sqref\s*>)([^<]*)(</)")
_PRINT_AREA, _FILTER = "_xlnm.print_area", "_xlnm._filterdatabase"
_NAMED = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A row that a table got.

    Args:
        header_row: Number of its header row.
        left: Its first column.
        right: Its last column.
        last: Number of the last record before.
        end: The same, or the number of a totals row that gave way.
    """

    header_row: int
    left: int
    right: int
    last: int
    end: int

    def stretched(self, area: Area) -> Area:
        """Return an area as it is when the table has grown: longer where it ended with the last record.

        What covers one record of several is meant for that one.
        """
        ends = area.bottom in (self.last, self.end) and self.last > self.header_row
        several = area.top < self.last or self.last == self.header_row + 1
        if ends and several and area.top > 0 and area.left <= self.right and self.left <= area.right:
            return area._replace(bottom=area.bottom + 1)
        return area

    def moved(self, area: Area) -> Area:
        """Return a merged range of the totals row as it is when that has given way."""
        inside = self.left <= area.left and area.right <= self.right
        if self.end != self.last and area.top == area.bottom == self.end and inside:
            return area._replace(top=area.top + 1, bottom=area.bottom + 1)
        return area


def reach(desk: Desk, growths: Sequence[Growth]) -> None:
    """Let what covered the last records of the tables of one sheet cover the new ones."""
    if not growths:
        return
    part = desk.edit.part
    for child in part.children:
        if child.name in ("conditionalFormatting", "autoFilter"):
            _stretch(desk, child, "ref" if child.name == "autoFilter" else "sqref", growths)
        elif child.name == "extLst":
            text = child.text(part.xml)
            grown = _EXTENDED.sub(lambda match: _stretched_ext(match[0], growths), text)
            if grown != text:
                desk.edit.changes.replace(child.start, child.end, grown)
    for one in _inside(desk, "dataValidations"):
        _stretch(desk, one, "sqref", growths)
    for one in _inside(desk, "mergeCells"):
        _move(desk, one, growths)
    _stretch_names(desk, growths)


def _inside(desk: Desk, name: str) -> tuple[Element, ...]:
    parent = desk.edit.part.child(name)
    return () if parent is None else splice.children(desk.edit.part.mask, parent)


def _stretch(desk: Desk, element: Element, name: str, growths: Sequence[Growth]) -> None:
    tag = element.open_tag(desk.edit.part.xml)
    stated = splice.attribute(tag, name) or ""
    grown = _stretched(stated, growths)
    if grown != stated:
        desk.edit.replace_tag(element, splice.set_attribute(tag, name, grown))


def _move(desk: Desk, merged: Element, growths: Sequence[Growth]) -> None:
    tag = merged.open_tag(desk.edit.part.xml)
    stated = next(areas([splice.attribute(tag, "ref") or ""]), None)
    area = stated
    for growth in growths:
        area = None if area is None else growth.moved(area)
    if area is not None and area != stated:
        desk.edit.replace_tag(merged, splice.set_attribute(tag, "ref", reference(area)))


def _stretched(ranges: str, growths: Sequence[Growth]) -> str:
    return " ".join(_stretched_one(one, growths) for one in ranges.split(" "))


def _stretched_one(one: str, growths: Sequence[Growth]) -> str:
    area = next(areas([one]), None)
    if area is None:
        return one
    longer = _all_stretched(area, growths)
    return one if longer == area else reference(longer)


def _all_stretched(area: Area, growths: Sequence[Growth]) -> Area:
    for growth in growths:
        area = growth.stretched(area)
    return area


def _stretched_ext(element: bytes, growths: Sequence[Growth]) -> bytes:
    return _SQREF.sub(
        lambda match: match[1] + _stretched(match[2].decode(), growths).encode() + match[3], element
    )


def _stretch_names(desk: Desk, growths: Sequence[Growth]) -> None:
    """Let the print area and the hidden name of the filter reach over the new rows."""
    book = desk.host.book
    position = next(at for at, other in enumerate(book.sheets) if other.name == desk.name)
    for name in book.names:
        if name.local != position or name.name.lower() not in (_PRINT_AREA, _FILTER):
            continue
        found = _NAMED.search(name.text)
        area = next(areas([found[0]]), None) if found is not None else None
        if found is None or area is None:
            continue
        longer = _all_stretched(area, growths)
        if longer != area:
            end = f"${column_letters(longer.right)}${longer.bottom}"
            start = name.text[: found.start()] + found[0].partition(":")[0]
            book.set_name(name.name, f"{start}:{end}", local=position)
