"""What is wrong with new bytes is seen before they go anywhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sheetsync.excel.gate import LIMITS, open_package
from sheetsync.excel.verify import BrokenWriteError, verify

SHEET = "xl/worksheets/sheet1.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def check(book: Path, sheet: bytes) -> None:
    package, _ = open_package(book.read_bytes(), "x.xlsx")
    package.write(SHEET, sheet)
    verify(package.build(), package, where="x.xlsx", limits=LIMITS)


def rows(prefix: bytes, *numbers: int) -> bytes:
    made = b"".join(b'<%brow r="%d"/>' % (prefix, number) for number in numbers)
    name = b"xmlns:" + prefix[:-1] if prefix else b"xmlns"
    said = b"<%bworksheet %b='%b'><%bsheetData>%b</%bsheetData></%bworksheet>"
    return said % (prefix, name, MAIN, prefix, made, prefix, prefix)


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_rows_out_of_order_are_seen(people: Callable[..., Path], prefix: bytes) -> None:
    check(people(), rows(prefix, 1, 2, 10))
    with pytest.raises(BrokenWriteError, match="not in order"):
        check(people(), rows(prefix, 1, 10, 2))


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (b"<worksheet><sheetData></worksheet>", "mismatched tag"),
        (b"<!DOCTYPE a><worksheet><sheetData/></worksheet>", "document type"),
    ],
)
def test_a_part_that_is_not_well_formed_or_has_a_document_type_is_seen(
    people: Callable[..., Path], sheet: bytes, reason: str
) -> None:
    with pytest.raises(BrokenWriteError, match=reason):
        check(people(), sheet)
