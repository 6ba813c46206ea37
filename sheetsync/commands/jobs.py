"""The jobs of a project: which there are, and when each is due.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sheetsync.bundled import spec_files
from sheetsync.errors import UsageError
from sheetsync.project import Project
from sheetsync.text import Text, join, same

if TYPE_CHECKING:
    from sheetsync.jobs.upcoming import Upcoming
    from sheetsync.model.job import Job


@dataclass(frozen=True)
class Jobs(Project):
    """The commands about jobs."""

    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs by name, those of the project before the shipped ones of the same name.

        Raises:
            SpecFileError: Job files are wrong; with every mistake, each with its line.
        """
        from sheetsync.jobs.parse import build

        shipped = {shown for _, shown, _ in spec_files(None, "jobs")}
        found = build(spec_files(self.folder, "jobs"), self.settings.project.timezone)
        return tuple(replace(job, own=job.source not in shipped) for job in found)

    def job(self, name: str) -> Job:
        """Return one job.

        Raises:
            UsageError: There is no such job.
            SpecFileError: Job files are wrong.
        """
        from sheetsync.mistakes import nearest

        known = {job.name: job for job in self.jobs()}
        if name in known:
            return known[name]
        near = nearest(name, known)
        names = "、".join(known)
        raise UsageError(
            Text(f"没有作业 {name}。", f"There is no job '{name}'."),
            fix=Text(
                (f"是否想写 {near}？" if near else "") + f"可用：{names}。",
                (f"Did you mean {near}? " if near else "") + f"There are {names.replace('、', ', ')}.",
            ),
        )

    def job_next(self, count: int = 1) -> tuple[Upcoming, ...]:
        """Return when each job is due next, the earliest first.

        Args:
            count: How many due times of each job, at least 1.

        Raises:
            UsageError: The count is none.
            SpecFileError: Job files are wrong.
        """
        from sheetsync.jobs.upcoming import upcoming

        if count < 1:
            raise UsageError(Text("-n 至少为 1。", "-n must be at least 1."))
        return upcoming(self.jobs(), self.now_utc(), self.worktime, count)

    def now_utc(self) -> datetime:
        """Return the present in UTC, without zone information."""
        from sheetsync.jobs.timetable import utc

        return utc(self.clock.now(), self.settings.zone)

    def job_when(self, job: Job) -> Text:
        """Return when a job is due, in words."""
        from sheetsync.jobs.phrases import said_whole
        from sheetsync.jobs.timetable import cadence_of

        words = join([said_whole(cadence_of(when)) for when in job.when])
        if job.zone == self.settings.project.timezone:
            return words
        return join([words, same(job.zone)], zh=" ", en=" ")

    def job_next_lines(self, found: Iterable[Upcoming]) -> list[str]:
        """Return due times to come, one line each."""
        from sheetsync.jobs.phrases import WEEKDAYS

        lines = []
        for one in found:
            day = WEEKDAYS[one.at.weekday()].say(self.language)
            zone = "" if one.job.zone == self.settings.project.timezone else f" {one.job.zone}"
            why = "" if one.why is None else Text(f"（{one.why.zh}）", f" ({one.why.en})").say(self.language)
            title = one.job.title.say(self.language)
            lines.append(f"{one.at:%Y-%m-%d} {day} {one.at:%H:%M}{zone}  {one.job.name}  {title}{why}")
        return lines

    def jobs_document(self, jobs: Iterable[Job]) -> dict[str, object]:
        """Return the JSON document of jobs."""
        from sheetsync.jobs.lengths import said

        return {
            "schema": "sheetsync.jobs/1",
            "jobs": [
                {
                    "name": job.name,
                    "title": job.title.say(self.language),
                    "enabled": job.enabled,
                    "when": [{"at": one.words, "on_rest_day": one.on_rest_day} for one in job.when],
                    "when_in_words": self.job_when(job).say(self.language),
                    "timezone": job.zone,
                    "workbooks": list(job.books),
                    "pairs": list(job.pairs),
                    "steps": [{"step": step.name, **step.arguments} for step in job.steps],
                    "retry": [said(pause) for pause in job.pauses],
                    "time_limit": said(job.limit),
                    "on_failure": {"then": job.on_failure, "tell": list(job.tell)},
                    "catch_up": job.catch_up,
                    "grace": said(job.grace),
                    "source": job.source,
                    "own": job.own,
                }
                for job in jobs
            ],
        }

    def job_next_document(self, found: Iterable[Upcoming]) -> dict[str, object]:
        """Return the JSON document of due times to come."""
        from zoneinfo import ZoneInfo

        from sheetsync.jobs.phrases import WEEKDAYS

        return {
            "schema": "sheetsync.job-next/1",
            "now": self.clock.now().replace(tzinfo=self.settings.zone).isoformat(),
            "due": [
                {
                    "job": one.job.name,
                    "title": one.job.title.say(self.language),
                    "at": one.due.replace(tzinfo=UTC).astimezone(ZoneInfo(one.job.zone)).isoformat(),
                    "weekday": WEEKDAYS[one.at.weekday()].say(self.language),
                    "timezone": one.job.zone,
                    "why": None if one.why is None else one.why.say(self.language),
                }
                for one in found
            ],
        }
