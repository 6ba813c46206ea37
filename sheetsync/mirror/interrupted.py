"""A run that ended in the middle: what it wrote is agreed on, though nobody came to write that down."""

from collections.abc import Mapping

from sheetsync.model.mirror import SIDES, Action, Agreed, Base, Side, SideName, other
from sheetsync.model.syncrun import SyncRun


def caught_up(base: Base, sides: Mapping[SideName, Side], run: SyncRun | None, *, key: str) -> Base:
    """Return what both sides agree on, with what an interrupted run has written by now.

    An action has landed where its record holds what it was to write: the other side held that too, when the
    run began. Without this, what either side changed since would look as if both had.

    Args:
        base: What both agreed on before that run.
        sides: The sides as they are now.
        run: The last run; nothing is to be caught up with where it came to its end.
        key: The field of the key.
    """
    if run is None or run.state != "applying":
        return base
    found = dict(base)
    for name in SIDES:
        places = {bare: place for place, bare in enumerate(sides[name].keys)}
        for act in run.left if name == "left" else run.right:
            place = places.get(act.moves[key].after if key in act.moves else act.key)
            if place is not None and _landed(act, sides[name], place, key):
                _agree(found, act, name, key)
    return found


def _landed(act: Action, side: Side, place: int, key: str) -> bool:
    """Return True if a record holds all that was to be written; fields that are gone tell nothing."""
    return act.kind != "delete" and all(
        field == key or field not in side.fields or side.fields[field][place] == move.after
        for field, move in act.moves.items()
    )


def _agree(found: dict[str, Agreed], act: Action, name: SideName, key: str) -> None:
    wrote = {field: move.after for field, move in act.moves.items() if field != key}
    if act.kind == "create":
        found.setdefault(act.key, Agreed(tokens=wrote))
    elif act.kind == "mark":
        if act.key in found:
            found[act.key] = Agreed(tokens={**found[act.key].tokens, **wrote}, gone=other(name))
    else:
        new = act.moves[key].after if key in act.moves else None
        # A record that one side renamed is still known by the key that both gave it before.
        former = next((bare for bare in (act.key, act.source) if bare in found), act.key)
        known = found.pop(former, Agreed(tokens={}))
        found[new or former] = Agreed(tokens={**known.tokens, **wrote}, gone=known.gone)
