"""Messages for the tests of every way out."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sheetsync.model.message import Attachment, MailDraft, Message, Picture

ZONE = ZoneInfo("Asia/Shanghai")
WRITTEN = datetime(2026, 11, 20, 18, 0)
NAME = "“星河”新品上市 跨部门项目管理周报（2026年第47周）v2.xlsx"
DOTS = ".\n..\n.一行\n"

DRAFT = MailDraft(
    subject="【红灯】“星河”新品上市 第47周周报：延期6，完成率41.5%，计划进度55.2%",
    html='<p>延期 <b>6</b></p><img src="cid:burndown.1@sheetsync" alt="燃尽图">',
    text=f"延期 6\n{DOTS}",
    pictures=(Picture(cid="burndown.1@sheetsync", content=b"\x89PNG\r\n\x1a\n...", alt="燃尽图"),),
    attachments=(Attachment(name=NAME, content=b"PK\x03\x04" * 100),),
    facts=(("延期", "6"),),
)


def letter(recipient: str = "zhang@example.com", *, key: str = "weekly:星河:2026-W47:v1") -> Message:
    return Message(
        key=key,
        sender="项目管理办公室 <pmo@example.com>",
        recipient=recipient,
        written=WRITTEN,
        draft=DRAFT,
    )
