"""Parts are packed and unpacked alike with and without the fast library."""

import subprocess
import sys
import zlib

import pytest

from sheetsync.excel.codec import pack
from sheetsync.excel.zipped import unpacked

TELL = """
import sys
sys.modules["isal"] = None
from sheetsync.excel import codec
from sheetsync.excel.zipped import unpacked
data = b"0123456789" * 1_000_000
packed = codec.pack(data)
assert codec.crc32.__module__ == "zlib"
print(b"".join(unpacked(packed)) == data, packed.size, packed.crc)
"""


@pytest.mark.parametrize("size", [0, 1, 300, 70_000])
def test_what_is_packed_comes_back(size: int) -> None:
    data = (b"0123456789" * (size // 10 + 1))[:size]
    packed = pack(data)
    assert b"".join(unpacked(packed)) == data
    assert zlib.decompress(packed.data, -15) == data
    assert (packed.size, packed.crc) == (size, zlib.crc32(data))


def test_without_the_fast_library_all_is_the_same() -> None:
    command = [sys.executable, "-c", TELL]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert told == ["True", "10000000", str(zlib.crc32(b"0123456789" * 1_000_000))]
