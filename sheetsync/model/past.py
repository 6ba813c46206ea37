"""What was known of records before: the values of some cells, and since when."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class Known(NamedTuple):
    """What is known of one cell.

    Args:
        value: Its value in words, empty when it holds none.
        since: When it was first seen with that value, wall clock of the project's zone.
        before: The value before that, None when no other was ever seen.
    """

    value: str
    since: datetime
    before: str | None = None


Column = tuple[str, str]
"""Form and field."""

Past = Mapping[Column, Mapping[str, Known]]
"""What is known of some columns, by the business key of the record."""

NO_PAST: Past = {}
"""Nothing was ever seen."""
