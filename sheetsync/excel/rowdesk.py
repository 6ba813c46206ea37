"""One sheet while rows of it are changed: its cells as they stand, with what was ordered on top."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.cellstate import cell_style
from sheetsync.excel.cellvalue import LONGEST, cell_text, content_xml, has_formula
from sheetsync.excel.exceltable import ExcelTable, tables_of
from sheetsync.excel.facts import kind_of, style_of
from sheetsync.excel.filling import formatted
from sheetsync.excel.hangers import Hanger, hangers_of
from sheetsync.excel.host import Host
from sheetsync.excel.outlineedit import Anchor, NewCell, StoredRow
from sheetsync.excel.references import filled, meets
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.richtext import emphasised
from sheetsync.excel.shapes import Look, Shape
from sheetsync.excel.sheet import Area, Stored
from sheetsync.excel.splice import Element
from sheetsync.marks import column_letters
from sheetsync.model.edit import CellValue, Change

_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?f(\s[^>]*?)?(?:/>|>([^<]*)</)")
_PICTURE = re.compile(rb"DISPIMG\s*\(", re.IGNORECASE)
NEAR = 20
"""So many rows above and below one are looked at to learn how a column is filled in."""

_REASONS: dict[str, tuple[str, str]] = {
    "protected": ("在受保护的工作表里", "is on a protected sheet"),
    "formula": ("是公式算出来的", "is computed by a formula"),
    "merged": ("在合并单元格里", "is part of a merged range"),
    "picture": ("里有图片或数据类型", "holds a picture or a data type"),
    "rich": ("里有特别标出的文字（颜色、加粗等）", "holds text in colours or bold letters of its own"),
    "header": ("是表格的标题格", "is a header cell of a table"),
    "totals": ("在表格的汇总行里", "is in the totals row of a table"),
    "ours": ("是系统列，不是人填的格", "is in a column of ours"),
}


class Computed(NamedTuple):
    """A formula as it reads in its cell; an array fills that cell alone. `metadata` is its number (`cm`)."""

    text: str
    array: bool = False
    metadata: str = ""

    def below(self, rows: int) -> "Computed | None":
        """Return it as it reads so many rows further down, None where it would leave the sheet."""
        text = filled(self.text, rows)
        return None if text is None else self._replace(text=text)


class Desk:
    """One sheet under change.

    Args:
        host: The workbook.
        sheet: Title of the sheet.
        rows: The rows that may be looked at.

    Raises:
        InputRefusedError: There is no such sheet, or it cannot be edited.
    """

    def __init__(self, host: Host, sheet: str, rows: AbstractSet[int]) -> None:
        self.host = host
        self.sheet = host.sheet(sheet)
        self.edit = host.edit(sheet)
        self._rows = self.edit.stored_rows(rows)
        self.calculates = False
        """True once a formula was put in or taken out."""
        self.unlinked: set[Element] = set()
        """Links of cells that were taken away."""
        self._tables: tuple[int, tuple[ExcelTable, ...]] | None = None
        self._codes: dict[int, str] = {}

    @property
    def name(self) -> str:
        """Title of the sheet."""
        return self.sheet.name

    @property
    def tables(self) -> tuple[ExcelTable, ...]:
        """The tables in Excel's sense, as they are now."""
        revision = self.host.package.revision
        if self._tables is None or self._tables[0] != revision:
            self._tables = revision, tables_of(self.host.package, self.sheet.part)
        return self._tables[1]

    @cached_property
    def ours(self) -> frozenset[int]:
        """Numbers of the columns that are ours."""
        return frozenset(number for own in self.host.ours.on(self.name) for number in own.columns.values())

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """The formulas that other cells depend on, or that fill them."""
        return tuple(self.edit.anchors())

    def replace_anchor(self, old: Anchor, new: Anchor | None) -> None:
        """Take note that a formula others depend on stands in another cell from now on, or nowhere."""
        kept = (new if one is old else one for one in self.anchors)
        self.anchors = tuple(one for one in kept if one is not None)

    @cached_property
    def _arrays(self) -> tuple[Area, ...]:
        """The ranges that a formula of one cell fills beside it."""
        several = (one for one in self.anchors if one.kind in ("array", "dataTable"))
        return tuple(one.area for one in several if one.area[:2] != one.area[2:] or one.kind != "array")

    @cached_property
    def hangers(self) -> tuple[Hanger, ...]:
        """What hangs on cells without standing in them: comments, pictures, charts."""
        return hangers_of(self.host.package, self.sheet.part)

    @cached_property
    def _merged(self) -> dict[int, list[Area]]:
        """The merged ranges that meet the rows at hand."""
        known = sorted(self._rows)
        found: dict[int, list[Area]] = {}
        for area in self.edit.part.merged:
            tall = range(area.top, area.bottom + 1)
            for row in tall if len(tall) < len(known) else (row for row in known if row in tall):
                found.setdefault(row, []).append(area)
        return found

    @property
    def rows(self) -> Iterable[int]:
        """The rows that are at hand."""
        return self._rows.keys()

    def tag(self, row: int) -> bytes:
        """Return the start tag of a row, nothing where the sheet does not hold it."""
        return self._rows[row].tag if row in self._rows else b""

    def row(self, row: int) -> dict[int, Stored]:
        """Return the cells of a row by column."""
        return self._rows[row].cells if row in self._rows else {}

    def cell(self, row: int, column: int) -> Stored | None:
        """Return a cell, None where the sheet does not hold it."""
        return self.row(row).get(column)

    def value(self, row: int, column: int) -> str | float | bool | None:
        """Return what a cell shows, None for nothing."""
        value = self.host.value(self.cell(row, column))
        return None if value == "" else value

    def style(self, row: int, column: int) -> int:
        """Return the position of a cell's format: its own, its row's or its column's."""
        stored = self.cell(row, column)
        tag = self.tag(row)
        if stored is None and splice.attribute(tag, "customFormat") in ("1", "true"):
            return int(splice.attribute(tag, "s") or 0)
        return cell_style(self.edit.part, stored, column)

    def look(self, row: int, column: int, style: int | None = None) -> Look:
        """Return a cell as far as it tells how its column is filled in."""
        style = self.style(row, column) if style is None else style
        if style not in self._codes:
            self._codes[style] = self.host.styles.number_format(style)
        return Look(self.value(row, column), self._codes[style])

    def neighbours(self, row: int, column: int, header_row: int = 0) -> Iterator[Look]:
        """Yield the filled cells of a column around a row, the nearest first, above before below."""
        near = (place for distance in range(1, NEAR + 1) for place in (row - distance, row + distance))
        for place in near:
            cell = self.cell(place, column) if place > header_row else None
            if cell is not None and cell.inner:
                yield self.look(place, column)

    def merged(self, row: int, column: int) -> Area | None:
        """Return the merged range that a cell is part of."""
        return next((area for area in self._merged.get(row, ()) if area.left <= column <= area.right), None)

    def formula(self, row: int, column: int) -> Computed | None:
        """Return what computes a cell alone, None where nothing does that can be told."""
        stored = self.cell(row, column)
        found = _FORMULA.search(stored.inner) if stored is not None and has_formula(stored.inner) else None
        if stored is None or found is None:
            return None
        values = splice.attributes(b"<f" + (found[1] or b"") + b">")
        text = splice.unescape((found[2] or b"").decode())
        if values.get("t") == "shared" and not text:
            number = values.get("si", "")
            master = next((one for one in self.anchors if (one.kind, one.number) == ("shared", number)), None)
            if master is None:
                return None
            moved = filled(master.text, row - master.cell.row, column - master.cell.column)
            return None if moved is None else Computed(moved)
        kind = values.get("t", "normal")
        if kind == "array" and not self.spilled(row, column):
            metadata = splice.attribute(b"<c " + stored.attributes + b">", "cm") or ""
            return Computed(text, array=True, metadata=metadata)
        return Computed(text) if kind in ("normal", "shared") else None

    def computed(self, row: int, column: int) -> bool:
        """Return True if a formula gives a cell its value: its own, or one that fills it."""
        stored = self.cell(row, column)
        return (stored is not None and has_formula(stored.inner)) or self.spilled(row, column)

    def spilled(self, row: int, column: int) -> bool:
        """Return True if a cell is part of an array or a data table."""
        here = Area(row, column, row, column)
        return any(meets(area, here) for area in self._arrays)

    def holds_picture(self, row: int, column: int) -> bool:
        """Return True if a cell holds a picture or a data type, also one that WPS put in by a formula."""
        stored = self.cell(row, column)
        if stored is None:
            return False
        values = splice.attributes(b"<c " + stored.attributes + b">")
        return (
            "vm" in values
            or ("cm" in values and not has_formula(stored.inner))
            or (_PICTURE.search(stored.inner) is not None)
        )

    @cached_property
    def protected(self) -> bool:
        """True if the sheet is protected."""
        element = self.edit.part.child("sheetProtection")
        if element is None:
            return False
        return splice.attribute(element.open_tag(self.edit.part.xml), "sheet") in ("1", "true", "on")

    def fixed(self, row: int, column: int) -> str | None:
        """Return why a cell must not be given another value: a key of the reasons, None where it may."""
        found = {
            **dict.fromkeys(self._framed(row, column), True),
            "ours": column in self.ours,
            "protected": self.protected,
            "picture": self.holds_picture(row, column),
            "formula": self.computed(row, column),
            "merged": self.merged(row, column) is not None,
            "rich": self._rich(row, column),
        }
        return next((reason for reason, holds in found.items() if holds), None)

    def _framed(self, row: int, column: int) -> Iterator[str]:
        """Yield what of a table a cell is where it belongs to no record."""
        for table in self.tables:
            area = table.area
            if area.left <= column <= area.right:
                if table.has_header and row == area.top:
                    yield "header"
                if table.bottom < row <= area.bottom:
                    yield "totals"

    def refuse_fixed(self, row: int, column: int) -> None:
        """Refuse a cell that must not be given another value.

        Raises:
            InputRefusedError: It is one.
        """
        reason = self.fixed(row, column)
        if reason is not None:
            zh, en = _REASONS[reason]
            raise uneditable(f"这个单元格{zh}", f"This cell {en}", self.place(row, column))

    def place(self, row: int, column: int) -> str:
        """Return a cell as messages name it."""
        return f"{self.name}!{column_letters(column)}{row}"

    def shown(self, shape: Shape, style: int, where: str) -> NewCell:
        """Return a cell with a value, in a format that shows it right.

        Args:
            shape: The value, and the number format it needs.
            style: Position of the format that the cell has.
            where: The cell, for messages.

        Raises:
            InputRefusedError: The value is too long for a cell.
        """
        if isinstance(shape.value, str) and len(shape.value.encode("utf-16-le", "replace")) > 2 * LONGEST:
            raise uneditable(
                f"文字太长，一个单元格最多放 {LONGEST} 个字",
                f"The text is too long; a cell holds {LONGEST} characters",
                where,
            )
        if shape.code is not None and self.host.styles.number_format(style) != shape.code:
            number = self.host.styles.number_format_id(shape.code)
            style = self.host.styles.derive(style, ("shown", number), lambda xf: formatted(xf, number))
        return NewCell(style, *content_xml(shape.value, date1904=self.host.date1904))

    def put(self, row: int, column: int, cell: NewCell, told: tuple[str, str] | None = None) -> None:
        """Order a cell; it counts as it shall be from now on.

        Args:
            row: Its row.
            column: Its column.
            cell: What it shall be.
            told: What it showed and will show, for the report of changes; None where that is the same.
        """
        self.edit.set_cell(row, column, cell)
        attributes = b' s="%d"' % cell.style
        if cell.kind:
            attributes += b' t="%s"' % cell.kind.encode()
        if cell.metadata:
            attributes += b' cm="%s"' % cell.metadata.encode()
        kept = self._rows.setdefault(row, StoredRow(b"", tuple))
        kept.cells[column] = Stored(row, column, attributes, cell.content)
        if told is not None:
            self.host.changes.append(
                Change(
                    sheet=self.name,
                    cell=f"{column_letters(column)}{row}",
                    what="cell",
                    before=told[0],
                    after=told[1],
                )
            )

    def _rich(self, row: int, column: int) -> bool:
        """Return True if a text has formats of its own within the cell."""
        stored = self.cell(row, column)
        if stored is None:
            return False
        if kind_of(stored) != "s":
            return emphasised(stored.inner)
        value = re.search(rb">\s*([0-9]+)\s*<", stored.inner)
        return value is not None and emphasised(self.host.strings.inner(int(value[1])))


def text_of(value: str | float | bool | CellValue | None) -> str:
    """Return a value as a person would read it, for the report of changes."""
    return cell_text(value)


def own_style(stored: Stored | None) -> int:
    """Return the format that a cell states itself, 0 where it states none."""
    return 0 if stored is None else style_of(stored)


def around(rows: Iterable[int]) -> set[int]:
    """Return some rows with those around them that tell how their columns are filled in."""
    return {place for row in rows for place in range(max(row - NEAR, 1), row + NEAR + 1)}


def contiguous(numbers: AbstractSet[int], seeds: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last of the numbers that stand in one row with some of them.

    >>> contiguous({1, 2, 3, 5, 6}, [2])
    (1, 3)
    """
    first, last = min(seeds), max(seeds)
    while first - 1 in numbers:
        first -= 1
    while last + 1 in numbers:
        last += 1
    return first, last
