"""What a cell holds once somebody has typed a text into it: Excel's own view, before any formula reads it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sheetsync.model.value import MOMENTS, Kind

Cell = str | int | float | datetime
"""A cell as typed."""
Row = Mapping[str, Cell]
"""A row as typed: field, or title of an open column, to cell."""
Entered = str | float | datetime | None
"""A cell as it is held: None where it is empty."""

_DAY_ZERO = datetime(1899, 12, 30)


class Nothing(str):
    """The empty text as the result of a formula.

    The writer leaves the type of a plain empty text away, and readers then take the cell for a formula that
    nobody calculated. Equal to no text, it is written as the text it is.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


NOTHING = Nothing()


def entered(kind: Kind, value: Cell | None) -> Entered:
    """Return what a cell of this kind holds after `value` is typed into it.

    `70%` becomes 0.7 and an ISO date a moment; all else stays a text, as in Excel.
    """
    if isinstance(value, datetime) or not value:
        return value if isinstance(value, datetime | float) else 0.0 if value == 0 else None
    if isinstance(value, int | float):
        return float(value)
    if kind == "percent" and value.endswith("%") and value[:-1].isdigit():
        return int(value[:-1]) / 100
    if kind in MOMENTS:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def serial(value: Entered) -> float | None:
    """Return the number that formulas see: days since 1899-12-30 for a moment, None for texts."""
    if isinstance(value, datetime):
        return (value - _DAY_ZERO) / timedelta(days=1)
    return value if isinstance(value, float) else None


def is_day(value: datetime) -> bool:
    """Tell whether a moment is a day without a time, and is shown as one."""
    return value.time() == time()
