"""A group's custom bot: takes posts at an address that is its only secret, signed where that is asked for."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.feishu_server.answers import Answer, Refusal, as_json
from tests.feishu_server.cards import check_card
from tests.feishu_server.request import Request

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

PREFIX = "/open-apis/bot/v2/hook/"
_MOST = 20 * 1024
_HOUR = 3600


@dataclass
class Bot:
    """A custom bot.

    Args:
        secret: Posts must be signed with it; empty where they need not be.
        keyword: Must be in what is posted; empty where it need not.
        allowed: Whether our address may post.
    """

    secret: str = ""
    keyword: str = ""
    allowed: bool = True
    posts: list[dict[str, Any]] = field(default_factory=list)


def posted(server: "FeishuServer", request: Request) -> Answer:
    """Take a post; what is wrong with it is told with HTTP 200."""
    bot = server.bots.get(request.path.removeprefix(PREFIX))
    if bot is None:
        raise Refusal(19001, "param invalid: incoming webhook access token invalid")
    if len(request.content) > _MOST:
        raise Refusal(9499, "Bad Request: body too large")
    try:
        body = json.loads(request.content)
    except ValueError as error:
        raise Refusal(9499, "Bad Request") from error
    if bot.secret and not _signed(body, bot.secret, server.now()):
        raise Refusal(19021, "sign match fail or timestamp is not within one hour from current time")
    if not bot.allowed:
        raise Refusal(19022, "Ip Not Allowed")
    if bot.keyword and bot.keyword not in request.content.decode():
        raise Refusal(19024, "Key Words Not Found")
    if server.meter.full(("bot", request.path), 5) or server.meter.full(
        ("bot minute", request.path), 100, seconds=60
    ):
        raise Refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
    match body.get("msg_type"):
        case "interactive" if "card" in body:
            check_card(body["card"])
        case "text" if isinstance(body.get("content"), dict):
            pass
        case _:
            raise Refusal(9499, "Bad Request: msg_type")
    bot.posts.append(body)
    content = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
    return Answer(status=200, body=as_json(content), code=0)


def _signed(body: dict[str, Any], secret: str, now: float) -> bool:
    try:
        at = int(body["timestamp"])
    except (KeyError, TypeError, ValueError):
        return False
    key = f"{at}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    return abs(now - at) <= _HOUR and hmac.compare_digest(sign, str(body.get("sign")))
