"""Which records of two sides are the same one: those of the same key, and those that were renamed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetsync.mirror.renames import renamed
from sheetsync.model.mirror import SIDES, Base, Side, SideName, Skipped


@dataclass(frozen=True, slots=True)
class Match:
    """One record, wherever it is.

    Args:
        key: What both sides last called it; what the one side that knows it calls it, else.
        left: Its position on the left side, None where it is not there.
        right: Likewise on the right side.
    """

    key: str
    left: int | None
    right: int | None

    def on(self, side: SideName) -> int | None:
        """Return its position on a side."""
        return self.left if side == "left" else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """All records of two sides.

    Args:
        pairs: Those that both sides have, in the order of the left one.
        singles: Those that one side has, the left one's first.
        new_keys: What a side calls records since, by what both called them.
        skipped: Records that cannot be told apart, and rows that are none.
        barred: The keys of those: nothing is said of them.
    """

    pairs: Sequence[Match]
    singles: Sequence[Match]
    new_keys: Mapping[SideName, Mapping[str, str]]
    skipped: tuple[Skipped, ...]
    barred: frozenset[str]


def match(base: Base, sides: Mapping[SideName, Side], key: str) -> Matching:
    """Return which records of two sides are the same.

    Args:
        base: What both last agreed on.
        sides: The sides as they are now.
        key: The field of the key.
    """
    repeated = sides["left"].repeated | sides["right"].repeated
    new_keys = {name: renamed(base, sides, name, key) for name in SIDES}
    former = {name: {new: old for old, new in new_keys[name].items()} for name in SIDES}
    places: dict[SideName, dict[str, int]] = {}
    for name in SIDES:
        old = former[name]
        keys = sides[name].keys
        known = zip((old.get(bare, bare) for bare in keys) if old else keys, range(len(keys)), strict=True)
        places[name] = dict(known)
        for bare in repeated:
            places[name].pop(bare, None)
    left, right = places["left"], places["right"]
    return Matching(
        pairs=[Match(bare, at, right[bare]) for bare, at in left.items() if bare in right],
        singles=[
            *(Match(bare, at, None) for bare, at in left.items() if bare not in right),
            *(Match(bare, None, at) for bare, at in right.items() if bare not in left),
        ],
        new_keys=new_keys,
        skipped=tuple(_unusable(sides)),
        barred=repeated,
    )


def _unusable(sides: Mapping[SideName, Side]) -> Sequence[Skipped]:
    return [
        *(
            Skipped(why="repeated", side=name, key=key)
            for name in SIDES
            for key in sorted(sides[name].repeated)
        ),
        *(Skipped(why="unnamed", side=name, row=row) for name in SIDES for row in sides[name].unnamed),
    ]
