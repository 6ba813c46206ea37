"""What everything that remembers who was told of what must do."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from threading import Barrier, Thread

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.reminder import Reminder
from sheetsync.ports import Ledger
from sheetsync.state.database import Database
from sheetsync.state.reminders import ProjectLedger
from sheetsync.testing import MemoryLedger
from tests.postgres import running

NOW = datetime(2026, 11, 20, 9)
TODAY = NOW.date()
DAY = timedelta(days=1)

New = Callable[[], Ledger]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with running() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgresql"], scope="session")
def new(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> New:
    """Each kind of ledger in turn; those in databases are new by their matters."""
    if request.param == "memory":
        return MemoryLedger
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(tmp_path_factory.mktemp("project"), StateSettings(url=url))
    return lambda: ProjectLedger(database)


_numbers = count()


@pytest.fixture
def row() -> Reminder:
    """A reminder of a matter that no other test uses."""
    return Reminder(
        matter=f"项目.xlsx|issues|“星河”{next(_numbers)}|T16||2026-11-20T08:00",
        receiver="李娜",
        day=TODAY,
        rung=1,
        level="负责人",
        at=NOW,
        message="remind:星河:2026-11-20:day:李娜",
        content="WT-01 尚未响应",
        book="项目.xlsx",
        table="问题跟踪表",
        record_id="WT-01",
        rule="T16",
    )


def of(ledger: Ledger, row: Reminder, since: date = TODAY) -> list[Reminder]:
    return [one for one in ledger.known(since) if one.matter == row.matter]


def test_what_is_entered_is_known_as_it_was_said(new: New, row: Reminder) -> None:
    ledger = new()
    assert list(ledger.claim([row])) == [row]
    assert of(ledger, row) == [row]


def test_nobody_is_told_of_a_matter_twice_on_a_day(new: New, row: Reminder) -> None:
    """Whatever message would tell it again, and on whatever rung."""
    ledger = new()
    ledger.claim([row])
    again = replace(row, message="urgent", rung=2, urgent=True)
    assert list(ledger.claim([again])) == []
    assert of(ledger, row) == [row]


@pytest.mark.parametrize("other", [{"receiver": "王磊"}, {"day": TODAY + DAY}, {"matter": "another"}])
def test_person_day_and_matter_tell_reminders_apart(
    new: New, row: Reminder, other: dict[str, str | date]
) -> None:
    ledger = new()
    ledger.claim([row])
    changed = replace(row, **other)  # type: ignore[arg-type] # one of its fields
    changed = replace(changed, matter=row.matter + changed.matter)
    assert len(ledger.claim([changed])) == 1


def test_of_several_only_the_new_ones_are_taken_on(new: New, row: Reminder) -> None:
    ledger, other = new(), replace(row, matter=row.matter + "+")
    ledger.claim([row])
    assert list(ledger.claim([row, other])) == [other]


def test_what_left_says_how_and_when(new: New, row: Reminder) -> None:
    ledger = new()
    ledger.claim([row])
    ledger.settle([row], "sent", "mail", NOW + timedelta(minutes=1))
    (told,) = of(ledger, row)
    assert (told.state, told.channel, told.at) == ("sent", "mail", NOW + timedelta(minutes=1))


def test_what_did_not_leave_can_be_told_again(new: New, row: Reminder) -> None:
    ledger = new()
    ledger.claim([row])
    ledger.release([row])
    assert of(ledger, row) == []
    assert len(ledger.claim([row])) == 1


def test_what_left_stays(new: New, row: Reminder) -> None:
    ledger = new()
    ledger.claim([row])
    ledger.settle([row], "sent", "mail", NOW)
    ledger.release([row])
    ledger.settle([row], "doubt", "eml", NOW)
    assert [(one.state, one.channel) for one in of(ledger, row)] == [("sent", "mail")]


def test_a_doubt_can_be_settled_either_way(new: New, row: Reminder) -> None:
    ledger, other = new(), replace(row, receiver="王磊")
    ledger.claim([row, other])
    ledger.settle([row, other], "doubt", "mail", NOW)
    ledger.settle([row], "sent", "mail", NOW)
    ledger.release([other])
    assert [(one.receiver, one.state) for one in of(ledger, row)] == [("李娜", "sent")]


def test_another_message_settles_nothing(new: New, row: Reminder) -> None:
    ledger = new()
    ledger.claim([row])
    ledger.settle([replace(row, message="other")], "sent", "mail", NOW)
    ledger.release([replace(row, message="other")])
    assert [one.state for one in of(ledger, row)] == ["held"]


def test_what_is_done_is_closed_once(new: New, row: Reminder) -> None:
    """For everybody who was told, and the first time that it was seen counts."""
    ledger, other = new(), replace(row, receiver="王磊")
    ledger.claim([row, other])
    assert ledger.close([row.matter], NOW + DAY) == 2
    assert ledger.close([row.matter], NOW + 2 * DAY) == 0
    assert {one.acted_at for one in of(ledger, row)} == {NOW + DAY}


def test_what_is_open_is_known_however_old_it_is(new: New, row: Reminder) -> None:
    ledger = new()
    ledger.claim([row])
    assert of(ledger, row, TODAY + 90 * DAY) == [row]
    ledger.close([row.matter], NOW)
    assert of(ledger, row, TODAY + DAY) == []
    assert len(of(ledger, row, TODAY)) == 1


def test_of_two_at_once_only_one_takes_it_on(new: New, row: Reminder) -> None:
    ledger, barrier = new(), Barrier(2)
    taken: list[Reminder] = []

    def one() -> None:
        barrier.wait()
        taken.extend(ledger.claim([row]))

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [row]


def test_half_a_character_of_a_cell_is_no_obstacle(new: New, row: Reminder) -> None:
    ledger, odd = new(), replace(row, content="WT-01 \ud83d", record_id="WT\ud83d")
    assert len(ledger.claim([odd])) == 1
    ledger.settle([odd], "sent", "mail", NOW)
    assert [one.state for one in of(ledger, row)] == ["sent"]
