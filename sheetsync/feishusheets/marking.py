"""Edits to what they take in a spreadsheet: our columns, cells and tabs; only where something differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from sheetsync.errors import InputRefusedError, RemoteError
from sheetsync.feishusheets.cells import Body, day_number, linked, sent
from sheetsync.feishusheets.document import Block, Document, Fill, Rule
from sheetsync.feishusheets.fills import NO_FILL, bare_rows, row_fills
from sheetsync.feishusheets.looks import Recolouring, of_column, recoloured
from sheetsync.feishusheets.marks import column_link
from sheetsync.feishusheets.reader import is_formula
from sheetsync.feishusheets.state import WORDS, DocumentState, Facts, Own, Place, SheetState
from sheetsync.feishusheets.tabs import Rewriting, free_name
from sheetsync.marks import column_letters
from sheetsync.model.edit import (
    AppendColumns,
    CellValue,
    Change,
    Edit,
    MarkRows,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)
from sheetsync.model.value import RawValue
from sheetsync.text import Text


@dataclass(slots=True)
class _Marked:
    """What is to be done to one tab of people's.

    Args:
        sheet: The tab.
        columns: Where our columns stand or will stand: number of the table and our name to column number.
        heads: Header cells of ours that are made or get their mark again.
        cells: What cells shall hold.
        looks: By number of the table, what differs in its colours.
        last: By number of the table, its last column, ours not counted.
        turned: By number of the table and our name of a column, what its cells held and shall hold, by row.
        fills: By number of the table, the colours of rows that change.
    """

    sheet: SheetState
    columns: dict[tuple[int, str], int] = field(default_factory=dict)
    heads: set[Place] = field(default_factory=set)
    cells: dict[Place, Body] = field(default_factory=dict)
    looks: dict[int, Recolouring] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    turned: dict[tuple[int, str], dict[int, tuple[str, str]]] = field(default_factory=dict)
    fills: dict[int, list[Fill]] = field(default_factory=dict)

    def ours(self, number: int) -> set[int]:
        """Return the numbers of our columns beside a table."""
        return {column for (table, _), column in self.columns.items() if table == number}


class Marking:
    """What edits come to in a spreadsheet, planned before anything is written.

    Args:
        document: The spreadsheet.
        state: How it was read.
        scope: Id of the only tab that is looked at, None for all: it has tabs of ours apart.
        whole_rows: Whether whole rows are coloured, whatever fills people gave them.
    """

    def __init__(
        self, document: Document, state: DocumentState, *, scope: str | None, whole_rows: bool = False
    ) -> None:
        self.changes: list[Change] = []
        self._document = document
        self._state = state
        self._scope = scope
        self._whole_rows = whole_rows
        self._sheets: dict[str, _Marked] = {}
        self._tabs: list[Rewriting] = []
        self._gone: list[SheetState] = []
        self._rules: Mapping[str, Sequence[Rule]] | None = None
        self._doubt = False

    # --- planning ---

    def plan(self, edits: Sequence[Edit]) -> None:
        """Find out what edits change."""
        for edit in edits:
            match edit:
                case AppendColumns():
                    self.changes += self._columns(edit)
                case SetCells():
                    self.changes += self._cells(edit)
                case ReplaceValue():
                    self.changes += self._value(edit)
                case MarkRows():
                    self.changes += self._looks(edit)
                case ReplaceSheet():
                    self.changes += self._tab(edit)
                case RemoveSheet():
                    self.changes += self._no_tab(edit)
                case RemoveColumns():
                    self.changes += self._no_columns(edit)

    def _marked(self, name: str) -> _Marked:
        if name not in self._sheets:
            sheet = self._state.sheet(name)
            if sheet is None or sheet.role:
                raise InputRefusedError(
                    Text("电子表格里没有这个工作表。", "The spreadsheet has no such tab."), where=name
                )
            marked = _Marked(sheet)
            for own in self._state.own.get(sheet.tab.id, ()):
                marked.columns |= {(own.number, ours): column for ours, column in own.columns.items()}
            self._sheets[name] = marked
        return self._sheets[name]

    def _own(self, sheet: SheetState, number: int) -> Own | None:
        return next((own for own in self._state.own.get(sheet.tab.id, ()) if own.number == number), None)

    def _columns(self, edit: AppendColumns) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        marked.last[edit.number] = edit.after_column
        sheet, own = marked.sheet, self._own(marked.sheet, edit.number)
        missing = [one for one in edit.columns if (edit.number, one.name) not in marked.columns]
        for one in edit.columns:
            if own is not None and one.name in own.unmarked:
                title = str(sheet.value(own.row, own.columns[one.name]))
                yield self._head(marked, edit, own.row, one.name, title, title)
        if not missing:
            return
        row = edit.header_row if own is None else own.row
        first = _free(marked, edit, len(missing))
        taken = [str(cell) for cell in (sheet.rows[row - 1] if row <= len(sheet.rows) else ())]
        for column, one in enumerate(missing, first):
            marked.columns[edit.number, one.name] = column
            title = free_name(one.title, taken)
            taken.append(title)
            yield self._head(marked, edit, row, one.name, "", title)

    def _head(
        self, marked: _Marked, edit: AppendColumns, row: int, name: str, before: str, title: str
    ) -> Change:
        column = marked.columns[edit.number, name]
        link = column_link(self._document.token, marked.sheet.tab.id, edit.number, name)
        marked.cells[row, column] = linked(title, link)
        marked.heads.add((row, column))
        return Change(sheet=edit.sheet, cell=_place(row, column), what="column", before=before, after=title)

    def _cells(self, edit: SetCells) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        column = marked.columns.get((edit.number, edit.column))
        if column is None:
            return
        for row, value in edit.values.items():
            held, wanted = _shown(marked.sheet.value(row, column)), _shown(value)
            if held != wanted:
                marked.cells[row, column] = sent(wanted)
                marked.turned.setdefault((edit.number, edit.column), {})[row] = held, wanted
                yield Change(
                    sheet=edit.sheet, cell=_place(row, column), what="cell", before=held, after=wanted
                )

    def _value(self, edit: ReplaceValue) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        place = f"{edit.sheet}!{_place(edit.row, edit.column)}"
        held = marked.sheet.value(edit.row, edit.column)
        if _stands(held, edit.value):
            return
        if held != edit.expected:
            raise InputRefusedError(
                Text(
                    f"单元格现在是“{held}”，与读到的不同，没有写入。",
                    f"The cell holds '{held}' now, unlike what was read; nothing was written.",
                ),
                where=place,
            )
        facts = Facts(marked.sheet, lambda row, column: self._is_formula(marked.sheet, row, column))
        if facts.cell_state(edit.row, edit.column).fixed is not None:
            raise InputRefusedError(
                Text(
                    "单元格是公式、图片或合并区域，没有写入。",
                    "The cell is a formula, a picture or part of a merged range; nothing was written.",
                ),
                where=place,
            )
        marked.cells[edit.row, edit.column] = _body(edit.value, held)
        yield Change(
            sheet=edit.sheet,
            cell=_place(edit.row, edit.column),
            what="cell",
            before=_shown(held),
            after=_shown(edit.value),
        )

    def _is_formula(self, sheet: SheetState, row: int, column: int) -> bool:
        return is_formula(self._document, sheet.tab.id, row, column)

    def _looks(self, edit: MarkRows) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        column = marked.columns.get((edit.number, edit.column))
        if column is None:
            return
        tab = marked.sheet.tab
        bottom = tab.rows if edit.before is None else edit.before - 1
        known = self._known_rules(tab.id)
        # Rules that other tables of the tab will get need room, too.
        planned = [rule for work in marked.looks.values() for rule in work.fresh]
        work = recoloured(edit, column, tab.id, bottom, [*known, *planned])
        if work.is_needed:
            marked.looks[edit.number] = work
            words = "、".join(str(rule.text) for rule in work.fresh)
            yield Change(sheet=edit.sheet, cell=None, what="colours", before="", after=words)
        if self._whole_rows:
            yield from self._rows(edit, marked)

    def _rows(self, edit: MarkRows, marked: _Marked) -> Iterator[Change]:
        last = marked.last.get(edit.number, 0) if edit.last_column is None else edit.last_column
        columns = marked.ours(edit.number) | set(range(edit.first_column, last + 1))
        turned = marked.turned.get((edit.number, edit.column), {})
        fills = row_fills(marked.sheet, edit, columns, turned)
        if fills:
            marked.fills[edit.number] = fills
            now = {after for _, after in turned.values()}
            words = "、".join(word for word, _ in edit.styles if word in now)
            yield Change(sheet=edit.sheet, cell=None, what="colours", before="", after=words)

    def _known_rules(self, sheet: str) -> Sequence[Rule]:
        if self._rules is None:
            ids = [one.tab.id for one in self._state.sheets if not one.role]
            found = self._document.rules(ids)
            self._rules = {one: [rule for rule in found if rule.sheet == one] for one in ids}
        return self._rules.get(sheet, ())

    def _no_columns(self, edit: RemoveColumns) -> Iterator[Change]:
        marked = self._marked(edit.sheet)
        own = self._own(marked.sheet, edit.number)
        if own is None:
            return
        sheet = marked.sheet
        for name, column in own.columns.items():
            title = sheet.value(own.row, column)
            # The column itself stays, empty: others may have come to stand beside it.
            marked.cells[own.row, column] = sent(str(title)) if name in edit.kept else ""
            if name not in edit.kept:
                yield Change(
                    sheet=edit.sheet, cell=_place(own.row, column), what="column", before=str(title), after=""
                )
            for row in edit.rows:
                held = sheet.value(row, column)
                if held != "":
                    marked.cells[row, column] = ""
                    if name in edit.kept:
                        place = _place(row, column)
                        yield Change(sheet=edit.sheet, cell=place, what="cell", before=_shown(held), after="")
        status = own.columns.get("status")
        gone = () if status is None else of_column(self._known_rules(sheet.tab.id), status, sorted(WORDS))
        if gone:
            marked.looks[edit.number] = Recolouring(gone=tuple(gone))
            yield Change(sheet=edit.sheet, cell=None, what="colours", before="", after="")
        if self._whole_rows and status is not None:
            yield from self._no_rows(edit, marked, status)

    def _no_rows(self, edit: RemoveColumns, marked: _Marked, status: int) -> Iterator[Change]:
        rows = [
            row
            for row in edit.rows
            if marked.sheet.value(row, status) in WORDS and (edit.before is None or row < edit.before)
        ]
        columns = marked.ours(edit.number)
        if edit.first_column is not None and edit.last_column is not None:
            columns |= set(range(edit.first_column, edit.last_column + 1))
        fills = bare_rows(marked.sheet, columns, rows)
        if fills:
            marked.fills[edit.number] = fills
            yield Change(sheet=edit.sheet, cell=None, what="colours", before="", after="")

    # --- our tabs ---

    def _name(self, role: str) -> str:
        return role if self._scope is None else f"{role}.{self._scope}"

    def _tab(self, edit: ReplaceSheet) -> Iterator[Change]:
        if edit.listing is None:
            return
        role = self._name(edit.role)
        sheet = next((one for one in self._state.sheets if one.role == role), None)
        title = edit.title
        if self._scope is not None:
            of = next((one.tab.title for one in self._state.sheets if one.tab.id == self._scope), "")
            title = f"{edit.title}·{of}"
        work = Rewriting(role=role, title=title, listing=edit.listing, sheet=sheet, first=edit.first)
        if not work.is_needed:
            return
        self._tabs.append(work)
        name = title if sheet is None else sheet.tab.title
        yield Change(sheet=name, cell=None, what="tab", before="" if sheet is None else name, after=name)

    def _no_tab(self, edit: RemoveSheet) -> Iterator[Change]:
        for sheet in (one for one in self._state.sheets if one.role == self._name(edit.role)):
            self._gone.append(sheet)
            yield Change(sheet=sheet.tab.title, cell=None, what="tab", before=sheet.tab.title, after="")

    # --- writing ---

    def carry_out(self) -> None:
        """Write what was planned; whoever calls holds the spreadsheet."""
        self._write_cells()
        taken = list(self._state.others)
        for work in self._tabs:
            work.carry_out(self._document, taken)
            taken.append(work.title)
        for marked in self._sheets.values():
            for looks in marked.looks.values():
                self._document.drop_rules(looks.gone)
                self._document.add_rules(looks.fresh)
        for sheet in self._gone:
            self._document.delete_tab(sheet.tab.id)

    def _write_cells(self) -> None:
        """Write all cells, and see whether somebody else wrote between the reading and that.

        Fills go first: where a run breaks off behind them, the status still differs and the next run fills
        again; the other way round, nobody would ever know that the colour is missing.
        """
        touched = [one for one in self._sheets.values() if one.cells]
        if not touched:
            return
        calls = 0
        for marked in touched:
            right = max(column for _, column in marked.cells)
            bottom = max(row for row, _ in marked.cells)
            calls += self._document.grow(marked.sheet.tab, rows=bottom, columns=right)
        calls += self._document.paint(
            [fill for marked in touched for fills in marked.fills.values() for fill in fills]
        )
        before = max(self._state.revisions.values(), default=0)
        ranges = [one for marked in touched for one in _ranges(marked.sheet.tab.id, marked.cells)]
        first = self._document.write(ranges)[0]
        self._doubt = first != before + calls + 1

    def verify(self, now: DocumentState) -> None:
        """See that what was written stands where it should.

        Args:
            now: How the spreadsheet was read afterwards.

        Raises:
            RemoteError: It does not; what it takes is said.
        """
        for name, marked in self._sheets.items():
            after = now.sheet(name)
            ours = frozenset(column for _, column in marked.cells)
            if after is None or (self._doubt and after.texts(ours) != marked.sheet.texts(ours)):
                raise RemoteError(
                    Text(
                        "标记时有人同时在改这张表，写上的预警可能错行。",
                        "Somebody changed the sheet while it was being marked; marks may stand in "
                        "a wrong row.",
                    ),
                    fix=Text("请再运行一次，会按现在的行重写。", "Run again: it follows the rows of now."),
                    where=name,
                )
            lost = [one for one in marked.heads if one not in after.marks]
            if lost:
                raise self._unmarked(marked, lost)

    def _unmarked(self, marked: _Marked, lost: Sequence[Place]) -> RemoteError:
        """Take new columns out again that would not be known again, and return what to tell."""
        columns = {column for _, column in lost}
        fresh: dict[Place, Body] = {
            place: "" for place in marked.cells if place[1] in columns and marked.sheet.value(*place) == ""
        }
        self._document.write(list(_ranges(marked.sheet.tab.id, fresh)))
        # Without a status nobody would know the colours for ours again.
        lonely = [
            replace(fill, colour=NO_FILL)
            for number, fills in marked.fills.items()
            if marked.columns.get((number, "status")) in columns
            for fill in fills
        ]
        self._document.paint(lonely)
        return RemoteError(
            Text(
                "飞书没有保住表头里的标记链接，加上的列已清掉。",
                "Feishu did not keep the links that mark our headers; the new columns were emptied again.",
            ),
            fix=Text("请检查表格是否禁止链接，再运行。", "See whether links are forbidden there; run again."),
            where=marked.sheet.tab.title,
        )


def _ranges(sheet: str, cells: Mapping[Place, Body]) -> Iterator[tuple[Block, list[list[Body]]]]:
    """Yield cells as ranges: those that stand below one another together."""
    by_column: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        by_column.setdefault(column, []).append(row)
    for column, rows in by_column.items():
        run: list[int] = []
        for row in rows:
            if run and row != run[-1] + 1:
                yield _range(sheet, column, run, cells)
                run = []
            run.append(row)
        yield _range(sheet, column, run, cells)


def _range(
    sheet: str, column: int, rows: Sequence[int], cells: Mapping[Place, Body]
) -> tuple[Block, list[list[Body]]]:
    block = Block(sheet=sheet, top=rows[0], left=column, bottom=rows[-1], right=column)
    return block, [[cells[row, column]] for row in rows]


def _free(marked: _Marked, edit: AppendColumns, width: int) -> int:
    """Return the first of so many empty columns at the right of a table."""
    sheet = marked.sheet
    used = {column for cells in sheet.rows for column, cell in enumerate(cells, 1) if cell != ""}
    used |= set(marked.columns.values())
    for _, left, _, right in sheet.tab.merges:
        used |= set(range(left, right + 1))
    mine = [column for (number, _), column in marked.columns.items() if number == edit.number]
    first = max([edit.after_column, *mine]) + 1
    while used & set(range(first, first + width)):
        first += 1
    return first


def _stands(held: RawValue, value: CellValue) -> bool:
    """Tell whether a cell holds a value already; a whole day is its midnight."""
    if isinstance(held, date) and not isinstance(held, datetime):
        held = datetime.combine(held, time())
    return held == ("" if value is None else value)


def _body(value: CellValue, held: RawValue) -> Body:
    """Return the value of people's cell in the form that its format shows."""
    match value:
        case None:
            return ""
        case datetime():
            return day_number(value) if isinstance(held, datetime | date | time) else sent(_shown(value))
        case str():
            return sent(value)
        case _:
            return value


def _shown(value: RawValue | None) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case _:
            return str(value)


def _place(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"
