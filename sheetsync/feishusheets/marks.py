"""How we know our own columns and tabs of a spreadsheet again: a link in a header cell.

A spreadsheet of Feishu has no hidden names and no notes that its interface gives. A header of ours is a link
to its own tab, and what stands behind the `#` of its address says whose it is:

    https://www.feishu.cn/sheets/TOKEN?sheet=SHEET#sheetsync.1.status      column `status` of table 1
    https://www.feishu.cn/sheets/TOKEN?sheet=SHEET#sheetsync.tab.dashboard the tab with the role `dashboard`

It moves with its cell, outlives a copy and is never typed by chance; a title alone belongs to people.
"""

import re
from dataclasses import dataclass

_MARK = re.compile(
    r"sheet=(?P<sheet>[A-Za-z0-9]+)#sheetsync\."
    r"(?:tab\.(?P<role>[a-z][a-z_]*(?:\.[A-Za-z0-9]+)?)|(?P<number>[1-9][0-9]{0,8})\.(?P<name>[a-z][a-z_]*))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a link of ours says.

    Args:
        sheet: Id of the tab it was made on; a copy of the tab keeps it.
        number: Number of the table whose column it marks, 0 for a tab.
        name: Our name of the column, or the role of the tab.
    """

    sheet: str
    number: int
    name: str


def column_link(token: str, sheet: str, number: int, name: str) -> str:
    """Return the link that marks the header of our column `name` of table `number` (from 1)."""
    return f"https://www.feishu.cn/sheets/{token}?sheet={sheet}#sheetsync.{number}.{name}"


def tab_link(token: str, sheet: str, role: str) -> str:
    """Return the link that marks the first cell of our tab `role`."""
    return f"https://www.feishu.cn/sheets/{token}?sheet={sheet}#sheetsync.tab.{role}"


def mark_in(link: str) -> Mark | None:
    """Return what a link says, None where it is none of ours.

    >>> mark_in(column_link("sht1", "s1", 2, "note"))
    Mark(sheet='s1', number=2, name='note')
    """
    found = _MARK.search(link)
    if found is None or found.end() != len(link):
        return None
    if found["role"]:
        return Mark(sheet=found["sheet"], number=0, name=found["role"])
    return Mark(sheet=found["sheet"], number=int(found["number"]), name=found["name"])
