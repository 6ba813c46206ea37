"""Reads a spreadsheet, or one tab of it, whole: nothing half, nothing that changed underneath."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetsync.errors import InputRefusedError, RemoteError
from sheetsync.feishu.errors import FeishuError, TooLargeError
from sheetsync.feishusheets.cells import is_percentage, is_picture, links_in, read_cell
from sheetsync.feishusheets.document import MOST_COLUMNS, MOST_ROWS, Answer, Block, Document, Render, Tab
from sheetsync.feishusheets.marks import Mark, mark_in
from sheetsync.feishusheets.state import DocumentState, Place, SheetState, Titles
from sheetsync.model.value import RawValue
from sheetsync.text import Text

_CELLS = 100_000
"""Cells that are asked for in one call: at 100 bytes each, as much as an answer may hold (reference, 9)."""

_BLOCKS = 100
"""Ranges that one call asks for; its address must not become too long."""

_TRIES = 5
"""Readings of a spreadsheet that is being changed meanwhile."""

_TOO_LARGE = 90221
"""An answer of more than 10 MB."""


@dataclass(slots=True)
class _Grid:
    """The cells of a tab while they come in, by place."""

    values: dict[Place, RawValue] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    marks: dict[Place, Mark] = field(default_factory=dict)
    pictures: set[Place] = field(default_factory=set)

    def take(
        self, block: Block, plain: Sequence[Sequence[object]], shown: Sequence[Sequence[object]]
    ) -> None:
        """Take in a range."""
        for offset, cells in enumerate(plain):
            row, beside = block.top + offset, shown[offset] if offset < len(shown) else ()
            for column, value in enumerate(cells):
                if value is None or value == "":
                    continue
                place = (row, block.left + column)
                seen = beside[column] if column < len(beside) else None
                if value.__class__ is str and seen.__class__ is str:
                    self.values[place] = str(value)  # As most cells are: there is nothing else to know.
                else:
                    self._put(place, value, seen)

    def _put(self, place: Place, plain: object, shown: object) -> None:
        value = read_cell(plain, shown)
        if value != "":
            self.values[place] = value
        if is_percentage(plain, shown):
            self.percents.add(place)
        # Which of the two tells of links is not documented.
        for pieces in (plain, shown):
            if not isinstance(pieces, list | Mapping):
                continue
            if is_picture(pieces):
                self.pictures.add(place)
            for link in links_in(pieces):
                mark = mark_in(link)
                if mark is not None:
                    self.marks[place] = mark

    def sheet(self, tab: Tab) -> SheetState:
        """Return the tab as it was read."""
        bottom = max((row for row, _ in self.values), default=0)
        right = max((column for _, column in self.values), default=0)
        rows: list[list[RawValue]] = [[""] * right for _ in range(bottom)]
        for (row, column), value in self.values.items():
            rows[row - 1][column - 1] = value
        return SheetState(
            tab=tab,
            rows=rows,
            percents=frozenset(self.percents),
            marks=self.marks,
            pictures=frozenset(self.pictures),
        )


def read_document(document: Document, sheet: str | None, titles: Titles) -> DocumentState:
    """Return what a spreadsheet holds.

    Args:
        document: The spreadsheet.
        sheet: Id of the only tab that is asked for; all when None.
        titles: Our columns in each language.

    Raises:
        InputRefusedError: There is no such tab, or nothing is in any.
        RemoteError: Feishu does not answer, or refuses; or it is changed all the time.
    """
    title = document.title()
    for _ in range(_TRIES):
        state = _read(document, sheet, titles, title)
        if state is not None:
            _refuse_empty(state, document)
            return state
    raise RemoteError(
        Text(
            "电子表格一直有人在改，没有读到同一时刻的内容。",
            "Somebody keeps changing the spreadsheet; it could not be read as of one moment.",
        ),
        fix=Text("请稍后再运行。", "Run again later."),
        where=f"feishu-sheet:{document.token}",
    )


def revisions_now(document: Document, tabs: Iterable[str]) -> Mapping[str, int]:
    """Return where the counts of changes of tabs stand."""
    blocks = [Block(sheet=one, top=1, left=1, bottom=1, right=1) for one in tabs]
    found: dict[str, int] = {}
    for start in range(0, len(blocks), _BLOCKS):
        found |= document.values(blocks[start : start + _BLOCKS], "UnformattedValue").revisions
    return found


def is_formula(document: Document, sheet: str, row: int, column: int) -> bool:
    """Tell whether a cell holds a formula: one that differs from its text is told as it is written."""
    block = Block(sheet=sheet, top=row, left=column, bottom=row, right=column)
    formula, plain = (document.values([block], render).grids[0] for render in ("Formula", "UnformattedValue"))
    told = formula[0][0] if formula and formula[0] else None
    return isinstance(told, str) and told.startswith("=") and formula != plain


def _read(document: Document, sheet: str | None, titles: Titles, title: str) -> DocumentState | None:
    """Return what a spreadsheet holds; None where it changed meanwhile."""
    tabs = document.tabs()
    grids: dict[str, _Grid] = {}
    revisions: dict[str, int] = {}
    wanted = [one for one in tabs if sheet in {None, one.id}]
    if not wanted:
        raise _no_such(document, sheet, tabs)
    if sheet is not None:
        about = _about(document, [one for one in tabs if one.id != sheet], sheet)
        wanted = [one for one in tabs if one.id == sheet or one.id in about]
    for batch in _batches([block for tab in wanted for block in _blocks(tab)]):
        for block, plain, shown, counts in _asked(document, batch):
            if any(revisions.setdefault(one, count) != count for one, count in counts):
                return None
            grids.setdefault(block.sheet, _Grid()).take(block, plain, shown)
    # One count tells of all tabs where it is the document's; where it is a tab's, each has its own.
    states = tuple(grids.get(one.id, _Grid()).sheet(one) for one in wanted)
    return DocumentState(
        title=title,
        sheets=states,
        revisions=revisions,
        titles=titles,
        others=tuple(one.title for one in tabs),
    )


def _about(document: Document, tabs: Sequence[Tab], sheet: str) -> set[str]:
    """Return the ids of our tabs that are about one tab."""
    blocks = [Block(sheet=one.id, top=1, left=1, bottom=1, right=1) for one in tabs]
    found: set[str] = set()
    for start in range(0, len(blocks), _BLOCKS):
        some = blocks[start : start + _BLOCKS]
        for block, grid in zip(some, document.values(some, "UnformattedValue").grids, strict=True):
            links = links_in(grid[0][0]) if grid and grid[0] else ()
            marks = [mark for link in links if (mark := mark_in(link)) is not None]
            if any(mark.sheet == block.sheet and mark.name.endswith(f".{sheet}") for mark in marks):
                found.add(block.sheet)
    return found


_Told = tuple[Block, Sequence[Sequence[object]], Sequence[Sequence[object]], list[tuple[str, int]]]


def _asked(document: Document, blocks: Sequence[Block]) -> Iterator[_Told]:
    """Yield ranges with what they hold, what they show, and the counts of changes that were told."""
    try:
        plain, shown = (document.values(blocks, render) for render in _RENDERS)
    except FeishuError as error:
        if not isinstance(error, TooLargeError) and error.code != _TOO_LARGE:
            raise
        halves = _halves(blocks)
        if not halves:
            raise
        for half in halves:
            yield from _asked(document, half)
        return
    yield from _beside(blocks, plain, shown)


_RENDERS: tuple[Render, Render] = ("UnformattedValue", "FormattedValue")


def _beside(blocks: Sequence[Block], plain: Answer, shown: Answer) -> Iterator[_Told]:
    counts = [*plain.revisions.items(), *shown.revisions.items()]
    for block, held, seen in zip(blocks, plain.grids, shown.grids, strict=True):
        yield block, held, seen, counts


def _halves(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Return ranges in two smaller calls; nothing where they are one row already."""
    if len(blocks) > 1:
        middle = len(blocks) // 2
        return [blocks[:middle], blocks[middle:]]
    [block] = blocks
    middle = (block.top + block.bottom) // 2
    if middle == block.bottom:
        return []
    return [[replace(block, bottom=middle)], [replace(block, top=middle + 1)]]


def _blocks(tab: Tab) -> Iterator[Block]:
    """Yield the ranges that a tab is read in."""
    for left in range(1, tab.columns + 1, MOST_COLUMNS):
        right = min(tab.columns, left + MOST_COLUMNS - 1)
        height = min(MOST_ROWS, _CELLS // (right - left + 1))
        for top in range(1, tab.rows + 1, height):
            bottom = min(tab.rows, top + height - 1)
            yield Block(sheet=tab.id, top=top, left=left, bottom=bottom, right=right)


def _batches(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield ranges call by call."""
    batch: list[Block] = []
    size = 0
    for block in blocks:
        if batch and (size + block.size > _CELLS or len(batch) >= _BLOCKS):
            yield batch
            batch, size = [], 0
        batch.append(block)
        size += block.size
    if batch:
        yield batch


def _no_such(document: Document, sheet: str | None, tabs: Sequence[Tab]) -> InputRefusedError:
    names = "、".join(f"{one.title}（{one.id}）" for one in tabs)
    return InputRefusedError(
        Text(f"电子表格里没有工作表 {sheet}。", f"The spreadsheet has no tab {sheet}.")
        if sheet is not None
        else Text("电子表格里没有工作表。", "The spreadsheet has no tab."),
        fix=Text(f"现有：{names}。", f"There are {names}.") if tabs else None,
        where=f"feishu-sheet:{document.token}",
    )


def _refuse_empty(state: DocumentState, document: Document) -> None:
    """Refuse what looks like an empty spreadsheet: an answer without cells proves nothing."""
    if any(one.rows for one in state.sheets):
        return
    raise InputRefusedError(
        Text(
            "飞书没有给出任何单元格：要么表是空的，要么应用没有读的权限，不能当作空表。",
            "Feishu gave no cell at all: nothing is filled in, or the app may not read it; that is not "
            "taken for an empty sheet.",
        ),
        fix=Text(
            "请确认应用已加为文档应用；确实是空表的，先填上表头。",
            "See that the app was added to the document; where it is empty, fill in the headers first.",
        ),
        where=f"feishu-sheet:{document.token}",
    )
