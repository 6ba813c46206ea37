"""`[project]`, `[calendar]`, `[workbooks]`, `[changes]`: what the project is and how its days run."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from sheetsync.config.section import Section, Zone
from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


class ProjectSettings(Section):
    """`[project]`.

    Args:
        name: What the project is called on dashboards and in mails.
        language: What people read.
        timezone: Where the project's clocks hang.
    """

    name: str = ""
    language: Literal["zh", "en"] = "zh"
    timezone: Zone = "Asia/Shanghai"


def _hours(value: object) -> object:
    if isinstance(value, str) and not _SPAN.fullmatch(value):
        raise WrongValueError(Text("应写成 09:00-12:00", "write it like 09:00-12:00"))
    return value


Hours = Annotated[
    str,
    BeforeValidator(_hours, json_schema_input_type=Annotated[str, Field(pattern=f"^{_SPAN.pattern}$")]),
]


class CalendarSettings(Section):
    """`[calendar]`: the official Chinese calendar, the company's own exceptions and its hours.

    Args:
        region: Whose official holidays and make-up days count.
        working_hours: The working stretches of a day, in order.
        workdays: The company's own working days.
        holidays: The company's own rest days.
    """

    region: Literal["CN"] = "CN"
    working_hours: Annotated[tuple[Hours, ...], Field(min_length=1)] = ("09:00-12:00", "13:00-18:00")
    workdays: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()

    @field_validator("working_hours")
    @classmethod
    def _spans(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        last = -1
        for span in value:
            start, end = (int(clock[:-3]) * 60 + int(clock[-2:]) for clock in span.split("-"))
            if not last < start < end:
                raise WrongValueError(
                    Text(
                        f"“{span}”要先开始后结束，并在上一段之后",
                        f"'{span}' must end after it starts, and after the span before it",
                    )
                )
            last = end
        return value

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if both := set(self.workdays) & set(self.holidays):
            day = min(both)
            raise WrongValueError(
                Text(
                    f"{day} 既在 workdays 又在 holidays",
                    f"{day} is given both in workdays and in holidays",
                )
            )
        return self


class WorkbookSettings(Section):
    """`[workbooks.NAME]`.

    Args:
        path: Where it lies, from the project folder; or a base, as bitable:APP_TOKEN or by its web address.
        forms: Only these forms are looked for in it; all when empty.
    """

    path: str
    forms: tuple[str, ...] = ()


class ChangesSettings(Section):
    """`[changes]`: what change requests in force do.

    Args:
        apply: Whether a check with --write updates the task's cell that a change request in force names; if
            not, such requests are only reported.
    """

    apply: bool = True
