"""A package of parts: content types, relationships, and which parts were changed (ECMA-376 part 2).

Knows nothing of spreadsheets. Part names are written as in the archive but with `/` and without a leading
one; they are compared without regard to case. A part stays as it is until it is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import BinaryIO, Self
from urllib.parse import quote, unquote

from sheetsync.excel import splice
from sheetsync.excel.codec import Packed
from sheetsync.excel.encoding import encoding_of, from_utf8, to_utf8
from sheetsync.excel.splice import Splices
from sheetsync.excel.zipped import Archive, DamagedZipError, Member, unpacked

TYPES = "[Content_Types].xml"
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""Namespace of relationship types and of `r:id` in transitional files."""

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMPTY = b"PK\5\6" + bytes(18)
"""An archive without members."""
_SMALL = 1 << 16
"""Bytes of a part whose meaning is remembered, at most."""
_KEPT = 200
"""How many such parts are remembered, of all workbooks together."""
_DECLARATION = 1 << 14
"""Bytes in which a part says how it is encoded, if it does."""
_PART = 2 << 20
"""Bytes of a part that is kept inflated, at most."""
_HELD = 16 << 20
"""Bytes of the parts of one package that are kept inflated, at most."""
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relationship.

    Args:
        id: Its id within the source part.
        kind: Last segment of its type, such as `worksheet`; equal for strict and transitional files.
        type: The whole type.
        target: The part it points to, or the address of something outside.
        external: True for something outside the package, or a place in a document like `#Sheet1!A1`.
    """

    id: str
    kind: str
    type: str
    target: str
    external: bool


class Package:
    """Parts of an archive with their types and relationships; changes are kept until `build`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.revision = 0
        """Counts the changes, so that what was read out of the parts can be kept until the next."""
        self.regrouped = 0
        """Counts the changes to which parts there are and what they point to."""
        self._members: dict[str, Member] = {_key(member.name): member for member in archive.members}
        self._written: dict[str, bytes] = {}
        self._packed: dict[str, Packed] = {}
        self._added: dict[str, str] = {}
        self._dropped: set[str] = set()
        self._inflated_parts: dict[str, bytes] = {}
        self._room = _HELD
        self._last_read: tuple[str, bytes] = ("", b"")

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> Self:
        """Return a package of parts that nobody has packed yet, all of them new."""
        package = cls(Archive(_EMPTY))
        for name, data in parts.items():
            package._put(name, data)
        return package

    @property
    def changed(self) -> bool:
        """True if `build` would give other bytes than those that were read."""
        return bool(self._written or self._packed or self._dropped)

    @property
    def members(self) -> Sequence[Member]:
        """The members of the archive, as they were."""
        return self._archive.members

    def names(self) -> Iterator[str]:
        """Yield the names of all parts, in the order of the archive, new ones at the end."""
        for key, member in self._members.items():
            if key not in self._dropped:
                yield member.name.replace("\\", "/").lstrip("/")
        yield from self._added.values()

    def has(self, name: str) -> bool:
        """Return True if there is such a part."""
        key = _key(name)
        return key in self._added or (key in self._members and key not in self._dropped)

    def touched(self) -> frozenset[str]:
        """Return the names of parts that were written, added or dropped, in lower case."""
        return frozenset(self._written) | frozenset(self._packed) | frozenset(self._dropped)

    def streamed(self) -> frozenset[str]:
        """Return the names of parts that were written piece by piece, in lower case."""
        return frozenset(self._packed)

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            DamagedZipError: It is missing or damaged.
        """
        key = _key(name)
        if key in self._written:
            return self._written[key]
        if not self.has(name):
            raise DamagedZipError(f"{name} is missing")
        if key in self._packed:
            return b"".join(unpacked(self._packed[key]))
        return self._inflated(key)

    def head(self, name: str, size: int) -> bytes:
        """Return the first bytes of a part, so many at most.

        Raises:
            DamagedZipError: It is missing or damaged there.
        """
        key = _key(name)
        member = self._members.get(key)
        # A small part is kept inflated, for who looks at its head mostly reads on.
        changed = key in self._written or key in self._packed
        if member is None or changed or not self.has(name) or member.size <= _PART:
            return self.read(name)[:size]
        return self._archive.inflate(member, size)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part piece by piece; nothing of a large one is kept.

        Raises:
            DamagedZipError: It is missing or damaged, which may show at the end only.
        """
        key = _key(name)
        if key in self._written:
            yield self._written[key]
            return
        if not self.has(name):
            raise DamagedZipError(f"{name} is missing")
        if key in self._packed:
            yield from unpacked(self._packed[key])
            return
        if self._members[key].size > _PART:
            yield from self._archive.pieces(self._members[key])
        else:
            yield self._inflated(key)

    def read_xml(self, name: str) -> bytes:
        """Return an XML part as UTF-8.

        Raises:
            DamagedZipError: It is missing, damaged or in no known encoding.
        """
        try:
            return to_utf8(self.read(name))
        except (UnicodeError, LookupError) as error:
            raise DamagedZipError(f"{name}: {error}") from error

    def write(self, name: str, data: bytes) -> None:
        """Give an existing part new bytes; equal bytes change nothing."""
        self.revision += 1
        key = _key(name)
        self.regrouped += key.endswith(".rels")
        if key not in self._added and data == self._inflated(key):
            self._written.pop(key, None)
        else:
            self._packed.pop(key, None)
            self._written[key] = data

    def write_packed(self, name: str, data: Packed) -> None:
        """Give an existing part new bytes that are packed already."""
        self.revision += 1
        self._written.pop(_key(name), None)
        self._packed[_key(name)] = data

    def in_utf8(self, name: str) -> bool:
        """Tell whether an XML part is in UTF-8.

        Raises:
            LookupError: It declares an unknown encoding.
        """
        return self._encoding(name) == "utf-8"

    def write_xml(self, name: str, xml: bytes) -> None:
        """Give an existing XML part new text, in the encoding that it has."""
        self.write(name, from_utf8(xml, self._encoding(name)))

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Add a part with its content type."""
        self._put(name, data)
        self._declare(name, content_type)

    def drop(self, name: str) -> None:
        """Take a part out, with its relationships and its content type."""
        self.revision += 1
        self.regrouped += 1
        for gone in (name, relations_name(name)):
            if not self.has(gone):
                continue
            self._undeclare(gone)
            key = _key(gone)
            self._written.pop(key, None)
            self._packed.pop(key, None)
            if self._added.pop(key, None) is None:
                self._dropped.add(key)

    def free_name(self, folder: str, stem: str, suffix: str) -> str:
        """Return the first name `folder/stemN.suffix` that neither is nor was in use."""
        number = 1
        while (key := _key(name := join(folder, f"{stem}{number}.{suffix}"))) in self._members or (
            key in self._added
        ):
            number += 1
        return name

    def content_type(self, name: str) -> str | None:
        """Return the content type of a part: its override, else the default of its extension."""
        wanted, extension = "/" + _key(name), name.rpartition(".")[2].lower()
        xml = self.read_xml(TYPES)
        overrides, defaults = (_types if len(xml) > _SMALL else _kept_types)(xml)
        return overrides[wanted] if wanted in overrides else defaults.get(extension)

    def relations(self, source: str = "") -> tuple[Relation, ...]:
        """Return the relationships of a part, or of the package itself."""
        name = relations_name(source)
        if not self.has(name):
            return ()
        xml = self.read_xml(name)
        try:
            return (_relations_in if len(xml) > _SMALL else _kept_relations_in)(source, xml)
        except ValueError as error:
            raise DamagedZipError(f"{name}: {error}") from error

    def related(self, source: str, kind: str) -> str | None:
        """Return the first existing part that `source` points to by this kind of relationship."""
        return next(
            (
                relation.target
                for relation in self.relations(source)
                if relation.kind == kind and not relation.external and self.has(relation.target)
            ),
            None,
        )

    def relate(self, source: str, type_: str, target: str) -> str:
        """Add a relationship to another part and return its new id."""
        taken = {relation.id for relation in self.relations(source)}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        address = quote("/" + target)
        element = f'<Relationship Id="rId{number}" Type="{type_}" Target="{address}"/>'.encode()
        name = relations_name(source)
        if self.has(name):
            self.write_xml(name, _append(self.read_xml(name), element))
        else:
            self.add_relations(source, [element])
        return f"rId{number}"

    def add_relations(self, source: str, elements: list[bytes]) -> None:
        """Give a part without relationships its relationships, as elements without a prefix."""
        name = relations_name(source)
        self._put(name, _relations_xml(elements))
        self._declare(name, RELATIONS_TYPE)

    def set_relations(self, source: str, elements: list[bytes]) -> None:
        """Give a part these relationships instead of those that it has."""
        name = relations_name(source)
        if not self.has(name):
            if elements:
                self.add_relations(source, elements)
        elif elements:
            self.write(name, _relations_xml(elements))
        else:
            self.drop(name)

    def unrelate(self, source: str, relation_id: str) -> None:
        """Remove one relationship of a part."""
        name = relations_name(source)
        xml = self.read_xml(name)
        mask = splice.masked(xml)
        changes = Splices(xml)
        for child in splice.children(mask, splice.root(mask)):
            if splice.attribute(child.open_tag(xml), "Id") == relation_id:
                changes.replace(child.start, child.end, b"")
        self.write_xml(name, changes.apply())

    def reachable(self, start: str, *, without: str | None = None) -> set[str]:
        """Return the keys of all parts that relationships lead to from `start`, not through `without`."""
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            source = waiting.pop()
            for relation in self.relations(source):
                key = _key(relation.target)
                if relation.external or key in seen or not self.has(key):
                    continue
                if without is not None and key == _key(without):
                    continue
                seen.add(key)
                waiting.append(self.proper_name(key))
        return seen

    def proper_name(self, name: str) -> str:
        """Return the name of a part as the archive writes it."""
        key = _key(name)
        if key in self._added:
            return self._added[key]
        return self._members[key].name.replace("\\", "/").lstrip("/")

    def build(self, instead: Mapping[str, Packed] = MappingProxyType({})) -> bytes:
        """Return the archive with all changes.

        Args:
            instead: What some parts shall be in it; the package itself does not take it in.
        """
        file = BytesIO()
        self.write_to(file, instead)
        return file.getvalue()

    def write_to(self, file: BinaryIO, instead: Mapping[str, Packed] = MappingProxyType({})) -> None:
        """Write the archive with all changes into a file; `instead` as for `build`."""
        members = self._members
        replaced: dict[str, bytes | Packed] = {members[key].name: data for key, data in self._packed.items()}
        replaced |= {members[key].name: data for key, data in self._written.items() if key not in self._added}
        replaced |= {members[_key(name)].name: data for name, data in instead.items()}
        self._archive.rewrite(
            file,
            replaced=replaced,
            dropped={members[key].name for key in self._dropped},
            added=[(name, self._written[key]) for key, name in self._added.items()],
        )

    def _encoding(self, name: str) -> str:
        return encoding_of(self.head(name, _DECLARATION))

    def _inflated(self, key: str) -> bytes:
        """Return a part as it was; small ones and the last one are kept, for they are asked for again."""
        if key in self._inflated_parts:
            return self._inflated_parts[key]
        if self._last_read[0] != key:
            self._last_read = (key, self._archive.inflate(self._members[key]))
        data = self._last_read[1]
        if len(data) <= min(_PART, self._room):
            self._room -= len(data)
            self._inflated_parts[key] = data
        return data

    def _put(self, name: str, data: bytes) -> None:
        self.revision += 1
        self.regrouped += 1
        key = _key(name)
        if self.has(name) or key in self._members:
            raise ValueError(f"{name} is taken")
        self._added[key] = name
        self._written[key] = data

    def _declare(self, name: str, content_type: str) -> None:
        extension = name.rpartition(".")[2].lower()
        current = self.content_type(name)
        if current == content_type:
            return
        if current is None and not content_type.endswith("+xml"):
            element = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            self.write_xml(TYPES, _append(self.read_xml(TYPES), element.encode(), first=True))
        else:
            element = f'<Override PartName="/{splice.escape(name)}" ContentType="{content_type}"/>'
            self.write_xml(TYPES, _append(self.read_xml(TYPES), element.encode()))

    def _undeclare(self, name: str) -> None:
        xml = self.read_xml(TYPES)
        mask = splice.masked(xml)
        changes = Splices(xml)
        for child in splice.children(mask, splice.root(mask)):
            part = splice.attribute(child.open_tag(xml), "PartName")
            if part is not None and part.lower() == "/" + _key(name):
                changes.replace(child.start, child.end, b"")
        if changes:
            self.write_xml(TYPES, changes.apply())


@lru_cache(maxsize=1000)
def relations_name(source: str) -> str:
    """Return the name of the part that holds the relationships of `source` (empty: of the package)."""
    folder, _, name = source.rpartition("/")
    return join(folder, "_rels", f"{name}.rels")


def relation_element(relation: Relation) -> bytes:
    """Return a relationship as an element without a prefix, its target absolute."""
    target = splice.escape(relation.target) if relation.external else quote("/" + relation.target)
    mode = ' TargetMode="External"' if relation.external and not relation.target.startswith("#") else ""
    address = target.replace('"', "&quot;")
    return f'<Relationship Id="{relation.id}" Type="{relation.type}" Target="{address}"{mode}/>'.encode()


def _relations_xml(elements: list[bytes]) -> bytes:
    opening = f'<Relationships xmlns="{_RELATIONS}">'.encode()
    return _HEAD + opening + b"".join(elements) + b"</Relationships>"


def _relations_in(source: str, xml: bytes) -> tuple[Relation, ...]:
    mask = splice.masked(xml)
    found = splice.children(mask, splice.root(mask))
    return tuple(_relation(source, splice.attributes(child.open_tag(xml))) for child in found)


def _types(xml: bytes) -> tuple[Mapping[str, str | None], Mapping[str, str | None]]:
    """Return the content types: of single parts by `/name`, and of extensions, all in lower case."""
    mask = splice.masked(xml)
    overrides: dict[str, str | None] = {}
    defaults: dict[str, str | None] = {}
    for child in splice.children(mask, splice.root(mask)):
        values = splice.attributes(child.open_tag(xml))
        if "PartName" in values:
            overrides.setdefault(values["PartName"].lower(), values.get("ContentType"))
        else:
            defaults[values.get("Extension", "").lower()] = values.get("ContentType")
    return overrides, defaults


# Each look at a workbook asks how its parts hang together, time and again, and most workbooks say the same.
_kept_relations_in = lru_cache(maxsize=_KEPT)(_relations_in)
_kept_types = lru_cache(maxsize=_KEPT)(_types)


@lru_cache(maxsize=1000)
def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _relation(source: str, values: dict[str, str]) -> Relation:
    target, type_ = values.get("Target", ""), values.get("Type", "")
    external = values.get("TargetMode", "").lower() == "external" or target.startswith("#")
    if not external:
        path = unquote(re.split(r"[#?]", target)[0]).replace("\\", "/")
        target = normpath(path if path.startswith("/") else join("/", dirname(source), path)).lstrip("/")
    return Relation(
        id=values.get("Id", ""), kind=type_.rpartition("/")[2], type=type_, target=target, external=external
    )


def _append(xml: bytes, element: bytes, *, first: bool = False) -> bytes:
    """Return `xml` with one element more under its root, which may be empty or prefixed."""
    mask = splice.masked(xml)
    root = splice.root(mask)
    element = splice.prefixed(element, splice.prefix_of(root.tag))
    changes = Splices(xml)
    if root.closed:
        changes.replace(root.end - 2, root.end, b">" + element + b"</" + root.tag + b">")
    else:
        changes.insert(root.body if first else root.tail, element)
    return changes.apply()
