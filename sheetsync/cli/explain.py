"""`sheetsync explain`: why a row is red, yellow or green."""

from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, now_option, pass_globals, print_json
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.explain import Explanation, Reason


@click.command(epilog="Example: sheetsync explain 项目.xlsx WT20261101 --rule T16")
@click.argument("book")
@click.argument("key", metavar="ID")
@click.option("--rule", metavar="RULE", help="Only this rule, such as T16.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def explain(given: Globals, book: str, key: str, rule: str | None, as_json: bool, now: str | None) -> None:
    """Say why a record has its status: rule, cells read, the clock day by day. 说明为何标红或标黄。"""
    app = given.open(now)
    explanations = app.explain(book, key, rule=rule)
    if as_json:
        print_json(app.explain_document(book, explanations))
        return
    for explanation in explanations:
        _print(explanation, app)


def _print(explanation: "Explanation", app: App) -> None:
    say = app.language
    verdict = explanation.verdict
    click.secho(f"{verdict.key}  {explanation.name}", bold=True)
    click.echo(
        Text(
            f"  {verdict.sheet} 第 {verdict.row} 行，预警状态：{verdict.status.value}",
            f"  {verdict.sheet}, row {verdict.row}, status: {STATUS_TEXT[verdict.status].en}",
        ).say(say)
    )
    for reason in explanation.reasons:
        _print_reason(reason, app)
    for problem in explanation.problems:
        click.echo("  ? " + problem.say(say))
    if explanation.watched:
        names = "、".join(f"{rule.id} {rule.title.say(say)}" for rule in explanation.watched)
        click.echo(Text(f"  已检查且无问题：{names}", f"  Checked, nothing found: {names}").say(say))


def _counted(amount: float) -> str:
    """Say what a day adds: whole days or hours, or hours and minutes."""
    minutes = round(amount * 60)
    if not minutes:
        return ""
    return f"+{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


_WEEKDAYS = (
    *(Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu")),
    *(Text("周五", "Fri"), Text("周六", "Sat"), Text("周日", "Sun")),
)


def _print_reason(reason: "Reason", app: App) -> None:
    say = app.language
    finding, rule = reason.finding, reason.rule
    colour = {"red": "red", "yellow": "yellow", "info": "cyan"}[finding.level]
    click.echo()
    click.secho(f"  [{rule.id}] {rule.title.say(say)}  {finding.brief.say(say)}", fg=colour)
    click.echo(
        "    " + Text(f"规则：{rule.reason.zh}", f"Rule: {rule.reason.en}").say(say) + f"  ({reason.place})"
    )
    for cell in reason.cells:
        raw = "∅" if cell.raw is None else f"“{cell.raw}”"
        read = "" if cell.read_as is None else f" = {cell.read_as}"
        click.echo(f"    {cell.column}: {raw}{read}")
    for day in reason.days:
        stretches = " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in day.stretches)
        counted = _counted(day.counted)
        provisional = Text("（暂定）", " (provisional)").say(say) if day.provisional else ""
        weekday = _WEEKDAYS[day.day.weekday()].say(say)
        label = day.label.say(say) + provisional
        click.echo(f"    {day.day:%Y-%m-%d} {weekday}  {label}  {stretches}  {counted}".rstrip())
    if finding.account is not None and finding.account.started is not None:
        begun = f"{finding.account.started:%Y-%m-%d %H:%M}"
        click.echo(Text(f"    从 {begun} 起计", f"    counted from {begun}").say(say))
    if reason.planned is not None:
        passed, whole = reason.planned
        click.echo(
            Text(
                f"    计划共 {whole} 个工作日，已过 {passed} 个",
                f"    the plan has {whole} working days, {passed} have passed",
            ).say(say)
        )
    if finding.account is not None:
        account = finding.account
        limit = f"{account.limit}" if account.limit else "—"
        click.echo(
            Text(
                f"    时限 {limit}，应完成于 {account.due:%Y-%m-%d %H:%M}"
                + ("（暂定）" if account.provisional else ""),
                f"    limit {limit}, due {account.due:%Y-%m-%d %H:%M}"
                + (" (provisional)" if account.provisional else ""),
            ).say(say)
        )
    click.echo("    → " + finding.step.say(say))
