"""Pictures of charts: whatever there is to draw, without any font of the machine."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from sheetsync import palette
from sheetsync.model.finding import Status
from sheetsync.model.summary import BurnPoint
from sheetsync.render import pictures
from tests.unit.render import samples

TODAY = date(2026, 11, 20)


def seen(content: bytes) -> dict[str, int]:
    """Return the number of pixels of each colour."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    assert image.format is None
    assert image.width == pictures.WIDTH
    counted = image.getcolors(image.width * image.height) or []
    return {"".join(f"{part:02X}" for part in colour): many for many, colour in counted}  # type: ignore[union-attr]


def point(day: int, ideal: float | None, left: float | None, scope: float | None) -> BurnPoint:
    return BurnPoint(day=TODAY + timedelta(days=day), ideal=ideal, left=left, scope=scope)


@pytest.mark.parametrize(
    "points",
    [
        [point(0, None, None, None)],
        [point(0, 0.0, 0.0, 0.0)],
        [point(0, 5.0, 0.001, 5.0), point(1, 4.0, None, None)],
        [point(day, 1e6 - day, 1e6, 1e6) for day in range(900)],
    ],
)
def test_every_burndown_can_be_drawn(points: list[BurnPoint]) -> None:
    assert seen(pictures.burndown(points))


def test_a_burndown_shows_what_is_left_the_ideal_and_the_scope() -> None:
    drawn = seen(pictures.burndown(samples.burndown(20, 10)))
    for colour in (pictures.LEFT_OVER, pictures.IDEAL, pictures.SCOPE):
        assert drawn.get(colour, 0) > 100


def test_a_week_that_nobody_can_tell_has_no_bar() -> None:
    """0 has none either, but says so in a number."""
    mondays = [TODAY + timedelta(weeks=week) for week in range(2)]
    unknown = seen(pictures.on_time([(mondays[0], None), (mondays[1], 50.0)]))
    both = seen(pictures.on_time([(mondays[0], 50.0), (mondays[1], 50.0)]))
    assert both[pictures.LEFT_OVER] == 2 * unknown[pictures.LEFT_OVER]
    nothing = pictures.on_time([(mondays[0], None), (mondays[1], None)])
    assert pictures.on_time([(mondays[0], 0.0), (mondays[1], None)]) != nothing


def test_the_late_part_of_a_department_is_as_long_as_its_share() -> None:
    drawn = seen(pictures.late_by_department([(40, 10)]))
    late, rest = drawn[palette.SOLID["late"]], drawn[pictures.PLANNED]
    assert late / (late + rest) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("lines", [[(0, 0)], [(5000, 5000)] * 12])
def test_every_department_can_be_drawn(lines: list[tuple[int, int]]) -> None:
    assert seen(pictures.late_by_department(lines))


def test_a_gantt_marks_status_today_and_rest_days() -> None:
    bars = [samples.bar(1, status=Status.LATE), samples.bar(2, progress=None)]
    drawn = seen(pictures.gantt(bars, TODAY, [date(2026, 11, 7), date(2026, 11, 8)]))
    for colour in (palette.SOLID["late"], palette.SOLID["normal"], pictures.TODAY, palette.MIST):
        assert drawn.get(colour, 0) > 100
    without = seen(pictures.gantt(bars, TODAY))
    assert palette.MIST not in without


def test_a_gantt_far_from_today_can_be_drawn() -> None:
    assert seen(pictures.gantt([samples.bar(1)], date(2031, 1, 1)))
