"""Figures that mean what the others of their column make of them: no sync takes them for a value.

A plain 1 is 1 % beside 90 and everything beside 0.5 (product expectations, 6.2). Once one of the others is
another, it would read as changed though nobody touched it.
"""

from collections.abc import Mapping
from dataclasses import replace

from sheetsync.intake.numbers import is_bare_one, shows_percent
from sheetsync.mirror.sides import Source
from sheetsync.model.mirror import UNREAD, Side
from sheetsync.model.table import RawBook
from sheetsync.model.value import Kind


def without_leaning(side: Side, source: Source, book: RawBook, kinds: Mapping[str, Kind]) -> Side:
    """Return a side on which such figures are cells that cannot be read.

    Args:
        side: The side.
        source: Its records.
        book: The document they stand in.
        kinds: The fields that are kept in step, with their kinds.
    """
    table = source.table
    sheet = next(sheet for sheet in book.sheets if sheet.name == table.sheet)
    fields = dict(side.fields)
    for name, kind in kinds.items():
        if kind != "percent" or name not in table.places:
            continue
        raw = table.raw[name]
        bare = [(at, place) for at, place in enumerate(source.places.values()) if is_bare_one(raw[place])]
        if not bare:
            continue
        formats = sheet.facts.number_formats(table.places[name].number)
        tokens = list(fields[name])
        for at, place in bare:
            plain = isinstance(raw[place], str) or not shows_percent(formats.get(int(table.rows[place]), ""))
            if plain:
                tokens[at] = f"{UNREAD}{raw[place]}"
        fields[name] = tokens
    return replace(side, fields=fields)
