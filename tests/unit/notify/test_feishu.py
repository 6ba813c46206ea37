"""Messages of the app: each arrives once, however often it is sent within the hour."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from sheetsync.model.message import Attachment, Delivery, Entry, MailDraft, Message
from sheetsync.notify.feishu import FeishuMessages
from tests.feishu_server import FeishuServer, bare_client, coded, dropped, running
from tests.feishu_server.cards import mentions
from tests.unit.notify.cardletters import card_letter, evil
from tests.unit.notify.letters import NAME, letter

SEND = "/im/v1/messages"


@pytest.fixture(name="feishu")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        server.person("ou_zhang", "张三", "zhang@example.com", "13800000000")
        server.person("ou_li", "李四", "li@example.com")
        server.chat.members.add("oc_team")
        yield server


def way(feishu: FeishuServer, patience: float = 60) -> FeishuMessages:
    return FeishuMessages(bare_client(feishu, patience=patience))


def sent(feishu: FeishuServer, *messages: Message, patience: float = 60) -> list[Delivery]:
    return list(way(feishu, patience).send(messages))


def never(_: Message) -> bool:
    raise AssertionError


class TestWho:
    @pytest.mark.parametrize("recipient", ["ou_zhang", "zhang@example.com", "13800000000"])
    def test_a_person_is_found_by_id_mail_or_number(self, feishu: FeishuServer, recipient: str) -> None:
        (done,) = sent(feishu, card_letter(recipient))
        assert done.state == "sent"
        assert [one.to for one in feishu.chat.sent] == ["ou_zhang"]

    def test_a_chat(self, feishu: FeishuServer) -> None:
        sent(feishu, card_letter("oc_team"))
        assert [one.to for one in feishu.chat.sent] == ["oc_team"]

    def test_everybody_is_looked_up_at_once_and_once(self, feishu: FeishuServer) -> None:
        out = way(feishu)
        for key in ("k1", "k2"):
            list(out.send([card_letter(f"{who}@example.com", key=key) for who in ("zhang", "li", "wang")]))
        assert len(feishu.called("batch_get_id")) == 1

    def test_who_is_not_there_is_refused_and_not_taken_on(self, feishu: FeishuServer) -> None:
        """So that another way out may be tried."""
        (done,) = way(feishu).send([card_letter("wang@example.com")], never)
        assert done.state == "refused"

    @pytest.mark.parametrize("recipient", ["ou_li", "oc_other"])
    def test_who_cannot_be_reached_does_not_keep_others_waiting(
        self, feishu: FeishuServer, recipient: str
    ) -> None:
        feishu.chat.outside.add("ou_li")
        first, second = sent(feishu, card_letter(recipient), card_letter("ou_zhang"))
        assert (first.state, second.state) == ("refused", "sent")
        assert "请" in first.reply.zh

    def test_without_the_right_to_look_up_ids_still_work(self, feishu: FeishuServer) -> None:
        feishu.faults.add(coded("batch_get_id", 99991672, status=400))
        first, second = sent(feishu, card_letter("zhang@example.com"), card_letter("ou_zhang"))
        assert (first.state, second.state) == ("later", "sent")


class TestOnce:
    @pytest.mark.parametrize("applied", [True, False])
    def test_a_broken_line_is_tried_again_and_brings_one_card(
        self, feishu: FeishuServer, applied: bool
    ) -> None:
        feishu.faults.add(dropped(SEND, applied=applied))
        (done,) = sent(feishu, card_letter())
        assert (done.state, len(feishu.chat.sent), len(feishu.called(SEND))) == ("sent", 1, 2)

    def test_the_same_message_within_the_hour_is_one(self, feishu: FeishuServer) -> None:
        """Its uuid is made of recipient and key, whatever run makes it."""
        sent(feishu, card_letter())
        sent(feishu, card_letter())
        assert len(feishu.chat.sent) == 1

    def test_a_line_that_stays_broken_is_a_doubt(self, feishu: FeishuServer) -> None:
        feishu.faults.add(dropped(SEND, applied=True, times=99))
        first, second = sent(feishu, card_letter(), card_letter("ou_li"), patience=2)
        assert (first.state, second.state) == ("doubt", "later")

    def test_who_calls_message_by_message_does_not_wait_for_each(self, feishu: FeishuServer) -> None:
        """Feishu is down: the second message is not even tried, for a minute."""
        feishu.faults.add(coded(SEND, 1254290, times=99))
        out = way(feishu, patience=2)
        list(out.send([card_letter()]))
        tried = len(feishu.calls)
        (done,) = out.send([card_letter("ou_li")])
        assert (done.state, len(feishu.calls)) == ("later", tried)

    def test_what_was_never_taken_waits(self, feishu: FeishuServer) -> None:
        feishu.faults.add(coded(SEND, 230020, status=400, times=99))
        (done,) = sent(feishu, card_letter(), patience=2)
        assert (done.state, feishu.chat.sent) == ("later", [])

    def test_what_another_run_took_is_not_sent(self, feishu: FeishuServer) -> None:
        (done,) = way(feishu).send([card_letter()], lambda _: False)
        assert (done.state, feishu.chat.sent) == ("already", [])

    def test_where_the_app_is_not_let_in_nothing_is_taken_on(self, feishu: FeishuServer) -> None:
        feishu.faults.add(coded("tenant_access_token", 10014, times=99))
        (done,) = way(feishu).send([card_letter("zhang@example.com")], never)
        assert done.state == "later"
        assert "app_secret" in done.reply.zh


class TestWhat:
    def test_the_workbook_follows_the_card(self, feishu: FeishuServer) -> None:
        sent(feishu, letter("ou_zhang"))
        card, file = feishu.chat.sent
        assert (card.kind, file.kind) == ("interactive", "file")
        assert feishu.chat.files[file.content["file_key"]][0] == NAME

    def test_a_file_that_does_not_arrive_takes_no_card_with_it(self, feishu: FeishuServer) -> None:
        """The card is out: to say that it was refused would send it again by another way."""
        feishu.faults.add(coded(SEND, 230017, status=400, skip=1))
        (done,) = sent(feishu, letter("ou_zhang"))
        assert done.state == "sent"
        assert "附件没有" in done.reply.zh

    def test_a_file_that_is_too_large_stays_here(self, feishu: FeishuServer) -> None:
        given = letter("ou_zhang")
        large = Attachment(name=NAME, content=bytes(30 * 1024 * 1024 + 1))
        (done,) = sent(feishu, replace(given, draft=replace(given.draft, attachments=(large,))))
        assert [one.kind for one in feishu.chat.sent] == ["interactive"]
        assert "30 MB" in done.reply.zh

    def test_words_of_people_call_nobody(self, feishu: FeishuServer) -> None:
        sent(feishu, card_letter(card=evil()))
        assert mentions(feishu.chat.sent[0].content) == []


class TestAgain:
    """A card that lies there is shown otherwise."""

    def test_the_reply_tells_which_card_it_is(self, feishu: FeishuServer) -> None:
        (done,) = sent(feishu, card_letter("ou_zhang"))
        (card,) = feishu.chat.sent
        assert done.reply.en == f"Feishu says: success ({card.id})"

    def test_another_draft_takes_its_place(self, feishu: FeishuServer) -> None:
        (done,) = sent(feishu, card_letter("ou_zhang"))
        other = MailDraft(subject="已处理", html="", text="")
        assert way(feishu).revise(entry(done.reply.en), other)
        (card,) = feishu.chat.sent
        assert card.content["header"]["title"]["content"] == "已处理"

    @pytest.mark.parametrize("reply", ["", "Feishu says: success", "250 ok (om_1) queued"])
    def test_what_bears_no_id_stays(self, feishu: FeishuServer, reply: str) -> None:
        assert not way(feishu).revise(entry(reply), MailDraft(subject="", html="", text=""))
        assert feishu.called("PATCH") == []

    def test_a_card_that_is_gone_stays_gone(self, feishu: FeishuServer) -> None:
        assert not way(feishu).revise(entry("ok (om_gone)"), MailDraft(subject="x", html="", text=""))


def entry(reply: str) -> Entry:
    now = datetime(2026, 11, 20, 9)
    return Entry(
        key="k", recipient="ou_zhang", channel="feishu", state="sent", digest="", facts=(), tries=1,
        first=now, changed=now, reply=reply,
    )  # fmt: skip
