"""The benchmark of many workbooks runs and measures what it says, on two small ones."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "throughput.py"


def test_the_benchmark_compares_all_ways(tmp_path: Path) -> None:
    books = tmp_path / "books"
    command = [
        sys.executable,
        str(SCRIPT),
        "--books",
        "2",
        "--rows",
        "20",
        "--repeat",
        "1",
        "--keep",
        str(books),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(table) == 6
    assert sum("promised" in line for line in done.stdout.splitlines()) == 1
    assert [path.name for path in sorted(books.iterdir())] == ["book-0000.xlsx", "book-0001.xlsx"]
