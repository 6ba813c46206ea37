"""One writer a workbook over machines: beside the lock of this one, a lease in the project's database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sheetsync.disk.backup import utc_now
from sheetsync.disk.locks import Still, busy, only_writer
from sheetsync.errors import SheetSyncError
from sheetsync.ports import Leases

RENEWED = timedelta(seconds=30)
"""How often a lease is renewed: a third of its time (reliability, 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedLocks:
    """Locks of workbooks that several machines write.

    Args:
        leases: Where leases are kept.
        owner: Gives a new owner, as `leases` can ask about them.
        name: What all machines call the workbook at a path.
        now: Tells the time, naive UTC.
        every: How often a lease is renewed.
    """

    leases: Leases
    owner: Callable[[], str]
    name: Callable[[Path], str]
    now: Callable[[], datetime] = lambda: utc_now().replace(tzinfo=None)
    every: timedelta = RENEWED

    @contextmanager
    def only_writer(self, path: Path) -> Iterator[Still]:
        """Hold the lock of a workbook on this machine and its lease, never waiting for them.

        Args:
            path: The workbook itself, links resolved.

        Yields:
            What raises BusyError if the lease is no longer ours, asked right before the workbook is replaced.

        Raises:
            BusyError: Another run is writing it, here or elsewhere.
            StateUnusableError: The database cannot be used.
        """
        with only_writer(path):
            owner = self.owner()
            lease = self.leases.take(f"workbook {self.name(path)}", owner, self.now())
            if lease.owner != owner:
                raise busy(path)

            def still() -> None:
                if not self.leases.renew(lease, self.now()):
                    raise busy(path)

            done = threading.Event()
            renewing = threading.Thread(target=self._renew, args=(still, done), daemon=True)
            renewing.start()
            try:
                yield still
            finally:
                done.set()
                renewing.join()
                self.leases.release(lease)

    def _renew(self, still: Still, done: threading.Event) -> None:
        while not done.wait(self.every.total_seconds()):
            try:
                still()
            except SheetSyncError:
                # Right before the workbook is replaced it is asked again, and told.
                continue
