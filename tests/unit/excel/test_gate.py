import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import Limits, open_package, read_bytes


@pytest.fixture(scope="module")
def good() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write(0, 0, "x")
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def refusal(content: bytes, limits: Limits | None = None, where: str = "x.xlsx") -> str:
    with pytest.raises(InputRefusedError) as caught:
        open_package(content, where, limits or Limits())
    line = caught.value.say("en")
    assert "\n" not in line
    assert caught.value.say("zh") != line
    return line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0 bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7", "PDF"),
        (b"\xef\xbb\xbf<html><table>", "HTML"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        ("编号,名称\n1,2".encode(), "CSV"),
        (b"\x00\x01\x02", "unknown format"),
        (b"PK\3\4 and nothing more", "damaged"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_zip_of_other_things_is_no_workbook(good: bytes) -> None:
    assert "archive" in refusal(repacked(good, lambda parts: parts.pop("[Content_Types].xml")))
    assert "Office file" in refusal(repacked(good, lambda parts: parts.pop("_rels/.rels")))


def test_a_sheet_without_its_part_is_damage(good: bytes) -> None:
    assert "Sheet1 has no part" in refusal(
        repacked(good, lambda parts: parts.pop("xl/worksheets/sheet1.xml"))
    )


def test_a_document_type_is_refused_wherever_it_stands(good: bytes) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["docProps/app.xml"] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'

    assert "document type" in refusal(repacked(good, change))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/workbook.xml", "XL/Workbook.xml", "../evil.xml"])
def test_doubled_and_unsafe_names_are_refused(good: bytes, name: str) -> None:
    stream = io.BytesIO(good)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, b"<a/>")
    assert "safety" in refusal(stream.getvalue())


@pytest.mark.parametrize(
    "limits",
    [
        Limits(members=3),
        Limits(unpacked_bytes=100),
        Limits(part=100),
        Limits(ratio=1, ratio_from=100),
        Limits(sheets=0),
    ],
)
def test_what_is_beyond_the_limits_is_refused(good: bytes, limits: Limits) -> None:
    assert "safety" in refusal(good, limits)


def test_a_workbook_with_macros_is_one_too(good: bytes) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    _, book = open_package(repacked(good, change), "x.xlsm")
    assert [sheet.name for sheet in book.sheets] == ["Sheet1"]


def test_missing_files_folders_pipes_and_giants_are_refused(tmp_path: Path) -> None:
    pipe, big = tmp_path / "pipe.xlsx", tmp_path / "big.xlsx"
    os.mkfifo(pipe)
    big.write_bytes(bytes(2000))
    for path in (tmp_path / "none.xlsx", tmp_path, pipe, big):
        with pytest.raises(InputRefusedError):
            read_bytes(path, Limits(file_bytes=1000))
