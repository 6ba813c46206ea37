"""Moving the one sheet of a freshly written workbook, with all that belongs to it, into another workbook.

The guest comes from xlsxwriter under its final title, or one that is changed on the way. Styles are appended
to the host's and renumbered, shared strings become inline ones, drawings, charts and images get free names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from posixpath import dirname, join, normpath, relpath
from typing import NamedTuple

from sheetsync.excel import splice
from sheetsync.excel.book import Book
from sheetsync.excel.formulas import renamed
from sheetsync.excel.host import Host
from sheetsync.excel.numberformats import FIRST_OWN
from sheetsync.excel.package import Package, relation_element
from sheetsync.excel.styles import Styles
from sheetsync.model.edit import Parts

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLE = re.compile(rb'(<(?:c r="\w+" s="|col [^>]*? style="|row r="\d+"(?: spans="[\d:]+")? s="))(\d+)')
_DXF = re.compile(rb'(<cfRule[^>]*? dxfId=")(\d+)')
_SHARED = re.compile(rb' t="s"><v>(\d+)</v>')
_ITEM = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
_FORMULAS = re.compile(rb"(<(?:\w+:)?(?:f|formula|formula1|formula2)(?:\s[^>]*)?>)([^<]+)(?=</)")
_LOCATION = re.compile(rb'(<hyperlink\s[^>]*?location=")([^"]*)(")')
_SELECTED = re.compile(rb'(<sheetView[^>]*?) tabSelected="1"')
_GROUPS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class _Look(NamedTuple):
    """A cell format of a guest.

    Args:
        mould: It with gaps for the numbers of its number format, font, fill and border.
        code: Its number format: the code, or the number that it has in all workbooks.
        parts: Its font, fill and border.
    """

    mould: bytes
    code: str | int
    parts: tuple[bytes, ...]


class Guest:
    """A workbook of one sheet that is to be moved.

    Args:
        parts: Its parts, as xlsxwriter writes them.
    """

    def __init__(self, parts: Parts) -> None:
        self.package = Package.of(parts)
        part = self.package.related("", "officeDocument")
        if part is None:
            raise ValueError("no workbook")
        self.book = Book(self.package, part)
        [self.sheet] = self.book.sheets
        if any(relation.kind == "table" for relation in self.package.relations(self.sheet.part)):
            raise ValueError("a tab with an Excel table cannot be moved")

    @property
    def has_formulas(self) -> bool:
        """True if its cells calculate something."""
        return b"<f>" in self.package.read(self.sheet.part)

    def names(self, titles: Mapping[str, str]) -> dict[str, str]:
        """Return the names that belong to the sheet: print area, titles, filter."""
        return {
            defined.name: renamed(defined.text, titles)
            for defined in self.book.names
            if defined.local == 0 and defined.name.startswith("_xlnm.")
        }


def graft(host: Host, guest: Guest, *, titles: Mapping[str, str], into: str | None, selected: bool) -> str:
    """Put the guest's sheet into the host's package and return the name of its part.

    Args:
        host: The workbook that takes it.
        guest: The workbook that gives it.
        titles: Titles that change on the way, in formulas, charts and links.
        into: The part to take the place of, or None for a new part.
        selected: True if the tab that it replaces was the selected one.
    """
    source = guest.sheet.part
    part = into or host.package.free_name(join(host.book.folder, "worksheets"), "sheet", "xml")
    xml = _sheet_xml(host, guest, titles, selected=selected)
    if into is None:
        host.package.add(part, xml, _WORKSHEET)
    else:
        host.package.write(part, xml)
    host.package.set_relations(part, _move_related(host, guest, source, titles, {source: part}))
    return part


def _move_related(
    host: Host, guest: Guest, source: str, titles: Mapping[str, str], moved: dict[str, str]
) -> list[bytes]:
    """Copy everything that `source` points to; return its relationships as elements."""
    elements = []
    for relation in guest.package.relations(source):
        if relation.external:
            target = renamed(relation.target, titles) if relation.target.startswith("#") else relation.target
            elements.append(relation_element(replace(relation, target=target)))
            continue
        target = relation.target
        if target not in moved:
            moved[target] = _move(host, guest, target, titles)
            below = _move_related(host, guest, target, titles, moved)
            if below:
                host.package.add_relations(moved[target], below)
        elements.append(relation_element(replace(relation, target=moved[target])))
    return elements


def _move(host: Host, guest: Guest, part: str, titles: Mapping[str, str]) -> str:
    """Copy one part under a free name in the folder of its kind; return that name."""
    folder = normpath(join(host.book.folder, relpath(dirname(part), guest.book.folder)))
    stem, _, suffix = part.rpartition("/")[2].rpartition(".")
    name = host.package.free_name(folder, stem.rstrip("0123456789"), suffix)
    data = guest.package.read(part)
    if suffix == "xml":
        data = _renamed(data, titles)
    host.package.add(name, data, guest.package.content_type(part) or "application/octet-stream")
    return name


def _renamed(xml: bytes, titles: Mapping[str, str]) -> bytes:
    """Return a part whose formulas and links call sheets by their final titles."""
    changed = {old: new for old, new in titles.items() if old != new}
    if not changed:
        return xml

    def formula(match: re.Match[bytes]) -> bytes:
        text = renamed(splice.unescape(match[2].decode()), changed)
        return match[1] + splice.escape(text).encode()

    def location(match: re.Match[bytes]) -> bytes:
        text = splice.escape(renamed(splice.unescape(match[2].decode()), changed))
        return match[1] + text.replace('"', "&quot;").encode() + match[3]

    return _LOCATION.sub(location, _FORMULAS.sub(formula, xml))


def _sheet_xml(host: Host, guest: Guest, titles: Mapping[str, str], *, selected: bool) -> bytes:
    """Return the sheet with the host's style numbers and inline texts."""
    styles_part = guest.package.related(guest.book.part, "styles")
    strings_part = guest.package.related(guest.book.part, "sharedStrings")
    xml = guest.package.read_xml(guest.sheet.part)
    if styles_part is not None:
        xml = _restyled(xml, guest.package.read_xml(styles_part), host.styles)
    if strings_part is not None:
        items = [match[1] or b"<t/>" for match in _ITEM.finditer(guest.package.read_xml(strings_part))]
        xml = _SHARED.sub(lambda match: b' t="inlineStr"><is>%s</is>' % items[int(match[1])], xml)
    if not selected:
        xml = _SELECTED.sub(rb"\1", xml)
    return _renamed(xml, titles)


def _restyled(xml: bytes, styles: bytes, ours: Styles) -> bytes:
    """Return the sheet with the host's numbers of the formats that this style sheet has."""
    looks, laid_over = _looks(styles)
    # A tab has thousands of cells but few looks: each is looked up once, and the cells are not called upon.
    pieces = _STYLE.split(xml)
    formats = {number: _moved(number, looks, ours) for number in dict.fromkeys(pieces[2::3])}
    pieces[2::3] = map(formats.__getitem__, pieces[2::3])
    return _DXF.sub(lambda match: match[1] + b"%d" % ours.append(laid_over[int(match[2])]), b"".join(pieces))


def _moved(number: bytes, looks: Sequence[_Look], ours: Styles) -> bytes:
    """Return the host's number of a cell format of the guest; the first is the first of all workbooks."""
    if number == b"0":
        return number
    look = looks[int(number)]
    code = look.code if isinstance(look.code, int) else ours.number_format_id(look.code)
    return b"%d" % ours.append(look.mould % (code, *map(ours.append, look.parts)))


@lru_cache(maxsize=100)
def _looks(styles: bytes) -> tuple[Sequence[_Look], Sequence[bytes]]:
    """Return the cell formats of a style sheet, and its formats that conditions lay over them.

    Our tabs have the same looks in like workbooks.
    """
    theirs = Styles(styles)
    return (
        [_look(theirs.element("cellXfs", position), theirs) for position in range(theirs.count("cellXfs"))],
        [theirs.element("dxfs", position) for position in range(theirs.count("dxfs"))],
    )


def _look(xf: bytes, theirs: Styles) -> _Look:
    """Return a cell format without its places in its style sheet."""
    end = xf.index(b">") + 1
    tag, rest = (part.replace(b"%", b"%%") for part in (xf[:end], xf[end:]))
    names = ("numFmtId", *_GROUPS)
    number, *positions = (int(splice.attribute(tag, name) or 0) for name in names)
    for name in (*names, "xfId"):
        tag = splice.drop_attribute(tag, name)
    start, close = (tag[:-2], b"/>") if tag.endswith(b"/>") else (tag[:-1], b">")
    gaps = b"".join(b' %s="%%d"' % name.encode() for name in names)
    return _Look(
        mould=start.rstrip() + gaps + b' xfId="0"' + close + rest,
        code=theirs.format_code(number) if number >= FIRST_OWN else number,
        parts=tuple(map(theirs.element, _GROUPS.values(), positions)),
    )
