"""Secrets by reference: where they may stand, and what is said when they do not."""

import os
from pathlib import Path

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.secret import is_reference, reveal

PASSWORD = "pa55:w@rd"  # noqa: S105 - of nobody


def revealed(reference: str, folder: Path, **environ: str) -> str:
    return reveal(reference, folder=folder, environ=environ, where="sheetsync.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("env:A", True), ("file:a/b", True), ("env:", False), ("env", False), ("", False), ("http://x", False)],
)
def test_a_reference_says_where_and_nothing_else_is_one(text: str, expected: bool) -> None:
    assert is_reference(text) is expected


def test_a_variable_of_the_environment(tmp_path: Path) -> None:
    assert revealed("env:PM", tmp_path, PM=PASSWORD) == PASSWORD


@pytest.mark.parametrize("environ", [{}, {"PM": ""}])
def test_a_variable_that_is_not_set_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(SpecFileError, match="PM is not set"):
        revealed("env:PM", tmp_path, **environ)


def test_a_file_that_only_we_may_read(tmp_path: Path) -> None:
    """Without the line's end that every editor puts there."""
    (tmp_path / "pm.secret").write_text(f"{PASSWORD}\n", "utf-8")
    (tmp_path / "pm.secret").chmod(0o600)
    assert revealed("file:pm.secret", tmp_path) == PASSWORD


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_read_or_write_is_not_used(tmp_path: Path, mode: int) -> None:
    (tmp_path / "pm.secret").write_text(PASSWORD, "utf-8")
    (tmp_path / "pm.secret").chmod(mode)
    with pytest.raises(SpecFileError, match="chmod 600") as caught:
        revealed("file:pm.secret", tmp_path)
    assert PASSWORD not in caught.value.say("zh")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "pm.secret").write_bytes(content)
    with pytest.raises(SpecFileError, match=r"pm\.secret"):
        revealed("file:pm.secret", tmp_path)
