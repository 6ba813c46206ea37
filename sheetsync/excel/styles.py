"""The style sheet: append-only. What is equal to something present is reused, nothing is edited or moved.

Cells, tables and conditional formats refer to styles by position (ECMA-376 part 1, 18.8), so a position once
given out must keep its meaning.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from lxml import etree

from sheetsync.excel import splice
from sheetsync.excel.numberformats import BUILT_IN, FIRST_OWN
from sheetsync.excel.order import STYLES
from sheetsync.excel.splice import Element, Splices

MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    b"</styleSheet>"
)
MOST_FORMATS = 65_490
"""Cell formats that Excel takes before it says "too many different cell formats"."""

_GROUP_OF = {"font": "fonts", "fill": "fills", "border": "borders", "xf": "cellXfs", "dxf": "dxfs"}
_NAME = re.compile(rb"<(\w+)")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
_MAIN = re.compile(r"\{http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org)/[^}]*/main\}")

Canonical = str
"""Stands for what an element means; a text knows its hash, however much it holds."""


class Styles:
    """A style sheet to look things up in and to append to.

    Args:
        xml: The part as UTF-8.

    Raises:
        ValueError: It is not well-formed.
    """

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._mask = splice.masked(xml)
        self._root = splice.root(self._mask)
        self._prefix = splice.prefix_of(self._root.tag)
        self._children = splice.children(self._mask, self._root)
        self._added: dict[str, list[bytes]] = {}
        self._known: dict[str, dict[Canonical, int]] = {}
        self._derived: dict[tuple[object, ...], int] = {}
        self._placed: dict[bytes, int] = {}

    @property
    def changed(self) -> bool:
        """True if something was appended."""
        return any(self._added.values())

    def count(self, group: str) -> int:
        """Return how many elements a group like `cellXfs` or `dxfs` has."""
        return len(self._elements(group)) + len(self._added.get(group, ()))

    def element(self, group: str, position: int) -> bytes:
        """Return one element of a group as written; the first one for a position out of range.

        Raises:
            ValueError: The group is empty.
        """
        elements = self._elements(group)
        if position >= len(elements):
            added = self._added.get(group, [])
            if position - len(elements) < len(added):
                return added[position - len(elements)]
            position = 0
        if not elements:
            raise ValueError(f"the style sheet has no {group}")
        return elements[position].text(self._xml)

    def number_format(self, style: int) -> str:
        """Return the number format code of a cell format; `General` for what nobody knows."""
        return self.format_code(int(splice.attribute(_head(self.element("cellXfs", style)), "numFmtId") or 0))

    def format_code(self, number: int) -> str:
        """Return the code of a number format id."""
        return self._codes.get(number) or BUILT_IN.get(number, "General")

    def append(self, fragment: bytes) -> int:
        """Return the position of a font, fill, border, xf or dxf: an equal one, or a new one at the end.

        Args:
            fragment: The element, without prefixes.

        Raises:
            ValueError: There is no room for another cell format.
        """
        if fragment not in self._placed:
            self._placed[fragment] = self._place(fragment)
        return self._placed[fragment]

    def _place(self, fragment: bytes) -> int:
        prefixed = splice.prefixed(fragment, self._prefix)
        name = _NAME.match(fragment)
        if name is None:
            raise ValueError("no element")
        group = _GROUP_OF[name[1].decode()]
        known = self._positions(group)
        shape = self.canonical(prefixed)
        found = known.get(shape)
        if found is None:
            found = self.count(group)
            if group == "cellXfs" and found >= MOST_FORMATS:
                raise ValueError("too many cell formats")
            known[shape] = found
            self._added.setdefault(group, []).append(prefixed)
        return found

    def number_format_id(self, code: str) -> int:
        """Return the id of a number format, made if the workbook does not have it."""
        if code in self._ids:
            return self._ids[code]
        number = max([FIRST_OWN - 1, *self._codes]) + 1
        self._codes[number] = code
        self._ids[code] = number
        quoted = splice.escape(code).replace('"', "&quot;")
        fragment = f'<numFmt numFmtId="{number}" formatCode="{quoted}"/>'.encode()
        self._added.setdefault("numFmts", []).append(splice.prefixed(fragment, self._prefix))
        return number

    def derive(self, style: int, key: object, change: Callable[[bytes], bytes]) -> int:
        """Return the cell format that is `style` after `change`, remembered by `key`.

        Args:
            style: Position of a cell format; whatever `change` leaves alone is kept.
            key: Equal keys mean equal changes.
            change: Takes and gives an `xf` element as written, without its prefix.
        """
        memo = (style, key)
        if memo not in self._derived:
            raw = self.element("cellXfs", style)
            self._derived[memo] = self.append(change(_unprefixed(raw, self._prefix)))
        return self._derived[memo]

    def canonical(self, fragment: bytes) -> Canonical:
        """Return a value that is equal for elements that mean the same, however they are written."""
        return _canonical_of(fragment, self._declared)

    def to_bytes(self) -> bytes:
        """Return the part with everything that was appended."""
        changes = Splices(self._xml)
        for group in STYLES:
            if added := self._added.get(group):
                self._append(changes, group, b"".join(added))
        return changes.apply()

    def _append(self, changes: Splices, group: str, content: bytes) -> None:
        parent = self._group(group)
        if parent is None:
            at = splice.insertion_point(self._mask, self._root, self._children, STYLES, group)
            tag = self._prefix + group.encode()
            opening = b"<" + tag + f' count="{self.count(group)}">'.encode()
            changes.insert(at, opening + content + b"</" + tag + b">")
            return
        opening = parent.open_tag(self._xml)
        if splice.attribute(opening, "count") is not None:
            opening = splice.set_attribute(opening, "count", str(self.count(group)))
        if parent.closed:
            opening = opening[:-2].rstrip() + b">"
            changes.replace(parent.start, parent.end, opening + content + b"</" + parent.tag + b">")
        else:
            changes.replace(parent.start, parent.body, opening)
            elements = self._elements(group)
            changes.insert(elements[-1].end if elements else parent.body, content)

    def _group(self, group: str) -> Element | None:
        return next((child for child in self._children if child.name == group), None)

    @cached_property
    def _declared(self) -> bytes:
        """The names of the root element that fragments may use."""
        return b" ".join(
            b'%s="%s"' % (name.encode(), value.encode())
            for name, value in splice.attributes(self._root.open_tag(self._xml)).items()
            if name.startswith("xmlns")
        )

    @cached_property
    def _groups(self) -> dict[str, tuple[Element, ...]]:
        return {}

    def _elements(self, group: str) -> tuple[Element, ...]:
        if group not in self._groups:
            parent = self._group(group)
            self._groups[group] = () if parent is None else splice.children(self._mask, parent)
        return self._groups[group]

    def _positions(self, group: str) -> dict[Canonical, int]:
        if group not in self._known:
            known: dict[Canonical, int] = {}
            for position, element in enumerate(self._elements(group)):
                known.setdefault(self.canonical(element.text(self._xml)), position)
            self._known[group] = known
        return self._known[group]

    @cached_property
    def _codes(self) -> dict[int, str]:
        found = {}
        for element in self._elements("numFmts"):
            values: Mapping[str, str] = splice.attributes(element.open_tag(self._xml))
            if values.get("numFmtId", "").isdigit():
                found[int(values["numFmtId"])] = values.get("formatCode", "")
        return found

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {code: number for number, code in (*BUILT_IN.items(), *self._codes.items())}


def _head(element: bytes) -> bytes:
    return element[: element.index(b">") + 1]


def _unprefixed(fragment: bytes, prefix: bytes) -> bytes:
    return fragment.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else fragment


@lru_cache(maxsize=4096)
def _canonical_of(fragment: bytes, declared: bytes) -> Canonical:
    # Workbooks of one office are formatted alike, and each of ours gets the same formats.
    try:
        tree = etree.fromstring(b"<r " + declared + b">" + fragment + b"</r>", _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    return repr(_meaning(tree[0]))


def _meaning(node: etree._Element) -> tuple[object, ...]:
    name = _MAIN.sub("", str(node.tag))
    values = tuple(sorted((str(key), str(value)) for key, value in node.attrib.items() if key != "count"))
    return (name, values, (node.text or "").strip(), *(_meaning(child) for child in node))
