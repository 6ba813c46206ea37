import io
import zipfile

import openpyxl
import pytest

from sheetsync.excel.cellvalue import content_xml
from sheetsync.excel.outlineedit import NewCell
from sheetsync.excel.sheet import SheetPart, suspect_cells
from sheetsync.excel.sheetedit import SheetEdit
from sheetsync.excel.splice import attribute
from sheetsync.excel.widths import set_widths

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def part(data: str, before: str = "") -> SheetPart:
    return SheetPart(HEAD + before.encode() + b"<sheetData>" + data.encode() + b"</sheetData></worksheet>")


def edited(sheet: SheetPart, *places: tuple[int, int]) -> str:
    edit = SheetEdit(sheet)
    for row, column in places:
        kind, content = content_xml(f"{row},{column}", date1904=False)
        edit.set_cell(row, column, NewCell(0, kind, content))
    return edit.apply().decode()


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_cell_at_the_end_of_a_row_drops_spans_that_it_leaves() -> None:
    xml = edited(part('<row r="2" spans="1:2" ht="20"><c r="A2"/><c r="B2"><v>1</v></c></row>'), (2, 3))
    assert f'<row r="2" ht="20"><c r="A2"/><c r="B2"><v>1</v></c>{text("C2", "2,3")}</row>' in xml


def test_a_cell_inside_its_spans_leaves_the_row_tag_alone() -> None:
    xml = edited(part('<row r="2" spans="1:5"><c r="B2"/></row>'), (2, 4))
    assert '<row r="2" spans="1:5">' in xml


def test_cells_go_between_cells_and_replace_cells() -> None:
    xml = edited(
        part('<row r="1"><c r="A1"/><c r="C1"><v>1</v></c><c r="E1"/></row>'), (1, 2), (1, 3), (1, 6)
    )
    assert f'<c r="A1"/>{text("B1", "1,2")}{text("C1", "1,3")}<c r="E1"/>{text("F1", "1,6")}</row>' in xml


@pytest.mark.parametrize("row", ['<row r="3"/>', '<row r="3"></row>', '<row r="3" />'])
def test_an_empty_row_is_opened(row: str) -> None:
    assert f'<row r="3">{text("B3", "3,2")}</row>' in edited(part(row), (3, 2))


def test_rows_that_are_missing_go_in_their_place() -> None:
    xml = edited(
        part('<row r="2"><c r="A2"/></row><row r="5"><c r="A5"/></row>'), (1, 1), (3, 1), (4, 1), (9, 1)
    )
    assert [at for at in range(1, 10) if f'<row r="{at}"' in xml] == [1, 2, 3, 4, 5, 9]
    places = [xml.index(f'<row r="{at}"') for at in (1, 2, 3, 4, 5, 9)]
    assert places == sorted(places)


def test_an_empty_sheet_is_opened() -> None:
    sheet = SheetPart(HEAD + b"<sheetData/></worksheet>")
    assert f'<sheetData><row r="1">{text("A1", "1,1")}</row></sheetData>' in edited(sheet, (1, 1))


def test_rows_and_cells_without_places_are_filled_up() -> None:
    xml = edited(part("<row><c><v>1</v></c></row>"), (1, 3), (3, 2))
    bare = '<c t="inlineStr"><is><t>'
    assert f"<row><c><v>1</v></c><c/>{bare}1,3</t></is></c></row><row/><row><c/>{bare}3,2" in xml


def test_an_extension_behind_the_cells_stays_behind_them() -> None:
    xml = edited(part('<row r="1"><c r="A1"/><extLst><ext/></extLst></row>'), (1, 2))
    assert f'<c r="A1"/>{text("B1", "1,2")}<extLst>' in xml


def test_the_dimension_is_widened_and_an_absent_one_stays_absent() -> None:
    assert '<dimension ref="A1:D7"/>' in edited(part('<row r="2"/>', '<dimension ref="A1:B2"/>'), (7, 4))
    assert "dimension" not in edited(part('<row r="2"/>'), (7, 4))


def test_a_column_is_found_in_regular_and_in_irregular_parts() -> None:
    regular = part('<row r="1"><c r="A1"/><c r="B1" s="2"><v>1</v></c></row><row r="2"><c r="B2"/></row>')
    bare = part('<row r="1"><c/><c s="2"><v>1</v></c></row><row r="2"><c/><c/></row>')
    for sheet in (regular, bare):
        found = list(sheet.column(2))
        assert [(cell.row, cell.column) for cell in found] == [(1, 2), (2, 2)]
        assert found[0].inner == b"<v>1</v>"
        assert attribute(b"<c" + found[0].attributes + b">", "s") == "2"


def test_cells_out_of_order_are_an_error() -> None:
    sheet = part('<row r="1"><c r="B1"/><c r="A1"/></row>')
    with pytest.raises(ValueError, match="not in order"):
        sheet.cells(sheet.rows[0])


def test_widths_split_the_ranges_that_cover_them() -> None:
    before = '<col min="1" max="2" width="9"/><col min="4" max="16384" width="8" style="3" hidden="1"/>'
    edit = SheetEdit(part('<row r="1"/>', f"<cols>{before}</cols>"))
    set_widths(edit, {3: 10, 4: 40, 6: 16})
    xml = edit.apply().decode()
    assert xml[xml.index("<cols>") : xml.index("</cols>")] == (
        '<cols><col min="1" max="2" width="9"/><col min="3" max="3" width="10" customWidth="1"/>'
        '<col min="4" max="4" width="40" style="3" customWidth="1"/>'
        '<col min="5" max="5" width="8" style="3" hidden="1"/>'
        '<col min="6" max="6" width="16" style="3" customWidth="1"/>'
        '<col min="7" max="16384" width="8" style="3" hidden="1"/>'
    )


def test_a_large_sheet_of_openpyxl_is_read_alike() -> None:
    book = openpyxl.Workbook()
    for row in range(300):
        book.active.append([row if (row + column) % 3 else None for column in range(8)])
    stream = io.BytesIO()
    book.save(stream)
    sheet = SheetPart(zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml"))
    wanted = [(row, 3) for row in range(1, 301) if book.active.cell(row, 3).value is not None]
    assert [(cell.row, cell.column) for cell in sheet.column(3)] == wanted


ROW = b'<row r="1"><c r="A1" s="1" t="str"><f>B1&amp;""</f><v></v></c><c r="B1"><f>1/0</f></c>'
ROW += b'<c r="C1"><f>A1</f><v>2</v></c><c r="D1" t="e"><f>A1</f><v>#REF!</v></c>'
ROW += b'<c r="E1"><f>A1</f><v></v></c><c r="F1" t="str"><f t="shared" si="0"/><v></v></c>'
ROW += b'<c r="G1"><f t="shared" si="0"/></c></row>'


def test_a_formula_with_its_value_is_left_out_where_that_is_asked_for() -> None:
    assert {cell.column for cell in suspect_cells(ROW, b"", valued=False)} == {2, 4, 5, 7}


def test_all_formulas_and_errors_are_suspects_otherwise() -> None:
    assert {cell.column for cell in suspect_cells(ROW, b"")} == {1, 2, 3, 4, 5, 6, 7}
