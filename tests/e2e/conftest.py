"""The command line as a person calls it, in an empty folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sheetsync.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    def book(self) -> dict[str, Any]:
        (only,) = self.document()["workbooks"]
        found: dict[str, Any] = only
        return found


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command line in an empty folder, as `sheetsync …` does."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHEETSYNC_NOW", raising=False)

    def call(*arguments: str | Path) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(
            ended.value.code if isinstance(ended.value.code, int) else 0, captured.out, captured.err
        )

    return call
