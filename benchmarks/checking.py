"""What the rules cost over a large workbook, and what a whole `check --write` costs, beside plain ways.

    python benchmarks/checking.py [--rows 100000] [--issues 20000] [--repeat 5] [--keep FILE.xlsx] [--no-far]

The workbook is made anew from a fixed seed: a progress table of which one row in twenty is late, behind or
silent, and an issue table of which one in twenty ran out of a limit. Each way runs in a process of its own,
the ways in turns, and the least of its runs counts. CPU is user plus system time of the work without imports.

- `parse` is python-calamine's bare `to_python()` of both sheets.
- `rules` is all shipped packs over the tables as they were read.
- `four` is four of those rules alone (D1, T47, T48, T53), without what they share with the others.
- `loops` is the same four written as people write them: `iterrows`, and a walk over the calendar day by day;
  its time is that of the first rows, times as many as there are.
- `write` is the whole `check --write`: read, judged, marked, dashboard, problems, backup, replaced on disk.
- `far` is `openpyxl`: load, a status cell and a fill for each row, save; the plain loops come on top of it.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import xlsxwriter

from sheetsync.app import open_app

NOW = "2023-10-16T09:00"
WAYS = {
    "parse": "python-calamine, bare to_python()",
    "rules": "SheetSync, all rules over what was read",
    "four": "SheetSync, four of them (D1, T47, T48, T53)",
    "loops": "the same four with iterrows and a daily calendar",
    "write": "SheetSync, check --write as a whole",
    "far": "openpyxl, load, mark, save",
}
RULES_PROMISED, LOOPS_PROMISED, WRITE_PROMISED, FAR_PROMISED = 1.0, 100.0, 3.0, 20.0
_FOUR = ("D1", "T47", "T48", "T53")
_SAMPLE = 300
"""Rows that the slow loops are timed on."""

Cell = str | float | datetime | None

_PROGRESS = (
    *("subtask_id", "task_name", "owner", "state", "actual_progress", "description", "obstacles", "support"),
    *(
        "next_step",
        "updated_at",
        "helpers",
        "resources",
        "standard",
        "due",
        "planned_start",
        "planned_progress",
    ),
)
_ISSUES = (
    *("issue_id", "task_id", "description", "impact", "tried", "support_needed", "issue_class", "state"),
    *("reporter", "submitted_at", "lead_department", "responder", "responded_at", "owner", "solution_at"),
    *("fixed_at", "verified_at", "closed_at"),
)
_PEOPLE = tuple(f"{family}{given}" for family in "张李王赵钱孙周吴郑冯" for given in ("伟", "娜", "敏", "磊"))
_DONE = ("完成初稿", "已与供应商对过样", "评审通过，待修改", "按计划推进", "接口联调中")
_NEXT = ("提交终稿", "完成联调", "跟进供应商", "安排评审会")
_STANDARD = ("300DPI，CMYK", "验收单签字", "测试用例全部通过", "见附件")


def main() -> None:
    """Make the file, measure every way, print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(_WORK[options.measure](options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.keep or Path(folder) / "checking.xlsx"
        make(file, options.rows, options.issues)
        ways = [way for way in WAYS if way != "far" or options.far]
        turns = [
            {way: _run(way, file) for way in ways if turn == 0 or way not in {"far", "loops"}}
            for turn in range(options.repeat)
        ]
        cpu = {way: min(turn[way] for turn in turns if way in turn) for way in ways}
    print(report(cpu, options.rows, options.issues))


def make(path: Path, rows: int, issues: int) -> None:
    """Write the workbook: the same bytes for the same numbers of rows."""
    forms = open_app(now=NOW).catalogue.forms
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2023, 10, 16)})
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "minute": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "percent": book.add_format({"num_format": "0%"}),
        }
        tables: Sequence[tuple[str, Sequence[str], Iterator[list[Cell]]]] = (
            ("progress", _PROGRESS, _progress(rows)),
            ("issues", _ISSUES, _issues(issues)),
        )
        for form, fields, records in tables:
            sheet = book.add_worksheet(forms[form].title.zh)
            for column, field in enumerate(fields):
                sheet.write_string(0, column, forms[form].column(field).title.zh)
            for number, record in enumerate(records, 1):
                for column, value in enumerate(record):
                    if isinstance(value, datetime):
                        shown = formats["day" if value.time() == time() else "minute"]
                        sheet.write_datetime(number, column, value, shown)
                    elif isinstance(value, float):
                        sheet.write_number(number, column, value, formats["percent"])
                    elif value:
                        sheet.write_string(number, column, value)


def _progress(count: int) -> Iterator[list[Cell]]:
    chance = random.Random(1)  # noqa: S311 - it shall be the same every time
    friday = datetime(2023, 10, 13)
    for number in range(count):
        task, part = divmod(number, 12)
        trouble = chance.random() < 0.05
        finished = chance.random() < 0.4
        start = datetime(2023, 10, 9) + timedelta(days=chance.randrange(3))
        due = chance.choice([datetime(2023, 10, day) for day in (25, 26, 27, 30, 31)])
        if trouble:
            due = chance.choice((datetime(2023, 10, 12), due))
        done = 1.0 if finished and not trouble else (0.05 if trouble else chance.choice((0.4, 0.45, 0.5)))
        yield [
            f"XZB2023{task % 12 + 1:02d}{task // 12:04d}-{part + 1:02d}",
            f"新品上市第 {task} 批",
            chance.choice(_PEOPLE),
            "已完成" if done == 1 else "进行中",
            done,
            f"{chance.choice(_DONE)}（{number}）",
            "无",
            "无",
            chance.choice(_NEXT),
            friday - timedelta(days=3 * trouble),
            chance.choice(_PEOPLE),
            "无",
            chance.choice(_STANDARD),
            due,
            start,
            None,
        ]


def _issues(count: int) -> Iterator[list[Cell]]:
    chance = random.Random(2)  # noqa: S311 - it shall be the same every time
    for number in range(count):
        begun = datetime(2023, 10, 8, 9) + timedelta(minutes=chance.randrange(60 * 24 * 6))
        slow = chance.random() < 0.05
        answered = begun + timedelta(minutes=chance.randrange(10, 110) * (3 if slow else 1))
        solved = begun + timedelta(minutes=115 if not slow else 400)
        yield [
            f"WT2023{number % 12 + 1:02d}{number // 12:04d}",
            f"XZB2023{number % 12 + 1:02d}{number // 144:04d}",
            f"接口报错（{number}）",
            "上线时间",
            "重启服务",
            "测试人员",
            chance.choice(("一般", "一般", "一般", "紧急")),
            "已闭环",
            chance.choice(_PEOPLE),
            begun,
            "研发部",
            chance.choice(_PEOPLE),
            answered,
            chance.choice(_PEOPLE),
            max(solved, answered),
            max(solved, answered) + timedelta(minutes=30),
            max(solved, answered) + timedelta(hours=2),
            max(solved, answered) + timedelta(hours=3),
        ]


def report(cpu: dict[str, float], rows: int, issues: int) -> str:
    """Return the table and whether the promises hold."""
    lines = [
        f"{rows} progress rows and {issues} issues",
        "",
        "| way | CPU s | of parsing |",
        "| --- | ---: | ---: |",
        *(f"| {WAYS[way]} | {spent:.2f} | {spent / cpu['parse']:.2f} |" for way, spent in cpu.items()),
        "",
        _said("rules, of parsing", cpu["rules"] / cpu["parse"], at_most=RULES_PROMISED),
        _said("loops, of the same rules", cpu["loops"] / cpu["four"], at_least=LOOPS_PROMISED),
        _said("write, of parsing", cpu["write"] / cpu["parse"], at_most=WRITE_PROMISED),
    ]
    if "far" in cpu:
        far = (cpu["far"] + cpu["loops"]) / cpu["write"]
        lines.append(_said("openpyxl with the loops, of the write", far, at_least=FAR_PROMISED))
    return "\n".join(lines)


def _said(what: str, ratio: float, *, at_most: float | None = None, at_least: float | None = None) -> str:
    if at_most is not None:
        return (
            f"{what}: {ratio:.2f}, promised at most {at_most:g}: {'kept' if ratio <= at_most else 'NOT KEPT'}"
        )
    kept = ratio >= (at_least or 0)
    return f"{what}: {ratio:.0f}, promised at least {at_least:g}: {'kept' if kept else 'NOT KEPT'}"


def _run(way: str, file: Path) -> float:
    command = [sys.executable, __file__, "--measure", way, "--file", str(file)]
    found: float = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _timed(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _parse(file: Path) -> float:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - each process pays for its own library only

    def work() -> None:
        book = CalamineWorkbook.from_path(str(file))
        for number in range(2):
            book.get_sheet_by_index(number).to_python()

    return _timed(work)


def _rules(file: Path, only: Collection[str] = ()) -> float:
    from sheetsync.collector import uncollected  # noqa: PLC0415 - likewise
    from sheetsync.operations.study import study  # noqa: PLC0415 - likewise
    from sheetsync.rules.evaluate import evaluate  # noqa: PLC0415 - likewise

    app = open_app(now=NOW)
    standards = app.standards()
    studied = study(app.reader(file), standards)
    packs = standards.packs
    if only:
        packs = tuple(
            replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in only)) for pack in packs
        )

    def work() -> None:
        with uncollected():
            evaluate(
                studied.tables,
                packs,
                now=app.clock.now(),
                worktime=studied.reading.worktime,
                catalogue=standards.catalogue,
            )

    return _timed(work)


def _loops(file: Path) -> float:
    import pandas as pd  # noqa: PLC0415 - likewise

    frame = pd.read_excel(file, sheet_name=0, engine="calamine")
    now = datetime.fromisoformat(NOW)

    def work() -> None:
        for _, row in frame.head(_SAMPLE).iterrows():
            _plainly(row, now)

    spent = min(_timed(work) for _ in range(3))
    return spent * len(frame) / min(_SAMPLE, len(frame))


def _plainly(row: Mapping[str, Any], now: datetime) -> list[str]:
    """Return which of four rules one row does not meet."""
    from chinese_calendar import is_workday  # noqa: PLC0415 - likewise

    def workdays(first: date, last: date) -> int:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return sum(map(is_workday, days))

    found = []
    due, start, updated = (row[name].to_pydatetime() for name in ("截止时间", "计划开始", "更新时间"))
    if row["当前阶段"] == "已完成":
        return []
    if due.replace(hour=18) < now:
        found.append("T47")
    elif workdays(now.date(), due.date()) <= 3:
        found.append("T48")
    total = workdays(start.date(), due.date())
    passed = workdays(start.date(), min(due.date(), now.date() - timedelta(days=1)))
    if 100 * passed / max(total, 1) - 100 * row["当前进度"] > 10:
        found.append("D1")
    following = updated.date() + timedelta(days=1)
    while not is_workday(following):
        following += timedelta(days=1)
    if datetime.combine(following, time(17)) < now:
        found.append("T53")
    return found


def _write(file: Path) -> float:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.xlsx"
        shutil.copy(file, copy)
        app = open_app(now=NOW)
        # A few rows pay for what is imported and read once: libraries, forms, rules.
        few = Path(folder) / "few.xlsx"
        make(few, 20, 20)
        next(app.check([str(few)], write=True))

        def work() -> None:
            result = next(app.check([str(copy)], write=True))
            if result.error is not None or not result.written:
                raise RuntimeError(str(result.error))

        return _timed(work)


def _far(file: Path) -> float:
    from openpyxl import load_workbook  # noqa: PLC0415 - likewise
    from openpyxl.styles import PatternFill  # noqa: PLC0415 - likewise

    def work() -> None:
        red = PatternFill("solid", fgColor="FFC7CE")
        book = load_workbook(file)
        for sheet in book.worksheets:
            last = sheet.max_column
            for row in sheet.iter_rows(min_row=2):
                late = row[7].value == "已提交" or (row[3].value != "已完成" and row[4].value == 0.05)
                cell = sheet.cell(row[0].row, last + 1, "延期" if late else "正常")
                if late:
                    cell.fill = red
        book.save(file.with_name("far.xlsx"))

    return _timed(work)


_WORK = {
    "parse": _parse,
    "rules": _rules,
    "four": partial(_rules, only=_FOUR),
    "loops": _loops,
    "write": _write,
    "far": _far,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--issues", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5, help="processes a way; the least counts")
    parser.add_argument("--keep", type=Path, help="write the workbook there and leave it")
    parser.add_argument("--no-far", dest="far", action="store_false", help="leave out openpyxl")
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
