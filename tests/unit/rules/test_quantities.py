"""Runs `tests/cases/goals.yaml`: what goals and requests for resources must be read as."""

from pathlib import Path
from typing import Any

import pytest

from sheetsync import specfile
from sheetsync.rules.quantities import additive, has_amount, measured, without_amount

FILE = Path(__file__).parents[2] / "cases" / "goals.yaml"
CASES = specfile.parse_yaml(FILE.read_text("utf-8"), FILE.name).data
LONG = 32_000
"""Characters an Excel cell can hold, roughly."""


def _text(case: dict[str, Any]) -> str:
    return str(case["text"])


@pytest.mark.parametrize("case", CASES["goals"], ids=_text)
def test_a_goal_has_the_halves_it_has(case: dict[str, Any]) -> None:
    assert {"amount": has_amount(case["text"]), "limit": measured(case["text"])[1]} == {
        "amount": case["amount"],
        "limit": case["limit"],
    }


@pytest.mark.parametrize("case", CASES["resources"], ids=_text)
def test_resources_without_an_amount_are_named(case: dict[str, Any]) -> None:
    assert list(without_amount(case["text"])) == case["lacks"]


@pytest.mark.parametrize("case", CASES["additive"], ids=_text)
def test_amounts_that_add_up_are_read(case: dict[str, Any]) -> None:
    said = [f"{'' if one.exact else '~'}{one.value:g} {one.unit}" for one in additive(case["text"])]
    assert [said_one.replace("8e+06", "8000000") for said_one in said] == case["amounts"]


@pytest.mark.parametrize("piece", ["1,", "1,111", "十", "完成", "1", "by ", "第一", "约", "(", "3 ", "1."])
def test_no_text_makes_the_patterns_slow(piece: str) -> None:
    """Patterns that look back from every place would not come back before the limit of a test."""
    text = piece * (LONG // len(piece))
    told = has_amount(text), measured(text), additive(text), without_amount(text)
    assert len(told) == 4
