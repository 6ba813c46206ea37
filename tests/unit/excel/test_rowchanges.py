"""Rows of a workbook are changed, added and emptied, and nothing else in it changes."""

import io
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheetsync.excel.gate import LIMITS, open_package
from sheetsync.excel.patch import apply as mark
from sheetsync.excel.reader import read_book
from sheetsync.excel.rowchanges import Applied, apply
from sheetsync.excel.store import ExcelStore
from sheetsync.excel.verify import verify
from sheetsync.model.rowchange import AppendRow, CellChange, DeleteRow, FieldValue, RowChange, UpdateRow
from sheetsync.model.table import RawSheet, Version
from sheetsync.model.value import Kind, RawValue
from tests.structure import faults

Sheet = xlsxwriter.worksheet.Worksheet
Book = xlsxwriter.Workbook
Prepare = Callable[[Book, Sheet], None]
Orders = Callable[..., tuple[object, ...]]

SHEET, PART, TABLE = "任务", "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
TITLES = ("编号", "名称", "截止", "数量", "翻倍")
DAY = datetime(2024, 1, 5)


def workbook(prepare: Prepare | None = None, *, options: Mapping[str, object] | None = None) -> bytes:
    """Three records in rows 2 to 4: a styled table with a date column and a computed one."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **(options or {})}) as book:
        sheet = book.add_worksheet(SHEET)
        bold = book.add_format({"bold": True, "border": 1})
        plain = book.add_format({"border": 1, "bg_color": "#FFEB9C"})
        day = book.add_format({"border": 1, "num_format": "yyyy/m/d"})
        sheet.write_row(0, 0, TITLES, bold)
        for row in range(1, 4):
            sheet.set_row(row, 30)
            sheet.write_string(row, 0, f"T{row}", plain)
            sheet.write_string(row, 1, f"任务{row}", plain)
            sheet.write_datetime(row, 2, datetime(2023, 10, 8 + row), day)
            sheet.write_number(row, 3, row, plain)
            sheet.write_formula(row, 4, f"=D{row + 1}*2", plain, 2 * row)
        if prepare is not None:
            prepare(book, sheet)
    return stream.getvalue()


def shared(xml: str) -> str:
    """Write the formulas of a worksheet part as Excel does: once."""
    xml = xml.replace("<f>D2*2</f>", '<f t="shared" ref="E2:E4" si="0">D2*2</f>')
    return re.sub(r"<f>D[34]\*2</f>", '<f t="shared" si="0"/>', xml)


def listed(*, totals: bool = False) -> Prepare:
    """Make the records a table in Excel's sense."""

    def prepare(_: Book, sheet: Sheet) -> None:
        columns: list[dict[str, object]] = [{"header": title} for title in TITLES]
        if totals:
            columns[0]["total_string"] = "合计"
            columns[3]["total_function"] = "sum"
        options = {"columns": columns, "name": "表1", "total_row": totals}
        sheet.add_table(0, 0, 4 if totals else 3, 4, options)

    return prepare


def totalled(total: str, further: Prepare | None = None) -> Prepare:
    """Add the records up right below them."""

    def prepare(book: Book, sheet: Sheet) -> None:
        bold = book.add_format({"bold": True})
        sheet.merge_range("A5:C5", "合  计：", bold)
        sheet.write_formula("D5", f"={total}", bold, 6)
        if further is not None:
            further(book, sheet)

    return prepare


def value(kind: Kind, given: object, text: str | None = None) -> FieldValue:
    return FieldValue(kind=kind, value=given, text=str(given) if text is None else text, whole_day=True)


def text(words: str) -> FieldValue:
    return value("text", words)


def added(key: str, cells: Mapping[int, FieldValue] | None = None, *, last: int = 4) -> AppendRow:
    held = {1: value("id", key), 2: text("新"), 3: value("date", DAY), 4: value("number", 9.0)}
    return AppendRow(
        sheet=SHEET, header_row=1, last_row=last, key=key, cells=held if cells is None else cells
    )


def updated(row: int, **cells: tuple[RawValue, FieldValue]) -> UpdateRow:
    changes = {ord(name) - 96: CellChange(expected=held, value=new) for name, (held, new) in cells.items()}
    return UpdateRow(sheet=SHEET, row=row, key="T", cells=changes)


def gone(row: int, key: str) -> DeleteRow:
    return DeleteRow(sheet=SHEET, row=row, key=key, header_row=1)


def applied(content: bytes, *changes: RowChange) -> tuple[bytes, Applied]:
    package, book = open_package(content, "x.xlsx")
    made = apply(package, book, changes, where="x.xlsx")
    new = package.build() if made.changes else content
    verify(new, package, where="x.xlsx", limits=LIMITS)
    assert faults(new) <= faults(content)
    return new, made


def landed(content: bytes, *changes: RowChange) -> bytes:
    new, made = applied(content, *changes)
    assert [held.why.en for held in made.setbacks] == []
    assert made.landed == changes
    return new


def held_back(content: bytes, change: RowChange, words: str) -> None:
    new, made = applied(content, change)
    assert new == content
    assert made.landed == ()
    [setback] = made.setbacks
    assert setback.change == change
    assert words in setback.why.en


def read(content: bytes, name: str = SHEET) -> RawSheet:
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx")
    return next(sheet for sheet in book.sheets if sheet.name == name)


def rows(content: bytes) -> list[list[RawValue]]:
    return [list(row) for row in read(content).rows]


def opened(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(io.BytesIO(content))[SHEET]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before: bytes, after: bytes) -> set[str]:
    old, new = parts(before), parts(after)
    return {name for name in old | new if old.get(name) != new.get(name)}


def with_part(content: bytes, change: Callable[[str], str], part: str = PART) -> bytes:
    """Return a workbook with one part written otherwise, as other programs do."""
    held = parts(content)
    held[part] = change(held[part].decode()).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return stream.getvalue()


class TestAppend:
    """A new row goes right below the last record, as if a person had filled it in."""

    def test_values_stand_below_the_last_record_in_order(self) -> None:
        content = workbook()
        new = landed(content, added("T9"), added("T8"))
        assert rows(new)[:4] == rows(content)
        assert [row[:2] for row in rows(new)[4:]] == [["T9", "新"], ["T8", "新"]]

    def test_later_rows_may_also_be_told_one_by_one(self) -> None:
        new = landed(workbook(), added("T9"), added("T8", last=5))
        assert [row[0] for row in rows(new)] == ["编号", "T1", "T2", "T3", "T9", "T8"]

    def test_it_looks_like_the_row_above(self) -> None:
        sheet = opened(landed(workbook(), added("T9")))
        assert [sheet.cell(5, column).style_id for column in range(1, 6)] == [
            sheet.cell(4, column).style_id for column in range(1, 6)
        ]
        assert sheet.row_dimensions[5].height == 30
        assert sheet["C5"].value == DAY

    def test_a_cell_without_value_has_the_look_too(self) -> None:
        sheet = opened(landed(workbook(), added("T9", {1: value("id", "T9")})))
        assert sheet["B5"].value is None
        assert sheet["B5"].style_id == sheet["B4"].style_id

    def test_formulas_are_filled_down(self) -> None:
        content = workbook()
        new = landed(content, added("T9"), added("T8"))
        assert [opened(new)[cell].value for cell in ("E5", "E6")] == ["=D5*2", "=D6*2"]
        assert changed_parts(content, new) <= {PART, "xl/workbook.xml"}
        assert b'fullCalcOnLoad="1"' in parts(new)["xl/workbook.xml"]

    def test_a_computed_column_is_not_given_a_value(self) -> None:
        new = landed(workbook(), added("T9", {1: value("id", "T9"), 5: value("number", 7.0)}))
        assert opened(new)["E5"].value == "=D5*2"

    def test_a_shared_formula_is_filled_down_by_its_text(self) -> None:
        new = landed(with_part(workbook(), shared), added("T9"))
        assert b"<f>D5*2</f>" in parts(new)[PART]

    @pytest.mark.parametrize("row", [3, 4])
    def test_a_value_typed_over_a_formula_does_not_stop_the_column(self, row: int) -> None:
        content = workbook(lambda _, sheet: sheet.write_number(f"E{row}", 7))
        assert opened(landed(content, added("T9")))["E5"].value == "=D5*2"

    @pytest.mark.parametrize("formula", ['=_xlfn.DISPIMG("ID_1",1)', "=SUM(D$2:D4)+1"])
    def test_a_formula_of_one_row_is_not_filled_down(self, formula: str) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            sheet.write_column("E2", [2, 4])
            sheet.write_formula("E4", formula, None, 1)

        content = workbook(prepare)
        assert opened(landed(content, added("T9")))["E5"].value is None

    def test_a_picture_in_each_row_is_not_copied(self) -> None:
        def pictures(_: Book, sheet: Sheet) -> None:
            for row in (2, 3, 4):
                sheet.write_formula(f"E{row}", '=_xlfn.DISPIMG("ID_1",1)', None, "x")

        assert opened(landed(workbook(pictures), added("T9")))["E5"].value is None

    @pytest.mark.parametrize("metadata", ["", ' cm="1"'])
    def test_an_array_of_one_cell_is_filled_down_as_one(self, metadata: str) -> None:
        def arrays(_: Book, sheet: Sheet) -> None:
            for row in (2, 3, 4):
                sheet.write_array_formula(f"E{row}", f"{{=SUM(D$2:D{row}*1)}}", None, 6)

        content = with_part(workbook(arrays), lambda xml: re.sub(r'(<c r="E[234]")', rf"\1{metadata}", xml))
        xml = parts(landed(content, added("T9"), added("T8")))[PART].decode()
        assert [
            found[1:] for found in re.findall(r'<c r="(E[56])"([^>]*)><f ([^>]*)>([^<]*)</f></c>', xml)
        ] == [(metadata, f't="array" ref="E{row}"', f"SUM(D$2:D{row}*1)") for row in (5, 6)]

    def test_an_array_over_several_cells_is_not(self) -> None:
        content = workbook(lambda _, sheet: sheet.write_array_formula("E2:E4", "{=D2:D4*2}", None, 6))
        assert opened(landed(content, added("T9")))["E5"].value is None

    def test_the_first_record_goes_below_the_header(self) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            book.add_worksheet(SHEET).write_row(0, 0, TITLES)
        new = landed(stream.getvalue(), added("T1", last=1))
        assert rows(new)[1][:2] == ["T1", "新"]
        assert read(new).rows[1][2] == DAY.date()

    def test_a_text_is_never_a_formula(self) -> None:
        new = landed(workbook(), added("T9", {1: value("id", "T9"), 2: text('=HYPERLINK("x")')}))
        assert opened(new)["B5"].data_type == "s"

    def test_a_date_counts_from_1904_where_the_workbook_does(self) -> None:
        new = landed(workbook(options={"date_1904": True}), added("T9"))
        assert opened(new)["C5"].value == DAY

    def test_prepared_rows_are_filled_in(self) -> None:
        def prepare(book: Book, sheet: Sheet) -> None:
            for row in range(5, 9):
                sheet.write_formula(f"E{row}", f"=D{row}*2", book.add_format({"bold": True}), 0)
            sheet.write_string("A9", "备注：以上数据每周更新")

        content = workbook(prepare)
        new = landed(content, added("T9"))
        assert rows(new)[4][:2] == ["T9", "新"]
        assert opened(new)["E5"].font.bold
        assert rows(new)[5:] == rows(content)[5:]

    def test_prepared_rows_may_be_numbered(self) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            for row in range(1, 9):
                sheet.write_number(row, 5, row)
            sheet.write_string("F1", "序号")

        assert rows(landed(workbook(prepare), added("T9")))[4][:2] == ["T9", "新"]

    def test_a_record_that_counts_on_is_no_prepared_row(self) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            for row in range(1, 9):
                sheet.write_row(row, 5, [row, row + 5])
            sheet.write_row("F1", ["预算", "实际"])

        held_back(workbook(prepare), added("T9"), "G5 holds '9'")

    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (lambda _, sheet: sheet.write_string("B5", "备注：每周更新"), "B5 holds '备注：每周更新'"),
            (lambda _, sheet: sheet.write_formula("D5", "=SUM(D2:D4)", None, 6), "holds a formula"),
            (lambda _, sheet: sheet.write_row("A5", ["合计", "", "", 6]), "a total is a typed number"),
            (totalled("D2+D3+D4"), "would not include the new row"),
            (totalled("SUM(D2:D4)", lambda _, sheet: sheet.write("B6", "备注")), "B6 holds '备注'"),
            (totalled("SUM(D2:D4)", lambda _, sheet: sheet.write("H1", "=D5")), "points at the totals row"),
            (lambda _, sheet: sheet.merge_range("A5:A6", "合计"), "a merged range is there"),
            (lambda _, sheet: sheet.write_number("D5", 4), "D5 holds '4'"),
            (
                totalled(
                    "SUM(D2:D4)",
                    lambda _, sheet: sheet.conditional_format(
                        "D2:D4", {"type": "cell", "criteria": ">", "value": "=$D$5"}
                    ),
                ),
                "points at the totals row",
            ),
            (lambda _, sheet: sheet.merge_range("A5:E5", "说明"), "a merged range is there"),
            (lambda _, sheet: sheet.write_comment("A5", "从这里往下是归档"), "a comment is there"),
            (lambda _, sheet: sheet.add_table("A5:B7"), "another table is there"),
            (lambda _, sheet: sheet.write_row("A6", ["风险编号", "描述"]), "another table follows"),
            (
                lambda _, sheet: [
                    sheet.write_row(*line) for line in (("A6", ["二、风险"]), ("A7", ["编号", "描述"]))
                ],
                "another table follows",
            ),
            (lambda _, sheet: sheet.protect(), "protected"),
        ],
    )
    def test_nothing_is_shifted_for_it(self, prepare: Prepare, words: str) -> None:
        held_back(workbook(prepare), added("T9"), words)

    def test_the_next_row_may_have_been_filled_in_meanwhile(self) -> None:
        first = landed(workbook(), added("T9"))
        held_back(first, added("T9"), "A5 holds 'T9'")

    def test_a_totals_row_gives_way(self) -> None:
        def further(_: Book, sheet: Sheet) -> None:
            sheet.write_string("A8", "备注：每周更新")
            sheet.write_column("G4", ["另一个表", "不动"])
            sheet.print_area("A1:E5")

        content = workbook(totalled("SUM(D2:D4)/COUNTA(A$1:A4)", further))
        sheet = opened(landed(content, added("T9"), added("T8")))
        assert [sheet.cell(row, 1).value for row in range(4, 9)] == [
            "T3",
            "T9",
            "T8",
            "合  计：",
            "备注：每周更新",
        ]
        assert sheet["D7"].value == "=SUM(D2:D6)/COUNTA(A$1:A6)"
        assert [str(area) for area in sheet.merged_cells.ranges] == ["A7:C7"]
        assert (sheet["A7"].font.bold, sheet["D7"].font.bold, sheet["D5"].font.bold) == (True, True, False)
        assert [sheet["G4"].value, sheet["G5"].value, sheet["G6"].value] == ["另一个表", "不动", None]
        assert sheet["A5"].style_id == sheet["A4"].style_id
        assert (sheet["B5"].value, sheet["E6"].value) == ("新", "=D6*2")
        assert sheet.print_area == "'任务'!$A$1:$E$7"

    def test_a_remark_may_follow_right_below(self) -> None:
        new = landed(workbook(lambda _, sheet: sheet.write_string("A6", "备注：每周更新")), added("T9"))
        assert [row[0] for row in rows(new)[4:]] == ["T9", "备注：每周更新"]

    def test_another_table_beside_it_stays(self) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            sheet.write_column("G1", ["负责人", "张三", "李四", "王五", "赵六"])

        new = landed(workbook(prepare), added("T9"))
        assert rows(new)[4][:2] == ["T9", "新"]
        assert [row[6] for row in rows(new)] == ["负责人", "张三", "李四", "王五", "赵六"]

    def test_one_that_cannot_land_does_not_stop_the_others(self) -> None:
        long = added("T9", {1: text("长" * 40_000)})
        _, made = applied(workbook(), long, added("T8"))
        assert [change.key for change in made.landed] == ["T8"]
        assert [held.change for held in made.setbacks] == [long]

    def test_a_sheet_that_is_not_there_is_told(self) -> None:
        held_back(workbook(), AppendRow(sheet="没有", header_row=1, last_row=1, key="T", cells={}), "没有")


class TestTables:
    """A table in Excel's sense grows with its rows."""

    def test_range_and_filter_grow(self) -> None:
        new = landed(workbook(listed()), added("T9"), added("T8"))
        table = opened(new).tables["表1"]
        assert (table.ref, table.autoFilter.ref) == ("A1:E6", "A1:E6")

    def test_a_computed_column_is_computed_in_an_empty_table_too(self) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            columns = [
                {"header": "编号"},
                {"header": "数量"},
                {"header": "翻倍", "formula": "=表1[[#This Row],[数量]]*2"},
            ]
            book.add_worksheet(SHEET).add_table("A1:C2", {"columns": columns, "name": "表1"})
        cells = {1: value("id", "T1"), 2: value("number", 3.0)}
        content = with_part(
            stream.getvalue(), lambda xml: re.sub(r'<row r="2".*?</row>', '<row r="2"/>', xml)
        )
        new = landed(content, added("T1", cells, last=1))
        assert opened(new)["C2"].value == "=表1[[#This Row],[数量]]*2"
        assert opened(new).tables["表1"].ref == "A1:C2"

    def test_the_totals_row_gives_way(self) -> None:
        content = workbook(listed(totals=True))
        new = landed(content, added("T9"), added("T8"))
        sheet = opened(new)
        assert sheet.tables["表1"].ref == "A1:E7"
        assert sheet.tables["表1"].autoFilter.ref == "A1:E6"
        assert [sheet.cell(row, 1).value for row in range(4, 8)] == ["T3", "T9", "T8", "合计"]
        assert sheet["D7"].value == "=SUBTOTAL(109,[数量])"
        assert sheet["E6"].value == "=D6*2"
        assert sheet["A5"].style_id == sheet["A4"].style_id

    def test_a_total_by_address_adds_up_the_new_row(self) -> None:
        content = with_part(
            workbook(listed(totals=True)), lambda xml: re.sub(r"SUBTOTAL\([^)]*\)", "SUM(D2:D4)", xml)
        )
        new = landed(content, added("T9"), added("T8"))
        assert opened(new)["D7"].value == "=SUM(D2:D6)"

    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (lambda _, sheet: sheet.write_string("B6", "备注"), "B6 holds"),
            (lambda _, sheet: sheet.write_formula("H1", "=D5", None, 6), "points at the totals row"),
            (lambda book, _: book.define_name("合计数", "=任务!$D$5"), "points at the totals row"),
            (lambda _, sheet: sheet.write_comment("D5", "已核对"), "totals row has a comment"),
        ],
    )
    def test_a_totals_row_that_cannot_move_stays(self, prepare: Prepare, words: str) -> None:
        def both(book: Book, sheet: Sheet) -> None:
            listed(totals=True)(book, sheet)
            prepare(book, sheet)

        held_back(workbook(both), added("T9"), words)

    def test_whole_columns_may_be_added_up_elsewhere(self) -> None:
        def both(book: Book, sheet: Sheet) -> None:
            listed(totals=True)(book, sheet)
            sheet.write_formula("H1", "=COUNTA(A:A)", None, 5)

        assert opened(landed(workbook(both), added("T9")))["A6"].value == "合计"

    def test_one_that_a_query_fills_does_not_grow(self) -> None:
        content = with_part(
            workbook(listed()), lambda xml: xml.replace(" ref=", ' tableType="queryTable" ref=', 1), TABLE
        )
        held_back(content, added("T9"), "external source")

    def test_empty_rows_inside_it_are_filled_first(self) -> None:
        content = landed(workbook(listed()), gone(4, "T3"))
        new = landed(content, added("T9", last=3), added("T8", last=3))
        assert [row[0] for row in rows(new)] == ["编号", "T1", "T2", "T9", "T8"]
        assert opened(new).tables["表1"].ref == "A1:E5"


class TestReach:
    """What covers the last record covers the new one."""

    def test_formats_validations_filter_and_print_area(self) -> None:
        def prepare(book: Book, sheet: Sheet) -> None:
            red = book.add_format({"font_color": "red"})
            bars = {"type": "data_bar", "data_bar_2010": True}
            sheet.conditional_format("D2:D4", {"type": "cell", "criteria": ">", "value": 2, "format": red})
            sheet.conditional_format("D2:D4", bars)
            sheet.conditional_format("A4:E4", {"type": "no_blanks", "format": red})
            sheet.data_validation("B2:B4", {"validate": "length", "criteria": "<", "value": 50})
            sheet.data_validation("A2:A100", {"validate": "length", "criteria": "<", "value": 50})
            sheet.autofilter("A1:E4")
            sheet.print_area("A1:E4")

        new = landed(workbook(prepare), added("T9"), added("T8"))
        sheet = opened(new)
        assert {str(block.sqref) for block in sheet.conditional_formatting} == {"D2:D6", "A4:E4"}
        assert b"<xm:sqref>D2:D6</xm:sqref>" in parts(new)[PART]
        assert {str(one.sqref) for one in sheet.data_validations.dataValidation} == {"B2:B6", "A2:A100"}
        assert sheet.auto_filter.ref == "A1:E6"
        assert sheet.print_area == "'任务'!$A$1:$E$6"
        assert "任务!$A$1:$E$6" in parts(new)["xl/workbook.xml"].decode()

    def test_our_colours(self, orders: Orders) -> None:
        package, book = open_package(workbook(), "x.xlsx")
        mark(package, book, orders(SHEET), where="x.xlsx")  # type: ignore[arg-type] # the edits of a run
        content = package.build()
        new = landed(content, added("T9"))
        assert rows(new)[4][0] == "T9"
        ours = [str(block.sqref) for block in opened(new).conditional_formatting]
        assert all(int(re.findall("[0-9]+", ref)[-1]) >= 5 for ref in ours)
        assert len(ours) == 1


class TestUpdate:
    """A cell gets another value only where it holds what was read."""

    def test_only_the_bytes_of_the_cell_change(self) -> None:
        content = workbook()
        new = landed(content, updated(3, b=("任务2", text("改"))))
        assert changed_parts(content, new) == {PART}

        def without(xml: bytes) -> bytes:
            return re.sub(rb'<c r="B3".*?</c>', b"", xml, flags=re.DOTALL)

        assert without(parts(new)[PART]) == without(parts(content)[PART])
        assert rows(new)[2][1] == "改"

    def test_the_shape_of_the_cell_is_kept(self) -> None:
        sheet = opened(landed(workbook(), updated(3, c=(datetime(2023, 10, 10), value("date", DAY)))))
        assert (sheet["C3"].value, sheet["C3"].number_format) == (DAY, "yyyy/m/d")

    def test_a_date_among_texts_is_a_text(self) -> None:
        content = workbook(lambda _, sheet: sheet.write_column("C2", ["2023.10.8", "待定", "2023.10.9"]))
        new = landed(content, updated(3, c=("待定", value("date", DAY))))
        assert rows(new)[2][2] == "2024.1.5"

    def test_a_cell_is_emptied_and_keeps_its_look(self) -> None:
        sheet = opened(landed(workbook(), updated(3, b=("任务2", text("")))))
        assert sheet["B3"].value is None
        assert sheet["B3"].style_id == sheet["B4"].style_id

    def test_what_stands_already_is_left_as_it_is(self) -> None:
        content = workbook()
        assert landed(content, updated(3, b=("something else", text("任务2")))) == content

    def test_a_cell_that_holds_something_else_is_not_written(self) -> None:
        held_back(workbook(), updated(3, b=("任务9", text("改"))), "holds '任务2' now, not '任务9'")

    def test_a_text_becomes_a_number_that_looks_alike(self) -> None:
        content = workbook(lambda _, sheet: sheet.write_string("D3", "两"))
        once = landed(content, updated(3, d=("两", text("5"))))
        assert rows(landed(once, updated(3, d=("5", value("number", 5.0)))))[2][3] == "5"
        emptied = landed(once, updated(3, d=("5", text(""))))
        assert rows(landed(emptied, updated(3, d=("", value("number", 5.0)))))[2][3] == 5.0

    def test_the_other_cells_of_the_row_are_written(self) -> None:
        change = updated(3, b=("任务9", text("改")), d=(2.0, value("number", 5.0)))
        new, made = applied(workbook(), change)
        assert [list(one.cells) for one in made.landed if isinstance(one, UpdateRow)] == [[4]]
        assert [list(one.change.cells) for one in made.setbacks if isinstance(one.change, UpdateRow)] == [[2]]
        assert rows(new)[2][1:4:2] == ["任务2", 5.0]

    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (lambda _, sheet: sheet.write_formula("B3", '="任务"&2', None, "任务2"), "computed by a formula"),
            (lambda _, sheet: sheet.merge_range("B3:B4", "任务2"), "merged range"),
            (lambda _, sheet: sheet.protect(), "protected"),
            (lambda _, sheet: sheet.write_array_formula("B2:B3", "{=A2:A3}", None, "任务2"), "formula"),
            (
                lambda book, sheet: sheet.write_rich_string(
                    "B3", "任", book.add_format({"font_color": "red"}), "务2"
                ),
                "colours or bold",
            ),
            (lambda _, sheet: sheet.write_formula("B3", '=DISPIMG("ID_1",1)', None, "任务2"), "picture"),
            (
                lambda _, sheet: sheet.add_table(
                    "A3:E4", {"columns": [{"header": "甲"}, {"header": "任务2"}]}
                ),
                "header",
            ),
        ],
    )
    def test_what_must_not_be_written_is_not(self, prepare: Prepare, words: str) -> None:
        held_back(workbook(prepare), updated(3, b=("任务2", text("改"))), words)

    def test_our_own_columns_are_not_written(self, orders: Orders) -> None:
        package, book = open_package(workbook(), "x.xlsx")
        mark(package, book, orders(SHEET), where="x.xlsx")  # type: ignore[arg-type] # the edits of a run
        content = package.build()
        [own] = read(content).own
        column = chr(96 + own.columns["status"])
        held = rows(content)[1][own.columns["status"] - 1]
        held_back(content, updated(2, **{column: (held, text("正常"))}), "column of ours")


class TestDelete:
    """A deleted record leaves its row empty, and everything else where it is."""

    def test_the_row_is_empty_and_the_others_stay(self) -> None:
        content = workbook()
        new = landed(content, gone(3, "T2"))
        assert rows(new) == [*rows(content)[:2], [""] * 5, rows(content)[3]]
        assert opened(new)["B3"].style_id == opened(content)["B3"].style_id

    def test_the_last_row_is_free_for_the_next_record(self) -> None:
        new = landed(workbook(), gone(4, "T3"))
        assert rows(landed(new, added("T9", last=3)))[3][:2] == ["T9", "新"]

    def test_a_calculation_chain_forgets_the_formula(self) -> None:
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
        chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
        types = f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'
        relation = (
            f'<Relationship Id="rId99" Type="{office}/calcChain" Target="calcChain.xml"/></Relationships>'
        )
        content = with_part(workbook(), lambda xml: xml.replace("</Types>", types), "[Content_Types].xml")
        content = with_part(
            content, lambda xml: xml.replace("</Relationships>", relation), "xl/_rels/workbook.xml.rels"
        )
        stream = io.BytesIO(content)
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("xl/calcChain.xml", chain)
        new = landed(stream.getvalue(), gone(3, "T2"))
        assert "xl/calcChain.xml" not in parts(new)

    def test_charts_comments_and_validations_below_stay(self) -> None:
        def prepare(book: Book, sheet: Sheet) -> None:
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": f"={SHEET}!$D$2:$D$4"})
            sheet.insert_chart("A8", chart)
            sheet.write_comment("B4", "已确认")
            sheet.data_validation("B2:B4", {"validate": "length", "criteria": "<", "value": 50})
            sheet.conditional_format("D2:D4", {"type": "data_bar"})
            book.define_name("数量", f"={SHEET}!$D$2:$D$4")

        content = workbook(prepare)
        new = landed(content, gone(3, "T2"))
        assert changed_parts(content, new) == {PART}
        before, after = (parts(one)[PART] for one in (content, new))
        assert before[before.index(b"</sheetData>") :] == after[after.index(b"</sheetData>") :]

    def test_a_table_beside_it_keeps_its_record(self) -> None:
        content = workbook(lambda _, sheet: sheet.write_column("G1", ["负责人", "张三", "李四", "王五"]))
        assert rows(landed(content, gone(3, "T2")))[2] == ["", "", "", "", "", "", "李四"]

    def test_a_column_without_a_title_is_part_of_it(self) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            sheet.write_string("B1", "")
            sheet.write_blank("B1", None)

        change = DeleteRow(sheet=SHEET, row=3, key="T2", header_row=1, columns=(1, 3))
        assert rows(landed(workbook(prepare), change))[2] == [""] * 5

    def test_a_table_beside_it_is_told_without_a_header_too(self) -> None:
        content = workbook(lambda _, sheet: sheet.write_column("G1", ["负责人", "张三", "李四", "王五"]))
        change = DeleteRow(sheet=SHEET, row=3, key="T2")
        assert rows(landed(content, change))[2] == ["", "", "", "", "", "", "李四"]

    def test_links_go_with_their_cells(self) -> None:
        def prepare(_: Book, sheet: Sheet) -> None:
            sheet.write_url("B3", "https://example.com/2", string="任务2")
            sheet.write_url("B4", "https://example.com/3", string="任务3")

        content = workbook(prepare)
        new = landed(content, gone(3, "T2"))
        assert [opened(new)[cell].hyperlink is not None for cell in ("B3", "B4")] == [False, True]
        none = landed(new, gone(4, "T3"))
        assert b"hyperlink" not in parts(none)[PART]

    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (lambda _, sheet: sheet.write_comment("B3", "已确认"), "has a comment"),
            (lambda _, sheet: sheet.merge_range("B3:B4", "任务2"), "merged range"),
            (lambda _, sheet: sheet.write_formula("B3", '=DISPIMG("ID_1",1)', None, "x"), "picture"),
            (lambda _, sheet: sheet.write_array_formula("B2:B4", "{=A2:A4}", None, "x"), "depend on"),
            (lambda _, sheet: sheet.protect(), "protected"),
            (lambda _, sheet: sheet.insert_textbox("B3", "看这里"), "picture or chart"),
        ],
    )
    def test_what_would_be_lost_with_it_keeps_the_row(self, prepare: Prepare, words: str) -> None:
        held_back(workbook(prepare), gone(3, "T2"), words)

    @pytest.mark.parametrize("gone_first", [(2,), (3,), (2, 3), (3, 2), (2, 3, 4), (4, 2)])
    def test_a_formula_that_others_share_goes_on_without_it(self, gone_first: tuple[int, ...]) -> None:
        content = with_part(workbook(), shared)
        new = landed(content, *(gone(row, f"T{row - 1}") for row in gone_first), added("T9"))
        for row in (2, 3, 4):
            assert opened(new)[f"E{row}"].value == (None if row in gone_first else f"=D{row}*2")
        left = {2, 3, 4} - set(gone_first)
        assert opened(new)["E5"].value == ("=D5*2" if left else None)
        assert parts(new)[PART].count(b'ref="E') == bool(left)

    def test_a_formula_whose_text_cannot_be_handed_on_keeps_the_row(self) -> None:
        """The next cell that has it is too far below to be looked for."""

        def share(xml: str) -> str:
            far = '<row r="40"><c r="E40"><f t="shared" si="0"/><v>1</v></c></row></sheetData>'
            xml = xml.replace("<f>D2*2</f>", '<f t="shared" ref="E2:E40" si="0">D2*2</f>')
            return xml.replace("</sheetData>", far)

        content = with_part(workbook(), share)
        held_back(content, gone(2, "T1"), "other rows depend on")
        assert rows(landed(content, gone(3, "T2")))[2] == [""] * 5

    def test_a_formula_shared_over_columns_goes_on_in_its_row(self) -> None:
        """The cell right of the table has it, too, and stays."""

        def share(xml: str) -> str:
            xml = xml.replace("<f>D2*2</f>", '<f t="shared" ref="E2:G4" si="0">D2*2</f>')
            beside = '\\1<c r="G2"><f ca="1" t="shared" si="0"/><v>0</v></c></row>'
            return re.sub('(<row r="2".*?)</row>', beside, xml)

        new = landed(with_part(workbook(), share), gone(2, "T1"))
        assert (opened(new)["E2"].value, opened(new)["G2"].value) == (None, "=F2*2")
        assert b'<f ca="1" t="shared" si="0" ref="E2:G4">F2*2</f>' in parts(new)[PART]


def test_the_same_changes_twice_double_nothing() -> None:
    changes = (added("T9"), added("T8"), updated(2, b=("任务1", text("改"))), gone(3, "T2"))
    once = landed(workbook(), *changes)
    twice, made = applied(once, *changes)
    assert twice == once
    assert made.landed == changes[2:]
    assert [held.change for held in made.setbacks] == list(changes[:2])


@pytest.mark.parametrize(
    "write",
    [
        lambda xml: re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace(" xmlns=", " xmlns:x=", 1),
        lambda xml: re.sub(r'<(row|c) r="\w+"', r"<\1", xml),
        lambda xml: re.sub(r'<row r="\w+"', "<row", xml),
        lambda xml: xml.replace("<sheetData>", "<!-- 导出 --><sheetData>"),
    ],
    ids=["prefix", "places", "rows", "comment"],
)
def test_other_programs_write_sheets_otherwise(write: Callable[[str], str]) -> None:
    content = with_part(workbook(), write)
    changes = added("T9"), updated(2, b=("任务1", text("改"))), gone(3, "T2")
    new = landed(content, *changes)
    assert [row[:4] for row in rows(new)] == [row[:4] for row in rows(landed(workbook(), *changes))]
    assert b"<f>D5*2</f>" in parts(new)[PART].replace(b"x:", b"")


def test_a_workbook_takes_them_in_one_step_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "计划.xlsx"
    path.write_bytes(content := workbook())
    store = ExcelStore(path)
    receipt = store.apply([added("T9"), gone(3, "T2")], based_on=store.read().version)
    assert store.read().version == receipt.version
    [backup] = store.backups()
    assert Path(backup.path).read_bytes() == content


def test_a_copy_takes_them_where_one_is_asked_for(tmp_path: Path) -> None:
    path, output = tmp_path / "计划.xlsx", tmp_path / "副本.xlsx"
    path.write_bytes(content := workbook())
    store = ExcelStore(path, output=output)
    store.apply([added("T9")], based_on=store.read().version)
    assert path.read_bytes() == content
    assert rows(output.read_bytes())[4][0] == "T9"


def test_no_changes_are_no_change() -> None:
    content = workbook()
    assert landed(content) == content


_WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(_WORDS, min_size=3, max_size=3), max_size=4),
    st.dictionaries(st.tuples(st.integers(2, 4), st.integers(1, 2)), _WORDS, max_size=4),
    st.sets(st.integers(2, 4)),
)
def test_what_was_asked_for_is_read_back(
    new: Sequence[Sequence[str]], other: Mapping[tuple[int, int], str], emptied: set[int]
) -> None:
    """Any texts, in any cells: the table afterwards is the one that was asked for."""
    wanted = [[*row[:2]] for row in rows(_PLAIN)]
    changes: list[RowChange] = []
    for (row, column), words in other.items():
        held = wanted[row - 1][column - 1]
        cell = CellChange(expected=held, value=text(words))
        changes.append(UpdateRow(sheet=SHEET, row=row, key="T", cells={column: cell}))
        wanted[row - 1][column - 1] = words
    for row in emptied:
        changes.append(gone(row, "T"))
        wanted[row - 1] = ["", ""]
    for number, words in enumerate(new):
        changes.append(added(f"N{number}", {1: text(f"N{number}"), 2: text(words[1])}))
        wanted.append([f"N{number}", words[1]])
    after = [[*row[:2]] for row in rows(landed(_PLAIN, *changes))]
    assert after + [["", ""]] * (len(wanted) - len(after)) == wanted


_PLAIN = workbook()
_CORPUS = Path(__file__).parents[2] / "data" / "corpus"
_REAL = sorted(path.name for path in _CORPUS.glob("[!r]*.xls[xm]"))


def _real_changes(sheet: RawSheet) -> list[RowChange]:
    """Return an update of the first text that may be written, and two rows below the last one."""
    changes: list[RowChange] = []
    places = (
        (row, column)
        for row, cells in enumerate(sheet.rows, sheet.first_row)
        for column, held in enumerate(cells, sheet.first_column)
        if isinstance(held, str) and held and row > sheet.first_row
    )
    for row, column in list(places)[:5]:
        if sheet.facts.cell_state(row, column).fixed is None:
            held = sheet.rows[row - sheet.first_row][column - sheet.first_column]
            cell = CellChange(expected=held, value=text("另一个值"))
            changes.append(UpdateRow(sheet=sheet.name, row=row, key="T", cells={column: cell}))
            break
    last = sheet.first_row + len(sheet.rows) - 1
    changes += [
        AppendRow(
            sheet=sheet.name,
            header_row=sheet.first_row,
            last_row=last,
            key=key,
            cells={sheet.first_column: text(key)},
        )
        for key in ("N1", "N2")
    ]
    return changes


@pytest.mark.parametrize("name", _REAL)
def test_real_workbooks_keep_all_other_cells(name: str) -> None:
    content = (_CORPUS / name).read_bytes()
    book = read_book(content, name="x", version=Version("v"), where=name)
    for sheet in [sheet for sheet in book.sheets if sheet.rows][:3]:
        changes = _real_changes(sheet)
        new, made = applied(content, *changes)
        after = read(new, sheet.name)
        cells = {
            (row, column): held
            for row, line in enumerate(after.rows, after.first_row)
            for column, held in enumerate(line, after.first_column)
            if held != ""
        }
        last = sheet.first_row + len(sheet.rows) - 1
        wanted = _cells(sheet)
        for change in made.landed:
            if isinstance(change, UpdateRow):
                wanted |= {(change.row, column): cell.value.text for column, cell in change.cells.items()}
        new_rows = [change for change in made.landed if isinstance(change, AppendRow)]
        for row, change in enumerate(new_rows, last + 1):
            assert cells.pop((row, sheet.first_column)) == change.key
        # A new row may hold formulas beside its key, which nobody has calculated yet.
        assert {place: held for place, held in cells.items() if place[0] <= last} == wanted
        twice, again = applied(new, *changes)
        assert twice == new or not new_rows
        assert not any(isinstance(change, AppendRow) for change in again.landed) or not new_rows


def _cells(sheet: RawSheet) -> dict[tuple[int, int], RawValue]:
    return {
        (row, column): held
        for row, line in enumerate(sheet.rows, sheet.first_row)
        for column, held in enumerate(line, sheet.first_column)
        if held != ""
    }


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice, which is asked to open it")
def test_libreoffice_opens_what_was_written(tmp_path: Path) -> None:
    named = with_part(workbook(listed(totals=True)), lambda xml: xml.replace("[数量]", "表1[数量]"))
    totals = landed(named, added("T9"), gone(3, "T2"))
    # Without their values, so that it has to calculate them.
    sources = {"totals.xlsx": with_part(totals, lambda xml: re.sub("</f><v>[^<]*</v>", "</f>", xml))}
    for name in _REAL[::6]:
        content = (_CORPUS / name).read_bytes()
        sheets = read_book(content, name="x", version=Version("v"), where=name).sheets
        first = next((sheet for sheet in sheets if sheet.rows), None)
        if first is not None and name.endswith("x"):
            sources[name], _ = applied(content, *_real_changes(first))
    for name, content in sources.items():
        (tmp_path / name).write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        [*command, *(str(tmp_path / name) for name in sources)], check=True, capture_output=True, timeout=120
    )
    assert {path.name for path in (tmp_path / "out").iterdir()} == sources.keys()
    recalculated = read((tmp_path / "out" / "totals.xlsx").read_bytes())
    assert recalculated.rows[5][3] == 1 + 3 + 9
    assert recalculated.rows[4][4] == 18
