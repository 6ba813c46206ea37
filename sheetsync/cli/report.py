"""What `check` prints for one workbook: what was found on it, what is not met, what was not read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.model.edit import Change
    from sheetsync.model.finding import Finding, Problem
    from sheetsync.operations.check import BookResult

LISTED = 30
"""Lines of each list before the rest is only counted; -v and --json have all."""

_COLOURS = {"red": "red", "yellow": "yellow", "info": "cyan"}
_SIGNS = {"red": "●", "yellow": "▲", "info": "·"}
_KINDS = {
    "error": Text("看不懂", "not read"),
    "warning": Text("存疑", "in doubt"),
    "info": Text("说明", "assumed"),
}


def print_book(result: "BookResult", app: App, *, said: Globals, changes: bool) -> None:
    """Print the result of one workbook.

    Args:
        result: What the check came to.
        app: The project, for the language.
        said: How much to say: only the summary line, the first of each list, or everything.
        changes: Print what a write would change.
    """
    click.secho(result.path, bold=True)
    click.echo("  " + _summary(result).say(app.language))
    if not said.quiet:
        every = said.verbose
        _sheets(result, app)
        _findings([item for item in result.findings if every or not item.done], app, every=every)
        _problems([item for item in result.problems if every or item.kind != "info"], app, every=every)
    if changes:
        _changes(result.changes, app)
    elif result.written:
        for update in result.updates:
            click.echo(f"  {update.say(app.language)}")
        done = Text(f"  已写入 {result.output}", f"  Wrote {result.output}")
        click.secho(done.say(app.language), fg="green")
    elif result.output is not None:
        click.echo(Text("  没有变化，未写入。", "  Nothing has changed; nothing written.").say(app.language))


def _summary(result: "BookResult") -> Text:
    if not result.tables:
        return Text("没有认出任何表单（按表头识别）。", "No form was recognised (by its headers).")
    counted = result.counted
    zh = "  ".join(f"{status.value} {count}" for status, count in sorted(counted.items()))
    errors = sum(problem.kind == "error" for problem in result.problems)
    doubts = sum(problem.kind == "warning" for problem in result.problems)
    en = "  ".join(f"{STATUS_TEXT[status].en} {count}" for status, count in sorted(counted.items()))
    rows = sum(counted.values())
    if not rows:
        return Text("没有记录。", "No records.")
    return Text(
        f"{rows} 条记录：{zh}；看不懂 {errors} 处，存疑 {doubts} 处",
        f"{rows} records: {en}; {errors} cells not read, {doubts} in doubt",
    )


def _sheets(result: "BookResult", app: App) -> None:
    for table in result.tables:
        title = app.catalogue.forms[table.form].title.say(app.language)
        if table.exploded_from is not None:
            told = Text(
                f"  {table.sheet}：从文字中读出{title}（{table.form}）{len(table)} 条",
                f"  {table.sheet}: {title} ({table.form}) read out of texts, {len(table)} records",
            )
            click.echo(told.say(app.language))
            continue
        click.echo(
            Text(
                f"  {table.sheet}：{title}（{table.form}），表头第 {table.header_row} 行，{len(table)} 条",
                f"  {table.sheet}: {title} ({table.form}), header in row {table.header_row}, "
                f"{len(table)} records",
            ).say(app.language)
        )
        if table.unread:
            listed = "、".join(table.unread)
            click.echo(
                Text(f"    未识别的列：{listed}", f"    columns not known: {listed}").say(app.language)
            )
    read = {table.sheet for table in result.tables}
    for item in result.problems:
        if item.row is None and item.sheet not in read:
            click.echo(f"  {item.sheet}：{item.message.say(app.language)}")


def _findings(findings: "Sequence[Finding]", app: App, *, every: bool) -> None:
    rank = {"red": 0, "yellow": 1, "info": 2}
    words = list(STATUS_TEXT)
    ordered = sorted(
        findings, key=lambda item: (rank[item.level], words.index(item.status), item.sheet, item.row)
    )
    for item in ordered[: None if every else LISTED]:
        place = f"{item.key or '—'} {item.sheet}:{item.row}"
        owner = Text(f"（{item.owner}）", f" ({item.owner})") if item.owner else Text("", "")
        line = f"  {_SIGNS[item.level]} [{item.rule}] {place}{owner.say(app.language)} "
        click.echo(click.style(line, fg=_COLOURS[item.level]) + item.brief.say(app.language))
    _rest(0 if every else len(ordered), app, Text("条未满足的规则", "findings"))


def _problems(problems: "Sequence[Problem]", app: App, *, every: bool) -> None:
    for item in sorted(problems, key=lambda item: item.kind)[: None if every else LISTED]:
        place = f"{item.sheet}!{item.cell}" if item.cell else item.sheet
        if item.row and not item.cell:
            place = f"{item.sheet}:{item.row}"
        raw = f"“{item.raw}” " if item.raw not in {"", None} else ""
        kind = _KINDS[item.kind].say(app.language)
        hint = f" → {item.suggestion.say(app.language)}" if item.suggestion else ""
        click.echo(f"  ? {kind} {place} {raw}{item.message.say(app.language)}{hint}")
    _rest(0 if every else len(problems), app, Text("处数据问题", "data problems"))


def _changes(changes: "Sequence[Change]", app: App) -> None:
    for item in changes:
        place = f"{item.sheet}!{item.cell}" if item.cell else item.sheet
        before = item.before or "∅"
        click.echo(f"  ~ {place}  {before} → {item.after or '∅'}")
    click.echo(
        Text(f"  将改动 {len(changes)} 处；未写入。", f"  {len(changes)} changes; nothing written.").say(
            app.language
        )
    )


def _rest(total: int, app: App, what: Text) -> None:
    if total > LISTED:
        rest = total - LISTED
        click.echo(
            Text(
                f"  …… 另有 {rest} {what.zh}，全部见 -v、--json 或写入后的工作簿",
                f"  … {rest} more {what.en}; all of them with -v, --json or in the marked workbook",
            ).say(app.language)
        )
