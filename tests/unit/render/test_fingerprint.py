"""Equal content has equal fingerprints, other content others."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from sheetsync.model.finding import Status
from sheetsync.render.fingerprint import fingerprint
from sheetsync.text import Text


@dataclass(frozen=True)
class Line:
    name: str
    counts: tuple[tuple[Status, int], ...] = ()
    note: Text | None = None
    aside: object = field(default=None, repr=False)


def line(status: Status = Status.LATE, note: str = "注") -> Line:
    return Line("张三", ((status, 700),), Text(note, "note"), aside=object())


def test_equal_content_is_equal_whoever_made_it() -> None:
    one = line()
    assert fingerprint("zh", [one, one]) == fingerprint("zh", [line(), line()])


@pytest.mark.parametrize(
    "other",
    [line(Status.RISK), line(note="注意"), Line("张三"), None, "张三", ("张三", ((Status.LATE, 700),), None)],
)
def test_other_content_has_another(other: object) -> None:
    assert fingerprint(other) != fingerprint(line())


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (1, "1"), (1, True), (None, "None"), (date(2023, 10, 16), datetime(2023, 10, 16))],
)
def test_values_of_other_kinds_are_other_values(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_text_that_cannot_be_encoded_has_one_as_well() -> None:
    assert fingerprint("\ud800") != fingerprint("\ud801")
