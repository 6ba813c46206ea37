"""The benchmark runs and measures what it says, on a small file."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "reading.py"


def test_the_benchmark_compares_three_ways(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    command = [sys.executable, str(SCRIPT), "--rows", "200", "--repeat", "1", "--keep", str(book)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(table) == 5
    assert "calamine" in table[2]
    assert "SheetSync" in table[3]
    assert "openpyxl" in table[4]
    assert "Promise" in done.stdout
    assert book.exists()
