"""What a server goes by: the jobs and the calendar, read anew when their files change."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetsync.config.section import FILE_NAME
from sheetsync.errors import SheetSyncError
from sheetsync.jobs.logs import Log
from sheetsync.model.job import Job
from sheetsync.text import Text
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server goes by.

    Args:
        jobs: By name, those that only run by hand, too.
        worktime: The working-time calendar.
    """

    jobs: Mapping[str, Job]
    worktime: WorkTime


Reader = Callable[[Mapping[str, Job]], tuple[Plan, Sequence[SheetSyncError]]]
"""Reads the plan; where a job file is wrong, takes the job as it was before, and returns the error
beside it."""


class Plans:
    """The plan as it stands; a mistake in a file changes nothing but what that file says.

    Args:
        read: Reads it.
        stamp: Returns something that is different when a file has changed.
        log: Hears of changes and of mistakes, once each.

    Raises:
        SheetSyncError: A file is wrong when the server begins.
    """

    def __init__(self, read: Reader, stamp: Callable[[], Hashable], log: Log) -> None:
        self._read = read
        self._stamp = stamp
        self._log = log
        self._seen = stamp()
        self.now, mistakes = read({})
        if mistakes:
            raise mistakes[0]

    def look(self) -> Plan:
        """Return the plan, read anew if a file has changed."""
        seen = self._stamp()
        if seen == self._seen:
            return self.now
        self._seen = seen
        try:
            plan, mistakes = self._read(self.now.jobs)
        except SheetSyncError as error:
            plan, mistakes = self.now, [error]
        for mistake in mistakes:
            kept = Text("沿用之前读到的内容", "what was read before still holds")
            self._log.say(
                "mistake",
                Text(f"{mistake.say('zh')}{kept.zh}。", f"{mistake.say('en')} ({kept.en})"),
                level="error",
            )
        if plan != self.now:
            count = sum(job.enabled for job in plan.jobs.values())
            self._log.say(
                "read",
                Text(f"作业文件有变化，现有 {count} 个作业", f"job files changed; {count} jobs now"),
                jobs=count,
            )
        self.now = plan
        return plan


def stamp_of(folder: Path) -> Hashable:
    """Return something that is different when the settings or the job files of a project have changed."""
    files = [folder / FILE_NAME]
    jobs = folder / "jobs"
    if jobs.is_dir():
        files += sorted(path for path in jobs.iterdir() if path.suffix in {".yaml", ".yml"})
    return tuple(_mark(path) for path in files)


def _mark(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size
