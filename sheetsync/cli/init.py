"""`sheetsync init`: a new project folder."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, pass_globals, say
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync init 新品上市")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@pass_globals
def init(given: Globals, folder: Path) -> None:
    """Make a project folder: sheetsync.toml, workbooks/, rules/, jobs/. 新建项目文件夹，已有的文件不动。"""
    app = given.open()
    made = app.init(folder)
    if not made:
        say(Text("都已存在，未作改动。", "Everything is there already; nothing changed."), app)
    for path in made:
        click.echo(str(path))
