"""Which earlier versions are kept."""

import errno
import os
from datetime import date, timedelta
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.disk.backup import Retention, surplus
from sheetsync.disk.copying import copy_content

TODAY = date(2026, 11, 20)


def days_ago(*days: int, size: int = 1) -> list[tuple[date, int]]:
    return [(TODAY - timedelta(day), size) for day in days]


@pytest.mark.parametrize(
    ("kept", "retention", "dropped"),
    [
        (days_ago(0, 0, 0, 0), Retention(keep=2, days=30), [1]),
        (days_ago(40, 29, 1, 1, 0), Retention(keep=1, days=30), [0, 3]),
        (days_ago(30, 29, 0), Retention(keep=1, days=30), [0]),
        (days_ago(3, 2, 1, 0), Retention(keep=2, days=0), [0, 1]),
        (days_ago(3, 2, 1, 0, size=10), Retention(most_bytes=25), [0, 1]),
        ([*days_ago(3), *days_ago(2, size=90), *days_ago(0)], Retention(most_bytes=50), [0, 1]),
        (days_ago(1, 0, size=90), Retention(most_bytes=50), [0]),
        ([], Retention(), []),
    ],
    ids=[
        "first of a day",
        "one a day",
        "days end",
        "days off",
        "room",
        "oldest first",
        "never the last",
        "none",
    ],
)
def test_what_is_dropped(kept: list[tuple[date, int]], retention: Retention, dropped: list[int]) -> None:
    assert surplus(kept, retention, TODAY) == dropped


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 100)), max_size=30),
    st.integers(1, 12),
    st.integers(0, 40),
    st.integers(1, 500),
)
def test_the_last_one_stays_and_what_stays_stays_the_next_time(
    given_: list[tuple[int, int]], keep: int, days: int, room: int
) -> None:
    kept = [(TODAY - timedelta(ago), size) for ago, size in sorted(given_, reverse=True)]
    retention = Retention(keep=keep, days=days, most_bytes=room)
    gone = surplus(kept, retention, TODAY)
    left = [one for number, one in enumerate(kept) if number not in gone]
    assert left[-1:] == kept[-1:]
    assert surplus(left, retention, TODAY) == []
    assert sum(size for _, size in left) <= room or len(left) == 1


@pytest.mark.parametrize("able", [0, 1000, 1 << 30], ids=["not at all", "for a while", "whole"])
def test_a_copy_is_whole_however_much_the_system_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, able: int
) -> None:
    content = bytes(range(256)) * 20
    (tmp_path / "a").write_bytes(content)
    left = [able]

    def copy(source: int, target: int, count: int) -> int:
        block = os.read(source, min(count, left[0]))
        if not left[0]:
            raise OSError(errno.EXDEV, "not here")
        left[0] -= len(block)
        return os.write(target, block)

    monkeypatch.setattr(os, "copy_file_range", copy, raising=False)
    with FileIO(tmp_path / "a") as source, (tmp_path / "b").open("w+b") as file:
        copy_content(source, file)
    assert (tmp_path / "b").read_bytes() == content
