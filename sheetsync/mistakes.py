"""What is wrong with the values of a spec or settings file, in words for people.

The models say it in English and in terms of programs; here it becomes one `Text` a value, with the nearest
valid spelling.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sheetsync.text import Text, join, same

Steps = tuple[str | int, ...]

_SHOWN = 60
_QUOTED = re.compile(r"'([^']*)'")


class WrongValueError(ValueError):
    """A value that a model refuses for a reason of its own.

    Args:
        said: The reason.
    """

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong value.

    Args:
        path: Where it stands among the data: keys and indexes.
        said: What is wrong with it.
    """

    path: Steps
    said: Text


def mistakes(error: ValidationError, data: object, known: Iterable[str]) -> list[Mistake]:
    """Return what is wrong with `data`, one mistake a value, in the order the models found it.

    Args:
        error: What the models said of it.
        data: What they were given.
        known: All keys there are, to find the nearest of an unknown one.
    """
    found: dict[Steps, list[Any]] = {}
    for item in _told(error.errors(include_url=False)):
        found.setdefault(_path(item["loc"], data, item["type"]), []).append(item)
    keys = sorted(set(known))
    return [Mistake(path, _said(path, items, keys)) for path, items in found.items()]


def _told(items: Sequence[Any]) -> list[Any]:
    """Return the mistakes without lists that are only too short because what stands in them is wrong."""
    inside = {tuple(item["loc"][:end]) for item in items for end in range(len(item["loc"]))}
    return [item for item in items if not (item["type"] == "too_short" and item["loc"] in inside)]


def nearest(given: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """Return the spelling of `known` that is most like `given`, None when none is."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(given.casefold(), names, n=1, cutoff=cutoff)
    return names[near[0]] if near else None


def _path(location: Steps, data: object, kind: str) -> Steps:
    """Return the steps of a location that lead through the data; the models add some of their own."""
    path: list[str | int] = []
    for number, step in enumerate(location):
        inside = (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
        )
        if inside:
            data = data[step]  # type: ignore[index] # just looked
            path.append(step)
        elif kind == "missing" and number == len(location) - 1:
            path.append(step)
    return tuple(path)


def _said(path: Steps, items: list[Any], known: list[str]) -> Text:
    place = ".".join(map(str, path)) or "·"
    first = items[0]
    kind, given = first["type"], first["input"]
    if kind == "extra_forbidden":
        # The same key may well stand elsewhere: to name it once more would help nobody.
        near = nearest(str(path[-1]), [one for one in known if one != path[-1]])
        hint = Text(f"，是否想写 {near}", f"; did you mean {near}") if near else same("")
        return Text(f"不认识的键 {place}{hint.zh}", f"unknown key {place}{hint.en}")
    if kind == "missing":
        return Text(f"缺少 {place}", f"{place} is missing")
    if kind in {"literal_error", "enum"} and len(items) == 1:
        return _not_among(place, given, first["ctx"]["expected"])
    reason = join(list(dict.fromkeys(_reason(item) for item in items)), zh="，或", en=", or ")
    if given is None or isinstance(given, dict | list | tuple):
        return Text(f"{place} 的值不对：{reason.zh}", f"{place} is wrong: {reason.en}")
    shown = _shown(given)
    return Text(f"{place} 的值“{shown}”不对：{reason.zh}", f"{place}: '{shown}' is wrong: {reason.en}")


def _not_among(place: str, given: object, expected: str) -> Text:
    words = _QUOTED.findall(expected)
    listed = Text("、".join(words), ", ".join(words)) if words else same(expected)
    shown = _shown(given)
    return _with_near(
        Text(
            f"{place} 不能是“{shown}”，只能是 {listed.zh}",
            f"{place} cannot be '{shown}', only {listed.en}",
        ),
        nearest(shown, words) if len(words) > 1 else None,
    )


def _with_near(said: Text, near: str | None) -> Text:
    if near is None:
        return said
    return Text(f"{said.zh}，最接近的是 {near}", f"{said.en}; the nearest is {near}")


def _shown(given: object) -> str:
    text = str(given).lower() if isinstance(given, bool) else str(given)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _reason(item: Mapping[str, Any]) -> Text:
    """Return why one value is refused."""
    context = item.get("ctx", {})
    raised = context.get("error")
    if isinstance(raised, WrongValueError):
        return raised.said
    wording = _REASONS.get(item["type"])
    if wording is None:
        return Text("这里不能这样写", item["msg"].removeprefix("Value error, "))
    return wording if isinstance(wording, Text) else wording(context)


def _bound(zh: str, en: str, key: str) -> Callable[[Mapping[str, Any]], Text]:
    return lambda context: Text(f"{zh} {context[key]}", f"{en} {context[key]}")


_WHOLE = Text("应为整数，如 10", "must be a whole number, such as 10")
_NUMBER = Text("应为数字，如 1.5", "must be a number, such as 1.5")
_LOGICAL = Text("应为 true 或 false", "must be true or false")
_LIST = Text('应为列表，如 ["甲", "乙"]', 'must be a list, such as ["a", "b"]')
_GROUP = Text("应为一组“键与值”", "must be a group of keys and values")
_DATE = Text("应为日期，如 2026-10-01", "must be a date, such as 2026-10-01")
_TIME = Text("应为时刻，如 18:00", "must be a time of day, such as 18:00")
_MOMENT = Text("应为日期与时刻，如 2026-10-01T18:00", "must be date and time, such as 2026-10-01T18:00")

_REASONS: Mapping[str, Text | Callable[[Mapping[str, Any]], Text]] = {
    "string_type": Text("应为文字", "must be a text"),
    "string_pattern_mismatch": lambda context: Text(
        f"写法应符合 {context['pattern']}", f"must be written like {context['pattern']}"
    ),
    "string_too_short": Text("不能为空", "must not be empty"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _LOGICAL,
    "bool_parsing": _LOGICAL,
    "greater_than": _bound("应大于", "must be more than", "gt"),
    "greater_than_equal": _bound("不能小于", "must not be less than", "ge"),
    "less_than": _bound("应小于", "must be less than", "lt"),
    "less_than_equal": _bound("不能大于", "must not be more than", "le"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": lambda context: Text(
        f"至少要有 {context['min_length']} 项", f"must have at least {context['min_length']}"
    ),
    "too_long": lambda context: Text(
        f"最多 {context['max_length']} 项", f"must have at most {context['max_length']}"
    ),
    "dict_type": _GROUP,
    "mapping_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dataclass_type": _GROUP,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "literal_error": lambda context: Text(
        f"应为 {context['expected'].replace(' or ', '、').replace(', ', '、')}",
        f"must be {context['expected']}",
    ),
}
"""Kind of pydantic's error to its wording."""
