"""What reading and typing a large workbook costs, beside what the parsing alone costs.

    python benchmarks/reading.py [--rows 100000] [--repeat 7] [--keep FILE.xlsx] [--no-far]

The workbook is made anew from a fixed seed: the first 16 columns of the shipped progress form, filled as
people fill them. Each way of reading runs in processes of its own, and the least of its runs counts: other
work on the machine only ever adds. CPU is user plus system time of the work without imports; memory is the
highest resident size of the whole process, libraries included.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from time import process_time

import numpy as np
import xlsxwriter

from sheetsync.app import open_app
from sheetsync.forms.spec import Form
from sheetsync.worktime import WorkTime

COLUMNS = 16
NOW = "2023-10-16T09:00"
CPU_PROMISED, MEMORY_PROMISED = 1.8, 1.5

WAYS = {
    "parse": "python-calamine, bare to_python()",
    "ours": "SheetSync, read and typed for the rules",
    "far": "openpyxl, load_workbook()",
}

_PEOPLE = {
    "张三": 20,
    "李四": 20,
    "王五": 20,
    "设计部-赵六": 9,
    "@钱七": 9,
    "孙八（市场部）": 9,
    "周九 ": 9,
    "吴十、郑一": 1,
}
_STATES = {
    "进行中": 40,
    "已完成": 25,
    "未开始": 15,
    "执行中": 8,
    "完成": 5,
    "待验收": 4,
    "受阻": 2,
    "做着呢": 1,
}
_DONE = ("完成初稿", "已与供应商对过样", "评审通过，待修改", "按计划推进", "物料到齐 80%", "接口联调中")
_TROUBLE = {"无": 60, "": 20, "/": 5, "供应商延期到货": 10, "等待法务审核": 5}
_WORKDAYS = WorkTime.standard()
_NEXT = ("下周三前提交终稿", "10月20日前完成联调", "跟进供应商", "安排评审会", "——")
_STANDARD = ("300DPI，CMYK", "验收单签字", "测试用例全部通过", "见附件")


def main() -> None:
    """Make the file, measure every way, print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(measure(options.measure, options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.keep or Path(folder) / "reading.xlsx"
        make(file, options.rows)
        ways = [way for way in WAYS if way != "far" or options.far]
        # In turns: a slow minute of the machine then falls on every way alike.
        runs = [
            {way: run(way, file) for way in ways if way != "far" or not turn}
            for turn in range(options.repeat)
        ]
        results = {way: least([turn[way] for turn in runs if way in turn]) for way in ways}
        print(report(results, options.rows, file.stat().st_size))


def make(path: Path, rows: int) -> None:
    """Write the workbook: the same bytes for the same number of rows."""
    form = open_app(now=NOW).catalogue.forms["progress"]
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2023, 10, 16)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        percent = book.add_format({"num_format": "0%"})
        sheet = book.add_worksheet("任务执行进度跟踪表")
        for column, title in enumerate(_titles(form)):
            sheet.write_string(0, column, title)
        for number, record in enumerate(_records(rows), 1):
            for column, value in enumerate(record):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, float):
                    sheet.write_number(number, column, value, percent)
                elif value:
                    sheet.write_string(number, column, value)


def measure(way: str, file: Path) -> dict[str, float]:
    """Return CPU in seconds and memory in MB of one way of reading, in this process."""
    work = _WORK[way](file)
    start = process_time()
    result = work()
    spent = process_time() - start
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {
        "cpu": spent,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale,
        "rows": result,
    }


def run(way: str, file: Path) -> dict[str, float]:
    """Return CPU and memory of one way in a process of its own."""
    command = [sys.executable, __file__, "--measure", way, "--file", str(file)]
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    return found


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the least CPU and memory of several runs: other work on the machine only ever adds."""
    return {name: min(run[name] for run in runs) for name in runs[0]}


def report(results: dict[str, dict[str, float]], rows: int, size: int) -> str:
    """Return the table and whether the promise holds."""
    parse, ours = results["parse"], results["ours"]
    lines = [
        f"{rows} rows x {COLUMNS} columns, {size / 1e6:.1f} MB",
        "",
        "| way | CPU s | of parsing | memory MB | of parsing |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {WAYS[way]} | {found['cpu']:.2f} | {found['cpu'] / parse['cpu']:.2f} "
            f"| {found['memory']:.0f} | {found['memory'] / parse['memory']:.2f} |"
            for way, found in results.items()
        ),
        "",
    ]
    holds = ours["cpu"] <= CPU_PROMISED * parse["cpu"] and ours["memory"] <= MEMORY_PROMISED * parse["memory"]
    promise = f"at most {CPU_PROMISED} times the CPU and {MEMORY_PROMISED} times the memory of parsing"
    return "\n".join([*lines, f"Promise, {promise}: {'kept' if holds else 'NOT KEPT'}."])


def _parse(file: Path) -> Callable[[], int]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - each process pays for its own library only

    return lambda: len(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())


def _ours(file: Path) -> Callable[[], int]:
    from sheetsync.collector import uncollected  # noqa: PLC0415 - likewise
    from sheetsync.intake.interpret import interpret  # noqa: PLC0415 - likewise
    from sheetsync.rules.parse import needed_fields  # noqa: PLC0415 - likewise

    app = open_app(now=NOW)
    standards = app.standards()
    fields = needed_fields(standards.packs, standards.catalogue)
    reader = app.reader(file)

    def work() -> int:
        with uncollected():
            book = reader.read()
            reading = interpret(book, standards.catalogue, worktime=standards.worktime, fields=fields)
        return sum(map(len, reading.tables))

    return work


def _far(file: Path) -> Callable[[], int]:
    from openpyxl import load_workbook  # noqa: PLC0415 - likewise

    return lambda: int(load_workbook(file).worksheets[0].max_row)


_WORK = {"parse": _parse, "ours": _ours, "far": _far}


def _titles(form: Form) -> list[str]:
    return [column.title.zh for column in form.columns][:COLUMNS]


def _records(count: int) -> Iterator[list[str | float | datetime]]:
    """Yield rows as teams write them: most cells alike, some dates and percentages typed as text."""
    chance = random.Random(20231016)  # noqa: S311 - it shall be the same every time

    def pick(weights: Mapping[str, int]) -> str:
        return chance.choices(tuple(weights), tuple(weights.values()))[0]

    for number in range(count):
        task, part = divmod(number, 12)
        start = datetime(2023, 9, 1) + timedelta(days=chance.randrange(60))
        due = start + timedelta(days=chance.randrange(5, 40))
        if chance.random() < 0.9:  # most people plan for days on which they work
            due = _WORKDAYS.next_workday(np.array([due], dtype="datetime64[D]")).astype(datetime)[0]
            due = datetime.combine(due, time())
        done = chance.randrange(0, 105, 5)
        updated = datetime(2023, 10, 13) - timedelta(days=chance.randrange(4))
        dates = (f"{due:%Y/%m/%d}", f"{due:%Y.%m.%d} 18:00", f"{due.month}月{due.day}日前")
        yield [
            f"XZB2023{task % 12 + 1:02d}{task // 12:04d}-{part + 1:02d}",
            f"{chance.choice(_STANDARD)}第 {task} 批",
            pick(_PEOPLE),
            pick(_STATES),
            chance.choice((f"{done}%", f"{done}％", done / 100)),
            f"{chance.choice(_DONE)}（{number}）",
            pick(_TROUBLE),
            pick(_TROUBLE),
            chance.choice(_NEXT),
            f"{updated.month}月{updated.day}日" if chance.random() < 0.1 else updated,
            chance.choice(("", "张三、李四", "王五/赵六")),
            pick(_TROUBLE),
            chance.choice(_STANDARD),
            chance.choice(dates) if chance.random() < 0.2 else due,
            start,
            chance.choice(("", f"{min(done + 10, 100)}%")),
        ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7, help="processes a way; the least counts")
    parser.add_argument("--keep", type=Path, help="write the workbook there and leave it")
    parser.add_argument("--no-far", dest="far", action="store_false", help="leave out the slow way")
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
