"""`[report]`: to whom the weekly report goes, and by which ways."""

import re
from typing import Annotated

from pydantic import AfterValidator

from sheetsync.config.reminders import Channel
from sheetsync.config.section import Section, one_address
from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text

_AT_FEISHU = re.compile(r"(oc|ou|on)_[A-Za-z0-9]+|\+?\d{6,20}")


def _reader(value: str) -> str:
    if "@" in value:
        return one_address(value)
    if not _AT_FEISHU.fullmatch(value):
        raise WrongValueError(
            Text(
                "应为邮箱地址，或飞书的群（oc_…）、人（ou_…）、手机号",
                "must be a mail address, or a chat (oc_…), person (ou_…) or mobile number of Feishu",
            )
        )
    return value


class ReportSettings(Section):
    """`[report]`: to whom the weekly report goes, and by which ways.

    Args:
        channels: Ways in the order they are tried; the first one by which a reader can be reached counts.
            Mail, or files without a mail server, when empty.
        to: Who gets it: mail addresses, or chats and persons of Feishu; those of `[mail] to` when empty.
    """

    channels: tuple[Channel, ...] = ()
    to: tuple[Annotated[str, AfterValidator(_reader)], ...] = ()
