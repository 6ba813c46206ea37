"""What both sides agree on once a plan was carried out: base moves only where both are the same now."""

from collections.abc import Collection, Mapping

from sheetsync.mirror.matching import Match, match
from sheetsync.model.mirror import EMPTY, SIDES, Action, Agreed, Base, Plan, Side, SideName, Token, other

Done = Mapping[SideName, Mapping[str, Action]]
"""The actions that each side carried out, by the key of the record there."""


def advance(
    base: Base, left: Side, right: Side, plan: Plan, *, key: str, landed: Mapping[SideName, Collection[str]]
) -> dict[str, Agreed]:
    """Return what both sides agree on after a plan; what did not land is seen again next time.

    Args:
        base: What both agreed on before.
        left: One side as the plan saw it.
        right: The other side as the plan saw it.
        plan: The plan.
        key: The field of the key.
        landed: The keys of the actions of the plan that each side carried out; those that had nothing to
            write need not be named.
    """
    sides: Mapping[SideName, Side] = {"left": left, "right": right}
    matching = match(base, sides, key)
    done: Done = {
        side: {act.key: act for act in plan.of(side) if act.key in landed[side] or not _writes(act)}
        for side in SIDES
    }
    after = {bare: base[bare] for bare in matching.barred if bare in base}
    for pair in matching.pairs:
        bare, rows = _after(pair, sides, key, done)
        after[bare] = Agreed(tokens=_common(*rows, base.get(pair.key)))
    for single in matching.singles:
        kept = _kept(single, sides, key, done, base)
        if kept is not None:
            bare, agreed = kept
            after[bare] = agreed
    return after


def changed(before: Base, after: Base) -> tuple[dict[str, Agreed], tuple[str, ...]]:
    """Return what is to be written of what both agree on, and the keys that are to be forgotten."""
    fresh = {bare: agreed for bare, agreed in after.items() if before.get(bare) != agreed}
    return fresh, tuple(bare for bare in before if bare not in after)


def _after(
    pair: Match, sides: Mapping[SideName, Side], key: str, done: Done
) -> tuple[str, tuple[dict[str, Token], dict[str, Token]]]:
    """Return what a record that both sides have is called now, and what each of them holds of it."""
    rows, names = [], []
    for name in SIDES:
        row, bare = _row(pair, sides, name, key)
        act = done[name].get(bare)
        if act is not None:
            row |= {field: move.after for field, move in act.moves.items() if field != key}
            bare = act.moves[key].after if key in act.moves else bare
        rows.append(row)
        names.append(bare)
    return names[0] if names[0] == names[1] else pair.key, (rows[0], rows[1])


def _kept(
    single: Match, sides: Mapping[SideName, Side], key: str, done: Done, base: Base
) -> tuple[str, Agreed] | None:
    """Return what is agreed on of a record that one side had; None where there is nothing to remember."""
    side: SideName = "right" if single.left is None else "left"
    row, bare = _row(single, sides, side, key)
    created, own = done[other(side)].get(bare), done[side].get(bare)
    if created is not None and created.kind == "create":
        made = dict.fromkeys(row, EMPTY) | {field: move.after for field, move in created.moves.items()}
        return bare, Agreed(tokens=_common(row, made, None))
    if own is not None and own.kind == "delete":
        return None
    if own is not None and own.kind == "mark":
        row |= {field: move.after for field, move in own.moves.items()}
        return bare, Agreed(tokens=row, gone=other(side))
    return (single.key, base[single.key]) if single.key in base else None


def _row(
    record: Match, sides: Mapping[SideName, Side], name: SideName, key: str
) -> tuple[dict[str, Token], str]:
    """Return what a side holds of a record, and what it calls it."""
    side, place = sides[name], record.on(name)
    if place is None:
        return {}, record.key
    return {field: tokens[place] for field, tokens in side.fields.items() if field != key}, side.keys[place]


def _writes(action: Action) -> bool:
    return bool(action.moves) or action.kind in {"create", "delete"}


def _common(
    here: Mapping[str, Token], there: Mapping[str, Token], agreed: Agreed | None
) -> Mapping[str, Token]:
    """Return the tokens that both sides hold; where they differ, what they agreed on before, if they did."""
    if here == there:
        return here
    before: Mapping[str, Token] = {} if agreed is None else agreed.tokens
    return {
        name: token if token == there[name] else before[name]
        for name, token in here.items()
        if token == there[name] or name in before
    }
