"""Premises on which all is well, to be spoiled one thing at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetsync.config.settings import Settings
from sheetsync.model.health import CopyKept, DatabaseHealth
from sheetsync.operations.doctor import CHECKS, Examined, examine
from sheetsync.operations.health.premises import Premises
from sheetsync.text import same

NOW = datetime(2026, 11, 20, 9)
UTC = NOW - timedelta(hours=8)
GIGABYTE = 1 << 30


@pytest.fixture
def sound(tmp_path: Path) -> DatabaseHealth:
    """A database in a file, with a copy of today."""
    return DatabaseHealth(
        file=str(tmp_path / ".sheetsync" / "state.db"),
        absent=False,
        revision="0009",
        wanted="0009",
        copy=CopyKept(path="state-copies/2026-11-20.db", taken=UTC, sound=True),
    )


@pytest.fixture
def well(tmp_path: Path, sound: DatabaseHealth) -> Premises:
    """A project with one workbook, on which all is well."""
    (tmp_path / "workbooks").mkdir()
    book = tmp_path / "workbooks" / "a.xlsx"
    book.touch()
    return Premises(
        folder=tmp_path,
        settings=Settings(),
        now=NOW,
        utc=lambda: UTC,
        environ={},
        published=lambda: 2026,
        books=lambda: (book,),
        recognised=lambda _: [same("问题跟踪表")],
        forms=lambda: 31,
        rules=lambda: [same("问题时限")],
        jobs=lambda: (),
        pair=lambda _: ("a.xlsx", "b.xlsx"),
        database=lambda: sound,
        messages=lambda: (),
        last_run=lambda _: None,
        last_success=lambda _: None,
        missed=lambda _, __: 0,
        mail=lambda: None,
        feishu=lambda: (),
        bases=lambda: (),
        base=lambda _: ("项目库", ["tbl1"], False),
        try_folder=lambda _: (UTC - datetime(1970, 1, 1)).total_seconds(),
        free_bytes=lambda _: 50 * GIGABYTE,
        network_drive=lambda _: None,
        versions=lambda _: "9999.0",
    )


Ask = Callable[..., Examined]


@pytest.fixture
def ask(well: Premises) -> Ask:
    """Look at one thing on premises that are spoiled as told."""

    def asked(check: str, **spoiled: Any) -> Examined:  # noqa: ANN401 - any field of the premises
        (wanted,) = (one for one in CHECKS if one.id == check)
        (found,) = examine(replace(well, **spoiled), checks=[wanted])
        return found

    return asked
