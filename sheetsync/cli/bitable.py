"""`sheetsync bitable`: tables of the forms in a Feishu base, and what work with it needs."""

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, pass_globals, print_json
from sheetsync.text import Text

_SIGNS = {"ok": ("✓", "green"), "note": ("▲", "yellow"), "wrong": ("✗", "red")}
_STATES = {
    "new": Text("新建", "new"),
    "extended": Text("补充", "extended"),
    "unchanged": Text("已齐全", "complete"),
}


@click.group(epilog="Example: sheetsync bitable provision bitable:APP_TOKEN --dry-run")
def bitable() -> None:
    """Make the tables of the forms in a Feishu base, or look at it. 在飞书多维表格里建表、体检。"""


@bitable.command(epilog="Example: sheetsync bitable provision bitable:APP_TOKEN --forms issues --dry-run")
@click.argument("app")
@click.option(
    "--forms", multiple=True, metavar="FORM", help="These forms, one an option or with commas; else the five."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_globals
def provision(given: Globals, app: str, forms: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Make the tables of forms; add what they lack, and change nothing else. 按表单建表，已有的只补不改。

    APP is the base: its app_token, bitable:APP_TOKEN, or its web address. Fields, options and views that
    people made are never changed or deleted.
    """
    hall = given.open(None)
    names = [name for one in forms for name in one.split(",") if name]
    result = hall.bitable_provision(app, forms=names, dry_run=dry_run)
    if as_json:
        print_json(hall.provision_document(result))
        return
    say = hall.language
    for one in result.tables:
        place = f"（{one.table_id}）" if one.table_id else ""
        click.secho(f"{one.table}{place}：{_STATES[one.state].say(say)}", bold=True)
        if one.state == "extended":
            click.echo("  + " + "、".join((*one.fields, *one.views)))
        for note in one.notes:
            click.echo(f"  → {note.say(say)}")
    click.echo(_sum(dry_run=dry_run, written=result.written).say(say))


def _sum(*, dry_run: bool, written: bool) -> Text:
    if dry_run:
        return Text("只是预览，没有改动。", "Only a preview; nothing was changed.")
    if written:
        return Text("已写入。", "Done.")
    return Text("没有变化，未写入。", "Nothing has changed; nothing was written.")


@bitable.command(epilog="Example: sheetsync bitable doctor bitable:APP_TOKEN")
@click.argument("app")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_globals
def doctor(given: Globals, app: str, as_json: bool) -> int:
    """Check access, scopes, limits and missing fields, each with its fix. 检查权限、容量、缺列，并给出改法。

    Nothing is changed in the base. Exit code: 0 where work is possible, 4 where it is not.
    """
    hall: App = given.open(None)
    findings = hall.bitable_doctor(app)
    if as_json:
        print_json(hall.bitable_doctor_document(findings))
    else:
        for one in findings:
            sign, colour = _SIGNS[one.state]
            click.echo(f"{click.style(sign, fg=colour)} {one.said.say(hall.language)}")
            if one.fix is not None:
                click.echo(f"    → {one.fix.say(hall.language)}")
    return 4 if any(one.state == "wrong" for one in findings) else 0
