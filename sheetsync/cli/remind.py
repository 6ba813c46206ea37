"""`sheetsync remind` tells people what waits for them, `sheetsync unreported` who has not reported."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetsync.app import App
from sheetsync.cli.output import (
    Globals,
    channel_option,
    complain,
    note,
    now_option,
    pass_globals,
    print_json,
    say,
)
from sheetsync.errors import RemoteError
from sheetsync.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sheetsync.model.reminder import Silent
    from sheetsync.operations.reminded import Reminded

_STATES = {
    "shown": Text("将发送", "would be sent"),
    "sent": Text("已发送", "sent"),
    "written": Text("已写入", "written"),
    "already": Text("之前已发出，不再重复", "left before, not again"),
    "later": Text("还没有发出，再运行一次会重试", "not sent yet; run it again"),
    "refused": Text("被拒收", "refused"),
    "doubt": Text("不知道是否已发出，请向收件人确认", "nobody knows whether it arrived; please ask"),
}
_NOT_SENT = {"later", "refused", "doubt"}
_LISTED = 10


@click.command(epilog="Example: sheetsync remind --dry-run")
@click.argument("books", nargs=-1)
@click.option("--slot", help="Name of the time of day, where people get several messages a day.")
@channel_option("Way to send by, instead of those of [reminders]")
@click.option(
    "--outbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the messages as .eml files into this folder instead of sending them.",
)
@click.option("--dry-run", is_flag=True, help="Print each message; nothing leaves and nothing is remembered.")
@click.option("--yes", is_flag=True, help="Send although far more people than usual would be written to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def remind(
    given: Globals,
    books: tuple[str, ...],
    slot: str | None,
    channels: tuple[str, ...],
    outbox: Path | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    now: str | None,
) -> int:
    """Tell people what waits for them: one message a person and day, red first.

    每人每天最多一封提醒，红色在前，最多 10 项；填好的不再提醒，到时限逐级升级。免打扰时段和休息日不发
    （紧急除外，调休上班日照发）。同一件事一天不会提醒两次，重复运行也一样。
    """
    app = given.open(now)
    done = app.remind(books, slot=slot, channels=channels or None, outbox=outbox, dry_run=dry_run, yes=yes)
    for error in done.errors:
        complain(error.say(app.language))
    if as_json:
        print_json(app.reminded_document(done))
    else:
        _tell(done, app, quiet=given.quiet, every=given.verbose)
    codes = [error.exit_code for error in done.errors]
    codes += [RemoteError.exit_code for one in done.sent if one.state in _NOT_SENT]
    return max(codes, default=0)


@click.command(epilog="Example: sheetsync unreported --kind daily")
@click.argument("books", nargs=-1)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["daily", "weekly", "signature", "acceptance"]),
    help="Only this list: daily progress, weekly report, signatures, acceptance verdicts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@now_option
@pass_globals
def unreported(
    given: Globals, books: tuple[str, ...], kinds: tuple[str, ...], as_json: bool, now: str | None
) -> int:
    """List who has not reported: daily progress, weekly report, signatures, acceptance.

    列出谁还没填：每日进度、周进度表、签字确认、验收结论。只读不写。
    """
    app = given.open(now)
    silent = app.unreported(books, kinds)
    if as_json:
        print_json(app.unreported_document(silent))
    else:
        _list(silent, app, every=given.verbose)
    return 0


def _tell(done: "Reminded", app: App, *, quiet: bool, every: bool) -> None:
    for one in done.sent:
        state, place = _STATES[one.state], one.place or one.recipient or "—"
        if one.state in _NOT_SENT:
            why = one.reply.say(app.language)
            complain(f"{one.person}: {state.say(app.language)}" + (f"（{why}）" if why else ""))
        elif one.state == "shown":
            click.secho(f"── {one.person} · {one.channel} · {place}", bold=True)
            click.echo(one.draft.text)
        elif not quiet:
            say(
                Text(
                    f"{one.person}：{one.draft.subject}（{state.zh}：{place}）",
                    f"{one.person}: {one.draft.subject} ({state.en}: {place})",
                ),
                app,
            )
    for doubt in done.doubts:
        at = f"{doubt.at:%m-%d %H:%M}"
        complain(
            Text(
                f"{doubt.receiver}：{at} 的提醒（{doubt.record_id}）不知道是否送达，没有重发",
                f"{doubt.receiver}: nobody knows whether the reminder of {at} ({doubt.record_id}) arrived; "
                "it was not sent again",
            ).say(app.language)
        )
    if quiet:
        return
    for line in _sums(done):
        note(line, app)
    for line in _lost(done, app, every=every):
        note(line, app)


def _lost(done: "Reminded", app: App, *, every: bool) -> "Iterator[Text]":
    """Yield whom nobody could tell, a line for each reason."""
    for why, found in app.unreached(done).items():
        people = [f"{who} {len(records)}" if records else who for who, records in found.items()]
        shown = people if every else people[:_LISTED]
        rest = len(people) - len(shown)
        more = Text(f" 等 {len(people)} 处", f" and {rest} more") if rest else Text("", "")
        yield Text(
            f"  通知不到（{why.zh}，及项数）：{'、'.join(shown)}{more.zh}",
            f"  not reached ({why.en}; with how many records): {', '.join(shown)}{more.en}",
        )


def _sums(done: "Reminded") -> list[Text]:
    lines = []
    left = sum(one.state in {"sent", "written"} for one in done.sent)
    shown = sum(one.state == "shown" for one in done.sent)
    if shown:
        lines.append(
            Text(f"将发 {shown} 封，没有发送。", f"Messages that would leave: {shown}; nothing was sent.")
        )
    elif left:
        lines.append(Text(f"已发 {left} 封。", f"Messages that left: {left}."))
    else:
        lines.append(Text("现在没有要提醒的。", "There is nobody to remind now."))
    if done.waiting:
        count, until = len(done.waiting), f"{done.until:%Y-%m-%d %H:%M}"
        lines.append(
            Text(
                f"{count} 人的提醒因免打扰时段或休息日顺延，{until} 后的下一次运行发送。",
                f"Waiting because of quiet hours or a rest day: {count}; the first run after {until} "
                "sends it.",
            )
        )
    if done.had:
        lines.append(
            Text(
                f"{len(done.had)} 人今天已收到提醒，其余下次再提醒。",
                f"Had today's message, and hear the rest next time: {len(done.had)}.",
            )
        )
    if done.excused:
        lines.append(
            Text(
                f"{done.excused} 项已给出新的时间，到期前不提醒。",
                f"Waiting for the new date that somebody gave: {done.excused}.",
            )
        )
    if done.revised:
        count = len(done.revised)
        lines.append(
            Text(
                f"{count} 张今天的卡片已更新，标明已处理的事项。",
                f"Cards of today that show now what is done: {count}.",
            )
        )
    if done.closed:
        lines.append(
            Text(
                f"{done.closed} 项已处理或不再成立，不再提醒。",
                f"Done or no longer so, and told no more: {done.closed}.",
            )
        )
    return lines


def _list(silent: "Sequence[Silent]", app: App, *, every: bool) -> None:
    if not silent:
        say(Text("都填了。", "Everybody has reported."), app)
    for title, found in groupby(silent, key=lambda one: one.title):
        people = list(found)
        click.secho(
            Text(f"{title.zh}：{len(people)} 人", f"{title.en}: {len(people)}").say(app.language), bold=True
        )
        for one in people:
            records = one.records if every else one.records[:_LISTED]
            more = len(one.records) - len(records)
            rest = Text(f" 等 {len(one.records)} 条", f" and {more} more") if more else Text("", "")
            name = one.name or Text("（未写）", "(nobody named)").say(app.language)
            click.echo(f"  {name}  {'、'.join(records)}{rest.say(app.language)}")
