"""Formula texts: which sheet they speak of, and giving that sheet another name."""

import re
from collections.abc import Iterable, Mapping

from sheetsync.marks import column_number

_QUOTED = re.compile(r"'((?:[^']|'')+)'!")
_PLAIN = re.compile(r"(?<![\w.'\])])([^\W\d][\w.]*)!")
_STRING = re.compile(r'"(?:[^"]|"")*"')
_CELLS = re.compile(r"(?<![\w.!$'\]])\$?([A-Za-z]{1,3})\$?[0-9]*(?::\$?([A-Za-z]{1,3})\$?[0-9]*)?(?![\w.(!])")


def renamed(formula: str, titles: Mapping[str, str]) -> str:
    """Return a formula with sheets called by other names.

    Args:
        formula: The formula.
        titles: Old title to new title.
    """
    pieces = _STRING.split(formula)
    texts = _STRING.findall(formula)
    done = [_rename(piece, titles) for piece in pieces]
    return done[0] + "".join(text + piece for text, piece in zip(texts, done[1:], strict=True))


def speaks_of_sheet(formulas: Iterable[str], title: str) -> bool:
    """Return True if any formula refers to the sheet with this title."""
    quoted = "'" + title.replace("'", "''") + "'!"
    return any(quoted.lower() in text.lower() or f"{title.lower()}!" in text.lower() for text in formulas)


def speaks_of_columns(formulas: Iterable[str], columns: Iterable[int]) -> bool:
    """Return True if any formula of a sheet refers to cells of these columns of the same sheet."""
    wanted = set(columns)
    return any(
        any(first <= column <= last for column in wanted)
        for formula in formulas
        for first, last in _ranges(_STRING.sub('""', formula))
    )


def quoted_title(title: str) -> str:
    """Return a sheet title as formulas write it."""
    return "'" + title.replace("'", "''") + "'"


def _ranges(formula: str) -> Iterable[tuple[int, int]]:
    for match in _CELLS.finditer(formula):
        first = column_number(match[1])
        last = column_number(match[2]) if match[2] else first
        # A bare word is a name, not a column; columns as such come in pairs.
        if match[2] or match[0][-1].isdigit():
            yield min(first, last), max(first, last)


def _rename(piece: str, titles: Mapping[str, str]) -> str:
    def quoted(match: re.Match[str]) -> str:
        new = titles.get(match[1].replace("''", "'"))
        return match[0] if new is None else f"{quoted_title(new)}!"

    def plain(match: re.Match[str]) -> str:
        new = titles.get(match[1])
        return match[0] if new is None else f"{quoted_title(new)}!"

    return _PLAIN.sub(plain, _QUOTED.sub(quoted, piece))
