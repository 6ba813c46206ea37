"""A workbook of XlsxWriter with one tab that hands out its parts: they go into another workbook."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook

from sheetsync.render.drawing import Placed, drawing
from sheetsync.render.look import DEFAULT, Look
from sheetsync.render.quicksheet import QuickSheet
from sheetsync.render.quicktags import escaped, quoted

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DRAWINGS = "application/vnd.openxmlformats-officedocument"
_ROOT = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)

_Given = tuple[tuple[str, Any], ...]
"""What a format is made of."""


class QuickBook(Workbook):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes of its tab what its base writes, of itself what it takes to move the tab, and packs nothing.

    Args:
        title: Of the tab.
    """

    def __init__(self, title: str) -> None:
        super().__init__(BytesIO(), {"default_format_properties": dict(DEFAULT)})
        self._differences: list[tuple[Format, _Given]] = []
        self.sheet: QuickSheet = self.add_worksheet(title, QuickSheet)
        self.sheet.select()

    def parts(self) -> dict[str, bytes]:
        """Return the parts of the workbook by their names, once it is done."""
        placed = self.sheet.placed()
        charts = [f"charts/chart{number}.xml" for number in range(1, len(placed) + 1)]
        return {
            "xl/worksheets/sheet1.xml": self.sheet.written(),
            **{name: xml.encode() for name, xml in self._around(placed, charts)},
            **{f"xl/{name}": placed[at].chart.written(at) for at, name in enumerate(charts)},
        }

    def _around(self, placed: Sequence[Placed], charts: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the parts around the sheet and the charts."""
        yield "xl/styles.xml", self._styles()
        yield "xl/workbook.xml", self._workbook()
        below = (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
        yield "xl/_rels/workbook.xml.rels", _relations(*below)
        yield "_rels/.rels", _ROOT
        yield "[Content_Types].xml", _types(charts)
        if not placed:
            return
        yield "xl/worksheets/_rels/sheet1.xml.rels", _relations(("drawing", "../drawings/drawing1.xml"))
        yield "xl/drawings/drawing1.xml", drawing(placed)
        yield "xl/drawings/_rels/drawing1.xml.rels", _relations(*(("chart", f"../{name}") for name in charts))

    def _workbook(self) -> str:
        self._prepare_defined_names()
        names = [
            f'<definedName name="{name}" localSheetId="{sheet}" hidden="{hidden}">'
            f"{escaped(place)}</definedName>"
            for name, sheet, place, hidden in self.defined_names
        ]
        return (
            f'{_XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' xmlns:r="{_OFFICE}/relationships"><sheets><sheet name="{quoted(self.sheet.name)}" sheetId="1"'
            f' r:id="rId1"/></sheets><definedNames>{"".join(names)}</definedNames></workbook>'
        )

    def _styles(self) -> str:
        used = {made.dxf_index: given for made, given in self._differences if made.dxf_index is not None}
        return _style_sheet(tuple(self.sheet.looks), tuple(given for _, given in sorted(used.items())))

    def difference(self, **given: Any) -> Format:  # noqa: ANN401 - format properties are of any kind
        """Return a look that a condition lays over a cell's own."""
        made: Format = self.add_format(given)
        self._differences.append((made, tuple({**self.default_format_properties, **given}.items())))
        return made


@lru_cache(maxsize=100)
def _style_sheet(looks: tuple[Look, ...], differences: tuple[_Given, ...]) -> str:
    """Return the style sheet of a workbook of these looks; tabs of like workbooks have the same."""
    book, packager = Workbook(BytesIO()), Packager()
    cells = [Format(dict(given)) for given in (DEFAULT, *(look.given for look in looks))]
    laid_over = [Format(dict(given)) for given in differences]
    for index, made in enumerate(cells):
        made.xf_index = index
    for index, made in enumerate(laid_over):
        made.dxf_index = index
    book.formats = cells + laid_over
    book._prepare_format_properties()  # noqa: SLF001 - as where it writes itself
    packager._add_workbook(book)  # noqa: SLF001
    packager._set_in_memory(in_memory=True)  # noqa: SLF001
    packager._write_styles_file()  # noqa: SLF001
    [(file, _, _)] = packager.filenames
    return str(file.getvalue())


def _relations(*targets: tuple[str, str]) -> str:
    """Return what a part refers to, each by what it is to it and its place."""
    elements = [
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    ]
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(elements)}</Relationships>'


def _types(charts: Sequence[str]) -> str:
    """Return the types of the parts of a workbook with these charts."""
    kinds = [
        ("workbook.xml", f"{_SHEETS}.sheet.main"),
        ("worksheets/sheet1.xml", f"{_SHEETS}.worksheet"),
        ("styles.xml", f"{_SHEETS}.styles"),
        *((name, f"{_DRAWINGS}.drawingml.chart") for name in charts),
    ]
    if charts:
        kinds.append(("drawings/drawing1.xml", f"{_DRAWINGS}.drawing"))
    elements = [f'<Override PartName="/xl/{name}" ContentType="{kind}+xml"/>' for name, kind in kinds]
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{''.join(elements)}</Types>"
    )
