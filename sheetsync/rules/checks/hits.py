"""What a check says: where a rule is not met, and by what clock.

A check knows neither words nor levels nor colours, and never walks over rows. It fires only where the cells
it needs were read: an empty or unreadable cell is held against nobody, unless the rule is about just that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.model.table import Bools
from sheetsync.rules.rows import Objects, Rows
from sheetsync.text import Text
from sheetsync.worktime import Days, Limit, Moments


@dataclass(slots=True, kw_only=True, eq=False)
class Hits:
    """Where a rule is not met; every array has one entry a record.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        fires: The records.
        watch: The field that is watched, or one for each record.
        watch_form: The form that field belongs to, where it is another one.
        mild: Records of the milder level.
        done: Records that were completed late: nothing is left to act on.
        started: When the clock began.
        first_seen: Records whose clock begins when a state was first seen: no cell tells when it began.
        due: When it had to be done.
        stopped: When it was done.
        limit: The length of the clock.
        limits: The length of each clock, where they differ.
        plan: First and last day of each computed plan; NaT where there is none.
        facts: Further facts for the message, by name: arrays of numbers or texts; none where nothing fires.
    """

    fires: Bools
    watch: str | Objects
    watch_form: str | None = None
    mild: Bools | None = None
    done: Bools | None = None
    started: Moments | None = None
    first_seen: Bools | None = None
    due: Moments | None = None
    stopped: Moments | None = None
    limit: Limit | None = None
    limits: Objects | None = None
    plan: tuple[Days, Days] | None = None
    facts: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


Check = Callable[[Any, Rows], Hits]


def repeated(said: Text, count: int) -> Objects:
    """Return a fact that is the same for each of `count` records."""
    found = np.full(count, None, object)
    found[:] = [said] * count
    return found
