"""Shared formulas: what stands in many cells of a column is written once, as Excel does.

The first cell has the text, the others its number (ECMA-376 part 1, 18.3.1.40). Not every formula may be
shared: references to other tabs, constant arrays, errors, and operators that make one reference of others may
damage the workbook ([MS-XLSB] 2.5.98.98). Names of cells are allowed.
"""

import re
from itertools import pairwise

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_AREA = re.compile(r"(?<![\w.])\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+(?![\w.(])")
_NOT_SHARED = re.compile(r"[!'\[\]{}#@:\s]")
"""Other tabs and workbooks, columns of tables, arrays, errors, and references made of others."""


class SharedFormula(str):
    """The element of a shared formula, where the writer expects the text of a plain one."""

    __slots__ = ()


def sharable(formula: str) -> bool:
    """Tell whether a formula may be shared; where that is in doubt, it may not.

    >>> sharable("IF(B4>0,SUM($A$4:A4),0)"), sharable("'词表'!A2"), sharable("INDEX(a,1):INDEX(a,2)")
    (True, False, False)
    """
    bare = _AREA.sub("A1", _TEXT.sub('""', formula))
    return _NOT_SHARED.search(bare) is None and not _unites(bare)


def _unites(bare: str) -> bool:
    """Tell whether a comma stands elsewhere than between the arguments of a function."""
    calls: list[bool] = []
    for before, letter in pairwise(f"({bare}"):
        if letter == "(":
            calls.append(before.isalnum() or before in "_.")
        elif letter == ")" and calls:
            calls.pop()
        elif letter == "," and not (calls and calls[-1]):
            return True
    return False
