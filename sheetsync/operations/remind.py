"""`remind`: tells people what waits for them, each matter at most once a person and day (reliability, 7).

What is told is entered in the ledger before it is handed over, and settled after; what a run that ended
between both took on, the next run asks the outbox about: what left counts, what may have left counts as
told but is listed, what did not leave is told again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.config.reminders import RemindersSettings
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.model.message import NOTHING, Delivery, DeliveryState, Entry, MailDraft, Message
from sheetsync.model.reminder import (
    Assignment,
    Digest,
    Lost,
    Matter,
    Person,
    Reminder,
    Silent,
    ToldState,
)
from sheetsync.operations.mailing import post
from sheetsync.operations.matters import Told
from sheetsync.ports import Clock, Ledger, Notifier, Outbox, Reviser
from sheetsync.reminders.due import (
    LOOKED_BACK,
    Due,
    Occasion,
    Plan,
    count_done,
    gone,
    is_flood,
    plan,
    revised,
    turn,
)
from sheetsync.reminders.quiet import is_quiet
from sheetsync.reminders.staff import assigned, meant
from sheetsync.render.digest import digest_mail
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Language, Text
from sheetsync.worktime import WorkTime

UNREACHED = Text("没有可用的联系方式（邮箱、飞书 ID）", "no address by which to reach them (mail, Feishu id)")

_FALLBACK = Text("项目责任人", "who answers for the project")

State = DeliveryState | Literal["shown"]
"""What became of a message; `shown` in a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way that reminders leave by.

    Args:
        notifier: Hands them over.
        address: Tells where a person is reached by it; None where it does not reach the person.
    """

    notifier: Notifier
    address: Callable[[Person], str | None]


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
class Run:
    """One run of reminders.

    Args:
        told: What the workbooks have to tell, one a unit of workbooks that belong together.
        books: What the project knows the workbooks by that could be read.
        errors: Why others could not be read.
        occasion: When and for what.
        project: What the project is called in messages; may be empty.
        settings: `[reminders]`.
        worktime: The project's calendar.
        post: Where reminders are kept and how they leave.
    """

    told: Sequence[Told]
    books: frozenset[str]
    occasion: Occasion
    project: str
    settings: RemindersSettings
    worktime: WorkTime
    post: Post
    errors: tuple[SheetSyncError, ...] = ()
    _lost: list[Lost] = field(default_factory=list, init=False)

    def carry_out(self, *, dry_run: bool = False, agreed: bool = False) -> Reminded:
        """Tell people what is due.

        Args:
            dry_run: Show the messages; nothing leaves and nothing is remembered.
            agreed: Somebody has said yes to more recipients than usual.

        Raises:
            UsageError: Far more people than usual would be written to, and nobody has agreed to that.
            SheetSyncError: Ledger, outbox or folder cannot be written; what left before is remembered.
        """
        ledger, now = self.post.ledger, self.occasion.now
        known = ledger.known((now - LOOKED_BACK).date())
        if not dry_run and self._settle_left(known):
            known = ledger.known((now - LOOKED_BACK).date())
        matters = [matter for told in self.told for matter in told.matters]
        ended = gone(matters, known, self.books)
        done = count_done(ended, matters, known)
        if not dry_run:
            ledger.close(ended, now)
        # What has ended and comes back begins anew, in a dry run as well.
        known = [
            one if one.matter not in ended else replace(one, acted_at=one.acted_at or now) for one in known
        ]
        assignments = self._assignments()
        found = plan(assignments, known, self.occasion, self.settings, self.worktime)
        due = self._with_lists(found, known)
        if not agreed and is_flood(due, known, self.settings):
            raise self._flood(due)
        sent = [self._shown(one) if dry_run else self._sent(one) for one in due]
        updated: tuple[str, ...] = ()
        if not dry_run:
            self._drop_overtaken(matters)
            updated = tuple(self._revised(ended, assignments, known))
        return Reminded(
            now=now,
            slot=self.occasion.slot,
            sent=tuple(one for one in sent if one is not None),
            waiting=found.waiting,
            until=found.until,
            had=found.had,
            excused=found.excused,
            closed=done,
            lost=tuple(self._lost),
            silent=tuple(one for told in self.told for one in told.silent),
            revised=updated,
            doubts=tuple(one for one in known if one.state == "doubt" and one.acted_at is None),
            errors=self.errors,
        )

    def _assignments(self) -> list[Assignment]:
        """Return who is to be told of what, as far as there is a way to that person."""
        found: list[Assignment] = []
        unreached: dict[tuple[str, Text], dict[str, None]] = {}
        for told in self.told:
            some, lost = assigned(told.matters, told.directory, self.settings.people, told.homes)
            self._lost.extend(lost)
            for one in some:
                if self._way(one.person) is not None:
                    found.append(one)
                else:
                    place = one.person.name, one.rung.name
                    unreached.setdefault(place, {})[_called(one.matter)] = None
        self._lost.extend(
            Lost(who=who, role=role, why=UNREACHED, records=tuple(records))
            for (who, role), records in unreached.items()
        )
        return found

    def _way(self, person: Person) -> tuple[Way, str] | None:
        return next(iter(self._ways(person)), None)

    def _ways(self, person: Person) -> list[tuple[Way, str]]:
        found = [(way, way.address(person)) for way in self.post.ways]
        return [(way, address) for way, address in found if address is not None]

    def _with_lists(self, found: Plan, known: Sequence[Reminder]) -> list[Due]:
        """Return what leaves, with whom nobody could tell and who has not reported for who answers for it."""
        due = list(found.due)
        silent = tuple(one for told in self.told for one in told.silent)
        if self.occasion.is_urgent or not self.settings.fallback or not (silent or self._lost):
            return due
        for told in self.told:
            people = meant(self.settings.fallback, _FALLBACK, told.directory, {}, None).people
            if people and self._way(people[0]) is not None:
                break
        else:
            self._lost.append(Lost(who=self.settings.fallback, role=_FALLBACK, why=UNREACHED, records=()))
            return due
        owner, now = people[0], self.occasion.now
        for number, one in enumerate(due):
            if one.digest.person.name == owner.name and not one.digest.urgent:
                lists = replace(one.digest, lost=tuple(self._lost), silent=silent)
                due[number] = replace(one, digest=lists)
                return due
        key = turn(self.occasion, self.settings, owner.name)
        had = {
            one.message
            for one in known
            if one.receiver == owner.name and one.day == self.occasion.day and not one.urgent
        }
        had |= {
            entry.key
            for entry in self.post.outbox.entries(key)
            if entry.key == key and entry.state != "pending"
        }
        is_full = key in had or len(had) >= self.settings.most_a_day
        if not is_full and not is_quiet(now, self.settings, self.worktime):
            digest = Digest(person=owner, lost=tuple(self._lost), silent=silent)
            due.append(Due(key=key, digest=digest, rows=()))
        return due

    def _revised(
        self, ended: Collection[str], assignments: Sequence[Assignment], known: Sequence[Reminder]
    ) -> Iterator[str]:
        """Show today's messages again of which something is done since; yield whose that were.

        Nothing new is sent, so it does not matter who else was told, nor whether it can be done.
        """
        revisers = {
            way.notifier.channel: way.notifier for way in self.post.ways if isinstance(way.notifier, Reviser)
        }
        today: dict[str, list[Reminder]] = defaultdict(list)
        for one in known:
            if one.day == self.occasion.day and one.state == "sent" and one.channel in revisers:
                today[one.message].append(one)
        for key, rows in today.items():
            if not any(one.matter in ended for one in rows) or self._has_lists(rows[0].receiver):
                continue
            digest = revised(rows, assignments, known, self.occasion, self.settings, self.worktime)
            draft = self._draft(replace(digest, urgent=rows[0].urgent))
            entries = self.post.outbox.entries(key, state="sent")
            entry = next((entry for entry in entries if entry.key == key), None)
            if entry is not None and revisers[rows[0].channel].revise(entry, draft):
                yield rows[0].receiver

    def _has_lists(self, name: str) -> bool:
        """Tell whether somebody's message bears lists, which the ledger does not know."""
        fallback = self.settings.fallback
        return bool(fallback) and any(
            person.name == name
            for told in self.told
            for person in meant(fallback, _FALLBACK, told.directory, {}, None).people
        )

    def _flood(self, due: Sequence[Due]) -> UsageError:
        count = len({one.digest.person.name for one in due})
        return UsageError(
            Text(
                f"这次要提醒 {count} 人，比平时多得多，先不发送。",
                f"{count} people would be written to, far more than usual; nothing was sent.",
            ),
            fix=Text(
                "请先用 --dry-run 看一遍，确认后加 --yes 发送；上限见 [reminders] most_people。",
                "Look at them with --dry-run, then send with --yes; the limit is [reminders] most_people.",
            ),
        )

    def _draft(self, digest: Digest) -> MailDraft:
        return digest_mail(
            digest, now=self.occasion.now, project=self.project, language=self.occasion.language
        )

    def _shown(self, due: Due) -> Sent | None:
        way, address = self._ways(due.digest.person)[0]
        return Sent(
            person=due.digest.person.name,
            digest=due.digest,
            draft=self._draft(due.digest),
            state="shown",
            channel=way.notifier.channel,
            recipient=address,
        )

    def _sent(self, due: Due) -> Sent | None:
        """Take on one message, hand it over, and write down what became of it."""
        ledger = self.post.ledger
        taken = ledger.claim(due.rows)
        if len(taken) < len(due.rows):
            # Another run tells the rest.
            due = due.only(taken)
        if not due.rows and not (due.digest.lost or due.digest.silent):
            return None
        draft = self._draft(due.digest)
        last: Sent | None = None
        for way, address in self._ways(due.digest.person):
            for delivery in post(
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

    def _settle_left(self, known: Sequence[Reminder]) -> bool:
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

    def _drop_overtaken(self, matters: Sequence[Matter]) -> None:
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


def _called(matter: Matter) -> str:
    return matter.record or matter.name or f"{matter.sheet}:{matter.row}"


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
