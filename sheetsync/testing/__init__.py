"""Stand-ins that are real adapters: for our tests and for those who extend SheetSync."""

from sheetsync.clock import FixedClock as FrozenClock
from sheetsync.testing.history import MemoryBases, MemoryHistory
from sheetsync.testing.messages import MemoryLedger, MemoryOutbox
from sheetsync.testing.store import MemoryStore, sheet_of
from sheetsync.testing.ticks import MemoryLeases, MemoryTicks

__all__ = [
    "FrozenClock",
    "MemoryBases",
    "MemoryHistory",
    "MemoryLeases",
    "MemoryLedger",
    "MemoryOutbox",
    "MemoryStore",
    "MemoryTicks",
    "sheet_of",
]
