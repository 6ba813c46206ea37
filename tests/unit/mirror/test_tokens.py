"""What means the same is one token, however a cell has it."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from sheetsync.mirror.sides import value_said
from sheetsync.mirror.tokens import tokens
from sheetsync.model.mirror import UNREAD
from sheetsync.model.table import RawValue, Table
from sheetsync.model.value import Kind


def table(kind: Kind, value: object, raw: RawValue = "", *, broken: bool = False) -> Table:
    moment = kind in {"date", "datetime"}
    values = np.full(1, None, object)
    values[0] = value
    if moment or isinstance(value, float):
        values = values.astype("datetime64[us]" if moment else np.float64)
    return Table(
        form="progress",
        sheet="进度",
        language="zh",
        columns={"field": values},
        rows=np.array([2]),
        whole_days={},
        raw={"field": [raw]},
        broken={"field": np.array([broken])},
        places={},
        header_row=1,
        last_row=2,
        last_column=1,
    )


@pytest.mark.parametrize(
    ("raw", "token"),
    [
        ("  两端 \r\n第二行 ", "两端\n第二行"),
        (5.0, "5"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (1, "1"),
        (datetime(2023, 10, 8), "2023-10-08"),
        (datetime(2023, 10, 8, 14, 30), "2023-10-08 14:30"),
        ("", ""),
    ],
)
def test_a_text_is_what_a_person_would_have_typed(raw: RawValue, token: str) -> None:
    assert tokens(table("long", None, raw), "field", "long") == [token]


def test_true_is_not_one() -> None:
    """Python takes them for equal."""
    both = replace(table("text", None), raw={"field": [1, True, 1.0]})
    assert tokens(both, "field", "text") == ["1", "TRUE", "1"]


@pytest.mark.parametrize(
    ("kind", "value", "token"),
    [
        ("percent", 0.7 * 100, "70"),
        ("percent", 33.333333333333, "33.333333333"),
        ("number", 3.0, "3"),
        ("number", float("nan"), ""),
        ("date", datetime(2023, 10, 8), "2023-10-08"),
        ("datetime", datetime(2023, 10, 8, 14), "2023-10-08 14:00"),
        ("datetime", datetime(2023, 10, 8, 14, 0, 5), "2023-10-08 14:00:05"),
        ("datetime", None, ""),
        ("persons", ("张三", "李四"), "张三、李四"),
        ("persons", ("李四", "张三"), "张三、李四"),
        ("word", "进行中", "进行中"),
        ("word", None, ""),
    ],
)
def test_a_value_has_one_token(kind: Kind, value: object, token: str) -> None:
    assert tokens(table(kind, value), "field", kind) == [token]


def test_what_cannot_be_read_keeps_its_text_behind_a_mark() -> None:
    assert tokens(table("date", None, "10月32日", broken=True), "field", "date") == [UNREAD + "10月32日"]


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("percent", "70"),
        ("number", "-1.5"),
        ("date", "2023-10-08"),
        ("datetime", "2023-10-08 14:00"),
        ("persons", "张三、李四"),
        ("word", "进行中"),
        ("person", "张三"),
        ("datetime", ""),
    ],
)
def test_a_token_says_its_value(kind: Kind, token: str) -> None:
    """What is put back from the journal reads as what was there."""
    said = value_said(kind, token)
    assert tokens(table(kind, said.value), "field", kind) == [token]
    assert said.whole_day is (kind == "date")
