"""A group's custom bot: cards posted to its address, signed where it asks for that (reference, 8).

It knows no repetitions, so a post without an answer is never made again by itself: it is a doubt.
"""

import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from sheetsync.feishu.throttle import SHARED, Throttle
from sheetsync.model.message import Delivery, DeliveryState, Message
from sheetsync.notify.cards import feishu_card
from sheetsync.notify.handing import Down, handed_over
from sheetsync.notify.posting import Reply, Target
from sheetsync.text import Text

_MOST = 20_000
"""Bytes of a post; the bot takes 20 KB."""

_PACES = ((4, 1.0), (90, 60.0))
"""Posts in so many seconds; it takes 5 a second and 100 a minute."""

_MINUTES = frozenset({59, 0, 29, 30})
"""Minutes in which everybody's bots post at once."""

_TOKEN = Text("地址无效或机器人已被移除", "the address is no good, or the bot was removed")
_FIXES: Mapping[int, tuple[DeliveryState, Text]] = {
    19001: ("later", _TOKEN),
    19002: ("later", _TOKEN),
    19021: (
        "later",
        Text(
            "签名不对：请检查 [feishu] webhook_secret，并确认本机时间准确（相差不能超过 1 小时）",
            "the signature is wrong: check [feishu] webhook_secret, and that this machine's clock is right "
            "to the hour",
        ),
    ),
    19022: (
        "later",
        Text(
            "机器人设置了 IP 白名单：请加上本机的出口地址",
            "the bot has a list of addresses: add this machine's",
        ),
    ),
    19024: (
        "later",
        Text(
            "机器人设置了关键词而消息里没有：请改用签名校验，或把关键词设为标题里总有的词",
            "the bot wants a keyword that the message has not: use a signature instead, or a word that is "
            "always in the title",
        ),
    ),
    11232: ("later", Text("发得太快，稍后再发", "too many at once; later again")),
    11233: ("later", Text("发得太快，稍后再发", "too many at once; later again")),
    9499: ("refused", Text("消息格式不被接受", "the post is not taken as it is")),
}


class GroupBot:
    """A custom bot; meets the port Notifier.

    Args:
        target: Its address.
        secret: What it wants posts signed with; empty where it does not.
        clock: Seconds since 1970, right to the hour.
        sleep: Waits for seconds.
        chance: A number from 0 to 1.
        throttle: Where posts stand in line; by default, with all others of the process.
    """

    channel = "bot"
    once = False
    again_within = timedelta()

    def __init__(
        self,
        target: Target,
        *,
        secret: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        throttle: Throttle = SHARED,
    ) -> None:
        self._target = target
        self._secret = secret
        self._clock = clock
        self._down = Down()
        self._aside = False
        self._sleep = sleep
        self._chance = chance
        self._throttle = throttle

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Post messages one by one; yield what became of each at once.

        After one that did not leave, or may have, the others wait.
        """
        self._step_aside()
        yield from handed_over(messages, claim, self._target, self._paced, _meaning, self._down)

    def _paced(self, message: Message) -> tuple[bytes, Mapping[str, str]]:
        """Return what is posted of a message, not before its turn."""
        for posts, seconds in _PACES:
            self._throttle.wait(("bot", self._target.url, seconds), posts, seconds)
        signed: dict[str, object] = {}
        if self._secret:
            stamp = str(int(self._clock()))
            signed = {"timestamp": stamp, "sign": sign(stamp, self._secret)}
        # Room for what stands around the card.
        card = feishu_card(message.draft.as_card, most=_MOST - 300)
        body = {**signed, "msg_type": "interactive", "card": card}
        return json.dumps(body, ensure_ascii=False).encode(), {}

    def _step_aside(self) -> None:
        """Wait some seconds around full and half hours, when the bots of everybody post; once a run."""
        if not self._aside and int(self._clock() / 60) % 60 in _MINUTES:
            self._sleep(1 + 7 * self._chance())
        self._aside = True


def sign(stamp: str, secret: str) -> str:
    """Return the signature of a post, as the vendor asks for it: an empty text under a key made of both."""
    key = f"{stamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _meaning(reply: Reply) -> tuple[DeliveryState, Text]:
    """Return what an answer means: by its code, and only without one by its status."""
    try:
        body = json.loads(reply.content)
        code = body.get("code", body.get("StatusCode"))
    except (ValueError, AttributeError):
        code = None
    if code == 0:
        return "sent", Text("飞书答复：成功", "Feishu says: success")
    if isinstance(code, int):
        state, said = _FIXES.get(code, ("refused", Text("飞书拒收", "Feishu refused it")))
        return state, Text(f"{said.zh}（飞书代码 {code}）", f"{said.en} (Feishu's code {code})")
    status = Text(f"飞书答复 HTTP {reply.status}", f"Feishu says: HTTP {reply.status}")
    if reply.status in {429, 503}:
        return "later", status
    if 400 <= reply.status < 500:
        return "refused", status
    return "doubt", Text(
        f"{status.zh}，不知是否送达；不会自动重发，请到群里确认",
        f"{status.en}; nobody knows whether it arrived, and it is not sent again by itself: look there",
    )
