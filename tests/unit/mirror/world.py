"""A small world for the mirror: two tables that people change, and what both last agreed on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sheetsync.mirror.advance import advance
from sheetsync.mirror.interrupted import caught_up
from sheetsync.mirror.merge import merge
from sheetsync.model.mirror import (
    SIDES,
    Action,
    Agreed,
    Base,
    Cancelling,
    Plan,
    Policy,
    Side,
    SideName,
)
from sheetsync.model.syncrun import SyncRun

NOW = datetime(2026, 11, 20, 9)
KEY = "id"
FIELDS = ("name", "owner", "status", "due")
CANCELLED = "已取消"
POLICY = Policy(cancelling=Cancelling(field="status", word=CANCELLED))

Rows = dict[str, dict[str, str]]


def side_of(rows: Mapping[str, Mapping[str, str]], **more: object) -> Side:
    """Return a side that holds these records."""
    columns = {name: [row.get(name, "") for row in rows.values()] for name in FIELDS}
    return Side(keys=tuple(rows), fields={KEY: list(rows), **columns}, **more)  # type: ignore[arg-type]


def carry_out(rows: Rows, action: Action) -> None:
    """Do to a table what a plan asks for."""
    if action.kind == "delete":
        del rows[action.key]
    elif action.kind == "create":
        assert action.key not in rows, "a record is created twice"
        rows[action.key] = {name: move.after for name, move in action.moves.items()}
    else:
        row = rows[action.key]
        for name, move in action.moves.items():
            if name == KEY:
                assert move.after not in rows
                rows[move.after] = rows.pop(action.key)
            else:
                assert row.get(name, "") == move.before, "a value is written over that the plan did not see"
                row[name] = move.after


@dataclass
class World:
    """Both tables and the base."""

    sides: dict[SideName, Rows] = field(default_factory=lambda: {"left": {}, "right": {}})
    base: dict[str, Agreed] = field(default_factory=dict)
    policy: Policy = POLICY
    run: SyncRun | None = None

    def known(self) -> Base:
        """Return what both agree on, with what a crashed run has written."""
        sides = {name: side_of(self.sides[name]) for name in SIDES}
        return caught_up(self.base, sides, self.run, key=KEY)

    def plan(self) -> Plan:
        """Return what brings both together."""
        left, right = (side_of(self.sides[name]) for name in SIDES)
        return merge(self.known(), left, right, key=KEY, policy=self.policy)

    def sync(self, random: Random | None = None, *, crash: bool = False) -> Plan:
        """Bring both together; with `random` some of it fails, with `crash` the base is not saved."""
        left, right = (side_of(self.sides[name]) for name in SIDES)
        self.base = base = self.known()
        plan = merge(base, left, right, key=KEY, policy=self.policy)
        landed: dict[SideName, Collection[str]] = {}
        for name in SIDES:
            done = [act for act in plan.of(name) if random is None or random.random() < 0.6]
            for act in done:
                carry_out(self.sides[name], act)
            landed[name] = {act.key for act in done}
        self.run = SyncRun(at=NOW, left=plan.left, right=plan.right, before={}) if crash else None
        if not crash:
            self.base = advance(base, left, right, plan, key=KEY, landed=landed)
        return plan


def filled(rows: Rows) -> Rows:
    """Return records without their empty cells."""
    return {key: {name: value for name, value in row.items() if value} for key, row in rows.items()}
