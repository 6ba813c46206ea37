"""What everything that can be read must do, whether it can be written or not."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.excel.delimited import DelimitedFile
from sheetsync.excel.store import ExcelStore
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.ports import TableReader
from sheetsync.worktime import WorkTime

Write = Callable[[list[list[str]]], TableReader]


@pytest.fixture(params=["xlsx", "csv", "tsv"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    """Write rows of text to one and the same file, and return what reads it."""
    path = tmp_path / f"book.{request.param}"

    def workbook(rows: list[list[str]]) -> TableReader:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
        return ExcelStore(path)

    def text(rows: list[list[str]]) -> TableReader:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="," if request.param == "csv" else "\t").writerows(rows)
        return DelimitedFile(path)

    return workbook if request.param == "xlsx" else text


@pytest.fixture
def rows(catalogue: Catalogue) -> list[list[str]]:
    """The sample of the progress tracker under its headers."""
    form = catalogue.forms["progress"]
    sample = [[str(row.get(column.id, "")) for column in form.columns] for row in form.sample]
    return [[column.title.zh for column in form.columns], *sample]


def test_what_people_typed_is_read(
    write: Write, rows: list[list[str]], catalogue: Catalogue, worktime: WorkTime
) -> None:
    """The same two records everywhere."""
    (table,) = interpret(write(rows).read(), catalogue, worktime=worktime).tables
    assert table.frame["subtask_id"].tolist() == ["XZB20231001-01", "XZB20231001-02"]
    assert table.rows.tolist() == [2, 3]


def test_every_row_is_equally_long(write: Write) -> None:
    """However ragged it was written."""
    (sheet,) = write([["a"], ["b", "c", "d"], ["e", "f"]]).read().sheets
    assert [list(row) for row in sheet.rows] == [["a", "", ""], ["b", "c", "d"], ["e", "f", ""]]


def test_the_version_changes_with_the_document_only(write: Write, rows: list[list[str]]) -> None:
    """Not with the reading."""
    reader = write(rows)
    version = reader.read().version
    assert reader.read().version == version
    assert write([*rows, ["new"]]).read().version != version
