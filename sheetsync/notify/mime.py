"""A message as the bytes that mail programs and servers take (RFC 5322, 2045, 2387)."""

import base64
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sheetsync.model.message import Attachment, Message, Picture

KEY_HEADER = "X-SheetSync-Key"

_POLICY = SMTP.clone(refold_source="none")  # two headers of attachments are written by our own hand
_WORD = 42
"""Bytes in one encoded word, of which no line takes more than 75 letters (RFC 2047, 2)."""


def as_mail(message: Message, zone: ZoneInfo, *, unsent: bool = False) -> bytes:
    """Return a message as mail: the same bytes for the same message.

    Args:
        message: The message.
        zone: The project's time zone.
        unsent: True where a person shall be able to open it in a mail program and press "send".

    Raises:
        ValueError: A header would hold a line break.
    """
    draft = message.draft
    mail = EmailMessage(_POLICY)
    mail["MIME-Version"] = "1.0"
    # A draft in a folder may have neither; who sends it fills them in.
    for name, who in (("From", message.sender), ("To", message.recipient)):
        if who:
            mail[name] = who
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(_aware(message.written, zone))
    mail["Message-ID"] = f"<{message.identity}@{_domain(message.sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # what Exchange looks at instead
    mail[KEY_HEADER] = message.key
    if unsent:
        mail["X-Unsent"] = "1"
    both = MIMEPart(_POLICY)
    _parts(both, "alternative", message, _texts(message))
    shown = MIMEPart(_POLICY)
    _parts(shown, "related", message, [both, *map(_picture, draft.pictures)])
    # Outlook knows which part of `related` to begin with by this alone.
    shown.set_param("type", "multipart/alternative")
    _parts(mail, "mixed", message, [shown, *map(_attachment, draft.attachments)])
    return bytes(mail)


def address(sender: str) -> str:
    """Return the address of `name <address>`, or of an address alone."""
    return parseaddr(sender)[1]


def _aware(written: datetime, zone: ZoneInfo) -> datetime:
    return written.replace(tzinfo=zone)


def _domain(sender: str) -> str:
    return address(sender).rpartition("@")[2] or "sheetsync.invalid"


def _parts(whole: MIMEPart, kind: str, message: Message, parts: "list[MIMEPart]") -> None:
    """Make `whole` a multipart; its boundary comes from the message, so that the bytes can be compared."""
    {"alternative": whole.make_alternative, "related": whole.make_related, "mixed": whole.make_mixed}[kind](
        boundary=f"=_{kind}_{message.identity}"
    )
    for part in parts:
        del part["MIME-Version"]
        whole.attach(part)


def _texts(message: Message) -> list[MIMEPart]:
    parts = []
    for subtype, text in (("plain", message.draft.text), ("html", message.draft.html)):
        part = MIMEPart(_POLICY)
        # Half a pair of surrogates cannot be sent; a question mark can.
        part.set_content(text.encode("utf-8", "replace").decode(), subtype=subtype, cte="base64")
        parts.append(part)
    return parts


def _picture(picture: Picture) -> MIMEPart:
    part = MIMEPart(_POLICY)
    part.set_content(
        picture.content,
        maintype="image",
        subtype="png",
        disposition="inline",
        filename=f"{picture.cid.partition('@')[0]}.png",
        cid=f"<{picture.cid}>",
    )
    return part


def _attachment(attachment: Attachment) -> MIMEPart:
    """Return a file under a name that every client shows as it is.

    Those that follow the standard read `filename*` (RFC 2231), on one line, because older ones of QQ and 163
    do not join its pieces; those that do not follow it (Outlook of old) read encoded words in `name`.
    """
    maintype, _, subtype = attachment.media.partition("/")
    part = MIMEPart(_POLICY)
    part.set_content(attachment.content, maintype=maintype, subtype=subtype)
    del part["Content-Type"]
    name = " ".join(attachment.name.replace("/", "_").replace("\\", "_").split())
    name = name.encode("utf-8", "replace").decode()
    words = "\r\n ".join(_encoded_words(name))
    part.set_raw("Content-Type", f'{attachment.media};\r\n name="{words}"')
    part.set_raw("Content-Disposition", f"attachment;\r\n filename*=UTF-8''{quote(name, safe='')}")
    return part


def _encoded_words(text: str) -> Iterator[str]:
    """Yield a text as encoded words; no character is cut in two."""
    piece = b""
    for letter in text:
        code = letter.encode()
        if len(piece) + len(code) > _WORD:
            yield _encoded(piece)
            piece = b""
        piece += code
    yield _encoded(piece)


def _encoded(piece: bytes) -> str:
    return f"=?UTF-8?B?{base64.b64encode(piece).decode()}?="
