"""What a sheet knows of its cells beyond their values: number formats, errors, formulas nobody calculated."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from sheetsync.excel.cellvalue import has_formula, plain
from sheetsync.excel.sheet import Area, Cell, SheetPart
from sheetsync.excel.styles import Styles

_TYPE = re.compile(rb"\st\s*=\s*[\"']([A-Za-z]+)[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"']([0-9]+)[\"']")
_VALUE = re.compile(rb"<(?:[^\s/>:]+:)?v(?:\s[^>]*)?>([^<]*(?:<!\[CDATA\[.*?\]\]>)?[^<]*)</", re.DOTALL)


class SheetFacts:
    """Facts of one worksheet, found by scanning its bytes when somebody asks.

    Args:
        load: Gives the part as UTF-8.
        styles: Gives the workbook's styles.
    """

    def __init__(self, load: Callable[[], bytes], styles: Callable[[], Styles]) -> None:
        self._load = load
        self._styles = styles

    @cached_property
    def part(self) -> SheetPart:
        """The part by its offsets."""
        return SheetPart(self._load())

    @property
    def merged(self) -> tuple[Area, ...]:
        """The merged ranges."""
        return self.part.merged

    def number_formats(self, column: int) -> Mapping[int, str]:
        """Return the number format of the numeric cells of `column`, by row number (both from 1)."""
        codes: dict[int, str] = {}
        found = {}
        for cell in self.part.column(column):
            if cell.body == cell.tail or kind_of(cell) != "n":
                continue
            style = style_of(cell)
            if style not in codes:
                codes[style] = self._styles().number_format(style)
            found[cell.row] = codes[style]
        return found

    def unreadable(self) -> Mapping[tuple[int, int], str]:
        """Return cells (row, column) that show an error, with its text, or hold a formula without a value."""
        return {
            (cell.row, cell.column): fault
            for cell in self.part.suspects()
            if (fault := _fault(cell, self.part.inner(cell)))
        }


def kind_of(cell: Cell) -> str:
    """Return the type attribute of a cell, `n` if it has none."""
    match = _TYPE.search(cell.attributes)
    return match[1].decode() if match else "n"


def style_of(cell: Cell) -> int:
    """Return the position of a cell's format."""
    match = _STYLE.search(cell.attributes)
    return int(match[1]) if match else 0


def _fault(cell: Cell, inner: bytes) -> str | None:
    if not inner:
        return None
    kind = kind_of(cell)
    value = _VALUE.search(inner)
    if kind == "e":
        return plain(value[1]) if value else "#N/A"
    # Excel writes an empty value with t="str" for a formula that gives an empty text.
    if has_formula(inner) and (value is None or not value[1]) and not (value and kind == "str"):
        return "formula"
    return None
