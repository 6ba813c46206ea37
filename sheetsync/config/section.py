"""What all sections of the settings share."""

import re
from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.text import Text

FILE_NAME = "sheetsync.toml"

_LENGTH = re.compile(r"[1-9]\d*(h|wh|wd)")
ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")


class Section(BaseModel):
    """One section: nothing in it but what it knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def shape(value: object) -> str:
    """Return the tag of what may be a table or a plain value."""
    return "table" if isinstance(value, Mapping) else "value"


def one_address(value: str) -> str:
    """Return a mail address as it is given.

    Raises:
        WrongValueError: It is none, or more than one.
    """
    if not ADDRESS.fullmatch(value) or set(value) & set('<>"(),;:\\[]'):
        raise WrongValueError(
            Text(
                "应为一个邮箱地址，如 zhang@example.com（中文域名写成 xn-- 开头的形式）",
                "must be one mail address, such as zhang@example.com",
            )
        )
    return value


Address = Annotated[str, AfterValidator(one_address)]


def one_zone(value: str) -> str:
    """Return the IANA name of a time zone as it is given.

    Raises:
        WrongValueError: There is no such zone.
    """
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = nearest(value, available_timezones()) or "Asia/Shanghai"
        raise WrongValueError(
            Text(f"没有这个时区，是否想写 {near}", f"no such time zone; did you mean {near}")
        ) from error
    return value


Zone = Annotated[str, AfterValidator(one_zone)]


def _length(value: object) -> object:
    if isinstance(value, str) and not _LENGTH.fullmatch(value):
        raise WrongValueError(Text("应写成 2wd、4wh 或 24h", "write it like 2wd, 4wh or 24h"))
    return value


Length = Annotated[
    str,
    BeforeValidator(_length, json_schema_input_type=Annotated[str, Field(pattern=f"^{_LENGTH.pattern}$")]),
]
