"""`sheetsync serve` and `sheetsync health`: the engine that runs by itself, and how it is."""

from typing import Literal

import click

from sheetsync.cli.output import Globals, now_option, pass_globals, print_json


@click.command(epilog="Example: sheetsync serve --once")
@click.option("--once", is_flag=True, help="Do what is due, with what was missed, and exit.")
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or one JSON object a line.",
)
@click.option(
    "--health-port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Answer GET /health on this machine: 200 where all is well, else 503.",
)
@now_option
@pass_globals
def serve(
    given: Globals, once: bool, log: Literal["text", "json"], health_port: int | None, now: str | None
) -> int:
    """Run the jobs of the project when they are due. 到点自动运行项目的作业，直到被停止。

    Each due time has one effect, whatever is killed and restarted. What was missed is made up for by the
    policy of each job. --once is for cron, systemd timers and the Windows Task Scheduler.

    每个应执行的时刻只生效一次；错过的按各作业的策略补做。--once 供 cron、systemd 或任务计划程序调用。
    """
    return given.open(now).serve(once=once, log=log, health_port=health_port)


@click.command(epilog="Example: sheetsync health --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def health(given: Globals, as_json: bool, now: str | None) -> int:
    """Show how the engine is; exit with 1 if something is wrong. 查看运行状况，有问题时退出码为 1。

    Last success and next due time of each job, messages that wait or are in doubt, database, free disk.
    """
    app = given.open(now)
    found = app.health()
    if as_json:
        print_json(app.health_document(found))
    else:
        for line in app.health_lines(found):
            click.echo(line)
    return 0 if found.well else 1
