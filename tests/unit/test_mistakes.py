"""Wrong values in words: both languages, one mistake a value, the nearest spelling."""

from datetime import date, datetime, time
from enum import StrEnum
from itertools import product
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from sheetsync.mistakes import Mistake, WrongValueError, mistakes
from sheetsync.text import Text

VALUES: tuple[object, ...] = (
    None, "", "x", "2026-13-01", "25:00", 0, 3, 2.5, 10**30, float("nan"), float("inf"), True,
    [], ["x", 1], [[]], {}, {"x": 1}, {"gone": 1}, date(2026, 1, 1), datetime(2026, 1, 1, 8), time(8),
)  # fmt: skip


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str


class Colour(StrEnum):
    RED = "red"


def refuse(value: object) -> object:
    raise WrongValueError(Text(f"{value} 不行", f"{value} will not do"))


KINDS: tuple[Any, ...] = (
    str, int, float, bool, date, time, datetime, Colour, Inner, tuple[str, ...], list[int], dict[str, int],
    Literal["red", "green"], Annotated[str, Field(pattern="^y$")], Annotated[str, Field(min_length=1)],
    Annotated[int, Field(ge=1, le=2)], Annotated[float, Field(gt=5, lt=6, allow_inf_nan=False)],
    Annotated[tuple[str, ...], Field(min_length=1, max_length=1)], tuple[str, str], dict[Literal["a"], int],
    str | None, str | int | tuple[str, ...], tuple[str, ...] | Inner,
)  # fmt: skip


def said(kind: object, value: object) -> list[Mistake]:
    data = {"it": value}
    try:
        create_model("Probe", it=(kind, ...)).model_validate(data)
    except ValidationError as error:
        return mistakes(error, data, ("it", "name"))
    return []


@pytest.mark.parametrize(("kind", "value"), list(product(KINDS, VALUES)), ids=str)
def test_no_reason_reaches_a_reader_untranslated(kind: object, value: object) -> None:
    """Whatever is written where something else should stand."""
    for mistake in said(kind, value):
        assert mistake.path[0] == "it"
        assert "这里不能这样写" not in mistake.said.zh, mistake
        assert "Input" not in mistake.said.en
        assert "{" not in mistake.said.zh.replace(str(value), "")


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        (
            Literal["red", "green"],
            "gren",
            "it 不能是“gren”，只能是 red、green，最接近的是 green",
            "nearest is green",
        ),
        (Inner, {"nam": 1, "name": "x"}, "不认识的键 it.nam，是否想写 name", "did you mean name"),
        (Inner, {}, "缺少 it.name", "it.name is missing"),
        (int, "x", "it 的值“x”不对：应为整数，如 10", "'x' is wrong: must be a whole number, such as 10"),
        (dict[str, int], {"a": None}, "it.a 的值不对：应为整数，如 10", "it.a is wrong"),
        (Annotated[int, Field(le=2)], 3, "it 的值“3”不对：不能大于 2", "must not be more than 2"),
        (Annotated[int, BeforeValidator(refuse)], 3, "it 的值“3”不对：3 不行", "'3' is wrong: 3 will not do"),
        (str | list[str], 3, "it 的值“3”不对：应为文字，或应为列表", "must be a text, or must be a list"),
        (bool, "x" * 99, f"it 的值“{'x' * 60}…”不对：应为 true 或 false", "must be true or false"),
    ],
)
def test_a_mistake_says_what_and_how_to_mend_it(kind: object, value: object, zh: str, en: str) -> None:
    """In one sentence, though a union fails in several ways."""
    (mistake,) = said(kind, value)
    assert zh in mistake.said.zh
    assert en in mistake.said.en


def test_a_list_is_not_called_too_short_for_what_is_wrong_in_it() -> None:
    class Week(BaseModel):
        days: Annotated[tuple[Literal["mon", "tue"], ...], Field(min_length=1)]

    data = {"days": ["mno"]}
    with pytest.raises(ValidationError) as caught:
        Week.model_validate(data)
    assert [one.path for one in mistakes(caught.value, data, ())] == [("days", 0)]


def test_an_empty_list_is_called_too_short() -> None:
    class Week(BaseModel):
        days: Annotated[tuple[str, ...], Field(min_length=1)]

    with pytest.raises(ValidationError) as caught:
        Week.model_validate({"days": []})
    assert "至少要有 1 项" in mistakes(caught.value, {"days": []}, ())[0].said.zh
