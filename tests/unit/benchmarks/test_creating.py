"""The benchmark of creating runs and compares what it says, on a small workbook."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "creating.py"


def test_the_benchmark_compares_both_ways_of_the_same_content(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    command = [sys.executable, str(SCRIPT), "--rows", "50", "--repeat", "1", "--keep", str(book)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(table) == 4
    assert "xlsxwriter" in table[2]
    assert "SheetSync" in table[3]
    assert "Promise" in done.stdout
    assert book.exists()
