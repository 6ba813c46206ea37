"""Copies of workbooks in an archive."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from sheetsync.disk.archive import archive
from sheetsync.errors import InputRefusedError, OutputRefusedError

NOON = datetime(2023, 10, 16, 12)


def workbook(path: Path, content: str = "a") -> Path:
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        package.writestr("xl/workbook.xml", content)
    path.write_bytes(packed.getvalue())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx"))


def test_a_copy_is_dated_and_lies_with_those_of_its_month(tmp_path: Path) -> None:
    book = workbook(tmp_path / "进度.xlsx")
    copy = archive(book, tmp_path / "archive", now=NOON)
    assert copy == tmp_path / "archive" / "2023-10" / "进度_20231016-120000.xlsx"
    assert copy.read_bytes() == book.read_bytes()


def test_what_has_not_changed_is_not_copied_again(tmp_path: Path) -> None:
    book, folder = workbook(tmp_path / "a.xlsx"), tmp_path / "archive"
    archive(book, folder, now=NOON)
    assert archive(book, folder, now=NOON.replace(month=11)) is None
    assert len(names(folder)) == 1


def test_the_newest_copies_stay_over_months(tmp_path: Path) -> None:
    """Those of another workbook, and files of people, are not touched."""
    folder = tmp_path / "archive"
    archive(workbook(tmp_path / "a_b.xlsx"), folder, now=NOON)
    (folder / "2023-10" / "a_old.xlsx").write_bytes(b"mine")
    for month in (10, 11, 12):
        book = workbook(tmp_path / "a.xlsx", f"{month}")
        archive(book, folder, now=NOON.replace(month=month), keep=2)
    assert names(folder) == [
        "2023-10/a_b_20231016-120000.xlsx",
        "2023-10/a_old.xlsx",
        "2023-11/a_20231116-120000.xlsx",
        "2023-12/a_20231216-120000.xlsx",
    ]


@pytest.mark.parametrize("content", [None, b"", b"no package", b"PK\x03\x04 cut off"])
def test_what_is_damaged_is_refused_and_the_copies_stay(tmp_path: Path, content: bytes | None) -> None:
    """A ruined workbook must not push the good copies out."""
    book, folder = workbook(tmp_path / "a.xlsx"), tmp_path / "archive"
    archive(book, folder, now=NOON, keep=1)
    if content is None:
        book.unlink()
    else:
        book.write_bytes(content)
    with pytest.raises(InputRefusedError):
        archive(book, folder, now=NOON.replace(day=17), keep=1)
    assert names(folder) == ["2023-10/a_20231016-120000.xlsx"]


def test_an_archive_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx")
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(OutputRefusedError):
        archive(book, tmp_path / "archive", now=NOON)
