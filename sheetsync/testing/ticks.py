"""Due moments of jobs and leases, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sheetsync.model.lease import Lease
from sheetsync.model.tick import Tick, TickRun, TickState

_SILENCE = timedelta(seconds=90)


def _unknown(_: str) -> bool | None:
    return None


class MemoryTicks:
    """The due moments of jobs, in memory; meets the port Ticks.

    Args:
        gone: Tells of an owner whether it is dead; None where that cannot be known.
    """

    def __init__(self, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._gone = gone
        self._known: dict[Tick, TickRun] = {}

    def claim(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take a tick on; False if it is known already."""
        return self._enter(
            TickRun(tick=tick, state="running", owner=owner, tries=1, started=now, changed=now)
        )

    def retake(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Take on again what is `later` and due again, or `interrupted`."""
        run = self._known.get(tick)
        if run is None or not _waits(run, now):
            return False
        self._known[tick] = replace(
            run, state="running", owner=owner, tries=run.tries + 1, started=now, changed=now, again=None
        )
        return True

    def renew(self, tick: Tick, owner: str, now: datetime) -> bool:
        """Give a sign of life; False if the tick is no longer that owner's."""
        return self._turn(tick, owner, {"changed": now})

    def settle(
        self,
        tick: Tick,
        owner: str,
        state: TickState,
        *,
        note: str,
        now: datetime,
        again: datetime | None = None,
    ) -> bool:
        """Write down what became of a tick; False if it is no longer that owner's."""
        return self._turn(tick, owner, {"state": state, "note": note, "changed": now, "again": again})

    def drop(self, tick: Tick, *, note: str, now: datetime) -> bool:
        """Write down that a tick was left out; False if it is known already."""
        run = TickRun(tick=tick, state="missed", owner="", tries=0, started=now, changed=now, note=note)
        return self._enter(run)

    def last(self, job: str, until: datetime | None = None, state: TickState | None = None) -> TickRun | None:
        """Return the known tick of a job that was due last.

        Args:
            job: Its name.
            until: Only of those due by this time.
            state: Only of those in this state.
        """
        found = (run for run in self.runs(job) if state in {None, run.state})
        return next((run for run in found if until is None or run.tick.due <= until), None)

    def open(self, now: datetime) -> Sequence[TickRun]:
        """Return what is to be taken on again, the earliest first; the running of dead owners become that."""
        for run in list(self._known.values()):
            gone = self._gone(run.owner)
            dead = run.changed < now - _SILENCE if gone is None else gone
            if run.state == "running" and dead:
                self._known[run.tick] = replace(run, state="interrupted")
        return tuple(run for run in reversed(self.runs()) if _waits(run, now))

    def runs(self, job: str | None = None, *, since: datetime | None = None) -> Sequence[TickRun]:
        """Return what is known of ticks, the latest first; `since` is about when they were due or begun."""
        found = (run for run in self._known.values() if job in {None, run.tick.job})
        recent = (run for run in found if since is None or max(run.tick.due, run.started) >= since)
        return tuple(sorted(recent, key=lambda run: run.tick.due, reverse=True))

    def _enter(self, run: TickRun) -> bool:
        return self._known.setdefault(run.tick, run) is run

    def _turn(self, tick: Tick, owner: str, became: dict[str, Any]) -> bool:
        run = self._known.get(tick)
        if run is None or (run.owner, run.state) != (owner, "running"):
            return False
        self._known[tick] = replace(run, **became)
        return True


def _waits(run: TickRun, now: datetime) -> bool:
    return run.state in {"later", "interrupted"} and (run.again is None or run.again <= now)


class MemoryLeases:
    """Who may do something alone, in memory; meets the port Leases.

    Args:
        gone: Tells of an owner whether it is dead; None where that cannot be known.
    """

    def __init__(self, gone: Callable[[str], bool | None] = _unknown) -> None:
        self._gone = gone
        self._known: dict[str, Lease] = {}

    def take(self, name: str, owner: str, now: datetime) -> Lease:
        """Take a lease that nobody holds, or whose holder is dead; return it as it stands then."""
        known, fence = self.held(name, now), 0 if name not in self._known else self._known[name].fence
        if known is not None and known.owner != owner:
            return known
        mine = known is not None
        lease = Lease(name=name, owner=owner, fence=fence + (not mine), taken=now, until=now + _SILENCE)
        self._known[name] = lease
        return lease

    def renew(self, lease: Lease, now: datetime) -> bool:
        """Make a lease last longer; False if somebody else has taken it meanwhile."""
        if not self._is(lease):
            return False
        self._known[lease.name] = replace(self._known[lease.name], until=now + _SILENCE)
        return True

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is somebody else's by now."""
        if self._is(lease):
            self._known[lease.name] = replace(lease, owner="", until=lease.taken)

    def held(self, name: str, now: datetime) -> Lease | None:
        """Return a lease that somebody living holds, None if nobody does."""
        lease = self._known.get(name)
        if lease is None or not lease.owner:
            return None
        gone = self._gone(lease.owner)
        return lease if (lease.until > now if gone is None else not gone) else None

    def _is(self, lease: Lease) -> bool:
        known = self._known.get(lease.name)
        return known is not None and (known.owner, known.fence) == (lease.owner, lease.fence)
