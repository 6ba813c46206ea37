"""What a run of reminders came to, and how that is told to machines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.errors import SheetSyncError
from sheetsync.model.message import NOTHING, DeliveryState, MailDraft
from sheetsync.model.reminder import Digest, Lost, Reminder, Silent
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Language, Text

State = DeliveryState | Literal["shown"]
"""What became of a message; `shown` in a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message, and what became of it.

    Args:
        person: To whom.
        digest: What it is about.
        draft: What it says.
        state: What became of it.
        channel: How it went, or would go.
        recipient: The address.
        reply: Why, or what the server said; empty text where there is nothing to say.
        place: Path of the file it was written to, None for a server.
    """

    person: str
    digest: Digest
    draft: MailDraft
    state: State
    channel: str
    recipient: str
    reply: Text = NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What a run of reminders came to.

    Args:
        now: When it ran, wall clock of the project's zone.
        slot: What the time of day is called.
        sent: The messages, by person.
        waiting: Whom something waits for until quiet hours or a rest day are over.
        until: When that is; None where nothing waits for it.
        had: Who has something to be told, but had today's message already.
        excused: Matters of which somebody has given a new date that is still to come.
        closed: Matters of earlier reminders that were done, or hold no longer.
        lost: Whom nobody could tell.
        silent: Who has not reported.
        revised: Whose message of today was shown again with what is done.
        doubts: Earlier reminders of which nobody knows whether they arrived.
        errors: Why workbooks could not be read.
    """

    now: datetime
    slot: str
    sent: tuple[Sent, ...] = ()
    waiting: tuple[str, ...] = ()
    until: datetime | None = None
    had: tuple[str, ...] = ()
    excused: int = 0
    closed: int = 0
    lost: tuple[Lost, ...] = ()
    silent: tuple[Silent, ...] = ()
    revised: tuple[str, ...] = ()
    doubts: tuple[Reminder, ...] = ()
    errors: tuple[SheetSyncError, ...] = ()


def reminded_document(done: Reminded, *, zone: ZoneInfo, language: Language) -> Document:
    """Return the JSON document of a run.

    Args:
        done: What it came to.
        zone: The project's zone.
        language: Of titles and messages.
    """
    return {
        "schema": "sheetsync.remind/1",
        "now": zoned(done.now, zone),
        "slot": done.slot,
        "messages": [
            {
                "person": one.person,
                "channel": one.channel,
                "recipient": one.recipient,
                "state": one.state,
                "urgent": one.digest.urgent,
                "title": one.draft.subject,
                "text": one.draft.text,
                "records": [
                    {
                        "record": item.matter.record,
                        "rule": item.matter.rule,
                        "level": item.matter.level,
                        "rung": item.rung.name.say(language),
                        "told": item.told,
                    }
                    for item in (*one.digest.items, *one.digest.news)
                ],
                "more": one.digest.more,
                "reply": one.reply.say(language),
                "place": one.place,
            }
            for one in done.sent
        ],
        "states": dict(Counter(one.state for one in done.sent)),
        "waiting": list(done.waiting),
        "until": None if done.until is None else zoned(done.until, zone),
        "had": list(done.had),
        "excused": done.excused,
        "closed": done.closed,
        "revised": list(done.revised),
        "unreached": [
            {
                "who": one.who,
                "role": one.role.say(language),
                "why": one.why.say(language),
                "records": list(one.records),
            }
            for one in done.lost
        ],
        "unreported": silent_document(done.silent, zone=zone, language=language),
        "doubts": [
            {
                "person": one.receiver,
                "record": one.record_id,
                "rule": one.rule,
                "at": zoned(one.at, zone),
                "channel": one.channel,
            }
            for one in done.doubts
        ],
        "errors": [error.say(language) for error in done.errors],
    }


def silent_document(
    silent: Sequence[Silent], *, zone: ZoneInfo, language: Language
) -> list[dict[str, object]]:
    """Return the JSON list of those who have not reported; the arguments are those of `reminded_document`."""
    return [
        {
            "kind": one.kind,
            "title": one.title.say(language),
            "name": one.name,
            "records": list(one.records),
            "since": None if one.since is None else zoned(one.since, zone),
        }
        for one in silent
    ]
