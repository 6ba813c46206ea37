"""The check of who holds an office in each department, such as its contact person."""

import re
import unicodedata
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.checks.offices import Offices
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Rule

_YES = "是"
_BETWEEN = re.compile(r"[、,;/\n]+")


class Appointed(Rule):
    """A department has fewer or more people in an office than it should.

    Args:
        department: The column of the departments somebody belongs to.
        person: The column of names; one name in several rows of a department is one person.
        holds: The column that says 是 for whoever holds the office; the column that is watched.
        role: The column of roles, of which one may be the office.
        office: What the office is called there.
        least: A department needs at least so many, once another one has somebody.
        most: It may have at most so many.
    """

    department: FieldName
    person: FieldName
    holds: FieldName
    role: FieldName
    office: str
    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=1)] | None = None

    column_keys = ("department", "person", "holds", "role")
    constants = ("least", "most", "office")
    facts = (*Rule.facts, "department", "who", "count")


def appointed(rule: Appointed, rows: Rows) -> Hits:
    """The first record of each department with too many (of these) or too few (of all its people)."""
    tables = list(rows.book.of(rows.form.id))
    staff: dict[str, list[tuple[Rows, int]]] = {}
    holders: dict[str, dict[str, tuple[Rows, int]]] = {}
    doubtful: set[str] = set()
    for other in tables:
        homes = departments_of(other, rule.department)
        names = other.texts(rule.person)
        office = other.among(rule.holds, [_YES]) | other.among(rule.role, [rule.office])
        unclear = other.broken(rule.holds)
        for place in np.flatnonzero(other.known(rule.person)).tolist():
            for home in homes[place]:
                staff.setdefault(home, []).append((other, place))
                if office[place]:
                    holders.setdefault(home, {}).setdefault(names[place], (other, place))
                elif unclear[place]:
                    doubtful.add(home)
    fires = rows.none()
    department, who = np.full(len(rows), "", object), np.full(len(rows), "", object)
    count = np.zeros(len(rows), np.int64)
    for home, people in staff.items():
        held = holders.get(home, {})
        few = len(held) < rule.least and home not in doubtful and bool(holders)
        many = rule.most is not None and len(held) > rule.most
        table, place = next(iter(held.values())) if many else people[0]
        if (few or many) and table is rows:
            fires[place] = True
            department[place], who[place], count[place] = home, "、".join(held), len(held)
    return Hits(fires=fires, watch=rule.holds, facts={"department": department, "who": who, "count": count})


def departments_of(rows: Rows, field: str) -> list[tuple[str, ...]]:
    """Return the departments that a column of texts names, by their full names."""
    offices = Offices.of(rows)
    texts = rows.texts(field).tolist()
    read = {text: _departments(text, offices) for text in set(texts) if text is not None}
    return [read.get(text, ()) for text in texts]


def _departments(text: str, offices: Offices) -> tuple[str, ...]:
    parts = [part.strip() for part in _BETWEEN.split(unicodedata.normalize("NFKC", text))]
    return tuple(dict.fromkeys(offices.full(part) for part in parts if part))
