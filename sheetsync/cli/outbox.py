"""`sheetsync outbox`: messages that wait, were refused or are in doubt, and what a person decides of them."""

from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import Globals, now_option, pass_globals, print_json, say
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.model.message import EntryState
    from sheetsync.operations.outbox import Decision

_STATES = {
    "pending": Text("待发", "waiting"),
    "sending": Text("正在发送", "being sent"),
    "sent": Text("已发送", "sent"),
    "refused": Text("被拒收或放弃", "refused or dropped"),
    "doubt": Text("不知是否送达", "in doubt"),
}
_channel = click.option("--channel", help="mail, feishu or webhook, where one message went by several.")


@click.group(invoke_without_command=True, epilog="Example: sheetsync outbox --state doubt")
@click.option("--state", type=click.Choice(list(_STATES)), help="Only messages in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@click.pass_context
def outbox(context: click.Context, state: "EntryState | None", as_json: bool, now: str | None) -> None:
    """List messages that did not leave or are in doubt, and settle them. 查看和处理未送达的消息。"""
    if context.invoked_subcommand is None:
        context.invoke(list_, state=state, as_json=as_json, now=now)


@outbox.command("list", epilog="Example: sheetsync outbox list --state doubt")
@click.option("--state", type=click.Choice(list(_STATES)), help="Only messages in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def list_(given: Globals, state: "EntryState | None", as_json: bool, now: str | None) -> None:
    """List what waits, was refused or is in doubt, since when. 列出待发、被拒、存疑的消息。"""
    app = given.open(now)
    document = app.outbox_document(app.outbox(state))
    if as_json:
        print_json(document)
        return
    messages = document["messages"]
    if not isinstance(messages, list) or not messages:
        say(Text("没有需要处理的消息。", "No message waits for anybody."), app)
        return
    for one in messages:
        changed = one["changed"][:16].replace("T", " ")
        what = f"{one['key']}  {one['recipient'] or '—'}（{one['channel']}）"
        said = f"  {one['reply']}" if one["reply"] else ""
        click.echo(f"{changed}  {_STATES[one['state']].say(app.language)}  {what}{said}")


@outbox.command(epilog="Example: sheetsync outbox release weekly:launch:2026-W47:v1 zhang@example.com")
@click.argument("key")
@click.argument("recipient")
@_channel
@now_option
@pass_globals
def release(given: Globals, key: str, recipient: str, channel: str | None, now: str | None) -> None:
    """Let the next run try a message again; it may arrive twice. 放行重发（可能重复送达）。"""
    _settle(given.open(now), "release", key, recipient, channel)


@outbox.command(epilog="Example: sheetsync outbox sent weekly:launch:2026-W47:v1 zhang@example.com")
@click.argument("key")
@click.argument("recipient")
@_channel
@now_option
@pass_globals
def sent(given: Globals, key: str, recipient: str, channel: str | None, now: str | None) -> None:
    """Say that a message arrived; it is not sent again. 确认已送达，不再重发。"""
    _settle(given.open(now), "sent", key, recipient, channel)


@outbox.command(epilog="Example: sheetsync outbox drop weekly:launch:2026-W47:v1 zhang@example.com")
@click.argument("key")
@click.argument("recipient")
@_channel
@now_option
@pass_globals
def drop(given: Globals, key: str, recipient: str, channel: str | None, now: str | None) -> None:
    """Decide that a message shall not leave. 放弃这条消息，不再发送。"""
    _settle(given.open(now), "drop", key, recipient, channel)


def _settle(app: App, decision: "Decision", key: str, recipient: str, channel: str | None) -> None:
    state = _STATES[app.outbox_decide(decision, key, recipient, channel=channel)]
    say(Text(f"{key} {recipient}：{state.zh}", f"{key} {recipient}: {state.en}"), app)
