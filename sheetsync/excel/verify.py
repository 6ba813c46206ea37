"""A look at the new bytes before they go anywhere: whole, well-formed, and nothing lost on the way."""

from xml.parsers import expat

from sheetsync.excel.book import Book
from sheetsync.excel.gate import Limits, open_package
from sheetsync.excel.package import Package
from sheetsync.excel.sheet import SheetPart
from sheetsync.excel.zipped import Archive

_XML = (".xml", ".rels")


class BrokenWriteError(RuntimeError):
    """What we made is not what we meant to make: a bug of ours, found before anything was written."""


def verify(old: bytes, new: bytes, changed: Package, *, where: str, limits: Limits) -> None:
    """Check a changed workbook against the one it was made from.

    Args:
        old: The bytes that were read.
        new: The bytes to be written.
        changed: The package that gave them.
        where: The path, for messages.
        limits: What the gate lets through.

    Raises:
        BrokenWriteError: Something is wrong with the new bytes.
    """
    before, after = Archive(old), Archive(new)
    kept = {_key(member.name): member for member in before.members}
    touched = changed.touched()
    names = [_key(member.name) for member in after.members]
    expected = [key for key in kept if key not in touched or changed.has(key)]
    if names[: len(expected)] != expected or len(set(names)) != len(names):
        raise BrokenWriteError("members are missing, doubled or out of order")
    for member in after.members:
        key = _key(member.name)
        if key not in touched:
            same = kept[key]
            if (member.crc, member.packed) != (same.crc, same.packed):
                raise BrokenWriteError(f"{member.name} changed although nobody touched it")
            continue
        data = after.inflate(member)
        if key.endswith(_XML):
            _well_formed(data, member.name)
    package, book = open_package(new, where, limits)
    _check_sheets(package, book, touched)
    _check_added(package, touched - kept.keys())


def _check_sheets(package: Package, book: Book, touched: frozenset[str]) -> None:
    for sheet in book.sheets:
        if sheet.part.lower() in touched and sheet.kind == "worksheet":
            part = SheetPart(package.read_xml(sheet.part))
            if any(row.tail < row.body for row in part.rows):
                raise BrokenWriteError(f"{sheet.part}: a row is not closed")


def _check_added(package: Package, added: frozenset[str]) -> None:
    for key in added:
        if package.content_type(key) is None:
            raise BrokenWriteError(f"{key} has no content type")
        for relation in () if key.endswith(".rels") else package.relations(key):
            if not relation.external and not package.has(relation.target):
                raise BrokenWriteError(f"{key} points to {relation.target}, which is missing")


def _well_formed(data: bytes, name: str) -> None:
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BrokenWriteError(f"{name}: {error}") from error


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
