"""A cell with an error that only newer programs know makes no workbook unreadable."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.excel.store import ExcelStore

SHOWN = (
    '<c r="B2" t="e"><v>#SPILL!</v></c>',
    '<c r="B2" s="0" t="e"><f>_xlfn._xlws.SORT(A1:A3)</f><v>#CALC!</v></c>',
    '<c r="B2" t="e" cm="1"><f t="array" ref="B2">IF(A1>2,"v",#REF!)</f><v>#PYTHON!</v></c>',
    "<c r='B2' t='e'><v>#FIELD!</v></c>",
)


def book(path: Path, cell: str) -> Path:
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as made:
        sheet = made.add_worksheet("进度")
        sheet.write_row(0, 0, ["甲", "乙", "丙"])
        sheet.write_row(1, 0, ["左", "x", "右"])
        made.add_worksheet("另一页").write(0, 0, "<v>#SPILL!</v>")
    with zipfile.ZipFile(plain) as read, zipfile.ZipFile(path, "w") as written:
        for name in read.namelist():
            data = read.read(name)
            if name.endswith("sheet1.xml"):
                data, count = re.subn(rb'<c r="B2".*?</c>', lambda _: cell.encode(), data)
                assert count == 1
            written.writestr(name, data)
    return path


@pytest.mark.parametrize("cell", SHOWN)
def test_the_other_cells_are_read_and_the_error_is_told(tmp_path: Path, cell: str) -> None:
    path = book(tmp_path / "a.xlsx", cell)
    before = path.read_bytes()
    read = ExcelStore(path).read()
    sheet = read.sheets[0]
    assert (sheet.rows[0], sheet.rows[1][0], sheet.rows[1][2]) == (["甲", "乙", "丙"], "左", "右")
    [shown] = re.findall(r"<v>(#.*?)</v>", cell)
    assert sheet.facts.unreadable() == {(2, 2): shown}
    assert read.sheets[1].rows == [["<v>#SPILL!</v>"]]
    assert path.read_bytes() == before
