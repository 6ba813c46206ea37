"""A mail before and after it leaves: what it says, to whom it goes, what became of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sheetsync.model.card import Card
from sheetsync.text import Text

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

DeliveryState = Literal["sent", "written", "already", "later", "refused", "doubt"]
"""What became of one message: accepted; lies in the outbox folder; was there or accepted before; not out
yet; refused for good; the line broke after it was handed over, so nobody knows."""

NOTHING = Text("", "")

EntryState = Literal["pending", "sending", "sent", "refused", "doubt"]


STALE = timedelta(minutes=20)
"""A message that is longer in `sending` was left so by a program that ended; servers answer in 10 minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that travels inside a mail.

    Args:
        cid: What the HTML calls it: `cid:` and this.
        content: A PNG file.
        alt: What it shows, in words.
    """

    cid: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels with a mail.

    Args:
        name: Its name, Chinese as people gave it.
        content: All of it.
        media: Its media type.
    """

    name: str
    content: bytes
    media: str = WORKBOOK_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """What a mail says, the same for everybody.

    Args:
        subject: One line.
        html: A whole HTML document; its pictures are those of `pictures`.
        text: The same in plain text.
        pictures: The pictures of the HTML.
        attachments: Files that travel with it.
        facts: Its figures as it says them, by name; a corrected version tells by them what changed.
        version: 1, or more for a corrected one.
        card: The same as a card; None where nobody laid one out.
    """

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    version: int = 1
    card: Card | None = None

    @property
    def as_card(self) -> Card:
        """What it says, for ways out that show cards: the one laid out for it, else its plain text."""
        return self.card or Card(title=self.subject, lines=tuple(self.text.splitlines()))

    @property
    def digest(self) -> str:
        """SHA-256 of everything that a reader reads."""
        read = f"{self.subject}\0{self.text}\0{self.html}"
        return hashlib.sha256(read.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A draft on its way to one person.

    Args:
        key: What makes it one of its kind: job, week and version, never the time of sending.
        sender: Who sends it, `name <address>` or an address.
        recipient: One address.
        written: When it was made, wall clock of the project's zone.
        draft: What it says.
    """

    key: str
    sender: str
    recipient: str
    written: datetime
    draft: MailDraft

    @property
    def identity(self) -> str:
        """Twenty letters and digits of the recipient and the key: the same message, whenever it is made."""
        return hashlib.sha256(f"{self.recipient.lower()}\n{self.key}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one message.

    Args:
        key: Of the message.
        recipient: Of the message.
        state: What became of it.
        reply: Why, or what the server said; empty text where there is nothing to say.
        place: Path of the file it was written to, None for a server.
    """

    key: str
    recipient: str
    state: DeliveryState
    reply: Text = NOTHING
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the outbox knows of one message.

    Args:
        key: Of the message.
        recipient: Of the message.
        channel: How it goes, such as `mail`.
        state: pending (not handed over), sending (being handed over now, or the program ended in it), sent,
            refused for good, doubt.
        digest: Of the draft that was offered or sent last.
        facts: Figures of that draft, by name.
        tries: How often it was tried.
        first: When it was first offered, wall clock of the project's zone.
        changed: When its state last changed.
        reply: What the server said last.
    """

    key: str
    recipient: str
    channel: str
    state: EntryState
    digest: str
    facts: tuple[tuple[str, str], ...]
    tries: int
    first: datetime
    changed: datetime
    reply: str = ""
