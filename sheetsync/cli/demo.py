"""`sheetsync demo`: the whole story, offline, in an empty folder."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, now_option, pass_globals
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync demo my-demo")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("sheetsync-demo"))
@now_option
@pass_globals
def demo(given: Globals, folder: Path, now: str | None) -> None:
    """Tell the whole story in an empty folder: project, messy workbook, check, dashboard, weekly summary.

    在空文件夹里演示全过程：新建项目、生成一份“像真人填的”工作簿、检查、标色并写入仪表盘，再出周报和邮件。
    """
    app = given.open()
    result = app.demo(folder, now)
    for line in result.story:
        click.echo(line.say(app.language))
    click.echo()
    click.secho(Text(f"先打开：{result.book}", f"Open first: {result.book}").say(app.language), bold=True)
