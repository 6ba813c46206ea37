"""Whether a text carries formats of its own that a person gave it: colours, bold letters, different sizes."""

import re

from sheetsync.excel import splice

_FORMAT = re.compile(rb"<(?:[^\s/>:]+:)?rPr(?:\s[^>]*)?>(.*?)</(?:[^\s/>:]+:)?rPr\s*>", re.DOTALL)
_EMPHASIS = re.compile(rb"<(?:[^\s/>:]+:)?(?:b|i|strike|u|vertAlign|outline|shadow)(?=[\s/>])[^>]*>")
_COLOR = re.compile(rb"<(?:[^\s/>:]+:)?color\s[^>]*>")
_SIZE = re.compile(rb"<(?:[^\s/>:]+:)?sz\s[^>]*>")
_PLAIN_COLORS = ({"theme": "1"}, {"auto": "1"}, {"indexed": "8"}, {"indexed": "64"}, {"rgb": "FF000000"})


def emphasised(inner: bytes) -> bool:
    """Return True if parts of a text are made to stand out.

    Programs part a text by themselves where its letters need different fonts, Chinese and Latin: that is
    nothing anybody gave it.

    Args:
        inner: What stands between the tags of a text, `<si>` or `<is>` (ECMA-376 part 1, 18.4.8).
    """
    formats = _FORMAT.findall(inner)
    if len({splice.attribute(tag, "val") for one in formats for tag in _SIZE.findall(one)}) > 1:
        return True
    return any(_stands_out(one) for one in formats)


def _stands_out(format_: bytes) -> bool:
    for tag in _EMPHASIS.findall(format_):
        if splice.attribute(tag, "val") not in ("0", "false", "none", "baseline"):
            return True
    colors = [splice.attributes(tag) for tag in _COLOR.findall(format_)]
    return any(color not in _PLAIN_COLORS for color in colors)
