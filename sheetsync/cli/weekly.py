"""`sheetsync report`: what leaders read."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, channel_option, complain, now_option, pass_globals, print_json, say
from sheetsync.errors import RemoteError
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.weekly import WeeklyReport

_STATES = {
    "sent": Text("已发送", "sent"),
    "written": Text("已写入", "written"),
    "already": Text("之前已发出，不再重复", "left before, not again"),
    "later": Text("还没有发出，再运行一次会重试", "not sent yet; run it again"),
    "refused": Text("被拒收", "refused"),
    "doubt": Text("不知道是否已发出，请向收件人确认", "nobody knows whether it arrived; please ask"),
}
_NOT_SENT = {"later", "refused", "doubt"}


@click.group(epilog="Example: sheetsync report weekly 项目.xlsx")
def report() -> None:
    """Write reports for leadership. 生成给领导看的报告。"""


@report.command(epilog="Example: sheetsync report weekly 项目.xlsx -o 周报.xlsx --outbox outbox")
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
@click.option(
    "--mail",
    is_flag=True,
    help="Send it to those that [report] or [mail] names, by the channels of [report]; by mail without them, "
    "as files without a server.",
)
@channel_option("Send it this way")
@click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the mails as .eml files into this folder instead of sending them.",
)
@click.option("--correct", is_flag=True, help="Mail a corrected version (v2, v3, …) that says what changed.")
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def weekly(
    given: Globals,
    books: tuple[str, ...],
    output: Path | None,
    html: Path | None,
    mail: bool,
    channels: tuple[str, ...],
    outbox: Path | None,
    correct: bool,
    force: bool,
    as_json: bool,
    now: str | None,
) -> int:
    """Write the weekly summary as a workbook; of all workbooks of the project where none is named.

    生成周报工作簿（概览、延期与风险、部门、SLA明细、决议与待决、下两周、数据问题、原始快照）；
    不指明工作簿则汇总整个项目。原工作簿只读不改。--mail 发送（邮件或飞书，见 [report]），每周每人只发一次。
    """
    app = given.open(now)
    made = app.report_weekly(
        books,
        output=output,
        html=html,
        mail=mail,
        channels=channels,
        outbox=outbox,
        correct=correct,
        force=force,
    )
    for error in made.errors:
        complain(error.say(app.language))
    if as_json:
        print_json(app.weekly_document(made))
    else:
        _tell(made, app, quiet=given.quiet)
    codes = [error.exit_code for error in made.errors]
    codes += [RemoteError.exit_code for one in made.deliveries if one.state in _NOT_SENT]
    return max(codes, default=0)


def _tell(made: "WeeklyReport", app: App, *, quiet: bool) -> None:
    """Print what was made; with `quiet` only what did not leave."""
    for one in made.deliveries:
        if one.state in _NOT_SENT:
            who, why = one.recipient or "—", one.reply.say(app.language)
            complain(f"{who}: {_STATES[one.state].say(app.language)}" + (f"（{why}）" if why else ""))
    if quiet:
        return
    for summary in made.summaries:
        if summary.trends is not None:
            told = summary.trends.headline
            say(Text(f"{summary.title}：{told.zh}", f"{summary.title}: {told.en}"), app)
    for file in (made.output, made.page):
        if file is not None:
            say(Text(f"已生成 {file}", f"Wrote {file}"), app)
    for one in made.deliveries:
        if one.state not in _NOT_SENT:
            state, place = _STATES[one.state], one.place or one.recipient
            say(Text(f"周报{state.zh}：{place}", f"Report {state.en}: {place}"), app)
