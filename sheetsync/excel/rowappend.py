"""New rows at the end of a table, one after the other, as if a person had filled in the next one.

Where a new row goes:

- Always right below the last record. Nothing on the sheet is shifted, because formulas, charts, names and
  comments everywhere may point at what would move.
- Where that row is free within the table's columns it is filled in. Free are: nothing at all; formulas that
  continue those above or below (the prepared rows of a template); one running number filled in ahead.
- A table in Excel's sense grows with it: range, filter, and columns that it computes.
- A totals row right below moves one row down within the table's columns (see `rowtotals`), if the row below
  it is free.
- The last empty row above another table is kept empty, or the two would be read as one.
- Everywhere else (a remark right below, another table, a merged range, a comment) the row is
  not written; a person is told to insert rows.

How it looks: a cell that has a format keeps it, else it gets that of the row above (in a prepared row that
of its column); a new row gets the height of the one above. Formulas are filled down where the column is
computed: more than half of its last filled cells hold one that reads alike. Values and pictures are never
copied.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetsync.errors import InputRefusedError
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import has_formula
from sheetsync.excel.exceltable import ExcelTable, lengthen
from sheetsync.excel.outlineedit import NewCell
from sheetsync.excel.references import meets, named
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.replacement import shown
from sheetsync.excel.rowdesk import Computed, Desk, own_style
from sheetsync.excel.rowreach import Growth
from sheetsync.excel.rowspan import span_of
from sheetsync.excel.rowtotals import Totals, give_way, totals_at, why_not
from sheetsync.excel.shapes import Look, shape
from sheetsync.excel.sheet import LAST_ROW, Area, Stored
from sheetsync.marks import column_letters
from sheetsync.model.rowchange import AppendRow
from sheetsync.text import Text

_LAST = 20
"""So many records tell whether a column is computed."""
_LOOKS = ("s", "customFormat", "ht", "customHeight")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a new row goes.

    Args:
        row: Its number.
        columns: The table's columns.
        header_row: Number of the row with their titles.
        table: The table in Excel's sense that they belong to, None where there is none.
        totals: The totals row that must give way, None where there is none.
        given: The columns that are given values.
    """

    row: int
    columns: range
    header_row: int
    table: ExcelTable | None
    totals: Totals | None
    given: frozenset[int]

    @property
    def above(self) -> int:
        """The row above, 0 if that is the header."""
        return self.row - 1 if self.row - 1 > self.header_row else 0


class Appending:
    """The new rows of one sheet.

    Args:
        desk: The sheet.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._growths: list[Growth] = []
        self._placed: dict[tuple[int, int], int] = {}
        self._settled: set[tuple[int, int]] = set()

    @property
    def growths(self) -> Sequence[Growth]:
        """How far tables have grown."""
        return tuple(self._growths)

    def append(self, change: AppendRow) -> None:
        """Add a row below the last record, or below what was added before.

        Raises:
            InputRefusedError: There is no place for it; nothing was changed.
        """
        place = self._place(change)
        cells = self._cells(place, change)
        if place.totals is not None:
            give_way(self._desk, place.totals)
            if not self._desk.tag(place.row + 1):
                self._desk.edit.looks[place.row + 1] = _look(self._desk, place.row)
        if place.table is not None and place.row > place.table.bottom:
            lengthen(self._desk.host.package, place.table, 1)
        self._write(place, cells)
        self._placed[place.header_row, place.columns[0]] = place.row
        self._growths.append(
            Growth(
                header_row=place.header_row,
                left=place.columns[0],
                right=place.columns[-1],
                last=place.row - 1,
                end=place.row - (place.totals is None),
            )
        )

    def _place(self, change: AppendRow) -> _Place:
        desk = self._desk
        rows = change.header_row, change.last_row
        columns, table = span_of(desk, change.header_row, sorted(change.cells), rows)
        last = max(*rows, self._placed.get((change.header_row, columns[0]), 0))
        totals = totals_at(desk, last + 1, columns, change.header_row, table)
        place = _Place(
            row=last + 1,
            columns=columns,
            header_row=change.header_row,
            table=table,
            totals=totals,
            given=frozenset(change.cells),
        )
        for column in change.cells:
            if column in desk.ours:
                raise uneditable(
                    "这是系统列，不是人填的格",
                    "This is a column of ours, no cell of people",
                    desk.place(place.row, column),
                )
        if desk.protected:
            raise uneditable("工作表受保护", "The sheet is protected", desk.name)
        self._refuse_without_room(place)
        return place

    def _refuse_without_room(self, place: _Place) -> None:
        table, totals = place.table, place.totals
        if place.row + (totals is not None) > LAST_ROW:
            raise _no_room(self._desk, place.row, Text("工作表到底了", "the sheet ends there"))
        if table is not None and place.row > table.bottom and table.fed:
            raise uneditable(
                "这个表格由外部数据填写，不能加行",
                "This table is filled from an external source and cannot grow",
                self._desk.place(place.row, place.columns[0]),
            )
        if totals is None:
            in_the_way = self._taken(place.row, place, place.columns) or self._closes_in(place, place.row)
        else:
            outside = [column for column in place.columns if column not in totals.columns]
            in_the_way = (
                (self._taken(place.row, place, outside) if outside else None)
                or self._taken(place.row + 1, place, totals.columns, prepared=False)
                or self._closes_in(place, place.row + 1)
                or self._holds_still(place, totals)
            )
        if in_the_way is not None:
            raise _no_room(self._desk, place.row, in_the_way)

    def _holds_still(self, place: _Place, totals: Totals) -> Text | None:
        """Return why a totals row cannot give way; where it did once, it can again."""
        key = place.header_row, place.columns[0]
        why = None if key in self._settled else why_not(self._desk, totals)
        self._settled |= {key} if why is None else set()
        return why

    def _closes_in(self, place: _Place, row: int) -> Text | None:
        """Return that another table follows which only this empty row parts from ours, None if none does."""
        desk = self._desk
        if place.table is not None and row <= place.table.bottom:
            return None
        lines = [
            [
                value
                for column in place.columns
                if column not in desk.ours
                and not desk.computed(below, column)
                and (value := desk.value(below, column)) is not None
            ]
            for below in (row + 1, row + 2)
        ]
        header = next((line for line in lines if len(line) > 1), [])
        if lines[0] and header and all(isinstance(value, str) for value in header):
            return Text(
                "下面紧接着是另一个表格，中间要留空行", "another table follows, which an empty row must part"
            )
        return None

    def _taken(
        self, row: int, place: _Place, columns: Sequence[int], *, prepared: bool = True
    ) -> Text | None:
        """Return what stands in a row that should be free, None if it is.

        Args:
            row: The row.
            place: The place that the new row is to have.
            columns: The columns that count.
            prepared: True if what somebody prepared for the next record may stand there.
        """
        desk = self._desk
        line = Area(row, columns[0], row, columns[-1])
        for table in desk.tables:
            if meets(table.area, line) and (place.table is None or table.part != place.table.part):
                return Text("那里是另一个表格", "another table is there")
        for hanger in desk.hangers:
            if hanger.kind == "comment" and meets(hanger.area, line):
                return Text("那里有批注", "a comment is there")
        numbered = next((at for at in columns if prepared and self._is_next(row, at, place)), None)
        for column in columns:
            if desk.merged(row, column) is not None:
                return Text("那里有合并单元格", "a merged range is there")
            if column in desk.ours or column == numbered:
                continue
            if not self._is_free(row, column, place, prepared=prepared):
                held = desk.value(row, column) or ""
                words = "公式" if desk.computed(row, column) else f"“{shown(held)}”"
                cell = desk.place(row, column)
                return Text(
                    f"{cell} 里是{words}",
                    f"{cell} holds {'a formula' if desk.computed(row, column) else repr(shown(held))}",
                )
        return None

    def _is_free(self, row: int, column: int, place: _Place, *, prepared: bool) -> bool:
        desk = self._desk
        if desk.spilled(row, column) or desk.holds_picture(row, column):
            return False
        cell = desk.cell(row, column)
        if cell is not None and has_formula(cell.inner):
            return prepared and self._is_live(row, column, place)
        return desk.value(row, column) is None

    def _is_live(self, row: int, column: int, place: _Place) -> bool:
        """Return True if a formula continues the one above, or is continued below: it waits for a record."""
        desk = self._desk
        own = desk.formula(row, column)
        if own is None:
            return False
        above = desk.formula(place.above, column) if place.above else None
        below = desk.formula(row + 1, column)
        return (above is not None and above.below(1) == own) or (below is not None and own.below(1) == below)

    def _is_next(self, row: int, column: int, place: _Place) -> bool:
        """Return True if a number that nobody gives continues the count of the rows above."""
        value = self._desk.value(row, column)
        if column in place.given or isinstance(value, bool) or not isinstance(value, int | float):
            return False
        before = self._desk.value(row - 1, column) if place.above else 0.0
        if isinstance(before, bool) or not isinstance(before, int | float):
            return False
        return value == before + 1 and not self._desk.computed(row, column)

    def _cells(self, place: _Place, change: AppendRow) -> dict[int, tuple[NewCell, str | None]]:
        """Return the cells of a new row that are not there already, and what each will show."""
        desk, row = self._desk, place.row
        live = place.totals is None and any(desk.computed(row, column) for column in place.columns)
        found: dict[int, tuple[NewCell, str | None]] = {}
        for column in sorted({*place.columns, *change.cells}):
            stands = self._stands(place, column)
            if stands is not None and has_formula(stands.inner):
                continue
            style = self._style(place, column, live=live)
            formula = None if column in desk.ours else self._formula(place, column)
            if formula is not None:
                found[column] = _computing(formula, style, row, column), f"={formula.text}"
            elif column in change.cells:
                own = Look(None, desk.host.styles.number_format(style))
                near = desk.neighbours(row, column, place.header_row)
                wanted = shape(change.cells[column], own, near)
                new = desk.shown(wanted, style, desk.place(row, column))
                found[column] = new, shown(wanted.value)
            elif stands is None and (style or desk.cell(row, column) is not None):
                found[column] = NewCell(style), None
        return found

    def _stands(self, place: _Place, column: int) -> Stored | None:
        """Return what stands in a cell of a new row; what gives way does not."""
        gone = place.totals is not None and column in place.totals.columns
        return None if gone else self._desk.cell(place.row, column)

    def _style(self, place: _Place, column: int, *, live: bool) -> int:
        """Return the format of a cell of a new row: its own, that of its column, or that of the row above."""
        desk = self._desk
        if own := own_style(self._stands(place, column)):
            return own
        if live and (prepared := desk.style(place.row, column)):
            return prepared
        return desk.style(place.above or place.row, column)

    def _formula(self, place: _Place, column: int) -> Computed | None:
        """Return what computes a cell of a new row, None where nothing does."""
        desk, table = self._desk, place.table
        rows = list(self._filled_above(place, column))
        formulas = [
            formula.below(place.row - row)
            for row in rows
            if (formula := desk.formula(row, column)) is not None and not desk.holds_picture(row, column)
        ]
        most, times = next(iter(Counter(formulas).most_common(1)), (None, 0))
        if most is not None and times * 2 > len(rows):
            return most
        if table is None or not table.area.left <= column <= table.area.right:
            return None
        computed = (*table.formulas, *([""] * len(place.columns)))[column - table.area.left]
        # Whose cell a relative reference is meant for cannot be told.
        return Computed(computed) if computed and not any(named(computed)) else None

    def _filled_above(self, place: _Place, column: int) -> Iterator[int]:
        """Yield the last records in which a cell of a column holds something."""
        for row in range(place.above, max(place.header_row, place.above - _LAST), -1):
            cell = self._desk.cell(row, column)
            if cell is not None and cell.inner:
                yield row

    def _write(self, place: _Place, cells: Mapping[int, tuple[NewCell, str | None]]) -> None:
        desk, row = self._desk, place.row
        if not desk.tag(row) and place.above:
            desk.edit.looks[row] = _look(desk, place.above)
        for column, (cell, after) in cells.items():
            desk.put(row, column, cell, None if after is None else ("", after))
            desk.calculates = desk.calculates or has_formula(cell.content)


def _no_room(desk: Desk, row: int, why: Text) -> InputRefusedError:
    return InputRefusedError(
        Text(
            f"第 {row} 行放不下新记录：{why.zh}。",
            f"Row {row} has no room for a new record: {why.en}.",
        ),
        fix=Text(
            f"请在第 {row} 行上方插入几个空行，再试。",
            f"Insert some empty rows above row {row}, and try again.",
        ),
        where=desk.name,
    )


def _look(desk: Desk, row: int) -> bytes:
    """Return what a new row takes over from the tag of another: format and height."""
    tag = desk.tag(row)
    if not tag:
        return desk.edit.looks.get(row, b"")
    values = splice.attributes(tag)
    if values.get("customHeight") not in ("1", "true"):
        values.pop("ht", None)
    kept = [f' {name}="{values[name]}"' for name in _LOOKS if name in values]
    return "".join(kept).encode()


def _computing(formula: Computed, style: int, row: int, column: int) -> NewCell:
    """Return a cell with a formula that nobody has calculated yet."""
    own = f' t="array" ref="{column_letters(column)}{row}"' if formula.array else ""
    content = f"<f{own}>{splice.escape(formula.text)}</f>".encode()
    return NewCell(style, "", content, formula.metadata)
