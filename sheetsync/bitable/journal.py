"""What remembers the token of a batch of new records from before it is sent until its outcome is known."""

import uuid
from typing import Protocol


class Journal(Protocol):
    """Remembers tokens of batches that were handed over, or were about to be (reliability, 14)."""

    def token(self, batch: str) -> tuple[str, bool]:
        """Return the token of a batch, kept before this returns; True where an earlier attempt had it.

        Args:
            batch: A digest of base, table and what the batch holds.
        """

    def settle(self, batch: str) -> None:
        """Forget a batch whose outcome is known."""


class MemoryJournal:
    """A journal that lasts as long as its process; meets Journal."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def token(self, batch: str) -> tuple[str, bool]:
        """Return the token of a batch; True where an earlier attempt had it."""
        known = batch in self._tokens
        return self._tokens.setdefault(batch, str(uuid.uuid4())), known

    def settle(self, batch: str) -> None:
        """Forget a batch."""
        self._tokens.pop(batch, None)
