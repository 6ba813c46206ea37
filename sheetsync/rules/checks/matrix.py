"""Checks of the responsibility matrix: its letters, row by row (spec section 7.1)."""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from sheetsync.model.table import Bools
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Objects, Rows, isin
from sheetsync.rules.spec import Rule


class LetterCount(Rule):
    """How often a letter stands in a record's open columns.

    Args:
        letter: The letter, or several of which any counts, such as `CI`.
        least: At least so often.
        most: At most so often, None for any number.
        among: Only where so many columns hold a letter.
    """

    letter: Annotated[str, Field(pattern="^[RACI]+$")]
    least: Annotated[int, Field(ge=0)] = 0
    most: int | None = None
    among: Annotated[int, Field(ge=0)] = 0
    constants = ("letter",)
    facts = (*Rule.facts, "count", "where")


def letter_count(rule: LetterCount, rows: Rows) -> Hits:
    """Records in whose open columns a letter stands too rarely or too often."""
    many, lettered = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for name in rows.table.open_fields:
        cells = rows.cells(name)
        words = set(cells[~pd.isna(cells)].tolist())
        many += isin(cells, {word for word in words if set(rule.letter) & set(word)})
        lettered += rows.known(name)
    wrong = many < rule.least
    if rule.most is not None:
        wrong |= many > rule.most
    fires = wrong & (lettered >= rule.among) & ~rows.broken(*rows.table.open_fields)
    return Hits(
        fires=fires,
        watch=rows.form.key,
        facts={"count": many, "where": _columns_with(rule.letter, rows, fires)},
    )


class UnknownLetters(Rule):
    """Cells of the open columns that hold none of the letters."""

    facts = (*Rule.facts, "where")


def unknown_letters(_: UnknownLetters, rows: Rows) -> Hits:
    """Records with an open cell that holds none of the letters."""
    fires = rows.broken(*rows.table.open_fields)
    watch = np.full(len(rows), rows.form.key, object)
    where = np.full(len(rows), None, object)
    for name in reversed(rows.table.open_fields):
        for place in np.flatnonzero(rows.broken(name)).tolist():
            watch[place] = name
            said = f"{rows.title(name)}“{rows.raw(name, place)}”"
            where[place] = said if where[place] is None else f"{said}、{where[place]}"
    return Hits(fires=fires, watch=watch, facts={"where": where})


def _columns_with(letters: str, rows: Rows, fires: Bools) -> Objects:
    """Return the titles of the open columns that hold one of the letters, for the records that matter."""
    found = np.full(len(rows), "", object)
    columns = [(rows.title(name), rows.texts(name)) for name in rows.table.open_fields] if fires.any() else []
    for place in np.flatnonzero(fires):
        found[place] = "、".join(title for title, cells in columns if set(letters) & set(cells[place] or ""))
    return found
