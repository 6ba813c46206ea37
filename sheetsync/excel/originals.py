"""Parts as they were before we first wrote, put back where nobody else has changed them since.

What we put into a part can be taken out again, but not every trace of it: a row may have lost its `spans`, a
sheet its stated dimension, the styles have ours at their end. A part that differs from the one before our
first write in nothing but such traces gets that one's bytes.
"""

import re
from collections.abc import Iterable, Iterator

from sheetsync.excel import splice
from sheetsync.excel.book import Book
from sheetsync.excel.package import Package
from sheetsync.excel.styles import Styles
from sheetsync.marks import column_letters

_SPANS = re.compile(rb"(<(?:[^\s<>/:]+:)?row\s[^>]*?)\s+spans=\"[0-9:]*\"")
_NO_CELL = re.compile(rb"(?:<(?:[^\s<>/:]+:)?c/>)+(?=</(?:[^\s<>/:]+:)?row>)")
_NO_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row(?: r=\"[0-9]+\")?(?:/>|></(?:[^\s<>/:]+:)?row>)")
_NO_ROWS = re.compile(rb"<((?:[^\s<>/:]+:)?sheetData)></\1>")
_SHEET_TRACES = re.compile(
    rb"<(?:[^\s<>/:]+:)?dimension\s[^>]*/>|<(?:[^\s<>/:]+:)?cols>.*?</(?:[^\s<>/:]+:)?cols>", re.DOTALL
)
_BOOK_TRACES = re.compile(
    rb"<(?:[^\s<>/:]+:)?(?:calcPr|definedNames)(?:\s[^>]*)?/>|\s(?:activeTab|firstSheet)=\"0\""
)
_NO_VIEW = re.compile(
    rb"<(?:[^\s<>/:]+:)?bookViews><(?:[^\s<>/:]+:)?workbookView/></(?:[^\s<>/:]+:)?bookViews>"
)
_STYLE = re.compile(rb"\s(?:s|style)\s*=\s*[\"']([0-9]+)")
_DIFFERENTIAL = re.compile(rb"\s\w*[dD]xfId\s*=\s*[\"']([0-9]+)")
_COLUMN = re.compile(rb"<(?:[^\s<>/:]+:)?col\s[^>]*>")
_WIDE = 200
_GROUPS = ("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs")
_ROOM = re.compile(rb"<(?:[^\s<>/:]+:)?(?:" + "|".join(_GROUPS).encode() + rb")(?:\s[^>]*)?/?>")


def put_back(package: Package, before: Package) -> None:
    """Give parts that only we had touched the bytes that they had before.

    Args:
        package: A package that nothing of ours is left in.
        before: The package as it was before we first wrote.
    """
    part = package.related("", "officeDocument")
    if part is None:
        return
    book = Book(package, part)
    sheets = {sheet.part.lower() for sheet in book.sheets if sheet.kind == "worksheet"}
    for name in sorted(sheets | {book.part.lower()}):
        if package.has(name) and before.has(name):
            bare = _bare_sheet if name in sheets else _bare_book
            now, then = package.read(name), before.read(name)
            if now != then and bare(now) == bare(then):
                package.write(package.proper_name(name), then)
    part, old = package.related(book.part, "styles"), before.related(book.part, "styles")
    if part is None:
        return
    if old is None and not _used(package, sheets, _STYLE):
        package.unrelate(book.part, _relation(package, book.part, part))
        package.drop(part)
    elif part == old and _only_ours_added(package, before, part, sheets):
        package.write(part, before.read(part))


def _bare_sheet(xml: bytes) -> bytes:
    """Return a sheet without what a write of ours may have changed for good."""
    for column, style in _column_styles(xml):
        # An empty cell with the format of its column says nothing.
        place = column_letters(column).encode() + rb"[0-9]+"
        xml = re.sub(rb'<(?:[^\s<>/:]+:)?c r="%s" s="%d"/>' % (place, style), b"", xml)
    cells = _NO_CELL.sub(b"", _SPANS.sub(rb"\1", _SHEET_TRACES.sub(b"", xml)))
    return _NO_ROWS.sub(rb"<\1/>", _NO_ROW.sub(b"", cells))


def _column_styles(xml: bytes) -> Iterator[tuple[int, int]]:
    """Yield columns (from 1) that have a format, with its position; of wide ranges only the beginning."""
    for tag in _COLUMN.findall(xml):
        said = splice.attributes(tag)
        if said.get("style", "0") != "0":
            first, last = int(said["min"]), int(said["max"])
            yield from ((column, int(said["style"])) for column in range(first, min(last, first + _WIDE) + 1))


def _bare_book(xml: bytes) -> bytes:
    return _NO_VIEW.sub(b"", _BOOK_TRACES.sub(b"", xml))


def _only_ours_added(package: Package, before: Package, part: str, sheets: Iterable[str]) -> bool:
    """Return True if the styles only have more at the ends of their lists, which nobody uses."""
    now, then = package.read_xml(part), before.read_xml(part)
    new, old = Styles(now), Styles(then)
    for group in _GROUPS:
        count = old.count(group)
        if new.count(group) < count:
            return False
        if any(new.element(group, at) != old.element(group, at) for at in range(count)):
            return False
        added = [new.element(group, at) for at in range(count, new.count(group))]
        for element in reversed(added):
            at = now.rindex(element)
            now = now[:at] + now[at + len(element) :]
    if _ROOM.sub(b"", _without_ends(now)) != _ROOM.sub(b"", _without_ends(then)):
        return False
    styles, marks = _used(package, sheets, _STYLE), _used(package, sheets, _DIFFERENTIAL)
    return styles <= old.count("cellXfs") and marks <= old.count("dxfs")


def _used(package: Package, sheets: Iterable[str], pattern: re.Pattern[bytes]) -> int:
    """Return how many styles the sheets need; the first cell format is always there."""
    found = (int(at) for name in sheets if package.has(name) for at in pattern.findall(package.read(name)))
    highest = max(found, default=-1)
    return 0 if pattern is _STYLE and highest == 0 else highest + 1


def _relation(package: Package, source: str, target: str) -> str:
    return next(relation.id for relation in package.relations(source) if relation.target == target)


def _without_ends(xml: bytes) -> bytes:
    """Return styles without the end tags of the lists that we add to: a list may have had none."""
    return re.sub(rb"</(?:[^\s<>/:]+:)?(?:" + "|".join(_GROUPS).encode() + rb")\s*>", b"", xml)
