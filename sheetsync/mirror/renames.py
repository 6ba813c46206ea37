"""Records that got another key: one is gone, another is new, and everything else in them is the same."""

from collections.abc import Iterable, Mapping, Sequence

from sheetsync.model.mirror import EMPTY, Agreed, Base, Side, SideName, Token, other

TELLING = 2
"""A record with fewer filled cells beside its key is too much like others to be known again."""
SOME = 50
"""Among more rows without a key of their own any record that is missed may stand."""


def renamed(base: Base, sides: Mapping[SideName, Side], name: SideName, key: str) -> dict[str, str]:
    """Return which keys one side replaced: what both called a record to what this side calls it since.

    A record was renamed where its key is gone from this side, a key that neither side nor the base knew
    stands there, and all other cells are what both agreed on; if two records fit, none of them was.

    Args:
        base: What both last agreed on.
        sides: The sides as they are now.
        name: The side.
        key: The field of the key.
    """
    here, there = sides[name], set(sides[other(name)].keys)
    present = {*here.keys, *here.repeated}
    gone = [bare for bare, agreed in base.items() if bare not in present and agreed.gone is None]
    if not gone:
        return {}
    fresh = [place for place, bare in enumerate(here.keys) if bare not in base and bare not in there]
    fields = [field for field in here.fields if field != key]
    looks = _unique(
        (tuple(here.fields[field][place] for field in fields), here.keys[place]) for place in fresh
    )
    lost = _unique((tuple(base[bare].tokens.get(field, EMPTY) for field in fields), bare) for bare in gone)
    return {bare: looks[look] for look, bare in lost.items() if look in looks and _tells(look)}


def strayed(agreed: Agreed, strays: Sequence[Mapping[str, Token]]) -> bool:
    """Tell whether a record that a side lacks seems to stand there still, having lost its key.

    Args:
        agreed: What both last agreed on for it.
        strays: What the side's rows without a key of their own hold.
    """
    return len(strays) > SOME or any(_alike(agreed.tokens, row) for row in strays)


def _alike(known: Mapping[str, Token], row: Mapping[str, Token]) -> bool:
    """Tell whether a row holds half of what was known of a record: people may have gone on with it."""
    filled = [field for field in row if row[field] != EMPTY or known.get(field, EMPTY) != EMPTY]
    same = sum(row[field] == known.get(field, EMPTY) for field in filled)
    return same >= TELLING and same * 2 >= len(filled)


def _unique(named: Iterable[tuple[tuple[Token, ...], str]]) -> dict[tuple[Token, ...], str]:
    """Return which look belongs to which key, without looks that more than one has."""
    found: dict[tuple[Token, ...], str] = {}
    twice = set()
    for look, key in named:
        if found.setdefault(look, key) != key:
            twice.add(look)
    return {look: key for look, key in found.items() if look not in twice}


def _tells(look: Sequence[Token]) -> bool:
    return sum(token != EMPTY for token in look) >= TELLING
