"""The burndown: changes of scope, and the forecast in words."""

from datetime import date

import pytest

from sheetsync.model.summary import BurnPoint, Forecast
from sheetsync.render.burndown import changes, said
from sheetsync.render.canvas import Canvas
from sheetsync.render.screen import Screen
from sheetsync.text import Text


def point(day: int, scope: float | None) -> BurnPoint:
    return BurnPoint(day=date(2026, 11, day), ideal=1.0, left=scope, scope=scope)


@pytest.mark.parametrize(
    ("scopes", "marked"),
    [
        ((100, 100, 110, 110), (None, None, 110, None)),
        ((100, None, 90, 90), (None, None, 90, None)),
        ((None, 100, None, 100), (None, None, None, None)),
        ((100,), (None,)),
        ((), ()),
    ],
)
def test_a_change_of_scope_is_marked_on_its_day(
    scopes: tuple[float | None, ...], marked: tuple[float | None, ...]
) -> None:
    """Against the run before, however many days ago that was."""
    found = changes([point(day, scope) for day, scope in enumerate(scopes, start=2)])
    assert tuple(found) == marked


PLAN = date(2026, 12, 18)


@pytest.mark.parametrize(
    ("forecast", "text"),
    [
        (
            Forecast(first=date(2026, 12, 16), last=date(2026, 12, 29), planned=PLAN, snapshots=9),
            "预计完成：2026-12-16 至 2026-12-29（计划 2026-12-18）",
        ),
        (
            Forecast(first=date(2026, 12, 16), last=None, planned=PLAN, snapshots=9),
            "预计完成：最早 2026-12-16，最晚说不准（计划 2026-12-18）",
        ),
        (
            Forecast(first=None, last=None, planned=None, snapshots=1, reason=Text("数据不足", "too little")),
            "预计完成：数据不足",
        ),
    ],
)
def test_a_forecast_is_a_range_beside_the_plan(forecast: Forecast, text: str) -> None:
    screen = Screen(Canvas("a"), "zh")
    assert said(screen, forecast) == text
