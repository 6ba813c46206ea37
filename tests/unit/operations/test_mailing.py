"""Each recipient gets a report once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from sheetsync.model.message import STALE, Delivery, DeliveryState, MailDraft, Message
from sheetsync.model.summary import Week
from sheetsync.operations.mailing import Route, edition, post, post_by, weekly_key
from sheetsync.testing import FrozenClock, MemoryOutbox

NOW = datetime(2026, 11, 20, 18)
WEEK = Week(year=2026, number=47, first=date(2026, 11, 16), last=date(2026, 11, 22))
KEY = "weekly:launch:2026-W47:v1"
DRAFT = MailDraft(subject="周报", html="<p>", text="延期 6", facts=(("延期", "6"),))


@dataclass(eq=False)
class Way:
    """A way out that does to each recipient what it is told."""

    fates: dict[str, DeliveryState] = field(default_factory=dict)
    once: bool = False
    channel: str = "mail"
    again_within: timedelta = timedelta()
    handed: list[str] = field(default_factory=list)

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        for message in messages:
            fate = self.fates.get(message.recipient, "sent")
            if fate == "crash":
                claim(message)
                raise KeyboardInterrupt
            if fate != "later" and not claim(message):
                fate = "already"
            elif fate in {"sent", "written"}:
                self.handed.append(message.recipient)
            yield Delivery(key=message.key, recipient=message.recipient, state=fate)


def states(
    way: Way,
    outbox: MemoryOutbox | None,
    *recipients: str,
    draft: MailDraft = DRAFT,
    key: str = KEY,
    now: datetime = NOW,
) -> list[DeliveryState]:
    done = post(
        draft,
        key=key,
        sender="pmo@x.cn",
        recipients=recipients,
        notifier=way,
        clock=FrozenClock(now),
        outbox=outbox,
    )
    return [one.state for one in done]


def test_the_key_names_job_week_and_version() -> None:
    """On one line; the time of sending is no part of it."""
    assert weekly_key(" 星河\r\n上市 ", WEEK, 2) == "weekly:星河 上市:2026-W47:v2"
    assert weekly_key("a", replace(WEEK, year=2027, number=3)) == "weekly:a:2027-W03:v1"


def test_a_second_run_sends_nothing() -> None:
    way, outbox = Way(), MemoryOutbox()
    assert states(way, outbox, "a@x.cn", "b@x.cn") == ["sent", "sent"]
    assert states(way, outbox, "a@x.cn", "b@x.cn") == ["already", "already"]
    assert way.handed == ["a@x.cn", "b@x.cn"]


def test_whoever_is_added_later_gets_it_alone() -> None:
    way, outbox = Way(), MemoryOutbox()
    states(way, outbox, "a@x.cn")
    assert states(way, outbox, "a@x.cn", "b@x.cn") == ["already", "sent"]
    assert way.handed == ["a@x.cn", "b@x.cn"]


def test_an_address_that_stands_there_twice_gets_one() -> None:
    way = Way()
    assert states(way, MemoryOutbox(), "a@x.cn", "A@x.cn", "a@x.cn") == ["sent"]


def test_what_was_not_taken_yet_is_tried_by_the_next_run() -> None:
    way, outbox = Way({"a@x.cn": "later"}), MemoryOutbox()
    assert states(way, outbox, "a@x.cn") == ["later"]
    way.fates.clear()
    assert states(way, outbox, "a@x.cn") == ["sent"]


@pytest.mark.parametrize("fate", ["refused", "doubt"])
def test_what_was_refused_or_is_in_doubt_waits_for_a_person(fate: DeliveryState) -> None:
    way, outbox = Way({"a@x.cn": fate}), MemoryOutbox()
    assert states(way, outbox, "a@x.cn") == [fate]
    way.fates.clear()
    assert states(way, outbox, "a@x.cn") == [fate]
    assert way.handed == []
    assert outbox.release(KEY, "a@x.cn", "mail", NOW)
    assert states(way, outbox, "a@x.cn") == ["sent"]


@pytest.mark.parametrize(("minutes", "after"), [(0, "sent"), (49, "sent"), (50, "doubt"), (-1, "doubt")])
def test_a_doubt_is_tried_again_while_nobody_would_get_it_twice(minutes: int, after: DeliveryState) -> None:
    """And not with a clock that was put back: since when is not known then."""
    way = Way({"ou_a": "doubt"}, channel="feishu", again_within=timedelta(minutes=50))
    outbox = MemoryOutbox()
    assert states(way, outbox, "ou_a") == ["doubt"]
    way.fates.clear()
    assert states(way, outbox, "ou_a", now=NOW + timedelta(minutes=minutes)) == [after]
    assert way.handed == ["ou_a"] * (after == "sent")


@pytest.mark.parametrize("fate", ["later", "refused", "doubt"])
def test_only_that_it_was_taken_ends_a_doubt(fate: DeliveryState) -> None:
    """What waited for a server in the meantime would arrive twice, an hour later."""
    way = Way({"ou_a": "doubt"}, channel="feishu", again_within=timedelta(minutes=50))
    outbox = MemoryOutbox()
    states(way, outbox, "ou_a")
    way.fates["ou_a"] = fate
    assert states(way, outbox, "ou_a", now=NOW + timedelta(minutes=10)) == ["doubt"]
    way.fates.clear()
    assert states(way, outbox, "ou_a", now=NOW + timedelta(hours=2)) == ["doubt"]
    assert way.handed == []


def test_a_program_that_ends_in_the_middle_leaves_a_doubt() -> None:
    """The next run waits for as long as a server may take, then asks a person."""
    way, outbox = Way({"a@x.cn": "crash"}), MemoryOutbox()  # type: ignore[dict-item]
    with pytest.raises(KeyboardInterrupt):
        states(way, outbox, "a@x.cn")
    way.fates.clear()
    assert states(way, outbox, "a@x.cn", now=NOW + STALE) == ["later"]
    assert states(way, outbox, "a@x.cn", now=NOW + STALE * 2) == ["doubt"]
    assert way.handed == []


def test_that_numbers_changed_since_is_said() -> None:
    """The mail is not sent again for that: a corrected version is asked for."""
    way, outbox = Way(), MemoryOutbox()
    states(way, outbox, "a@x.cn")
    other = replace(DRAFT, facts=(("延期", "7"),))
    (done,) = post(
        other,
        key=KEY,
        sender="",
        recipients=["a@x.cn"],
        notifier=way,
        clock=FrozenClock(NOW),
        outbox=outbox,
    )
    assert done.state == "already"
    assert "数字有变" in done.reply.zh


class TestEdition:
    """Which version leaves."""

    def test_the_first_one_is_1(self) -> None:
        found = edition(MemoryOutbox(), "launch", WEEK)
        assert (found.version, found.before) == (1, None)

    def test_the_first_one_stays_1_until_it_left(self) -> None:
        """Nothing is corrected that nobody got."""
        outbox = MemoryOutbox()
        states(Way({"a@x.cn": "later"}), outbox, "a@x.cn")
        assert edition(outbox, "launch", WEEK, correct=True).version == 1

    @pytest.mark.parametrize("fate", ["sent", "doubt"])
    def test_a_correction_follows_what_anybody_may_have_got(self, fate: DeliveryState) -> None:
        outbox = MemoryOutbox()
        states(Way({"a@x.cn": fate}), outbox, "a@x.cn")
        found = edition(outbox, "launch", WEEK, correct=True)
        assert (found.version, found.before) == (2, {"延期": "6"})

    def test_without_asking_it_stays_the_last_one(self) -> None:
        """A repeated run sends v2 to whoever has not got it, and v1 to nobody."""
        outbox = MemoryOutbox()
        states(Way(), outbox, "a@x.cn")
        states(Way(), outbox, "a@x.cn", key="weekly:launch:2026-W47:v2")
        found = edition(outbox, "launch", WEEK)
        assert (found.version, found.before) == (2, {"延期": "6"})

    def test_other_jobs_and_weeks_do_not_count(self) -> None:
        outbox = MemoryOutbox()
        states(Way(), outbox, "a@x.cn", key="weekly:launch:2026-W46:v3")
        states(Way(), outbox, "a@x.cn", key="weekly:launch 2:2026-W47:v3")
        assert edition(outbox, "launch", WEEK, correct=True).version == 1


class TestFolder:
    """A way that takes nothing twice by itself."""

    def test_it_needs_no_outbox(self) -> None:
        assert states(Way({"": "written"}, once=True, channel="eml"), None, "") == ["written"]

    def test_what_it_wrote_can_be_corrected(self) -> None:
        outbox = MemoryOutbox()
        states(Way({"a@x.cn": "written"}, once=True, channel="eml"), outbox, "a@x.cn")
        assert edition(outbox, "launch", WEEK, correct=True).version == 2

    def test_a_file_that_is_gone_is_written_again(self) -> None:
        """Another folder, or one that was tidied up: the folder decides, not the record of it."""
        outbox, way = MemoryOutbox(), Way({"a@x.cn": "written"}, once=True, channel="eml")
        assert states(way, outbox, "a@x.cn") == ["written"]
        assert states(way, outbox, "a@x.cn") == ["written"]

    def test_what_lies_there_stops_no_sending(self) -> None:
        """The server is another channel."""
        outbox = MemoryOutbox()
        states(Way({"a@x.cn": "written"}, once=True, channel="eml"), outbox, "a@x.cn")
        assert states(Way(), outbox, "a@x.cn") == ["sent"]


def by(ways: Mapping[Way, str], outbox: MemoryOutbox, *recipients: str) -> list[tuple[str, DeliveryState]]:
    """Send by ways that each reach those who have a letter of theirs in their address."""
    routes = [
        Route(way, lambda one, letters=letters: one if set(letters) & set(one) else None)  # type: ignore[misc]
        for way, letters in ways.items()
    ]
    done = post_by(
        routes,
        DRAFT,
        key=KEY,
        sender="pmo@x.cn",
        recipients=recipients,
        clock=FrozenClock(NOW),
        outbox=outbox,
    )
    return [(one.recipient, one.state) for one in done]


def test_each_reader_gets_a_report_by_the_first_way_that_reaches_them() -> None:
    chat, mail = Way(channel="feishu"), Way()
    outbox = MemoryOutbox()
    for state in ("sent", "already"):
        done = by({chat: "_", mail: "@"}, outbox, "oc_a", "b@x.cn")
        assert done == [("oc_a", state), ("b@x.cn", state)]
    assert (chat.handed, mail.handed) == (["oc_a"], ["b@x.cn"])


def test_whoever_is_refused_by_one_way_is_reached_by_the_next() -> None:
    """In the next run, too, which asks the first way no more."""
    chat, mail = Way({"a@x.cn": "refused"}, channel="feishu"), Way()
    outbox = MemoryOutbox()
    for state in ("sent", "already"):
        assert by({chat: "@", mail: "@"}, outbox, "a@x.cn") == [("a@x.cn", state)]
    assert (chat.handed, mail.handed) == ([], ["a@x.cn"])


@pytest.mark.parametrize("fate", ["later", "doubt"])
def test_what_may_leave_by_one_way_goes_by_no_other(fate: DeliveryState) -> None:
    chat, mail = Way({"a@x.cn": fate}, channel="feishu"), Way()
    assert by({chat: "@", mail: "@"}, MemoryOutbox(), "a@x.cn") == [("a@x.cn", fate)]
    assert mail.handed == []


def test_whoever_no_way_reaches_is_told_of() -> None:
    assert by({Way(): "@"}, MemoryOutbox(), "oc_a", "a@x.cn") == [("a@x.cn", "sent"), ("oc_a", "refused")]
