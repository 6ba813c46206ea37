import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sheetsync.excel.zipped import Archive, DamagedZipError

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def rewritten(content: bytes, **changes: object) -> bytes:
    file = io.BytesIO()
    given: dict[str, Any] = {"replaced": {}, "dropped": set(), "added": [], **changes}
    Archive(content).rewrite(file, **given)
    return file.getvalue()


WHOLE = sorted(path for path in CORPUS.iterdir() if "encrypted" not in path.name)


@pytest.fixture
def three() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.xml", (2020, 1, 2, 3, 4, 6)), b"first " * 100)
        archive.writestr("b.xml", b"second")
        archive.writestr("c.xml", b"third")
        archive.comment = b"a comment"
    return stream.getvalue()


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_an_archive_without_changes_is_written_as_it_was(path: Path) -> None:
    content = path.read_bytes()
    assert rewritten(content) == content


def test_other_programs_read_what_was_changed(three: bytes) -> None:
    changed = rewritten(three, replaced={"b.xml": b"new"}, dropped={"c.xml"}, added=[("新.xml", b"added")])
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.xml": b"first " * 100, "b.xml": b"new", "新.xml": b"added"
        }  # fmt: skip
        assert archive.comment == b"a comment"
        assert archive.getinfo("新.xml").date_time == (2020, 1, 2, 3, 4, 6)


def test_a_member_with_a_data_descriptor_is_copied_with_it() -> None:
    class Pipe(io.RawIOBase):
        """Cannot seek, so zipfile writes sizes behind the data."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("a.xml", b"x" * 1000)
        archive.writestr("b.xml", b"y" * 1000)
    changed = rewritten(pipe.data, replaced={"b.xml": b"z"})
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        assert (archive.read("a.xml"), archive.read("b.xml")) == (b"x" * 1000, b"z")


def test_sizes_and_offsets_of_zip64_are_read_and_moved(three: bytes) -> None:
    """Some writers put all numbers into the zip64 field although they are small."""
    archive = Archive(three)
    member = archive.members[1]
    extra = struct.pack("<2H3Q", 1, 24, member.size, member.packed, member.start)
    record = bytearray(member.record)
    struct.pack_into("<2L", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<L", record, 42, 0xFFFFFFFF)
    struct.pack_into("<H", record, 30, len(extra))
    record += extra
    directory = [archive.members[0].record, bytes(record), archive.members[2].record]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, sum(map(len, directory)), archive.directory_start, 0)
    wide = three[: archive.directory_start] + b"".join(directory) + end
    changed = rewritten(wide, replaced={"a.xml": b"short"})
    assert Archive(changed).members[1].start != member.start
    with zipfile.ZipFile(io.BytesIO(changed)) as result:
        assert (result.testzip(), result.read("b.xml")) == (None, b"second")


@pytest.mark.parametrize("cut", [1, 10, 30, 200])
def test_a_truncated_archive_is_damaged(three: bytes, cut: int) -> None:
    with pytest.raises(DamagedZipError):
        Archive(three[:-cut])


def test_a_flipped_byte_is_found_by_the_checksum(three: bytes) -> None:
    archive = Archive(three)
    place = archive.members[1].data + 2
    broken = Archive(three[:place] + bytes([three[place] ^ 1]) + three[place + 1 :])
    with pytest.raises(DamagedZipError):
        broken.inflate(broken.members[1])
