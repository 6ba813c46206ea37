"""Checks of references: an id that stands in one form and belongs to a record of another."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits, repeated
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Many, Rule
from sheetsync.text import Text


class Reference(Rule):
    """An id belongs to no record of the forms it refers to.

    Args:
        field: The column of the id, or ids; the column that is watched.
        to: The forms.
        whole: True if what comes before the last dash is the id that is looked for.
    """

    field: FieldName
    to: Annotated[tuple[str, ...], Many, Field(min_length=1)]
    whole: bool = False

    column_keys = ("field",)
    facts = (*Rule.facts, "unknown", "forms")

    def elsewhere(self) -> Iterator[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
        """Yield the forms; their keys are all that is read."""
        for name in self.to:
            yield "to", name, {}


def reference(rule: Reference, rows: Rows) -> Hits:
    """Open records with an id that no record of the forms has.

    Nothing is said of an id whose form is not used in this run, or has a record whose own id is missing or
    could not be read: that may be the one. Its pattern tells which form an id belongs to, else it may be any.
    """
    known, certain = set[str](), set[str]()
    for name in rule.to:
        targets = [other for other in rows.book.of(name) if len(other)]
        known.update(key for other in targets for key in other.keys.tolist() if key is not None)
        if targets and all(other.known(other.form.key).all() for other in targets):
            certain.add(name)
    wanted = list(_wanted(rule, rows))
    strange = {
        one
        for one in {one for _, one in wanted} - known - {""}
        if certain.issuperset(_meant(one, rule.to, rows.book.catalogue))
    }
    fires = rows.none()
    if not strange:
        return Hits(fires=fires, watch=rule.field)
    unknown = np.full(len(rows), "", object)
    for place, one in wanted:
        if one not in strange:
            continue
        unknown[place] = f"{unknown[place]}、{one}" if fires[place] else one
        fires[place] = True
    titles = [rows.book.catalogue.forms[name].title for name in rule.to]
    words = Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
    return Hits(
        fires=fires & ~rows.in_finished_state,
        watch=rule.field,
        facts={"unknown": unknown, "forms": repeated(words, len(rows))},
    )


def _wanted(rule: Reference, rows: Rows) -> Iterator[tuple[int, str]]:
    """Yield each id that is looked for, with the position of the record that names it."""
    for place, given in enumerate(rows.texts(rule.field).tolist()):
        for key in given if isinstance(given, tuple) else (given,):
            if key is not None:
                yield place, str(key).rpartition("-")[0] if rule.whole else key


def _meant(key: str, forms: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Return the forms that an id looks like, all of them if it looks like none."""
    patterns = {name: catalogue.forms[name].column(catalogue.forms[name].key).pattern for name in forms}
    return tuple(name for name, pattern in patterns.items() if pattern and re.search(pattern, key)) or forms
