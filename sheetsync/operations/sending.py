"""How reminders leave: taken on in the ledger, handed over, and settled by what became of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sheetsync.model.message import Delivery, Entry, MailDraft, Message
from sheetsync.model.reminder import Digest, Matter, Person, Reminder, ToldState
from sheetsync.operations.mailing import post as handed_over
from sheetsync.operations.reminded import Sent, State
from sheetsync.ports import Clock, Ledger, Notifier, Outbox
from sheetsync.reminders.due import Due, Occasion
from sheetsync.render.digest import digest_mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way that reminders leave by.

    Args:
        notifier: Hands them over.
        address: Tells where a person is reached by it; None where it does not reach the person.
    """

    notifier: Notifier
    address: Callable[[Person], str | None]


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where reminders are kept and how they leave.

    Args:
        ledger: Who was told what.
        outbox: What left.
        ways: The ways out, in the order they are tried.
        clock: Tells when something was written.
        sender: `name <address>` or an address; empty where nothing goes by mail.
    """

    ledger: Ledger
    outbox: Outbox
    ways: Sequence[Way]
    clock: Clock
    sender: str


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The messages of one run.

    Args:
        post: Where reminders are kept and how they leave.
        occasion: When and for what.
        project: What the project is called in messages; may be empty.
    """

    post: Post
    occasion: Occasion
    project: str

    def ways(self, person: Person) -> list[tuple[Way, str]]:
        """Return how a person is reached, in the order the ways are tried."""
        found = [(way, way.address(person)) for way in self.post.ways]
        return [(way, address) for way, address in found if address is not None]

    def draft(self, digest: Digest) -> MailDraft:
        """Return what a message says."""
        return digest_mail(
            digest, now=self.occasion.now, project=self.project, language=self.occasion.language
        )

    def shown(self, due: Due) -> Sent:
        """Return a message as it would leave."""
        way, address = self.ways(due.digest.person)[0]
        return Sent(
            person=due.digest.person.name,
            digest=due.digest,
            draft=self.draft(due.digest),
            state="shown",
            channel=way.notifier.channel,
            recipient=address,
        )

    def send(self, due: Due) -> Sent | None:
        """Take on one message, hand it over, and write down what became of it."""
        ledger = self.post.ledger
        taken = ledger.claim(due.rows)
        if len(taken) < len(due.rows):
            # Another run tells the rest.
            due = due.only(taken)
        if not due.rows and not (due.digest.lost or due.digest.silent):
            return None
        draft = self.draft(due.digest)
        last: Sent | None = None
        for way, address in self.ways(due.digest.person):
            for delivery in handed_over(
                draft,
                key=due.key,
                sender=self.post.sender,
                recipients=[address],
                notifier=way.notifier,
                clock=self.post.clock,
                outbox=self.post.outbox,
            ):
                last = _as_sent(due, draft, way, delivery)
            if last is None or last.state != "refused":
                # What may have left by one way does not go by another.
                break
        became = None if last is None else _BECAME.get(last.state)
        if last is None or became is None:
            ledger.release(due.rows)
        else:
            ledger.settle(due.rows, became, last.channel, self.occasion.now)
        return last

    def settle_left(self, known: Sequence[Reminder]) -> bool:
        """Settle what a run that ended left behind, and what a person decided of a doubt.

        Only one run reminds at a time: what is held now, nobody is sending.

        Returns:
            Whether there was any.
        """
        left: dict[str, list[Reminder]] = defaultdict(list)
        for one in known:
            if one.state != "sent":
                left[one.message].append(one)
        for key, rows in left.items():
            entries = {entry.state: entry for entry in self.post.outbox.entries(key) if entry.key == key}
            for state, became in _LEFT.items():
                if state in entries:
                    entry = entries[state]
                    self.post.ledger.settle(rows, became, entry.channel, entry.changed)
                    break
            else:
                self.post.ledger.release(rows)
        return bool(left)

    def drop_overtaken(self, matters: Sequence[Matter]) -> None:
        """Give up what waits in the outbox and no run will ever send: another message tells it by now."""
        start, urgent = f"remind:{self.occasion.project}:", f"urgent:{self.occasion.project}:"
        today = self.occasion.day.isoformat()
        for entry in self.post.outbox.entries(start, state="pending"):
            if entry.key.removeprefix(start)[: len(today)] < today:
                self._drop(entry)
        for entry in self.post.outbox.entries(urgent, state="pending"):
            told = entry.key.removeprefix(urgent)
            if not any(told.startswith(f"{matter.key}:") for matter in matters):
                self._drop(entry)

    def _drop(self, entry: Entry) -> None:
        message = Message(
            key=entry.key,
            sender=self.post.sender,
            recipient=entry.recipient,
            written=entry.first,
            draft=MailDraft(subject="", html="", text=""),
        )
        now = self.occasion.now
        self.post.outbox.settle(message, entry.channel, "refused", reply=_OVERTAKEN, now=now)


_OVERTAKEN = "不再发送：之后的提醒已代替 overtaken by a later reminder"

_BECAME: Mapping[State, ToldState] = {"sent": "sent", "written": "sent", "doubt": "doubt"}
"""What the ledger says of a message; of every other state, that it did not leave."""

_LEFT: Mapping[str, ToldState] = {"sent": "sent", "sending": "doubt", "doubt": "doubt"}
"""The same by what the outbox says, the first that holds counts."""


def _as_sent(due: Due, draft: MailDraft, way: Way, delivery: Delivery) -> Sent:
    return Sent(
        person=due.digest.person.name,
        digest=due.digest,
        draft=draft,
        state=delivery.state,
        channel=way.notifier.channel,
        recipient=delivery.recipient,
        reply=delivery.reply,
        place=delivery.place,
    )
