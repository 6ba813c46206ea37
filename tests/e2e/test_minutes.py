"""`minutes` from end to end: one printable page a meeting, in the words of those who wrote it."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import sheetsync
from tests.e2e.conftest import Run
from tests.structure import faults

NOW = "2026-11-20T10:00"


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    book = tmp_path / "launch.xlsx"
    assert run("new", "--preset", "product-launch", "--sample", "-o", book, "--now", NOW).code == 0
    return book


def texts(path: Path, tab: str) -> list[str]:
    return [
        str(cell.value) for row in openpyxl.load_workbook(path)[tab].iter_rows() for cell in row if cell.value
    ]


def test_every_meeting_gets_a_page_that_prints_on_one_a4(run: Run, book: Path, tmp_path: Path) -> None:
    """Portrait, one page each; the workbook itself is left as it is."""
    before = book.read_bytes()
    out = tmp_path / "out.xlsx"
    made = run("minutes", book, "-o", out)
    assert made.code == 0, made.err
    assert book.read_bytes() == before
    assert faults(out.read_bytes()) == set()
    opened = openpyxl.load_workbook(out)
    assert opened.sheetnames == ["YH20261101", "YH20261102"]
    for sheet in opened.worksheets:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize) == ("portrait", 9)
        # A page is what fitting means unless a number says otherwise.
        assert {setup.fitToWidth, setup.fitToHeight} <= {None, 1}
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert run("check", out, "--json").book()["sheets"] == []


def test_a_page_tells_the_meeting_with_its_resolutions(run: Run, book: Path, tmp_path: Path) -> None:
    """The kept resolutions with their states; the place comes from the notice."""
    out = tmp_path / "out.xlsx"
    run("minutes", book, "yh20261102", "-o", out)
    shown = texts(out, "YH20261102")
    for text in (
        "上市第二周例会", "周例会", "2026-11-13（周五） 10:00–11:00", "腾讯会议 482-135-907（线上）", "王磊",
        "王磊、李娜、王敏、陈晨、马丽、赵敏", "1. 上周决议复核\n2. 主视觉方向\n3. 铺货量", "完成主视觉定稿",
        "李娜", "2026-11-27 18:00", "进行中", "是否增加直播首发，由王磊在下次例会决定", "已签",
    ):  # fmt: skip
        assert text in shown, text


def test_without_a_sheet_of_resolutions_the_text_is_taken_apart(run: Run, tmp_path: Path) -> None:
    """Who, by when, what; what cannot be read is shown as it was written."""
    book, out = tmp_path / "b.xlsx", tmp_path / "out.xlsx"
    run("new", "minutes", "-o", book, "--sample", "--now", NOW)
    assert run("minutes", book, "-o", out).code == 0
    shown = texts(out, "YH20231001")
    assert {"提交海报核心卖点", "经理", "2023-10-09", "完成VI审核", "专员", "2023-10-11"} <= set(shown)
    opened = openpyxl.load_workbook(book)
    sheet = opened["跨部门会议纪要表"]
    column = next(cell.column for cell in sheet[3] if cell.value == "决议事项")
    sheet.cell(4, column).value = "1.李娜10月9日前提交卖点；2.尽快完成VI审核"
    opened.save(book)
    told = run("minutes", book, "-o", out, "--force")
    assert "YH20231001" in told.out
    shown = texts(out, "YH20231001")
    assert "提交卖点" in shown
    assert "1.李娜10月9日前提交卖点；2.尽快完成VI审核" in shown


def test_english_labels_and_words(run: Run, tmp_path: Path) -> None:
    """The resolutions of an English text keep their spaces."""
    book, out = tmp_path / "b.xlsx", tmp_path / "out.xlsx"
    run("--lang", "en", "new", "--preset", "it-upgrade", "--sample", "-o", book, "--now", NOW)
    opened = openpyxl.load_workbook(book)
    del opened["Resolution tracker"]
    opened.save(book)
    assert run("--lang", "en", "minutes", book, "-o", out).code == 0
    first = openpyxl.load_workbook(out).sheetnames[0]
    shown = texts(out, first)
    assert {"Minutes", "Resolutions", "Signatures", "upgrade the test system", "Shi Lei"} <= set(shown)


def test_an_unknown_meeting_is_told_in_one_line_with_the_nearest(run: Run, book: Path) -> None:
    """And nothing is written."""
    outcome = run("minutes", book, "YH20261109")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "最接近的是 YH2026110" in outcome.err
    assert not list(Path.cwd().glob("YH*"))


def test_a_workbook_without_minutes_is_told(run: Run, tmp_path: Path) -> None:
    """With what to do."""
    book = tmp_path / "b.xlsx"
    run("new", "issues", "-o", book)
    outcome = run("minutes", book)
    assert outcome.code == 2
    assert "没有找到会议纪要" in outcome.err


def test_a_file_is_not_replaced_unasked(run: Run, book: Path, tmp_path: Path) -> None:
    """As `new` does not."""
    out = tmp_path / "out.xlsx"
    out.write_text("mine")
    assert run("minutes", book, "-o", out).code == 2
    assert out.read_text() == "mine"


def test_json_and_the_library_tell_the_same(run: Run, book: Path, tmp_path: Path) -> None:
    """One document, one call."""
    out = tmp_path / "out.xlsx"
    document: dict[str, Any] = run("minutes", book, "YH20261101", "-o", out, "--json").document()
    (meeting,) = document["meetings"]
    assert (document["schema"], meeting["id"]) == ("sheetsync.minutes/1", "YH20261101")
    assert meeting["actions"][0]["owner"] == "赵敏"
    (same,) = sheetsync.minutes(book, ["YH20261101"], output=out, force=True)
    assert [action.content for action in same.actions] == [one["content"] for one in meeting["actions"]]


def test_a_long_meeting_takes_more_pages(run: Run, tmp_path: Path) -> None:
    """Rather than letters that nobody can read."""
    book, out = tmp_path / "b.xlsx", tmp_path / "out.xlsx"
    run("new", "minutes", "-o", book, "--sample", "--now", NOW)
    opened = openpyxl.load_workbook(book)
    sheet = opened["跨部门会议纪要表"]
    column = next(cell.column for cell in sheet[3] if cell.value == "讨论内容及结论")
    sheet.cell(4, column).value = "；".join(f"{number}.第{number}点讨论了很久" for number in range(1, 99))
    opened.save(book)
    run("minutes", book, "-o", out)
    assert openpyxl.load_workbook(out).worksheets[0].page_setup.fitToHeight == 0
