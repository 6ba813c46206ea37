"""What changing a few cells of a large workbook costs, beside the least it could and other libraries.

    python benchmarks/editing.py [--rows N] [--repeat 5] [--no-far] [--no-large] [--peers PYTHON]

The edit: a word and a sentence in two columns of ours in one row of twenty, one colour rule, a dashboard tab.
Each way runs in a process of its own, the ways in turns, and the least of its runs counts. CPU is user plus
system time of the work without imports; memory the highest resident size of the whole process.

- `floor` is what nobody can save: inflate the sheet, find where the rows to be marked begin and end, deflate
  it, by the same codec and level.
- `edit` is ours after the workbook was read, as in every run; `alone` is ours without.
- `again` is the same edit once more, which finds everything there and writes nothing.
- the others load, set the same cells, add a sheet and save, those that can; they run by `--peers`, a Python
  that has them.

Ours runs twice: with the fast codec and with zlib at level 6.
"""

import argparse
import contextlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

TITLES = 16
EVERY = 20
WAYS = {
    "floor": "inflate, find rows, deflate",
    "edit": "SheetSync, after reading",
    "alone": "SheetSync, alone",
    "again": "SheetSync, once more",
}
FAR = {
    "openpyxl": "openpyxl, load, edit, save",
    "wolfxl": "wolfxl, load, edit, save",
    "rustypyxl": "rustypyxl, load, edit, save",
    "excelize": "excelize, load, edit, save",
}
FLOOR_PROMISED, MEMORY_PROMISED = 1.4, 1.3
OPENPYXL_PROMISED = {"zlib": 25.0, "fast": 80.0}


def main() -> None:
    """Make the file, measure every way, print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(_measured(options.measure, options.codec, options.file, options.rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.keep or Path(folder) / "editing.xlsx"
        make(file, options.rows)
        large = Path(folder) / "large.xlsx"
        found: dict[str, dict[str, float]] = {}
        for turn in range(options.repeat):
            for codec in OPENPYXL_PROMISED:
                for way in WAYS:
                    _keep(found, f"{way} {codec}", _run(sys.executable, way, codec, file, options.rows))
            for way in FAR if options.far and turn == 0 else ():
                python = sys.executable if way == "openpyxl" else options.peers
                if python:
                    _keep(found, way, _run(python, way, "zlib", file, options.rows))
        if options.large:
            make(large, 10 * options.rows)
            for codec in OPENPYXL_PROMISED:
                _keep(found, f"large {codec}", _run(sys.executable, "alone", codec, large, 10 * options.rows))
    print(report(found, options.rows))


def make(path: Path, rows: int) -> None:
    """Write the workbook: the same bytes for the same number of rows."""
    import xlsxwriter  # noqa: PLC0415 - each process pays for its own library only

    names = ["张伟", "李娜", "王敏", "赵磊", "钱伟", "孙娜"]
    with xlsxwriter.Workbook(str(path), {"constant_memory": rows > 200_000}) as book:
        book.set_properties({"created": datetime(2023, 10, 16)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("任务执行进度跟踪表")
        for column in range(TITLES):
            sheet.write_string(0, column, f"列{column + 1}")
        for row in range(1, rows + 1):
            sheet.write_string(row, 0, f"XZB2023{row % 12 + 1:02d}{row // 12:04d}-01")
            for column in range(1, 10):
                sheet.write_string(row, column, names[(row * column) % 6])
            for column in range(10, 13):
                sheet.write_number(row, column, (row * column) % 100 / 100)
            for column in range(13, TITLES):
                sheet.write_number(row, column, 45200 + (row + column) % 60, day)


def report(found: Mapping[str, Mapping[str, float]], rows: int) -> str:
    """Return the table and the promises as text."""
    lines = [f"{rows:,} rows x {TITLES} columns; two cells in one row of {EVERY}, a colour rule, a tab", ""]
    lines.append(f"{'way':48}{'CPU s':>8}{'of floor':>10}{'MB':>7}")
    for way, figures in found.items():
        name, _, codec = way.rpartition(" ")
        words = {**WAYS, **FAR, "large": "SheetSync, alone, ten times the rows"}[name or way]
        floor = found[f"floor {codec if name else 'zlib'}"]["cpu"] if name != "large" else 0.0
        ratio = f"{figures['cpu'] / floor:10.2f}" if floor else " " * 10
        shown = f"{words} ({codec})" if name else words
        lines.append(f"{shown:48}{figures['cpu']:8.2f}{ratio}{figures['mb']:7.0f}")
    lines.append("")
    for codec, promised in OPENPYXL_PROMISED.items():
        edit, floor = found[f"edit {codec}"]["cpu"], found[f"floor {codec}"]["cpu"]
        lines.append(_kept(f"the edit, of the floor ({codec})", edit / floor, most=FLOOR_PROMISED))
        if "openpyxl" in found:
            far = found["openpyxl"]["cpu"]
            lines.append(_kept(f"openpyxl, of the edit ({codec})", far / edit, least=promised))
        if f"large {codec}" in found:
            growth = found[f"large {codec}"]["mb"] / found[f"alone {codec}"]["mb"]
            lines.append(_kept(f"memory for ten times the rows ({codec})", growth, most=MEMORY_PROMISED))
    return "\n".join(lines)


def _kept(what: str, ratio: float, *, most: float | None = None, least: float | None = None) -> str:
    promised = f"at most {most:g}" if most is not None else f"at least {least:g}"
    kept = ratio <= most if most is not None else ratio >= (least or 0)
    return f"{what}: {ratio:.2f}, promised {promised}: {'kept' if kept else 'NOT KEPT'}"


def _keep(found: dict[str, dict[str, float]], way: str, figures: dict[str, float]) -> None:
    """Remember the least of several runs."""
    before = found.get(way, figures)
    found[way] = {name: min(before[name], figures[name]) for name in figures}


def _run(python: str, way: str, codec: str, file: Path, rows: int) -> dict[str, float]:
    command = [python, __file__, "--measure", way, "--codec", codec, "--file", str(file)]
    command += ["--rows", str(rows)]
    figures: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    )
    return figures


def _measured(way: str, codec: str, file: Path, rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / "copy.xlsx"
        shutil.copy(file, copy)
        cpu = _work(way, codec, rows)(copy)
    return {"cpu": cpu, "mb": _highest()}


def _highest() -> float:
    """Return the highest resident size in MB of this program, not of the one before `exec`."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _work(way: str, codec: str, rows: int) -> Callable[[Path], float]:
    if way == "floor":
        return lambda file: _floor(file, codec, rows)
    if way in FAR:
        return lambda file: _peer(file, way)
    return lambda file: _ours(file, way, codec, rows)


def _codec(name: str) -> ModuleType:
    """Return what packs parts; it does so with zlib at level 6 if that is asked for.

    Rows look alike: zlib finds as much within 8 KB as within 32 KB, in two thirds of the time.
    """
    from sheetsync.excel import codec  # noqa: PLC0415 - likewise

    if name == "zlib":
        codec.deflater = lambda: zlib.compressobj(6, zlib.DEFLATED, -13)
    return codec


def _floor(file: Path, codec: str, count: int) -> float:
    from sheetsync.disk.content import FileContent  # noqa: PLC0415 - likewise
    from sheetsync.excel.zipped import Archive  # noqa: PLC0415 - likewise

    packer = _codec(codec).Packer()
    with FileContent.at(file) as content:
        archive = Archive(content)
        member = max(archive.members, key=lambda one: one.size)
        start = process_time()
        row, kept, ends = 2, b"", []
        for piece in archive.pieces(member):
            rows = kept + piece
            at = 0
            while (found := rows.find(b'<row r="%d"' % row, at)) >= 0:
                end = rows.find(b"</row>", found)
                if end < 0:
                    break
                ends.append(at := end)
                row += EVERY
            whole = rows.rfind(b"<row ", at)
            kept = rows[whole:] if whole > 0 else b""
            packer.add(rows[: len(rows) - len(kept)])
        packer.add(kept)
        packer.packed()
        spent = process_time() - start
    if len(ends) != -(-count // EVERY):
        raise RuntimeError("the floor did not find its rows")
    return spent


def _ours(file: Path, way: str, codec: str, rows: int) -> float:
    from sheetsync.disk.content import FileContent, digest  # noqa: PLC0415 - likewise
    from sheetsync.excel.gate import Limits  # noqa: PLC0415 - likewise
    from sheetsync.excel.store import ExcelStore  # noqa: PLC0415 - likewise
    from sheetsync.model.table import Version  # noqa: PLC0415 - likewise

    _codec(codec)
    huge = 1 << 34
    store = ExcelStore(file, limits=Limits(file_bytes=huge, unpacked_bytes=huge, part=huge, rows=1 << 20))
    edits = _edits(rows + 1)
    with FileContent.at(file) as content:
        version = Version(digest(content))
    if way != "alone":
        version = store.read().version
    if way == "again":
        version = store.present(edits, based_on=version).version
        store.read()
    _tab()  # imports what draws the tab, in every run the same
    start = process_time()
    store.present(edits, based_on=version)
    return process_time() - start


def _edits(last: int) -> tuple[Any, ...]:
    from sheetsync.model.edit import (  # noqa: PLC0415 - likewise
        AppendColumns,
        EngineColumn,
        MarkRows,
        ReplaceSheet,
        SetCells,
    )

    sheet = "任务执行进度跟踪表"
    late = range(2, last + 1, EVERY)
    columns = (
        EngineColumn(name="status", title="预警状态", width=10),
        EngineColumn(name="note", title="预警说明", width=40, sentence=True),
    )
    sentences = [f"[D1] 比计划慢 {number} 个百分点 → 更新进度或申请延期" for number in range(11, 48)]
    return (
        AppendColumns(
            sheet=sheet, number=1, header_row=1, last_row=last, after_column=TITLES, columns=columns
        ),
        SetCells(sheet=sheet, number=1, column="status", values=dict.fromkeys(late, "延期")),
        SetCells(sheet=sheet, number=1, column="note", values={row: sentences[row % 37] for row in late}),
        MarkRows(
            sheet=sheet,
            number=1,
            header_row=1,
            last_row=last,
            first_column=1,
            column="status",
            styles=(("延期", "late"),),
        ),
        ReplaceSheet(role="dashboard", title="仪表盘", draw=_tab, fingerprint="one"),
    )


def _tab() -> dict[str, bytes]:
    from io import BytesIO  # noqa: PLC0415 - likewise
    from zipfile import ZipFile  # noqa: PLC0415 - likewise

    import xlsxwriter  # noqa: PLC0415 - likewise

    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("仪表盘")
        for row in range(40):
            for column in range(8):
                sheet.write(row, column, f"项目 {row}" if column == 0 else row * column)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["仪表盘", 0, 1, 9, 1]})
        sheet.insert_chart("J2", chart)
    with ZipFile(stream) as package:
        return {name: package.read(name) for name in package.namelist()}


def _peer(file: Path, way: str) -> float:
    work = {"openpyxl": _openpyxl, "wolfxl": _openpyxl, "rustypyxl": _openpyxl, "excelize": _excelize}[way]
    return work(file, way)


def _openpyxl(file: Path, library: str) -> float:
    from importlib import import_module  # noqa: PLC0415 - likewise

    load: Callable[[str], Any] = import_module(library).load_workbook
    start = process_time()
    book = load(str(file))
    sheet = book[book.sheetnames[0]]
    last = sheet.max_row
    sheet.cell(1, TITLES + 1).value = "预警状态"
    sheet.cell(1, TITLES + 2).value = "预警说明"
    for row in range(2, last + 1, EVERY):
        sheet.cell(row, TITLES + 1).value = "延期"
        sheet.cell(row, TITLES + 2).value = "[D1] 比计划慢 11 个百分点 → 更新进度或申请延期"
    book.create_sheet("仪表盘")
    book.save(str(file.with_name("far.xlsx")))
    return process_time() - start


def _excelize(file: Path, _library: str) -> float:
    import excelize  # noqa: PLC0415 - likewise

    start = process_time()
    book = excelize.open_file(str(file))
    name = book.get_sheet_list()[0]
    last = len(book.get_rows(name))
    for row in range(2, last + 1, EVERY):
        book.set_cell_value(name, f"Q{row}", "延期")
        book.set_cell_value(name, f"R{row}", "[D1] 比计划慢 11 个百分点 → 更新进度或申请延期")
    book.new_sheet("仪表盘")
    book.save_as(str(file.with_name("far.xlsx")))
    return process_time() - start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5, help="processes a way; the least counts")
    parser.add_argument("--keep", type=Path, help="write the workbook there and leave it")
    parser.add_argument("--no-far", dest="far", action="store_false", help="leave out the other libraries")
    parser.add_argument("--no-large", dest="large", action="store_false", help="leave out ten times the rows")
    parser.add_argument("--peers", help="a Python that has wolfxl, rustypyxl and excelize")
    parser.add_argument("--measure", choices=[*WAYS, *FAR], help=argparse.SUPPRESS)
    parser.add_argument("--codec", choices=OPENPYXL_PROMISED, default="fast", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
