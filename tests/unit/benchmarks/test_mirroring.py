"""The benchmark runs and measures what it says, on small files."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "mirroring.py"


def test_the_benchmark_compares_planning_with_reading() -> None:
    command = [sys.executable, str(SCRIPT), "--rows", "200", "--repeat", "1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.startswith("200 rows x 16 columns on both sides, 20 records to write")
    assert [line.split(",")[0] for line in done.stdout.splitlines() if line.startswith("| S")] == [
        "| SheetSync"
    ] * 3
    assert "Promise" in done.stdout
