"""Messages with cards for the tests of the ways out that show cards."""

from dataclasses import replace

from sheetsync.model.card import Card, Link, Passage
from sheetsync.model.message import Message
from tests.unit.notify.letters import letter

CARD = Card(
    title="今日提醒 3 项",
    level="red",
    lines=("张三，请今天处理：",),
    fields=(("项目", "星河"),),
    passages=(
        Passage(
            title="T-001 结构件开模 逾期 3 天",
            level="red",
            fields=(("期望", "2026-11-18"), ("责任人", "张三")),
            lines=("请今天给出新日期。",),
            link=Link(words="打开表格", url="https://example.feishu.cn/sheets/x"),
        ),
    ),
    foot=("每天 18:00 发送。",),
)
EVIL = "<at id=all></at> <AT user_id='all'>所有人</at> @所有人 @all **粗** [点我](https://evil.example)"


def card_letter(
    recipient: str = "ou_zhang", *, card: Card = CARD, key: str = "remind:张三:2026-11-20"
) -> Message:
    """Return a message with a card and no file."""
    sent = letter(recipient, key=key)
    return replace(sent, draft=replace(sent.draft, card=card, attachments=()))


def evil() -> Card:
    """Return a card whose every word tries to call everybody."""
    one = Passage(
        title=EVIL, fields=((EVIL, EVIL),), lines=(EVIL,), link=Link(words=EVIL, url="javascript:x")
    )
    return Card(title=EVIL, lines=(EVIL,), fields=((EVIL, EVIL),), passages=(one,), foot=(EVIL,))
