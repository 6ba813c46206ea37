"""Messages: named gaps and nothing else."""

import numpy as np
import pytest

from sheetsync.rules import wording
from sheetsync.text import Text
from sheetsync.worktime import Limit


def test_named_gaps_are_filled_in_both_languages() -> None:
    words = Text("{id} 应在 {due} 前", "{id} is due {due}, 100%")
    facts = {
        "id": wording.same(["A", "B"]),
        "due": wording.moments(np.array(["2023-10-08T18:00", "NaT"], "datetime64[us]")),
    }
    assert wording.fill(words, facts, 2) == [
        Text("A 应在 2023-10-08 18:00 前", "A is due 2023-10-08 18:00, 100%"),
        Text("B 应在 — 前", "B is due —, 100%"),
    ]


@pytest.mark.parametrize(
    "words", ["{}", "{0}", "{id", "id}", "{id!r}", "{id.x}", "{id[0]}", "{{id}}", "{ID}"]
)
def test_any_other_brace_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        wording.template(words)


def test_what_a_cell_says_is_never_read_as_a_gap() -> None:
    said = wording.fill(Text("{id}", "{id}"), {"id": wording.same(["{due} %s"])}, 1)
    assert said == [Text("{due} %s", "{due} %s")]


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        ("90m", "90 分钟", "90 minutes"),
        ("1h", "1 小时", "1 hour"),
        ("2wh", "2 个工作小时", "2 working hours"),
        ("3wd", "3 个工作日", "3 working days"),
    ],
)
def test_limits_in_words(limit: str, zh: str, en: str) -> None:
    assert wording.parameter(Limit.parse(limit), 1) == ([zh], [en])
