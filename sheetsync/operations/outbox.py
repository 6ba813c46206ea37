"""Messages that did not leave, or of which nobody knows: what waits, and what a person decides."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.errors import BusyError, UsageError
from sheetsync.model.message import STALE, Entry, EntryState
from sheetsync.operations.pasts import MESSAGE_STATES
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Text

Decision = Literal["release", "sent", "drop"]
"""Try again; it arrived, or was handed over otherwise; it shall not leave."""

_BECOMES: dict[Decision, EntryState] = {"release": "pending", "sent": "sent", "drop": "refused"}

_REPLIES: dict[Decision, str] = {
    "release": "由人放行，等待重发 released by a person",
    "sent": "由人确认已送达 confirmed by a person",
    "drop": "由人放弃，不再发送 dropped by a person",
}

Settle = Callable[[Entry, EntryState, str], bool]
"""Turns a message into a state with a reply; False if it changed meanwhile."""


def actual(entry: Entry, now: datetime) -> EntryState:
    """Return the state of a message: one that was left in the middle of sending is in doubt.

    Args:
        entry: The message.
        now: Wall clock of the project's zone.
    """
    return "doubt" if entry.state == "sending" and entry.changed < now - STALE else entry.state


def waiting(entries: Iterable[Entry], state: EntryState | None, *, now: datetime) -> list[Entry]:
    """Return the messages in a state, or all that did not leave.

    Args:
        entries: What the outbox knows, the oldest first.
        state: Which state; every one but `sent` when None.
        now: Wall clock of the project's zone.
    """
    return [
        one for one in entries if (actual(one, now) != "sent" if state is None else actual(one, now) == state)
    ]


def decided(
    decision: Decision,
    entries: Iterable[Entry],
    key: str,
    recipient: str,
    channel: str | None,
    *,
    now: datetime,
    settle: Settle,
) -> EntryState:
    """Settle one message as a person decided; return the state it has now.

    Args:
        decision: What the person decided.
        entries: What the outbox knows; others may be among it.
        key: Of the message.
        recipient: Of the message.
        channel: Of the message, None where only one has this key and recipient.
        now: Wall clock of the project's zone.
        settle: Writes the decision down.

    Raises:
        UsageError: There is no such message, or it needs no decision.
        BusyError: It is being sent at this moment.
    """
    entry = _meant(entries, key, recipient, channel)
    state, wanted = actual(entry, now), _BECOMES[decision]
    if state == "sending":
        raise _being_sent(entry)
    if state in {"sent", wanted}:
        raise UsageError(
            Text(
                f"这条消息的状态是“{MESSAGE_STATES[state].zh}”，不需要处理。",
                f"This message is {MESSAGE_STATES[state].en}; there is nothing to decide.",
            ),
            where=f"{entry.key} {entry.recipient}",
        )
    if not settle(entry, wanted, _REPLIES[decision]):
        raise _being_sent(entry)
    return wanted


def outbox_document(entries: Sequence[Entry], *, now: datetime, zone: ZoneInfo) -> Document:
    """Return the JSON document of messages; times bear their offset.

    Args:
        entries: The messages.
        now: Wall clock of the project's zone.
        zone: The project's zone.
    """
    return {
        "schema": "sheetsync.outbox/1",
        "now": zoned(now, zone),
        "messages": [
            {
                "key": one.key,
                "recipient": one.recipient,
                "channel": one.channel,
                "state": actual(one, now),
                "first": zoned(one.first, zone),
                "changed": zoned(one.changed, zone),
                "tries": one.tries,
                "reply": one.reply,
            }
            for one in entries
        ],
    }


def _meant(entries: Iterable[Entry], key: str, recipient: str, channel: str | None) -> Entry:
    found = [
        one
        for one in entries
        if one.key == key
        and one.recipient == recipient.lower()
        and (channel is None or one.channel == channel)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(one.channel for one in found)
        raise UsageError(
            Text(f"这条消息走了几个渠道：{names}。", f"This message goes by several channels: {names}."),
            fix=Text("请加 --channel 指明。", "Say which with --channel."),
        )
    raise UsageError(
        Text(f"没有发给 {recipient} 的消息 {key}。", f"There is no message {key} to {recipient}."),
        fix=Text("用 sheetsync outbox 查看全部。", "sheetsync outbox lists them."),
    )


def _being_sent(entry: Entry) -> BusyError:
    return BusyError(
        Text("这条消息正在发送，没有改动。", "This message is being sent now; nothing was changed."),
        fix=Text("请 20 分钟后再看。", "Look again in 20 minutes."),
        where=f"{entry.key} {entry.recipient}",
    )
