"""Cells that few people type: read as they are, never in the way of a write."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from sheetsync.forms.catalogue import Catalogue

NOW = "2023-10-16T09:00"
ODD = {
    "a control character": "乱\x0b码\x01",
    "an escape": "_x0001_ 与 _x005F_x0041_",
    "the longest cell": "长" * 32_767,
    "like a formula": "=1+1",
    "line breaks": "一\r\n二\n三",
    "markup": "<b>&amp;</b> ]]>",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_cell_does_not_break_the_write(
    run: Callable[..., Any], catalogue: Catalogue, tmp_path: Path, text: str
) -> None:
    """In every column of a record; the marked workbook opens, and the second run writes nothing."""
    form = catalogue.forms["progress"]
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, spec in enumerate(form.columns):
            sheet.write_string(0, column, spec.title.zh)
            sheet.write_string(1, column, "XZB20231001-01" if spec.id == form.key else text)
    assert run("check", path, "--write", "--now", NOW).code == 0
    marked = openpyxl.load_workbook(path)
    assert "数据问题" in marked.sheetnames
    before = path.read_bytes()
    assert run("check", path, "--write", "--now", NOW).code == 0
    assert path.read_bytes() == before
