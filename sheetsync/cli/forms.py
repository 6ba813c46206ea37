"""`sheetsync forms`: which forms there are, and the columns of one."""

import click

from sheetsync.cli.output import Globals, pass_globals, print_json
from sheetsync.text import Language, Text


@click.command(epilog="Example: sheetsync forms issues")
@click.argument("form", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_globals
def forms(given: Globals, form: str | None, as_json: bool) -> None:
    """List the forms, or one form's columns. 列出表单或某个表单的列。"""
    app = given.open()
    if form is None:
        listed = [
            {
                "id": item.id,
                "code": item.code,
                "title": item.title.say(app.language),
                "columns": len(item.shown),
            }
            for item in app.catalogue.sheets
        ]
        if as_json:
            print_json(listed)
            return
        for line in listed:
            click.echo(f"{line['code']:<5}{line['id']:<16}{line['title']}")
        return
    chosen = app.catalogue.form(form)
    if as_json:
        print_json(chosen.model_dump(mode="json", by_alias=True))
        return
    language: Language = app.language
    click.echo(f"{chosen.code}  {chosen.id}  {chosen.title.say(language)}")
    click.echo(chosen.purpose.say(language))
    required = Text("必填", "required").say(language)
    for column in chosen.shown:
        mark = required if column.required else ""
        hint = column.hint.say(language) if column.hint else ""
        click.echo(f"  {column.id:<22}{column.title.say(language)}  {column.kind}  {mark}  {hint}".rstrip())
    if chosen.open_columns is not None:
        titles = "、".join(chosen.open_columns.titles)
        click.echo(f"  +  {titles} …  {chosen.open_columns.kind}")
