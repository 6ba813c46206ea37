"""`sheetsync minutes`: meetings of a workbook as printable pages."""

from dataclasses import asdict
from pathlib import Path

import click

from sheetsync.cli.output import Globals, now_option, pass_globals, print_json, say
from sheetsync.text import Text


@click.command(epilog="Example: sheetsync minutes 项目.xlsx YH20261101 -o minutes.xlsx")
@click.argument("book")
@click.argument("meetings", nargs=-1, metavar="[YH...]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def minutes(
    given: Globals,
    book: str,
    meetings: tuple[str, ...],
    output: Path | None,
    force: bool,
    as_json: bool,
    now: str | None,
) -> None:
    """Write minutes as printable A4 pages, one tab per meeting; all meetings without an id.

    把会议纪要表的记录生成可打印的 A4 纪要，每次会议一页；不写编号则全部生成。不改动原工作簿。
    """
    app = given.open(now)
    target = output or Path(f"{meetings[0].upper() if len(meetings) == 1 else _NAME.say(app.language)}.xlsx")
    made = app.minutes(book, meetings, output=target, force=force)
    if as_json:
        found = [asdict(one) for one in made]
        print_json({"schema": "sheetsync.minutes/1", "path": book, "output": str(target), "meetings": found})
        return
    for one in made:
        if one.as_written:
            note = Text(
                f"{one.id} 的决议事项有看不懂的条目，已附原文。",
                f"Some resolutions of {one.id} could not be read; the text is shown as written.",
            )
            say(note, app)
    if not given.quiet:
        shown = "、".join(one.id for one in made)
        say(Text(f"已生成 {target}：{shown}", f"Wrote {target}: {shown}"), app)


_NAME = Text("会议纪要", "minutes")
