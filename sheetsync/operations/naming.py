"""How people name a record on the command line: its id, in any spelling."""

import re
import unicodedata


def plain(key: str) -> str:
    """Return an id without regard to width, case and dashes; a last part of one digit is 0N.

    >>> plain("xzb20231001－1")
    'XZB20231001-01'
    """
    regular = re.sub(r"[^0-9A-Z]+", "-", unicodedata.normalize("NFKC", key).upper()).strip("-")
    return re.sub(r"-([0-9])$", r"-0\1", regular)
