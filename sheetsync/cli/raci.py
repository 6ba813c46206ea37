"""`sheetsync raci`: a first responsibility matrix from the tasks of a workbook."""

from itertools import groupby
from pathlib import Path

import click

from sheetsync.cli.output import Globals, note, now_option, pass_globals, print_json, say
from sheetsync.text import Text, join


@click.command(epilog="Example: sheetsync raci 项目.xlsx -o raci.xlsx")
@click.argument("book")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def raci(given: Globals, book: str, output: Path | None, force: bool, as_json: bool, now: str | None) -> None:
    """Propose a RACI matrix: one row per task, one column per department, each guess with its reason.

    由任务总表和子任务负责人推断 RACI 矩阵：已填的字母照抄，推断的加批注。不改动原工作簿。
    """
    app = given.open(now)
    target = output or Path("raci.xlsx")
    matrix = app.raci(book, output=target, force=force)
    if as_json:
        print_json(
            {
                "schema": "sheetsync.raci/1",
                "path": book,
                "output": str(target),
                "departments": list(matrix.departments),
                "rows": [dict(row) for row in matrix.rows],
                "guesses": [
                    {
                        "task_id": one.task_id,
                        "department": one.department,
                        "letter": one.letter,
                        "why": one.why.say(app.language),
                    }
                    for one in matrix.guesses
                ],
                "doubts": [doubt.say(app.language) for doubt in matrix.doubts],
            }
        )
        return
    for doubt in matrix.doubts:
        note(doubt, app)
    if given.quiet:
        return
    for (key, name), guesses in groupby(matrix.guesses, lambda one: (one.task_id, one.task_name)):
        letters = join(
            [
                Text(
                    f"{one.department} {one.letter}（{one.why.zh}）",
                    f"{one.department} {one.letter} ({one.why.en})",
                )
                for one in guesses
            ],
            zh="、",
            en=", ",
        )
        say(Text(f"{key} {name}：{letters.zh}", f"{key} {name}: {letters.en}"), app)
    rows, count = len(matrix.rows), len(matrix.guesses)
    say(
        Text(
            f"已生成 {target}：{rows} 个任务，推断 {count} 格（带批注），请逐行确认。",
            f"Wrote {target}: {rows} tasks, {count} letters guessed (with comments); please confirm them.",
        ),
        app,
    )
