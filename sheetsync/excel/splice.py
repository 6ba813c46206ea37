"""Finding elements in XML bytes and changing them in place, so that every other byte stays as it was.

A tree that is parsed and written again changes quotes, entities, prefixes and declarations, and Excel rejects
some of the results. So elements are found by offset, and changes are splices into the original bytes (UTF-8
here; see `encoding`). Comments, CDATA and processing instructions are masked first by filler of equal length.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SPECIAL = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?.*?\?>", re.DOTALL)
_TAG = re.compile(rb"<([^\s/>!?]+)(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>")
_LAST_TAG = re.compile(rb"</([^\s/>!?]+)\s*(>)\s*\Z")
_ATTRIBUTE = re.compile(rb"([^\s=\"'/<>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|lt|gt|amp|quot|apos);")
_NAME = re.compile(rb"<[^\s/>]+")
_SLASH = ord("/")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Element(NamedTuple):
    """One element by its offsets in the bytes it was found in.

    Args:
        tag: The qualified name as written, such as `x:row`.
        start: Offset of its `<`.
        body: Offset behind the start tag.
        tail: Offset of the end tag; equals `body` and `end` for an empty-element tag.
        end: Offset behind the element.
    """

    tag: bytes
    start: int
    body: int
    tail: int
    end: int

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.tag.rpartition(b":")[2].decode()

    @property
    def closed(self) -> bool:
        """True for `<a/>`, which must be opened before something goes in."""
        return self.body == self.end

    def open_tag(self, xml: bytes) -> bytes:
        """Return the start tag."""
        return xml[self.start : self.body]

    def text(self, xml: bytes) -> bytes:
        """Return the whole element."""
        return xml[self.start : self.end]


class Splices:
    """Changes to one piece of bytes, collected against the original offsets and applied together."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._inserted: list[tuple[int, int, bytes]] = []
        self._replaced: dict[tuple[int, int], bytes] = {}

    def __bool__(self) -> bool:
        return bool(self._inserted) or bool(self._replaced)

    def insert(self, at: int, piece: bytes) -> None:
        """Put `piece` in before offset `at`; several at one place keep their order."""
        self._inserted.append((at, at, piece))

    def replace(self, start: int, end: int, piece: bytes) -> None:
        """Put `piece` in the place of the bytes from `start` to `end`; the last for a place counts."""
        self._replaced.pop((start, end), None)
        if self._xml[start:end] != piece:
            self._replaced[start, end] = piece

    def apply(self) -> bytes:
        """Return the changed bytes."""
        pieces: list[bytes | memoryview] = []
        view = memoryview(self._xml)
        at = 0
        changes = [*self._inserted, *((*place, piece) for place, piece in self._replaced.items())]
        # Insertions come before a replacement that begins at the same offset; the sort is stable.
        for start, end, piece in sorted(changes, key=lambda change: (change[0], change[1])):
            if start < at:
                raise ValueError("two changes overlap")
            pieces += (view[at:start], piece)
            at = end
        return b"".join([*pieces, view[at:]])


def masked(xml: bytes) -> bytes:
    """Return `xml` with comments, CDATA sections and processing instructions blanked, offsets unchanged.

    A declaration at the start may stay: `root` begins behind it, and a large part is not copied for its sake.
    """
    end = after_declaration(xml)
    # One rare letter is found many times faster than a pair that begins with <.
    comments = xml.find(b"!", end) >= 0 and (xml.find(b"<!--", end) >= 0 or xml.find(b"<![CDATA[", end) >= 0)
    if not comments and (xml.find(b"?", end) < 0 or xml.find(b"<?", end) < 0):
        return xml
    return _SPECIAL.sub(lambda match: b" " * len(match[0]), xml)


def after_declaration(xml: bytes) -> int:
    """Return the offset behind the XML declaration and a byte order mark, 0 if there are none."""
    head = _DECLARATION.match(xml)
    return head.end() if head else 0


def root(mask: bytes) -> Element:
    """Return the root element of masked bytes.

    Raises:
        ValueError: There is none.
    """
    start = mask.find(b"<", after_declaration(mask))
    opened = _TAG.match(mask, start) if start >= 0 else None
    if opened is not None and mask[opened.end() - 2] != _SLASH:
        # The last tag of a document closes its root: no need to count what a large part has in between.
        last = _LAST_TAG.match(mask, mask.rfind(b"</"))
        if last is not None and last[1] == opened[1]:
            return Element(opened[1], start, opened.end(), last.start(), last.end(2))
    found = next(elements(mask, after_declaration(mask), len(mask)), None)
    if found is None:
        raise ValueError("there is no root element")
    return found


def elements(mask: bytes, start: int, end: int) -> Iterator[Element]:
    """Yield the elements between two offsets that are siblings, in order.

    Raises:
        ValueError: One is not closed, or there is a document type declaration.
    """
    at = mask.find(b"<", start, end)
    while at >= 0:
        found = _TAG.match(mask, at, end)
        if found is None:
            if mask.startswith(b"</", at):
                return
            raise ValueError("not well-formed, or a document type declaration")
        tag, body = found[1], found.end()
        if mask[body - 2] == _SLASH:
            element = Element(tag, at, body, body, body)
        else:
            element = Element(tag, at, body, *_closing(mask, tag, body, end))
        yield element
        at = mask.find(b"<", element.end, end)


def children(mask: bytes, parent: Element) -> tuple[Element, ...]:
    """Return the child elements of `parent`, in order."""
    return () if parent.closed else tuple(elements(mask, parent.body, parent.tail))


def named(mask: bytes, parent: Element, name: str) -> tuple[Element, ...]:
    """Return the children of `parent` with this local name."""
    wanted = name.encode()
    return tuple(child for child in children(mask, parent) if child.tag.rpartition(b":")[2] == wanted)


def prefix_of(tag: bytes) -> bytes:
    """Return the prefix of a qualified name with its colon, or nothing."""
    return tag[: tag.rfind(b":") + 1]


def prefixed(fragment: bytes, prefix: bytes) -> bytes:
    """Return `fragment`, written without prefixes, with `prefix` (with its colon) on every element."""
    if not prefix:
        return fragment
    return re.sub(rb"<(/?)([A-Za-z][^\s/>:]*)(?=[\s/>])", rb"<\1" + prefix + rb"\2", fragment)


def insertion_point(
    mask: bytes, parent: Element, present: Sequence[Element], order: Sequence[str], name: str
) -> int:
    """Return the offset at which a child `name` of `parent` belongs by the schema's `order`.

    Children that the order does not know stay attached to what precedes them; `mc:AlternateContent` stands
    for what its first choice contains.
    """
    rank = order.index(name)
    at = parent.body
    for child in present:
        stands_for = _stands_for(mask, child)
        if stands_for in order and order.index(stands_for) > rank:
            return at
        at = child.end
    return at


def attributes(tag: bytes) -> dict[str, str]:
    """Return the attributes of a start tag by their names as written, entities resolved."""
    found = _ATTRIBUTE.findall(tag, _after_name(tag))
    if b"&" not in tag:
        return {name.decode(): value[1:-1].decode() for name, value in found}
    return {name.decode(): unescape(value[1:-1].decode()) for name, value in found}


def attribute(tag: bytes, name: str) -> str | None:
    """Return one attribute of a start tag, entities resolved, or None."""
    found = _find(tag, name)
    return None if found is None else unescape(tag[found[1] + 1 : found[2] - 1].decode())


def values(tag: bytes, name: str) -> list[str]:
    """Return all values that a start tag gives to one attribute: more than one only in a damaged part."""
    wanted = name.encode()
    found = _ATTRIBUTE.findall(tag, _after_name(tag))
    return [unescape(value[1:-1].decode()) for given, value in found if given == wanted]


def set_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Return a start tag with one attribute set: in its place if it is there, else at the end."""
    quoted = b'"' + escape(value).replace('"', "&quot;").encode() + b'"'
    found = _find(tag, name)
    if found is not None:
        return tag[: found[1]] + quoted + tag[found[2] :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    while tag[end - 1 : end].isspace():
        end -= 1
    return tag[:end] + b" " + name.encode() + b"=" + quoted + tag[end:]


def drop_attribute(tag: bytes, name: str) -> bytes:
    """Return a start tag without one attribute."""
    found = _find(tag, name)
    if found is None:
        return tag
    start, _, end = found
    while tag[start - 1 : start].isspace():
        start -= 1
    return tag[:start] + tag[end:]


def escape(text: str) -> str:
    """Return `text` for use between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return `text` with the five predefined entities and character references resolved."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _NAMED[name]
    number = int(f"0{name[1:]}", 16) if name[1] == "x" else int(name[1:])
    return chr(number) if number <= 0x10FFFF else match[0]


def _after_name(tag: bytes) -> int:
    found = _NAME.match(tag)
    return found.end() if found else 0


def _find(tag: bytes, name: str) -> tuple[int, int, int] | None:
    """Return where the name of an attribute begins, and where its value in quotes begins and ends."""
    wanted = name.encode()
    start = tag.find(b' %b="' % wanted) + 1
    # Nearly all attributes are written so; behind an odd number of quotes that would be the end of a value.
    if start and b"'" not in tag and tag.count(b'"', 0, start) % 2 == 0:
        quote = start + len(wanted) + 1
        if end := tag.find(b'"', quote + 1) + 1:
            return start, quote, end
    if wanted not in tag:
        return None
    for found in _ATTRIBUTE.finditer(tag, _after_name(tag)):
        if found[1] == wanted:
            return (found.start(), *found.span(2))
    return None


def _closing(mask: bytes, tag: bytes, at: int, end: int) -> tuple[int, int]:
    """Return where the end tag that belongs to an open `tag` begins and ends."""
    opening, closing = b"<" + tag, b"</" + tag
    close = mask.find(closing, at, end)
    behind = close + len(closing)
    # Few elements hold others of their name.
    if close >= 0 and mask[behind : behind + 1] == b">" and mask.find(opening, at, close) < 0:
        return close, behind + 1
    depth = 1
    while True:
        close = _next(mask, closing, at, end)
        if close < 0:
            raise ValueError(f"<{tag.decode(errors='replace')}> is not closed")
        inner = _next(mask, opening, at, close)
        while inner >= 0:
            found = _TAG.match(mask, inner, close)
            depth += found is not None and mask[found.end() - 2] != _SLASH
            inner = _next(mask, opening, inner + 1, close)
        depth -= 1
        at = mask.find(b">", close, end) + 1
        if at == 0:
            raise ValueError(f"<{tag.decode(errors='replace')}> is not closed")
        if depth == 0:
            return close, at


def _stands_for(mask: bytes, child: Element) -> str:
    if child.name != "AlternateContent":
        return child.name
    choice = next(iter(children(mask, child)), child)
    return next((inner.name for inner in children(mask, choice)), child.name)


def _next(mask: bytes, opening: bytes, at: int, end: int) -> int:
    """Return the next place of `<tag` or `</tag` as a whole name, or -1."""
    while (at := mask.find(opening, at, end)) >= 0:
        if mask[at + len(opening) : at + len(opening) + 1] in b" \t\r\n/>":
            return at
        at += 1
    return -1
