"""Which rows below a header are records: blank rows, totals, repeated headers and remarks are not."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from sheetsync.intake.coded import Coded, holding
from sheetsync.intake.grid import Grid
from sheetsync.intake.headers import Recognised
from sheetsync.intake.normalise import BLANK_STARTS, blank_ones, fold, is_blank
from sheetsync.model.table import Bools, Ints, RawSheet, RawValue

_TOTALS = frozenset({"合计", "小计", "总计", "汇总", "共计", "total", "subtotal", "sum", "grandtotal"})
_REMARK = re.compile(
    r"\s*(?:※|注[:：意\d]|(?:备注|说明|附注|数据来源|来源|单位|日期)\s*[:：]|填[写表]?说明"
    r"|(?:填表|制表|编制|审核|审批|批准|复核|统计|汇总|记录|填报)(?:人|者|日期|时间|部门)?\s*[:：]"
    r"|(?:note|remark|source|prepared by|approved by|reviewed by)s?\s*[:：])",
    re.IGNORECASE,
)
_FEW = 4
"""A line of signatures below a table may fill several cells."""
_SPACES = " \t\r\n\xa0\u3000"
_STARTS = frozenset("合小总汇共tsgTSGｔｓｇＴＳＧ" + _SPACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The records of a table, column by column.

    Args:
        rows: Row number of each record as a person sees it; shape (n,).
        raw: Field to its cells; n values each.
        coded: Field to its cells in coded form, for the fields that will be typed.
        blank: Field to where its cells hold nothing; shape (n,).
        unreadable: Field to (position, reason) of cells whose value cannot be trusted.
        totals: Row numbers of the totals rows that were left out.
        headers: Row numbers of repeated header rows that were left out, with the titles above them.
        remarks: Row numbers of remarks below the records that were left out.
        engine: What our own columns hold, by name; n values each.
    """

    rows: Ints
    raw: Mapping[str, Sequence[RawValue]]
    coded: Mapping[str, Coded]
    blank: Mapping[str, Bools]
    unreadable: Mapping[str, tuple[tuple[int, str], ...]]
    totals: tuple[int, ...]
    headers: tuple[int, ...]
    remarks: tuple[int, ...]
    engine: Mapping[str, Sequence[RawValue]]


def records(grid: Grid, found: Recognised, needed: Collection[str] | None = None) -> Records:
    """Return the records of a table found on a sheet.

    Args:
        grid: The sheet.
        found: The table on it.
        needed: The fields that will be typed, None for all.
    """
    sheet, faults = grid.sheet, grid.sheet.facts.unreadable()
    first, stop = found.header + 1, _stop(grid, found, faults)
    count, first_row = stop - first, sheet.first_row + first
    fields = {**found.fields, **found.open_fields}
    columns = {position: grid.stretch(position, first, stop) for position in sorted(found.titles)}
    _fill_merged(sheet, columns, first_row)
    coded = {
        field: Coded.of(columns[position])
        for field, position in fields.items()
        if needed is None or field in needed or field in found.open_fields
    }
    blank = {field: holding(blank_ones(column.distinct), column.codes) for field, column in coded.items()}
    for field in fields.keys() - coded.keys():
        blank[field] = _blanks(columns[fields[field]])
    computed = {column.id for column in found.form.columns if column.difference is not None}
    by_number = {position + sheet.first_column: field for field, position in fields.items()}
    unreadable = _unreadable(by_number, computed, range(first_row, first_row + count), faults)
    for field, cells in unreadable.items():
        blank[field][[position for position, _ in cells]] = False
    filled = np.zeros(count, dtype=np.bool_)
    for field in fields:
        # Live formulas reach below the last record; they make no row a record.
        if field not in computed:
            filled |= ~blank[field]
    contents = {fields[field]: column.distinct for field, column in coded.items()}
    headers = _headers(columns, contents, found, count)
    totals = _totals(columns, contents, found, blank, count)
    remarks = _remarks(columns, found, blank, filled & ~totals & ~headers)
    chosen = np.flatnonzero(filled & ~totals & ~headers & ~remarks).astype(np.int64)
    to_record = {int(position): index for index, position in enumerate(chosen)} if unreadable else {}
    own = found.own.columns if found.own is not None else {}
    return Records(
        rows=chosen + first_row,
        raw={field: _pick(columns[position], chosen) for field, position in fields.items()},
        coded={field: column.pick(chosen) for field, column in coded.items()},
        blank=blank if len(chosen) == count else {field: empty[chosen] for field, empty in blank.items()},
        unreadable={
            field: tuple((to_record[row], reason) for row, reason in cells if row in to_record)
            for field, cells in unreadable.items()
        },
        totals=tuple(int(row) + first_row for row in np.flatnonzero(totals)),
        headers=tuple(int(row) + first_row for row in np.flatnonzero(headers)),
        remarks=tuple(int(row) + first_row for row in np.flatnonzero(remarks)),
        engine={
            name: _pick(grid.stretch(number - sheet.first_column, first, stop), chosen)
            for name, number in own.items()
            if 0 <= number - sheet.first_column < len(grid.columns)
        },
    )


def _stop(grid: Grid, found: Recognised, faults: Mapping[tuple[int, int], str]) -> int:
    """Return the position behind the last row that can be a record.

    Forms are ready for hundreds of rows that nobody has filled in. An empty row may still hold a formula that
    nobody has computed, or take part in a merged cell.
    """
    sheet = grid.sheet
    merged = [bottom for top, _, bottom, _ in sheet.merged if bottom > top]
    last = max((*merged, *(row for row, _ in faults)), default=0)
    return min(found.stop, max(found.header + 1, grid.filled, last - sheet.first_row + 1))


def _blanks(column: Sequence[RawValue]) -> Bools:
    """Tell which cells of a column hold nothing that can be seen."""
    blanks = _matching(set(column), BLANK_STARTS, is_blank)
    if not blanks:
        return np.zeros(len(column), dtype=np.bool_)
    return np.fromiter(map(blanks.__contains__, column), dtype=np.bool_, count=len(column))


def _unreadable(
    by_number: Mapping[int, str],
    computed: Collection[str],
    rows: range,
    faults: Mapping[tuple[int, int], str],
) -> dict[str, list[tuple[int, str]]]:
    """Return the cells of the table that hold an error or a formula nobody has computed yet."""
    cells: dict[str, list[tuple[int, str]]] = {}
    for (row, number), reason in faults.items():
        field = by_number.get(number)
        if field is None or row not in rows:
            continue
        if reason == "formula" and field in computed:
            continue  # our own live formula, and nothing reads it
        cells.setdefault(field, []).append((row - rows.start, reason))
    return cells


def _pick(column: list[RawValue], chosen: Ints) -> Sequence[RawValue]:
    if len(chosen) == len(column):
        return column
    if len(chosen) < 2:
        return [column[position] for position in chosen.tolist()]
    return list(itemgetter(*chosen.tolist())(column))


def _fill_merged(sheet: RawSheet, columns: Mapping[int, list[RawValue]], first_row: int) -> None:
    """Give every row of a merged range the value of its first cell."""
    for top, left, bottom, _ in sheet.merged:
        column = columns.get(left - sheet.first_column)
        if column is None or bottom == top or top < first_row:
            continue
        begin, end = top - first_row, min(bottom - first_row + 1, len(column))
        if begin < end:
            column[begin:end] = [column[begin]] * (end - begin)


def _totals(
    columns: Mapping[int, Sequence[RawValue]],
    contents: Mapping[int, Collection[RawValue]],
    found: Recognised,
    blank: Mapping[str, Bools],
    count: int,
) -> Bools:
    """Return the rows that add up others: they say so, and name no record."""
    key = found.form.key
    unnamed = np.ones(count, dtype=np.bool_)
    if key in found.fields:
        at = found.fields[key]
        unnamed = blank[key].copy()
        unnamed[
            _rows_with(_matching(contents.get(at) or set(columns[at]), _STARTS, _is_total), columns[at])
        ] = True
    said = np.zeros(count, dtype=np.bool_)
    rows = np.flatnonzero(unnamed).tolist()
    for position, column in columns.items() if rows else ():
        few = column if len(rows) == count else [column[row] for row in rows]
        same = contents.get(position) if few is column else None
        totals = _rows_with(_matching(same or set(few), _STARTS, _is_total), few)
        said[[rows[total] for total in totals]] = True
    return said


def _headers(
    columns: Mapping[int, Sequence[RawValue]],
    contents: Mapping[int, Collection[RawValue]],
    found: Recognised,
    count: int,
) -> Bools:
    """Return the rows that repeat the header as it is written."""
    repeated = np.zeros(count, dtype=np.bool_)
    first = min(found.fields.values())
    column, title = columns[first], fold(found.titles[first])
    starts = frozenset((found.titles[first].lstrip()[:1], *_SPACES))
    same = _matching(contents.get(first, column), starts, lambda value: fold(str(value)) == title)
    # Nearly always there is none, and no other title has to be folded.
    titles = {position: fold(found.titles[position]) for position in columns} if same else {}
    for row in _rows_with(same, column):
        hits = sum(
            isinstance(column[row], str) and fold(str(column[row])) == titles[position]
            for position, column in columns.items()
        )
        repeated[row] = hits >= max(2, (len(found.fields) + 1) // 2)
        # A title of its own may stand above it, as above the first one.
        if repeated[row] and row and sum(not is_blank(column[row - 1]) for column in columns.values()) == 1:
            repeated[row - 1] = True
    return repeated


def _remarks(
    columns: Mapping[int, Sequence[RawValue]],
    found: Recognised,
    blank: Mapping[str, Bools],
    filled: Bools,
) -> Bools:
    """Return the rows that say something about the table: they name no record and hold little else."""
    remarks = np.zeros(len(filled), dtype=np.bool_)
    key = found.form.key
    named = ~blank[key] if key in blank else np.zeros(len(filled), dtype=np.bool_)
    for row in reversed(np.flatnonzero(filled).tolist()):
        cells = [column[row] for column in columns.values() if not is_blank(column[row])]
        first = cells[0] if cells else ""
        if len(cells) > _FEW or not isinstance(first, str) or not _REMARK.match(first):
            break
        if named[row] and columns[found.fields[key]][row] != first:
            break
        remarks[row] = True
    return remarks


def _matching(
    contents: Collection[RawValue], starts: frozenset[str], test: Callable[[RawValue], bool]
) -> set[RawValue]:
    """Return the texts that pass a test; a look at the first letter spares most of them the call."""
    return {value for value in contents if type(value) is str and value[:1] in starts and test(value)}


def _rows_with(texts: Collection[RawValue], column: Sequence[RawValue]) -> list[int]:
    """Return the rows that hold one of some contents; in most columns there are none."""
    return [row for row, value in enumerate(column) if value in texts] if texts else []


def _is_total(value: RawValue) -> bool:
    return (
        type(value) is str
        and 0 < len(value) <= 40
        and value.lstrip()[:1] in _STARTS
        and fold(value).partition(":")[0] in _TOTALS
    )
