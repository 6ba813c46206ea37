"""What a write does to a workbook of people, order by order."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sheetsync import marks
from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import open_package
from sheetsync.excel.patch import apply
from sheetsync.excel.reader import read_book
from sheetsync.model.edit import Change, Edit, EngineColumn, Parts, RemoveSheet, ReplaceSheet, SetCells
from sheetsync.model.table import Version
from tests.structure import Judged, faults

Orders = Callable[..., tuple[Edit, ...]]
People = Callable[..., Path]
Sheet = xlsxwriter.worksheet.Worksheet
Book = xlsxwriter.Workbook


def patched(content: bytes, *edits: Edit) -> tuple[bytes, tuple[Change, ...]]:
    package, book = open_package(content, "x.xlsx")
    changes = apply(package, book, edits, where="x.xlsx")
    new = package.build() if changes else content
    assert faults(new) <= faults(content)
    return new, changes


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def engine(content: bytes, sheet: str = "任务") -> dict[str, int]:
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx")
    (own,) = next(one for one in book.sheets if one.name == sheet).own
    return dict(own.columns)


def test_our_columns_stand_at_the_right_with_the_look_of_their_neighbours(
    people: People, orders: Orders
) -> None:
    content, changes = patched(people().read_bytes(), *orders("任务"))
    sheet = opened(content)["任务"]
    assert [sheet.cell(1, column).value for column in (3, 4, 5)] == ["预警状态", "预警说明", "预警时间"]
    assert sheet["C1"].font.b
    assert sheet["C2"].border.left.style == "thin"
    assert (sheet["C2"].value, sheet["D2"].value) == ("延期", "延期 <&> _x005F_x0041_\n第2行")
    assert (sheet["E2"].value, sheet["E2"].number_format) == (
        datetime(2023, 10, 16, 9, 30),
        "yyyy-mm-dd hh:mm",
    )
    assert sheet["D2"].alignment.horizontal == "left"
    assert sheet.column_dimensions["D"].width == 40
    assert [change.cell for change in changes if change.what == "column"] == ["C1", "D1", "E1"]


def test_only_what_differs_is_a_change(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    _, changes = patched(
        first, SetCells(sheet="任务", number=1, column="status", values={2: "延期", 3: "正常", 4: None})
    )
    assert [(change.cell, change.before, change.after) for change in changes] == [
        ("C3", "延期", "正常"), ("C4", "延期", "")
    ]  # fmt: skip


def test_a_column_of_people_with_our_title_is_left_alone(people: People, orders: Orders) -> None:
    path = people(change=lambda _, sheet: sheet.write_row(0, 2, ["预警状态"]))
    content, _ = patched(path.read_bytes(), *orders("任务", after_column=3))
    assert opened(content)["任务"]["D1"].value == "预警状态（系统）"
    assert engine(content) == {"status": 4, "note": 5, "since": 6}


def test_columns_with_content_or_merged_cells_are_stepped_over(people: People, orders: Orders) -> None:
    def change(_: Book, sheet: Sheet) -> None:
        sheet.write(3, 3, "批注")
        sheet.merge_range("F1:G1", "合并")

    content, _ = patched(people(change=change).read_bytes(), *orders("任务"))
    assert engine(content) == {"status": 8, "note": 9, "since": 10}


def test_our_columns_are_known_again_wherever_people_move_or_rename_them(
    people: People, orders: Orders
) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    book = opened(first)
    sheet = book["任务"]
    sheet["F1"], sheet["C1"] = "状态", None
    book.defined_names[marks.mark_column(1, "status")].attr_text = "'任务'!$F$1"
    stream = io.BytesIO()
    book.save(stream)
    content, _ = patched(stream.getvalue(), *orders("任务")[:4])
    after = opened(content)["任务"]
    assert (after["F1"].value, after["F2"].value, after["C1"].value) == ("状态", "延期", None)


def test_a_deleted_column_is_made_anew_and_its_dead_mark_goes(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    book.set_name(marks.mark_column(1, "note"), "任务!#REF!")
    book.save()
    part = book.sheets[1].part
    package.write(part, re.sub(rb'<c r="D[0-9]+".*?</c>', b"", package.read(part), flags=re.DOTALL))
    content, changes = patched(package.build(), *orders("任务")[:2])
    assert engine(content) == {"status": 3, "note": 4, "since": 5}
    assert [change.after for change in changes] == ["预警说明"]
    assert "#REF!" not in Judged(content).read("xl/workbook.xml").decode()


def test_an_excel_table_grows_with_filter_and_columns(people: People, orders: Orders) -> None:
    def change(_: Book, sheet: Sheet) -> None:
        sheet.add_table("A1:B4", {"columns": [{"header": "编号"}, {"header": "名称"}]})

    content, _ = patched(people(change=change).read_bytes(), *orders("任务"))
    table = next(iter(opened(content)["任务"].tables.values()))
    assert (table.ref, table.autoFilter.ref) == ("A1:E4", "A1:E4")
    assert [column.name for column in table.tableColumns] == [
        "编号",
        "名称",
        "预警状态",
        "预警说明",
        "预警时间",
    ]


def test_an_excel_table_with_something_at_its_right_does_not_grow(people: People, orders: Orders) -> None:
    def change(_: Book, sheet: Sheet) -> None:
        sheet.add_table("A1:B4", {"columns": [{"header": "编号"}, {"header": "名称"}]})
        sheet.write("C2", "别处")

    content, _ = patched(people(change=change).read_bytes(), *orders("任务"))
    assert next(iter(opened(content)["任务"].tables.values())).ref == "A1:B4"
    assert engine(content)["status"] == 4


def test_a_filter_that_ended_with_the_table_reaches_over_our_columns(people: People, orders: Orders) -> None:
    path = people(change=lambda _, sheet: sheet.autofilter("A1:B4"))
    content, _ = patched(path.read_bytes(), *orders("任务"))
    assert opened(content)["任务"].auto_filter.ref == "A1:E4"
    assert "$A$1:$E$4</definedName>" in Judged(content).read("xl/workbook.xml").decode()


def test_hidden_columns_at_the_right_are_split_and_ours_are_shown(people: People, orders: Orders) -> None:
    path = people(change=lambda _, sheet: sheet.set_column("C:XFD", None, None, {"hidden": True}))
    content, _ = patched(path.read_bytes(), *orders("任务"))
    xml = Judged(content).read("xl/worksheets/sheet1.xml").decode()
    columns = re.findall(r'<col min="(\d+)" max="(\d+)"([^>]*)/>', xml)
    assert [(first, last, "hidden" in rest) for first, last, rest in columns] == [
        ("3", "3", False), ("4", "4", False), ("5", "5", False), ("6", "16384", True)
    ]  # fmt: skip


def test_colours_follow_the_text_and_are_rebuilt_not_multiplied(people: People, orders: Orders) -> None:
    def change(book: Book, sheet: Sheet) -> None:
        red = book.add_format({"font_color": "#FF0000"})
        sheet.conditional_format("A2:A4", {"type": "cell", "criteria": ">", "value": 1, "format": red})

    first, _ = patched(people(change=change).read_bytes(), *orders("任务"))
    longer, changes = patched(first, *orders("任务", last_row=2000))
    xml = Judged(longer).read("xl/worksheets/sheet1.xml").decode()
    assert 'AND($C2="延期",N("sheetsync:late")=0)'.replace('"', "") in xml.replace("&quot;", "").replace(
        '"', ""
    )
    assert xml.count("sheetsync:late") == 1
    assert xml.count("<conditionalFormatting") == 2
    assert 'sqref="A2:E3000"' in xml
    assert [change.what for change in changes].count("colours") == 1
    rules = opened(longer)["任务"].conditional_formatting
    late = next(rule for block in rules for rule in block.rules if rule.type == "expression")
    assert (late.dxf.fill.bgColor.rgb, late.dxf.font.color.rgb) == ("FFFFC7CE", "FF9C0006")


def test_a_rule_of_people_in_the_same_block_survives(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    part = book.sheets[1].part
    rule = (
        b'<cfRule type="expression" priority="99"><formula>$A2=1</formula></cfRule></conditionalFormatting>'
    )
    package.write(part, package.read(part).replace(b"</conditionalFormatting>", rule, 1))
    content, _ = patched(package.build(), *orders("任务", last_row=2000))
    xml = Judged(content).read(part).decode()
    assert (xml.count("$A2=1"), xml.count("sheetsync:late")) == (1, 1)


def test_the_dashboard_is_first_and_the_active_tab_stays(people: People, orders: Orders) -> None:
    def change(book: Book, sheet: Sheet) -> None:
        book.add_worksheet("第二").activate()
        sheet.print_area("A1:B4")

    content, _ = patched(people(change=change).read_bytes(), *orders("任务"))
    book = opened(content)
    assert book.sheetnames == ["仪表盘", "任务", "第二"]
    assert book.active.title == "第二"
    assert book["任务"].print_area == "'任务'!$A$1:$B$4"
    assert book["仪表盘"].print_area == "'仪表盘'!$A$1:$I$41"
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [False, False, True]


def test_charts_links_texts_and_looks_come_along(people: People, orders: Orders) -> None:
    content, _ = patched(people().read_bytes(), *orders("任务"))
    sheet = opened(content)["仪表盘"]
    assert (sheet["A1"].value, sheet["A2"].value, sheet["A3"].value) == ("项目总览", "粗常规", 0.25)
    assert (sheet["A1"].font.b, sheet["A1"].fill.fgColor.rgb, sheet["A3"].number_format) == (
        True,
        "FFDCE6F1",
        "0.0%",
    )
    assert sheet["A5"].hyperlink.location == "'问题'!A1"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A7:C7"]
    assert sheet.freeze_panes == "A2"
    assert len(sheet._charts) == 2  # noqa: SLF001 - openpyxl has no public list of charts


def test_a_tab_of_people_with_our_title_stays_and_charts_know_the_new_one(
    people: People, orders: Orders
) -> None:
    path = people(change=lambda book, _: book.add_worksheet("仪表盘").write(0, 0, "我的"))
    content, _ = patched(path.read_bytes(), *orders("任务"))
    book = opened(content)
    assert book.sheetnames == ["仪表盘（系统）", "任务", "仪表盘"]
    assert book["仪表盘"]["A1"].value == "我的"
    charts = [name for name in Judged(content).parts if "/charts/chart" in name]
    texts = "".join(Judged(content).read(name).decode() for name in charts)
    assert "<c:f>'仪表盘（系统）'!$A$3:$A$4</c:f>" in texts
    assert "<c:f>仪表盘!" not in texts


def test_links_between_our_tabs_follow_when_a_title_was_taken(
    people: People, tab: Callable[..., Parts]
) -> None:
    path = people(change=lambda book, _: book.add_worksheet("数据问题"))
    content, _ = patched(
        path.read_bytes(),
        ReplaceSheet(role="problems", title="数据问题", draw=partial(tab, "数据问题"), fingerprint="1"),
        ReplaceSheet(
            role="dashboard", title="仪表盘", draw=partial(tab, "仪表盘", link="数据问题"), fingerprint="1"
        ),
    )
    assert opened(content)["仪表盘"]["A5"].hyperlink.location == "'数据问题（系统）'!A1"


def test_a_text_that_speaks_of_styles_stays_as_it_is(people: People, tab: Callable[..., Parts]) -> None:
    """Texts may stand in their cells, among the numbers of styles that are changed."""
    said = '<c r="A1" s="3"> tabSelected="1" dxfId="0" style="1" t="s"><v>0</v>'
    name = "xl/worksheets/sheet1.xml"
    parts = dict(tab("仪表盘"))
    text = said.replace("<", "&lt;").replace(">", "&gt;").encode()
    cell = b'<c r="B1" s="1" t="inlineStr"><is><t>%s</t></is></c></row>' % text
    parts[name] = parts[name].replace(b"</row>", cell, 1)
    order = ReplaceSheet(role="dashboard", title="仪表盘", draw=lambda: parts, fingerprint="1")
    content, _ = patched(people().read_bytes(), order)
    sheet = opened(content)["仪表盘"]
    assert sheet["B1"].value == said
    assert sheet["B1"].font.bold
    assert not sheet.sheet_view.tabSelected


def test_a_tab_is_replaced_in_place_under_the_name_people_gave_it(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, _ = open_package(first, "x.xlsx")
    xml = package.read("xl/workbook.xml").decode().replace("仪表盘", "看板")
    package.write("xl/workbook.xml", xml.encode())
    content, changes = patched(package.build(), *orders("任务", fingerprint="two"))
    assert opened(content).sheetnames == ["看板", "任务"]
    assert [change.sheet for change in changes] == ["看板"]
    assert sum("/charts/chart" in name for name in Judged(content).parts) == 2


def test_an_equal_fingerprint_leaves_the_tab_alone_and_undrawn(people: People, orders: Orders) -> None:
    def draw() -> Parts:
        raise AssertionError

    first, _ = patched(people().read_bytes(), *orders("任务"))
    same = ReplaceSheet(role="dashboard", title="仪表盘", draw=draw, fingerprint="one")
    assert patched(first, same) == (first, ())


def test_a_tab_that_cannot_be_drawn_is_no_damage_of_the_workbook(people: People) -> None:
    order = ReplaceSheet(role="dashboard", title="仪表盘", draw=partial(int, "x"), fingerprint="one")
    with pytest.raises(RuntimeError, match="dashboard"):
        patched(people().read_bytes(), order)


def test_a_table_that_people_put_on_our_tab_is_not_thrown_away(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    package.add("xl/tables/table9.xml", b"<table/>", "application/xml+table")
    package.relate(book.sheets[0].part, "http://x/table", "xl/tables/table9.xml")
    package, book = open_package(package.build(), "x.xlsx")
    with pytest.raises(InputRefusedError, match="move the table"):
        apply(package, book, orders("任务", fingerprint="two"), where="x.xlsx")


def test_a_tab_is_taken_out_again_with_all_its_parts(people: People, orders: Orders) -> None:
    original = people().read_bytes()
    first, _ = patched(original, *orders("任务"))
    content, _ = patched(first, RemoveSheet(role="dashboard"))
    assert opened(content).sheetnames == ["任务"]
    assert set(Judged(content).parts) == set(Judged(original).parts)
    assert opened(content).active.title == "任务"
    assert patched(content, RemoveSheet(role="dashboard"))[1] == ()


def test_a_tab_that_formulas_of_people_need_is_only_emptied(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    part = book.sheets[1].part
    cell = "<c r=\"B9\"><f>'仪表盘'!A3</f><v>0.25</v></c>"
    package.write(
        part, package.read(part).replace(b"</sheetData>", f'<row r="9">{cell}</row></sheetData>'.encode())
    )
    content, _ = patched(package.build(), RemoveSheet(role="dashboard"))
    assert opened(content).sheetnames == ["仪表盘", "任务"]
    assert opened(content)["仪表盘"]["A1"].value is None
    assert patched(content, RemoveSheet(role="dashboard"))[1] == ()


@pytest.mark.parametrize(
    ("formula", "asked"),
    [("=COUNTIF(C:C,1)", True), ("=SUM(A2:F2)", True), ("=SUM(A2:B2)", False), ('="C2"', False)],
)
def test_formulas_over_our_columns_are_calculated_when_opened(
    people: People, orders: Orders, formula: str, asked: bool
) -> None:
    path = people(change=lambda _, sheet: sheet.write_formula("A9", formula, None, 1))
    package, _ = open_package(path.read_bytes(), "x.xlsx")
    package.write("xl/workbook.xml", package.read("xl/workbook.xml").replace(b' fullCalcOnLoad="1"', b""))
    content, _ = patched(package.build(), *orders("任务"))
    assert (b'fullCalcOnLoad="1"' in Judged(content).read("xl/workbook.xml")) is asked


def test_a_formula_in_our_column_gives_way_and_the_chain_goes(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    part = book.sheets[1].part
    xml = re.sub(rb'<c r="C2"[^>]*>.*?</c>', b'<c r="C2" s="1"><f>1+1</f><v>2</v></c>', package.read(part))
    package.write(part, xml)
    package.add("xl/calcChain.xml", b"<calcChain/>", "application/x+xml")
    package.relate(book.part, "http://x/calcChain", "xl/calcChain.xml")
    content, _ = patched(package.build(), *orders("任务"))
    assert opened(content)["任务"]["C2"].value == "延期"
    assert "xl/calcchain.xml" not in Judged(content).parts


def test_a_shared_formula_in_our_column_is_refused(people: People, orders: Orders) -> None:
    first, _ = patched(people().read_bytes(), *orders("任务"))
    package, book = open_package(first, "x.xlsx")
    part = book.sheets[1].part
    shared = b'<c r="C2"><f t="shared" ref="C2:C4" si="0">A2</f><v>2</v></c>'
    package.write(part, re.sub(rb'<c r="C2"[^>]*>.*?</c>', shared, package.read(part)))
    package, book = open_package(package.build(), "x.xlsx")
    with pytest.raises(InputRefusedError, match="formula that other cells depend on"):
        apply(package, book, orders("任务"), where="x.xlsx")


def test_an_unknown_sheet_is_refused(people: People, orders: Orders) -> None:
    package, book = open_package(people().read_bytes(), "x.xlsx")
    with pytest.raises(InputRefusedError, match="no sheet"):
        apply(package, book, orders("没有"), where="x.xlsx")


def test_titles_in_english_get_an_english_mark(people: People, orders: Orders) -> None:
    columns = (EngineColumn(name="status", title="Status", width=9),)
    path = people(change=lambda _, sheet: sheet.write(0, 2, "status"))
    content, _ = patched(path.read_bytes(), orders("任务", after_column=3, columns=columns)[0])
    assert opened(content)["任务"]["D1"].value == "Status (system)"


def test_two_tables_in_two_sheets_have_marks_of_their_own(people: People, orders: Orders) -> None:
    def change(book: Book, _: Sheet) -> None:
        book.add_worksheet("问题").write_row(0, 0, ["编号", "名称"])

    content, _ = patched(people(change=change).read_bytes(), *orders("任务"), *orders("问题", number=2)[:5])
    assert engine(content, "任务") == engine(content, "问题") == {"status": 3, "note": 4, "since": 5}
    names = opened(content).defined_names
    assert {marks.mark_column(1, "status"), marks.mark_column(2, "status")} <= set(names)
    assert all(names[name].hidden for name in names if name.startswith("_sheetsync."))
