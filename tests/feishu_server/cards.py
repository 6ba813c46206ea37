"""Cards of JSON 2.0 as the server takes them: what it does not know is an error."""

import re
from typing import Any

from tests.feishu_server.answers import Refusal

_TEXT = {"tag", "content", "text_size", "text_color", "text_align", "lines"}
_KNOWN = {
    "div": {"tag", "element_id", "text", "icon", "width", "margin"},
    "markdown": {"tag", "element_id", "content", "text_size", "text_align", "icon", "margin"},
    "hr": {"tag", "element_id", "margin"},
    "button": {"tag", "element_id", "text", "type", "size", "width", "behaviors", "margin", "disabled"},
    "column_set": {"tag", "element_id", "columns", "flex_mode", "margin", "background_style"},
}
_COLOURS = {"default", "red", "orange", "yellow", "green", "blue", "grey", "carmine", "turquoise", "purple"}
_TEMPLATES = {"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "grey", "default"}
MENTION = re.compile(r"<at\b[^>]*>")


def check_card(card: Any) -> None:
    """Refuse a card that Feishu would not show."""
    _want(isinstance(card, dict) and card.get("schema") == "2.0", "schema")
    _want(not set(card) - {"schema", "config", "header", "body", "card_link"}, "unknown property")
    _want(card.get("config", {}).get("update_multi", True) is True, "update_multi")
    header = card.get("header", {})
    _want(header.get("template", "default") in _TEMPLATES, "template")
    _want(not header or header.get("title", {}).get("tag") == "plain_text", "title")
    elements = card.get("body", {}).get("elements")
    _want(isinstance(elements, list) and len(elements) <= 200, "elements")
    for element in elements:
        _check(element)


def mentions(card: dict[str, Any]) -> list[str]:
    """Return what a card would call people by: mentions are read where text may be formatted."""
    found: list[str] = []
    for element in card["body"]["elements"]:
        text = element.get("text") or {}
        for one in (element, text):
            if one.get("tag") in {"markdown", "lark_md"}:
                found += MENTION.findall(one.get("content", ""))
    return found


def _check(element: Any) -> None:
    _want(isinstance(element, dict) and element.get("tag") in _KNOWN, f"not support tag: {element}")
    unknown = set(element) - _KNOWN[element["tag"]]
    _want(not unknown, f"unknown property {unknown}")
    text = element.get("text")
    if text is not None:
        _want(text.get("tag") in {"plain_text", "lark_md"} and isinstance(text.get("content"), str), "text")
        _want(not set(text) - _TEXT and text.get("text_color", "default") in _COLOURS, "text")
    for behaviour in element.get("behaviors", ()):
        _want(str(behaviour.get("default_url", "")).startswith(("https://", "http://")), "default_url")


def _want(fits: bool, said: str) -> None:
    if not fits:
        raise Refusal(
            230099, f"Failed to create card content, ext=ErrCode: 200861; ErrMsg: {said}", status=400
        )
