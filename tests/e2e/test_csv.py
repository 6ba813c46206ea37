"""CSV and TSV from end to end: the same verdicts as the workbook with the same cells, and never a write."""

import codecs
import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sheetsync.forms.catalogue import Catalogue

NOW = "2023-10-16T09:00"
NAME = "任务执行进度跟踪表"


@pytest.fixture
def cells(catalogue: Catalogue) -> list[list[str]]:
    """The sample of the progress form as texts, with what text files make difficult."""
    form = catalogue.forms["progress"]
    rows = [[str(row.get(column.id, "")) for column in form.columns] for row in form.sample]
    rows[0][5] = '第一行\n第二行，含"引号"、逗号, 分号; 和制表\t'
    rows[1][5] = "=1+1"
    return [["项目进度"], [column.title.zh for column in form.columns], *rows, [], rows[0][:1]]


def text_of(cells: list[list[str]], separator: str = ",", end: str = "\r\n") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, lineterminator=end).writerows(cells)
    return stream.getvalue()


def judged(book: dict[str, Any]) -> dict[str, Any]:
    assert book["status"] == "ok", book["error"]
    return {name: book[name] for name in ("sheets", "findings", "problems", "rows")}


@pytest.fixture
def expected(run: Callable[..., Any], cells: list[list[str]], tmp_path: Path) -> dict[str, Any]:
    """What a workbook with the same texts comes to."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(NAME)
        for number, row in enumerate(cells):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    found = judged(run("check", path, "--json", "--now", NOW).book())
    assert found["findings"]
    return found


@pytest.mark.parametrize(
    ("suffix", "separator", "end", "encoding"),
    [
        ("csv", ",", "\r\n", "gbk"),
        ("csv", ",", "\n", "gb18030"),
        ("csv", ",", "\r\n", "utf-8"),
        ("csv", ",", "\r\n", "utf-8-sig"),
        ("csv", "\t", "\r\n", "utf-16"),
        ("csv", ";", "\r", "utf-8"),
        ("tsv", "\t", "\n", "utf-8"),
        ("CSV", ",", "\r\n", "utf-16"),
    ],
)
def test_a_text_file_is_judged_like_the_workbook(
    run: Callable[..., Any],
    cells: list[list[str]],
    expected: dict[str, Any],
    tmp_path: Path,
    suffix: str,
    separator: str,
    end: str,
    encoding: str,
) -> None:
    path = tmp_path / f"{NAME}.{suffix}"
    path.write_bytes(text_of(cells, separator, end).encode(encoding))
    assert judged(run("check", path, "--json", "--now", NOW).book()) == expected


def test_a_text_file_is_explained(run: Callable[..., Any], cells: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text_of(cells), encoding="utf-8")
    outcome = run("explain", path, cells[2][0], "--now", NOW)
    assert outcome.code == 0
    assert cells[2][0] in outcome.out


@pytest.mark.parametrize("options", [["--write"], ["-o", "marked.xlsx"], ["--write", "--dry-run"]])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_file_is_never_written(
    run: Callable[..., Any], cells: list[list[str]], tmp_path: Path, options: list[str], language: str
) -> None:
    """One line that says what, why and how."""
    path = tmp_path / "a.csv"
    path.write_text(text_of(cells), encoding="utf-8")
    before = path.read_bytes()
    outcome = run("--lang", language, "check", path, *options, "--now", NOW)
    assert outcome.code == 3
    (line,) = outcome.err.strip().splitlines()
    assert ("只能读取" if language == "zh" else "not written to") in line
    assert ".xlsx" in line
    assert path.read_bytes() == before
    assert not (tmp_path / "marked.xlsx").exists()


def test_undo_says_that_there_is_nothing_to_put_back(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    outcome = run("undo", tmp_path / "a.csv")
    assert outcome.code == 3
    assert "Traceback" not in outcome.err


def test_a_folder_means_workbooks_and_a_pattern_what_it_says(
    run: Callable[..., Any], cells: list[list[str]], expected: dict[str, Any], tmp_path: Path
) -> None:
    """What is written by mistake is read by name only."""
    (tmp_path / f"{NAME}.csv").write_text(text_of(cells), encoding="utf-8")
    (only,) = run("check", tmp_path, "--json", "--now", NOW).document()["workbooks"]
    assert only["path"].endswith("book.xlsx")
    (only,) = run("check", str(tmp_path / "*.csv"), "--json", "--now", NOW).document()["workbooks"]
    assert judged(only) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 字节"),
        (b"\xff\xff\xff,\xff\n", "CSV UTF-8"),
        (b"a\0b\0c,\0", "CSV UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "CSV UTF-8"),
        ('编号,"没有\n关闭,的引号\n'.encode(), "引号"),
        (b"PK\3\4\0\0\0\0", ".xlsx"),
    ],
    ids=["empty", "no encoding", "binary", "half a letter", "open quotation mark", "a workbook"],
)
def test_what_cannot_be_read_is_refused(
    run: Callable[..., Any], tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    outcome = run("check", path)
    assert outcome.code == 3
    (line,) = outcome.err.strip().splitlines()
    assert said in line
    assert path.read_bytes() == content


def test_limits_hold_for_text_files_too(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "sheetsync.toml").write_text("[limits]\nrows = 3\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("a\n" * 4, encoding="utf-8")
    outcome = run("check", tmp_path / "a.csv")
    assert outcome.code == 3
    assert "[limits] 中调大 rows" in outcome.err


def test_a_text_file_by_another_name_is_told_apart(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("编号,名称\n1,2\n", encoding="utf-8")
    outcome = run("check", tmp_path / "a.xlsx")
    assert outcome.code == 3
    assert ".csv" in outcome.err
