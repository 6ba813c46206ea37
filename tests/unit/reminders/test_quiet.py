"""When people may be told something."""

from datetime import datetime

import pytest

from sheetsync.config.reminders import RemindersSettings
from sheetsync.reminders.quiet import is_quiet, next_allowed
from sheetsync.worktime import WorkTime

WORKTIME = WorkTime.standard()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2023-10-12T09:00", "2023-10-12T09:00"),
        ("2023-10-12T08:29", "2023-10-12T08:30"),
        ("2023-10-12T08:30", "2023-10-12T08:30"),
        ("2023-10-12T19:59", "2023-10-12T19:59"),
        ("2023-10-12T20:00", "2023-10-13T08:30"),
        # A make-up Saturday is worked, the holiday before it is not.
        ("2023-10-07T09:00", "2023-10-07T09:00"),
        ("2023-10-06T15:00", "2023-10-07T08:30"),
        ("2023-10-05T23:00", "2023-10-07T08:30"),
        # Friday night waits for Monday.
        ("2023-10-13T20:30", "2023-10-16T08:30"),
        ("2023-10-14T12:00", "2023-10-16T08:30"),
    ],
)
def test_messages_wait_for_the_next_working_day_outside_quiet_hours(now: str, then: str) -> None:
    assert next_allowed(at(now), RemindersSettings(), WORKTIME) == at(then)


@pytest.mark.parametrize(
    ("settings", "now", "quiet"),
    [
        ({"quiet": ""}, "2023-10-12T03:00", False),
        ({"quiet": "12:00-13:30"}, "2023-10-12T12:00", True),
        ({"quiet": "12:00-13:30"}, "2023-10-12T13:30", False),
        ({"quiet": "12:00-13:30"}, "2023-10-12T22:00", False),
        ({"rest_days": True}, "2023-10-14T12:00", False),
        ({"rest_days": True}, "2023-10-14T21:00", True),
    ],
)
def test_a_project_sets_its_own_hours(settings: dict[str, str | bool], now: str, quiet: bool) -> None:
    assert is_quiet(at(now), RemindersSettings.model_validate(settings), WORKTIME) is quiet


@pytest.mark.parametrize("quiet", ["20-8", "20:00-20:00", "25:00-08:00", "20:00~08:30"])
def test_hours_that_are_none_are_refused(quiet: str) -> None:
    with pytest.raises(ValueError, match="20:00-08:30"):
        RemindersSettings(quiet=quiet)
