"""Which department a record counts for, and who answers for it, from what the sheets themselves say."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table


def homes(tables: Sequence[Table]) -> dict[str, str]:
    """Return the department of each person, as the sheets name it beside them most often.

    `市场部-张三` in one row says where 张三 works, for the rows that only say 张三, too.
    """
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for table in tables:
        for field, asides in table.asides.items():
            # Few sheets name departments beside people.
            if not any(asides):
                continue
            for person, department in zip(table.columns[field].tolist(), asides, strict=True):
                if isinstance(person, str) and department:
                    said[person][department] += 1
    return {person: counter.most_common(1)[0][0] for person, counter in said.items()}


def owners(table: Table, catalogue: Catalogue) -> list[str | None]:
    """Return who answers for each record, None where the row does not say."""
    field = catalogue.forms[table.form].owner
    if field is None or field not in table.columns:
        return [None] * len(table)
    return [value if isinstance(value, str) else None for value in table.columns[field].tolist()]


def departments(
    table: Table, catalogue: Catalogue, home: Mapping[str, str], owned: Sequence[str | None]
) -> list[str | None]:
    """Return the department each record counts for: the one it names, else its owner's, else unknown.

    Args:
        table: The table.
        catalogue: The forms.
        home: The department of each person.
        owned: Who answers for each record.
    """
    field = catalogue.forms[table.form].department
    own = None if field is None else table.columns.get(field)
    named: Sequence[object] = [None] * len(table) if own is None else own.tolist()
    return [
        name if isinstance(name, str) else home.get(owner) if owner else None
        for name, owner in zip(named, owned, strict=True)
    ]
