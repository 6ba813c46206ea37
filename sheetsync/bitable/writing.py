"""Values to what Feishu takes for a cell: plain bodies, None clears (shapes: reference, 3)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isclose, isfinite

from sheetsync.bitable.field import (
    CHOICES,
    COMPUTED,
    DATE,
    FILES,
    NUMBER,
    PHONE,
    SELECT,
    TEXT,
    TICK,
    URL,
    USER,
    Field,
)
from sheetsync.bitable.reading import Lens, link_ids, text_of
from sheetsync.model.edit import CellValue
from sheetsync.model.rowchange import FieldValue
from sheetsync.model.value import Kind
from sheetsync.text import Text

Body = object
"""JSON, as a call carries it."""

People = Callable[[str], Sequence[str]]
"""A name to the open_ids of those who bear it."""

_APART = re.compile(r"[、,，;；/\n]+")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_PHONE = re.compile(r"\+?[0-9]{1,64}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://\S+|mailto:\S+", re.IGNORECASE)
_TICKED = frozenset({"是", "√", "✓", "✔", "true", "yes", "y", "1"})
_UNTICKED = frozenset({"否", "×", "✗", "false", "no", "n", "0"})
_MOST_TEXT = 100_000
_MOST_PHONE = 64


class UnfitError(Exception):
    """A value that its cell cannot hold; says why, and what to do."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def nobody(_: str) -> Sequence[str]:
    """Know nobody."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside a value and its field.

    Args:
        lens: Zone, and what links point to.
        words: Words that may become new options: those of the forms' vocabularies.
        people: Finds people by name.
    """

    lens: Lens
    words: Collection[str] = field(default_factory=frozenset)
    people: People = nobody


def body_of(value: FieldValue, of: Field, known: Known) -> Body:
    """Return what is sent for a value.

    Args:
        value: The value.
        of: The field of its cell.
        known: People, words, links.

    Raises:
        UnfitError: The field cannot hold it.
    """
    if of.type in COMPUTED:
        raise UnfitError(
            Text(
                f"“{of.name}”由飞书自动计算，不能写。", f"Feishu computes '{of.name}'; it cannot be written."
            )
        )
    write = _SHAPES.get(of.type) or (_links if of.linked else None)
    if write is None:
        kind = "附件" if of.type == FILES else "这类字段"
        raise UnfitError(
            Text(
                f"“{of.name}”是{kind}，请在飞书里改。", f"'{of.name}' is of a type that is changed in Feishu."
            )
        )
    if value.value is None or (value.text == "" and not value.value):
        return None
    return write(value, of, known)


def plain_value(value: CellValue, of: Field) -> FieldValue:
    """Return a value of ours on its way into a cell of a field."""
    if value is None or value == "":
        return FieldValue(kind="text", value=None, text="")
    if isinstance(value, datetime):
        return FieldValue(kind="datetime", value=value, text=f"{value:%Y-%m-%d %H:%M}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        # As a spreadsheet keeps it: a cell that shows 70 % holds 0.7.
        number = value * 100 if of.percent else value
        kind: Kind = "percent" if of.percent else "number"
        return FieldValue(kind=kind, value=float(number), text=f"{value:.15g}")
    return FieldValue(kind="text", value=str(value), text=str(value))


def stands(body: Body, of: Field, found: object) -> bool:
    """Tell whether a cell that was read holds what was sent: both have shapes of their own."""
    if body is None or body == "":
        return found is None or found in ("", [], False)
    if of.type == TEXT:
        return text_of(found) == body
    if isinstance(body, int | float) and isinstance(found, int | float):
        return isclose(found, body, rel_tol=1e-12, abs_tol=1e-12)
    if of.type == USER:
        return _ids(found) == _ids(body)
    if of.linked:
        return link_ids(found) == body
    return (found or False) == body


def _text(value: FieldValue, of: Field, _: Known) -> Body:
    if len(value.text) > _MOST_TEXT:
        raise UnfitError(
            Text(f"“{of.name}”超过 {_MOST_TEXT} 字。", f"'{of.name}' is longer than {_MOST_TEXT} characters.")
        )
    return value.text


def _number(value: FieldValue, of: Field, _: Known) -> Body:
    points = value.kind == "percent"
    number = _as_number(value)
    if number is None or not isfinite(number):
        raise _wrong(of, value, Text("数字", "a number"))
    shown = number / 100 if of.percent and points else number
    # Float noise of the division is nobody's digits.
    rounded = round(shown, 12)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def _as_number(value: FieldValue) -> float | None:
    if isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return float(value.value)
    text = value.text.strip().replace(",", "")
    return float(text) if _NUMBER.fullmatch(text) else None


def _option(value: FieldValue, of: Field, known: Known) -> Body:
    return _allowed(value.text, of, known)


def _options(value: FieldValue, of: Field, known: Known) -> Body:
    return [_allowed(word, of, known) for word in _members(value)]


def _allowed(word: str, of: Field, known: Known) -> str:
    """Return a word that can be chosen, or that the forms have."""
    if word in of.options or word in known.words:
        return word
    raise UnfitError(
        Text(
            f"“{of.name}”没有选项“{word}”，没有擅自新增。请在飞书里加上这个选项，或改用已有的词。",
            f"'{of.name}' has no option '{word}', and none was added. Add it in Feishu, or use one it has.",
        )
    )


def _moment(value: FieldValue, of: Field, known: Known) -> Body:
    if not isinstance(value.value, datetime):
        raise _wrong(of, value, Text("日期", "a date"))
    return known.lens.milliseconds(datetime.fromisoformat(value.value.isoformat()))


def _tick(value: FieldValue, of: Field, _: Known) -> Body:
    word = value.text.strip().lower()
    if word not in _TICKED | _UNTICKED:
        raise _wrong(of, value, Text("是或否", "yes or no"))
    return word in _TICKED


def _people(value: FieldValue, of: Field, known: Known) -> Body:
    # A person may have typed the department beside the name: `设计部-李娜`.
    names = [str(value.value)] if value.kind == "person" else _members(value)
    if of.is_single and len(names) > 1:
        raise UnfitError(
            Text(f"“{of.name}”只能填一个人：{value.text}。", f"'{of.name}' takes one person: {value.text}.")
        )
    return [{"id": _person(name, of, known)} for name in names]


def _person(name: str, of: Field, known: Known) -> str:
    ids = tuple(dict.fromkeys(known.people(name)))
    if len(ids) == 1:
        return ids[0]
    why = (
        Text(f"飞书里有多个“{name}”", f"Feishu knows several called '{name}'")
        if ids
        else Text(f"飞书里找不到“{name}”", f"Feishu knows nobody called '{name}'")
    )
    raise UnfitError(
        Text(
            f"{why.zh}，没有写“{of.name}”。请在通讯录表里补上其邮箱或手机号，或在飞书里手工选人。",
            f"{why.en}; '{of.name}' was not written. Give their mail address or mobile number in the "
            "directory, or choose the person in Feishu.",
        )
    )


def _phone(value: FieldValue, of: Field, _: Known) -> Body:
    digits = re.sub(r"[\s()（）-]", "", value.text)
    if not _PHONE.fullmatch(digits):
        raise _wrong(of, value, Text("电话号码", "a telephone number"))
    return digits


def _url(value: FieldValue, of: Field, _: Known) -> Body:
    link = value.text.strip()
    if not _LINK.fullmatch(link):
        raise _wrong(of, value, Text("网址", "a web address"))
    return {"text": link, "link": link}


def _links(value: FieldValue, of: Field, known: Known) -> Body:
    titles = known.lens.titles.get(of.linked, {})
    by_title: dict[str, list[str]] = {}
    for id_, title in titles.items():
        by_title.setdefault(title, []).append(id_)
    found = []
    for name in _members(value):
        ids = by_title.get(name, [])
        if len(ids) != 1:
            raise UnfitError(
                Text(
                    f"“{of.name}”关联的表里{'有多条' if ids else '没有'}“{name}”。",
                    f"The table that '{of.name}' links to has {'several' if ids else 'no'} '{name}'.",
                )
            )
        found += ids
    return found


def _members(value: FieldValue) -> list[str]:
    """Return the members of a list, each once: Feishu would make two options of one new word."""
    given = value.value if isinstance(value.value, tuple) else _APART.split(value.text)
    return list(dict.fromkeys(name for name in (str(one).strip() for one in given) if name))


def _ids(people: object) -> list[str]:
    found = [one.get("id") for one in people if isinstance(one, Mapping)] if isinstance(people, list) else []
    return sorted(str(one) for one in found)


def _wrong(of: Field, value: FieldValue, wanted: Text) -> UnfitError:
    return UnfitError(
        Text(
            f"“{of.name}”只收{wanted.zh}，“{value.text}”不是。",
            f"'{of.name}' takes {wanted.en}; '{value.text}' is none.",
        )
    )


_SHAPES: Mapping[int, Callable[[FieldValue, Field, Known], Body]] = {
    TEXT: _text,
    NUMBER: _number,
    SELECT: _option,
    CHOICES: _options,
    DATE: _moment,
    TICK: _tick,
    USER: _people,
    PHONE: _phone,
    URL: _url,
}
