"""Tells the time: the machine's, or the one a user fixed with `--now`."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sheetsync.errors import UsageError
from sheetsync.text import Text


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's clock, read as wall clock of a zone."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """Return the present wall clock time, to the second, without zone information."""
        return datetime.now(self.zone).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: with it a run is fully deterministic."""

    at: datetime

    def now(self) -> datetime:
        """Return the fixed wall clock time, without zone information."""
        return self.at


def parse_now(text: str, zone: ZoneInfo) -> FixedClock:
    """Read `2026-11-20T09:00`, with or without an offset.

    Args:
        text: An ISO 8601 time; without an offset it is wall clock of `zone`.
        zone: The project's time zone.

    Raises:
        UsageError: The text is no ISO 8601 time.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or not 1900 <= at.year <= 2199:
        raise UsageError(
            Text(f"--now 的值“{text}”不是可用的时间。", f"--now: '{text}' is no usable time."),
            fix=Text("请写成 2026-11-20T09:00 的形式。", "Write it like 2026-11-20T09:00."),
        )
    return FixedClock(at if at.tzinfo is None else at.astimezone(zone).replace(tzinfo=None))
