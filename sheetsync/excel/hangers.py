"""What hangs on cells without standing in them: comments, and what is drawn over the sheet."""

import re
from dataclasses import dataclass
from typing import Literal

from sheetsync.excel.package import Package
from sheetsync.excel.sheet import Area, areas

_COMMENT = re.compile(rb"<(?:[^\s/>:]+:)?(?:comment|threadedComment)\s[^>]*?\bref\s*=\s*[\"']([^\"']+)[\"']")
_FROM = re.compile(
    rb"<(?:[^\s/>:]+:)?from\s*>.*?<(?:[^\s/>:]+:)?col\s*>\s*([0-9]+)\s*<"
    rb".*?<(?:[^\s/>:]+:)?row\s*>\s*([0-9]+)\s*<",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Hanger:
    """Something that hangs on a cell: what it is, and the cell, or the top left one that it is drawn over."""

    kind: Literal["comment", "drawing"]
    area: Area


def hangers_of(package: Package, sheet_part: str) -> tuple[Hanger, ...]:
    """Return what hangs on the cells of a sheet."""
    found: list[Hanger] = []
    for relation in package.relations(sheet_part):
        if relation.external or not package.has(relation.target):
            continue
        if relation.kind in ("comments", "threadedComment"):
            places = _COMMENT.findall(package.read_xml(relation.target))
            found += [Hanger("comment", area) for area in areas(place.decode() for place in places)]
        elif relation.kind == "drawing":
            for column, row in _FROM.findall(package.read_xml(relation.target)):
                at = int(row) + 1, int(column) + 1
                found.append(Hanger("drawing", Area(*at, *at)))
    return tuple(found)
