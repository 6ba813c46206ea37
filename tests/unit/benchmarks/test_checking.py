"""The benchmark of checking runs and measures what it says, on a small file."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "checking.py"


def test_the_benchmark_compares_all_ways(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    command = [
        sys.executable,
        str(SCRIPT),
        "--rows",
        "120",
        "--issues",
        "40",
        "--repeat",
        "1",
        "--keep",
        str(book),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(table) == 8
    assert sum("promised" in line for line in done.stdout.splitlines()) == 4
    assert book.exists()
