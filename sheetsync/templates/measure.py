"""How high a row must be for its text: writers of workbooks cannot ask a screen, so they count characters."""

import math
import unicodedata

LINE_POINTS = 15.5
"""Height of one line of the body font, with the room between lines."""


def width(text: str) -> int:
    """Return the width of a line in characters of the default font; Chinese ones are two wide.

    >>> width("A栏")
    3
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def lines(text: str, room: float) -> int:
    """Return how many lines a wrapped text takes.

    Args:
        text: The text, with its own line breaks.
        room: Width of the cell in characters of the default font.
    """
    # A line breaks before its last word, and a little is lost to the cell's own margins.
    usable = max(1.0, (room - 1) * 0.94)
    return sum(max(1, math.ceil(width(line) / usable)) for line in text.split("\n"))


def height(text: str, room: float, least: float = 20) -> float:
    """Return the height of a row that holds a wrapped text, in points."""
    return max(least, lines(text, room) * LINE_POINTS + 4)
