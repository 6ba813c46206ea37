"""`[colours]`: the colours of rows by their status."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.text import Text

_COLOURS = re.compile(r"#?([0-9A-F]{6})(?:/#?([0-9A-F]{6}))?")


class Look(NamedTuple):
    """Colours of a row, RRGGBB: fill, and font where it is not the usual one."""

    fill: str
    font: str | None = None


def as_look(value: object) -> object:
    """Read FFC7CE, or FFC7CE/9C0006 with the colour of the font.

    Raises:
        WrongValueError: It is no colour.
    """
    match = _COLOURS.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise WrongValueError(
            Text(
                "不是颜色，应写成 FFC7CE，或连同字色 FFC7CE/9C0006",
                "no colour; write it like FFC7CE, or FFC7CE/9C0006 with the font's",
            )
        )
    return Look(match[1], match[2])


_STATUSES = {
    "late": "延期",
    "faulty": "数据异常",
    "risk": "风险",
    "soon": "即将到期",
    "normal": "正常",
    "done": "已完成",
}


def _status(key: object) -> object:
    """Read the name of a status: late, or 延期 in quotes."""
    if key not in _STATUSES and key not in _STATUSES.values():
        near = nearest(str(key), (*_STATUSES, *_STATUSES.values()))
        listed = "、".join(_STATUSES)
        raise WrongValueError(
            Text(
                f"没有这个状态，是否想写 {near}" if near else f"没有这个状态，可用：{listed}",
                f"no such status; did you mean {near}"
                if near
                else f"no such status; there are {listed.replace('、', ', ')}",
            )
        )
    return _STATUSES.get(str(key), key)


StatusName = Literal[
    "late", "faulty", "risk", "soon", "normal", "done",
    "延期", "数据异常", "风险", "即将到期", "正常", "已完成",
]  # fmt: skip
StatusWord = Annotated[
    Literal["延期", "数据异常", "风险", "即将到期", "正常", "已完成"],
    BeforeValidator(_status, json_schema_input_type=StatusName),
]
LookText = Annotated[str, Field(pattern=r"^#?[0-9A-Fa-f]{6}(/#?[0-9A-Fa-f]{6})?$")]
