"""`sheetsync new`: a fresh workbook."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, now_option, pass_globals, say
from sheetsync.errors import UsageError
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync new task-master progress issues -o project.xlsx --sample")
@click.argument("forms", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All forms.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--sample", is_flag=True, help="Fill in the sample rows.")
@click.option("--rows", type=click.IntRange(1, 100_000), help="Rows with dropdowns, hints and colours (500).")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@now_option
@pass_globals
def new(
    given: Globals,
    forms: tuple[str, ...],
    every: bool,
    output: Path | None,
    sample: bool,
    rows: int | None,
    force: bool,
    now: str | None,
) -> None:
    """Generate one workbook with one tab per form. 生成工作簿，每个表单一页。"""
    if not forms and not every:
        raise click.UsageError("Name at least one form, or --all; `sheetsync forms` lists them.")
    if output is not None and output.suffix.lower() != ".xlsx":
        raise UsageError(
            Text("新工作簿的文件名应以 .xlsx 结尾。", "The name of a new workbook must end with .xlsx."),
            where=str(output),
        )
    app = given.open(now)
    target = output or Path(f"{forms[0] if len(forms) == 1 else 'project'}.xlsx")
    made = app.new(forms, output=target, sample=sample, rows=rows, force=force, every=every)
    titles = "、".join(form.title.say(app.language) for form in made)
    if not given.quiet:
        say(Text(f"已生成 {target}：{titles}", f"Wrote {target}: {titles}"), app)
