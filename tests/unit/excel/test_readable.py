"""What calamine is given to read in the place of a workbook: the same values, got with less work."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineSheet, CalamineWorkbook

from sheetsync.excel.gate import LIMITS, open_package
from sheetsync.excel.reach import reach
from sheetsync.excel.readable import hastened
from sheetsync.model.table import RawValue

CORPUS = [
    path
    for path in sorted(Path(__file__).parents[2].glob("data/**/*.xlsx"))
    if not path.name.startswith("refuse-")
]
SHEET = "xl/worksheets/sheet1.xml"


def book_of(rows: int) -> bytes:
    book = openpyxl.Workbook()
    for row in range(3, rows + 3):
        book.active.cell(row, 2, f"字 {row}")
        book.active.cell(row, 4, row / 7)
    book.active.merge_cells("B3:C4")
    book.create_sheet("空")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook whose first sheet is another one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as made:
        for name in old.namelist():
            made.writestr(name, change(old.read(name)) if name == SHEET else old.read(name))
    return stream.getvalue()


def prefixed(content: bytes) -> bytes:
    """Return a workbook whose first sheet is written with a prefix."""

    def written(xml: bytes) -> bytes:
        xml = xml.replace(b"</", b"|").replace(b"<", b"<x:").replace(b"|", b"</x:")
        return xml.replace(b"xmlns=", b"xmlns:x=").replace(b"<x:?xml", b"<?xml")

    return rewritten(content, written)


def filled(sheet: CalamineSheet) -> list[list[RawValue]]:
    """Return the rows up to the last one that is not empty."""
    rows = sheet.to_python()
    while rows and not any(value != "" for value in rows[-1]):
        rows.pop()
    return rows


def given(content: bytes) -> tuple[bytes, list[str]]:
    """Return what calamine is given, and the sheets that have another form there."""
    package, book = open_package(content, "x.xlsx")
    sheets = [sheet for sheet in book.sheets if sheet.kind == "worksheet"]
    faster = hastened((sheet.part, reach(package, sheet, LIMITS, "x.xlsx")) for sheet in sheets)
    assert not package.changed
    return package.build(faster), [sheet.name for sheet in sheets if sheet.part in faster]


def sheets_in(content: bytes) -> dict[str, CalamineSheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name) for name in book.sheet_names}


@pytest.mark.parametrize("rows", [1, 40, 30_000])
@pytest.mark.parametrize("prefix", [False, True])
def test_the_values_are_the_same_and_calamine_stops_before_the_rows(rows: int, prefix: bool) -> None:
    content = prefixed(book_of(rows)) if prefix else book_of(rows)
    before, (new, changed) = sheets_in(content), given(content)
    assert changed
    for name, sheet in sheets_in(new).items():
        assert sheet.to_python() == before[name].to_python()
        assert (sheet.start, sheet.end) == (before[name].start, before[name].end)
        if name in changed:
            assert sheet.merged_cell_ranges == []


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_real_workbooks_give_the_same_values(path: Path) -> None:
    content = path.read_bytes()
    before, new = sheets_in(content), sheets_in(given(content)[0])
    assert {name: filled(sheet) for name, sheet in new.items()} == {
        name: filled(sheet) for name, sheet in before.items()
    }


READY = '<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}" t="str"><f>IF(A{0}="","",1)</f><v></v></c></row>'


@pytest.mark.parametrize(
    ("last", "rows"),
    [
        pytest.param("", 3, id="nothing: the ready rows are left out"),
        pytest.param('<row r="6"><c r="A6"><v>0</v></c></row>', 6, id="a number"),
        pytest.param('<row r="6"><c r="A6" t="inlineStr"><is><t>字</t></is></c></row>', 6, id="own text"),
        pytest.param('<row r="6"><c r="A6" t="str"><v xml:space="preserve"> </v></c></row>', 6, id="a space"),
        pytest.param('<row r="6"><c r="A6"><v>7</v ></c></row >', 6, id="ends with spaces"),
        pytest.param('<row r="6"><c r="A6"><x:v>7</x:v></c></row>', 6, id="a value with a prefix"),
    ],
)
def test_rows_of_empty_texts_are_left_out_where_nothing_follows(last: str, rows: int) -> None:
    def written(xml: bytes) -> bytes:
        xml = xml.replace(b"<worksheet ", b'<worksheet xmlns:x="urn:x" ', 1)
        ready = "".join(READY.format(row) for row in (2, 4, 5))
        third = '<row r="3"><c r="A3"><v>1</v></c></row>'
        ordered = ready[: len(ready) // 3] + third + ready[len(ready) // 3 :] + last
        data = f'<sheetData><row r="1"><c r="A1"><v>5</v></c></row>{ordered}</sheetData>'
        return re.sub(rb"<sheetData>.*</sheetData>", data.encode(), xml, flags=re.DOTALL)

    content = rewritten(book_of(3), written)
    before, (new, changed) = sheets_in(content), given(content)
    assert "Sheet" in changed
    assert before["Sheet"].height == (6 if last else 5)
    assert sheets_in(new)["Sheet"].height == rows
    assert filled(sheets_in(new)["Sheet"]) == filled(before["Sheet"])
