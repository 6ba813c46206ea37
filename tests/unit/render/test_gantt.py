"""The Gantt chart: what its lines say about plan, course, today and rest days."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.model.finding import Status
from sheetsync.model.summary import Bar
from sheetsync.render import gantt
from sheetsync.render.canvas import Canvas
from sheetsync.render.screen import MARGIN, Place, Screen, serial
from sheetsync.worktime import WorkTime
from tests.packing import packed
from tests.unit.render.samples import bar

TODAY = date(2026, 11, 20)
START = date(2026, 11, 2)
Line = tuple[float, float, float, float]


def sheet(
    bars: Sequence[Bar], *, left_out: int = 0, rest_days: Sequence[date] = (), today: date = TODAY
) -> "openpyxl.worksheet.worksheet.Worksheet":
    """Draw bars alone on a tab and read it again."""
    screen = Screen(Canvas("甘特"), "zh")
    place = Place(row=0, column=MARGIN, rows=gantt.lines(len(bars)), columns=12)
    screen.lines(0, place.rows, 16)
    gantt.gantt(screen, place, bars, left_out=left_out, rest_days=rest_days, today=today)
    content = packed(screen.done(place.rows))
    return openpyxl.load_workbook(io.BytesIO(content))["甘特"]


def drawn(bars: Sequence[Bar], **more: object) -> Mapping[str, list[Line]]:
    """Return the lines of the chart by the name of their series, read from the cells that it refers to."""
    columns = {
        str(column[0].value): [cell.value for cell in column[1:]]
        for column in sheet(bars, **more).iter_cols(min_col=26)  # type: ignore[arg-type] - as `sheet` has them
        if column[0].value is not None
    }
    found: dict[str, list[Line]] = {}
    for title, across in columns.items():
        if title.endswith(" x"):
            down = columns[f"{title[:-2]} y"]
            pairs = zip(across, down, strict=True)
            ends = [(_number(x), _number(y)) for x, y in pairs if x is not None]
            found[title[:-2]] = [(*ends[at], *ends[at + 1]) for at in range(0, len(ends), 2)]
    return found


def _number(value: object) -> float:
    """Return what a cell holds; dates come back as days of spreadsheets."""
    if isinstance(value, datetime):
        return serial(value.date()) + value.hour / 24
    return float(str(value))


def days(lines: Iterable[Line], y: float) -> list[int]:
    """Return the days that horizontal lines at a height cover, a day once a line."""
    return [day for x, at, to, _ in lines if at == y for day in range(int(x), int(to))]


def test_a_planned_bar_goes_from_its_first_day_to_the_end_of_its_last() -> None:
    planned = drawn([bar(1, progress=None)])["计划 正常"]
    first, last = serial(date(2026, 11, 4)), serial(date(2026, 11, 14))
    assert {(x, to) for x, _, to, _ in planned} == {(first, last + 1)}


@given(
    length=st.integers(0, 30),
    shift=st.integers(-20, 40),
    done=st.integers(0, 50),
    progress=st.one_of(st.none(), st.floats(0, 100)),
)
def test_actual_and_planned_bar_never_lie_on_each_other(
    length: int, shift: int, done: int, progress: float | None
) -> None:
    """Programs differ in what they draw on top; each day of the middle is drawn once, none is left out."""
    began = START + timedelta(days=shift)
    one = replace(
        bar(0),
        start=START,
        due=START + timedelta(days=length),
        began=began,
        until=began + timedelta(days=done),
        progress=progress,
    )
    ends = gantt.actual_ends(one)
    middle = days(gantt.planned_lines(one, 0.5, 0.2), 0.5) + list(range(*ends) if ends else ())
    assert len(middle) == len(set(middle))
    assert set(range(serial(START), serial(START) + length + 1)) <= set(middle)


def test_nothing_reported_is_no_actual_bar_and_is_said() -> None:
    """Not 0, not green (product expectations, L4)."""
    one = bar(1, progress=None)
    assert "实际" not in drawn([one])
    assert "未报" in [cell.value for row in sheet([one]).iter_rows(max_col=8) for cell in row]


def test_each_bar_has_the_colour_of_its_word() -> None:
    lines = drawn([bar(0, status=Status.LATE), bar(1, status=Status.SOON)])
    assert {at for _, at, _, _ in lines["计划 延期"]} == {0.5, 0.5 - gantt.LANE_PIXELS / 48, 0.5 + 6 / 48}
    assert {int(at) for _, at, _, _ in lines["计划 即将到期"]} == {1}


def test_a_name_links_to_its_row() -> None:
    cell = sheet([bar(1)]).cell(3, MARGIN + 1)
    assert (cell.value, cell.hyperlink.location) == ("里程碑1：渠道物料到位", "'任务执行进度跟踪表'!A4")


def test_today_is_a_line_in_the_middle_of_its_day() -> None:
    assert drawn([bar(3)])["今天"] == [(serial(TODAY) + 0.5, 0, serial(TODAY) + 0.5, 1)]


def test_a_today_far_from_all_bars_is_said_instead_of_squeezing_them() -> None:
    found = sheet([bar(1)], today=date(2030, 1, 1))
    assert "今天不在图内" in str(found.cell(6, MARGIN + 1).value)
    assert "今天" not in drawn([bar(1)], today=date(2030, 1, 1))


def test_what_there_is_no_room_for_is_counted() -> None:
    assert "另有 15 项" in str(sheet([bar(1)], left_out=15).cell(6, MARGIN + 1).value)


def test_rest_days_are_shaded_and_make_up_days_are_not() -> None:
    """2023-10-07 and 08 are worked for the holiday from 09-29 to 10-06."""
    span = np.arange(np.datetime64("2023-09-25"), np.datetime64("2023-10-16"))
    free = span[~WorkTime.standard().is_workday(span)].tolist()
    one = replace(bar(0), start=date(2023, 9, 25), due=date(2023, 10, 13), began=None, until=None)
    shaded = drawn([one], rest_days=free, today=date(2023, 10, 9))["休息日"]
    middles = {x for x, *_ in shaded}
    assert min(middles) > serial(date(2023, 9, 29))
    assert not any(serial(date(2023, 10, 7)) <= middle < serial(date(2023, 10, 9)) for middle in middles)


@given(
    free=st.sets(st.integers(0, 60)).map(
        lambda found: [START + timedelta(days=one) for one in sorted(found)]
    ),
    most=st.integers(1, 9),
)
def test_shading_covers_each_rest_day_once(free: list[date], most: int) -> None:
    found = gantt.rests(free, least=1, most=most)
    covered = [
        first + timedelta(days=at)
        for length, firsts in found.items()
        for first in firsts
        for at in range(length)
    ]
    assert sorted(covered) == free
    assert max(found, default=0) <= most


def test_in_a_long_chart_only_long_rests_are_shaded() -> None:
    week = [date(2026, 11, 7), date(2026, 11, 8), *(date(2026, 11, day) for day in range(21, 25))]
    assert gantt.rests(week, least=gantt.LONG_REST, most=9) == {4: [date(2026, 11, 21)]}


@pytest.mark.parametrize("count", [1, 5, 6, 7, 11, 12, 25])
def test_few_bars_are_high_and_many_fit(count: int) -> None:
    """The lines it says it takes hold heading, axis, bars and note."""
    bars = [bar(number) for number in range(count)]
    found = sheet(bars)
    assert found.cell(gantt.lines(count), MARGIN + 1).value is not None
    assert 4 < gantt.lines(count) <= 28
