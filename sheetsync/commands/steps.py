"""What the steps of jobs mean: each is a command of the hall.

Done again, a step changes nothing more: what is written is compared with what is there, messages leave once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from sheetsync.address import is_remote
from sheetsync.errors import OutputRefusedError, RemoteError, SheetSyncError, UsageError
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.text import Text, join, same

if TYPE_CHECKING:
    from sheetsync.address import Book
    from sheetsync.config.settings import Settings
    from sheetsync.jobs.stepwise import Did, Steps
    from sheetsync.model.job import Job, JobStep
    from sheetsync.model.mirror import SideName
    from sheetsync.operations.check import BookResult
    from sheetsync.operations.reminded import Reminded
    from sheetsync.operations.standards import Standards
    from sheetsync.operations.sync import SyncResult
    from sheetsync.operations.weekly import WeeklyReport
    from sheetsync.ports import Clock, History
    from sheetsync.text import Language

_RANK = {"info": 0, "yellow": 1, "red": 2}
_TOLD = (Status.LATE, Status.FAULTY, Status.RISK)
_NO_BOOKS = Text("没有工作簿", "no workbooks")


class Hall(Protocol):
    """What steps ask of the project: the commands that they are."""

    @property
    def folder(self) -> Path | None:
        """The project folder."""

    @property
    def settings(self) -> Settings:
        """Effective settings."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""

    @property
    def language(self) -> Language:
        """What people read."""

    @property
    def workbooks(self) -> Mapping[Path, tuple[str, ...]]:
        """The workbooks of the project."""

    def standards(self, rules: Sequence[str] = ()) -> Standards:
        """Return what workbooks are judged by."""

    def history(self, path: Book) -> History | None:
        """Return what the project keeps of the runs over a workbook."""

    def check(
        self, books: Sequence[str], *, rules: Sequence[str] = (), write: bool = False, jobs: int | None = None
    ) -> Iterator[BookResult]:
        """Check workbooks."""

    def report_weekly(
        self,
        books: Sequence[str] = (),
        *,
        output: Path | None = None,
        mail: bool = False,
        channels: Sequence[str] | None = None,
        force: bool = False,
    ) -> WeeklyReport:
        """Write the weekly summary."""

    def remind(
        self,
        books: Sequence[str] = (),
        *,
        slot: str | None = None,
        channels: Sequence[str] | None = None,
    ) -> Reminded:
        """Tell people what waits for them."""

    def sync(self, pair: str | None = None, *, prefer: SideName | None = None) -> SyncResult:
        """Bring two tables of one form in step."""


def steps_of(hall: Hall) -> Steps:
    """Return what the steps of jobs mean in a project."""

    def bound(step: Callable[[Hall, Job, JobStep, datetime], Did]) -> Callable[[Job, JobStep, datetime], Did]:
        return lambda job, given, due: step(hall, job, given, due)

    return {
        "check": bound(_check),
        "write": bound(_check),
        "sync": bound(_sync),
        "snapshot": bound(_snapshot),
        "remind": bound(_remind),
        "report": bound(_report),
        "archive": bound(_archive),
    }


def books_of(hall: Hall, job: Job) -> tuple[str, ...]:
    """Return the workbooks of a job: those it names, else those of the project.

    A name of the settings comes first; anything else is a file, folder or pattern in the project folder.
    """
    named = hall.settings.workbooks
    home = hall.folder or Path()
    if not job.books:
        return tuple(str(path) for path in hall.workbooks)
    places = (named[book].path if book in named else book for book in job.books)
    return tuple(place if is_remote(place) else str(home / place) for place in places)


def _check(hall: Hall, job: Job, step: JobStep, _: datetime) -> Did:
    from sheetsync.jobs.stepwise import Did

    books = books_of(hall, job)
    if not books:
        return Did(_NO_BOOKS)
    given = step.arguments
    results = list(
        hall.check(
            books,
            rules=_names(given.get("rules")),
            write=step.name == "write",
            jobs=cast("int | None", given.get("jobs")),
        )
    )
    errors = [error for one in results for error in (one.error, one.held) if error is not None]
    if given.get("fail_on") is not None:
        errors += _above(results, str(given["fail_on"]))
    return Did(_told(results, written=step.name == "write"), tuple(errors))


def _told(results: Sequence[BookResult], *, written: bool) -> Text:
    read = [one for one in results if one.error is None]
    if not read:
        return Text("没有一个工作簿检查成功", "no workbook could be checked")
    count: Counter[Status] = Counter()
    for one in read:
        count.update(one.counted)
    told = [(STATUS_TEXT[status], count[status]) for status in _TOLD if count[status]]
    late = join([Text(f"{word.zh} {rows}", f"{word.en} {rows}") for word, rows in told], zh="、", en=", ")
    words = [
        Text(
            f"{len(read)} 个工作簿、{count.total()} 条记录" + (f"（{late.zh}）" if told else ""),
            f"{len(read)} workbooks, {count.total()} records" + (f" ({late.en})" if told else ""),
        )
    ]
    if written:
        changed = sum(one.written for one in read)
        words.append(
            Text(f"写入 {changed} 个", f"{changed} written")
            if changed
            else Text("没有变化，未写入", "nothing changed, nothing written")
        )
    updates = sum(len(one.updates) for one in read)
    if updates:
        words.append(Text(f"按变更更新 {updates} 格", f"{updates} cells updated by changes in force"))
    return join(words, zh="，", en=", ")


def _above(results: Sequence[BookResult], level: str) -> Iterator[SheetSyncError]:
    """Yield the error for each workbook with a finding at a level or above."""
    from sheetsync.jobs.outcomes import FoundError

    for one in results:
        worst = one.worst()
        if worst is not None and _RANK[worst] >= _RANK[level]:
            count = sum(_RANK[finding.level] >= _RANK[level] for finding in one.findings)
            yield FoundError(
                Text(f"有 {count} 条达到 {level} 的发现。", f"{count} findings at {level} or above."),
                where=one.path,
            )


def _snapshot(hall: Hall, job: Job, _: JobStep, __: datetime) -> Did:
    from sheetsync.disk.folder import expand, units_of
    from sheetsync.jobs.stepwise import Did
    from sheetsync.members import member
    from sheetsync.operations.snapshots import snapshots

    paths = expand(books_of(hall, job))
    if not paths:
        return Did(_NO_BOOKS)
    project = cast("Any", hall)  # members open workbooks of a Project, which every hall is
    units = [
        [
            *((member(project, other, judged=False), None) for other in unit.beside),
            *(
                (member(project, path), None if isinstance(path, UsageError) else hall.history(path))
                for path in (paths[number] for number in unit.judged)
            ),
        ]
        for unit in units_of(paths, hall.workbooks)
    ]
    found = snapshots(units, hall.standards(), now=hall.clock.now())
    note = Text(
        f"记下 {found.books} 个工作簿、{found.records} 条记录",
        f"{found.books} workbooks with {found.records} records remembered",
    )
    return Did(note, found.errors)


def _report(hall: Hall, job: Job, step: JobStep, due: datetime) -> Did:
    from sheetsync.jobs.stepwise import Did

    if not books_of(hall, job):
        return Did(_NO_BOOKS)
    given = step.arguments
    folder = (hall.folder or Path()) / str(given.get("folder", "reports"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputRefusedError(
            Text("不能新建报告的文件夹。", "The folder for reports cannot be made."),
            why=same(f"({error.strerror or error})"),
            where=str(folder),
        ) from error
    told = _as_of(_writing_to(hall, _names(given.get("to"))), due)
    # A run for the same week makes the same report, only newer; the mail leaves once all the same.
    made = told.report_weekly(
        books_of(hall, job) if job.books else (),
        output=folder,
        mail=bool(given.get("mail", True)),
        channels=_names(given["channels"]) if "channels" in given and given.get("mail", True) else None,
        force=True,
    )
    errors = [*made.errors]
    errors += _unsent((one.state, one.recipient, one.reply) for one in made.deliveries)
    left = sum(one.state in {"sent", "written"} for one in made.deliveries)
    if made.output is None:
        return Did(Text("没有可报告的内容", "nothing to report"), tuple(errors))
    words = [Text(f"已生成 {Path(made.output).name}", f"wrote {Path(made.output).name}")]
    if made.deliveries:
        words.append(
            Text(f"发出 {left} 份", f"{left} left")
            if left or len(errors) > len(made.errors)
            else Text("之前已发出", "it left before")
        )
    return Did(join(words, zh="，", en=", "), tuple(errors))


def _remind(hall: Hall, job: Job, step: JobStep, _: datetime) -> Did:
    from sheetsync.jobs.stepwise import Did

    if not books_of(hall, job):
        return Did(_NO_BOOKS)
    given = step.arguments
    slot = given.get("slot")
    done = hall.remind(
        books_of(hall, job) if job.books else (),
        slot=None if slot is None else str(slot),
        channels=_names(given["channels"]) if "channels" in given else None,
    )
    left = sum(one.state in {"sent", "written"} for one in done.sent)
    words = [Text(f"发出 {left} 条提醒", f"{left} reminders left")]
    if done.waiting:
        words.append(
            Text(f"{len(done.waiting)} 人顺延", f"{len(done.waiting)} people wait for working hours")
        )
    if done.lost:
        words.append(Text(f"{len(done.lost)} 人通知不到", f"{len(done.lost)} people cannot be reached"))
    errors = [*done.errors]
    errors += _unsent((one.state, one.recipient, one.reply) for one in done.sent)
    return Did(join(words, zh="，", en=", "), tuple(errors))


def _sync(hall: Hall, job: Job, step: JobStep, _: datetime) -> Did:
    from sheetsync.jobs.outcomes import FoundError
    from sheetsync.jobs.stepwise import Did

    pairs = job.pairs or tuple(hall.settings.pairs)
    if not pairs:
        return Did(Text("没有配对，不需要同步", "no pairs, nothing to mirror"))
    errors: list[SheetSyncError] = []
    changes = conflicts = done = 0
    for pair in pairs:
        try:
            result = hall.sync(pair, prefer=cast("Any", step.arguments.get("prefer")))
        except SheetSyncError as error:
            errors.append(error)
            continue
        errors += result.failed.values()
        if result.alarms:
            # Why stands in what the command itself says; here somebody learns that they must look.
            what = Text(
                "同步被保护停下，没有写入。",
                "The mirror was stopped by its guard; nothing was written.",
            )
            fix = Text(
                f"请运行 sheetsync sync {pair} --dry-run 查看。", f"See sheetsync sync {pair} --dry-run."
            )
            errors.append(FoundError(what, fix=fix, where=pair))
        else:
            done += not result.failed
            changes += len(result.plan.left) + len(result.plan.right)
            conflicts += len(result.plan.conflicts)
    words = [Text(f"{done} 对表，改动 {changes} 条", f"{done} pairs of tables, {changes} records changed")]
    if conflicts:
        words.append(Text(f"{conflicts} 处冲突待人决定", f"{conflicts} conflicts wait for people"))
    return Did(join(words, zh="，", en=", "), tuple(errors))


def _unsent(became: Iterable[tuple[str, str, Text]]) -> Iterator[SheetSyncError]:
    """Yield the error for each message that did not leave, by state, recipient and reply."""
    from sheetsync.jobs.outcomes import UndeliverableError

    for state, recipient, why in became:
        if state not in {"later", "refused", "doubt"}:
            continue
        kind: type[SheetSyncError] = RemoteError if state == "later" else UndeliverableError
        whom = recipient or "—"
        yield kind(
            Text(f"给 {whom} 的消息没有发出。", f"The message to {whom} did not leave.")
            if state != "doubt"
            else Text(
                f"不知道给 {whom} 的消息是否送达，请向收件人确认。",
                f"Nobody knows whether the message to {whom} arrived; please ask.",
            ),
            why=Text(f"（{why.zh}）", f"({why.en})") if why.en else None,
        )


def _writing_to(hall: Hall, recipients: tuple[str, ...]) -> Hall:
    """Return the project as if its settings named these recipients; as it is where none are named."""
    if not recipients:
        return hall
    report = hall.settings.report.model_copy(update={"to": recipients})
    settings = hall.settings.model_copy(update={"report": report})
    return cast("Hall", replace(cast("Any", hall), settings=settings))


def _as_of(hall: Hall, due: datetime) -> Hall:
    """Return the project at the time of a tick of an earlier week: what is told then is of that week."""
    from sheetsync.clock import FixedClock
    from sheetsync.jobs.timetable import local

    then, now = local(due, hall.settings.zone), hall.clock.now()
    if _monday(then) >= _monday(now):
        return hall
    return cast("Hall", replace(cast("Any", hall), clock=FixedClock(then)))


def _monday(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())


def _archive(hall: Hall, job: Job, step: JobStep, _: datetime) -> Did:
    from sheetsync.disk.archive import archive
    from sheetsync.disk.folder import expand
    from sheetsync.jobs.stepwise import Did

    folder = (hall.folder or Path()) / str(step.arguments.get("folder", "archive"))
    keep = cast("int | None", step.arguments.get("keep"))
    copied = unchanged = 0
    errors: list[SheetSyncError] = []
    for path in expand(books_of(hall, job)):
        if isinstance(path, UsageError):
            errors.append(path)
            continue
        if not isinstance(path, Path):
            errors.append(UsageError(_NO_FILE, where=str(path)))
            continue
        try:
            made = archive(path, folder, now=hall.clock.now(), keep=keep)
        except SheetSyncError as error:
            errors.append(error)
        else:
            copied, unchanged = copied + (made is not None), unchanged + (made is None)
    note = Text(f"归档 {copied} 个，{unchanged} 个没有变化", f"{copied} copied, {unchanged} unchanged")
    return Did(note, tuple(errors))


_NO_FILE = Text("多维表格不是文件，不能归档。", "A base is no file that could be copied.")


def _names(given: object) -> tuple[str, ...]:
    return () if given is None else cast("tuple[str, ...]", given)
