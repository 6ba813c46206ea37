"""Whole rows coloured by their status, where a project asks for that: fills of cells.

No call tells which fills cells have: what people gave is lost, and what is there already cannot be told. So
only rows whose status changes are touched, and a run that changes nothing writes nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from sheetsync import palette
from sheetsync.feishusheets.document import Block, Fill, Merge
from sheetsync.feishusheets.looks import colours_of
from sheetsync.feishusheets.state import WORDS, SheetState
from sheetsync.model.edit import MarkRows

NO_FILL = f"#{palette.PAPER}".lower()
"""What takes a colour away: Feishu clears all formats of a cell or none, so its background becomes white."""

_Spans = tuple[tuple[int, int], ...]
"""First and last column of the cells of a row."""


def row_fills(
    sheet: SheetState, edit: MarkRows, columns: set[int], turned: Mapping[int, tuple[str, str]]
) -> list[Fill]:
    """Return what colours the rows of a table whose status changes.

    Args:
        sheet: The tab.
        edit: The order to colour the table.
        columns: Its columns, and ours.
        turned: By row, the word of the status before and after.
    """
    fills = {word: colours_of(edit, style)[0] for word, style in edit.styles if style in palette.STYLES}
    colours: dict[int, str] = {}
    for row, (before, after) in turned.items():
        if row <= edit.header_row or (edit.before is not None and row >= edit.before):
            continue
        if after in fills:
            colours[row] = fills[after]
        elif before in WORDS:
            colours[row] = NO_FILL
    return list(_filled(sheet, columns, colours))


def bare_rows(sheet: SheetState, columns: set[int], rows: Sequence[int]) -> list[Fill]:
    """Return what takes the colour of rows away."""
    return list(_filled(sheet, columns, dict.fromkeys(rows, NO_FILL)))


def _filled(sheet: SheetState, columns: set[int], colours: Mapping[int, str]) -> Iterator[Fill]:
    """Yield fills: rows of one colour that follow one another together."""
    without = _of_several(sheet.tab.merges, columns, colours)
    rows = [(row, colours[row], _spans(columns - without.get(row, set()))) for row in sorted(colours)]
    for (_, colour, spans), run in groupby(
        enumerate(rows), key=lambda one: (one[1][0] - one[0], one[1][1], one[1][2])
    ):
        numbers = [row for _, (row, _, _) in run]
        for left, right in spans:
            block = Block(sheet=sheet.tab.id, top=numbers[0], left=left, bottom=numbers[-1], right=right)
            yield Fill(block=block, colour=colour)


def _of_several(merges: Sequence[Merge], columns: set[int], rows: Collection[int]) -> dict[int, set[int]]:
    """Return by row the columns whose cells are merged with what is not of that row of the table.

    Such a cell belongs to several statuses, and what becomes of a range that holds half of it is not
    documented: it keeps its fill.
    """
    found: dict[int, set[int]] = {}
    for top, left, bottom, right in merges:
        merged = set(range(left, right + 1))
        if top == bottom and merged <= columns:
            continue
        for row in range(top, bottom + 1):
            if row in rows:
                found.setdefault(row, set()).update(merged)
    return found


def _spans(columns: set[int]) -> _Spans:
    """Return columns as those that stand side by side.

    >>> _spans({1, 2, 3, 7})
    ((1, 3), (7, 7))
    """
    found: list[tuple[int, int]] = []
    for column in sorted(columns):
        if found and column == found[-1][1] + 1:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return tuple(found)
