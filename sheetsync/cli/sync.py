"""`sheetsync sync`: two tables kept in step, both ways."""

import sys
from collections.abc import Iterable
from functools import partial

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, complain, now_option, pass_globals, print_json
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.model.mirror import SideName
from sheetsync.text import Text


@click.command(
    epilog="Example: sheetsync sync --left 总表.xlsx --right 设计部.xlsx --form task-master --adopt --dry-run"
)
@click.argument("pair", required=False)
@click.option("--left", metavar="ADDRESS", help="One table: path.xlsx, path.xlsx#Sheet or bitable:APP/TABLE.")
@click.option("--right", metavar="ADDRESS", help="The other table.")
@click.option("--form", help="The form of both.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done, as a table.")
@click.option("--adopt", is_flag=True, help="The first time: unite both by id; nothing is deleted.")
@click.option("--prefer", type=click.Choice(["left", "right"]), help="The side that wins every conflict.")
@click.option(
    "--max-delete",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help="Stop where more of the records would be deleted or cancelled; 25 by default.",
)
@click.option("--delete", is_flag=True, help="Delete for good what one side deleted, once you confirm.")
@click.option("--yes", is_flag=True, help="Confirm deletions, and that nearly all records may change.")
@click.option("--undo", is_flag=True, help="Take back what the last sync wrote.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def sync(
    given: Globals,
    pair: str | None,
    left: str | None,
    right: str | None,
    form: str | None,
    dry_run: bool,
    adopt: bool,
    prefer: SideName | None,
    max_delete: float | None,
    delete: bool,
    yes: bool,
    undo: bool,
    as_json: bool,
    now: str | None,
) -> int:
    """Keep two tables in step, field by field. 双向同步两张表，逐字段合并。

    PAIR is a pair of sheetsync.toml. What both sides changed in different ways is left as it is and listed on
    the tab 同步冲突 (Sync conflicts) of each workbook, where you choose a side. Exit code 1: stopped, since
    it looked like an accident; nothing was written.
    """
    app = given.open(now)
    if undo:
        if adopt or prefer or delete or max_delete is not None:
            raise UsageError(
                Text("--undo 只能与 --dry-run 一起用。", "--undo goes with --dry-run and nothing else.")
            )
        taken_back = app.sync_undo(pair, left=left, right=right, form=form, dry_run=dry_run)
        if as_json:
            print_json(app.sync_document(taken_back))
        else:
            _print(app.sync_lines(taken_back))
            _print(app.sync_table(taken_back) if dry_run or given.verbose else ())
        _complain(taken_back.failed.values(), app)
        return taken_back.exit_code
    work = partial(
        app.sync, pair, left=left, right=right, form=form, prefer=prefer, max_delete=max_delete, delete=delete
    )
    result = work(dry_run=dry_run, adopt=adopt, yes=yes)
    if result.unconfirmed and not (dry_run or as_json) and sys.stdin.isatty():
        _print(app.sync_lines(result))
        asked = Text(f"永久删除这 {result.unconfirmed} 条？", f"Delete these {result.unconfirmed} for good?")
        if click.confirm(asked.say(app.language)):
            result = work(yes=True)
        else:
            return result.exit_code
    if as_json:
        print_json(app.sync_document(result))
    elif not given.quiet or result.alarms or result.plan.conflicts:
        _print(app.sync_lines(result))
        _print(app.sync_table(result) if dry_run or given.verbose else ())
    _complain(result.failed.values(), app)
    return result.exit_code


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _complain(errors: Iterable[SheetSyncError], app: App) -> None:
    """Say which side could not be written; the other one may have been."""
    for error in errors:
        complain(error.say(app.language))
