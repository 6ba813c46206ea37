"""Sends a mail to everybody who shall have it, each of them once (reliability, 7)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
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
_UNREACHED = Text("没有渠道能送达这个收件人", "no channel reaches that recipient")
_OTHER = Text("；此后数字有变，要更正请发新版", "; its numbers changed since: send a corrected version")


def weekly_key(job: str, week: Week, version: int = 1) -> str:
    """Return what makes a weekly report one of its kind: `weekly:launch:2026-W47:v1`.

    Args:
        job: Name of the project, workbook or job that it is about.
        week: The week that it speaks of.
        version: 1, or more for a corrected one.
    """
    return f"{_start(job, week)}{version}"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a report is to leave.

    Args:
        version: 1, or more for a corrected one.
        before: Facts of the version before, None where there is none or they are not known.
    """

    version: int = 1
    before: Mapping[str, str] | None = None


def edition(outbox: Outbox, job: str, week: Week, *, correct: bool = False) -> Edition:
    """Return which version of a report is to leave: the last one until somebody asks for a correction.

    Args:
        outbox: What left before.
        job: As in `weekly_key`.
        week: As in `weekly_key`.
        correct: True for a corrected version of what anybody may have got; the first one where nobody did.
    """
    known = _versions(outbox, _start(job, week))
    version = max(known, default=0) + (1 if correct else 0)
    return Edition(max(1, version), known.get(version - 1))


def _versions(outbox: Outbox, start: str) -> dict[int, Mapping[str, str]]:
    """Return the facts of each version that anybody may have got."""
    found: dict[int, Mapping[str, str]] = {}
    for entry in outbox.entries(start):
        number = entry.key.removeprefix(start)
        left = entry.state not in {"pending", "refused"}
        if left and number.isdecimal():
            found[int(number)] = dict(entry.facts)
    return found


@dataclass(frozen=True, slots=True)
class Route:
    """One way that a report may go.

    Args:
        notifier: Hands it over.
        address: Tells where a reader is reached by it, None where it does not reach that reader.
    """

    notifier: Notifier
    address: Callable[[str], str | None]


def post_by(
    routes: Sequence[Route],
    draft: MailDraft,
    *,
    key: str,
    sender: str,
    recipients: Sequence[str],
    clock: Clock,
    outbox: Outbox | None,
) -> Iterator[Delivery]:
    """Send a draft to each recipient by the first way that reaches them; yield what became of each.

    Where a way refuses somebody for good, the next one is tried; what may have left by one way goes by no
    other.

    Args:
        routes: The ways, in the order they are tried.
        draft: As in `post`.
        key: As in `post`.
        sender: As in `post`.
        recipients: Readers, as the settings name them.
        clock: As in `post`.
        outbox: As in `post`.

    Raises:
        SheetSyncError: Outbox or folder cannot be written; what was yielded before holds.
    """
    waiting = list({one.lower(): one for one in recipients}.values())
    for number, route in enumerate(routes):
        readers: dict[str, list[str]] = {}
        for one in waiting:
            address = route.address(one)
            if address is not None:
                readers.setdefault(address, []).append(one)
        others = routes[number + 1 :]
        for delivery in post(
            draft,
            key=key,
            sender=sender,
            recipients=list(readers),
            notifier=route.notifier,
            clock=clock,
            outbox=outbox,
        ):
            reached = readers[delivery.recipient]
            if delivery.state != "refused" or not _reached(reached, others):
                yield delivery
                waiting = [one for one in waiting if one not in reached]
    for one in waiting:
        yield Delivery(key=key, recipient=one, state="refused", reply=_UNREACHED)


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
        recipients: Addresses; one that stands there twice gets one. An empty one makes a draft that a person
            addresses, for a folder only.
        notifier: How it leaves: `notify.smtp.MailServer` or `notify.folder.OutboxFolder`.
        clock: Tells when it was written.
        outbox: What left before; None only where the notifier itself takes nothing twice (`once`).

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
    elif notifier.once:
        yield from _recorded(messages, notifier, clock, outbox)
    else:
        yield from _claimed(messages, notifier, clock, outbox)


def _recorded(
    messages: Sequence[Message], notifier: Notifier, clock: Clock, outbox: Outbox
) -> Iterator[Delivery]:
    """Hand over what the way out itself takes once; write down what left, for later versions to look up."""
    by_recipient = {message.recipient: message for message in messages}
    for delivery in notifier.send(messages):
        message, now = by_recipient[delivery.recipient], clock.now()
        entry = outbox.offer(message, notifier.channel, now)
        if delivery.state == "written" and outbox.claim(message, notifier.channel, now):
            outbox.settle(message, notifier.channel, "sent", reply="", now=now)
        other = delivery.state == "already" and entry.facts != message.draft.facts
        yield replace(delivery, reply=_and_other(delivery.reply)) if other else delivery


def _claimed(
    messages: Sequence[Message], notifier: Notifier, clock: Clock, outbox: Outbox
) -> Iterator[Delivery]:
    """Hand over what nobody handed over before, and write down what became of it.

    A doubt is handed over once more where whoever gets it twice would see it once (reliability, 7.4). Only
    that it was taken ends the doubt: no refusal tells of the time before.
    """
    waiting: dict[str, Message] = {}
    doubted: set[str] = set()
    for message in messages:
        entry = outbox.offer(message, notifier.channel, clock.now())
        if _is_fresh(entry, notifier, clock):
            doubted.add(message.recipient)
        elif entry.state != "pending":
            yield _known(message, entry)
            continue
        waiting[message.recipient] = message
    claim = partial(_claim, outbox, notifier.channel, clock, doubted)
    for delivery in notifier.send(waiting.values(), claim):
        still = delivery.recipient in doubted and delivery.state in {"later", "refused"}
        became = replace(delivery, state="doubt") if still else delivery
        state = _AFTER.get(became.state)
        if state is not None:
            message = waiting[delivery.recipient]
            outbox.settle(message, notifier.channel, state, reply=delivery.reply.en, now=clock.now())
        yield became


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


def _reached(recipients: Iterable[str], routes: Sequence[Route]) -> bool:
    """Tell whether any of some ways reaches any of some readers."""
    return any(route.address(one) is not None for route in routes for one in recipients)


def _is_fresh(entry: Entry, notifier: Notifier, clock: Clock) -> bool:
    """Tell whether a message is in doubt, and may be handed over again all the same."""
    return entry.state == "doubt" and timedelta() <= clock.now() - entry.first < notifier.again_within


def _claim(outbox: Outbox, channel: str, clock: Clock, doubted: AbstractSet[str], message: Message) -> bool:
    now = clock.now()
    if message.recipient in doubted:
        outbox.release(message.key, message.recipient, channel, now)
    return outbox.claim(message, channel, now)


def _known(message: Message, entry: Entry) -> Delivery:
    """Return what became of a message earlier."""
    said = _LEFT.get(entry.state, NOTHING)
    if entry.state == "sent" and entry.facts != message.draft.facts:
        said = _and_other(said)
    return Delivery(
        key=message.key,
        recipient=message.recipient,
        state=_EARLIER[entry.state],
        reply=said,
    )


def _and_other(said: Text) -> Text:
    return Text(f"{said.zh}{_OTHER.zh}", f"{said.en}{_OTHER.en}")
