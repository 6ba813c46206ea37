"""Parts as they were before we first wrote, put back where nobody else has changed them since.

What we put into a part can be taken out again, but not every trace of it: a row may have lost its `spans`, a
sheet its stated dimension, the styles have ours at their end. A part that differs from the one before our
first write in nothing but such traces gets that one's bytes.
"""

import re
from collections.abc import Iterable

from sheetsync.excel.book import Book
from sheetsync.excel.package import Package
from sheetsync.excel.styles import Styles

_SPANS = re.compile(rb"(<(?:[^\s<>/:]+:)?row\s[^>]*?)\s+spans=\"[0-9:]*\"")
_EMPTY_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row r=\"[0-9]+\"(?:/>|></(?:[^\s<>/:]+:)?row>)")
_SHEET_TRACES = re.compile(
    rb"<(?:[^\s<>/:]+:)?dimension\s[^>]*/>|<(?:[^\s<>/:]+:)?cols>.*?</(?:[^\s<>/:]+:)?cols>", re.DOTALL
)
_BOOK_TRACES = re.compile(
    rb"<(?:[^\s<>/:]+:)?calcPr(?:\s[^>]*)?/>|\s(?:activeTab|firstSheet)=\"0\""
    rb"|<(?:[^\s<>/:]+:)?bookViews><(?:[^\s<>/:]+:)?workbookView/></(?:[^\s<>/:]+:)?bookViews>"
)
_STYLE = re.compile(rb"\s(?:s|style)\s*=\s*[\"']([0-9]+)")
_DIFFERENTIAL = re.compile(rb"\s\w*[dD]xfId\s*=\s*[\"']([0-9]+)")
_GROUPS = ("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs")
_ROOM = re.compile(rb"<(?:[^\s<>/:]+:)?(?:" + "|".join(_GROUPS).encode() + rb")(?:\s[^>]*)?/?>")


def put_back(package: Package, book: Book, before: Package) -> None:
    """Give parts that only we had touched the bytes that they had before.

    Args:
        package: A package that nothing of ours is left in.
        book: Its workbook part.
        before: The package as it was before we first wrote.
    """
    sheets = {sheet.part.lower() for sheet in book.sheets if sheet.kind == "worksheet"}
    for name in sorted(sheets | {book.part.lower()}):
        if package.has(name) and before.has(name):
            bare = _bare_sheet if name in sheets else _bare_book
            now, then = package.read(name), before.read(name)
            if now != then and bare(now) == bare(then):
                package.write(package.proper_name(name), then)
    part, old = package.related(book.part, "styles"), before.related(book.part, "styles")
    if part is not None and part == old and _only_ours_added(package, before, part, sheets):
        package.write(part, before.read(part))


def _bare_sheet(xml: bytes) -> bytes:
    """Return a sheet without what a write of ours may have changed for good."""
    return _EMPTY_ROW.sub(b"", _SPANS.sub(rb"\1", _SHEET_TRACES.sub(b"", xml)))


def _bare_book(xml: bytes) -> bytes:
    return _BOOK_TRACES.sub(b"", xml)


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
    used = [package.read(name) for name in sheets if package.has(name)]
    styles = {int(found) for xml in used for found in _STYLE.findall(xml)}
    marks = {int(found) for xml in used for found in _DIFFERENTIAL.findall(xml)}
    return max(styles, default=0) < max(old.count("cellXfs"), 1) and (
        not marks or max(marks) < old.count("dxfs")
    )


def _without_ends(xml: bytes) -> bytes:
    """Return styles without the end tags of the lists that we add to: a list may have had none."""
    return re.sub(rb"</(?:[^\s<>/:]+:)?(?:" + "|".join(_GROUPS).encode() + rb")\s*>", b"", xml)
