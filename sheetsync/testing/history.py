"""What a project keeps of a workbook, in memory: its runs, and what both sides of a mirror agreed on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sheetsync.model.audit import AuditEntry
from sheetsync.model.mirror import Agreed, Base
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.syncrun import SyncRun


class MemoryHistory:
    """The runs over a workbook, in memory; meets the port History."""

    def __init__(self) -> None:
        self._kept: dict[datetime, Snapshot] = {}

    def keep(self, snapshot: Snapshot) -> None:
        """Remember how the workbook stands now."""
        self._kept[snapshot.taken] = snapshot

    def at(self, moment: datetime) -> Snapshot | None:
        """Return the last snapshot taken at that time or before, None if there is none."""
        return self._kept.get(max((taken for taken in self._kept if taken <= moment), default=moment))

    def figures(self, since: datetime) -> Sequence[Snapshot]:
        """Return the last snapshot of each day since then, oldest first, without the records."""
        days = {taken.date(): taken for taken in sorted(self._kept) if taken >= since}
        return tuple(replace(self._kept[taken], records={}) for taken in days.values())


class MemoryBases:
    """What both sides of a mirrored pair last agreed on, in memory; meets the port Bases."""

    def __init__(self) -> None:
        self.audit: list[AuditEntry] = []
        self._base: dict[str, Agreed] = {}
        self._runs: list[SyncRun] = []

    def load(self) -> Base | None:
        """Return what both sides last agreed on; None if they never were in step."""
        return dict(self._base) if self._base or self._runs else None

    def begin(self, run: SyncRun) -> SyncRun:
        """Write down what is about to be done; return it with its number."""
        self._runs.append(replace(run, number=len(self._runs) + 1))
        return self._runs[-1]

    def finish(
        self,
        run: SyncRun,
        fresh: Mapping[str, Agreed],
        forgotten: Sequence[str],
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        """Write down what was done, which cells it changed, and what both sides agree on since."""
        self.audit += audit
        self._runs = [
            replace(known, at=run.at, state=run.state, left=run.left, right=run.right)
            if known.number == run.number
            else known
            for known in self._runs
        ]
        self._base = {key: agreed for key, agreed in self._base.items() if key not in forgotten} | dict(fresh)

    def last(self) -> SyncRun | None:
        """Return the last time the pair was written, None if it never was."""
        return next(
            (run for run in reversed(self._runs) if run.state != "done" or run.left or run.right), None
        )
