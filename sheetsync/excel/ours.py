"""What in a workbook is ours, by the hidden names that `sheetsync.marks` describes.

A mark moves with its cell. `#REF!`, or a sheet that is gone, means that somebody deleted what it marked. A
column whose header was emptied or given another title is still ours: people may rename our columns, the mark
decides. A sheet that somebody copied in Excel has a copy of the names, scoped to it; those count for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sheetsync import marks
from sheetsync.excel.book import Book
from sheetsync.model.table import OwnColumns


@dataclass(frozen=True, slots=True, kw_only=True)
class OurColumn:
    """One marked column: sheet title, header cell (from 1), number of the table, and our name for it."""

    sheet: str
    row: int
    column: int
    index: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Everything marked in one workbook.

    Args:
        columns: Columns whose header cell still exists.
        tabs: Role to title of tabs that still exist.
        prints: Role to fingerprint.
        indexes: All table numbers in use, those of vanished columns too.
    """

    columns: tuple[OurColumn, ...]
    tabs: Mapping[str, str]
    prints: Mapping[str, str]
    indexes: frozenset[int]

    def of(self, sheet: str, number: int) -> Mapping[str, OurColumn]:
        """Return our columns of one table by our names."""
        return self._tables.get((sheet.lower(), number), {})

    def on(self, sheet: str) -> tuple[OwnColumns, ...]:
        """Return our columns on a sheet, table by table."""
        return tuple(
            OwnColumns(
                number=number,
                row=min(column.row for column in columns.values()),
                columns={name: column.column for name, column in columns.items()},
            )
            for (title, number), columns in self._tables.items()
            if title == sheet.lower()
        )

    def __bool__(self) -> bool:
        return bool(self.columns or self.tabs or self.prints or self.indexes)

    @cached_property
    def _tables(self) -> Mapping[tuple[str, int], Mapping[str, OurColumn]]:
        found: dict[tuple[str, int], dict[str, OurColumn]] = {}
        for column in self.columns:
            found.setdefault((column.sheet.lower(), column.index), {}).setdefault(column.name, column)
        return found

    def is_tab(self, sheet: str) -> bool:
        """Return True if a tab is one of ours."""
        return bool(self.role_of(sheet))

    def role_of(self, sheet: str) -> str:
        """Return what a tab is to us; the empty text if it is none of ours."""
        found = (role for role, title in self.tabs.items() if title.lower() == sheet.lower())
        return next(found, "")


def find(book: Book) -> Ours:
    """Return what is ours in a workbook."""
    titles = {sheet.name.lower(): sheet.name for sheet in book.sheets}
    columns: list[OurColumn] = []
    tabs: dict[str, str] = {}
    prints: dict[str, str] = {}
    indexes: set[int] = set()
    for defined in book.names:
        mark = marks.parse(defined.name)
        place = marks.parse_place(defined.text)
        title = titles.get(place[0].lower()) if place else None
        match mark:
            case marks.ColumnMark():
                indexes.add(mark.index)
                if place and title is not None:
                    columns.append(
                        OurColumn(
                            sheet=title, row=place[1], column=place[2], index=mark.index, name=mark.name
                        )
                    )
            case marks.TabMark() if title is not None and defined.local is None:
                tabs[mark.role] = title
            case marks.PrintMark() if defined.local is None:
                prints[mark.role] = defined.text.strip().removeprefix("=").strip('"')
            case _:
                pass
    return Ours(
        columns=tuple(sorted(columns, key=lambda column: (column.index, column.column))),
        tabs=tabs,
        prints=prints,
        indexes=frozenset(indexes),
    )
