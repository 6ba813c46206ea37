"""`[rules]` and `[escalation]`: which rules are in force, and who is told when a limit runs out."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, field_validator

from sheetsync.config.section import Length, Section, shape
from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text


def _plain(value: object) -> object:
    if isinstance(value, str | int | float) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ):
        return value
    raise WrongValueError(
        Text(
            "应为文字、数字、true、false 或文字的列表",
            "must be a text, a number, true, false or a list of texts",
        )
    )


def _flattened(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tables of rules as one, their keys joined by dots."""
    flat: dict[str, Any] = {}
    for key, value in given.items():
        flat |= (
            {f"{key}.{inner}": it for inner, it in value.items()} if isinstance(value, dict) else {key: value}
        )
    return flat


_Parameter = Annotated[
    str | int | float | bool | list[str],
    BeforeValidator(_plain, json_schema_input_type=str | int | float | bool | list[str]),
]
_Parameters = Annotated[
    Annotated[_Parameter, Tag("value")] | Annotated[dict[str, _Parameter], Tag("table")],
    Discriminator(shape),
]


class RulesSettings(Section):
    """`[rules]`: which packs are in force (all that are found when empty), and what is changed in them.

    Args:
        packs: Names of packs.
        parameters: `T16.limit` to value; tables such as `[rules.parameters.T16]` are read as that, too.
    """

    packs: tuple[str, ...] = ()
    parameters: Annotated[Mapping[str, _Parameters], AfterValidator(_flattened)] = {}


class EscalationSettings(Section):
    """`[escalation]`: who is told when a limit runs out (spec 4.4).

    Args:
        shares: When whoever must act is reminded, and when each further rung of the ladder is told: shares of
            the limit in %. What is below 100 means nothing where there is a due date and no limit.
        first_rung: Word of an issue's class to the rung, counted from whoever must act, that is told as early
            as that person.
        after_due: What 100 % more mean after a due date without a limit, in working days or hours.
        levels: The levels of findings that go beyond whoever must act.
    """

    shares: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000)], ...], Field(min_length=1)] = (
        80,
        100,
        200,
    )
    first_rung: Mapping[str, Annotated[int, Field(ge=1, le=5)]] = {"紧急": 2, "严重": 2}
    after_due: Length = "2wd"
    levels: tuple[Literal["info", "yellow", "red"], ...] = ("yellow", "red")

    @field_validator("shares")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(earlier >= later for earlier, later in pairwise(value)):
            raise WrongValueError(Text("要从小到大，如 [80, 100, 200]", "must rise, such as [80, 100, 200]"))
        return value
