"""Random histories: whatever people and failures do, both sides come together; nothing is lost or doubled."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from sheetsync.model.mirror import SIDES, Agreed, Plan, SideName, other
from tests.unit.mirror.world import CANCELLED, FIELDS, POLICY, World, filled

WORDS = ("", "a", "b", "c")
HISTORIES = 2_000
BATCHES = 20


class Story:
    """People who work on both sides, and syncs that may fail in the middle."""

    def __init__(self, seed: int, sides: Sequence[SideName] = SIDES) -> None:
        self.random = Random(seed)  # noqa: S311 - a story that can be told again
        self.manned = sides
        self.world = World()
        self.born = 0
        self.seen: set[str] = set()

    def live(self, steps: int) -> None:
        """Let some things happen."""
        for _ in range(steps):
            self.random.choices((self.edit, self.add, self.delete, self.rename, self.sync), (5, 3, 1, 1, 3))[
                0
            ]()

    def edit(self) -> None:
        rows = self.world.sides[self.random.choice(self.manned)]
        if rows:
            rows[self.random.choice(list(rows))][self.random.choice(FIELDS)] = self.random.choice(WORDS)

    def add(self) -> None:
        self.born += 1
        rows = self.world.sides[self.random.choice(self.manned)]
        # Every record carries a value of its own, by which it can be followed.
        rows[f"K{self.born}"] = {"name": f"n{self.born}", "owner": self.random.choice(WORDS)}
        self.seen.add(f"n{self.born}")

    def delete(self) -> None:
        rows = self.world.sides[self.random.choice(self.manned)]
        if rows:
            del rows[self.random.choice(list(rows))]

    def rename(self) -> None:
        rows = self.world.sides[self.random.choice(self.manned)]
        if rows:
            self.born += 1
            rows[f"R{self.born}"] = rows.pop(self.random.choice(list(rows)))

    def sync(self) -> None:
        self.world.sync(self.random, crash=self.random.random() < 0.3)


def settle(world: World) -> None:
    """Sync until nothing is left to do."""
    for _ in range(4):
        plan = world.sync()
        if not (any(act.moves for act in (*plan.left, *plan.right)) or plan.renamed):
            return


@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_sides_come_together_after_any_history(batch: int) -> None:
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        story = Story(seed)
        story.live(25)
        world = story.world
        settle(world)
        plan = world.plan()
        disputed = {name for one in plan.conflicts for name in (one.key, one.left, one.right)}
        left, right = (filled(world.sides[name]) for name in SIDES)
        for key in left.keys() | right.keys():
            if key in disputed or _is_tombstone(world, key):
                continue
            assert left.get(key) == right.get(key), (seed, key)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_settled_world_is_left_alone(batch: int) -> None:
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        story = Story(seed)
        story.live(25)
        settle(story.world)
        sides = [filled(story.world.sides[name]) for name in SIDES]
        base = dict(story.world.base)
        story.world.sync()
        assert [filled(story.world.sides[name]) for name in SIDES] == sides, seed
        assert story.world.base == base, seed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_plan_has_no_favourite(batch: int) -> None:
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        world = _told(seed)
        plan = world.plan()
        mirrored = World(
            sides={name: world.sides[other(name)] for name in SIDES},
            base={
                key: Agreed(tokens=agreed.tokens, gone=None if agreed.gone is None else other(agreed.gone))
                for key, agreed in world.known().items()
            },
        ).plan()
        assert _as_sets(plan, "left", "right") == _as_sets(mirrored, "right", "left"), seed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_value_vanishes_but_by_a_deletion_or_a_later_value(batch: int) -> None:
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        world = _told(seed)
        before = _values(world)
        agreed = {
            (key, name, token) for key, one in world.known().items() for name, token in one.tokens.items()
        }
        plan = world.sync()
        lost = before - _values(world)
        replaced = {
            (act.key, name, move.before)
            for side in SIDES
            for act in plan.of(side)
            for name, move in act.moves.items()
        }
        renamed = {*plan.renamed, *plan.renamed.values()}
        assert {one for one in lost if one[0] not in renamed} <= replaced, seed
        # What is replaced was agreed on by both: the other side's value came later, or it was empty.
        assert {one for one in lost if one[0] not in renamed} <= agreed | {
            one for one in lost if not one[2]
        }, seed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_preferring_a_side_leaves_no_conflict(batch: int) -> None:
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        world = _told(seed)
        world.policy = replace(POLICY, prefer="left")
        settle(world)
        assert world.plan().conflicts == (), seed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_where_one_side_works_there_is_no_conflict(batch: int) -> None:
    """Whatever fails or crashes meanwhile: what a run wrote is never taken for the work of people."""
    for seed in range(batch * HISTORIES // BATCHES, (batch + 1) * HISTORIES // BATCHES):
        story = Story(seed, sides=("left",))
        for _ in range(6):
            story.live(4)
            assert story.world.plan().conflicts == (), seed


def _told(seed: int) -> World:
    story = Story(seed)
    story.live(25)
    return story.world


def _values(world: World) -> set[tuple[str, str, str]]:
    return {
        (key, name, value)
        for side in SIDES
        for key, row in filled(world.sides[side]).items()
        for name, value in row.items()
    }


def _as_sets(plan: Plan, left: SideName, right: SideName) -> tuple[object, ...]:
    """Return a plan without order and without sides."""
    acts = [
        {
            (
                act.kind,
                act.key,
                act.source,
                tuple(sorted((n, m.before, m.after) for n, m in act.moves.items())),
            )
            for act in plan.of(side)
        }
        for side in (left, right)
    ]
    conflicts = {
        (one.key, one.field, one.base, *((one.left, one.right) if left == "left" else (one.right, one.left)))
        for one in plan.conflicts
    }
    skipped = {(one.why, one.side == left, one.key, one.field) for one in plan.skipped}
    return *acts, conflicts, skipped, dict(plan.renamed)


def _is_tombstone(world: World, key: str) -> bool:
    agreed = world.base.get(key)
    return (
        agreed is not None
        and agreed.gone is not None
        and world.sides[other(agreed.gone)][key]["status"] == CANCELLED
    )
