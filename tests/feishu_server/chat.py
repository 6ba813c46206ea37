"""Messages of the app: cards and files to people and chats, each once by its uuid; and who is who."""

import json
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from tests.feishu_server.answers import Refusal
from tests.feishu_server.cards import check_card
from tests.feishu_server.request import Request
from tests.feishu_server.routes import Route
from tests.feishu_server.tables import new_id

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

_HOUR = 3600
_MOST_FILE = 30 * 1024 * 1024
_MOST = {"text": 150 * 1024, "post": 30 * 1024, "interactive": 30 * 1024, "file": 1024, "image": 1024}
_FILE_TYPES = {"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"}


@dataclass(frozen=True)
class Sent:
    """A message that arrived."""

    id: str
    to: str
    kind: str
    content: dict[str, Any]
    at: float


@dataclass
class Chat:
    """What arrived, and who can be reached.

    Args:
        members: Chats that the bot is in.
        outside: People whom the app may not reach.
    """

    members: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    sent: list[Sent] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    uuids: dict[str, Sent] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def send(server: "FeishuServer", request: Request) -> dict:
    body, chat = request.body, server.chat
    to = _receiver(server, request.query.get("receive_id_type", ""), body.get("receive_id"))
    kind, text, uuid = body.get("msg_type"), body.get("content"), body.get("uuid", "")
    if kind not in _MOST or not isinstance(text, str) or not isinstance(uuid, str) or len(uuid) > 50:
        raise Refusal(230001, "Your request contains an invalid request parameter.", status=400)
    if len(text.encode()) > _MOST[kind]:
        raise Refusal(230025, "The length of the message content reaches its limit.", status=400)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise Refusal(230001, "invalid message content", status=400) from error
    if kind == "interactive":
        check_card(content)
    if kind == "file" and content.get("file_key") not in chat.files:
        raise Refusal(230017, "Bot is NOT the owner of the resource.", status=400)
    if server.meter.full(("chat", to), 5):
        raise Refusal(230020, "This operation triggers the frequency limit.", status=400)
    with chat.lock:
        known = chat.uuids.get(uuid) if uuid else None
        if known is not None and server.now() - known.at < _HOUR:
            return {"message_id": known.id}  # unverified: what is answered to a repetition
        made = Sent(new_id("om_"), to, kind, content, server.now())
        chat.sent.append(made)
        if uuid:
            chat.uuids[uuid] = made
    return {"message_id": made.id, "msg_type": kind, "chat_id": to}


def patch(server: "FeishuServer", request: Request) -> dict:
    """Show another card where one lies; only the app's own, and only cards."""
    chat, wanted = server.chat, request.names["message_id"]
    with chat.lock:
        number = next((number for number, one in enumerate(chat.sent) if one.id == wanted), None)
        if number is None or chat.sent[number].kind != "interactive":
            raise Refusal(230001, "Your request contains an invalid request parameter.", status=400)
        text = request.body.get("content")
        if not isinstance(text, str) or len(text.encode()) > _MOST["interactive"]:
            raise Refusal(230025, "The length of the message content reaches its limit.", status=400)
        content = json.loads(text)
        check_card(content)
        chat.sent[number] = replace(chat.sent[number], content=content)
    return {}


def _receiver(server: "FeishuServer", kind: str, given: object) -> str:
    if kind not in {"open_id", "union_id", "user_id", "email", "chat_id"} or not isinstance(given, str):
        raise Refusal(230001, "invalid receive_id", status=400)
    if kind == "chat_id":
        if given not in server.chat.members:
            raise Refusal(230002, "The bot can not be outside the group.", status=400)
        return given
    fits = {"email": lambda one: server.people[one].get("email") == given}.get(kind, lambda one: one == given)
    found = next((one for one in server.people if fits(one)), None)
    if found is None:
        raise Refusal(230001, "invalid receive_id", status=400)
    if found in server.chat.outside:
        raise Refusal(230013, "Bot has NO availability to this user.", status=400)
    return found


def upload(server: "FeishuServer", request: Request) -> dict:
    fields, files = request.form
    if fields.get("file_type") not in _FILE_TYPES or not fields.get("file_name") or "file" not in files:
        raise Refusal(234001, "Invalid request param.", status=400)
    content = files["file"][1]
    if not content:
        raise Refusal(234010, "File's size can't be 0.", status=400)
    if len(content) > _MOST_FILE:
        raise Refusal(234006, "The file size exceed the max value.", status=400)
    key = new_id("file_v3_")
    server.chat.files[key] = (fields["file_name"], content)
    return {"file_key": key}


def batch_get_id(server: "FeishuServer", request: Request) -> dict:
    """Say who has a mail address or a number; without an id where nobody has."""
    if request.query.get("user_id_type", "open_id") != "open_id":
        raise Refusal(99992402, "field validation failed", status=400)
    found: list[dict[str, str]] = []
    for name, key in (("emails", "email"), ("mobiles", "mobile")):
        given = request.body.get(name) or []
        if len(given) > 50:
            raise Refusal(40003, "too many", status=400)
        for one in given:
            ids = [who for who, person in server.people.items() if person.get(key) == one]
            found.append({key: one, **({"user_id": ids[0]} if ids else {})})
    return {"user_list": found}


ROUTES = (
    Route("POST", "/open-apis/im/v1/messages", send, 50),
    Route("PATCH", "/open-apis/im/v1/messages/:message_id", patch, 50),
    Route("POST", "/open-apis/im/v1/files", upload, 50),
    Route("POST", "/open-apis/contact/v3/users/batch_get_id", batch_get_id, 50),
)
