"""A folder of mails as files: what leaves where there is no mail server, for a person to look at or send."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetsync.disk.fresh import write_fresh
from sheetsync.errors import OutputRefusedError
from sheetsync.model.message import Delivery, Message
from sheetsync.notify.mime import as_mail
from sheetsync.text import Text

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 60


class OutboxFolder:
    """Writes each message as an `.eml` file, the same message never twice; meets the port Notifier.

    The files are drafts: Outlook, Thunderbird and Foxmail open them ready to be sent.

    Args:
        folder: Where; made when the first message is written.
        zone: The project's time zone.
    """

    channel = "eml"
    once = True
    again_within = timedelta()

    def __init__(self, folder: Path, zone: ZoneInfo) -> None:
        self._folder = folder
        self._zone = zone

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Write messages; yield where each is.

        Raises:
            OutputRefusedError: The folder cannot be written; messages yielded before are in it.
        """
        for message in messages:
            found = next(self._folder.glob(f"*-{message.identity}.eml"), None)
            if found is not None:
                yield self._already(message, found)
                continue
            if not claim(message):
                yield self._already(message, None)
                continue
            path = self._folder / _name(message)
            try:
                write_fresh(path, as_mail(message, self._zone, unsent=True), force=False)
            except OutputRefusedError:
                if not path.exists():
                    raise
                # Another run wrote it since we looked.
                yield self._already(message, path)
            else:
                yield Delivery(key=message.key, recipient=message.recipient, state="written", place=str(path))

    def _already(self, message: Message, path: Path | None) -> Delivery:
        return Delivery(
            key=message.key,
            recipient=message.recipient,
            state="already",
            reply=Text("已经写过，没有再写", "written before, not again"),
            place=None if path is None else str(path),
        )


def _name(message: Message) -> str:
    """Return a name that tells a person day and report, and us who it is for without an address in it."""
    key = _UNSAFE.sub("-", message.key)[:_LONGEST].strip("-.")
    return f"{message.written:%Y-%m-%d}-{key}-{message.identity}.eml"
