"""Who may be who: masked names, names in other letters, and the departments people belong to.

Names are compared as intake made them regular. What cannot be told apart counts as the same person, where a
finding would say that somebody did not do something.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sheetsync.model.table import Table

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def homes(tables: Iterable[Table]) -> dict[str, str]:
    """Return the department of each person, where all sheets agree on it.

    `市场部-张三` in one row says where 张三 works, for the rows that only say 张三, too. Of two people of one
    name neither has a department.
    """
    said: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for field, asides in table.asides.items():
            if any(asides):
                for person, department in set(zip(table.columns[field].tolist(), asides, strict=True)):
                    if isinstance(person, str) and department:
                        said[person].add(department)
    return {person: one for person, (one, *others) in said.items() if not others}


def masked(name: str) -> bool:
    """Tell whether a name is covered, such as `设计部*设计师`."""
    return "*" in name


def possibly(
    names: Collection[str], others: Collection[str], placed: Collection[str], home: Mapping[str, str]
) -> set[str]:
    """Return the names that may mean somebody of `others`, though they are written differently.

    Args:
        names: The names in question.
        others: The names they may stand for.
        placed: Names that are written like this elsewhere: no other spelling of somebody in question.
        home: The department of each person, where it is known.
    """
    covered = {_department(other, home) for other in others if masked(other)}
    departments = covered | {_department(other, home) for other in others if not masked(other)}
    loose = [other for other in others if not masked(other) and other not in placed]
    chinese = {bool(_CHINESE.search(other)) for other in loose}
    listed = "\n".join(loose)
    found: set[str] = set()
    for name in names:
        # A masked name may be anyone of its department, and any name may be one that is masked.
        candidates = departments if masked(name) else covered
        own = _department(name, home)
        if candidates and (own is None or None in candidates or own in candidates):
            found.add(name)
        elif not masked(name) and ((not _CHINESE.search(name)) in chinese or name in listed):
            found.add(name)  # zhangsan may be 张三, 晓梅 may be 李晓梅
    # The other way round: 李晓梅 may be 晓梅.
    rest = "\n".join(name for name in names if name not in found)
    inside = [other for other in loose if other in rest]
    return found | {name for name in names if any(other in name for other in inside)}


def _department(name: str, home: Mapping[str, str]) -> str | None:
    if masked(name):
        return name.partition("*")[0] or home.get(name)
    return home.get(name)
