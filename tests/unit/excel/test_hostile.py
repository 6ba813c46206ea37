"""Files that are broken or made to harm: refused in one line, soon, without a byte of them changed."""

import codecs
import io
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import Limits
from sheetsync.excel.reader import read_book
from sheetsync.excel.store import ExcelStore
from sheetsync.model.table import RawSheet, Version

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x="http://x">'
ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = b'<row r="1"><c r="A1"><v>1</v></c>%s</row>'
CORPUS = Path(__file__).parents[2] / "data" / "corpus"

Change = Callable[[dict[str, bytes]], object]


def good() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("任务").write_column(0, 0, ["甲", "乙"])
    return stream.getvalue()


def packed(change: Change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    return packed(lambda parts: parts.update({name: data}))


def with_sub(name: str, pattern: bytes, new: bytes) -> bytes:
    return packed(lambda parts: parts.update({name: re.sub(pattern, new, parts[name])}))


def with_rows(rows: bytes, before: bytes = b"", behind: bytes = b"") -> bytes:
    xml = OPEN + before + b"<sheetData>" + rows + b"</sheetData>" + behind + b"</worksheet>"
    return with_part(SHEET, xml)


def noise(size: int) -> bytes:
    """Bytes that no packer makes smaller than half."""
    return os.urandom(size // 2).hex().encode()


def directory_patched(content: bytes, name: bytes, offset: int, new: bytes) -> bytes:
    """Change one field of a member's record in the directory at the end."""
    at = content.rindex(name) - 46
    assert content[at : at + 4] == b"PK\1\2"
    return content[: at + offset] + new + content[at + offset + len(new) :]


def overlapping() -> bytes:
    """Two records of the directory that share one member's bytes."""
    content = good()
    other = content.rindex(STRINGS.encode()) - 46
    return directory_patched(content, SHEET.encode(), 42, content[other + 42 : other + 46])


def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputRefusedError) as caught:
        read(content, limits)
    return caught.value.say("en")


def read(content: bytes, limits: Limits | None = None) -> RawSheet:
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx", limits=limits or Limits())
    return book.sheets[0]


ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated": (lambda: good()[:-40], "truncated"),
    "cut in the middle": (lambda: good()[:900], "truncated"),
    "old xls renamed": ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)).strip, "old .xls"),
    "binary workbook renamed": ((CORPUS / "refuse-xlsb-62815.xlsb").read_bytes, ".xlsb"),
    "encrypted": ((CORPUS / "refuse-encrypted-example_password.xlsx").read_bytes, "password"),
    "encrypted member": (lambda: directory_patched(good(), SHEET.encode(), 8, b"\1\0"), "encrypted parts"),
    "unknown packing": (lambda: directory_patched(good(), SHEET.encode(), 10, b"\x09\0"), "compression"),
    "smaller than it says": (
        lambda: directory_patched(good(), SHEET.encode(), 24, struct.pack("<L", 5_000_000)),
        "size or checksum",
    ),
    "larger than it says": (
        lambda: directory_patched(good(), SHEET.encode(), 24, struct.pack("<L", 10)),
        "size or checksum",
    ),
    "wrong checksum": (lambda: directory_patched(good(), SHEET.encode(), 16, b"\0\0\0\0"), "checksum"),
    "members that overlap": (overlapping, "overlap"),
    "a path outwards": (lambda: with_part("../../etc/passwd.xml", b"<a/>"), "unsafe member name"),
    "a path from a drive": (lambda: with_part("xl\\..\\..\\a.xml", b"<a/>"), "unsafe member name"),
    "a bomb": (lambda: with_part("xl/media/a.bin", bytes(60_000_000)), "raise packing_ratio"),
}

PARTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "entities that multiply": (
        lambda: with_part(
            SHEET, b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>' + OPEN + b"</worksheet>"
        ),
        "document type",
    ),
    "an entity from outside": (
        lambda: with_part(STRINGS, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><sst>&b;</sst>'),
        "document type",
    ),
    "a document type behind a long remark": (
        lambda: with_part(STRINGS, b"<!--" + b"- " * 9000 + b'--><!DOCTYPE a [<!ENTITY b "c">]><sst/>'),
        "document type",
    ),
    "no workbook part": (lambda: packed(lambda parts: parts.pop("xl/workbook.xml")), "Office file"),
    "a part that is no XML": (lambda: with_part(SHEET, b"\x00\xff\x00\xff not XML"), "damaged"),
    "a part cut off": (lambda: with_part(SHEET, OPEN + b"<sheetData>" + ONE), "not well-formed"),
    "row 2^31": (lambda: with_rows(b'<row r="2147483648"><c><v>1</v></c></row>'), "below row 1048576"),
    "row 2^32": (lambda: with_rows(b'<row r="4294967296"><c r="A1"/></row>'), "below row 1048576"),
    "row beyond numbers": (lambda: with_rows(b'<row r="%s"/>' % (b"9" * 40)), "below row 1048576"),
    "row 0": (lambda: with_rows(b'<row r="0"><c r="A0"><v>1</v></c></row>'), "damaged"),
    "rows backwards": (lambda: with_rows(b'<row r="5"/><row r="2"/>'), "comes after row 5"),
    "a cell in the last corner": (
        lambda: with_rows(FAR % b'<c r="XFD1048576"><v>1</v></c>'),
        "raise columns",
    ),
    "... in single quotes": (lambda: with_rows(FAR % b"<c r='XFD1048576'><v>1</v></c>"), "raise columns"),
    "... and backwards": (
        lambda: with_rows(b"<row r='1'><c r='XFD1048576'><v>1</v></c><c r='A1'/></row>"),
        "not in order",
    ),
    "... in the first column": (
        lambda: with_rows(b'<row r="1"><c r="A1048576"><v>1</v></c></row>'),
        "stands in A1048576",
    ),
    "... as a second place": (
        lambda: with_rows(FAR % b'<c r="B1" r="XFD1048576"><v>1</v></c>'),
        "duplicate attribute",
    ),
    "... behind a > in an attribute": (
        lambda: with_rows(FAR % b'<c r="B1" s=">" r="XFD1048576"><v>1</v></c>'),
        "duplicate attribute",
    ),
    "... behind a place in an attribute": (
        lambda: with_rows(FAR % b'<c s=\' r="B1"\' r="XFD1048576"><v>1</v></c>'),
        "stands in XFD1048576",
    ),
    "... with another prefix": (
        lambda: with_rows(FAR % b'<x:c r="XFD1048576"><v>1</v></x:c>'),
        "different prefixes",
    ),
    "... outside the rows": (lambda: with_rows(ONE + b'<c r="XFD9"><v>1</v></c>'), "outside the rows"),
    "... in another sheetData": (
        lambda: with_rows(
            ONE, before=b'<x><sheetData><row r="1"><c r="XFD9"><v>1</v></c></row></sheetData></x>'
        ),
        "more than one sheetData",
    ),
    "... in a row that lies": (
        lambda: with_rows(ONE + b'<row x=\' r="2"\' r="1048576"><c><v>1</v></c></row>'),
        "says that it is row 1048576",
    ),
    "a column beyond letters": (lambda: with_rows(FAR % b'<c r="ZZZZZZZ1"><v>1</v></c>'), "damaged"),
    "cells without end": (
        lambda: with_rows(b"<row>" + b"<c/>" * 20_000 + b"</row>"),
        "right of column 16384",
    ),
    "text that is not there": (
        lambda: with_rows(b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        "damaged",
    ),
    "tags within tags": (
        lambda: with_rows(b"<row><c>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</c></row>"),
        "damaged",
    ),
    "tags that are never closed": (lambda: with_rows(b"<row>" + b"<c>" * 100_000 + b"</row>"), "nested"),
    "nothing but openings": (lambda: with_rows(b"<" * 100_000), "damaged"),
    "merged ranges over one another": (
        lambda: with_rows(
            ONE, behind=b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 999 + b"</mergeCells>"
        ),
        "overlap",
    ),
    "an encoding that is none": (
        lambda: with_part("xl/workbook.xml", b'<?xml version="1.0" encoding="zlib"?><workbook/>'),
        "damaged",
    ),
}


@pytest.mark.parametrize(("content", "words"), [*ARCHIVES.values(), *PARTS.values()], ids=[*ARCHIVES, *PARTS])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_it_is_refused_in_one_line_and_left_alone(
    content: Callable[[], bytes], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    written = content()
    path.write_bytes(written)
    with pytest.raises(InputRefusedError) as caught:
        ExcelStore(path).read()
    line = caught.value.say("en")
    assert words in line
    assert caught.value.exit_code == 3
    assert "\n" not in line + caught.value.say("zh")
    assert path.read_bytes() == written


@pytest.mark.parametrize(
    ("limits", "setting"),
    [
        (Limits(members=3), "members"),
        (Limits(unpacked_bytes=100), "unpacked_megabytes"),
        (Limits(part=100), "part_megabytes"),
        (Limits(ratio=1, ratio_from=100), "packing_ratio"),
        (Limits(sheets=0), "sheets"),
        (Limits(rows=1), "rows"),
        (Limits(columns=0), "columns"),
        (Limits(area=1), "cells"),
    ],
)
def test_a_limit_names_the_setting_that_raises_it(limits: Limits, setting: str) -> None:
    assert f"raise {setting} in [limits]" in refusal(good(), limits)


def test_cells_are_counted_over_all_sheets() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for _ in range(3):
            book.add_worksheet().write_row(0, 0, [1, 2])
    assert "raise cells" in refusal(stream.getvalue(), Limits(area=5))


@pytest.mark.parametrize("count", [b"99999999", b"4294967295", b"18446744073709551615"])
def test_an_absurd_number_of_texts_is_not_believed(count: bytes) -> None:
    content = with_sub(STRINGS, rb'ount="\d+"', b'ount="' + count + b'"')
    assert read(content).rows == [["甲"], ["乙"]]


@pytest.mark.parametrize("reference", [b"A1:XFD1048576", b"A1:ZZZZZZ999999999999", b"D9:A1"])
def test_a_dimension_is_not_believed(reference: bytes) -> None:
    assert read(with_rows(ONE, before=b'<dimension ref="' + reference + b'"/>')).rows == [[1.0]]


@pytest.mark.parametrize(
    "rows", [b'<row r="1" x="%s"><c r="A1"><v>1</v></c></row>', b'<row x="%s"><c><v>1</v></c></row>']
)
def test_a_huge_attribute_costs_little(rows: bytes) -> None:
    assert read(with_rows(rows % noise(2_000_000))).rows == [[1.0]]


def test_content_that_begins_far_below_is_found() -> None:
    sheet = read(with_rows(b'<row r="1048576"><c r="C1048576"><v>1</v></c></row>'))
    assert (sheet.rows, sheet.first_row, sheet.first_column) == ([[1.0]], 1_048_576, 3)


def test_a_panic_inside_the_library_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no `Exception`, and must not end the run of other workbooks."""
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def fall(_: object) -> None:
        raise panic("capacity overflow")

    monkeypatch.setattr(
        "sheetsync.excel.reader.CalamineWorkbook", type("Broken", (), {"from_filelike": fall})
    )
    assert "capacity overflow" in refusal(good())


def test_an_interruption_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(
        "sheetsync.excel.reader.CalamineWorkbook", type("Broken", (), {"from_filelike": stop})
    )
    with pytest.raises(KeyboardInterrupt):
        read(good())


def test_an_honest_workbook_of_20_megabytes_passes() -> None:
    """Half a million cells of which no two are alike, and a picture."""
    text = noise(10_000_000).decode()
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{letter}{row}" t="inlineStr"><is><t>{text[at : at + 40]}</t></is></c>'
            for letter, at in zip("ABCDE", range(row * 200, row * 200 + 200, 40), strict=True)
        )
        + "</row>"
        for row in range(1, 40_001)
    )
    xml = OPEN + b"<sheetData>" + rows.encode() + b"</sheetData></worksheet>"
    content = packed(lambda parts: parts.update({SHEET: xml, "xl/media/picture.png": os.urandom(16_000_000)}))
    assert len(content) > 20_000_000
    sheet = read(content)
    assert (len(sheet.rows), sheet.rows[9][1]) == (40_000, text[2040:2080])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="A1" t="str"><v>12</v></c>', "12"),
        (b'<c r="A1" t="inlineStr"><is><t>007</t></is></c>', "007"),
        (b'<c r="A1" t="inlineStr"><is><t>a_x0001_b_x005F_x0001_</t></is></c>', "a\x01b_x0001_"),
        (b'<c r="A1" t="str"><v>a_x000B_b</v></c>', "a\x0bb"),
        (b'<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        (b'<c r="A1" t="str"><v>=1+1</v></c>', "=1+1"),
        (b'<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % (b"x" * 40_000), "x" * 40_000),
        ('<c r="A1" t="str"><v>%s</v></c>' % ("字" * 32_767), "字" * 32_767),
    ],
    ids=[
        "digits as text",
        "zeros",
        "escapes",
        "vertical tab",
        "rich",
        "like a formula",
        "too long",
        "longest",
    ],
)
def test_texts_come_whole_and_as_they_are(cell: bytes | str, value: str) -> None:
    raw = cell.encode() if isinstance(cell, str) else cell
    assert read(with_rows(b'<row r="1">' + raw + b"</row>")).rows == [[value]]


def test_a_part_in_utf_16_is_read_alike() -> None:
    xml = (OPEN + b"<sheetData>" + ONE + b"</sheetData></worksheet>").decode()
    content = with_part(
        SHEET, codecs.BOM_UTF16_LE + f'<?xml version="1.0" encoding="UTF-16"?>{xml}'.encode("utf-16-le")
    )
    assert read(content).rows == [[1.0]]


def test_a_formula_that_gives_no_text_is_empty_and_one_without_a_value_is_told() -> None:
    cells = b'<c r="A1" t="str"><f>A9</f><v></v></c><c r="B1"><f>A9</f></c><c r="C1" t="e"><v>#N/A</v></c>'
    sheet = read(with_rows(b'<row r="1">' + cells + b'<c r="D1"><v>1</v></c></row>'))
    assert sheet.facts.unreadable() == {(1, 2): "formula", (1, 3): "#N/A"}
