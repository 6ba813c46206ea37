"""Who carries on a shared formula when the cell that holds its text goes (ECMA-376 part 1, 18.3.1.40)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.facts import kind_of, style_of
from sheetsync.excel.outlineedit import Anchor, NewCell, reference
from sheetsync.excel.references import filled
from sheetsync.excel.rowdesk import NEAR, Desk
from sheetsync.excel.sheet import Area, Stored

_CHILD = re.compile(rb"<f(\s[^>]*?)(?:/>|></f>)")


class Heir(NamedTuple):
    """The cell that holds the text from now on, and what it shall be; None where nobody is left."""

    anchor: Anchor
    cell: NewCell


def heirs(desk: Desk, columns: range, row: int) -> "dict[Anchor, Heir | None] | None":
    """Return who carries on each shared formula whose text stands in some cells of a row.

    Args:
        desk: The sheet.
        columns: The columns of the cells that go.
        row: Their row.

    Returns:
        By the formula that goes; None where it cannot be told who else has one of them, or how it would read
        there.
    """
    found: dict[Anchor, Heir | None] = {}
    for anchor in desk.anchors:
        if anchor.kind == "shared" and anchor.cell.row == row and anchor.cell.column in columns:
            child = next(_children(desk, anchor, columns), None)
            carried = _carried(desk, anchor, child) if child is not None else None
            # Beyond the rows at hand somebody may still have it.
            if carried is None and (child is not None or anchor.area.bottom > row + NEAR):
                return None
            found[anchor] = carried
    return found


def hand_on(desk: Desk, anchor: Anchor, heir: Heir | None) -> None:
    """Let another cell hold the text of a shared formula."""
    if heir is not None:
        desk.put(heir.anchor.cell.row, heir.anchor.cell.column, heir.cell)
    desk.replace_anchor(anchor, None if heir is None else heir.anchor)


def _children(desk: Desk, anchor: Anchor, columns: range) -> Iterator[Stored]:
    """Yield the other cells of a shared formula that stay, in the order of the sheet, as far as at hand."""
    first = anchor.cell.row
    for row in range(first, first + NEAR + 1):
        for column, cell in sorted(desk.row(row).items()):
            if row == first and column in columns:
                continue
            found = _CHILD.search(cell.inner) if b"shared" in cell.inner else None
            if found is not None:
                values = splice.attributes(b"<f" + found[1] + b">")
                if values.get("t") == "shared" and values.get("si") == anchor.number:
                    yield cell


def _carried(desk: Desk, anchor: Anchor, child: Stored) -> Heir | None:
    """Return a cell with the text in it; None where the text cannot stand there."""
    text = filled(anchor.text, child.row - anchor.cell.row, child.column - anchor.cell.column)
    found = _CHILD.search(child.inner)
    if text is None or found is None or desk.edit.part.prefix:
        return None
    area = anchor.area._replace(top=child.row)
    tag = splice.set_attribute(b"<f" + found[1].rstrip() + b">", "ref", reference(area))
    inner = child.inner[: found.start()] + tag + splice.escape(text).encode() + b"</f>"
    inner += child.inner[found.end() :]
    kind = kind_of(child)
    metadata = splice.attribute(b"<c " + child.attributes + b">", "cm") or ""
    cell = NewCell(style_of(child), "" if kind == "n" else kind, inner, metadata)
    return Heir(Anchor(child._replace(inner=inner), "shared", Area(*area), anchor.number, text), cell)
