"""Messages of the app in Feishu: a card to a person or a chat, and the workbook after it.

Each carries a `uuid` made of recipient and key, by which Feishu takes the same message once within an hour;
so what got no answer is tried again at once, and is a doubt only when patience has ended (reliability, 7).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from sheetsync.feishu.client import FeishuClient
from sheetsync.feishu.errors import (
    FeishuError,
    NotAllowedError,
    NotFoundError,
    TooLargeError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from sheetsync.feishu.line import Upload
from sheetsync.feishu.people import PeopleIds, is_looked_up
from sheetsync.model.message import Attachment, Delivery, Entry, MailDraft, Message
from sheetsync.notify.cards import feishu_card
from sheetsync.notify.handing import TAKEN, Down, became
from sheetsync.text import Text

_MESSAGES = "/open-apis/im/v1/messages"
_FILES = "/open-apis/im/v1/files"
_MOST_CARD = 29_000
"""Bytes of a card; Feishu takes 30 KB."""

_MOST_FILE = 30 * 1024 * 1024
_EACH_SECOND = 4
"""Messages to one chat or person; Feishu lets 5 through, of all bots together."""

_UNREACHABLE = frozenset({230002, 230013})
"""Codes by which it is the recipient who cannot be reached, and not all that cannot be sent."""

_KINDS = (("oc_", "chat_id"), ("ou_", "open_id"), ("on_", "union_id"))

_CARD = re.compile(r"\((om_[\w-]+)\)$")
"""The id of a card, at the end of the reply that the outbox keeps."""

_NOBODY = Text(
    "飞书里查不到这个邮箱或手机号，或应用没有“通过手机号或邮箱获取用户 ID”权限",
    "Feishu knows nobody by that address or number, or the app may not look people up by them",
)
_TOO_BIG = Text("附件超过 30 MB，没有随消息发送", "the file is larger than 30 MB and does not travel along")


class FeishuMessages:
    """The app as a sender; meets the port Notifier.

    Recipients are ids of Feishu's (`ou_`, `on_`, `oc_` for a chat, else a user id), or mail addresses and
    mobile numbers, which are looked up once.

    Args:
        client: Feishu, as the app sees it.
    """

    channel = "feishu"
    once = False
    again_within = timedelta(minutes=50)
    """Feishu promises an hour, by its clock (reliability, 7.4)."""

    def __init__(self, client: FeishuClient) -> None:
        self._client = client
        self._down = Down()
        self._ids = PeopleIds(client)

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Send messages one by one; yield what became of each at once.

        Where the app itself is not let in, or Feishu does not answer, the others wait for the next run.
        """
        waiting = list(messages)
        unknown = self._looked_up(waiting)
        for message in waiting:
            given = message.recipient.strip()
            why = unknown if is_looked_up(given) and not self._ids.is_known(given) else None
            why = self._down.why or why
            if why is not None:
                yield became("later", message, why)
                continue
            delivery = self._sent(message, claim)
            self._down.after(delivery.state, delivery.reply)
            yield delivery

    def _looked_up(self, waiting: Sequence[Message]) -> Text | None:
        """Find who everybody is; return why that is not known of those who go by mail or number."""
        if self._down.why is not None:
            return self._down.why
        try:
            self._ids.look_up(message.recipient for message in waiting)
        except NotAllowedError as error:
            # Whoever goes by an id of Feishu's can be written to all the same.
            return _said(error)
        except FeishuError as error:
            self._down.after("later", _said(error))
        return None

    def _sent(self, message: Message, claim: Callable[[Message], bool]) -> Delivery:
        """Send one message; return what became of it."""
        kind, to = self._receiver(message.recipient)
        if not to:
            return became("refused", message, _NOBODY)
        try:
            files = [self._uploaded(file) for file in message.draft.attachments if _travels(file)]
        except FeishuError as error:
            return self._failed(message, error)
        if not claim(message):
            return became("already", message, TAKEN)
        card = feishu_card(message.draft.as_card, most=_MOST_CARD)
        try:
            place = self._hand_over(kind, to, "interactive", card, message.identity)
        except FeishuError as error:
            return self._failed(message, error)
        return became("sent", message, _placed(self._with_files(message, kind, to, files), place))

    def revise(self, entry: Entry, draft: MailDraft) -> bool:
        """Show something else in a card that left; False where that cannot be done.

        Feishu takes that for two weeks; nobody is notified.

        Args:
            entry: What the outbox knows of the message; its reply tells which card it is.
            draft: What it shall say.
        """
        found = _CARD.search(entry.reply)
        if found is None or self._down.why is not None:
            return False
        card = feishu_card(draft.as_card, most=_MOST_CARD)
        body = {"content": json.dumps(card, ensure_ascii=False)}
        try:
            self._client.pace(("card", found[1]), _EACH_SECOND, 1.0)
            self._client.call("PATCH", f"{_MESSAGES}/{found[1]}", body=body, repeatable=True)
        except FeishuError:
            return False
        return True

    def _with_files(self, message: Message, kind: str, to: str, files: Sequence[str]) -> Text:
        """Send the files after the card, which has arrived; return what is to be said of it all."""
        try:
            for number, key in enumerate(files, 1):
                self._hand_over(kind, to, "file", {"file_key": key}, f"{message.identity}-{number}")
        except FeishuError as error:
            why = _said(error)
            return Text(f"卡片已发送，附件没有：{why.zh}", f"the card was sent, its file was not: {why.en}")
        done = Text("飞书答复：成功", "Feishu says: success")
        if len(files) < len(message.draft.attachments):
            return Text(f"{done.zh}；{_TOO_BIG.zh}", f"{done.en}; {_TOO_BIG.en}")
        return done

    def _failed(self, message: Message, error: FeishuError) -> Delivery:
        said = _said(error)
        if isinstance(error, UnknownOutcomeError):
            return became("doubt", message, said)
        one = isinstance(error, ValueRefusedError | NotFoundError | TooLargeError)
        if one or (isinstance(error, NotAllowedError) and error.code in _UNREACHABLE):
            return became("refused", message, said)
        return became("later", message, said)

    def _hand_over(self, kind: str, to: str, form: str, content: Mapping[str, object], uuid: str) -> str:
        """Hand over one message; return its id, empty where Feishu tells none."""
        self._client.pace(("chat", to), _EACH_SECOND, 1.0)
        body = {
            "receive_id": to,
            "msg_type": form,
            "content": json.dumps(content, ensure_ascii=False),
            "uuid": uuid,
        }
        query = {"receive_id_type": kind}
        answer = self._client.call("POST", _MESSAGES, query=query, body=body, repeatable=True)
        return str(answer.get("message_id") or "")

    def _uploaded(self, file: Attachment) -> str:
        fields = {
            "file_type": "xls" if file.name.lower().endswith(".xlsx") else "stream",
            "file_name": file.name,
        }
        answer = self._client.upload(
            _FILES, fields, Upload(field="file", name=file.name, content=file.content)
        )
        return str(answer.get("file_key", ""))

    def _receiver(self, recipient: str) -> tuple[str, str | None]:
        """Return the kind of a recipient's id, and the id; None where nobody has that address."""
        given = recipient.strip()
        if is_looked_up(given):
            return "open_id", self._ids.open_id(given)
        kind = next((kind for start, kind in _KINDS if given.startswith(start)), "user_id")
        return kind, given or None


def _placed(said: Text, place: str) -> Text:
    """Return a reply with the id of the card, by which `revise` finds it again."""
    return Text(f"{said.zh}（{place}）", f"{said.en} ({place})") if place else said


def _travels(file: Attachment) -> bool:
    return 0 < len(file.content) <= _MOST_FILE


def _said(error: FeishuError) -> Text:
    return Text(error.say("zh"), error.say("en"))
