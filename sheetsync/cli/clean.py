"""`sheetsync clean`: everything of ours taken out again."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, note, now_option, pass_globals, print_json, say
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync clean 项目.xlsx --dry-run")
@click.argument("book")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the cleaned copy there instead.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def clean(
    given: Globals, book: str, output: Path | None, dry_run: bool, as_json: bool, now: str | None
) -> None:
    """Take our columns, colours and tabs out of a workbook again. 移除系统写入的列、颜色和页签。"""
    app = given.open(now)
    result = app.clean(book, output=output, dry_run=dry_run)
    if as_json:
        print_json(result.document())
        return
    say(result.told(), app)
    if given.verbose or dry_run:
        for change in result.changes:
            if change.what != "cell":
                place = f"{change.sheet}!{change.cell}" if change.cell else change.sheet
                click.echo(f"  {place}  {change.before}")
    for place in result.kept:
        note(Text(f"保留了人填写的单元格：{place}", f"Kept a cell that somebody typed: {place}"), app)
