"""Tells those that a job names that it failed."""

from datetime import datetime
from html import escape

from sheetsync.model.job import Job
from sheetsync.model.message import MailDraft
from sheetsync.model.tick import TickRun
from sheetsync.text import Language, Text


def alarm_key(run: TickRun) -> str:
    """Return what makes the message one of its kind: `job:daily-check:2023-10-08T09:30:00`."""
    return f"job:{run.tick.job}:{run.tick.due:%Y-%m-%dT%H:%M:%S}"


def alarm(job: Job, run: TickRun, *, due: datetime, project: str, language: Language) -> MailDraft:
    """Return what is said about a failed run.

    Args:
        job: Which job.
        run: What became of it.
        due: When it was due, wall clock of the project's zone.
        project: Name of the project; may be empty.
        language: Of what is said.
    """
    title = job.title.say(language)
    named = f"{project} · {title}" if project else title
    subject = Text(
        f"作业失败：{named}（{due:%Y-%m-%d %H:%M}）", f"Job failed: {named} ({due:%Y-%m-%d %H:%M})"
    )
    lines = [
        Text(f"作业 {job.name}（{job.title.zh}）没有完成。", f"The job {job.name} ({job.title.en}) failed."),
        Text(f"应执行时间：{due:%Y-%m-%d %H:%M}", f"Due: {due:%Y-%m-%d %H:%M}"),
        Text(f"原因：{run.note}", f"Why: {run.note}"),
        Text(
            f"处理后可手动补做：sheetsync job run {job.name}",
            f"Once it is mended, make up for it: sheetsync job run {job.name}",
        ),
    ]
    said = [line.say(language) for line in lines]
    body = "".join(f"<p>{escape(line)}</p>" for line in said)
    return MailDraft(
        subject=" ".join(subject.say(language).split()),
        html=f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>',
        text="\n".join(said) + "\n",
    )
