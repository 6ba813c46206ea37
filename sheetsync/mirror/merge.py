"""The three-way merge: what changed on which side since both agreed, record by record and field by field.

A value that one side changed goes to the other one. What both changed alike is agreed. What both changed in
different ways is a conflict: it stays as it is on both sides until a person decides. A record that only one
side has is new there, or was deleted on the other one: what both last agreed on tells which.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetsync.mirror.matching import Match, Matching, match
from sheetsync.mirror.renames import strayed
from sheetsync.model.mirror import (
    EMPTY,
    SIDES,
    UNREAD,
    Action,
    Base,
    Conflict,
    Move,
    Plan,
    Policy,
    Side,
    SideName,
    Skipped,
    Token,
    other,
)


def merge(base: Base, left: Side, right: Side, *, key: str, policy: Policy) -> Plan:
    """Return what brings two sides together; with an empty base it unites them and deletes nothing.

    Args:
        base: What both last agreed on.
        left: One side as it is now.
        right: The other side, with the same fields.
        key: The field of the key.
        policy: How disagreements are dealt with.
    """
    sides: Mapping[SideName, Side] = {"left": left, "right": right}
    matching = match(base, sides, key)
    merging = _Merging(base, sides, key, policy, matching)
    merging.compare_names()
    merging.compare_pairs()
    for single in matching.singles:
        merging.place_single(single)
    return merging.plan()


@dataclass(slots=True)
class _Merging:
    """A merge under way: what was found so far, and what it is found by."""

    base: Base
    sides: Mapping[SideName, Side]
    key: str
    policy: Policy
    matching: Matching
    moves: dict[tuple[SideName, int], dict[str, Move]] = field(default_factory=lambda: defaultdict(dict))
    singles: dict[SideName, list[Action]] = field(default_factory=lambda: defaultdict(list))
    conflicts: list[Conflict] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def plan(self) -> Plan:
        """Return what was found as a plan."""
        disputed = {one.key for one in self.conflicts if one.field == self.key}
        return Plan(
            left=self._actions("left"),
            right=self._actions("right"),
            conflicts=tuple(self.conflicts),
            skipped=(*self.matching.skipped, *self.skipped),
            renamed={
                old: new
                for names in self.matching.new_keys.values()
                for old, new in names.items()
                if old not in disputed
            },
            compared=len(self.matching.pairs),
        )

    def compare_names(self) -> None:
        """Carry the new key of a renamed record over to the other side."""
        left, right = self.matching.new_keys["left"], self.matching.new_keys["right"]
        if not (left or right):
            return
        for pair in self.matching.pairs:
            if pair.key in left or pair.key in right:
                names = left.get(pair.key, pair.key), right.get(pair.key, pair.key)
                if names[0] != names[1]:
                    self._settle(pair, self.key, pair.key, *names)

    def compare_pairs(self) -> None:
        """Compare the cells of the records that both sides have."""
        pairs = self.matching.pairs
        for name in self.sides["left"].fields:
            if name == self.key:
                continue
            left, right = self.sides["left"].fields[name], self.sides["right"].fields[name]
            for pair in pairs:
                here, there = left[pair.left], right[pair.right]  # type: ignore[index] # pairs have both places
                if here != there:
                    agreed = self.base.get(pair.key)
                    self._settle(pair, name, None if agreed is None else agreed.tokens.get(name), here, there)

    def place_single(self, single: Match) -> None:
        """Decide what becomes of a record that one side has."""
        side: SideName = "right" if single.left is None else "left"
        across = other(side)
        agreed = self.base.get(single.key)
        if agreed is None or agreed.gone == side:
            self._create(single, across)
        elif agreed.gone == across:
            if not self._is_cancelled(single, side):
                # The mark was taken back: somebody wants the record after all.
                self._create(single, across)
        elif strayed(agreed, self.sides[across].strays):
            # Somebody cleared its key, or typed another one's over it; that is no deletion.
            self.skipped.append(Skipped(why="astray", side=side, key=self._name(single, side)))
        elif single.key in self.matching.new_keys[side] or self._is_changed(single, side):
            self._deleted_and_changed(single, side)
        else:
            self._delete(single, side)

    def _settle(self, pair: Match, name: str, base: Token | None, left: Token, right: Token) -> None:
        """Decide what becomes of a cell that is not the same on both sides."""
        unread = [side for side, token in zip(SIDES, (left, right), strict=True) if token.startswith(UNREAD)]
        if unread:
            self.skipped += [Skipped(why="unread", side=side, key=pair.key, field=name) for side in unread]
            return
        winner = _changed(base, left, right) or self._decided(pair.key, name, left, right)
        if winner is None:
            self.conflicts.append(Conflict(key=pair.key, field=name, base=base, left=left, right=right))
            return
        before, after = (right, left) if winner == "left" else (left, right)
        loser = other(winner)
        place = pair.on(loser)
        if place is not None:
            self.moves[loser, place][name] = Move(before=before, after=after)

    def _decided(self, key: str, name: str, left: Token, right: Token) -> SideName | None:
        """Return the side that a person chose, looking at what stands there now, or that always wins."""
        choice = self.policy.choices.get((key, name))
        if choice is not None and (choice.left, choice.right) == (left, right):
            return choice.side
        return self.policy.prefer

    def _deleted_and_changed(self, single: Match, side: SideName) -> None:
        """Decide what becomes of a record that one side deleted and the other one changed."""
        shown = self._shown(single, side)
        left, right = (shown, None) if side == "left" else (None, shown)
        winner = self._decided(single.key, "", left or EMPTY, right or EMPTY)
        if winner is None:
            self.conflicts.append(Conflict(key=single.key, left=left, right=right))
        elif winner == side:
            self._create(single, other(side))
        else:
            self._delete(single, side)

    def _create(self, single: Match, across: SideName) -> None:
        side, key = other(across), self._name(single, other(across))
        moves = {}
        for name in self.sides[side].fields:
            token = self._token(single, side, name)
            if token.startswith(UNREAD):
                self.skipped.append(Skipped(why="unread", side=side, key=key, field=name))
            elif token != EMPTY and name != self.key:
                moves[name] = Move(before=EMPTY, after=token)
        self.singles[across].append(Action(kind="create", key=key, source=key, moves=moves))

    def _delete(self, single: Match, side: SideName) -> None:
        key, mark = self._name(single, side), self.policy.cancelling
        if self.policy.deletion == "delete" and not self.policy.confirmed:
            self.skipped.append(Skipped(why="unconfirmed", side=side, key=key))
        elif self.policy.deletion == "delete":
            lost = {
                name: Move(before=token, after=EMPTY)
                for name in self.sides[side].fields
                if name != self.key and (token := self._token(single, side, name)) != EMPTY
            }
            self.singles[side].append(Action(kind="delete", key=key, source=single.key, moves=lost))
        elif self.policy.deletion == "mark" and mark is not None and mark.field in self.sides[side].fields:
            before = self._token(single, side, mark.field)
            moves = {} if before == mark.word else {mark.field: Move(before=before, after=mark.word)}
            self.singles[side].append(Action(kind="mark", key=key, source=single.key, moves=moves))
        else:
            self.skipped.append(Skipped(why="kept", side=side, key=key))

    def _is_changed(self, single: Match, side: SideName) -> bool:
        """Tell whether a record holds anything but what was agreed on; what never was is something."""
        agreed = self.base[single.key].tokens
        return any(
            self._token(single, side, name) != agreed.get(name, EMPTY)
            for name in self.sides[side].fields
            if name != self.key
        )

    def _is_cancelled(self, single: Match, side: SideName) -> bool:
        mark = self.policy.cancelling
        return (
            mark is None
            or mark.field not in self.sides[side].fields
            or self._token(single, side, mark.field) == mark.word
        )

    def _shown(self, single: Match, side: SideName) -> Token:
        """Return what is special about a record: what it holds that was not agreed on."""
        agreed = self.base[single.key].tokens
        fields = [name for name in self.sides[side].fields if name != self.key]
        tokens = [self._token(single, side, name) for name in fields]
        changed = [
            token for name, token in zip(fields, tokens, strict=True) if agreed.get(name, token) != token
        ]
        return "；".join(token.removeprefix(UNREAD) for token in changed) or self._name(single, side)

    def _name(self, single: Match, side: SideName) -> str:
        place = single.on(side)
        return single.key if place is None else self.sides[side].keys[place]

    def _token(self, single: Match, side: SideName, name: str) -> Token:
        place = single.on(side)
        return EMPTY if place is None else self.sides[side].fields[name][place]

    def _actions(self, side: SideName) -> tuple[Action, ...]:
        """Return what is to be done on a side, in the order of its records; new ones last."""
        keys, sources = self.sides[side].keys, self.sides[other(side)].keys
        across = {pair.on(side): pair.on(other(side)) for pair in self.matching.pairs} if self.moves else {}
        updates = []
        for (name, place), moves in sorted(self.moves.items()):
            source = across.get(place)
            if name == side and source is not None:
                updates.append(Action(kind="update", key=keys[place], source=sources[source], moves=moves))
        return (*updates, *self.singles[side])


def _changed(base: Token | None, left: Token, right: Token) -> SideName | None:
    """Return the one side that changed a cell; where nothing was agreed on, the one that fills it."""
    if left == (EMPTY if base is None else base):
        return "right"
    if right == (EMPTY if base is None else base):
        return "left"
    return None
