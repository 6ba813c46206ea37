"""What calamine is given to read in the place of a workbook: the same values, got with less work."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineSheet, CalamineWorkbook

from sheetsync.excel.gate import LIMITS, open_package
from sheetsync.excel.reach import reach
from sheetsync.excel.readable import hastened

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


def prefixed(content: bytes) -> bytes:
    """Return a workbook whose first sheet is written with a prefix."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as made:
        for name in old.namelist():
            data = old.read(name)
            if name == SHEET:
                data = data.replace(b"</", b"|").replace(b"<", b"<x:").replace(b"|", b"</x:")
                data = data.replace(b"xmlns=", b"xmlns:x=").replace(b"<x:?xml", b"<?xml")
            made.writestr(name, data)
    return stream.getvalue()


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
    assert {name: sheet.to_python() for name, sheet in new.items()} == {
        name: sheet.to_python() for name, sheet in before.items()
    }
