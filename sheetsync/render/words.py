"""How times, durations and cells are said, on the screen and in JSON."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sheetsync.model.table import RawValue


def duration(span: timedelta) -> str:
    """Return a duration in hours and minutes, as people compare it with a limit.

    >>> duration(timedelta(hours=15, minutes=30))
    '15h30m'
    """
    minutes = int(span.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{rest}m" if rest or not hours else "")


def zoned(moment: datetime, zone: ZoneInfo) -> str:
    """Return a wall clock time with its offset: `2026-11-20T09:00:00+08:00`."""
    return moment.replace(tzinfo=zone).isoformat(timespec="seconds")


def plain(raw: RawValue | None) -> str | float | bool | None:
    """Return a cell as JSON can hold it; whole numbers without a decimal point."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, datetime | date):
        return raw.isoformat()
    if isinstance(raw, str | int | float):
        return raw
    return str(raw)
