"""A value goes into a cell in the shape that the cell and its neighbours have."""

from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.excel.shapes import Look, Shape, shape, shows_percent
from sheetsync.intake.dates import read_moment
from sheetsync.intake.numbers import Percent, read_percent
from sheetsync.model.rowchange import FieldValue
from sheetsync.model.value import Kind, Moment

DAY, EVENING = datetime(2024, 1, 5), datetime(2024, 1, 5, 18)
SERIAL = Look(45000.0, "yyyy/m/d")


def value_of(kind: Kind, value: object, text: str = "", *, whole_day: bool = False) -> FieldValue:
    return FieldValue(kind=kind, value=value, text=text, whole_day=whole_day)


@pytest.mark.parametrize(
    ("own", "neighbours", "shaped"),
    [
        (Look(None, "yyyy/m/d"), [], Shape(DAY)),
        (Look("2023.10.8", "yyyy/m/d"), [], Shape(DAY)),
        (Look(None), [SERIAL], Shape(DAY, "yyyy/m/d")),
        (Look(None), [Look("待定"), Look(None), SERIAL], Shape(DAY, "yyyy/m/d")),
        (Look(None), [], Shape(DAY, "yyyy-mm-dd")),
        (Look(None, "@"), [SERIAL], Shape("2024-01-05")),
        (Look(None, "@"), [Look("2023/1/8", "@")], Shape("2024/1/5")),
        (Look(None), [Look("2023-10-08")], Shape("2024-01-05")),
        (Look(None), [Look("2023-10-18")], Shape("2024-01-05")),
        (Look(None), [Look("2023.10.8")], Shape("2024.1.5")),
        (Look(None), [Look("2023年10月8日")], Shape("2024年1月5日")),
        (Look("2023/10/08"), [SERIAL], Shape("2024/01/05")),
        (Look(None), [Look(20231008.0)], Shape(20240105.0)),
    ],
)
def test_a_day_is_written_as_the_days_around_it(own: Look, neighbours: list[Look], shaped: Shape) -> None:
    assert shape(value_of("date", DAY, whole_day=True), own, neighbours) == shaped


@pytest.mark.parametrize(
    ("own", "neighbours", "shaped"),
    [
        (Look(None, "yyyy/m/d h:mm"), [], Shape(EVENING)),
        (Look(None), [], Shape(EVENING, "yyyy-mm-dd hh:mm")),
        (Look(None), [Look("2023年10月8日")], Shape("2024年1月5日 18:00")),
        (Look(None), [Look(20231008.0)], Shape(EVENING, "yyyy-mm-dd hh:mm")),
    ],
)
def test_a_time_of_day_is_kept(own: Look, neighbours: list[Look], shaped: Shape) -> None:
    assert shape(value_of("datetime", EVENING), own, neighbours) == shaped


@pytest.mark.parametrize(
    "value", [np.datetime64(DAY, "us"), pd.Timestamp(DAY), date(2024, 1, 5), Moment(at=DAY, whole_day=True)]
)
def test_days_come_in_several_types(value: object) -> None:
    assert shape(value_of("date", value, whole_day=True), SERIAL) == Shape(DAY)


@pytest.mark.parametrize(
    ("points", "own", "neighbours", "shaped"),
    [
        (70.0, Look(0.5, "0%"), [], Shape(0.7)),
        (12.3, Look(None, "0.0%"), [], Shape(0.123)),
        (70.0, Look(None), [Look(0.5, "0%")], Shape(0.7, "0%")),
        (70.0, Look(30.0), [], Shape(70.0)),
        (70.0, Look(None), [Look(0.0), Look(30.0)], Shape(70.0)),
        (1.0, Look(30.0), [], Shape("1%")),
        (70.0, Look(45000.0, "yyyy/m/d"), [], Shape(0.7, "0%")),
        (70.0, Look(45000.0, "yyyy/m/d"), [Look(30.0)], Shape(70.0, "General")),
        (0.0, Look(30.0), [], Shape(0.0)),
        (70.0, Look(0.3), [], Shape(0.7, "0%")),
        (70.0, Look("30%"), [], Shape("70%")),
        (70.0, Look(None), [Look("未开始"), Look("30 ％")], Shape("70 ％")),
        (70.0, Look(None, "@"), [Look(30.0)], Shape("70%")),
        (70.0, Look(None), [], Shape(0.7, "0%")),
        (12.5, Look(None), [], Shape(0.125, "0.00%")),
        (70.0, Look(None, '0"%"'), [Look(30.0)], Shape(70.0)),
    ],
)
def test_a_percentage_is_written_as_those_around_it(
    points: float, own: Look, neighbours: list[Look], shaped: Shape
) -> None:
    assert shape(value_of("percent", points, f"{points:g}%"), own, neighbours) == shaped


@pytest.mark.parametrize(
    ("own", "neighbours", "shaped"),
    [
        (Look(1.0, "0.00"), [], Shape(3.0)),
        (Look(None, "@"), [], Shape("3")),
        (Look("2"), [], Shape("3")),
        (Look(None), [Look("无"), Look(2.0)], Shape(3.0)),
        (Look(None, "0%"), [], Shape(3.0, "General")),
    ],
)
def test_a_number_is_a_number_where_the_others_are(own: Look, neighbours: list[Look], shaped: Shape) -> None:
    assert shape(value_of("number", 3.0, "3"), own, neighbours) == shaped


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-", "@now", "007", "2023-10-08", "70%", "TRUE"])
def test_what_is_text_stays_text(text: str) -> None:
    assert shape(value_of("text", text, text), Look(5.0, "0%"), [SERIAL]) == Shape(text)


@pytest.mark.parametrize(
    ("neighbours", "text"),
    [
        ([], "张三、李四"),
        ([Look("王五"), Look("王五,赵六")], "张三,李四"),
        ([Look("王五, 赵六")], "张三, 李四"),
        ([Look("王五\n赵六")], "张三\n李四"),
        ([Look("王五/赵六"), Look("王五、赵六")], "张三/李四"),
    ],
)
def test_names_are_joined_as_the_others_join_them(neighbours: list[Look], text: str) -> None:
    value = value_of("persons", ("张三", "李四"), "张三、李四")
    assert shape(value, Look(None), neighbours) == Shape(text)


def test_a_name_with_a_separator_in_it_is_not_torn() -> None:
    value = value_of("persons", ("A/B组", "李四"), "A/B组；李四")
    assert shape(value, Look(None), [Look("王五/赵六")]) == Shape("A/B组；李四")


_SPELLINGS = ["2023-10-08", "2023/10/8", "2023.10.8", "2023年10月8日", "2023-10-08 14:30", 20231008.0, None]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.sampled_from(_SPELLINGS), st.booleans())
def test_a_moment_is_read_as_it_was_given(
    moment: datetime, spelled: str | float | None, whole_day: bool
) -> None:
    moment = datetime.combine(moment, time()) if whole_day else moment.replace(microsecond=0)
    kind: Kind = "date" if whole_day else "datetime"
    shaped = shape(value_of(kind, moment, whole_day=whole_day), Look(None), [Look(spelled)])
    assert isinstance(shaped.value, str | float | datetime)
    cell = read_moment(shaped.value)
    bare = moment == datetime.combine(moment, time())
    assert (cell.value, cell.whole_day, cell.doubt) == (moment, bare, None)


@given(
    st.decimals(0, 100, places=2).map(float),
    st.lists(
        st.builds(
            Look, st.sampled_from([None, 0.3, 1.0, 0.0, 30.0, "30%"]), st.sampled_from(["General", "0%"])
        )
    ),
)
def test_a_percentage_is_read_as_it_was_given(points: float, looks: list[Look]) -> None:
    own, *neighbours = [*looks, Look(None)]
    shaped = shape(value_of("percent", points, f"{points:g}%"), own, neighbours)
    assert isinstance(shaped.value, str | float)
    formatted = isinstance(shaped.value, float) and shows_percent(shaped.code or own.code)
    cell = read_percent(Percent(float(shaped.value)) if formatted else shaped.value)
    assert (cell.value, cell.doubt) == (points, None)


@pytest.mark.parametrize("missing", [None, "", (), float("nan"), np.datetime64("NaT"), pd.NaT])
def test_nothing_empties_the_cell(missing: object) -> None:
    assert shape(value_of("date", missing), SERIAL) == Shape(None)
