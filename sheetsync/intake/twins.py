"""What stands twice in a document: copies of a sheet, and ids that two sheets of one form share."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.ids import ONE_EACH
from sheetsync.intake.normalise import cell_address
from sheetsync.model.finding import Problem
from sheetsync.model.table import RawBook, Table
from sheetsync.text import Text

_COPY = re.compile(r"(?P<name>.+?)\s*(?:[(（]\d{1,3}[)）]|[-_ ]*(?:的?副本|copy)\s*\d{0,3})", re.IGNORECASE)
_NAMED = 10
"""Places that are named before the rest is left out."""


def copies(book: RawBook) -> Mapping[str, str]:
    """Return the sheets that are copies: name to the name of the sheet they were copied from.

    Only a sheet whose original is still there is a copy; `进度(2)` alone is a sheet like another.
    """
    names = {sheet.name for sheet in book.sheets if not sheet.ours}
    return {name: original for name in names if (original := copied_from(name)) in names}


def copied_from(name: str) -> str | None:
    """Return what a sheet or file is a copy of, by its name alone; None if it does not say so."""
    match = _COPY.fullmatch(name)
    return match["name"] if match else None


def copied(name: str, original: str) -> Problem:
    """Return the note that a copy was left out."""
    return Problem(
        sheet=name,
        kind="info",
        message=Text(f"是“{original}”的副本，未检查", f"a copy of '{original}'; it was not checked"),
        suggestion=Text("需要检查时请改名", "Rename it if it is to be checked"),
    )


def beside(own: Sequence[Table], others: Sequence[Sequence[Table]], catalogue: Catalogue) -> list[Table]:
    """Return the tables of other documents of a project, each set of records once.

    Teams keep last week's workbook beside this week's. Of two tables of a form with mostly the same ids only
    one stays: that of the document itself, else that of the later one.

    Args:
        own: The tables of the document that is judged.
        others: The tables of each other document, the one that counts most last.
        catalogue: The forms.
    """
    if not others:
        return []
    known = [(table.form, _ids(table, catalogue)) for table in own]
    found: list[Table] = []
    for tables in reversed(others):
        fresh = [(table, _ids(table, catalogue)) for table in tables]
        kept = [
            (table, ids)
            for table, ids in fresh
            if not any(form == table.form and _mostly_same(ids, seen) for form, seen in known)
        ]
        found += [table for table, _ in kept]
        known += [(table.form, ids) for table, ids in kept]
    return found


def _ids(table: Table, catalogue: Catalogue) -> frozenset[str]:
    key = catalogue.forms[table.form].key
    values = table.columns[key].tolist() if key in table.columns else ()
    return frozenset(value for value in values if isinstance(value, str))


def _mostly_same(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) * 2 > min(len(one), len(other))


def shared(tables: Sequence[Table], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield the records whose unique id stands on another sheet of the same form, too."""
    for form in dict.fromkeys(table.form for table in tables):
        key = catalogue.forms[form].key
        twins = [table for table in tables if table.form == form and key in table.columns]
        if len(twins) < 2 or not catalogue.forms[form].column(key).unique:
            continue
        places: dict[str, list[tuple[Table, int]]] = defaultdict(list)
        for table in twins:
            for position, value in enumerate(table.columns[key].tolist()):
                if isinstance(value, str):
                    places[value].append((table, position))
        for value, found in places.items():
            if len({table.sheet for table, _ in found}) > 1:
                yield from (_shared(value, table, position, found, key) for table, position in found)


def _shared(value: str, table: Table, position: int, found: Sequence[tuple[Table, int]], key: str) -> Problem:
    others = [f"{other.sheet}!{other.rows[at]}" for other, at in found if other.sheet != table.sheet][:_NAMED]
    row = int(table.rows[position])
    # A key that is composed of other columns stands nowhere.
    place = table.places.get(key)
    return Problem(
        sheet=table.sheet,
        row=row,
        cell=None if place is None else cell_address(row, place.number),
        column=None if place is None else place.title,
        raw=value if place is None else table.raw[key][position],
        kind="error",
        read_as=value,
        message=Text(f"编号重复，与 {'、'.join(others)} 相同", f"the id stands on {', '.join(others)} too"),
        suggestion=ONE_EACH,
    )
