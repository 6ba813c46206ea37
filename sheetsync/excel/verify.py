"""A look at the new bytes before they go anywhere: whole, well-formed, and nothing lost on the way."""

import re
from functools import partial
from itertools import pairwise
from xml.parsers import expat

from sheetsync.disk.content import Content
from sheetsync.excel.gate import Limits, open_package
from sheetsync.excel.package import Package
from sheetsync.excel.zipped import Archive

_XML = (".xml", ".rels")
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData[\s/>]")


class BrokenWriteError(RuntimeError):
    """What we made is not what we meant to make: a bug of ours, found before anything was written."""


def verify(new: Content, changed: Package, *, where: str, limits: Limits) -> None:
    """Check a changed workbook against the one it was made from.

    Args:
        new: The bytes to be written.
        changed: The package that gave them.
        where: The path, for messages.
        limits: What the gate lets through.

    Raises:
        BrokenWriteError: Something is wrong with the new bytes.
    """
    after = Archive(new)
    kept = {_key(member.name): member for member in changed.members}
    touched, streamed = changed.touched(), changed.streamed()
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
        if key in streamed:
            # Written around rows that stayed as they were; what was put in was read by another parser.
            if member.size != sum(map(len, after.pieces(member))):
                raise BrokenWriteError(f"{member.name} is cut short")
            continue
        data = after.inflate(member)
        if key.endswith(_XML):
            _well_formed(data, member.name)
        if b"sheetData" in data and (found := _SHEET_DATA.search(data)):
            _ascending(data, found[1], member.name)
    # Parts that came through the gate have no document type, and those that we made were parsed.
    package, _ = open_package(new, where, limits, archive=after, known=True)
    _check_added(package, touched - kept.keys())


def _check_added(package: Package, added: frozenset[str]) -> None:
    for key in added:
        if package.content_type(key) is None:
            raise BrokenWriteError(f"{key} has no content type")
        for relation in () if key.endswith(".rels") else package.relations(key):
            if not relation.external and not package.has(relation.target):
                raise BrokenWriteError(f"{key} points to {relation.target}, which is missing")


def _ascending(data: bytes, prefix: bytes, name: str) -> None:
    # The w is rare, the < is not.
    row = re.compile(b"w(?<=<" + prefix + rb"row)\s[^>]*?\br=[\"']([0-9]+)")
    numbers = list(map(int, row.findall(data)))
    if any(after <= before for before, after in pairwise(numbers)):
        raise BrokenWriteError(f"{name}: rows are not in order")


def _well_formed(data: bytes, name: str) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = partial(_no_document_type, name)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BrokenWriteError(f"{name}: {error}") from error


def _no_document_type(name: str, *_: object) -> None:
    raise BrokenWriteError(f"{name} has a document type declaration")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
