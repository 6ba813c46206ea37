"""How the engine is: what a monitor asks, and what a person looks at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sheetsync.errors import SheetSyncError
from sheetsync.jobs.logs import zoned
from sheetsync.jobs.owner import shown
from sheetsync.jobs.timetable import next_due
from sheetsync.model.job import Job
from sheetsync.model.lease import Lease
from sheetsync.model.message import Entry
from sheetsync.model.tick import TICK_TEXT, TickRun
from sheetsync.ports import Ticks
from sheetsync.text import Language, Text
from sheetsync.worktime import WorkTime

WAITS = timedelta(hours=24)
"""Longer than that no message waits: its retries are over by then (reliability, 7)."""

LITTLE = 200 * 1024 * 1024
"""Bytes on the project's disk below which a backup or a report may fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHealth:
    """How one job is. Times are UTC.

    Args:
        job: Which.
        success: The last run that ended well; None if there was none.
        latest: The run that was due last; None if it was never due.
        following: When it is due next; None if it is not.
        alarm: What is wrong with it; None where nothing is.
    """

    job: Job
    success: TickRun | None
    latest: TickRun | None
    following: datetime | None
    alarm: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the engine is. Times are UTC.

    Args:
        now: When that was.
        jobs: Those that run by the clock.
        server: Who serves the project; None where nobody does.
        pending: The messages that wait to leave, the oldest first.
        doubtful: Those of which nobody knows whether they arrived, likewise.
        database: Why the database cannot be used; None where it can.
        free: Bytes that are free on the project's disk.
        alarms: What is wrong, all of it.
    """

    now: datetime
    jobs: tuple[JobHealth, ...]
    server: Lease | None
    pending: tuple[Entry, ...]
    doubtful: tuple[Entry, ...]
    database: SheetSyncError | None
    free: int
    alarms: tuple[Text, ...]

    @property
    def well(self) -> bool:
        """True where nothing is wrong."""
        return not self.alarms


def jobs_health(
    jobs: Iterable[Job], ticks: Ticks, worktime: WorkTime, now: datetime
) -> tuple[JobHealth, ...]:
    """Return how the jobs are that run by the clock.

    Raises:
        SheetSyncError: The database cannot be used.
    """
    found = []
    for job in jobs:
        if not job.enabled:
            continue
        latest = ticks.last(job.name, now)
        success = ticks.last(job.name, now, "done")
        following = next_due(job, now, worktime)
        alarm = None if latest is None else _alarm(job, ticks, latest, success, worktime, now)
        found.append(JobHealth(job=job, success=success, latest=latest, following=following, alarm=alarm))
    return tuple(found)


def whole(
    *,
    now: datetime,
    jobs: Sequence[JobHealth],
    server: Lease | None,
    entries: Sequence[Entry],
    since: datetime,
    database: SheetSyncError | None,
    free: int,
) -> Health:
    """Return how the engine is as a whole.

    Args:
        now: The present, UTC.
        jobs: From `jobs_health`.
        server: Who serves the project.
        entries: The messages that did not leave, the oldest first.
        since: The present less `WAITS`, in the time that messages are kept in.
        database: Why it cannot be used.
        free: Bytes free on the disk.
    """
    pending = tuple(entry for entry in entries if entry.state in {"pending", "sending"})
    doubtful = tuple(entry for entry in entries if entry.state == "doubt")
    alarms = [one.alarm for one in jobs if one.alarm is not None]
    if database is not None:
        alarms.insert(0, Text(database.say("zh"), database.say("en")))
    if free < LITTLE:
        alarms.append(
            Text(
                f"磁盘只剩 {free // 2**20} MB，请清理。",
                f"Only {free // 2**20} MB are left on the disk; free some.",
            )
        )
    if doubtful:
        alarms.append(
            Text(
                f"{len(doubtful)} 条消息不知是否送达，请用 sheetsync outbox 查看并决定。",
                f"{len(doubtful)} messages may or may not have arrived; see sheetsync outbox and decide.",
            )
        )
    late = [entry for entry in pending if entry.first < since]
    if late:
        alarms.append(
            Text(
                f"{len(late)} 条消息超过 24 小时没有发出，请运行 sheetsync doctor。",
                f"{len(late)} messages wait for more than 24 hours; run sheetsync doctor.",
            )
        )
    return Health(
        now=now,
        jobs=tuple(jobs),
        server=server,
        pending=pending,
        doubtful=doubtful,
        database=database,
        free=free,
        alarms=tuple(alarms),
    )


def health_document(health: Health, *, zone: ZoneInfo, language: Language) -> dict[str, object]:
    """Return the JSON document of the engine's health."""

    def at(moment: datetime | None) -> str | None:
        return None if moment is None else zoned(moment, zone).isoformat()

    return {
        "schema": "sheetsync.health/1",
        "now": at(health.now),
        "status": "ok" if health.well else "alarm",
        "alarms": [alarm.say(language) for alarm in health.alarms],
        "server": None
        if health.server is None
        else {
            "owner": shown(health.server.owner),
            "since": at(health.server.taken),
            "until": at(health.server.until),
        },
        "jobs": [
            {
                "name": one.job.name,
                "title": one.job.title.say(language),
                "last_success": None if one.success is None else at(one.success.changed),
                "last_due": None if one.latest is None else at(one.latest.tick.due),
                "last_state": None if one.latest is None else one.latest.state,
                "note": None if one.latest is None else one.latest.note,
                "next_due": at(one.following),
                "alarm": None if one.alarm is None else one.alarm.say(language),
            }
            for one in health.jobs
        ],
        "messages": {
            "pending": len(health.pending),
            "oldest_pending": _first(health.pending),
            "doubtful": len(health.doubtful),
            "oldest_doubtful": _first(health.doubtful),
        },
        "database": "ok" if health.database is None else health.database.say(language),
        "free_bytes": health.free,
    }


def health_lines(health: Health, *, zone: ZoneInfo, language: Language) -> list[str]:
    """Return the engine's health for people, a line a fact; what is wrong comes first."""

    def at(moment: datetime | None) -> str:
        return "—" if moment is None else f"{zoned(moment, zone):%Y-%m-%d %H:%M}"

    lines = [Text(f"✗ {alarm.zh}", f"✗ {alarm.en}") for alarm in health.alarms]
    lines.append(
        Text("serve：没有运行", "serve: not running")
        if health.server is None
        else Text(
            f"serve：{shown(health.server.owner)}，{at(health.server.taken)} 起",
            f"serve: {shown(health.server.owner)}, since {at(health.server.taken)}",
        )
    )
    for one in health.jobs:
        state = Text("", "") if one.latest is None else TICK_TEXT[one.latest.state]
        then, next_one = at(None if one.latest is None else one.latest.tick.due), at(one.following)
        success = at(None if one.success is None else one.success.changed)
        lines.append(
            Text(
                f"{one.job.name:<18}上次成功 {success}  上次应执行 {then} {state.zh}  下次 {next_one}",
                f"{one.job.name:<18}last success {success}  last due {then} {state.en}  next {next_one}",
            )
        )
    lines.append(_waiting("待发消息", "messages waiting", health.pending))
    lines.append(_waiting("存疑消息", "messages in doubt", health.doubtful))
    good = Text("正常", "sound") if health.database is None else Text("不可用", "cannot be used")
    lines.append(Text(f"数据库：{good.zh}", f"database: {good.en}"))
    gigabytes = health.free / 2**30
    lines.append(Text(f"可用磁盘：{gigabytes:.1f} GB", f"free disk: {gigabytes:.1f} GB"))
    return [line.say(language) for line in lines]


def _waiting(zh: str, en: str, entries: Sequence[Entry]) -> Text:
    if not entries:
        return Text(f"{zh}：无", f"{en}: none")
    first = entries[0]
    oldest = f"{first.first:%Y-%m-%d %H:%M} {first.key} {first.recipient}"
    return Text(f"{zh}：{len(entries)}，最早 {oldest}", f"{en}: {len(entries)}, the oldest {oldest}")


def _alarm(
    job: Job, ticks: Ticks, latest: TickRun, success: TickRun | None, worktime: WorkTime, now: datetime
) -> Text | None:
    if latest.state == "failed":
        return Text(
            f"作业 {job.name} 上次失败：{latest.note}",
            f"The job {job.name} failed the last time: {latest.note}",
        )
    # What was known first tells since when it might have succeeded; old rows are dropped, never the last one.
    since = (success or ticks.runs(job.name)[-1]).tick.due
    for _ in range(2):
        following = next_due(job, since, worktime)
        if following is None:
            return None
        since = following
    if since + job.limit >= now or latest.state == "running":
        return None
    return Text(
        f"作业 {job.name} 已连续两次应执行而没有成功，请检查 serve 是否在运行。",
        f"The job {job.name} was due twice without success; see whether serve is running.",
    )


def _first(entries: Sequence[Entry]) -> Mapping[str, object] | None:
    if not entries:
        return None
    entry = entries[0]
    return {"key": entry.key, "recipient": entry.recipient, "since": entry.first.isoformat()}
