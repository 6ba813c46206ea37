"""Whether jobs run when they are due."""

from collections.abc import Iterator
from datetime import UTC

from sheetsync.model.job import Job
from sheetsync.model.tick import TickRun
from sheetsync.operations.health.diagnosis import Diagnosis, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text

_TOO_MANY = 2
"""Due times that may pass before somebody is told (reliability, 9)."""

_KEEP_RUNNING = Text(
    "需要时请让 sheetsync serve 常驻，或用 cron、systemd、任务计划程序"
    "每几分钟运行一次 sheetsync serve --once。",
    "Keep sheetsync serve running, or let cron, systemd or the Task Scheduler run sheetsync serve --once "
    "every few minutes.",
)


def scheduler(at: Premises) -> Iterator[Diagnosis]:
    """Every job that runs by the clock ended well the last time it was due, and that was not long ago."""
    by_clock = [] if at.usable_database() is None else [job for job in at.jobs() if job.enabled]
    if not by_clock:
        yield skipped("没有按时运行的作业。", "No job runs by the clock.")
        return
    last = {job.name: at.last_run(job.name) for job in by_clock}
    if not any(last.values()):
        # Whoever runs checks by hand needs no scheduler.
        what = Text("作业没有按时运行过。", "No job was ever run by the clock.")
        yield skipped(what.zh + _KEEP_RUNNING.zh, f"{what.en} {_KEEP_RUNNING.en}")
        return
    for job in by_clock:
        run = last[job.name]
        if run is None:
            yield skipped("还没有到过时间。", "It was not due yet.", where=job.name)
        else:
            yield _of(at, job, run)


def _of(at: Premises, job: Job, run: TickRun) -> Diagnosis:
    """Return what the last known due moment of a job tells."""
    done = at.last_success(job.name)
    success = Text("还没有成功运行过", "it did not end well yet")
    if done is not None:
        due = f"{done.tick.due.replace(tzinfo=UTC).astimezone(at.settings.zone):%Y-%m-%d %H:%M}"
        success = Text(f"最近一次成功是 {due} 的", f"it ended well last when due at {due}")
    if run.state in {"failed", "interrupted"}:
        note = run.note or run.state
        return warning(
            Text(
                f"上一次没有成功：{note}；{success.zh}。",
                f"It did not end well the last time: {note}; {success.en}.",
            ),
            Text(
                f"改正后运行 sheetsync job run {job.name}。",
                f"Mend the cause and run sheetsync job run {job.name}.",
            ),
            where=job.name,
        )
    missed = at.missed(job, run)
    if missed >= _TOO_MANY:
        return warning(
            Text(f"已有 {missed} 次到时间没有运行。", f"It was due {missed} times and did not run."),
            _KEEP_RUNNING,
            where=job.name,
        )
    return ok(f"没有失败；{success.zh}。", f"It did not fail; {success.en}.", where=job.name)
