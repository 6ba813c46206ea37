"""The clauses of a text with dates in it: which words stand with which date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.intake.moments import Span

_SEPARATOR = re.compile(r"[,;、。!?\n]")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SOFT = ",、"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text between separators.

    Args:
        start: Where it begins.
        end: Where it ends, before its separator.
        spans: The dates in it, in order.
        soft: True when a comma links it to the clause before it.
    """

    start: int
    end: int
    spans: tuple[Span, ...]
    soft: bool

    def around(self, text: str) -> list[str]:
        """Return the words before, between and after its dates; one more than there are dates."""
        edges = [self.start, *(edge for span in self.spans for edge in (span.start, span.end)), self.end]
        return [text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def clauses(text: str, spans: Sequence[Span]) -> list[Clause]:
    """Return the clauses of a prepared text, those without any words left out.

    Args:
        text: The text; separators inside brackets and inside a date part nothing.
        spans: The dates in it, in order.
    """
    closed = sorted(
        [match.span() for match in _BRACKETED.finditer(text)] + [(span.start, span.end) for span in spans]
    )
    found: list[Clause] = []
    start, soft, inside, taken = 0, False, 0, 0
    for match in [*_SEPARATOR.finditer(text), None]:
        cut = match.start() if match else len(text)
        while inside < len(closed) and closed[inside][1] <= cut:
            inside += 1
        if match and inside < len(closed) and closed[inside][0] < cut:
            continue
        first = taken
        while taken < len(spans) and spans[taken].start < cut:
            taken += 1
        if text[start:cut].strip():
            found.append(Clause(start, cut, tuple(spans[first:taken]), soft))
            soft = True
        if match:
            start, soft = match.end(), match[0] in _SOFT and soft
    return found
