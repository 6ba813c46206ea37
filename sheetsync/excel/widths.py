"""Column widths: splitting the ranges of `<cols>` so that new columns get theirs and others keep theirs."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sheetsync.excel import splice
from sheetsync.excel.outlineedit import OutlineEdit
from sheetsync.excel.splice import Element

_FOLDED = ("hidden", "outlineLevel", "collapsed", "bestFit")


def set_widths(edit: OutlineEdit, widths: Mapping[int, float]) -> None:
    """Give columns a width and make them visible; ranges stay ascending and never overlap (18.3.1.13).

    Args:
        edit: The sheet.
        widths: Column number to width in characters of the default font.
    """
    part = edit.part
    blocks = [child for child in part.children if child.name == "cols"]
    ranges = [element for block in blocks for element in splice.named(part.mask, block, "col")]
    missing = dict(widths)
    for element in ranges:
        first, last = _bounds(element, part.xml)
        inside = {column: widths[column] for column in widths if first <= column <= last}
        if inside:
            edit.changes.replace(element.start, element.end, _split(element, part.xml, inside))
            missing = {column: width for column, width in missing.items() if column not in inside}
    if not missing:
        return
    added = {
        column: b'<col min="%d" max="%d"' % (column, column) + _wide(width)
        for column, width in missing.items()
    }
    if not ranges:
        cols = b"<cols>" + b"".join(added[column] for column in sorted(added)) + b"</cols>"
        edit.insert_child("cols", cols)
        return
    for column in sorted(added):
        following = next((element for element in ranges if _bounds(element, part.xml)[0] > column), None)
        at = following.start if following is not None else ranges[-1].end
        edit.changes.insert(at, splice.prefixed(added[column], part.prefix))


def drop_widths(edit: OutlineEdit, columns: AbstractSet[int]) -> None:
    """Take out the ranges of single columns that say no more than their width."""
    part = edit.part
    for block in (child for child in part.children if child.name == "cols"):
        ranges = splice.named(part.mask, block, "col")
        gone = [element for element in ranges if _only_wide(element, part.xml, columns)]
        for element in (block,) if len(gone) == len(ranges) else gone:
            edit.changes.replace(element.start, element.end, b"")


def _only_wide(element: Element, xml: bytes, columns: AbstractSet[int]) -> bool:
    first, last = _bounds(element, xml)
    said = splice.attributes(element.open_tag(xml)).keys()
    return first == last and first in columns and said == {"min", "max", "width", "customWidth"}


def _bounds(element: Element, xml: bytes) -> tuple[int, int]:
    values = splice.attributes(element.open_tag(xml))
    return int(values.get("min", "1")), int(values.get("max", "1"))


def _split(element: Element, xml: bytes, inside: Mapping[int, float]) -> bytes:
    """Return one range as several: those of our columns with their width, the rest as it was."""
    first, last = _bounds(element, xml)
    tag, tail = element.open_tag(xml), xml[element.body : element.end]
    edges = sorted({first, *inside, *(column + 1 for column in inside if column < last)})
    pieces = []
    for start, end in zip(edges, [*(edge - 1 for edge in edges[1:]), last], strict=True):
        piece = splice.set_attribute(splice.set_attribute(tag, "min", str(start)), "max", str(end))
        if start in inside:
            for name in _FOLDED:
                piece = splice.drop_attribute(piece, name)
            piece = splice.set_attribute(piece, "width", f"{inside[start]:g}")
            piece = splice.set_attribute(piece, "customWidth", "1")
        pieces.append(piece + tail)
    return b"".join(pieces)


def _wide(width: float) -> bytes:
    return f' width="{width:g}" customWidth="1"/>'.encode()
