"""What a step may end with beside the errors that every command knows."""

from sheetsync.errors import SheetSyncError


class FoundError(SheetSyncError):
    """There are findings at or above the level at which a step is to fail."""

    exit_code = 1


class UndeliverableError(SheetSyncError):
    """A message that is not tried again by itself: refused for good, or nobody knows whether it arrived."""

    exit_code = 4
