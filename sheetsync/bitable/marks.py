"""How we know our own fields and tables of a base again: a word in the description of a field.

A title belongs to people and a base has no hidden names; what a field is described as stays with it when it
is renamed or moved. Our tables bear theirs in the description of their index field.
"""

import re
from typing import Literal

from sheetsync.text import Text

Kind = Literal["field", "table"]

_MARK = re.compile(r"\[sheetsync:(field|table):([a-z][a-z_]*(?:\.[A-Za-z0-9]+)?)\]")
_FIELD = Text("由 SheetSync 填写，请勿手工修改。", "Filled in by SheetSync; please leave it.")
_TABLE = Text(
    "本表由 SheetSync 自动重写，请勿在此填写。",
    "Written by SheetSync and rewritten by each run; please do not type here.",
)


def described(name: str, table: str = "") -> str:
    """Return what a field of ours is described as.

    Args:
        name: Our name of the field.
        table: Our name of its table, where it is the index field of one of ours.
    """
    if not table:
        return f"{_FIELD.zh} {_FIELD.en} [sheetsync:field:{name}]"
    return f"{_TABLE.zh} {_TABLE.en} [sheetsync:table:{table}] [sheetsync:field:{name}]"


def mark_of(description: object, kind: Kind) -> str:
    """Return our name in a description, empty where it is not one of ours.

    >>> mark_of(described("status"), "field")
    'status'
    """
    found = (mark[2] for mark in _MARK.finditer(_plain(description)) if mark[1] == kind)
    return next(found, "")


def _plain(description: object) -> str:
    """Return a description as text: answers hold it as one, as an object, or in pieces."""
    match description:
        case str():
            return description
        case {"text": str(text)}:
            return text
        case list():
            return "".join(_plain(piece) for piece in description)
        case _:
            return ""
