"""Figures in words: the same in every picture, and never a number where there is none."""

import pytest

from sheetsync import palette
from sheetsync.model.summary import Figure, Unit, Wish
from sheetsync.render import figures
from sheetsync.text import same


def figure(
    value: float | None, before: float | None = None, unit: Unit = "count", wish: Wish = "less"
) -> Figure:
    return Figure(name="late", title=same("延期"), value=value, before=before, unit=unit, wish=wish)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "count", "0"),
        (12.0, "count", "12"),
        (123_456, "count", "123456"),
        (45.0, "percent", "45%"),
        (45.26, "percent", "45.3%"),
        (2.5, "days", "2.5 天"),
        (None, "percent", "未报"),
    ],
)
def test_a_value_is_said_with_its_unit(value: float | None, unit: Unit, said: str) -> None:
    assert figures.value(figure(value, unit=unit)).zh == said


@pytest.mark.parametrize(
    ("value", "before", "unit", "said"),
    [
        (12, 9, "count", "↑3"),
        (9, 12, "count", "↓3"),
        (9, 9, "count", "→"),
        (45.3, 40.2, "percent", "↑5.1 个百分点"),
        (9, None, "count", "无上周数据"),
        (None, 9, "count", ""),
    ],
)
def test_a_step_is_said_with_its_direction(
    value: float | None, before: float | None, unit: Unit, said: str
) -> None:
    assert figures.step(figure(value, before, unit)).zh == said


def test_a_step_is_the_difference_of_what_people_see() -> None:
    """45.3 and 40.2 are shown; the exact difference would round to 5.0."""
    assert figures.step(figure(45.26, 40.24, "percent")).zh == "↑5.1 个百分点"


@pytest.mark.parametrize(
    ("value", "before", "wish", "sense"),
    [
        (12, 9, "less", "bad"),
        (12, 9, "more", "good"),
        (9, 12, "less", "good"),
        (9, 12, "more", "bad"),
        (12, 9, "none", "even"),
        (9, 9, "less", "even"),
        (None, 9, "less", "even"),
        (9, None, "less", "even"),
    ],
)
def test_a_step_is_judged_by_the_wish(
    value: float | None, before: float | None, wish: Wish, sense: str
) -> None:
    """What is not known is neither good nor bad."""
    assert figures.sense(figure(value, before, wish=wish)) == sense


def test_what_is_not_known_is_never_green() -> None:
    assert figures.step_colour(figure(None, 9)) == palette.MUTED
    assert figures.step_colour(figure(3, 9)) == palette.STYLES["normal"].font
