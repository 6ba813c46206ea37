"""`sheetsync doctor`: looks at everything that a run needs, and says how to mend what is wrong."""

from typing import TYPE_CHECKING

import click

from sheetsync.app import App, open_anyway
from sheetsync.cli.output import Globals, now_option, pass_globals, print_json
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.doctor import Examined

_SIGNS = {
    "ok": ("✓", "green"),
    "skipped": ("·", "bright_black"),
    "warning": ("▲", "yellow"),
    "failure": ("✗", "red"),
}


@click.command(epilog="Example: sheetsync doctor --offline")
@click.option("--offline", is_flag=True, help="Ask neither the mail server nor Feishu.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def doctor(given: Globals, offline: bool, as_json: bool, now: str | None) -> int:
    """Check everything a run needs; each failure with its fix. Nothing is sent, no file of yours is changed.

    体检：设置、文件夹、工作簿、日历、时钟、数据库、邮件、飞书、作业……每个问题都给出原因和改法。
    不发消息，不改您的文件，不显示密钥。退出码：0 正常或只有提醒，2 设置有误，4 远程服务不通。
    """
    app, trouble = open_anyway(project=given.project, language=given.language, now=now)
    examined = []
    for one in app.doctor(offline=offline, trouble=trouble):
        examined.append(one)
        if not as_json:
            _tell(one, app, given)
    code = app.doctor_code(examined)
    if as_json:
        print_json(app.doctor_document(examined))
    elif not given.quiet:
        _sum_up(examined, app)
    return code


def _tell(one: "Examined", app: App, given: Globals) -> None:
    """Print what a check came to: in a word where all is well, else each thing with its fix."""
    say = app.language
    if one.state in {"ok", "skipped"} and given.quiet:
        return
    sign, colour = _SIGNS[one.state]
    title = one.check.title.say(say)
    shown = [item for item in one.found if given.verbose or item.state in {"warning", "failure"}]
    first = one.found[0].what.say(say) if not shown and len(one.found) == 1 else ""
    count = Text(f"{len(one.found)} 项正常", f"{len(one.found)} things are well").say(say)
    click.echo(click.style(f"{sign} {title}", fg=colour) + ("" if shown else f"  {first or count}"))
    for item in shown:
        mark, tint = _SIGNS[item.state]
        parts = [text.say(say) for text in (item.what, item.why) if text is not None]
        place = f"{item.where}: " if item.where else ""
        click.echo(f"  {click.style(mark, fg=tint)} {place}{' '.join(parts)}")
        if item.fix is not None:
            click.echo(f"    → {item.fix.say(say)}")


def _sum_up(examined: "list[Examined]", app: App) -> None:
    found = [item.state for one in examined for item in one.found]
    failures, warnings = found.count("failure"), found.count("warning")
    if not failures and not warnings:
        told = Text("一切正常。", "All is well.")
    else:
        told = Text(f"{failures} 处错误，{warnings} 处提醒。", f"{failures} failures, {warnings} warnings.")
    click.secho(told.say(app.language), bold=True)
