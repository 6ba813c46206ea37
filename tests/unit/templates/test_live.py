"""What forms compute by themselves: the values that stand there before any program has calculated."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.build import Cell, Order, build
from sheetsync.text import Language
from sheetsync.worktime import WorkTime

NOW = datetime(2023, 9, 25, 9)
"""A Monday before the Mid-Autumn and National Days; 7 and 8 October are made up for."""
KNOWN_TO_ALL = {
    "AND", "CHOOSE", "COLUMN", "COLUMNS", "COUNTA", "COUNTIF", "COUNTIFS", "IF", "IFERROR", "INDEX", "INT",
    "ISNUMBER", "ISTEXT", "LEFT", "LEN", "LOOKUP", "MATCH", "MAX", "MID", "MIN", "N", "NETWORKDAYS", "NOW",
    "OFFSET", "OR", "RIGHT", "ROUND", "ROW", "SIGN", "SUMIFS", "SUMPRODUCT", "TEXT", "TODAY", "TRIM",
    "VALUE", "WEEKDAY",
}  # fmt: skip
"""Functions that Excel 2010, WPS and LibreOffice have."""


def made(
    catalogue: Catalogue,
    rows: Mapping[str, Sequence[Mapping[str, Cell]]],
    *,
    now: datetime = NOW,
    language: Language = "zh",
    ready_rows: int = 20,
) -> bytes:
    forms = [catalogue.forms[name] for name in rows]
    return build(
        Order(
            forms=forms, catalogue=catalogue, created=now, rows=rows, language=language, ready_rows=ready_rows
        )
    )


def values(content: bytes, sheet: str, title: str) -> list[object]:
    """Return the cells of a column as readers see them."""
    tab = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[sheet]
    column = next(cell.column for cell in tab[3] if cell.value == title)
    return [tab.cell(row, column).value for row in range(4, tab.max_row + 1)]


def progress(catalogue: Catalogue, *rows: Mapping[str, Cell], title: str) -> list[object]:
    return values(made(catalogue, {"progress": rows}), "任务执行进度跟踪表", title)[: len(rows)]


def raci(catalogue: Catalogue, **letters: str) -> object:
    row = {"task_id": "XZB20231001", "task_name": "海报", **letters}
    return values(made(catalogue, {"raci": [row]}), "RACI责任矩阵表", "RACI检查")[0]


@pytest.mark.parametrize(
    ("due", "left"),
    [
        (datetime(2023, 9, 25), 0),
        (datetime(2023, 9, 28, 18), 3),
        (datetime(2023, 10, 6), 3),  # all of the holiday adds nothing
        (datetime(2023, 10, 7), 4),  # a Saturday that is worked
        (datetime(2023, 10, 8), 5),  # and its Sunday
        (datetime(2023, 9, 22), -1),
        (datetime(2023, 9, 23), -1),
    ],
)
def test_working_days_left_follow_holidays_and_make_up_days(
    catalogue: Catalogue, due: datetime, left: int
) -> None:
    assert progress(catalogue, {"subtask_id": "a", "due": due}, title="剩余工作日") == [left]


@pytest.mark.parametrize("state", ["已完成", "完成", "Done", "√", "已取消", "暂停"])
def test_nothing_is_left_of_what_is_over_or_rests(catalogue: Catalogue, state: str) -> None:
    """In whatever words people say it."""
    row: dict[str, Cell] = {"subtask_id": "a", "due": datetime(2023, 9, 28), "state": state}
    assert progress(catalogue, row, title="剩余工作日") == [None]


def test_a_date_in_words_shows_nothing_rather_than_something_wrong(catalogue: Catalogue) -> None:
    row = {"subtask_id": "a", "due": "下周五前", "planned_start": "下周一", "actual_progress": "50%"}
    assert progress(catalogue, row, title="剩余工作日") == [None]
    assert progress(catalogue, row, title="偏差") == [None]


@given(st.integers(-200, 90))
@settings(max_examples=25)
def test_working_days_left_are_those_of_the_engine(
    catalogue: Catalogue, worktime: WorkTime, offset: int
) -> None:
    due = NOW + timedelta(days=offset)
    (left,) = progress(catalogue, {"subtask_id": "a", "due": due}, title="剩余工作日")
    first, last = (np.array([day], dtype="datetime64[D]") for day in sorted((NOW.date(), due.date())))
    days = int(worktime.workdays_between(first + 1, last)[0])
    assert left == (days if offset > 0 else -days)


def test_days_of_the_company_count(catalogue: Catalogue) -> None:
    """Who adds a day to the calendar's tab changes what is left."""
    rows: dict[str, list[Mapping[str, Cell]]] = {
        "progress": [{"subtask_id": "a", "due": datetime(2023, 9, 28)}],
        "calendar": [{"day": "2023-09-27", "kind": "休息日", "remark": "司庆"}],
    }
    assert values(made(catalogue, rows), "任务执行进度跟踪表", "剩余工作日")[0] == 2


@pytest.mark.parametrize(
    ("row", "behind"),
    [
        ({"planned_progress": "80%", "actual_progress": "65%"}, 0.15),
        ({"planned_progress": "50%", "actual_progress": "70%"}, -0.2),
        ({"actual_progress": "70%"}, None),
        ({"planned_progress": "80%"}, None),
        ({"planned_progress": "八成", "actual_progress": "70%"}, None),
        # 18 to 29 September: 9 working days, of which 5 have ended on the 25th at nine.
        (
            {"actual_progress": "10%", "planned_start": "2023-09-18", "due": "2023-09-29"},
            round(5 / 9 - 0.1, 6),
        ),
        ({"actual_progress": "90%", "planned_start": "2023-09-18", "due": "2023-09-22"}, 0.1),
        ({"actual_progress": "0%", "planned_start": "2023-09-26", "due": "2023-10-20"}, 0),
        ({"actual_progress": "0%", "planned_start": "2023-10-26", "due": "2023-10-20"}, None),
    ],
)
def test_the_deviation_is_plan_minus_actual(
    catalogue: Catalogue, row: Mapping[str, Cell], behind: float | None
) -> None:
    """A typed plan before the one by working days; nothing where something is not known."""
    assert progress(catalogue, {"subtask_id": "a", **row}, title="偏差") == [behind]


@pytest.mark.parametrize(
    ("row", "score"),
    [
        ({"subtask_id": "a"}, 0),
        ({"subtask_id": "a", "owner": "张三", "helpers": "无", "resources": " "}, 2),
        (
            {"description": "b", "owner": "张三", "helpers": "无", "resources": "无", "standard": "签字",
             "due": datetime(2023, 9, 28)},
            5,
        ),
        ({"owner": "张三"}, None),
    ],
)  # fmt: skip
def test_the_five_elements_are_counted(
    catalogue: Catalogue, row: Mapping[str, Cell], score: int | None
) -> None:
    """无 is an answer; a row without id and description is no record yet."""
    assert progress(catalogue, row, title="五要素") == [score]


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        ({"市场部": "A", "设计部": "R"}, "齐全"),
        ({"市场部": "r/a"}, "齐全"),
        ({"市场部": "审批", "设计部": "负责"}, "齐全"),
        ({"市场部": "Ａ", "设计部": "Ｒ"}, "齐全"),
        ({"市场部": "R", "设计部": "C"}, "缺 A"),
        ({"市场部": "A"}, "缺 R"),
        ({"市场部": "A", "设计部": "R/A"}, "A 多于一个"),
        ({"市场部": "A", "设计部": "A"}, "A 多于一个，缺 R"),
        ({"市场部": "I"}, "缺 A 和 R"),
        ({}, "缺 A 和 R"),
    ],
)
def test_a_row_of_the_matrix_has_one_a_and_an_r(
    catalogue: Catalogue, letters: dict[str, str], said: str
) -> None:
    assert raci(catalogue, **letters) == said


def test_what_a_person_typed_stays(catalogue: Catalogue) -> None:
    """A value in a computed column is not replaced by the formula."""
    row = {"subtask_id": "a", "planned_progress": "80%", "actual_progress": "65%", "deviation": "99%"}
    assert progress(catalogue, row, title="偏差") == [0.99]


def test_empty_rows_show_nothing(catalogue: Catalogue) -> None:
    """An empty text, told as one: no error, no zero, nothing that looks as if nobody had calculated it."""
    content = made(catalogue, {"progress": [], "raci": [], "plan-actual": []})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        cells = [
            cell
            for name in package.namelist()
            if name.startswith("xl/worksheets/sheet")
            for cell in re.findall(r"<c [^>]*><f(?: [^>]*)?>.*?</c>", package.read(name).decode())
        ]
    assert len(cells) > 100
    assert all(' t="str"' in cell for cell in cells if "<v></v>" in cell)
    # What shows something are the next ids and the days of the calendar.
    formulas, shown = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    assert all(
        _shown(shown, sheet.title, cell.coordinate) == ""
        for sheet in formulas.worksheets
        if sheet.title != "工作日历"
        for row in sheet.iter_rows(min_row=4)
        for cell in row
        if cell.data_type == "f"
    )


def test_formulas_use_only_what_every_program_has(catalogue: Catalogue) -> None:
    """Those of cells, dropdowns, colours and names."""
    forms = list(catalogue.sheets)
    content = build(Order(forms=forms, catalogue=catalogue, created=NOW, ready_rows=3))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        texts = [
            text
            for name in package.namelist()
            if name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml"
            for text in re.findall(
                r"<(?:f|formula1|formula|definedName)(?: [^>]*)?>([^<]+)<", package.read(name).decode()
            )
        ]
    used = {function for text in texts for function in re.findall(r"([A-Z][A-Z0-9.]*)\(", _bare(text))}
    assert used
    assert used <= KNOWN_TO_ALL | {"FALSE"}


def _bare(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|&quot;.*?&quot;|'[^']*'", "", text)


def test_cells_are_coloured_by_what_they_say(catalogue: Catalogue) -> None:
    """Before any run, and not by our marks: a run leaves these rules alone."""
    book = openpyxl.load_workbook(io.BytesIO(made(catalogue, {"progress": []})))
    rules = [
        (rule.type, rule.formula[0])
        for group in book["任务执行进度跟踪表"].conditional_formatting
        for rule in group.rules
        if "sheetsync:" not in rule.formula[0]
    ]
    assert ("cellIs", '"受阻"') in rules
    assert any(kind == "expression" and "<0)" in formula for kind, formula in rules)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice, which is asked what it makes")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_libreoffice_calculates_the_same(catalogue: Catalogue, tmp_path: Path, language: Language) -> None:
    """Our values are taken out, so that it has to calculate each one itself."""
    content = messy(catalogue, language)
    bare, source = tmp_path / "bare.xlsx", tmp_path / "ours.xlsx"
    source.write_bytes(content)
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(bare, "w") as target:
        for name in package.namelist():
            part = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>|<f [^>]*/>)<v>[^<]*</v>", rb"\1", part)
            target.writestr(name, part)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(bare),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    formulas = openpyxl.load_workbook(source)
    ours, theirs = (
        openpyxl.load_workbook(path, data_only=True) for path in (source, tmp_path / "out" / bare.name)
    )
    differences = [
        (sheet.title, cell.coordinate, mine, other)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
        and not _alike(
            mine := _shown(ours, sheet.title, cell.coordinate),
            other := _shown(theirs, sheet.title, cell.coordinate),
        )
    ]
    assert differences == []


def _shown(book: Workbook, sheet: str, cell: str) -> object:
    value = book[sheet][cell].value
    return "" if value is None else value


def _alike(mine: object, other: object) -> bool:
    if isinstance(mine, int | float) and isinstance(other, int | float):
        return abs(mine - other) < 1e-9
    return mine == other


def messy(catalogue: Catalogue, language: Language) -> bytes:
    """Rows of all sorts around today: formulas know no other day."""
    dice = Random(4)  # noqa: S311 - it shall be the same every time
    now = datetime.now().replace(microsecond=0)
    today = now.replace(hour=0, minute=0, second=0)

    def date() -> Cell:
        day = today + timedelta(days=dice.randint(-60, 60))
        ways: tuple[Cell, ...] = (
            day,
            day,
            day + timedelta(hours=dice.randint(9, 20)),
            "下周五前",
            f"{day:%Y-%m-%d}",
        )
        return dice.choice(ways)

    def some(**choices: Sequence[Cell]) -> dict[str, Cell]:
        return {name: cell for name, given in choices.items() if (cell := dice.choice(given)) != ""}

    tasks = [
        some(
            subtask_id=(f"XZB{now:%Y%m}01-{number:02d}",),
            owner=("张三", "", " "),
            state=("进行中", "完成", "Done", "√", "暂停", "受阻", ""),
            actual_progress=("50%", "100%", 0.3, "七成", "0%", ""),
            planned_progress=("", "", "", "80%", "八成"),
            planned_start=(date(),),
            due=(date(),),
            helpers=("无", ""),
            resources=("a", ""),
        )
        for number in range(1, 61)
    ]
    letters = ("R", "A", "r", "Ｒ", "R/A", "负责", "审批", "C", "", "", "√")
    matrix = [
        {"task_id": f"XZB{number}", "task_name": "x"} | some(市场部=letters, 设计部=letters, 品牌部=letters)
        for number in range(30)
    ]
    people = [
        {"name": f"人{number}"} | some(department=("市场部", "数据部", "大客户部", ""))
        for number in range(25)
    ]
    days: list[Mapping[str, Cell]] = [
        {"day": today + timedelta(days=9), "kind": "休息日", "remark": "公司"},
        {"day": today + timedelta(days=14), "kind": "补班", "remark": "公司"},
        {"day": "待定", "kind": "休息日", "remark": "x"},
    ]
    samples: dict[str, Sequence[Mapping[str, Cell]]] = {
        name: catalogue.forms[name].sample for name in ("task-master", "issues", "resolutions")
    }
    rows: dict[str, Sequence[Mapping[str, Cell]]] = {
        "progress": tasks,
        "raci": matrix,
        "directory": people,
        "calendar": days,
        **samples,
    }
    return made(catalogue, rows, now=now, language=language, ready_rows=70)
