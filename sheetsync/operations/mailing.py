"""Sends a mail to everybody who shall have it, each of them once (reliability, 7)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sheetsync.model.message import NOTHING, Delivery, DeliveryState, Entry, EntryState, MailDraft, Message
from sheetsync.model.summary import Week
from sheetsync.ports import Clock, Notifier, Outbox
from sheetsync.text import Text

_LEFT: Mapping[EntryState, Text] = {
    "sent": Text("以前已发送，没有再发", "sent before, not again"),
    "sending": Text("另一次运行正在发送", "another run is sending it now"),
    "refused": Text("以前被服务器拒收，没有再发", "refused by the server before, not tried again"),
    "doubt": Text(
        "以前发送时连接中断，不知是否送达，没有再发；请向收件人确认",
        "the line broke when it was sent before and nobody knows whether it arrived; it is not sent again: "
        "ask the recipient",
    ),
}
_OTHER = Text("；此后数字有变，要更正请发新版", "; its numbers changed since: send a corrected version")


def weekly_key(job: str, week: Week, version: int = 1) -> str:
    """Return what makes a weekly report one of its kind: `weekly:launch:2026-W47:v1`.

    Args:
        job: Name of the project, workbook or job that it is about.
        week: The week that it speaks of.
        version: 1, or more for a corrected one.
    """
    return f"{_start(job, week)}{version}"


def last_version(outbox: Outbox, job: str, week: Week) -> tuple[int, Mapping[str, str]]:
    """Return the last version of a report that anybody may have got, with its facts; 0 and nothing before.

    A corrected report is the next one, and tells by these facts what changed.

    Args:
        outbox: What left before.
        job: As in `weekly_key`.
        week: As in `weekly_key`.
    """
    start = _start(job, week)
    found: tuple[int, Mapping[str, str]] = (0, {})
    for entry in outbox.entries(start):
        number = entry.key.removeprefix(start)
        left = entry.state not in {"pending", "refused"}
        if left and number.isdecimal() and int(number) > found[0]:
            found = int(number), dict(entry.facts)
    return found


def post(
    draft: MailDraft,
    *,
    key: str,
    sender: str,
    recipients: Sequence[str],
    notifier: Notifier,
    clock: Clock,
    outbox: Outbox | None,
) -> Iterator[Delivery]:
    """Send a draft to each recipient, at most once per key; yield what became of each.

    What a server did not take yet (`later`) stays pending: the next call with the same key tries it again.

    Args:
        draft: What it says, with what travels with it.
        key: From `weekly_key`.
        sender: `name <address>` or an address.
        recipients: Addresses; one that stands there twice gets one.
        notifier: How it leaves: `notify.smtp.MailServer` or `notify.folder.OutboxFolder`.
        clock: Tells when it was written.
        outbox: What left before. None where the notifier itself takes nothing twice, as a folder.

    Raises:
        SheetSyncError: Outbox or folder cannot be written; what was yielded before holds.
    """
    written = clock.now()
    messages = [
        Message(key=key, sender=sender, recipient=recipient, written=written, draft=draft)
        for recipient in {address.lower(): address for address in recipients}.values()
    ]
    if outbox is None:
        yield from notifier.send(messages)
        return
    waiting: list[Message] = []
    for message in messages:
        entry = outbox.offer(message, notifier.channel, clock.now())
        if entry.state == "pending":
            waiting.append(message)
        else:
            yield _known(message, entry)
    by_recipient = {message.recipient: message for message in waiting}
    claim = partial(_claim, outbox, notifier.channel, clock)
    for delivery in notifier.send(waiting, claim):
        state = _AFTER.get(delivery.state)
        if state is not None:
            message = by_recipient[delivery.recipient]
            outbox.settle(message, notifier.channel, state, reply=delivery.reply.en, now=clock.now())
        yield delivery


_AFTER: Mapping[DeliveryState, EntryState] = {
    "sent": "sent",
    "written": "sent",
    "later": "pending",
    "refused": "refused",
    "doubt": "doubt",
}
"""What becomes of an entry; one that was there already stays as it is."""

_EARLIER: Mapping[EntryState, DeliveryState] = {
    "sent": "already",
    "sending": "later",
    "refused": "refused",
    "doubt": "doubt",
}


def _start(job: str, week: Week) -> str:
    return f"weekly:{' '.join(job.split())}:{week.year}-W{week.number:02}:v"


def _claim(outbox: Outbox, channel: str, clock: Clock, message: Message) -> bool:
    return outbox.claim(message, channel, clock.now())


def _known(message: Message, entry: Entry) -> Delivery:
    """Return what became of a message earlier."""
    said = _LEFT.get(entry.state, NOTHING)
    if entry.state == "sent" and entry.facts != message.draft.facts:
        said = Text(f"{said.zh}{_OTHER.zh}", f"{said.en}{_OTHER.en}")
    return Delivery(
        key=message.key,
        recipient=message.recipient,
        state=_EARLIER[entry.state],
        reply=said,
    )
