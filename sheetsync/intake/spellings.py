"""Known names that differ from a text in one character: what a person probably meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_GAP = "\0"
_LONGEST = 40
"""Longer texts are no names."""
_COUNTING = frozenset("一二三四五六七八九十甲乙丙丁东南西北0123456789ABCDEFGHIJabcdefghij")
"""Of two names that differ in these only, neither is a slip of the other: 研发一部, 研发二部."""


@dataclass(frozen=True)
class Spellings:
    """Names, found by their neighbours without looking at each of them.

    Args:
        names: The names.
        shortest: Names with fewer characters have no neighbours: one character is too much of them.
    """

    names: Sequence[str]
    shortest: int = 2

    def near(self, text: str) -> tuple[str, ...]:
        """Return the names that differ from `text` in exactly one character, in their order."""
        if not self.shortest <= len(text) <= _LONGEST:
            return ()
        found = dict.fromkeys(name for gap in _gaps(text) for name in self._by_gap.get(gap, ()))
        return tuple(name for name in found if name != text and not _counts(name, text))

    @cached_property
    def _by_gap(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in dict.fromkeys(self.names):
            if self.shortest <= len(name) <= _LONGEST:
                for gap in _gaps(name):
                    found.setdefault(gap, []).append(name)
        return found


def _counts(name: str, text: str) -> bool:
    """Tell whether the two differ in a number, a letter or a direction."""
    return all(a == b or {a, b} <= _COUNTING for a, b in zip(name, text, strict=True))


def _gaps(text: str) -> list[str]:
    """Return `text` with each of its characters left out in turn, the place kept."""
    return [f"{text[:place]}{_GAP}{text[place + 1 :]}" for place in range(len(text))]
