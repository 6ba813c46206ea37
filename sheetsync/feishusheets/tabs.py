"""Our own tabs in a spreadsheet, such as the dashboard: plain rows under headers, written as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.feishusheets.cells import Body, linked, sent
from sheetsync.feishusheets.document import MOST_COLUMNS, Block, Document
from sheetsync.feishusheets.marks import tab_link
from sheetsync.feishusheets.state import SheetState
from sheetsync.model.edit import Listing
from sheetsync.model.value import RawValue

_FORBIDDEN = str.maketrans("/\\?*[]:", "／＼？＊（）：")
_LONGEST = 90
"""Characters of a tab's name; Feishu takes 100, and something may come behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """What a tab of ours is to say.

    Args:
        role: What the tab is to us.
        title: What a new one is to be called.
        listing: What it shall say.
        sheet: The tab, None where there is none yet.
        first: True if a new one should stand before all others.
    """

    role: str
    title: str
    listing: Listing
    sheet: SheetState | None
    first: bool

    @property
    def is_needed(self) -> bool:
        """True where the tab says anything else."""
        return self.sheet is None or _said(self.sheet.rows) != _said(self._rows)

    @property
    def _rows(self) -> list[list[RawValue]]:
        head: list[RawValue] = [column.title for column in self.listing.columns]
        body: list[list[RawValue]] = [
            ["" if cell is None else cell for cell in row] for row in self.listing.rows
        ]
        return [head, *body]

    def carry_out(self, document: Document, taken: Sequence[str]) -> None:
        """Write it; whoever calls holds the spreadsheet.

        Args:
            document: The spreadsheet.
            taken: Names that tabs bear.
        """
        rows = self._rows
        old = [] if self.sheet is None else self.sheet.rows
        width = max(len(rows[0]), len(old[0]) if old else 0)
        height = max(len(rows), len(old))
        tab = None if self.sheet is None else self.sheet.tab
        if tab is None:
            tab = document.add_tab(free_name(self.title, taken), 0 if self.first else len(taken))
        document.grow(tab, rows=height, columns=width)
        bodies: list[list[Body]] = [
            [_body(cell) for cell in row] + [""] * (width - len(row))
            for row in (*rows, *([] for _ in range(height - len(rows))))
        ]
        bodies[0][0] = linked(str(rows[0][0]), tab_link(document.token, tab.id, self.role))
        document.write(
            [
                (
                    Block(
                        sheet=tab.id,
                        top=1,
                        left=left,
                        bottom=height,
                        right=min(width, left + MOST_COLUMNS - 1),
                    ),
                    [row[left - 1 : left - 1 + MOST_COLUMNS] for row in bodies],
                )
                for left in range(1, width + 1, MOST_COLUMNS)
            ]
        )


def free_name(title: str, taken: Sequence[str]) -> str:
    """Return a name that nobody bears and that Feishu takes.

    >>> free_name("仪表盘", ["仪表盘"])
    '仪表盘（系统）'
    """
    plain = title.translate(_FORBIDDEN)[:_LONGEST]
    if plain not in taken:
        return plain
    first = f"{plain} (system)" if plain.isascii() else f"{plain}（系统）"
    return next(name for name in (first, *(f"{first}{n}" for n in range(2, 1000))) if name not in taken)


def _body(cell: RawValue) -> Body:
    return (
        sent(cell) if isinstance(cell, str) else float(cell) if isinstance(cell, int | float) else str(cell)
    )


def _said(rows: Sequence[Sequence[RawValue]]) -> list[tuple[object, ...]]:
    """Return rows as they are compared: numbers as numbers, nothing empty behind."""
    said = [_trimmed([_plain(cell) for cell in row]) for row in rows]
    while said and not said[-1]:
        said.pop()
    return said


def _plain(cell: RawValue) -> object:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else cell


def _trimmed(row: list[object]) -> tuple[object, ...]:
    while row and row[-1] == "":
        row.pop()
    return tuple(row)
