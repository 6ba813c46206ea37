"""What a full check with write costs for many small workbooks, beside a plain loop of openpyxl.

    python benchmarks/throughput.py [--books 500] [--rows 200] [--repeat 3] [--keep FOLDER] [--no-far]

The workbooks have four tabs of our own templates (task master, progress, issues, risks), as `sheetsync new`
makes them: formulas, dropdowns and hints are ready for 500 rows. So many rows as asked for are filled in from
a fixed seed; one in twenty is late, behind, silent or ran out of a limit. A few workbooks are made, the rest
are copies with other names in them. Each way runs over its own copies in a process of its own, the ways in
turns, and the least of its runs counts. CPU is user plus system time a workbook; the first one is left out,
because it pays for imports, forms and rules.

- `parse` is python-calamine's bare `to_python()` of the four tabs.
- `write` is `check --write` over the folder, in one process, with its dashboard and backups.
- `project` is the same in a project, whose database remembers each record and how each workbook stood.
- `far` is `openpyxl`: load, four rules (D1, T47, T48, T53) row by row on two of the tabs, status, note and
  fill for each row, a sheet with the counts, a copy as a backup, save; over the first workbooks only.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from sheetsync.app import open_app
from sheetsync.operations.create import Scenario, create
from sheetsync.templates.entry import Row

NOW = "2023-10-16T09:00"
FORMS = ("task-master", "progress", "issues", "risks")
WAYS = {
    "parse": "python-calamine, bare to_python()",
    "write": "SheetSync, check --write",
    "project": "SheetSync, check --write in a project",
    "far": "openpyxl, load, four rules, mark, save",
}
PROMISED = 10.0
_DISTINCT = 5
_NAME = "项目代号"
_SAMPLE = 8
"""Workbooks that the slow way is timed on."""

_PEOPLE = tuple(f"{family}{given}" for family in "张李王赵钱孙周吴郑冯" for given in "伟娜敏磊静强军洋")
_DEPARTMENTS = ("市场部", "研发部", "产品部", "设计部", "品质部")
_DONE = ("完成初稿", "已与供应商对过样", "评审通过，待修改", "按计划推进", "接口联调中")
_NEXT = ("提交终稿", "完成联调", "跟进供应商", "安排评审会")


def main() -> None:
    """Make the files, measure every way, print the table."""
    options = _options()
    if options.measure:
        print(json.dumps(_WORK[options.measure](options.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary) / "books"
        make(folder, options.books, options.rows)
        ways = [way for way in WAYS if way != "far" or options.far]
        turns = [{way: _run(way, folder) for way in ways} for _ in range(options.repeat)]
        cpu = {way: min(turn[way] for turn in turns) for way in ways}
    print(report(cpu, options.books, options.rows))


def make(folder: Path, count: int, rows: int) -> None:
    """Write the workbooks: the same content for the same numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    app = open_app(now=NOW)
    forms = [app.catalogue.forms[form] for form in FORMS]
    made = [
        create(
            forms,
            app.catalogue,
            now=app.clock.now(),
            worktime=app.worktime,
            scenario=Scenario(name=_NAME, rows=_filled(seed, rows)),
        )
        for seed in range(min(_DISTINCT, count))
    ]
    for number in range(count):
        path = folder / f"book-{number:04}.xlsx"
        path.write_bytes(made[number % len(made)])
        _rename(path, f"{_NAME}{number:04}")


def _rename(path: Path, name: str) -> None:
    """Give the project in a workbook another name, wherever it stands."""
    with zipfile.ZipFile(path) as book:
        parts = [(member, book.read(member)) for member in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for member, content in parts:
            book.writestr(member, content.replace(_NAME.encode(), name.encode()))


def _filled(seed: int, count: int) -> dict[str, Sequence[Row]]:
    chance = random.Random(seed)  # noqa: S311 - it shall be the same every time
    return {
        "task-master": [_task(chance, number) for number in range(count)],
        "progress": [_part(chance, number) for number in range(count)],
        "issues": [_issue(chance, number) for number in range(count)],
        "risks": [_risk(chance, number) for number in range(count)],
    }


def _task(chance: random.Random, number: int) -> Row:
    late = chance.random() < 0.05
    return {
        "task_id": f"XZB202310{number:02d}",
        "task_name": f"{_NAME}第 {number} 批物料",
        "initiating_department": chance.choice(_DEPARTMENTS),
        "initiator": chance.choice(_PEOPLE),
        "departments": "、".join(chance.sample(_DEPARTMENTS, 2)),
        "goal": f"2023年11月3日前完成 {number + 1} 款海报设计，满足线上线下推广需求",
        "milestones": "2023-10-09 启动，2023-11-03 交付",
        "deliverables": "海报源文件(PSD)、短视频成片(MP4)",
        "priority": chance.choice(("高", "中", "低")),
        "state": "进行中",
        "start": datetime(2023, 10, 9),
        "due": datetime(2023, 10, 12, 18) if late else datetime(2023, 11, 3, 18),
        "actual_progress": 0.5,
    }


def _part(chance: random.Random, number: int) -> Row:
    trouble = chance.random() < 0.05
    finished = chance.random() < 0.4 and not trouble
    due = chance.choice([datetime(2023, 10, day) for day in (24, 25, 26, 27)])
    if trouble:
        due = chance.choice((datetime(2023, 10, 12), due))
    return {
        "subtask_id": f"XZB202310{number // 4:02d}-{number % 4 + 1:02d}",
        "task_name": f"{_NAME}第 {number // 4} 批物料",
        "owner": chance.choice(_PEOPLE),
        "state": "已完成" if finished else "进行中",
        "actual_progress": 1.0 if finished else (0.05 if trouble else chance.choice((0.4, 0.45, 0.5))),
        "description": f"{chance.choice(_DONE)}（{number}）",
        "obstacles": "无",
        "support": "无",
        "next_step": chance.choice(_NEXT),
        "updated_at": datetime(2023, 10, 13) - timedelta(days=3 * trouble),
        "helpers": chance.choice(_PEOPLE),
        "resources": "无",
        "standard": "300DPI，CMYK，印刷厂确认",
        "due": due,
        "planned_start": datetime(2023, 10, 9) + timedelta(days=chance.randrange(3)),
    }


def _issue(chance: random.Random, number: int) -> Row:
    begun = datetime(2023, 10, 8, 9) + timedelta(minutes=chance.randrange(60 * 24 * 6))
    slow = chance.random() < 0.05
    answered = begun + timedelta(minutes=chance.randrange(10, 110) * (3 if slow else 1))
    solved = max(answered, begun + timedelta(minutes=400 if slow else 115))
    return {
        "issue_id": f"WT202310{number:03d}",
        "task_id": f"XZB202310{number // 4:02d}-{number % 4 + 1:02d}",
        "description": f"{_NAME}接口报错（{number}）",
        "impact": "影响上线时间",
        "tried": "重启服务",
        "support_needed": "测试人员一名",
        "issue_class": chance.choice(("一般", "一般", "一般", "紧急")),
        "state": "已闭环",
        "reporter": chance.choice(_PEOPLE),
        "submitted_at": begun,
        "lead_department": "研发部",
        "responder": chance.choice(_PEOPLE),
        "responded_at": answered,
        "owner": chance.choice(_PEOPLE),
        "solution": "升级接口版本",
        "solution_at": solved,
        "fixed_at": solved + timedelta(minutes=30),
        "verifier": chance.choice(_PEOPLE),
        "verdict": "通过",
        "verified_at": solved + timedelta(hours=2),
        "closed_at": solved + timedelta(hours=3),
        "root_cause": "版本不兼容",
    }


def _risk(chance: random.Random, number: int) -> Row:
    begun = datetime(2023, 10, 9, 9) + timedelta(minutes=chance.randrange(60 * 24 * 3))
    answered = begun + timedelta(minutes=300 if chance.random() < 0.05 else 45)
    return {
        "risk_id": f"FX202310{number:03d}",
        "level": chance.choice(("中", "低")),
        "impact": f"影响第 {number} 款海报，整体交付可能推迟1天",
        "proposal": "请产品部借样机1台，由设计部补拍",
        "task_id": f"XZB202310{number // 4:02d}-{number % 4 + 1:02d}",
        "description": "产品实拍图未到位，海报无法定稿",
        "days_late": 1,
        "probability": chance.choice(("高", "中", "低")),
        "reporter": chance.choice(_PEOPLE),
        "reported_at": begun,
        "responder": chance.choice(_PEOPLE),
        "responded_at": answered,
        "response": "协调资源",
        "result": "产品部送样机，当天补拍",
        "told_at": answered + timedelta(minutes=30),
        "state": "已同步",
    }


def report(cpu: Mapping[str, float], books: int, rows: int) -> str:
    """Return the table and whether the promise holds."""
    lines = [
        f"{books} workbooks of {len(FORMS)} tabs with {rows} rows",
        "",
        "| way | CPU ms a book | books a CPU second | of openpyxl |",
        "| --- | ---: | ---: | ---: |",
    ]
    far = cpu.get("far")
    for way, spent in cpu.items():
        times = "" if far is None else f"{far / spent:.1f}"
        lines.append(f"| {WAYS[way]} | {1000 * spent:.0f} | {1 / spent:.1f} | {times} |")
    if far is not None:
        ratio = far / cpu["write"]
        kept = "kept" if ratio >= PROMISED else "NOT KEPT"
        lines += ["", f"{WAYS['write']}: {ratio:.1f} x openpyxl, promised at least {PROMISED:g}: {kept}"]
    return "\n".join(lines)


def _run(way: str, folder: Path) -> float:
    command = [sys.executable, __file__, "--measure", way, "--folder", str(folder)]
    found: float = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _each(work: Callable[[], int]) -> float:
    """Return the CPU seconds a book; `work` returns how many it did."""
    start = process_time()
    done = work()
    return (process_time() - start) / done


def _parse(folder: Path) -> float:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - each process pays for its own library only

    files, titles = sorted(folder.glob("*.xlsx")), _titles()

    def work() -> int:
        for file in files:
            book = CalamineWorkbook.from_path(str(file))
            for name in titles:
                book.get_sheet_by_name(name).to_python()
        return len(files)

    return _each(work)


def _titles() -> list[str]:
    forms = open_app(now=NOW).catalogue.forms
    return [forms[form].title.zh for form in FORMS]


def _write(folder: Path) -> float:
    with _copied(folder) as copies:
        return _checked(None, copies)


def _project(folder: Path) -> float:
    with _copied(folder) as copies:
        # Beside `workbooks/`: each is judged alone, and all are remembered.
        open_app(now=NOW).init(copies.parent, "大量工作簿")
        return _checked(copies.parent, copies)


def _checked(project: Path | None, books: Path) -> float:
    app = open_app(project=project, now=NOW)
    first, *others = sorted(map(str, books.glob("*.xlsx")))

    def check(paths: Sequence[str]) -> int:
        done = 0
        for result in app.check(paths, write=True):
            if result.error is not None or not result.written or len(result.tables) < len(FORMS):
                raise RuntimeError(f"{result.path}: {result.error}")
            done += 1
        return done

    # The first one pays for what is imported and read once: libraries, forms, rules.
    check([first])
    return _each(lambda: check(others or [first]))


def _copied(folder: Path) -> "_Copied":
    return _Copied(folder)


class _Copied:
    """Copies of the workbooks, to be written on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home = tempfile.TemporaryDirectory()

    def __enter__(self) -> Path:
        books = Path(self._home.name) / "books"
        shutil.copytree(self._folder, books)
        return books

    def __exit__(self, *_: object) -> None:
        self._home.cleanup()


def _far(folder: Path) -> float:
    from openpyxl import load_workbook  # noqa: PLC0415 - likewise
    from openpyxl.styles import PatternFill  # noqa: PLC0415 - likewise

    fills = {word: PatternFill("solid", fgColor=color) for word, color in _FILLS.items()}
    now = datetime.fromisoformat(NOW)

    def work() -> int:
        files = sorted(books.glob("*.xlsx"))[:_SAMPLE]
        for file in files:
            shutil.copy(file, file.with_suffix(".bak"))
            book = load_workbook(file)
            counts: Counter[tuple[str, str]] = Counter()
            for title in titles:
                sheet = book[title]
                place = {str(cell.value): cell.column for cell in sheet[3]}
                last = place["预警状态"]
                for cells in sheet.iter_rows(min_row=4):
                    if cells[0].value is None:
                        continue
                    said = _plainly({name: cells[at - 1].value for name, at in place.items()}, now)
                    status = "延期" if "T47" in said else "预警" if said else "正常"
                    counts[title, status] += 1
                    cells[last - 1].value = status
                    cells[last].value = "；".join(said) or None
                    if said:
                        cells[last - 1].fill = fills[status]
            board = book.create_sheet("仪表盘", 0)
            for (title, status), count in counts.items():
                board.append([title, status, count])
            book.save(file)
        return len(files)

    titles = _titles()
    with _copied(folder) as books:
        return _each(work)


_FILLS = {"延期": "FFC7CE", "预警": "FFEB9C"}


def _plainly(row: Mapping[str, Any], now: datetime) -> list[str]:
    """Return which of four rules one row does not meet."""
    from chinese_calendar import is_workday  # noqa: PLC0415 - likewise

    def workdays(first: date, last: date) -> int:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return sum(map(is_workday, days))

    found: list[str] = []
    due, start, updated = (row.get(name) for name in ("截止时间", "计划开始", "更新时间"))
    if row.get("当前阶段") == "已完成" or due is None:
        return []
    if due.replace(hour=18) < now:
        found.append("T47")
    elif workdays(now.date(), due.date()) <= 3:
        found.append("T48")
    if start is None or updated is None:
        return found
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


_WORK: dict[str, Callable[[Path], float]] = {
    "parse": _parse,
    "write": _write,
    "project": _project,
    "far": _far,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--books", type=int, default=500)
    parser.add_argument("--rows", type=int, default=200, help="rows a tab")
    parser.add_argument("--repeat", type=int, default=3, help="processes a way; the least counts")
    parser.add_argument("--keep", type=Path, help="write the workbooks there and leave them")
    parser.add_argument("--no-far", dest="far", action="store_false", help="leave out openpyxl")
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
