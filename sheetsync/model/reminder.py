"""What somebody is to be reminded of, and what was told to whom: the nouns of the ledger (spec B6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from sheetsync.model.card import Link
from sheetsync.model.finding import Level, Status
from sheetsync.model.rung import Rung
from sheetsync.text import Text

ToldState = Literal["held", "sent", "doubt"]
"""Taken on by a run that has not said yet what became of it; left; nobody knows whether it left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be told something.

    Args:
        name: As the directory writes it; with the department where several have the name.
        feishu_id: Id in Feishu, None where the directory has none.
        email: E-mail address, None where the directory has none.
        phone: Mobile number; a way to find the account, never shown.
    """

    name: str
    feishu_id: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One rule that one record does not meet, or is about not to meet, as somebody is told of it.

    Args:
        key: What makes it one of its kind: workbook, form, record, rule, variant and due time; never the row.
        book: The workbook as the project knows it.
        title: Its file name, as people know it.
        form: Form id.
        sheet: The sheet.
        row: Row number as a person sees it.
        record: The record's business key; empty if it has none.
        name: What the record is about; empty if the row does not say.
        rule: Rule id.
        level: How severe.
        status: The word the record gets by it.
        message: What is not met, without the record's id.
        step: The next step.
        reason: Why the rule exists.
        column: Header of the watched column as written.
        empty: True where nothing stands in the watched cell.
        due: When it must be done, None for rules without a clock.
        started: When the clock began to run, None for a fixed date and for rules without a clock.
        limit: The limit as written in the rule, None for a fixed date.
        kind: Class of an issue, such as `紧急`; None for everything else.
        waits: Who waits for it; empty if nobody is known.
        rungs: Who is to be told, from whoever must act upwards.
        excused: New date that somebody gave for it; None without one.
        link: Where its row can be clicked on; None where no address is known.
        news: True for something that happened, of which people are told once.
    """

    key: str
    book: str
    title: str
    form: str
    sheet: str
    row: int
    record: str
    name: str
    rule: str
    level: Level
    status: Status
    message: Text
    step: Text
    reason: Text
    column: str
    empty: bool = False
    due: datetime | None = None
    started: datetime | None = None
    limit: str | None = None
    kind: str | None = None
    waits: str = ""
    rungs: tuple[Rung, ...] = ()
    excused: datetime | None = None
    link: Link | None = None
    news: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """The record it is about: workbook, form, and its key, or sheet and row where it has none."""
        return self.book, self.form, self.record or f"{self.sheet}:{self.row}"

    @property
    def brief_with_step(self) -> Text:
        """What is not met and what to do, in one line."""
        return Text(f"{self.message.zh}{self.step.zh}", f"{self.message.en} {self.step.en}")

    def late(self, now: datetime) -> timedelta:
        """Return how long past the due time it is; nothing where it has none or it is still to come."""
        return max(timedelta(), now - self.due) if self.due is not None else timedelta()


class Assignment(NamedTuple):
    """A matter and one person who is to be told of it, on the lowest rung that the person stands on."""

    matter: Matter
    person: Person
    rung: Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """That one person was told of one matter on one day: a row of the ledger, with the columns of form B6.

    Args:
        matter: Key of the matter.
        receiver: Name of the person.
        day: The day; nobody is told of a matter twice on one.
        rung: Number of the rung, 1 to 5.
        level: What the rung is called.
        at: When, wall clock of the project's zone.
        message: Key of the message that it went with.
        channel: How it went; empty until that is known.
        urgent: True for a message of its own beside the day's.
        state: What became of it.
        content: What it said, in one line.
        book: The workbook as the project knows it.
        table: The sheet.
        record_id: The record's business key.
        rule: Rule id.
        acted_at: When a run first saw that nothing was left to do; None while it is open.
    """

    matter: str
    receiver: str
    day: date
    rung: int
    level: str
    at: datetime
    message: str
    channel: str = ""
    urgent: bool = False
    state: ToldState = "held"
    content: str
    book: str
    table: str
    record_id: str
    rule: str
    acted_at: datetime | None = None

    @property
    def news(self) -> bool:
        """True for something that happened: rules have capital letters, events small ones."""
        return self.rule[:1].islower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who was told of a matter before, and how often.

    Args:
        name: What the rung is called.
        who: The person.
        times: On how many days.
        last: The last of them.
    """

    name: str
    who: str
    times: int
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One matter as one person is told of it.

    Args:
        matter: The matter.
        rung: The rung that the person stands on.
        acts: True where the person must act; False for a copy to a rung above.
        told: On how many days this person was told of it before.
        steps: Who else was told of it before, the lowest rung first.
    """

    matter: Matter
    rung: Rung
    acts: bool = True
    told: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Who has not reported something.

    Args:
        kind: What is missing: `daily`, `weekly`, `signature`, `acceptance`.
        title: The same for people.
        name: The person or department; empty where the row names nobody.
        records: The records that it is about, ids or names.
        since: When the first of them was due, None where that is not known.
    """

    kind: str
    title: Text
    name: str
    records: tuple[str, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Somebody who cannot be told: nobody of the directory, or somebody without an address.

    Args:
        who: The name or post as the sheets have it; empty where they name nobody.
        role: What the rung is called.
        why: Why that person cannot be told.
        records: The records that it is about, ids or names.
    """

    who: str
    role: Text
    why: Text
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one person is told in one message.

    Args:
        person: Who.
        items: The matters, those of one record beside each other, the worst first.
        more: How many more records there are than are shown.
        news: What happened since the person was last told, with nothing to be late for.
        more_news: How much more of that there is than is shown.
        urgent: True for a message of its own about one record.
        lost: Whom nobody could tell; only for whoever answers for the project.
        silent: Who has not reported; only for whoever answers for the project.
        settled: What was told in it and is done by now, each in a line.
    """

    person: Person
    items: tuple[Item, ...] = ()
    more: int = 0
    news: tuple[Item, ...] = ()
    more_news: int = 0
    urgent: bool = False
    lost: tuple[Lost, ...] = ()
    silent: tuple[Silent, ...] = ()
    settled: tuple[str, ...] = ()
