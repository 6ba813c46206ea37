"""The benchmark of editing runs and measures what it says, on a small file."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "editing.py"


def test_the_benchmark_compares_all_ways() -> None:
    command = [sys.executable, str(SCRIPT), "--rows", "120", "--repeat", "1", "--no-large"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    lines = done.stdout.splitlines()
    assert sum("SheetSync" in line for line in lines) == 6
    assert sum(line.startswith("openpyxl") for line in lines) == 3
    assert sum("promised" in line for line in lines) == 4
