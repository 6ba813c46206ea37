"""What a single cell is beside its value: whether it may be given another one, and how it shows a number."""

import re
from collections.abc import Iterable

from sheetsync.excel import splice
from sheetsync.excel.cellvalue import has_formula
from sheetsync.excel.numberformats import is_date
from sheetsync.excel.sheet import Area, SheetPart, Stored, areas
from sheetsync.excel.styles import Styles
from sheetsync.model.table import CellState, Fixed

_FORMULA_TAG = re.compile(rb"<(?:[^\s/>:]+:)?f\s[^>]*>")


def cell_state(
    xml: bytes, outline: SheetPart, stored: Stored | None, styles: Styles, row: int, column: int
) -> CellState:
    """Return what a cell is beside its value.

    Args:
        xml: The sheet's part.
        outline: The same; its rows may be left out.
        stored: The cell as it stands, None where the row does not hold it.
        styles: The workbook's styles.
        row: Its row, from 1.
        column: Its column, from 1.
    """
    code = styles.number_format(cell_style(outline, stored, column))
    return CellState(fixed=_fixed(xml, outline, stored, row, column), dated=is_date(code))


def cell_style(outline: SheetPart, stored: Stored | None, column: int) -> int:
    """Return the position of a cell's format; that of its column where the row does not hold the cell."""
    if stored is not None:
        return int(splice.attribute(_tag(stored), "s") or 0)
    for parent in (child for child in outline.children if child.name == "cols"):
        for element in splice.named(outline.mask, parent, "col"):
            values = splice.attributes(element.open_tag(outline.xml))
            if int(values.get("min", "0")) <= column <= int(values.get("max", "0")):
                return int(values.get("style", "0"))
    return 0


def _fixed(xml: bytes, outline: SheetPart, stored: Stored | None, row: int, column: int) -> Fixed | None:
    protection = outline.child("sheetProtection")
    if protection is not None:
        tag = protection.open_tag(outline.xml)
        if splice.attribute(tag, "sheet") in ("1", "true", "on"):
            return "protected"
    own = stored is not None and has_formula(stored.inner)
    if own or _within(_filled_by_formulas(xml), row, column):
        return "formula"
    if _within(outline.merged, row, column):
        return "merged"
    if stored is not None and {"vm", "cm"} & splice.attributes(_tag(stored)).keys():
        return "picture"
    return None


def _filled_by_formulas(xml: bytes) -> list[Area]:
    """Return the ranges that a formula of one cell fills: arrays and data tables (18.3.1.40)."""
    found: list[Area] = []
    for tag in _FORMULA_TAG.findall(xml) if b" ref=" in xml else ():
        if splice.attribute(tag, "t") in ("array", "dataTable"):
            found += areas([splice.attribute(tag, "ref") or ""])
    return found


def _within(ranges: Iterable[Area], row: int, column: int) -> bool:
    return any(area.top <= row <= area.bottom and area.left <= column <= area.right for area in ranges)


def _tag(stored: Stored) -> bytes:
    return b"<c " + stored.attributes + b">"
