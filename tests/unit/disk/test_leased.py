"""Locks of workbooks that several machines write."""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from sheetsync.disk.leased import LeasedLocks
from sheetsync.errors import BusyError
from sheetsync.model.lease import Lease

NOON = datetime(2026, 11, 21, 12)


@dataclass
class Kept:
    """Leases as one database has them, without asking who lives."""

    known: dict[str, Lease] = field(default_factory=dict)
    renewed: Event = field(default_factory=Event)

    def take(self, name: str, owner: str, now: datetime) -> Lease:
        if name not in self.known or not self.known[name].owner:
            self.known[name] = Lease(name=name, owner=owner, fence=1, taken=now, until=now)
        return self.known[name]

    def renew(self, lease: Lease, now: datetime) -> bool:
        self.renewed.set()
        mine = self.known[lease.name].owner == lease.owner
        if mine:
            self.known[lease.name] = replace(lease, until=now)
        return mine

    def release(self, lease: Lease) -> None:
        if self.known[lease.name].owner == lease.owner:
            self.known[lease.name] = replace(lease, owner="")

    def held(self, name: str, now: datetime) -> Lease | None:
        found = self.known.get(name)
        return found if found is not None and found.owner and found.until >= now else None


def locks(kept: Kept, owner: str, every: timedelta = timedelta(hours=1)) -> LeasedLocks:
    return LeasedLocks(
        leases=kept, owner=lambda: owner, name=lambda path: path.name, now=lambda: NOON, every=every
    )


def test_a_workbook_that_another_machine_holds_is_busy(tmp_path: Path) -> None:
    """The lock of this machine is no hindrance here: the other one calls the workbook by another path."""
    kept = Kept()
    with (
        locks(kept, "there").only_writer(tmp_path / "there" / "a.xlsx"),
        pytest.raises(BusyError),
        locks(kept, "here").only_writer(tmp_path / "here" / "a.xlsx"),
    ):
        pass


def test_what_was_given_back_can_be_taken(tmp_path: Path) -> None:
    kept = Kept()
    for owner in ("there", "here"):
        with locks(kept, owner).only_writer(tmp_path / "a.xlsx"):
            assert kept.known["workbook a.xlsx"].owner == owner


@pytest.mark.parametrize("lost", [False, True])
def test_who_lost_the_lease_meanwhile_is_told_before_it_writes(tmp_path: Path, lost: bool) -> None:
    kept = Kept()
    with locks(kept, "here").only_writer(tmp_path / "a.xlsx") as still:
        if lost:
            kept.known["workbook a.xlsx"] = replace(kept.known["workbook a.xlsx"], owner="there", fence=2)
        with pytest.raises(BusyError) if lost else nullcontext():
            still()
    assert kept.known["workbook a.xlsx"].owner == ("there" if lost else "")


def test_a_lease_is_renewed_while_it_is_held(tmp_path: Path) -> None:
    kept = Kept()
    with locks(kept, "here", timedelta(milliseconds=1)).only_writer(tmp_path / "a.xlsx"):
        assert kept.renewed.wait(60)
