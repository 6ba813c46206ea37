"""`sheetsync history`: what happened, as a story, as lists, as JSON and as CSV files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, now_option, pass_globals, print_json, say
from sheetsync.errors import UsageError
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.pasts import Kind, Pasts

_WEEKDAYS = Text("一二三四五六日", "MTWTFSS")


@click.command(epilog="Example: sheetsync history --findings --since 2026-11-01 --csv findings.csv")
@click.option("--runs", is_flag=True, help="When each workbook was judged, with its figures.")
@click.option("--findings", is_flag=True, help="When each record became red or yellow, and when it ended.")
@click.option("--audit", is_flag=True, help="Every cell that was changed: who, what, old, new, rule.")
@click.option("--messages", is_flag=True, help="Every message: to whom, and what became of it.")
@click.option("--reminders", is_flag=True, help="Who was reminded of what.")
@click.option("--ticks", is_flag=True, help="When each job was due, and what became of it.")
@click.option("--since", metavar="DATE", help="From this day or time on, such as 2026-11-01.")
@click.option("--until", metavar="DATE", help="To the end of this day, or to this time.")
@click.option("--book", metavar="BOOK", help="Only this workbook.")
@click.option("--id", "record", metavar="ID", help="Only this record, such as WT20261101.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "file", metavar="FILE", help="Write one list as a CSV file for Excel; - prints it.")
@click.option("--force", is_flag=True, help="Replace an existing CSV file.")
@now_option
@pass_globals
def history(
    given: Globals,
    runs: bool,
    findings: bool,
    audit: bool,
    messages: bool,
    reminders: bool,
    ticks: bool,
    since: str | None,
    until: str | None,
    book: str | None,
    record: str | None,
    as_json: bool,
    file: str | None,
    force: bool,
    now: str | None,
) -> None:
    """Tell what happened: the story of the last days, or one list whole.

    讲述发生过什么：默认是最近七天；也可以只要一张清单（检查、预警、改动留痕、消息、提醒、作业），
    导出为 JSON 或 CSV。只读，不改任何记录。
    """
    asked: dict[Kind, bool] = {
        "runs": runs,
        "findings": findings,
        "audit": audit,
        "messages": messages,
        "reminders": reminders,
        "ticks": ticks,
    }
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if file is not None and (len(kinds) != 1 or as_json):
        raise UsageError(
            Text("--csv 一次导出一张清单。", "--csv takes one list at a time."),
            fix=Text("如 sheetsync history --audit --csv audit.csv。", "Such as --audit --csv audit.csv."),
        )
    app = given.open(now)
    pasts = app.pasts(kinds, since=since, until=until, book=book, record=record)
    if as_json:
        print_json(app.pasts_document(pasts))
    elif file == "-":
        click.echo(app.pasts_csv(pasts, kinds[0]), nl=False)
    elif file is not None:
        app.write_pasts_csv(pasts, kinds[0], Path(file), force=force)
        count = len(pasts.lists[kinds[0]])
        say(Text(f"已导出 {count} 行到 {file}", f"Wrote {count} rows to {file}"), app)
    elif kinds:
        for kind in kinds:
            for line in app.pasts_lines(pasts, kind):
                click.echo(line)
    else:
        _tell(pasts, app)


def _tell(pasts: "Pasts", app: App) -> None:
    days = app.pasts_story(pasts)
    if not days:
        say(Text("这段时间没有记录。", "Nothing was kept of that time."), app)
    for one in days:
        at = one.day.weekday()
        title = Text(f"{one.day} 周{_WEEKDAYS.zh[at]}", f"{one.day:%Y-%m-%d %a}")
        click.secho(title.say(app.language), bold=True)
        for line in one.lines:
            click.echo("  " + line.say(app.language))
