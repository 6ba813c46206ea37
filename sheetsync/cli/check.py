"""`sheetsync check`: reads, evaluates, prints, and marks where asked."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetsync.cli.output import Globals, complain, now_option, pass_globals, print_json
from sheetsync.cli.progress import Progress
from sheetsync.cli.report import print_book
from sheetsync.errors import OpenElsewhereError, SheetSyncError
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.check import BookResult

_RANK = {"none": 9, "info": 0, "yellow": 1, "red": 2}


@click.command(epilog="Example: sheetsync check 项目.xlsx --write")
@click.argument("books", nargs=-1, required=True)
@click.option("--rules", "packs", multiple=True, metavar="PACK", help="Only these rule packs (name or file).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--write", is_flag=True, help="Mark the workbook in place: columns, colours, dashboard, data problems."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the marked copy there instead.")
@click.option(
    "--side-copy",
    is_flag=True,
    help="With --write: where somebody has a workbook open, write a marked copy beside it (exit code 5).",
)
@click.option("--dry-run", is_flag=True, help="Print what a write would change; write nothing.")
@click.option(
    "--fail-on",
    type=click.Choice(["none", "info", "yellow", "red"]),
    default="none",
    show_default=True,
    help="Exit with 1 if there is a finding at or above this level.",
)
@click.option(
    "--jobs",
    type=click.IntRange(0, 64),
    help="Workbooks at a time, each in a process of its own; 0: one a processor.  [default: 1]",
)
@click.option(
    "--executor", metavar="SPEC", help="serial, processes or dask://HOST:PORT; by --jobs if not given."
)
@now_option
@pass_globals
def check(
    given: Globals,
    books: tuple[str, ...],
    packs: tuple[str, ...],
    as_json: bool,
    write: bool,
    output: Path | None,
    side_copy: bool,
    dry_run: bool,
    fail_on: str,
    jobs: int | None,
    executor: str | None,
    now: str | None,
) -> int:
    """Check workbooks against the rules. 检查工作簿；--write 在原工作簿里标色并写入仪表盘。

    BOOKS are files, folders, patterns, or addresses at Feishu such as bitable:APP_TOKEN. What people typed is
    left alone, but for a change request in force: in a project, --write gives the task's cell its new value.
    """
    app = given.open(now)
    progress = Progress(app.language, shown=not given.quiet)
    results = app.check(
        books,
        rules=packs,
        write=write,
        output=output,
        side_copy=side_copy,
        dry_run=dry_run,
        jobs=jobs,
        executor=executor,
        watch=progress.at,
    )
    code = 0
    kept: list[BookResult] = []
    for result in results:
        progress.wipe()
        code = max(code, _code(result, fail_on))
        for error in (result.error, result.held):
            if error is not None:
                complain(error.say(app.language) + _beside(error, copied=side_copy).say(app.language))
        for note in result.notes:
            complain(note.say(app.language))
        if as_json:
            kept.append(result)
        elif result.error is None:
            print_book(result, app, said=given, changes=dry_run)
        progress.again()
    progress.wipe()
    if as_json:
        print_json(app.check_document(kept))
    return code


def _beside(error: SheetSyncError, *, copied: bool) -> Text:
    """Return how to get a marked copy of a workbook that somebody has open."""
    if copied or not isinstance(error, OpenElsewhereError):
        return Text("", "")
    return Text(
        "急用请加 --side-copy，把标记后的副本写在旁边。",
        " In a hurry, add --side-copy for a marked copy beside it.",
    )


def _code(result: "BookResult", fail_on: str) -> int:
    if (error := result.error or result.held) is not None:
        return error.exit_code
    worst = result.worst()
    return 1 if worst is not None and _RANK[worst] >= _RANK[fail_on] else 0
