"""A group's bot: each post once, and every refusal with what to do about it."""

from collections.abc import Iterator

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.feishu.throttle import Throttle
from sheetsync.model.message import NOTHING, Delivery, Message
from sheetsync.notify.bot import GroupBot, sign
from sheetsync.notify.handing import Down
from sheetsync.notify.posting import target_at
from tests.feishu_server import FeishuServer, coded, dropped, html, running, slow
from tests.feishu_server.hook import Bot
from tests.unit.notify.cardletters import card_letter

HOSTS = ("open.feishu.cn",)
SIGNING = "SEC-of-the-tests"
QUIET = 1_763_715_000.0
"""Ten minutes past an hour."""


@pytest.fixture(name="feishu", scope="module")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        yield server


def way(url: str, *, secret: str = "", timeout: float = 5, waits: list[float] | None = None) -> GroupBot:
    waits = [] if waits is None else waits
    target = target_at(url, setting="[feishu] webhook", hosts=HOSTS, timeout=timeout)
    return GroupBot(target, secret=secret, sleep=waits.append)


def sent(bot: GroupBot, *messages: Message) -> list[Delivery]:
    return list(bot.send(messages or (card_letter(),)))


def never(_: Message) -> bool:
    raise AssertionError


class TestTaken:
    def test_a_signed_card_arrives(self, feishu: FeishuServer) -> None:
        url, bot = feishu.bot(secret=SIGNING)
        (done,) = sent(way(url, secret=SIGNING))
        assert done.state == "sent"
        assert [post["card"]["header"]["title"]["content"] for post in bot.posts] == ["今日提醒 3 项"]

    def test_the_signature_is_the_vendors(self) -> None:
        """An empty text under a key of time and secret (here as openssl has it), not the other way round."""
        assert sign("1599360473", "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="

    def test_what_another_run_took_is_not_posted(self, feishu: FeishuServer) -> None:
        url, bot = feishu.bot()
        (done,) = way(url).send([card_letter()], lambda _: False)
        assert (done.state, bot.posts) == ("already", [])

    def test_more_than_it_takes_in_a_second_wait(self, feishu: FeishuServer) -> None:
        waits: list[float] = []
        now = [0.0]

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            now[0] += seconds

        url, _ = feishu.bot()
        target = target_at(url, setting="", hosts=HOSTS)
        bot = GroupBot(target, clock=lambda: QUIET, throttle=Throttle(lambda: now[0], sleep))
        sent(bot, *(card_letter(key=f"k{number}") for number in range(5)))
        assert waits == [1.0]

    def test_at_a_full_hour_it_steps_aside_once(self, feishu: FeishuServer) -> None:
        waits: list[float] = []
        url, _ = feishu.bot()
        target = target_at(url, setting="", hosts=HOSTS)
        bot = GroupBot(target, sleep=waits.append, clock=lambda: 3600.0 * 500_000, chance=lambda: 1.0)
        sent(bot)
        sent(bot)
        assert waits == [8.0]


class TestNotTaken:
    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ({"secret": "other"}, "签名不对"),
            ({"keyword": "没有的词"}, "关键词"),
            ({"allowed": False}, "IP 白名单"),
        ],
    )
    def test_what_a_person_can_mend_waits_and_says_how(
        self, feishu: FeishuServer, how: dict[str, object], said: str
    ) -> None:
        url, _ = feishu.bot(**how)
        first, second = sent(way(url, secret=SIGNING), card_letter(), card_letter(key="k2"))
        assert said in first.reply.zh
        assert (first.state, second.state) == ("later", "later")

    def test_an_unknown_address_waits_and_is_not_shown(self, feishu: FeishuServer) -> None:
        (done,) = sent(way(f"{feishu.url}/open-apis/bot/v2/hook/s3cr3t-path"))
        assert done.state == "later"
        assert "s3cr3t" not in done.reply.zh + done.reply.en

    def test_too_many_wait(self, feishu: FeishuServer) -> None:
        url, bot = feishu.bot()
        feishu.faults.add(coded(url.rpartition("/")[2], 11232))
        (done,) = sent(way(url))
        assert (done.state, bot.posts) == ("later", [])

    def test_nobody_there_is_asked_for_no_claim(self) -> None:
        """What cannot leave stays pending: it was not even taken on."""
        with running() as gone:
            url, _ = gone.bot()
        (done,) = way(url).send([card_letter()], never)
        assert done.state == "later"
        assert url.rpartition("/")[2] not in done.reply.zh


def test_after_a_minute_it_is_tried_again() -> None:
    now = [0.0]
    down = Down(lambda: now[0])
    down.after("later", NOTHING)
    now[0] = 59.0
    assert down.why is not None
    now[0] = 61.0
    assert down.why is None


class TestDoubt:
    @pytest.mark.parametrize("applied", [True, False])
    def test_a_line_that_breaks_is_never_posted_again(self, feishu: FeishuServer, applied: bool) -> None:
        """Whether it arrived cannot be told from here, so both look alike."""
        url, bot = feishu.bot()
        feishu.faults.add(dropped(url.rpartition("/")[2], applied=applied))
        first, second = sent(way(url), card_letter(), card_letter(key="k2"))
        assert (first.state, second.state, len(bot.posts)) == ("doubt", "later", int(applied))
        assert url.rpartition("/")[2] not in first.reply.zh + first.reply.en

    def test_a_slow_answer(self, feishu: FeishuServer) -> None:
        url, _ = feishu.bot()
        feishu.faults.add(slow(url.rpartition("/")[2], 0.3))
        (done,) = sent(way(url, timeout=0.1))
        assert done.state == "doubt"

    def test_a_page_of_something_between(self, feishu: FeishuServer) -> None:
        url, _ = feishu.bot()
        feishu.faults.add(html(url.rpartition("/")[2], status=502))
        (done,) = sent(way(url))
        assert done.state == "doubt"


@pytest.mark.parametrize(
    "url",
    [
        "http://open.feishu.cn/open-apis/bot/v2/hook/s3cr3t",
        "https://open.feishu.cn.evil.example/hook/s3cr3t",
        "https://open.feishu.cn@evil.example/hook/s3cr3t",
        "https://user:pass@open.feishu.cn/hook/s3cr3t",
        "https://open.feishu.cn:x/hook/s3cr3t",
        "https:///hook/s3cr3t",
        "ftp://open.feishu.cn/s3cr3t",
        "https://open.feishu.cn/hook/s3cr3t\r\nX: y",
        "",
    ],
)
def test_other_addresses_are_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SpecFileError) as caught:
        target_at(url, setting="[feishu] webhook", hosts=HOSTS)
    assert "s3cr3t" not in caught.value.say("zh")


def test_posts_of_a_test_bot_are_kept() -> None:
    assert Bot().posts == []
