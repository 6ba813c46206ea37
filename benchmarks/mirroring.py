"""What it costs to plan a sync of two large tables, beside reading them.

    python benchmarks/mirroring.py [--rows 100000] [--repeat 3] [--changed 20]

Two workbooks are made from a fixed seed: the progress table of `reading.py`. For the plan, people have
changed two cells in one record of `--changed` on each side. Each way runs in a process of its own, the ways
in turns, and the least of its runs counts. CPU is user plus system time of the work without imports.

- `parse` is python-calamine's bare `to_python()` of both files.
- `read` is reading and typing both, all columns of the form.
- `plan` is all between reading and writing: both tables as sides, the merge with what both agreed on, the
  guard, and what both agree on afterwards.
- `base` is loading what both agreed on from the project's database, and saving what changed of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import process_time

import reading

from sheetsync.app import open_app
from sheetsync.model.mirror import SIDES, Agreed, Policy, SideName
from sheetsync.model.table import Table

WAYS = {
    "parse": "python-calamine, bare to_python() of both",
    "read": "SheetSync, both read and typed",
    "plan": "SheetSync, the plan and what is agreed on after it",
    "base": "SheetSync, what was agreed on loaded, and its changes saved",
}
PROMISED = 1.0
NOW = datetime(2023, 10, 16, 9)


def main() -> None:
    """Make the files, measure every way, print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(measure(options.measure, options.folder, options.changed)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in SIDES:
            reading.make(Path(folder) / f"{name}.xlsx", options.rows)
        runs = [{way: run(way, Path(folder), options.changed) for way in WAYS} for _ in range(options.repeat)]
        results = {way: reading.least([turn[way] for turn in runs]) for way in WAYS}
        print(report(results, options.rows))


def run(way: str, folder: Path, changed: int) -> dict[str, float]:
    """Return the CPU of one way in a process of its own."""
    command = [sys.executable, __file__, "--measure", way, "--folder", str(folder), "--changed", str(changed)]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    return found


def measure(way: str, folder: Path, changed: int) -> dict[str, float]:
    """Return the CPU in seconds of one way, in this process, and how much it found to do."""
    work = {"parse": _parse, "read": _read, "plan": _plan, "base": _base}[way](folder, changed)
    start = process_time()
    found = work()
    return {"cpu": process_time() - start, "found": found}


def report(results: Mapping[str, Mapping[str, float]], rows: int) -> str:
    """Return the table and whether the promise holds."""
    read, plan = results["read"]["cpu"], results["plan"]["cpu"]
    lines = [
        f"{rows} rows x {reading.COLUMNS} columns on both sides, {_found(results)} records to write",
        "",
        "| way | CPU s | of reading |",
        "| --- | ---: | ---: |",
        *(
            f"| {WAYS[way]} | {found['cpu']:.2f} | {found['cpu'] / read:.2f} |"
            for way, found in results.items()
        ),
        "",
    ]
    promise = "planning costs less CPU than reading the two sides"
    return "\n".join([*lines, f"Promise, {promise}: {'kept' if plan < PROMISED * read else 'NOT KEPT'}."])


def _found(results: Mapping[str, Mapping[str, float]]) -> int:
    return round(results["plan"]["found"])


def _parse(folder: Path, _: int) -> Callable[[], int]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - each process pays for its own library only

    def work() -> int:
        books = [CalamineWorkbook.from_path(str(folder / f"{name}.xlsx")) for name in SIDES]
        return sum(len(book.get_sheet_by_index(0).to_python()) for book in books)

    return work


def _read(folder: Path, _: int) -> Callable[[], int]:
    tables = _reader(folder)
    return lambda: sum(map(len, tables().values()))


def _reader(folder: Path) -> Callable[[], Mapping[SideName, Table]]:
    from sheetsync.collector import uncollected  # noqa: PLC0415 - likewise
    from sheetsync.intake.interpret import interpret  # noqa: PLC0415 - likewise

    app = open_app(now=NOW.isoformat())
    catalogue, worktime = app.catalogue, app.worktime
    fields = {"progress": frozenset(column.id for column in catalogue.forms["progress"].columns)}
    readers = {name: app.reader(folder / f"{name}.xlsx") for name in SIDES}

    def work() -> Mapping[SideName, Table]:
        with uncollected():
            books = {name: reader.read() for name, reader in readers.items()}
            return {
                name: interpret(book, catalogue, worktime=worktime, fields=fields).tables[0]
                for name, book in books.items()
            }

    return work


def _plan(folder: Path, changed: int) -> Callable[[], int]:
    from sheetsync.collector import uncollected  # noqa: PLC0415 - likewise
    from sheetsync.mirror.advance import advance  # noqa: PLC0415 - likewise
    from sheetsync.mirror.advance import changed as differing  # noqa: PLC0415 - likewise
    from sheetsync.mirror.guard import alarms  # noqa: PLC0415 - likewise
    from sheetsync.mirror.merge import merge  # noqa: PLC0415 - likewise
    from sheetsync.mirror.sides import mapped, side_of  # noqa: PLC0415 - likewise

    form = open_app(now=NOW.isoformat()).catalogue.forms["progress"]
    tables = _reader(folder)()
    base = _agreed(tables["left"])
    for name, shift in zip(SIDES, (0, changed // 2), strict=True):
        tables = {**tables, name: _worked_on(tables[name], changed, shift)}

    def work() -> int:
        with uncollected():
            common = mapped(form, tables["left"], tables["right"])
            sides = {name: side_of(tables[name], form, common.fields)[0] for name in SIDES}
            plan = merge(base, sides["left"], sides["right"], key=form.key, policy=Policy())
            if alarms(plan, base, sides, max_delete=25):
                raise ValueError("the plan is stopped")
            landed = {name: {act.key for act in plan.of(name)} for name in SIDES}
            after = advance(base, sides["left"], sides["right"], plan, key=form.key, landed=landed)
            differing(base, after)
        return len(plan.left) + len(plan.right)

    return work


def _base(folder: Path, changed: int) -> Callable[[], int]:
    from sheetsync.config.keeping import StateSettings  # noqa: PLC0415 - likewise
    from sheetsync.model.syncrun import SyncRun  # noqa: PLC0415 - likewise
    from sheetsync.state.bases import PairBases  # noqa: PLC0415 - likewise
    from sheetsync.state.database import Database  # noqa: PLC0415 - likewise

    project = folder / "project"
    project.mkdir(exist_ok=True)
    bases = PairBases(Database(project, StateSettings()), "pair")
    run = bases.begin(SyncRun(at=NOW, left=(), right=(), before={}))
    bases.finish(replace(run, state="done"), _agreed(_reader(folder)()["left"]), ())

    def work() -> int:
        known = bases.load() or {}
        fresh = {key: agreed for number, (key, agreed) in enumerate(known.items()) if number % changed == 0}
        bases.finish(replace(run, state="done"), fresh, ())
        return len(known)

    return work


def _agreed(table: Table) -> Mapping[str, Agreed]:
    """Return what both sides agreed on when both were like this table."""
    from sheetsync.mirror.sides import mapped, side_of  # noqa: PLC0415 - likewise

    form = open_app(now=NOW.isoformat()).catalogue.forms["progress"]
    side, _ = side_of(table, form, mapped(form, table, table).fields)
    fields = [name for name in side.fields if name != form.key]
    columns = zip(*(side.fields[name] for name in fields), strict=True)
    return {
        key: Agreed(tokens=dict(zip(fields, tokens, strict=True)))
        for key, tokens in zip(side.keys, columns, strict=True)
    }


def _worked_on(table: Table, every: int, shift: int) -> Table:
    """Return a table in which people wrote into some records: one text and one figure."""
    texts = list(table.raw["next_step"])
    progress = table.columns["actual_progress"].copy()
    for place in range(shift, len(texts), every):
        texts[place] = f"改动 {place} {shift}"
        progress[place] = float(shift % 100)
    return replace(
        table,
        columns={**table.columns, "actual_progress": progress},
        raw={**table.raw, "next_step": texts},
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--changed", type=int, default=20)
    parser.add_argument("--measure", choices=list(WAYS))
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
