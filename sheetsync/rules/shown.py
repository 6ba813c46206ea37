"""Cells as people read them, for messages and for comparing words."""

import unicodedata
from datetime import date, datetime

from sheetsync.model.edit import CellValue
from sheetsync.model.value import RawValue


def shown(value: RawValue | CellValue) -> str:
    """Return a cell as a person reads it."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(" ", "seconds" if value.second else "minutes").removesuffix(" 00:00")
        case date():
            return value.isoformat()
        case float():
            return f"{value:.15g}"
        case _:
            return str(value).strip()


def folded_name(text: str) -> str:
    """Return a text without what people do not mean to tell apart: width, case, spaces, quotes."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if not letter.isspace() and letter not in "“”\"'「」[]【】")
