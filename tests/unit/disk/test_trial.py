"""Trying a folder leaves nothing behind, whether it works or not."""

import time
from pathlib import Path

import pytest

from sheetsync.disk.trial import try_folder


def test_a_folder_that_can_be_written_tells_the_time(tmp_path: Path) -> None:
    assert abs(try_folder(tmp_path) - time.time()) < 60
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_second_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_rename(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", no_rename)
    with pytest.raises(PermissionError):
        try_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        try_folder(tmp_path / "file")
