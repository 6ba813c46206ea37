"""An independent judge of package structure: what would make Excel offer a repair.

`faults(content)` lists what is wrong with a workbook. Real files have faults of their own, so tests ask that
a write adds none: `faults(after) <= faults(before)`.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from sheetsync.excel.order import STYLES, WORKBOOK, WORKSHEET

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_COUNTED = {"fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "numFmts"} | {
    "mergeCells", "tableColumns", "dataValidations", "tableParts"
}  # fmt: skip
_IDS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Judged:
    """A workbook taken apart."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self.parts = {_key(name): name for name in self.zip.namelist()}

    def read(self, key: str) -> bytes:
        return self.zip.read(self.parts[_key(key)])

    def tree(self, key: str) -> etree._Element:
        return etree.fromstring(self.read(key), _PARSER)

    def relations(self, source: str) -> dict[str, tuple[str, str]]:
        """Return id to (kind, target or nothing for something outside)."""
        folder, _, name = source.rpartition("/")
        key = _key(join(folder, "_rels", f"{name}.rels"))
        if key not in self.parts:
            return {}
        found = {}
        for node in self.tree(key):
            target = unquote(node.get("Target", ""))
            if node.get("TargetMode") == "External" or target.startswith("#"):
                target = ""
            else:
                target = normpath(target if target.startswith("/") else join("/", dirname(source), target))
            found[node.get("Id", "")] = (node.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    @cached_property
    def workbook(self) -> str:
        return next(target for kind, target in self.relations("").values() if kind == "officeDocument")

    @cached_property
    def sheets(self) -> list[tuple[str, str]]:
        """Title and part of each tab."""
        relations = self.relations(self.workbook)
        nodes = _child(self.tree(self.workbook), "sheets")
        return [
            (
                node.get("name", ""),
                relations.get(next(v for k, v in node.attrib.items() if k.endswith("}id")), ("", ""))[1],
            )
            for node in nodes
        ]

    @cached_property
    def styles(self) -> etree._Element | None:
        part = next(
            (target for kind, target in self.relations(self.workbook).values() if kind == "styles"), ""
        )
        return self.tree(part) if _key(part) in self.parts else None

    def count(self, group: str) -> int:
        node = None if self.styles is None else _child(self.styles, group)
        return 0 if node is None else len(node)


def faults(content: bytes) -> set[str]:
    """Return everything that is wrong with a workbook, in words."""
    book = Judged(content)
    found = set(_package(book)) | set(_workbook(book)) | set(_styles(book))
    for title, part in book.sheets:
        if _key(part) in book.parts and _name(book.tree(part)) == "worksheet":
            found |= {f"{title}: {fault}" for fault in _worksheet(book, part)}
    return found


def _package(book: Judged) -> Iterator[str]:
    if bad := book.zip.testzip():
        yield f"{bad} is damaged"
    if len(book.parts) != len(book.zip.namelist()):
        yield "two members have one name"
    types = book.tree("[content_types].xml")
    overrides = [node.get("PartName", "").lower().lstrip("/") for node in types if _name(node) == "Override"]
    defaults = [node.get("Extension", "").lower() for node in types if _name(node) == "Default"]
    yield from (f"{name} has two content types" for name, n in Counter(overrides).items() if n > 1)
    yield from (f"{name} has two default types" for name, n in Counter(defaults).items() if n > 1)
    for key in book.parts:
        if key != "[content_types].xml" and key not in overrides and key.rpartition(".")[2] not in defaults:
            yield f"{key} has no content type"
        if key.endswith(".rels"):
            ids = [node.get("Id") for node in book.tree(key)]
            if len(set(ids)) != len(ids):
                yield f"{key}: an id twice"
            source = normpath(join(dirname(key), "..", key.rpartition("/")[2].removesuffix(".rels")))
            yield from _targets(book, source)
        elif key.endswith(".xml"):
            used = {
                value
                for node in book.tree(key).iter()
                for name, value in node.attrib.items()
                if str(name).startswith(_IDS)
            }
            yield from (f"{key}: {id_} leads nowhere" for id_ in used - book.relations(key).keys() if id_)


def _targets(book: Judged, source: str) -> Iterator[str]:
    for kind, target in book.relations("" if source == "." else source).values():
        if target and _key(target) not in book.parts:
            yield f"{source}: {kind} {target} is missing"


def _workbook(book: Judged) -> Iterator[str]:
    root = book.tree(book.workbook)
    yield from _order(root, WORKBOOK)
    sheets = list(_child(root, "sheets"))
    for what in ("name", "sheetId"):
        values = [node.get(what, "").lower() for node in sheets]
        if len(set(values)) != len(values):
            yield f"two sheets with the same {what}"
    yield from (f"title {title!r} is not allowed" for title, _ in book.sheets if not _allowed(title))
    names = _child(root, "definedNames")
    keys = [
        (node.get("name", "").lower(), node.get("localSheetId")) for node in (() if names is None else names)
    ]
    yield from (f"name {key} is defined twice" for key, n in Counter(keys).items() if n > 1)
    yield from (f"name {key} belongs to no sheet" for key in keys if key[1] and int(key[1]) >= len(sheets))
    views = _child(root, "bookViews")
    for view in () if views is None else views:
        if int(view.get("activeTab", "0")) >= len(sheets):
            yield "the active tab does not exist"
    selected = 0
    for _, part in book.sheets:
        if _key(part) in book.parts:
            selected += any(
                node.get("tabSelected") in ("1", "true") for node in book.tree(part).iter("{*}sheetView")
            )
    if selected > 1:
        yield "several tabs are selected"
    ids = [book.tree(key).get("id") for key in book.parts if re.fullmatch(r".*/tables/[^/]*\.xml", key)]
    if len(set(ids)) != len(ids):
        yield "two tables with one id"


def _styles(book: Judged) -> Iterator[str]:
    root = book.styles
    if root is None:
        return
    yield from _order(root, STYLES)
    yield from _counts(root)
    own = _child(root, "numFmts")
    formats = {node.get("numFmtId") for node in (() if own is None else own)}
    limits = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
    xfs = _child(root, "cellXfs")
    for position, xf in enumerate(() if xfs is None else xfs):
        for name, group in limits.items():
            if int(xf.get(name, "0")) >= max(book.count(group), 1):
                yield f"xf {position}: {name} out of range"
        if int(xf.get("numFmtId", "0")) >= 164 and xf.get("numFmtId") not in formats:
            yield f"xf {position}: unknown number format"


def _worksheet(book: Judged, part: str) -> Iterator[str]:
    root = book.tree(part)
    yield from _order(root, WORKSHEET)
    yield from _counts(root)
    yield from _cells(book, root)
    columns = [(int(node.get("min", "0")), int(node.get("max", "0"))) for node in root.iter("{*}col")]
    if any(first <= last for (_, last), (first, _) in pairwise(columns)) or any(a > b for a, b in columns):
        yield "column ranges overlap"
    rules = [node for node in root.iter("{*}cfRule") if node.get("priority")]
    if len({node.get("priority") for node in rules}) != len(rules):
        yield "two rules with one priority"
    for node in rules:
        if int(node.get("dxfId", "-1")) >= max(book.count("dxfs"), 0):
            yield "a rule without its style"
    for kind, target in book.relations(part).values():
        if kind == "table":
            yield from _table(book, root, target)
        if kind == "drawing":
            ids = [node.get("id") for node in book.tree(target).iter("{*}cNvPr")]
            if len(set(ids)) != len(ids):
                yield f"{target}: two shapes with one id"


def _cells(book: Judged, root: etree._Element) -> Iterator[str]:
    data = _child(root, "sheetData")
    number = 0
    for row in () if data is None else data:
        after = int(row.get("r", number + 1))
        if after <= number:
            yield f"row {after} is out of order"
        number = after
        column = 0
        for cell in row.iter("{*}c"):
            place = re.fullmatch(r"([A-Z]+)([0-9]+)", cell.get("r", ""))
            after = _column(place[1]) if place else column + 1
            if after <= column:
                yield f"{cell.get('r')} is out of order"
            if place and row.get("r") and int(place[2]) != number:
                yield f"{cell.get('r')} is in row {number}"
            column = after
            if int(cell.get("s", "0")) >= max(book.count("cellXfs"), 1):
                yield f"{cell.get('r')}: style out of range"


def _table(book: Judged, sheet: etree._Element, part: str) -> Iterator[str]:
    root = book.tree(part)
    yield from _counts(root)
    found = re.fullmatch(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)", root.get("ref", ""))
    names = [node.get("name", "") for node in root.iter("{*}tableColumn")]
    ids = [node.get("id") for node in root.iter("{*}tableColumn")]
    if len({name.lower() for name in names}) != len(names) or len(set(ids)) != len(ids):
        yield f"{part}: two columns alike"
    if found is None or _column(found[3]) - _column(found[1]) + 1 != len(names):
        yield f"{part}: range and columns differ"
        return
    if root.get("headerRowCount", "1") == "0":
        return
    texts = _texts(book, sheet, int(found[2]))
    for offset, name in enumerate(names):
        shown = texts.get(_column(found[1]) + offset, "")
        if re.sub(r"\s+", " ", shown) != re.sub(r"\s+", " ", name.replace("_x000a_", "\n")):
            yield f"{part}: header {shown!r} is not column {name!r}"


def _texts(book: Judged, sheet: etree._Element, number: int) -> dict[int, str]:
    part = next(
        (target for kind, target in book.relations(book.workbook).values() if kind == "sharedStrings"), ""
    )
    strings = list(book.tree(part)) if _key(part) in book.parts else []
    found = {}
    for row in sheet.iter("{*}row"):
        if row.get("r") == str(number):
            for at, cell in enumerate(row.iter("{*}c"), 1):
                place = re.match("[A-Z]+", cell.get("r", ""))
                value = cell.find("{*}v")
                holder = strings[int(value.text or 0)] if cell.get("t") == "s" and value is not None else cell
                texts = "".join(node.text or "" for node in holder.iter("{*}t"))
                found[_column(place[0]) if place else at] = texts or (
                    value.text or "" if value is not None else ""
                )
    return found


def _order(root: etree._Element, order: tuple[str, ...]) -> Iterator[str]:
    known = [_name(node) for node in root if isinstance(node.tag, str) and _name(node) in order]
    ranks = [order.index(name) for name in known]
    if ranks != sorted(ranks):
        yield f"{_name(root)}: children out of order: {known}"


def _counts(root: etree._Element) -> Iterator[str]:
    for node in root.iter():
        if (
            isinstance(node.tag, str)
            and _name(node) in _COUNTED
            and node.get("count") not in (None, str(len(node)))
        ):
            yield f"{_name(node)} says {node.get('count')} but has {len(node)}"


def _allowed(title: str) -> bool:
    plain = not re.search(r"[\[\]:*?/\\]", title)
    return plain and 0 < len(title) <= 31 and not title.startswith("'") and not title.endswith("'")


def _child(root: etree._Element, name: str) -> etree._Element | None:
    return next((node for node in root if isinstance(node.tag, str) and _name(node) == name), None)


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
