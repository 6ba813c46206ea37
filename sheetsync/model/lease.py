"""A right to do something alone for a while. Times are UTC without zone information."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who may do alone what `name` says.

    Args:
        name: What for, such as `serve`.
        owner: Who holds it: machine, process and a random word.
        fence: Grows with each owner, so that an earlier one can be told from the present one.
        taken: When it was taken, UTC.
        until: When it ends unless it is renewed, UTC.
    """

    name: str
    owner: str
    fence: int
    taken: datetime
    until: datetime
