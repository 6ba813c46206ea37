"""What everything that remembers which messages left must do."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Thread

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.message import STALE, EntryState, MailDraft, Message
from sheetsync.ports import Outbox
from sheetsync.state.database import Database
from sheetsync.state.outbox import ProjectOutbox
from sheetsync.testing import MemoryOutbox
from tests.postgres import running

NOW = datetime(2026, 11, 20, 18)
MINUTE = timedelta(minutes=1)

New = Callable[[], Outbox]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with running() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgresql"], scope="session")
def new(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> New:
    """Each kind of outbox in turn; those in databases are new by their keys."""
    if request.param == "memory":
        return MemoryOutbox
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(tmp_path_factory.mktemp("project"), StateSettings(url=url))
    return lambda: ProjectOutbox(database)


_numbers = count()


@pytest.fixture
def key() -> str:
    """A key that no other test uses; its letters mean something to LIKE."""
    return f"weekly:“星河”_100%:{next(_numbers)}:v1"


def message(key: str, recipient: str = "zhang@example.com", late: str = "6") -> Message:
    draft = MailDraft(subject=f"延期 {late}", html="<p>", text="\ud83d", facts=(("延期", late),))
    return Message(key=key, sender="pmo@example.com", recipient=recipient, written=NOW, draft=draft)


def held(outbox: Outbox, key: str) -> list[EntryState]:
    return [entry.state for entry in outbox.entries(key)]


def test_a_message_is_entered_once(new: New, key: str) -> None:
    """The second offer tells of the first, whatever the draft says by then."""
    outbox = new()
    first = outbox.offer(message(key), "mail", NOW)
    second = outbox.offer(message(key, late="7"), "mail", NOW + MINUTE)
    assert first == second
    assert (first.state, first.tries, first.facts, first.first) == ("pending", 0, (("延期", "6"),), NOW)
    assert outbox.entries(key) == type(outbox.entries(key))([first])


@pytest.mark.parametrize("other", [{"recipient": "li@example.com"}, {"channel": "eml"}, {"key": "v2"}])
def test_recipient_channel_and_key_tell_messages_apart(new: New, key: str, other: dict[str, str]) -> None:
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    assert outbox.claim(message(key), "mail", NOW)
    another = message(key + other.get("key", ""), other.get("recipient", "zhang@example.com"))
    assert outbox.offer(another, other.get("channel", "mail"), NOW).state == "pending"


def test_capitals_in_an_address_make_no_other_recipient(new: New, key: str) -> None:
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    outbox.offer(message(key, "Zhang@Example.com"), "mail", NOW)
    assert len(outbox.entries(key)) == 1


def test_a_message_is_claimed_once(new: New, key: str) -> None:
    """With what is really handed over: the draft may have changed since it was offered."""
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    assert outbox.claim(message(key, late="7"), "mail", NOW + MINUTE)
    assert not outbox.claim(message(key), "mail", NOW + MINUTE)
    (entry,) = outbox.entries(key)
    assert (entry.state, entry.changed, entry.facts) == ("sending", NOW + MINUTE, (("延期", "7"),))


def test_what_was_never_offered_cannot_be_claimed(new: New, key: str) -> None:
    assert not new().claim(message(key), "mail", NOW)


@pytest.mark.parametrize("state", ["sent", "refused", "doubt"])
def test_what_is_settled_stays_so(new: New, key: str, state: EntryState) -> None:
    """It is not claimed again, nor settled otherwise."""
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    outbox.claim(message(key), "mail", NOW)
    outbox.settle(message(key), "mail", state, reply="250 好", now=NOW + MINUTE)
    assert not outbox.claim(message(key), "mail", NOW + MINUTE)
    outbox.settle(message(key), "mail", "pending", reply="", now=NOW + MINUTE)
    entry = outbox.offer(message(key), "mail", NOW + MINUTE)
    assert (entry.state, entry.reply, entry.tries) == (state, "250 好", 1)


def test_what_a_server_did_not_take_yet_can_be_claimed_again(new: New, key: str) -> None:
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    for tries in (1, 2):
        assert outbox.claim(message(key), "mail", NOW)
        outbox.settle(message(key), "mail", "pending", reply="451", now=NOW)
        assert outbox.entries(key)[0].tries == tries


def test_what_was_left_in_the_middle_is_in_doubt(new: New, key: str) -> None:
    """Not before a server's patience is over; then nobody sends it again by themselves."""
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    outbox.claim(message(key), "mail", NOW)
    assert outbox.offer(message(key), "mail", NOW + STALE).state == "sending"
    assert outbox.offer(message(key), "mail", NOW + STALE + MINUTE).state == "doubt"
    assert held(outbox, key) == ["doubt"]
    assert not outbox.claim(message(key), "mail", NOW + STALE + MINUTE)


@pytest.mark.parametrize(
    ("state", "free"), [("sent", False), ("pending", False), ("refused", True), ("doubt", True)]
)
def test_a_person_may_release_what_did_not_arrive(
    new: New, key: str, state: EntryState, *, free: bool
) -> None:
    outbox = new()
    outbox.offer(message(key), "mail", NOW)
    outbox.claim(message(key), "mail", NOW)
    outbox.settle(message(key), "mail", state, reply="", now=NOW)
    assert outbox.release(key, "zhang@example.com", "mail", NOW + MINUTE) is free
    assert held(outbox, key) == ["pending" if free else state]


def test_entries_are_found_by_the_start_of_their_key_and_by_state(new: New, key: str) -> None:
    """No letter of a key is a wildcard."""
    outbox = new()
    outbox.offer(message(key.replace("_", "x").replace("%", "y")), "mail", NOW)
    outbox.offer(message(key, "li@example.com"), "mail", NOW + MINUTE)
    outbox.offer(message(key), "mail", NOW)
    outbox.claim(message(key), "mail", NOW)
    assert [entry.recipient for entry in outbox.entries(key)] == ["zhang@example.com", "li@example.com"]
    assert [entry.recipient for entry in outbox.entries(key, state="sending")] == ["zhang@example.com"]


def test_of_two_programs_one_claims(tmp_path_factory: pytest.TempPathFactory, key: str) -> None:
    """Each with a connection of its own, at the same moment."""
    folder = tmp_path_factory.mktemp("project")
    ProjectOutbox(Database(folder)).offer(message(key), "mail", NOW)
    together, won = Barrier(4), []

    def run() -> None:
        outbox = ProjectOutbox(Database(folder))
        together.wait()
        won.append(outbox.claim(message(key), "mail", NOW))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_reading_an_outbox_makes_no_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("project")
    assert ProjectOutbox(Database(folder)).entries() == ()
    assert list(folder.iterdir()) == []
