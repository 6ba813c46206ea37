"""How cells look, for all workbooks: tabs of ours have few looks, and the same ones everywhere."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sheetsync import palette

DEFAULT: Mapping[str, Any] = MappingProxyType(
    {"font_name": palette.FONT, "font_size": 10, "font_color": f"#{palette.INK}", "valign": "vcenter"}
)
"""What cells look like of which nothing else is said."""


class Look:
    """How a cell looks; there is one of each, so that cells can be asked for theirs without comparing.

    Args:
        given: What XlsxWriter makes a format of.
    """

    __slots__ = ("given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given


# Typed, for 1 is not True where it is written.
@lru_cache(maxsize=1000, typed=True)
def look(**given: Any) -> Look:  # noqa: ANN401 - format properties are of any kind
    """Return the look of these properties, and of the default ones."""
    return Look({**DEFAULT, "theme_font_name": palette.FONT, **given})
