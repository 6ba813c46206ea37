"""Whether jobs run when they are due."""

from collections.abc import Iterator

from sheetsync.operations.health.diagnosis import Diagnosis, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text


def scheduler(at: Premises) -> Iterator[Diagnosis]:
    """Every job that runs by the clock ended well the last time it was due."""
    by_clock = [] if at.folder is None else [job for job in at.jobs() if job.enabled]
    if not by_clock:
        yield skipped("没有按时运行的作业。", "No job runs by the clock.")
        return
    last = {job.name: at.last_run(job.name) for job in by_clock}
    if not any(last.values()):
        yield warning(
            Text("作业还从来没有按时运行过。", "No job was ever run by the clock."),
            Text(
                "请让 sheetsync serve 常驻，或用 cron、systemd、任务计划程序每几分钟运行一次 "
                "sheetsync serve --once。",
                "Keep sheetsync serve running, or let cron, systemd or the Task Scheduler run "
                "sheetsync serve --once every few minutes.",
            ),
        )
        return
    for name, run in last.items():
        if run is None:
            yield skipped("还没有到过时间。", "It was not due yet.", where=name)
        elif run.state in {"failed", "interrupted"}:
            note = run.note or run.state
            yield warning(
                Text(f"上一次没有成功：{note}", f"It did not end well the last time: {note}"),
                Text(
                    f"改正后运行 sheetsync job run {name}。",
                    f"Mend the cause and run sheetsync job run {name}.",
                ),
                where=name,
            )
        else:
            due = f"{run.tick.due:%Y-%m-%d %H:%M}"
            yield ok(
                f"上一次应在 {due}（UTC）运行：{run.state}。",
                f"Last due {due} (UTC): {run.state}.",
                where=name,
            )
