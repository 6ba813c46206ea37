"""Tables in Excel's sense: ranges with a name, a header row and a part of their own, which may grow."""

from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.excel import splice
from sheetsync.excel.outlineedit import reference
from sheetsync.excel.package import Package
from sheetsync.excel.sheet import Area, areas
from sheetsync.excel.splice import Element, Splices


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcelTable:
    """One table.

    Args:
        part: Its part.
        area: Its range, header and totals rows included.
        has_header: True if the first row of the range holds the column names.
        titles: The names of its columns.
        totals: How many totals rows end it: none or one.
        formulas: The formula that each of its columns is computed by, the empty text where there is none.
        fed: True if a query or an external source fills it; such a table must not grow.
    """

    part: str
    area: Area
    has_header: bool
    titles: tuple[str, ...]
    fed: bool
    totals: int = 0
    formulas: tuple[str, ...] = ()

    @property
    def bottom(self) -> int:
        """The last row that is no totals row."""
        return self.area.bottom - self.totals


def tables_of(package: Package, sheet_part: str) -> tuple[ExcelTable, ...]:
    """Return the tables of a sheet."""
    return tuple(
        _table(package, relation.target)
        for relation in package.relations(sheet_part)
        if relation.kind == "table" and package.has(relation.target)
    )


def grow(package: Package, table: ExcelTable, titles: Sequence[str]) -> None:
    """Add columns at the right of a table: range, filter and columns together (18.5.1.2).

    The caller writes the header cells, whose texts must equal `titles`.
    """
    xml = package.read_xml(table.part)
    mask = splice.masked(xml)
    root = splice.root(mask)
    prefix = splice.prefix_of(root.tag)
    wide = table.area._replace(right=table.area.right + len(titles))
    changes = Splices(xml)
    changes.replace(root.start, root.body, splice.set_attribute(root.open_tag(xml), "ref", reference(wide)))
    for child in splice.children(mask, root):
        tag = child.open_tag(xml)
        if child.name == "autoFilter":
            filtered = next(areas([splice.attribute(tag, "ref") or ""]), None)
            if filtered is not None and filtered.right == table.area.right:
                grown = reference(filtered._replace(right=wide.right))
                changes.replace(child.start, child.body, splice.set_attribute(tag, "ref", grown))
        elif child.name == "tableColumns":
            present = splice.named(mask, child, "tableColumn")
            ids = [int(splice.attribute(column.open_tag(xml), "id") or 0) for column in present]
            count = str(len(present) + len(titles))
            changes.replace(child.start, child.body, splice.set_attribute(tag, "count", count))
            added = b"".join(
                f'<tableColumn id="{number}" name="{_quoted(title)}"/>'.encode()
                for number, title in enumerate(titles, max(ids, default=0) + 1)
            )
            changes.insert(present[-1].end if present else child.body, splice.prefixed(added, prefix))
    package.write_xml(table.part, changes.apply())


def shrink(package: Package, table: ExcelTable, count: int) -> None:
    """Take the last columns off a table again: range, filter and columns together.

    The caller takes the header cells out.
    """
    xml = package.read_xml(table.part)
    mask = splice.masked(xml)
    root = splice.root(mask)
    narrow = table.area._replace(right=table.area.right - count)
    changes = Splices(xml)
    changes.replace(root.start, root.body, splice.set_attribute(root.open_tag(xml), "ref", reference(narrow)))
    for child in splice.children(mask, root):
        tag = child.open_tag(xml)
        if child.name == "autoFilter":
            filtered = next(areas([splice.attribute(tag, "ref") or ""]), None)
            if filtered is not None and filtered.right == table.area.right:
                shown = reference(filtered._replace(right=narrow.right))
                changes.replace(child.start, child.body, splice.set_attribute(tag, "ref", shown))
        elif child.name == "tableColumns":
            present = splice.named(mask, child, "tableColumn")
            left = str(len(present) - count)
            changes.replace(child.start, child.body, splice.set_attribute(tag, "count", left))
            changes.replace(present[-count].start, present[-1].end, b"")
    package.write_xml(table.part, changes.apply())


def lengthen(package: Package, table: ExcelTable, rows: int) -> None:
    """Let a table reach some rows further down: its range and its filter (18.5.1.2).

    The caller moves the cells of a totals row.
    """
    xml = package.read_xml(table.part)
    mask = splice.masked(xml)
    root = splice.root(mask)
    long = table.area._replace(bottom=table.area.bottom + rows)
    changes = Splices(xml)
    changes.replace(root.start, root.body, splice.set_attribute(root.open_tag(xml), "ref", reference(long)))
    for child in splice.children(mask, root):
        tag = child.open_tag(xml)
        filtered = next(areas([splice.attribute(tag, "ref") or ""]), None)
        if child.name == "autoFilter" and filtered is not None and filtered.bottom == table.bottom:
            grown = reference(filtered._replace(bottom=table.bottom + rows))
            changes.replace(child.start, child.body, splice.set_attribute(tag, "ref", grown))
    package.write_xml(table.part, changes.apply())


def _computed(xml: bytes, mask: bytes, column: Element) -> str:
    """Return the formula that computes a column; an array is left out."""
    for child in splice.named(mask, column, "calculatedColumnFormula"):
        if splice.attribute(child.open_tag(xml), "array") not in ("1", "true"):
            return splice.unescape(xml[child.body : child.tail].decode())
    return ""


def _table(package: Package, part: str) -> ExcelTable:
    xml = package.read_xml(part)
    mask = splice.masked(xml)
    root = splice.root(mask)
    values = splice.attributes(root.open_tag(xml))
    columns = next(iter(splice.named(mask, root, "tableColumns")), None)
    found = splice.named(mask, columns, "tableColumn") if columns is not None else ()
    return ExcelTable(
        part=part,
        area=next(areas([values.get("ref", "A1")]), Area(1, 1, 1, 1)),
        has_header=values.get("headerRowCount", "1") != "0",
        titles=tuple(splice.attribute(column.open_tag(xml), "name") or "" for column in found),
        fed=values.get("tableType", "worksheet") != "worksheet",
        totals=int(values.get("totalsRowCount", "0")),
        formulas=tuple(_computed(xml, mask, column) for column in found),
    )


def _quoted(title: str) -> str:
    return splice.escape(title).replace('"', "&quot;").replace("\n", "_x000a_")
