"""One time that a mirror wrote: what it did on which side, so that it can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sheetsync.model.mirror import Action, Agreed

SyncState = Literal["applying", "done", "undone"]
"""Being written, or left so by a run that ended in the middle or had no sure answer; written; taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """What a mirror wrote.

    Args:
        number: Which one, 0 before it is kept.
        at: When, wall clock of the project's zone.
        state: How far it came.
        left: What was done on the left side; what is meant to be done, while it is applying.
        right: Likewise on the right side.
        before: What both had agreed on before, of the records it is about; None where nothing.
    """

    number: int = 0
    at: datetime
    state: SyncState = "applying"
    left: tuple[Action, ...]
    right: tuple[Action, ...]
    before: Mapping[str, Agreed | None]
