"""What making a fresh workbook costs, beside what plain xlsxwriter needs to write the same content.

    python benchmarks/creating.py [--rows 10000] [--repeat 5] [--keep FILE.xlsx]

Every call to xlsxwriter that `sheetsync new progress --rows 10000` makes is recorded once: tabs, formats,
cells, formulas with their values, validations, colours, pages. The plain way makes the same calls again with
nothing in between, so that what we add is what it costs to know what to write; it writes the formulas of a
column one by one, where ours share one text. Each way runs in processes of its own, in turns, and the least
counts. CPU is user plus system time without imports and without recording.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial, wraps
from inspect import isfunction
from pathlib import Path
from time import process_time
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync.app import open_app
from sheetsync.operations.create import create
from sheetsync.templates.sheet import FormSheet

FORM = "progress"
NOW = datetime(2023, 10, 16, 9)
CPU_PROMISED = 1.3

WAYS = {"plain": "xlsxwriter, the same calls", "ours": f"SheetSync, new {FORM}"}

Call = tuple[int, str, tuple[Any, ...], dict[str, Any]]
"""Number of the tab (-1: the workbook), method, arguments."""


def main() -> None:
    """Measure every way and print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(measure(options.measure, options.rows, options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.keep or Path(folder) / "creating.xlsx"
        runs = [{way: run(way, options.rows, file) for way in WAYS} for _ in range(options.repeat)]
        results = {way: min(turn[way]["cpu"] for turn in runs) for way in WAYS}
        cells = int(runs[0]["ours"]["cells"])
        if cells != int(runs[0]["plain"]["cells"]):
            raise SystemExit("the two ways wrote different content")
        print(report(results, options.rows, cells, file.stat().st_size))


def measure(way: str, rows: int, file: Path) -> dict[str, float]:
    """Return CPU in seconds and the number of cells of one way, in this process."""
    work = _WORK[way](rows)
    start = process_time()
    content = work()
    spent = process_time() - start
    file.write_bytes(content)
    return {"cpu": spent, "cells": _cells(content)}


def run(way: str, rows: int, file: Path) -> dict[str, float]:
    """Return the figures of one way in a process of its own."""
    command = [sys.executable, __file__, "--measure", way, "--rows", str(rows), "--file", str(file)]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    return found


def report(results: dict[str, float], rows: int, cells: int, size: int) -> str:
    """Return the table and whether the promise holds."""
    plain, ours = results["plain"], results["ours"]
    lines = [
        f"{rows} rows, {cells} cells, {size / 1e6:.1f} MB",
        "",
        "| way | CPU s | of plain |",
        "| --- | ---: | ---: |",
        *(f"| {WAYS[way]} | {cpu:.2f} | {cpu / plain:.2f} |" for way, cpu in results.items()),
        "",
    ]
    kept = "kept" if ours <= CPU_PROMISED * plain else "NOT KEPT"
    return "\n".join([*lines, f"Promise, at most {CPU_PROMISED} times the CPU of plain xlsxwriter: {kept}."])


def _ours(rows: int) -> Callable[[], bytes]:
    catalogue = open_app(now=NOW.isoformat()).catalogue
    return lambda: create([catalogue.forms[FORM]], catalogue, now=NOW, rows=rows)


def _plain(rows: int) -> Callable[[], bytes]:
    with _recorded() as calls:
        _ours(rows)()

    def work() -> bytes:
        buffer = io.BytesIO()
        book: Workbook | None = None
        made: dict[int, Any] = {}
        for target, method, arguments, named in calls:
            if method == "__init__":
                book = Workbook(buffer, *arguments[1:], **named)
                made[-1] = book
                continue
            again = getattr(made[target], method, partial(_fill_down, made[target]))
            result = again(
                *(_again(made, one) for one in arguments),
                **{name: _again(made, one) for name, one in named.items()},
            )
            if method in _MAKERS:
                made[len(made) - 1] = result
        return buffer.getvalue()

    return work


def _fill_down(
    sheet: Worksheet,
    column: int,
    values: Mapping[int, float | str],
    formula: Callable[[int], str],
    style: Format | None = None,
) -> None:
    """Do what our tabs do for a column of formulas: the writer itself knows no shared ones."""
    for row, value in values.items():
        sheet.write_formula(row, column, formula(row), style, value)


class _Made:
    """Stands for a tab or a format in the arguments of a recorded call."""

    def __init__(self, number: int) -> None:
        self.number = number


def _again(made: dict[int, Any], argument: Any) -> Any:  # noqa: ANN401 - arguments of any call
    if isinstance(argument, _Made):
        return made[argument.number]
    if isinstance(argument, dict):
        return {name: _again(made, one) for name, one in argument.items()}
    return argument


class _Recorder:
    """Notes the calls to the writer: those from outside, not those it makes itself."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[object] = []  # or another object could get the place of one that is gone
        self._inside = False

    def watch(self, owner: type, name: str) -> Callable[[], None]:
        """Note the calls of a method from now on; return what ends it."""
        original = getattr(owner, name)

        @wraps(original)
        def watched(target: object, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - any call
            return self._call(original, target, arguments, named)

        setattr(owner, name, watched)
        return lambda: setattr(owner, name, original)

    def _call(
        self, original: Callable[..., Any], target: object, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> object:
        if self._inside:
            return original(target, *arguments, **named)
        name = original.__name__
        if name == "__init__":
            self._numbers[id(target)] = -1
        # A plain tab: its class is ours.
        given = tuple(map(self._plain, arguments[:1] if name == "add_worksheet" else arguments))
        self.calls.append(
            (self._numbers[id(target)], name, given, {key: self._plain(one) for key, one in named.items()})
        )
        self._inside = True
        try:
            result: object = original(target, *arguments, **named)
        finally:
            self._inside = False
        if name in _MAKERS:
            self._numbers[id(result)] = len(self._numbers) - 1
            self._kept.append(result)
        return result

    def _plain(self, argument: Any) -> Any:  # noqa: ANN401 - arguments of any call
        if isinstance(argument, Format | Worksheet):
            return _Made(self._numbers[id(argument)])
        if isinstance(argument, dict):
            return {name: self._plain(one) for name, one in argument.items()}
        return argument


@contextmanager
def _recorded() -> Iterator[list[Call]]:
    """Record the calls of what is done inside."""
    recorder = _Recorder()
    methods = [
        (owner, name)
        for owner in (Workbook, Worksheet)
        for name in dir(owner)
        if not name.startswith("_") and isfunction(getattr(owner, name))
    ]
    methods += [(Workbook, "__init__"), (FormSheet, "fill_down")]
    ends = [recorder.watch(owner, name) for owner, name in methods]
    try:
        yield recorder.calls
    finally:
        for end in ends:
            end()


def _cells(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(package.read(name).count(b"<c ") for name in sheets)


_MAKERS = {"add_worksheet", "add_format"}
_WORK = {"plain": _plain, "ours": _ours}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5, help="processes a way; the least counts")
    parser.add_argument("--keep", type=Path, help="write the workbook there and leave it")
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
