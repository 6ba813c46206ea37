"""`sheetsync undo`: the version before the last write."""

import click

from sheetsync.cli.output import Globals, now_option, pass_globals, say
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync undo 项目.xlsx --list")
@click.argument("book")
@click.option("--list", "listing", is_flag=True, help="Only list the kept versions.")
@now_option
@pass_globals
def undo(given: Globals, book: str, listing: bool, now: str | None) -> None:
    """Put back the version of a workbook before its last write. 恢复上次写入之前的版本。"""
    app = given.open(now)
    if listing:
        kept = app.backups(book)
        for version in kept:
            click.echo(f"{version.taken:%Y-%m-%d %H:%M:%S}  {version.size:>10,}  {version.id}")
        if not kept:
            say(Text("没有备份。", "Nothing is kept."), app)
        return
    restored = app.undo(book)
    say(
        Text(
            f"已恢复到 {restored.taken:%Y-%m-%d %H:%M:%S} 之前的版本：{book}",
            f"Put back the version kept at {restored.taken:%Y-%m-%d %H:%M:%S}: {book}",
        ),
        app,
    )
