"""The defined names of a workbook as a list of their own, so that many changes are written at once.

How each of them is written, and what stands between them, stays as it was.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.splice import Element


class DefinedName(NamedTuple):
    """One defined name; `local` is the position of the sheet it belongs to, from 0, or None."""

    name: str
    text: str
    local: int | None
    hidden: bool


class _Entry(NamedTuple):
    """One element as it is written: what stands before it, its start tag, its text, its end tag."""

    before: bytes
    tag: bytes
    text: bytes
    closing: bytes
    said: DefinedName


class Names:
    """The defined names, to be looked at and changed.

    Args:
        xml: The workbook part.
        mask: The same, masked.
        parent: The element that holds them; None if there is none.
        prefix: The prefix of the part's elements, with its colon, or nothing.
    """

    def __init__(self, xml: bytes, mask: bytes, parent: Element | None, prefix: bytes) -> None:
        self._prefix = prefix
        self._entries: list[_Entry] = []
        self._behind = b""
        self.changed = False
        """True if they are no longer what the part says."""
        if parent is None:
            return
        at = parent.body
        for element in splice.named(mask, parent, "definedName"):
            before, tag, text, closing = (
                xml[at : element.start],
                element.open_tag(xml),
                xml[element.body : element.tail],
                xml[element.tail : element.end],
            )
            self._entries.append(_Entry(before, tag, text, closing, _said(tag, text)))
            at = element.end
        self._behind = xml[at : parent.tail]

    def __bool__(self) -> bool:
        return bool(self._entries)

    @property
    def all(self) -> Sequence[DefinedName]:
        """All of them, in their order."""
        return tuple(entry.said for entry in self._entries)

    def set(self, name: str, text: str, *, local: int | None, hidden: bool) -> None:
        """Define a name, or give it another meaning; its other attributes stay."""
        self.changed = True
        quoted = splice.escape(text).encode()
        at = self._find(name, local)
        if at is not None:
            tag = self._entries[at].tag
            self._entries[at] = self._entries[at]._replace(text=quoted, said=_said(tag, quoted))
            return
        scope = "" if local is None else f' localSheetId="{local}"'
        secret = ' hidden="1"' if hidden else ""
        tag = f'<definedName name="{splice.escape(name)}"{scope}{secret}>'.encode()
        self._entries.append(
            _Entry(
                self._behind,
                splice.prefixed(tag, self._prefix),
                quoted,
                splice.prefixed(b"</definedName>", self._prefix),
                _said(tag, quoted),
            )
        )
        self._behind = b""

    def drop(self, name: str, local: int | None) -> None:
        """Remove a name if it is there."""
        at = self._find(name, local)
        if at is None:
            return
        self.changed = True
        gone = self._entries.pop(at)
        if not self._entries:
            self._behind = b""
        elif at == len(self._entries):
            self._behind = gone.before + self._behind
        else:
            following = self._entries[at]
            self._entries[at] = following._replace(before=gone.before + following.before)

    def shift(self, start: int, step: int) -> None:
        """Move the sheets that names belong to, from a position on."""
        for at, entry in enumerate(self._entries):
            local = entry.said.local
            if local is not None and local >= start:
                self.changed = True
                moved = max(0, local + step)
                tag = splice.set_attribute(entry.tag, "localSheetId", str(moved))
                self._entries[at] = entry._replace(tag=tag, said=entry.said._replace(local=moved))

    def to_bytes(self) -> bytes:
        """Return what stands between the tags of the element that holds them."""
        return b"".join([piece for entry in self._entries for piece in entry[:4]]) + self._behind

    def _find(self, name: str, local: int | None) -> int | None:
        lower = name.lower()
        return next(
            (
                at
                for at, entry in enumerate(self._entries)
                if entry.said.local == local and entry.said.name.lower() == lower
            ),
            None,
        )


def _said(tag: bytes, text: bytes) -> DefinedName:
    values = splice.attributes(tag)
    local = values.get("localSheetId")
    return DefinedName(
        name=values.get("name", ""),
        text=splice.unescape(text.decode()),
        local=int(local) if local is not None else None,
        hidden=values.get("hidden") in ("1", "true"),
    )
