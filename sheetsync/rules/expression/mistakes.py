"""What is wrong with an expression: where, what was expected, and what comes nearest."""

import difflib
from collections.abc import Iterable

from sheetsync.text import Text

_LONGEST = 40
"""Nothing is compared, or shown, beyond this many characters."""


class ExpressionError(ValueError):
    """An expression that cannot be used.

    Args:
        what: What is wrong, in one sentence without a full stop.
        source: The whole expression.
        position: Where, in characters from 0.
        suggestion: What was probably meant, as it is to be written.
    """

    def __init__(self, what: Text, source: str, position: int, suggestion: str | None = None) -> None:
        super().__init__(what, source, position, suggestion)
        self.what = what
        self.position = position
        self.suggestion = suggestion
        before = source[:position]
        self.line = before.count("\n") + 1
        self.column = position - (before.rfind("\n") + 1) + 1
        several = "\n" in source.strip()
        self.message = Text(
            (f"表达式第 {self.line} 行" if several else "表达式")
            + f"第 {self.column} 个字：{what.zh}"
            + (f"，是否想写 {suggestion}" if suggestion else ""),
            (f"expression line {self.line}, " if several else "expression, ")
            + f"character {self.column}: {what.en}"
            + (f"; did you mean {suggestion}" if suggestion else ""),
        )

    def __str__(self) -> str:
        return self.message.zh


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known spelling that is most like `given`, or None if none is."""
    # Chinese names are short: one wrong character of two is still near.
    cutoff = 0.6 if given.isascii() else 0.5
    near = difflib.get_close_matches(given[:_LONGEST], list(known), n=1, cutoff=cutoff)
    return near[0] if near else None


def no_such(kind: Text, given: str, known: Iterable[str], near: str | None) -> Text:
    """Say that something does not exist; what there is, only where nothing comes near."""
    listed = list(known)
    return Text(
        f"没有{kind.zh}“{shown(given)}”" + ("" if near else f"，可用：{'、'.join(listed)}"),
        f"there is no {kind.en} '{shown(given)}'" + ("" if near else f"; known: {', '.join(listed)}"),
    )


def shown(text: str) -> str:
    """Return a piece of an expression short enough for a message."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
