"""Over days, slots and runs that are killed anywhere, nobody is told of anything twice a day."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.config.reminders import RemindersSettings
from sheetsync.intake.directory import Directory, Member
from sheetsync.model.message import Delivery, Entry, EntryState, MailDraft, Message
from sheetsync.model.reminder import Matter, Reminder, ToldState
from sheetsync.operations.matters import Told
from sheetsync.operations.remind import Run
from sheetsync.operations.reminded import Reminded
from sheetsync.operations.sending import Post, Way
from sheetsync.reminders.due import Occasion
from sheetsync.reminders.quiet import is_quiet
from sheetsync.testing import FrozenClock, MemoryLedger, MemoryOutbox
from sheetsync.worktime import WorkTime
from tests.unit.reminders.world import matter, news

WORKTIME = WorkTime.standard()
MONDAY = datetime(2023, 10, 9)
NO_DRAFT = MailDraft(subject="", html="", text="")
NAMES = ("李娜", "周涛", "王磊")
DIRECTORY = Directory(tuple(Member(name=name, email=f"{name}@x.cn") for name in NAMES))


class Killed(BaseException):
    """The machine was switched off."""


@dataclass
class Fuse:
    """Ends a run after so many calls; never when it is negative."""

    left: int = -1

    def burn(self) -> None:
        if self.left == 0:
            self.left = -1
            raise Killed
        self.left -= 1


@dataclass
class BurningLedger:
    """A ledger whose run may end before and after each call."""

    inner: MemoryLedger
    fuse: Fuse

    def known(self, since: date) -> Sequence[Reminder]:
        return self.inner.known(since)

    def claim(self, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
        self.fuse.burn()
        found = self.inner.claim(reminders)
        self.fuse.burn()
        return found

    def settle(self, reminders: Sequence[Reminder], state: ToldState, channel: str, at: datetime) -> None:
        self.fuse.burn()
        self.inner.settle(reminders, state, channel, at)

    def release(self, reminders: Sequence[Reminder]) -> None:
        self.fuse.burn()
        self.inner.release(reminders)

    def close(self, matters: Collection[str], at: datetime) -> int:
        self.fuse.burn()
        return self.inner.close(matters, at)


@dataclass
class BurningOutbox:
    """An outbox whose run may end before each call."""

    inner: MemoryOutbox
    fuse: Fuse

    def offer(self, message: Message, channel: str, now: datetime) -> Entry:
        self.fuse.burn()
        return self.inner.offer(message, channel, now)

    def claim(self, message: Message, channel: str, now: datetime) -> bool:
        self.fuse.burn()
        return self.inner.claim(message, channel, now)

    def settle(self, message: Message, channel: str, state: EntryState, *, reply: str, now: datetime) -> None:
        self.fuse.burn()
        self.inner.settle(message, channel, state, reply=reply, now=now)

    def release(self, key: str, recipient: str, channel: str, now: datetime) -> bool:
        return self.inner.release(key, recipient, channel, now)

    def entries(self, start: str = "", *, state: EntryState | None = None) -> Sequence[Entry]:
        return self.inner.entries(start, state=state)


@dataclass
class Mail:
    """A way out that delivers, and may be switched off before and after that."""

    fuse: Fuse
    channel: str = "mail"
    once: bool = False
    again_within: timedelta = timedelta()
    delivered: list[Message] = field(default_factory=list)

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        for message in messages:
            self.fuse.burn()
            if not claim(message):
                yield Delivery(key=message.key, recipient=message.recipient, state="already")
                continue
            self.fuse.burn()
            self.delivered.append(message)
            self.fuse.burn()
            yield Delivery(key=message.key, recipient=message.recipient, state="sent")


@dataclass
class World:
    """A project over days."""

    rules: RemindersSettings
    fuse: Fuse = field(default_factory=Fuse)

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger()
        self.outbox = MemoryOutbox()
        self.mail = Mail(self.fuse)

    def run(self, matters: Sequence[Matter], now: datetime, slot: str) -> Reminded | None:
        """Remind; None where the run was killed."""
        run = Run(
            told=[Told(matters=tuple(matters), homes={}, silent=(), directory=DIRECTORY)],
            books=frozenset({"项目.xlsx"}),
            occasion=Occasion(project="P", now=now, slot=slot),
            project="P",
            settings=self.rules,
            worktime=WORKTIME,
            post=Post(
                ledger=BurningLedger(self.ledger, self.fuse),
                outbox=BurningOutbox(self.outbox, self.fuse),
                ways=[Way(notifier=self.mail, address=lambda person: person.email)],
                clock=FrozenClock(now),
                sender="pmo@x.cn",
            ),
        )
        try:
            return run.carry_out()
        except Killed:
            return None


def records(message: Message) -> list[str]:
    """Return the records that a message tells of."""
    card = message.draft.card
    return [] if card is None else [passage.title.split(" ")[1] for passage in card.passages]


KINDS = st.sampled_from([None, None, "一般", "严重", "紧急"])
LIVES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 10), st.permutations(NAMES), st.integers(1, 3), KINDS),
    min_size=1,
    max_size=8,
)
"""First day, days, people upwards, how many of them, class of an issue."""
RUNS = st.lists(
    st.tuples(st.integers(0, 10), st.integers(0, 23), st.integers(-1, 12)), min_size=1, max_size=14
)
"""Day, hour, and after how many calls the run is killed."""


@settings(max_examples=150)
@given(LIVES, RUNS, st.integers(1, 3), st.integers(1, 3))
def test_nobody_is_told_of_anything_twice_a_day(
    lives: list[tuple[int, int, list[str], int, str | None]],
    runs: list[tuple[int, int, int]],
    most_items: int,
    most_a_day: int,
) -> None:
    world = World(RemindersSettings(most_items=most_items, most_a_day=most_a_day))
    told: set[tuple[str, str, date]] = set()
    for day, hour, fuse in sorted(runs, key=lambda run: run[:2]):
        now = MONDAY + timedelta(days=day, hours=hour)
        alive = {
            f"M{number}": matter(f"M{number}", *people[: 1 + min(count - 1, day - first)], kind=kind)
            for number, (first, length, people, count, kind) in enumerate(lives)
            if first <= day < first + length
        }
        world.fuse.left, before = fuse, len(world.mail.delivered)
        world.run([*alive.values()], now, "morning" if hour < 12 else "afternoon")
        for message in world.mail.delivered[before:]:
            for record in records(message):
                assert record in alive, "what was done is told no more"
                place = message.recipient, record, now.date()
                assert place not in told
                told.add(place)
            if is_quiet(now, world.rules, WORKTIME):
                assert {alive[record].kind for record in records(message)} == {"紧急"}
        for name in NAMES:
            start = f"remind:P:{now.date()}:"
            ordinary = [
                one for one in world.mail.delivered if one.key.startswith(start) and name in one.recipient
            ]
            assert len(ordinary) <= most_a_day
    keys = [(one.key, one.recipient) for one in world.mail.delivered]
    assert len(keys) == len(set(keys))


@settings(max_examples=40)
@given(st.integers(0, 25))
def test_what_a_killed_run_did_not_hand_over_is_told_by_the_next(fuse: int) -> None:
    """And what it did hand over is told by nobody again."""
    world = World(RemindersSettings())
    matters = [matter("A", "李娜"), matter("B", "周涛"), matter("C", "王磊")]
    world.fuse.left = fuse
    world.run(matters, MONDAY.replace(hour=9), "morning")
    world.fuse.left = -1
    done = world.run(matters, MONDAY.replace(hour=10), "morning")
    assert done is not None
    delivered = [record for message in world.mail.delivered for record in records(message)]
    doubtful = [row.record_id for row in done.doubts]
    assert len(delivered) == len(set(delivered))
    assert {*delivered, *doubtful} == {"A", "B", "C"}


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(NAMES), st.sampled_from([None, "紧急"])), max_size=8
    ),
    RUNS,
    st.booleans(),
)
def test_nobody_is_told_twice_of_what_happened(
    events: list[tuple[int, str, str | None]], runs: list[tuple[int, int, int]], late: bool
) -> None:
    """On no day after it either, wherever runs are killed."""
    world = World(RemindersSettings(most_items=2))
    told: set[tuple[str, str]] = set()
    for day, hour, fuse in sorted(runs, key=lambda run: run[:2]):
        now = MONDAY + timedelta(days=day, hours=hour)
        known = [
            news(f"N{number}", name, at=MONDAY + timedelta(days=first), kind=kind)
            for number, (first, name, kind) in enumerate(events)
            if first <= day
        ]
        world.fuse.left, before = fuse, len(world.mail.delivered)
        world.run([*known, *([matter("M", "李娜")] if late else [])], now, "urgent" if hour % 3 else "day")
        for message in world.mail.delivered[before:]:
            for one in known:
                if f"{one.record} " in message.draft.text:
                    assert (message.recipient, one.record) not in told
                    told.add((message.recipient, one.record))
    keys = [(one.key, one.recipient) for one in world.mail.delivered]
    assert len(keys) == len(set(keys))


def test_what_happened_is_told_by_the_next_run_when_one_was_killed_before() -> None:
    world = World(RemindersSettings(), Fuse(0))
    world.run([news("N", "李娜")], MONDAY.replace(hour=9), "morning")
    world.run([news("N", "李娜")], MONDAY.replace(hour=10), "morning")
    assert ["N " in one.draft.text for one in world.mail.delivered] == [True]


def test_a_doubt_is_listed_until_the_matter_is_done() -> None:
    world = World(RemindersSettings(), Fuse(6))
    world.run([matter("A", "李娜")], MONDAY.replace(hour=9), "morning")
    assert [one.state for one in world.outbox.entries()] == ["sending"]
    later = world.run([matter("A", "李娜")], MONDAY.replace(hour=10), "morning")
    assert later is not None
    assert [row.record_id for row in later.doubts] == ["A"]
    assert not later.sent
    done = world.run([], MONDAY.replace(hour=11), "morning")
    assert done is not None
    assert (done.doubts, done.closed) == ((), 1)


@pytest.mark.parametrize(
    ("decision", "doubts", "delivered", "told"),
    [("sent", 0, 0, 1), ("pending", 0, 1, 1), ("refused", 0, 0, 0)],
)
def test_what_a_person_decides_of_a_doubt_holds(
    decision: EntryState, doubts: int, delivered: int, told: int
) -> None:
    """It arrived; it shall be tried again; it shall not leave."""
    world = World(RemindersSettings(), Fuse(6))
    world.run([matter("A", "李娜")], MONDAY.replace(hour=9), "morning")
    (entry,) = world.outbox.entries()
    message = Message(key=entry.key, sender="", recipient=entry.recipient, written=MONDAY, draft=NO_DRAFT)
    world.outbox.settle(message, "mail", decision, reply="", now=MONDAY.replace(hour=9, minute=30))
    again = world.run([matter("A", "李娜")], MONDAY.replace(hour=10), "morning")
    assert again is not None
    assert (len(again.doubts), len(world.mail.delivered)) == (doubts, delivered)
    tomorrow = world.run([matter("A", "李娜")], MONDAY.replace(day=10, hour=9), "morning")
    assert tomorrow is not None
    assert [one.digest.items[0].told for one in tomorrow.sent] == [told]


@dataclass
class Down(Mail):
    """A way out that takes nothing yet."""

    def send(
        self, messages: Iterable[Message], _: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        for message in messages:
            yield Delivery(key=message.key, recipient=message.recipient, state="later")


def test_what_the_server_did_not_take_is_tried_again_and_given_up_the_next_day() -> None:
    world = World(RemindersSettings())
    up, world.mail = world.mail, Down(world.fuse)
    urgent = matter("B", "王磊", kind="紧急")
    world.run([matter("A", "李娜"), urgent], MONDAY.replace(hour=9), "morning")
    assert [one.state for one in world.outbox.entries()] == ["pending", "pending"]
    world.mail = up
    world.run([matter("A", "李娜")], MONDAY.replace(day=10, hour=9), "morning")
    states = sorted((one.key.split(":")[0], one.state) for one in world.outbox.entries())
    assert states == [("remind", "refused"), ("remind", "sent"), ("urgent", "refused")]
    assert [records(one) for one in world.mail.delivered] == [["A"]]


def test_an_urgent_message_that_waits_for_the_server_is_tried_until_it_leaves() -> None:
    world = World(RemindersSettings())
    up, world.mail = world.mail, Down(world.fuse)
    urgent = matter("B", "王磊", kind="严重")
    world.run([urgent], MONDAY.replace(hour=19, minute=50), "evening")
    world.mail = up
    night = world.run([urgent], MONDAY.replace(hour=21), "evening")
    assert night is not None
    assert night.waiting == ("王磊",)
    world.run([urgent], MONDAY.replace(day=10, hour=9), "morning")
    assert [records(one) for one in world.mail.delivered] == [["B"]]


def test_everything_open_is_told_on_a_working_day() -> None:
    world = World(RemindersSettings())
    matters = [matter(f"M{number}", NAMES[number % 3]) for number in range(9)]
    done = world.run(matters, MONDAY.replace(hour=9), "morning")
    assert done is not None
    assert {record for one in world.mail.delivered for record in records(one)} == {f"M{n}" for n in range(9)}
