"""`sheetsync report`: what leaders read."""

from pathlib import Path

import click

from sheetsync.cli.output import Globals, complain, now_option, pass_globals, print_json, say
from sheetsync.text import Text


@click.group(epilog="Example: sheetsync report weekly 项目.xlsx")
def report() -> None:
    """Write reports for leadership. 生成给领导看的报告。"""


@report.command(epilog="Example: sheetsync report weekly 项目.xlsx -o 周报.xlsx --html 周报.html")
@click.argument("books", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook to write; named by week.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what the mail says as a page for a browser, too.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def weekly(
    given: Globals,
    books: tuple[str, ...],
    output: Path | None,
    html: Path | None,
    force: bool,
    as_json: bool,
    now: str | None,
) -> int:
    """Write the weekly summary as a workbook; of all workbooks of the project where none is named.

    生成周报工作簿（概览、延期与风险、部门、SLA明细、决议与待决、下两周、数据问题、原始快照）；
    不写工作簿则汇总整个项目。原工作簿只读不改。
    """
    app = given.open(now)
    made = app.report_weekly(books, output=output, html=html, force=force)
    for error in made.errors:
        complain(error.say(app.language))
    if as_json:
        print_json(app.weekly_document(made))
    elif not given.quiet:
        for summary in made.summaries:
            if summary.trends is not None:
                say(
                    Text(
                        f"{summary.title}：{summary.trends.headline.zh}",
                        f"{summary.title}: {summary.trends.headline.en}",
                    ),
                    app,
                )
        for file in (made.output, made.page):
            if file is not None:
                say(Text(f"已生成 {file}", f"Wrote {file}"), app)
    return max((error.exit_code for error in made.errors), default=0)
