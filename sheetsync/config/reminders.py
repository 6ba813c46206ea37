"""`[reminders]`: who is told when, how often, and by which ways."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sheetsync.config.section import Section, one_address
from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_QUIET = re.compile(rf"{_CLOCK.pattern}-{_CLOCK.pattern}")

Channel = Literal["feishu", "bot", "webhook", "mail", "file"]
CHANNELS: tuple[Channel, ...] = ("feishu", "bot", "webhook", "mail", "file")


def _quiet(value: str) -> str:
    if value and (not _QUIET.fullmatch(value) or value[:5] == value[6:]):
        raise WrongValueError(
            Text(
                "应写成 20:00-08:30；没有免打扰时段时写空",
                "write it like 20:00-08:30, or empty for no quiet hours",
            )
        )
    return value


def _group(value: str) -> str:
    if "@" in value:
        return one_address(value)
    if value and not re.fullmatch(r"oc_[A-Za-z0-9]+", value):
        raise WrongValueError(
            Text("应为飞书的群（oc_…）或邮箱地址", "must be a chat of Feishu (oc_…) or a mail address")
        )
    return value


def _web(value: str) -> str:
    if not re.fullmatch(r"https?://\S+", value):
        raise WrongValueError(
            Text("应为以 https:// 开头的网址", "must be an address that begins with https://")
        )
    return value


class RemindersSettings(Section):
    """`[reminders]`: who is told when, how often, and by which ways (product expectations, M2).

    Args:
        channels: Ways in the order they are tried; the first one by which a person can be reached counts.
            Mail, or files without a mail server, when empty.
        quiet: Hours in which nothing leaves but what `through_quiet` says; no such hours when empty.
        rest_days: True to remind on days without work, too.
        urgent: Classes of issues of which each new rung is a message of its own, at once.
        through_quiet: Those of them that leave in quiet hours and on rest days, too.
        most_items: Records that one message shows; the others are counted.
        most_a_day: Messages a person gets in a day, urgent ones not counted.
        repeat_after: Working days until whoever must act is told again.
        repeat_above: Working days until those on the rungs above are told again.
        most_people: More recipients than that in one run are not written to before somebody says yes.
        most_times_usual: The same for so many times the usual number.
        fallback: Who answers for the project: is told whom nobody could tell, and who has not reported.
        group: Chat of Feishu (`oc_…`) or mail address of all who work on the project: hears what events have
            for the group, such as how a risk was handled. Nobody does when empty.
        people: Rung or post, such as 上级领导, to who that is, where the sheets name nobody.
        links: Workbook file name to its address in the browser.
    """

    channels: tuple[Channel, ...] = ()
    quiet: Annotated[str, AfterValidator(_quiet)] = "20:00-08:30"
    rest_days: bool = False
    urgent: tuple[str, ...] = ("紧急", "严重")
    through_quiet: tuple[str, ...] = ("紧急",)
    most_items: Annotated[int, Field(ge=1, le=50)] = 10
    most_a_day: Annotated[int, Field(ge=1, le=24)] = 1
    repeat_after: Annotated[int, Field(ge=1, le=250)] = 1
    repeat_above: Annotated[int, Field(ge=1, le=250)] = 5
    most_people: Annotated[int, Field(ge=1, le=100_000)] = 50
    most_times_usual: Annotated[int, Field(ge=2, le=1000)] = 5
    fallback: str = ""
    group: Annotated[str, AfterValidator(_group)] = ""
    people: Mapping[str, str] = {}
    links: Mapping[str, Annotated[str, AfterValidator(_web)]] = {}
