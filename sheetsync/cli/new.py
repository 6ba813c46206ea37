"""`sheetsync new`: a fresh project workbook."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, now_option, pass_globals, print_json, say
from sheetsync.errors import UsageError
from sheetsync.text import Text, join


@click.command(epilog="Example: sheetsync new --preset product-launch --sample -o project.xlsx")
@click.argument("forms", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All forms.")
@click.option("--preset", metavar="NAME", help="A scenario: its forms, RACI columns, cadences, sample rows.")
@click.option("--list-presets", is_flag=True, help="List the scenarios and make nothing.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--sample", is_flag=True, help="Fill in the sample rows.")
@click.option("--rows", type=click.IntRange(1, 100_000), help="Rows with dropdowns, hints and colours (500).")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def new(
    given: Globals,
    forms: tuple[str, ...],
    every: bool,
    preset: str | None,
    list_presets: bool,
    output: Path | None,
    sample: bool,
    rows: int | None,
    force: bool,
    as_json: bool,
    now: str | None,
) -> None:
    """Generate one project workbook: a cover, and one tab per form. 生成项目工作簿：封面，每个表单一页。"""
    if list_presets:
        _list(given, as_json)
        return
    if not forms and not every and preset is None:
        raise click.UsageError(
            "Name at least one form, --preset NAME or --all; `sheetsync forms` and `sheetsync new "
            "--list-presets` list them."
        )
    if output is not None and output.suffix.lower() != ".xlsx":
        raise UsageError(
            Text("新工作簿的文件名应以 .xlsx 结尾。", "The name of a new workbook must end with .xlsx."),
            where=str(output),
        )
    app = given.open(now)
    target = output or Path(f"{preset or (forms[0] if len(forms) == 1 else 'project')}.xlsx")
    made = app.new(forms, output=target, sample=sample, rows=rows, force=force, every=every, preset=preset)
    if as_json:
        print_json(
            {
                "schema": "sheetsync.new/1",
                "path": str(target),
                "preset": preset,
                "forms": [form.id for form in made],
            }
        )
        return
    titles = join([form.title for form in made], zh="、", en=", ")
    if not given.quiet:
        say(Text(f"已生成 {target}：{titles.zh}", f"Wrote {target}: {titles.en}"), app)


def _list(given: Globals, as_json: bool) -> None:
    """Print the scenarios, one line each."""
    app = given.open()
    known = app.presets()
    if as_json:
        print_json(
            [
                {
                    "id": name,
                    "title": preset.title.say(app.language),
                    "purpose": preset.purpose.say(app.language),
                    "forms": list(preset.forms),
                }
                for name, preset in known.items()
            ]
        )
        return
    room = max(map(len, known), default=0) + 2
    for name, preset in known.items():
        title, purpose = preset.title.say(app.language), preset.purpose.say(app.language)
        click.echo(f"{name:<{room}}{title}{'：' if app.language == 'zh' else ': '}{purpose}")
