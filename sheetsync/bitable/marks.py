"""How we know our own fields and tables of a base again: a word in the description of a field.

A title belongs to people and a base has no hidden names; what a field is described as stays with it when it is
renamed or moved. Our tables bear theirs in the description of their index field.
"""

import re
from typing import Literal

from sheetsync.text import Text

Kind = Literal["field", "table"]

_MARK = re.compile(r"\[sheetsync:(field|table):([a-z][a-z_]*)\]")
_FIELD = Text("由 SheetSync 填写，请勿手工修改。", "Filled in by SheetSync; please leave it.")
_TABLE = Text(
    "本表由 SheetSync 自动重写，请勿在此填写。",
    "Written by SheetSync and rewritten by each run; please do not type here.",
)


def described(kind: Kind, name: str) -> str:
    """Return what a field of ours is described as; `name` is our name of the field or of its table."""
    said = _FIELD if kind == "field" else _TABLE
    return f"{said.zh} {said.en} [sheetsync:{kind}:{name}]"


def mark_of(description: object, kind: Kind) -> str:
    """Return our name in a description, empty where it is not one of ours.

    >>> mark_of(described("field", "status"), "field")
    'status'
    """
    found = _MARK.search(_plain(description))
    return found[2] if found is not None and found[1] == kind else ""


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
