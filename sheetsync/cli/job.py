"""`sheetsync job`: the jobs of a project, and when each is due."""

import click

from sheetsync.cli.output import Globals, complain, note, now_option, pass_globals, print_json
from sheetsync.text import Text


@click.group(epilog="Example: sheetsync job next")
def job() -> None:
    """List the jobs, run one, or show when each is due. 列出作业、运行一个，或查看各作业下次何时执行。"""


@job.command("list", epilog="Example: sheetsync job list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_globals
def list_jobs(given: Globals, as_json: bool = False) -> None:
    """List the jobs: when, which steps, from which file. 列出作业：时间、步骤、来源文件。"""
    app = given.open()
    found = app.jobs()
    if as_json:
        print_json(app.jobs_document(found))
        return
    for one in found:
        off = (
            ""
            if one.enabled
            else Text("（停用，只能手动运行）", " (off; runs only by hand)").say(app.language)
        )
        click.secho(f"{one.name:<18}{one.title.say(app.language)}{off}", bold=True)
        click.echo(f"    {app.job_when(one).say(app.language)}")
        steps = " → ".join(step.name for step in one.steps)
        click.echo(f"    {steps}  ← {one.source}")


@job.command("next", epilog="Example: sheetsync job next -n 3")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=1, help="How many due times of each job.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def next_times(given: Globals, count: int = 1, as_json: bool = False, now: str | None = None) -> None:
    """Show when each job is due next, and why on that day. 查看各作业下次何时执行，改期的说明原因。"""
    app = given.open(now)
    found = app.job_next(count)
    if as_json:
        print_json(app.job_next_document(found))
        return
    if not found:
        note(Text("没有启用的作业。", "No job is enabled."), app)
    for line in app.job_next_lines(found):
        click.echo(line)


@job.command("run", epilog="Example: sheetsync job run daily-check")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def run_job(given: Globals, name: str, as_json: bool = False, now: str | None = None) -> int:
    """Run a job now; what was due last counts as done then. 立即运行一个作业，到点未做的视为已做。"""
    app = given.open(now)
    done = app.job_run(name)
    if as_json:
        print_json(app.job_run_document(done))
        return done.code
    for step in done.steps:
        title, said = app.step_title(step), step.note
        if step.state != "done":
            complain(Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}").say(app.language))
        elif not given.quiet:
            click.echo(Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}").say(app.language))
    if done.again is not None:
        note(
            Text(
                "还没有做完，serve 会再试；也可以稍后再运行本命令。",
                "Not done yet; serve will try again, or run this again later.",
            ),
            app,
        )
    return done.code
