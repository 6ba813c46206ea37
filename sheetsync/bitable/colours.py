"""Colours of options: Feishu knows them by number, 0 to 54, and tells nobody which is which."""

from collections.abc import Mapping, Sequence

from sheetsync.config.bitable import OPTION_COLOURS


def options_of(
    words: Sequence[tuple[str, str]], colours: Mapping[str, int] = OPTION_COLOURS
) -> list[dict[str, object]]:
    """Return the options of a field of ours.

    Args:
        words: Each word with the name of its style.
        colours: Style to number of a colour.
    """
    return [{"name": word, "color": colours[style]} for word, style in words if style in colours]
