"""One rung of the escalation ladder that a matter has reached: who is told of it, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sheetsync.text import Text


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Rung:
    """Somebody who is to be told that a clock runs out (spec 4.4).

    Nobody changes one; why it is not frozen `finding.Problem` tells.

    Args:
        number: The rung, 1 (whoever does the work) to 5 (senior management).
        name: What it is called; for whoever must act, the rule's own word.
        who: The person or department, where the sheets tell.
        since: When it was reached, wall clock of the project's zone.
    """

    number: int
    name: Text
    who: str | None
    since: datetime
