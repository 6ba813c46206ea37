"""The workbook part: its sheets, defined names, date system, and the few changes that we make to it.

The part is small, so each change splices the bytes at once and the next one looks at the result. Only the
names, of which there are many and many change, are a list of their own until the part is saved.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.names import DefinedName, Names
from sheetsync.excel.order import WORKBOOK
from sheetsync.excel.package import OFFICE, Package
from sheetsync.excel.splice import Element, Splices

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


class Sheet(NamedTuple):
    """One tab.

    Args:
        name: Its title.
        id: Its sheetId.
        relation: Id of the workbook's relationship to its part.
        kind: `worksheet`, `chartsheet`, `dialogsheet` and so on.
        part: Name of its part; empty if it is missing.
        hidden: True if people do not see it.
    """

    name: str
    id: int
    relation: str
    kind: str
    part: str
    hidden: bool


class Book:
    """The workbook part of a package.

    Args:
        package: The package it lives in.
        part: Its name.

    Raises:
        ValueError: It is not well-formed.
    """

    def __init__(self, package: Package, part: str) -> None:
        self.package = package
        self.part = part
        self._sheets: tuple[int, tuple[Sheet, ...]] | None = None
        self._stated: Sequence[Mapping[str, str]] | None = None
        self._names: Names | None = None
        self.revision = 0
        """Counts the changes to this part, so that what was read out of it can be kept until the next."""
        self._load(package.read_xml(part))

    def _load(self, xml: bytes) -> None:
        self.revision += 1
        self._sheets = self._stated = None
        self._xml = xml
        self._mask = splice.masked(xml)
        self._root = splice.root(self._mask)
        self._children = splice.children(self._mask, self._root)
        self._prefix = splice.prefix_of(self._root.tag)

    @property
    def strict(self) -> bool:
        """True for the namespaces of ISO 29500 strict."""
        return STRICT in splice.attributes(self._root.open_tag(self._xml)).values()

    @property
    def date1904(self) -> bool:
        """True if day 0 is 1904-01-01 (ECMA-376 part 1, 18.17.4.1)."""
        element = self._child("workbookPr")
        return element is not None and self._flag(element, "date1904")

    @property
    def folder(self) -> str:
        """The folder of the part, without a slash at the end."""
        return self.part.rpartition("/")[0]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All tabs in their order."""
        if self._sheets is None or self._sheets[0] != self.package.regrouped:
            self._sheets = self.package.regrouped, self._read_sheets()
        return self._sheets[1]

    def _read_sheets(self) -> tuple[Sheet, ...]:
        targets = {relation.id: relation for relation in self.package.relations(self.part)}
        found = []
        for values in self._stated_sheets():
            relation = next((value for name, value in values.items() if name.endswith(":id")), "")
            target = targets.get(relation)
            found.append(
                Sheet(
                    name=values.get("name", ""),
                    id=int(values.get("sheetId", "0")),
                    relation=relation,
                    kind=target.kind if target else "",
                    part=target.target if target and self.package.has(target.target) else "",
                    hidden=values.get("state", "visible") != "visible",
                )
            )
        return tuple(found)

    def _stated_sheets(self) -> Sequence[Mapping[str, str]]:
        if self._stated is None:
            self._stated = [
                splice.attributes(element.open_tag(self._xml)) for element in self._sheet_elements()
            ]
        return self._stated

    def sheet(self, name: str) -> Sheet | None:
        """Return the tab with this title; case does not matter, as in Excel."""
        return next((sheet for sheet in self.sheets if sheet.name.lower() == name.lower()), None)

    @property
    def names(self) -> Sequence[DefinedName]:
        """All defined names."""
        return self._defined.all

    def set_name(self, name: str, text: str, *, local: int | None = None, hidden: bool = True) -> None:
        """Define a name, or give it another meaning; its other attributes stay."""
        self._defined.set(name, text, local=local, hidden=hidden)
        self.revision += 1

    def drop_name(self, name: str, local: int | None = None) -> None:
        """Remove a defined name if it is there."""
        self._defined.drop(name, local)
        self.revision += 1

    def add_sheet(self, name: str, relation: str, *, first: bool) -> None:
        """Add a tab at the end, or before all others without changing which one is active."""
        ids = {int(values.get("sheetId", "0")) for values in self._stated_sheets()}
        free = next(number for number in count(max(ids, default=0) + 1) if number not in ids)
        namespace, declared = self._office_prefix()
        opening = (
            f'<sheet name="{splice.escape(name).replace(chr(34), "&quot;")}" sheetId="{free}"{declared} '
        )
        self._append("sheets", f'{opening}{namespace}:id="{relation}"/>'.encode(), first=first)
        if first:
            self._shift(0, 1)

    def remove_sheet(self, name: str) -> None:
        """Take a tab out of the list, with the names that belong to it; positions of the others follow."""
        position = next(at for at, sheet in enumerate(self.sheets) if sheet.name == name)
        element = self._sheet_elements()[position]
        self._splice((element.start, element.end, b""))
        for defined in self.names:
            if defined.local == position:
                self.drop_name(defined.name, position)
        self._shift(position + 1, -1)
        self._activate_instead_of(position)

    @property
    def recalculates(self) -> bool:
        """True if the program that opens the workbook is asked to calculate all formulas anew."""
        element = self._child("calcPr")
        return element is not None and self._flag(element, "fullCalcOnLoad")

    def recalculate(self) -> None:
        """Ask the program that opens the workbook to calculate all formulas anew."""
        element = self._child("calcPr")
        if element is None:
            at = splice.insertion_point(self._mask, self._root, self._children, WORKBOOK, "calcPr")
            self._splice((at, at, splice.prefixed(b'<calcPr fullCalcOnLoad="1"/>', self._prefix)))
        elif not self._flag(element, "fullCalcOnLoad"):
            tag = splice.set_attribute(element.open_tag(self._xml), "fullCalcOnLoad", "1")
            self._splice((element.start, element.body, tag))

    def save(self) -> None:
        """Give the package the part as it is now."""
        self._write_names()
        self.package.write_xml(self.part, self._xml)

    def _child(self, name: str) -> Element | None:
        return next((child for child in self._children if child.name == name), None)

    def _sheet_elements(self) -> tuple[Element, ...]:
        parent = self._child("sheets")
        return () if parent is None else splice.named(self._mask, parent, "sheet")

    @property
    def _defined(self) -> Names:
        if self._names is None:
            self._names = Names(self._xml, self._mask, self._child("definedNames"), self._prefix)
        return self._names

    def _write_names(self) -> None:
        """Put the names into the part, if they changed."""
        names, self._names = self._names, None
        if names is None or not names.changed:
            return
        parent = self._child("definedNames")
        if parent is None or parent.closed:
            if names:
                self._append("definedNames", names.to_bytes())
        elif names:
            self._splice((parent.body, parent.tail, names.to_bytes()))
        else:
            self._splice((parent.start, parent.end, b""))

    def _flag(self, element: Element, name: str) -> bool:
        return splice.attribute(element.open_tag(self._xml), name) in ("1", "true", "on")

    def _splice(self, *pieces: tuple[int, int, bytes]) -> None:
        changes = Splices(self._xml)
        for start, end, piece in pieces:
            if start == end:
                changes.insert(start, piece)
            else:
                changes.replace(start, end, piece)
        self._load(changes.apply())

    def _append(self, parent_name: str, element: bytes, *, first: bool = False) -> None:
        element = splice.prefixed(element, self._prefix)
        parent = self._child(parent_name)
        if parent is None:
            at = splice.insertion_point(self._mask, self._root, self._children, WORKBOOK, parent_name)
            tag = self._prefix + parent_name.encode()
            self._splice((at, at, b"<" + tag + b">" + element + b"</" + tag + b">"))
        elif parent.closed:
            self._splice((parent.end - 2, parent.end, b">" + element + b"</" + parent.tag + b">"))
        else:
            at = parent.body if first else parent.tail
            self._splice((at, at, element))

    def _office_prefix(self) -> tuple[str, str]:
        """Return the prefix of relationship ids, and its declaration where the root has none."""
        for name, value in splice.attributes(self._root.open_tag(self._xml)).items():
            if value == OFFICE and name.startswith("xmlns:"):
                return name[6:], ""
        return "r", f' xmlns:r="{OFFICE}"'

    def _shift(self, start: int, step: int) -> None:
        """Move positions of sheets from `start` on: scopes of names, the active tab, the first one shown."""
        self._defined.shift(start, step)
        views = self._child("bookViews")
        if views is None or views.closed:
            if step > 0:
                # Without a view the first tab is active, and that is ours now.
                self._append("bookViews", b'<workbookView activeTab="1"/>')
            return
        changes = Splices(self._xml)
        for element in splice.named(self._mask, views, "workbookView"):
            tag = element.open_tag(self._xml)
            if int(splice.attribute(tag, "activeTab") or 0) >= start:
                tag = _stepped(tag, "activeTab", step)
            if int(splice.attribute(tag, "firstSheet") or 0) >= max(start, 1):
                tag = _stepped(tag, "firstSheet", step)
            changes.replace(element.start, element.body, tag)
        self._load(changes.apply())

    def _activate_instead_of(self, position: int) -> None:
        """Let the first visible tab be active where the tab that stood at `position` was."""
        views = self._child("bookViews")
        visible = next((at for at, sheet in enumerate(self.sheets) if not sheet.hidden), 0)
        changes = Splices(self._xml)
        for element in () if views is None else splice.named(self._mask, views, "workbookView"):
            tag = element.open_tag(self._xml)
            if splice.attribute(tag, "activeTab") == str(position):
                changes.replace(
                    element.start, element.body, splice.set_attribute(tag, "activeTab", str(visible))
                )
        self._load(changes.apply())


def _stepped(tag: bytes, name: str, step: int) -> bytes:
    return splice.set_attribute(tag, name, str(max(0, int(splice.attribute(tag, name) or 0) + step)))
