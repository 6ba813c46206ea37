"""Messages as JSON to an address of the user's own, signed, for systems that pass them on.

What is posted has the schema `sheetsync.message/1`. The signature header holds `t=<seconds since 1970>` and
`v1=<HMAC-SHA256, hexadecimal, of "<seconds>." and the body>`; `Idempotency-Key` is the same whenever the same
message is posted.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sheetsync.model.card import Card, Link, Passage
from sheetsync.model.message import Delivery, DeliveryState, Message
from sheetsync.notify.cards import harmless
from sheetsync.notify.handing import Down, handed_over
from sheetsync.notify.posting import Reply, Target
from sheetsync.text import Text

_LATER = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429, 500, 503})
"""Statuses of those who did not take it now; most are mended by a person."""


class Webhook:
    """An address that takes messages as JSON; meets the port Notifier.

    Args:
        target: Where.
        zone: The project's time zone.
        secret: What posts are signed with; empty where they are not.
        header: What carries the signature.
        clock: Seconds since 1970.
    """

    channel = "webhook"
    once = False
    again_within = timedelta()

    def __init__(
        self,
        target: Target,
        *,
        zone: ZoneInfo,
        secret: str = "",
        header: str = "X-SheetSync-Signature",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._target = target
        self._zone = zone
        self._secret = secret
        self._header = header
        self._clock = clock
        self._down = Down()

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Post messages one by one; yield what became of each at once.

        After one that did not leave, or may have, the others wait.
        """
        yield from handed_over(messages, claim, self._target, self._content, _meaning, self._down)

    def _content(self, message: Message) -> tuple[bytes, Mapping[str, str]]:
        body = json.dumps(document(message, self._zone), ensure_ascii=False).encode()
        headers = {"Idempotency-Key": message.identity}
        if self._secret:
            headers[self._header] = signature(body, self._secret, int(self._clock()))
        return body, headers


def signature(body: bytes, secret: str, at: int) -> str:
    """Return the value of the signature header.

    Args:
        body: All that is posted.
        secret: Known to both.
        at: Seconds since 1970.
    """
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def document(message: Message, zone: ZoneInfo) -> dict[str, object]:
    """Return what is posted of a message, of the schema `sheetsync.message/1`.

    Args:
        message: The message.
        zone: The project's time zone, for the offset of its time.
    """
    draft = message.draft
    written: datetime = message.written.replace(tzinfo=zone)
    return {
        "schema": "sheetsync.message/1",
        "id": message.identity,
        "key": message.key,
        "recipient": message.recipient,
        "written": written.isoformat(),
        "title": harmless(draft.subject),
        "text": harmless(draft.text),
        "card": _card(draft.as_card),
        "attachments": [attachment.name for attachment in draft.attachments],
    }


def _card(card: Card) -> dict[str, object]:
    return {
        "title": harmless(card.title),
        "level": card.level,
        "lines": _lines(card.lines),
        "fields": _fields(card.fields),
        "items": [_item(one) for one in card.passages],
        "foot": _lines(card.foot),
        "link": _link(card.link),
    }


def _item(one: Passage) -> dict[str, object]:
    return {
        "title": harmless(one.title),
        "level": one.level,
        "fields": _fields(one.fields),
        "lines": _lines(one.lines),
        "link": _link(one.link),
    }


def _lines(lines: Iterable[str]) -> list[str]:
    return [harmless(line) for line in lines]


def _fields(fields: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": harmless(name), "value": harmless(value)} for name, value in fields]


def _link(link: Link | None) -> dict[str, str] | None:
    return None if link is None else {"words": harmless(link.words), "url": link.url}


def _meaning(reply: Reply) -> tuple[DeliveryState, Text]:
    said = Text(f"对方答复 HTTP {reply.status}", f"the answer is HTTP {reply.status}")
    if 200 <= reply.status < 300:
        return "sent", said
    if 300 <= reply.status < 400:
        return "later", Text(
            f"{said.zh}：地址要求转到别处，没有跟随，请在设置里写最终地址",
            f"{said.en}: it leads elsewhere, which is not followed; give the final address in the settings",
        )
    if reply.status in _LATER:
        return "later", said
    if 400 <= reply.status < 500:
        return "refused", said
    return "doubt", Text(
        f"{said.zh}，不知是否收到；不会自动重发，请到对方系统里确认",
        f"{said.en}; nobody knows whether it was taken, and it is not sent again by itself: look there",
    )
