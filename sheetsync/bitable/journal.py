"""Tokens of batches of new records where there is no project to keep them."""

import uuid


class MemoryJournal:
    """A journal that lasts as long as its process; meets the port Journal."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def token(self, batch: str) -> tuple[str, bool]:
        """Return the token of a batch; True where an earlier attempt had it."""
        known = batch in self._tokens
        return self._tokens.setdefault(batch, str(uuid.uuid4())), known

    def settle(self, batch: str) -> None:
        """Forget a batch."""
        self._tokens.pop(batch, None)
