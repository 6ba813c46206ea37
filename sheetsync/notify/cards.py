"""A card in Feishu's own shape, JSON 2.0, of nothing but plain text and buttons (reference, 8).

Where text may be formatted, a name such as `<at id=all>` would call everybody; plain text is shown as it is,
and signs of a mention are taken apart all the same, for whoever passes it on.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sheetsync.model.card import Card, Link, Passage
from sheetsync.model.finding import Level
from sheetsync.text import Language

Element = Mapping[str, object]

_HEAD: Mapping[Level | None, str] = {"red": "red", "yellow": "orange", "info": "blue", None: "blue"}
_COLOUR: Mapping[Level | None, str] = {"red": "red", "yellow": "orange", "info": "blue", None: "default"}
_MENTION = re.compile(r"<(?=\s*/?\s*at\b)", re.IGNORECASE)
_EVERYBODY = re.compile(r"@(?=\s*(?:所有人|全体成员|all\b|everyone\b|_all\b))", re.IGNORECASE)
_LONGEST_LINE = 2000
_MORE: Mapping[Language, str] = {
    "zh": "另有 {} 项放不下，请看表格或邮件。",
    "en": "{} more do not fit here: see the workbook or the mail.",
}


def harmless(text: str) -> str:
    """Return a text that calls nobody, wherever it is shown: the signs that would are wide ones."""
    text = _EVERYBODY.sub("＠", _MENTION.sub("＜", text))
    return text.encode("utf-8", "replace").decode()


def feishu_card(card: Card, *, most: int, language: Language = "zh") -> dict[str, object]:
    """Return a card as Feishu takes it.

    Args:
        card: What it says.
        most: Bytes that it may have as JSON; where it is larger, items at its end are counted, not shown.
        language: Of the words for what does not fit.
    """
    shown = _built(card)
    fitting = len(card.passages)
    while size(shown) > most and fitting:
        fitting -= 1
        left = len(card.passages) - fitting
        more = Passage(title=_MORE[language].format(left))
        shown = _built(replace(card, passages=(*card.passages[:fitting], more)))
    if size(shown) > most:
        line = " ".join(card.lines)[: most // 12]
        shown = _built(Card(title=card.title[:200], level=card.level, lines=(line,), link=card.link))
    return shown


def size(shown: Mapping[str, object]) -> int:
    """Return the bytes of a card as JSON."""
    return len(json.dumps(shown, ensure_ascii=False).encode())


def _built(card: Card) -> dict[str, object]:
    return {
        "schema": "2.0",
        "config": {"update_multi": True},
        "header": {"title": _plain(card.title), "template": _HEAD[card.level]},
        "body": {"elements": list(_elements(card))},
    }


def _elements(card: Card) -> Iterator[Element]:
    if card.lines or card.fields:
        yield _text("\n".join((*card.lines, *_named(card.fields))))
    for one in card.passages:
        yield {"tag": "hr"}
        yield _text(one.title, text_color=_COLOUR[one.level])
        if one.fields or one.lines:
            yield _text("\n".join((*_named(one.fields), *one.lines)))
        yield from _button(one.link)
    yield from _button(card.link)
    if card.foot:
        yield {"tag": "hr"}
        yield _text("\n".join(card.foot), text_size="notation", text_color="grey")


def _button(link: Link | None) -> Iterator[Element]:
    if link is not None and link.url.startswith(("https://", "http://")):
        yield {
            "tag": "button",
            "text": _plain(link.words),
            "type": "default",
            "behaviors": [{"type": "open_url", "default_url": link.url}],
        }


def _text(content: str, **looks: str) -> Element:
    return {"tag": "div", "text": _plain(content) | looks}


def _plain(content: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": harmless(content[:_LONGEST_LINE])}


def _named(fields: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, value in fields:
        yield f"{name}: {value}" if name.isascii() else f"{name}：{value}"
