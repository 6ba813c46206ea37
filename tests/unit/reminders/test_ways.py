"""Which way a reminder goes, and what the ledger says of it then."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from sheetsync.config.reminders import RemindersSettings
from sheetsync.intake.directory import Directory, Member
from sheetsync.model.message import Delivery, DeliveryState, Message
from sheetsync.model.reminder import Matter, Person, Silent
from sheetsync.operations.matters import Told
from sheetsync.operations.remind import UNREACHED, Run
from sheetsync.operations.reminded import Reminded
from sheetsync.operations.sending import Post, Way
from sheetsync.reminders.due import Occasion
from sheetsync.testing import FrozenClock, MemoryLedger, MemoryOutbox
from sheetsync.text import Text
from sheetsync.worktime import WorkTime
from tests.unit.reminders.world import NOW, matter

DIRECTORY = Directory(
    (
        Member(name="李娜", email="lina@x.cn", feishu_id="ou_1"),
        Member(name="周涛", email="zt@x.cn"),
        Member(name="王磊"),
    )
)


@dataclass
class Line:
    """A way out that does to everybody the same."""

    channel: str
    fate: DeliveryState = "sent"
    once: bool = False
    again_within: timedelta = timedelta()
    handed: list[str] = field(default_factory=list)

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        for message in messages:
            if self.fate != "later" and not claim(message):
                yield Delivery(key=message.key, recipient=message.recipient, state="already")
                continue
            self.handed.append(message.recipient)
            yield Delivery(key=message.key, recipient=message.recipient, state=self.fate)


@dataclass
class Office:
    """Feishu before mail."""

    feishu: Line = field(default_factory=lambda: Line("feishu"))
    mail: Line = field(default_factory=lambda: Line("mail"))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    def remind(
        self,
        *matters: Matter,
        now: datetime = NOW,
        settings: RemindersSettings | None = None,
        silent: Sequence[Silent] = (),
    ) -> Reminded:
        def feishu(person: Person) -> str | None:
            return person.feishu_id

        def mail(person: Person) -> str | None:
            return person.email

        return Run(
            told=[Told(matters=matters, homes={}, silent=tuple(silent), directory=DIRECTORY)],
            books=frozenset({"项目.xlsx"}),
            occasion=Occasion(project="P", now=now, slot="morning"),
            project="P",
            settings=settings or RemindersSettings(),
            worktime=WorkTime.standard(),
            post=Post(
                ledger=self.ledger,
                outbox=self.outbox,
                ways=[Way(notifier=self.feishu, address=feishu), Way(notifier=self.mail, address=mail)],
                clock=FrozenClock(now),
                sender="pmo@x.cn",
            ),
        ).carry_out()

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(one.receiver, one.channel, one.state) for one in self.ledger.known(NOW.date())]


def test_the_first_way_that_reaches_a_person_counts() -> None:
    office = Office()
    office.remind(matter("A", "李娜"), matter("B", "周涛"))
    assert (office.feishu.handed, office.mail.handed) == (["ou_1"], ["zt@x.cn"])
    assert sorted(office.told) == [("周涛", "mail", "sent"), ("李娜", "feishu", "sent")]


def test_who_is_refused_by_one_way_is_reached_by_the_next() -> None:
    office = Office(feishu=Line("feishu", "refused"))
    done = office.remind(matter("A", "李娜"))
    assert [(one.channel, one.state) for one in done.sent] == [("mail", "sent")]
    assert office.told == [("李娜", "mail", "sent")]


@pytest.mark.parametrize(("fate", "told"), [("doubt", [("李娜", "feishu", "doubt")]), ("later", [])])
def test_what_may_leave_by_one_way_goes_by_no_other(
    fate: DeliveryState, told: list[tuple[str, str, str]]
) -> None:
    office = Office(feishu=Line("feishu", fate))
    office.remind(matter("A", "李娜"))
    assert office.mail.handed == []
    assert office.told == told


def test_who_has_no_address_is_listed() -> None:
    done = Office().remind(matter("A", "王磊"))
    assert not done.sent
    assert [(one.who, one.why, one.records) for one in done.lost] == [("王磊", UNREACHED, ("A",))]


def test_who_answers_for_the_project_gets_the_lists_with_the_own_reminder() -> None:
    silent = Silent(kind="daily", title=Text("每日进度", "daily"), name="王磊", records=("A",))
    office, rules = Office(), RemindersSettings(fallback="周涛")
    done = office.remind(matter("B", "周涛"), matter("C", "王磊"), settings=rules, silent=[silent])
    (one,) = done.sent
    assert [item.matter.record for item in one.digest.items] == ["B"]
    assert (len(one.digest.lost), one.digest.silent) == (1, (silent,))


@pytest.mark.parametrize("most", [1, 2])
def test_the_lists_alone_are_a_message_once_a_slot(most: int) -> None:
    silent = Silent(kind="daily", title=Text("每日进度", "daily"), name="王磊", records=("A",))
    office, rules = Office(), RemindersSettings(fallback="周涛", most_a_day=most)
    runs = [
        office.remind(settings=rules, silent=[silent], now=NOW.replace(hour=hour)) for hour in (9, 15, 21)
    ]
    assert [len(done.sent) for done in runs] == [1, 0, 0]


def test_with_nothing_to_say_nobody_is_written_to() -> None:
    assert not Office().remind(settings=RemindersSettings(fallback="周涛")).sent


def test_a_fallback_that_nobody_knows_is_listed() -> None:
    silent = Silent(kind="daily", title=Text("每日进度", "daily"), name="王磊", records=("A",))
    done = Office().remind(settings=RemindersSettings(fallback="赵六"), silent=[silent])
    assert [one.who for one in done.lost] == ["赵六"]
