"""A copy of a workbook that calamine can read, where the original would mislead it or hold it up."""

import re
from collections.abc import Iterable, Iterator

from sheetsync.excel import splice
from sheetsync.excel.book import Book
from sheetsync.excel.codec import Packed, pack
from sheetsync.excel.encoding import encoding_of, to_utf8
from sheetsync.excel.package import Package
from sheetsync.excel.reach import Reach
from sheetsync.excel.survey import Survey

_READ = ("worksheet", "sharedStrings", "styles")
_STRINGS = "xl/sharedStrings.xml"
_DECLARATION = 1 << 14
"""Bytes in which a part says how it is encoded, if it does."""
_PROLOG = 4 << 20
"""Bytes in which the first text of a part begins, if there is one."""
_STORED = 16 << 20
"""Bytes of small parts that calamine need not inflate, at most."""

_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")
_SHOWN_ERROR = re.compile(
    rb"(<(?:[^\s<>/:]+:)?c\s[^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*>"
    rb"(?:<(?!/?(?:[^\s<>/:]+:)?[cv][\s/>])[^<>]*>[^<]*)*<(?:[^\s<>/:]+:)?v(?:\s[^<>]*)?>)[^<]*"
)
_STRANGER = re.compile(rb":(?=v[\s>])")
"""The value of a cell in an element with a prefix, which the cell has not."""
_OWN_TEXT = re.compile(rb"i(?<=[<:]i)s[\s>]")
"""The text of a cell that holds its own. Begins with a rare letter: that is found many times faster."""
_ABSURD = re.compile(rb"(ount\s*=\s*[\"'])[0-9]{8,}")


def make_readable(package: Package, book: Book) -> bool:
    """Change what misleads calamine in a package that is not going to be saved.

    Args:
        package: The package.
        book: Its workbook part.

    Returns:
        True if something had to be changed.

    Raises:
        ValueError: A part is damaged.
        LookupError: A part is in an unknown encoding.
    """
    related = [relation.target for relation in package.relations(book.part) if relation.kind in _READ]
    changed = [_as_utf8(package, name) for name in (book.part, *related) if package.has(name)]
    strings = {package.related(book.part, "sharedStrings"), _STRINGS}
    changed += [_tame(package, name) for name in strings if name is not None and package.has(name)]
    return any(changed)


def hastened(parts: Iterable[tuple[str, Reach]]) -> dict[str, Packed]:
    """Return worksheets in a form that calamine reads in half the time; only regular ones have one.

    It goes through each of them twice: the second time up to what is merged, which stands behind the rows.
    That is known by now, and here something of that name stands before them. And it holds every row whose
    formulas give empty texts, as those below the last record do that are ready to be filled in: those are
    left out.

    Args:
        parts: Names of worksheets, and what was found out about them.
    """
    found: dict[str, Packed] = {}
    room = _STORED
    for part, settled in parts:
        seen = settled.seen
        if seen is None or not settled.pieces or not 0 < seen.body <= len(settled.pieces[0]):
            continue
        start = settled.pieces[0].rfind(b"<", 0, seen.body)
        first, rest = memoryview(settled.pieces[0]), settled.pieces[1:]
        merged = b"<%bmergeCells></%bmergeCells>" % (seen.prefix, seen.prefix)
        if rest:
            found[part] = pack(first[:start], merged, first[start:], *rest)
            continue
        end = _behind_content(settled.pieces[0], seen)
        stored = end <= room
        room -= end if stored else 0
        found[part] = pack(first[:start], merged, first[start:end], first[seen.tail :], stored=stored)
    return found


def _behind_content(xml: bytes, seen: Survey) -> int:
    """Return an offset behind the last row with content; no row that comes after it has a value or a text."""
    body, tail = seen.body, seen.tail
    value = xml.rfind(b"</v", body, tail)
    while value >= 0 and xml.startswith(b"<v>", value - 3):
        value = xml.rfind(b"</v", body, value)
    row = xml.find(b"</row>", value, tail) if value >= 0 else -1
    end = row + len(b"</row>")
    if row < 0 or _STRANGER.search(xml, end, tail) or _OWN_TEXT.search(xml, end, tail):
        return tail
    return end


def with_known_errors(package: Package, book: Book) -> bytes:
    """Return a workbook whose cells show no errors that calamine does not know, such as `#SPILL!`.

    It refuses the whole workbook for one of them. What the cells really show is looked up elsewhere.

    Args:
        package: The package, changed; it is not going to be saved.
        book: Its workbook part.
    """
    for sheet in book.sheets:
        if sheet.kind == "worksheet" and package.has(sheet.part):
            xml = package.read(sheet.part)
            package.write(sheet.part, _SHOWN_ERROR.sub(rb"\g<1>#N/A", xml))
    return package.build()


def _as_utf8(package: Package, name: str) -> bool:
    """Calamine takes every part for UTF-8 and finds nothing in one that is not."""
    if encoding_of(package.head(name, _DECLARATION)) == "utf-8":
        return False
    xml = to_utf8(b"".join(package.pieces(name)))
    package.write(name, xml[splice.after_declaration(xml) :])
    return True


def _tame(package: Package, name: str) -> bool:
    """Calamine makes room for as many texts as a part says it has, and without it ends the whole process.

    The number is known to be wrong in honest files, so it is no reason to refuse one.
    """
    head = b"".join(_first(package.pieces(name), _PROLOG))
    mask = splice.masked(head)
    texts = _TEXT.search(mask)
    end = texts.start() if texts else len(head)
    if _ABSURD.search(mask, 0, end) is None:
        return False
    rest = b"".join(package.pieces(name))[end:]
    package.write(name, _ABSURD.sub(rb"\g<1>0", head[:end]) + rest)
    return True


def _first(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield pieces until so many bytes are reached."""
    for piece in pieces:
        yield piece
        size -= len(piece)
        if size <= 0:
            return
