"""Formulas written once for a column: each cell means what it would mean if its formula were written out."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from xlsxwriter.workbook import Workbook

from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.build import Order, build
from sheetsync.templates.layout import FIRST_ROW
from sheetsync.templates.livecell import LiveCell
from sheetsync.templates.names import Names, spelt
from sheetsync.templates.plan import Plan
from sheetsync.templates.shared import sharable
from sheetsync.templates.sheet import FormSheet
from sheetsync.templates.tab import TabWriter
from sheetsync.text import Language

Value = float | str
NOW = datetime(2023, 10, 16, 9)
ROWS = 30


@pytest.mark.parametrize(
    "formula",
    [
        "A4+1",
        'IF(A4="","",SUM(A$4:A4))',
        "COUNTIF(词表_任务状态_视为结束的写法,A4)=0",
        'IF(A4="no, [really] {not} #here!","a:b",(A4+B4)*2)',
        "SUMPRODUCT(COUNTIF(OFFSET(A4,0,COLUMN()-COLUMN(A4),1,3),Words_RACI_with_A))",
        'SUMIFS(Working_calendar_Days,Working_calendar_Date,">="&INT(A4))',
    ],
)
def test_a_formula_of_its_own_tab_and_of_names_is_shared(formula: str) -> None:
    assert sharable(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "'词表'!A4",
        "Words!A4",
        "'[other.xlsx]Words'!A4",
        "SUM(Table[Column])",
        "CHOOSE(A4,{1,2})",
        "IF(A4,#N/A,1)",
        "SUM(INDEX(a,1):INDEX(a,2))",
        "SUM(A4:INDEX(a,2))",
        "SUM((A4,B4))",
        "SUM(A4:C4 B1:B9)",
        "SUM(A:A)",
        "@A4",
        "A4,B4",
    ],
)
def test_what_may_damage_a_workbook_is_not_shared(formula: str) -> None:
    assert not sharable(formula)


def written(fill: Callable[[FormSheet], None]) -> str:
    """Return the rows of a tab as they stand in its part."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    fill(book.add_worksheet("x", FormSheet))
    book.close()
    with zipfile.ZipFile(buffer) as package:
        return package.read("xl/worksheets/sheet1.xml").decode()


def test_the_text_stands_in_the_first_cell_alone() -> None:
    """Values and their types are those of plain formulas; rows that are left out are left out."""
    xml = written(lambda sheet: sheet.fill_down(1, {3: 1.0, 4: "a<b", 6: 2.0}, lambda row: f"A{row + 1}<2"))
    assert re.findall("<c .*?</c>", xml) == [
        '<c r="B4"><f t="shared" ref="B4:B7" si="0">A4&lt;2</f><v>1.0</v></c>',
        '<c r="B5" t="str"><f t="shared" si="0"/><v>a&lt;b</v></c>',
        '<c r="B7"><f t="shared" si="0"/><v>2.0</v></c>',
    ]


def test_columns_share_each_their_own() -> None:
    def fill(sheet: FormSheet) -> None:
        for column in (1, 2):
            sheet.fill_down(column, {0: 1, 1: 2}, lambda row: f"A{row + 1}")

    assert re.findall(r'si="(\d+)"', written(fill)) == ["0", "1", "0", "1"]


@pytest.mark.parametrize(
    ("values", "formula"), [({3: 1.0}, "A{}"), ({3: 1.0, 4: 2.0}, "'x'!A{}")], ids=["alone", "other-tab"]
)
def test_what_is_not_shared_is_written_out(values: dict[int, Value], formula: str) -> None:
    xml = written(lambda sheet: sheet.fill_down(1, values, lambda row: formula.format(row + 1)))
    assert re.findall("<f.*?</f>", xml) == [f"<f>{formula.format(row + 1)}</f>" for row in values]


def test_nothing_to_fill_writes_nothing() -> None:
    assert "<c " not in written(lambda sheet: sheet.fill_down(1, {}, lambda _: "A1"))


@pytest.fixture(params=["zh", "en"])
def filled(
    request: pytest.FixtureRequest, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes, dict[str, dict[str, LiveCell]]]:
    """A workbook of all forms with their sample rows, and its formulas by tab and column."""
    language: Language = request.param
    live: dict[str, dict[str, LiveCell]] = {}
    write = TabWriter.write

    def noted(writer: TabWriter, sheet: FormSheet, plan: Plan, formulas: Mapping[str, LiveCell]) -> None:
        live[plan.name] = {plan.letters[field]: cell for field, cell in formulas.items()}
        write(writer, sheet, plan, formulas)

    monkeypatch.setattr(TabWriter, "write", noted)
    forms = catalogue.sheets
    rows = {form.id: form.sample for form in forms}
    order = Order(
        forms=forms, catalogue=catalogue, created=NOW, language=language, rows=rows, ready_rows=ROWS
    )
    return build(order), live


def test_every_live_formula_reads_as_if_it_were_written_out(
    filled: tuple[bytes, dict[str, dict[str, LiveCell]]],
) -> None:
    """In the middle and in the last rows; all of them are shared."""
    content, live = filled
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [(tab, letter, cell) for tab, cells in live.items() for letter, cell in cells.items()]
    assert len(formulas) >= 9
    for tab, letter, cell in formulas:
        top = FIRST_ROW + 1
        first = Translator(f"={cell.formula(FIRST_ROW)}", f"{letter}{top}")
        assert sharable(cell.formula(FIRST_ROW))
        for number in (top + ROWS // 2, top + ROWS - 2, top + ROWS - 1):  # below the samples
            place = f"{letter}{number}"
            assert first.translate_formula(place) == f"={cell.formula(number - 1)}"
            assert book[tab][place].value == f"={cell.formula(number - 1)}"


def test_a_value_in_the_place_of_a_formula_stays_and_the_others_share(catalogue: Catalogue) -> None:
    """Also where it stands in the first row: then the next one has the text."""
    typed = ("99%", "", "5%")
    rows = [{"subtask_id": share or "b"} | ({"deviation": share} if share else {}) for share in typed]
    order = Order(
        forms=[catalogue.forms["progress"]],
        catalogue=catalogue,
        created=NOW,
        rows={"progress": rows},
        ready_rows=6,
    )
    content = build(order)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["任务执行进度跟踪表"]
    letter = next(cell.column_letter for cell in sheet[3] if cell.value == "偏差")
    cells = [sheet[f"{letter}{row}"].value for row in range(4, 10)]
    assert (cells[0], cells[2]) == (0.99, 0.05)
    shared = [str(cells[at]) for at in (1, 3, 4, 5)]
    rebased = [
        Translator(text, f"{letter}{row}").translate_formula(f"{letter}5")
        for row, text in zip((5, 7, 8, 9), shared, strict=True)
    ]
    assert set(rebased) == {shared[0]}
    assert shared[0].startswith("=IF(ISNUMBER(")


@pytest.mark.parametrize(
    ("tab", "heading", "name"),
    [
        ("工作日历", "日期", "工作日历_日期"),
        ("词表", "任务状态·视为结束的写法", "词表_任务状态_视为结束的写法"),
        ("Working calendar", "Days gained or lost", "Working_calendar_Days_gained_or_lost"),
        ("5G 项目", "ＩＤ（新）", "_5G_项目_ID_新_"),
        ("R1C1", "A1", "R1C1_A1"),
        ("😀", "½", "__1_2"),
    ],
)
def test_names_say_where_cells_stand(tab: str, heading: str, name: str) -> None:
    """In letters, digits and underscores alone: everywhere a valid name and nowhere an address."""
    assert spelt(tab, heading) == name


def test_names_are_as_long_as_excel_takes() -> None:
    assert len(spelt("表" * 31, "列" * 300)) <= 250


def test_equal_headings_of_different_cells_get_different_names() -> None:
    """Capital letters do not tell names apart."""
    book = Workbook(io.BytesIO(), {"in_memory": True})
    names = Names(book)
    given = [
        names.give("Words", "State", "'Words'!$A$2:$A$3"),
        names.give("Words", "STATE", "'Words'!$B$2:$B$3"),
        names.give("Words", "State", "'Words'!$A$2:$A$3"),
    ]
    book.close()
    assert [one.name for one in given] == ["Words_State", "Words_STATE_2", "Words_State"]
    assert len(book.defined_names) == 2


def test_names_of_a_workbook_are_open_to_all_and_none_of_our_marks(catalogue: Catalogue) -> None:
    """People see them in the list of names; they hold for the whole workbook."""
    forms = [catalogue.forms["task-master"]]
    book = openpyxl.load_workbook(
        io.BytesIO(build(Order(forms=forms, catalogue=catalogue, created=NOW, ready_rows=5)))
    )
    shown = {name: one.attr_text for name, one in book.defined_names.items() if not one.hidden}
    assert {"工作日历_日期", "工作日历_工作日增减", "词表_任务状态_视为结束的写法"} <= shown.keys()
    assert str(shown["工作日历_日期"]).startswith("'工作日历'!$A$4:$A$")
    assert not any(name.startswith("_sheetsync") for name in shown)
