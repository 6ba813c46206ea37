"""Files that are looked at in places."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.disk.content import FileContent, Spool, blocks, digest

DATA = bytes(range(256)) * 5


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "x"
    file.write_bytes(DATA)
    return file


@given(start=st.integers(-1500, 1500) | st.none(), stop=st.integers(-1500, 1500) | st.none())
def test_any_place_of_a_file_is_what_bytes_would_give(
    tmp_path_factory: pytest.TempPathFactory, start: int | None, stop: int | None
) -> None:
    file = tmp_path_factory.getbasetemp() / "places"
    file.write_bytes(DATA)
    with FileContent.at(file) as content:
        assert content[start:stop] == DATA[start:stop]
        assert len(content) == len(DATA)


def test_blocks_and_digest_cover_everything_once(path: Path) -> None:
    with FileContent.at(path) as content:
        assert b"".join(blocks(content, size=7)) == DATA
        assert b"".join(blocks(content, 3, 20, size=7)) == DATA[3:20]
        assert digest(content) == hashlib.sha256(DATA).hexdigest()


def test_a_file_that_is_cut_short_meanwhile_is_noticed(path: Path) -> None:
    with FileContent.at(path) as content:
        path.write_bytes(DATA[:100])
        with pytest.raises(ValueError, match="shorter"):
            content[50:200]


def test_bytes_are_not_skipped(path: Path) -> None:
    with FileContent.at(path) as content, pytest.raises(ValueError, match="one after another"):
        content[::2]


@pytest.mark.parametrize("held", [10_000, 100, 0], ids=["memory", "both", "file"])
def test_a_spool_gives_back_what_was_written(held: int) -> None:
    spool = Spool(held)
    for piece in (DATA[:50], DATA[50:60], DATA[60:]):
        spool.write(piece)
    assert (len(spool), spool[:], spool[55:70], b"".join(blocks(spool, size=9))) == (
        len(DATA), DATA, DATA[55:70], DATA
    )  # fmt: skip
