"""`sheetsync config`: the settings in force, and JSON Schemas for editors."""

import json
from pathlib import Path

import click

from sheetsync.cli.output import Globals, note, now_option, pass_globals, print_json
from sheetsync.text import Text


@click.group(invoke_without_command=True, epilog="Example: sheetsync config show")
@click.pass_context
def config(context: click.Context) -> None:
    """Show the settings in force, or write JSON Schemas. 查看生效的设置，或输出 JSON Schema。"""
    if context.invoked_subcommand is None:
        context.invoke(show)


@config.command("show", epilog="Example: sheetsync config show --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def show(given: Globals, as_json: bool = False, now: str | None = None) -> None:
    """Show each setting with where it came from; secrets stay hidden. 列出每项设置及来源，不显示密钥。"""
    app = given.open(now)
    found = app.config_show(language_given=given.language is not None, now=now)
    if as_json:
        print_json(app.config_document(found))
        return
    if app.folder is None:
        note(Text("没有项目文件夹，都是默认值。", "No project folder; all defaults."), app)
    for setting in found:
        value = json.dumps(setting.value, ensure_ascii=False)
        click.echo(f"{setting.name} = {value}  ← {setting.origin.say(app.language)}")


@config.command("schema", epilog="Example: sheetsync config schema -o .sheetsync/schema")
@click.argument("name", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write them to."
)
@pass_globals
def schema(given: Globals, name: str | None, output: Path | None) -> None:
    """Print one JSON Schema, or write all to a folder. 输出 JSON Schema，供编辑器补全与检查。

    NAME is settings, rules, job, form, vocabularies or cases; without it and -o, they are listed.
    """
    app = given.open()
    if output is not None:
        for path, line in app.write_schemas(output, () if name is None else (name,)):
            click.echo(f"{path}  {line}")
        note(
            Text(
                "把每行后面的注释放在相应文件的第一行，编辑器就会补全与检查。",
                "Put the remark of each line first in such a file, and editors complete and check it.",
            ),
            app,
        )
    elif name is None:
        for one, files in app.schemas().items():
            click.echo(f"{one:<16}{files}")
    else:
        print_json(app.config_schema(name))
