"""Names of cells, by which formulas on other tabs speak of them: `工作日历_日期`.

They stand in Excel's list of names, read well in the formula bar, and keep a formula free of references to
other tabs, which no formula that many cells share may have (`shared`).
"""

import unicodedata
from dataclasses import dataclass, field
from itertools import chain, count

from xlsxwriter.workbook import Workbook

_LONGEST = 200
"""Excel takes 255 characters; a number may follow."""


@dataclass(frozen=True, slots=True)
class Named:
    """Cells of a tab that have a name.

    Args:
        name: The name.
        place: Where they stand, such as `'工作日历'!$A$4:$A$200`.
    """

    name: str
    place: str


@dataclass(slots=True)
class Names:
    """The names of one workbook for cells that formulas of other tabs look at.

    Args:
        book: The workbook.
    """

    book: Workbook
    _places: dict[str, str] = field(default_factory=dict)

    def give(self, tab: str, heading: str, place: str) -> Named:
        """Return cells with their name; other cells under the same heading get a number behind it.

        Args:
            tab: Name of their tab.
            heading: What stands above them.
            place: Where they stand.
        """
        stem = spelt(tab, heading)
        # Excel does not tell capital letters from small ones.
        for name in chain((stem,), (f"{stem}_{number}" for number in count(2))):
            known = self._places.get(name.lower())
            if known is None:
                self._places[name.lower()] = place
                self.book.define_name(name, f"={place}")
            if known in (None, place):
                return Named(name, place)
        raise AssertionError  # there is always one more number


def spelt(tab: str, heading: str) -> str:
    """Return a name for what stands under a heading of a tab; it is never the address of a cell.

    >>> spelt("工作日历", "日期"), spelt("Words", "Task state·counts as over"), spelt("5G", "A1")
    ('工作日历_日期', 'Words_Task_state_counts_as_over', '_5G_A1')
    """
    said = unicodedata.normalize("NFKC", f"{tab}_{heading}")[:_LONGEST]
    name = "".join(letter if letter.isalpha() or letter in "0123456789" else "_" for letter in said)
    return f"_{name}" if name[0].isdigit() else name
