"""One recognised table to canonical columns: types what is needed, derives, checks the rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sheetsync.forms.spec import Column, Form
from sheetsync.intake import checks
from sheetsync.intake.cell import Cell, failed
from sheetsync.intake.columns import (
    Distinct,
    Typed,
    composed,
    over_rows,
    read_column,
    read_percents,
    with_unreadable,
)
from sheetsync.intake.dated import anchor_days, read_dates
from sheetsync.intake.dates import on_1900
from sheetsync.intake.grid import Grid
from sheetsync.intake.headers import Recognised
from sheetsync.intake.notebook import Notebook
from sheetsync.intake.numbers import shows_percent
from sheetsync.intake.plans import bounds
from sheetsync.intake.readers import ANCHORED, Readers, plain_values
from sheetsync.intake.records import Records, records
from sheetsync.model.finding import Problem
from sheetsync.model.table import Bools, RawSheet, Table
from sheetsync.model.value import FREE
from sheetsync.text import Text
from sheetsync.worktime import WorkTime


@dataclass(frozen=True)
class TableTyper:
    """Types tables; built once a run.

    Args:
        readers: What reads which column.
        worktime: The working-time calendar, for due dates on rest days.
    """

    readers: Readers
    worktime: WorkTime

    def read(
        self, grid: Grid, found: Recognised, wanted: frozenset[str] | None
    ) -> tuple[Table, list[Problem]]:
        """Return the table with what there is to say about it.

        Args:
            grid: The sheet.
            found: The table on it.
            wanted: Fields to type beside key, owner and anchors, and beside all that can be wrong; None for
                all.
        """
        sheet = grid.sheet
        form, needed = found.form, _needed(found.form, wanted)
        rows = records(grid, found, needed)
        typed = self._typed(sheet, found, rows, needed)
        owner = typed.get(form.owner) if form.owner else None
        note = Notebook(sheet, found, rows, owner)
        note.table()
        self._note_keys(form, typed, note)
        for name, column in typed.items():
            note.column(name, column)
        for name in sorted(rows.unreadable.keys() - typed.keys()):
            for row, reason in rows.unreadable[name]:
                if (doubt := _unreadable(reason).doubt) is not None:
                    note.cell(row, name, doubt)
        _derive(form, needed, typed, note)
        anchor = anchor_days(form, typed, len(rows.rows))
        checks.order(typed, note)
        checks.rest_days(typed, self.worktime, note)
        checks.far_dates(form, typed, anchor, note)
        for row, doubt, name in checks.required(form, typed, rows):
            note.row(row, doubt, name)
        checks.conditions(form, typed, rows, note)
        return _table(note, typed), note.problems

    def _typed(
        self, sheet: RawSheet, found: Recognised, rows: Records, needed: frozenset[str] | None
    ) -> dict[str, Typed]:
        form = found.form
        columns = {column.id: column for column in form.columns}
        typed: dict[str, Typed] = {}
        anchored: dict[str, Column] = {}
        for name in found.fields:
            if needed is not None and name not in needed:
                continue
            column = columns[name]
            if column.kind in ANCHORED:
                anchored[name] = column
            elif column.kind == "percent":
                formatted = _percent_formats(sheet, found, name, rows)
                typed[name] = read_percents(column, rows.coded[name], formatted)
            else:
                plain = plain_values(column, self.readers.patterns(column))
                typed[name] = read_column(column.kind, rows.coded[name], plain, self.readers.reader(column))
        coded = rows.coded
        if sheet.date_1904:
            coded = {**coded, **{name: on_1900(coded[name]) for name in anchored}}
        typed |= read_dates(form, anchored, coded, typed.get(form.key), len(rows.rows))
        group = form.open_columns
        if group is not None:
            column = self.readers.open_column(group)
            plain, reader = plain_values(column, ()), self.readers.reader(column)
            for name in found.open_fields:
                typed[name] = read_column(column.kind, rows.coded[name], plain, reader)
        _refuse_unreadable(typed, rows)
        key = form.column(form.key)
        if key.composed_of and all(part in typed for part in key.composed_of):
            typed[key.id] = composed([typed[part] for part in key.composed_of])
        # In the order of the form, whatever the order of typing.
        ordered = [column.id for column in form.columns if column.id in typed]
        return {name: typed[name] for name in (*ordered, *found.open_fields)}

    def _note_keys(self, form: Form, typed: dict[str, Typed], note: Notebook) -> None:
        for column in form.columns:
            if column.id not in typed:
                continue
            if column.composed_of:
                checks.keys(column, typed[column.id], note)
            if column.kind not in {"id", "reference"} or column.composed_of:
                continue
            patterns = self.readers.patterns(column)
            typed[column.id], foreign = checks.own_scheme(typed[column.id], patterns)
            if foreign:
                message = Text(
                    f"“{column.title.zh}”有 {foreign} 个编号不像 {patterns[0].example}，按原样使用",
                    f"{foreign} ids of '{column.title.en}' do not look like {patterns[0].example}; kept",
                )
                note.problems.append(Problem(sheet=note.sheet.name, kind="info", message=message))
            if column.id == form.key:
                checks.keys(column, typed[column.id], note)


def _needed(form: Form, wanted: frozenset[str] | None) -> frozenset[str] | None:
    """Return the fields to type: those wanted and those they are read with."""
    if wanted is None:
        return None
    key = form.column(form.key)
    needed = {*wanted, key.id, *key.composed_of, *form.anchors, *((form.owner,) if form.owner else ())}
    # Free text is never wrong: only what it says may be asked for.
    needed |= {column.id for column in form.columns if column.kind not in FREE or column.max_length}
    needed |= {column.derive.source for column in form.columns if column.derive and column.id in needed}
    return frozenset(needed)


def _percent_formats(sheet: RawSheet, found: Recognised, name: str, rows: Records) -> Bools:
    """Return where a percent format shows the number; formats are looked up only where there are numbers."""
    plain = np.zeros(len(rows.rows), dtype=np.bool_)
    distinct = rows.coded[name].distinct
    if not any(isinstance(value, int | float) and not isinstance(value, bool) for value in distinct):
        return plain
    formats = sheet.facts.number_formats(sheet.first_column + found.fields[name])
    if not formats:
        return plain
    percent = {code for code in set(formats.values()) if shows_percent(code)}
    return np.array([formats.get(row) in percent for row in rows.rows.tolist()], dtype=np.bool_)


def _refuse_unreadable(typed: dict[str, Typed], rows: Records) -> None:
    for name, cells in rows.unreadable.items():
        if name in typed:
            refusals = [(row, _unreadable(reason)) for row, reason in cells]
            typed[name] = with_unreadable(typed[name], refusals)


def _unreadable(reason: str) -> Cell:
    if reason == "formula":
        return failed(
            "公式还没有计算结果",
            "the formula has no computed value",
            Text("在表格软件中打开并保存一次", "open the file in a spreadsheet program and save it once"),
        )
    return failed(
        f"单元格是错误值 {reason}",
        f"the cell is the error {reason}",
        Text("修正公式，或直接填写内容", "mend the formula, or type the value"),
    )


def _derive(form: Form, needed: frozenset[str] | None, typed: dict[str, Typed], note: Notebook) -> None:
    """Fill fields that may be read out of others: where their own cell is blank, or they have no column."""
    for column in form.columns:
        derive = column.derive
        if derive is None or derive.source not in typed or not (needed is None or column.id in needed):
            continue
        source = typed[derive.source]
        # Rows of one content were read alike.
        _, first, codes = np.unique(source.codes, return_index=True, return_inverse=True)
        cells = [
            Cell(moment.at, whole_day=moment.whole_day)
            if (moment := bounds(source.data[row], derive.take))
            else Cell(broken=bool(source.broken[row]))
            for row in first.tolist()
        ]
        distinct = Distinct([cell.value for cell in cells], dict(enumerate(cells)))
        found = over_rows(column.kind, distinct, codes.astype(np.int64))
        own = typed.get(column.id)
        if own is None:
            typed[column.id] = replace(found, cells={})
            note.derived[column.id] = derive.source, np.ones(len(codes), dtype=np.bool_)
            continue
        blank = note.records.blank[column.id]
        note.derived[column.id] = derive.source, blank
        whole, filled = own.whole_days, found.whole_days
        typed[column.id] = replace(
            own,
            data=np.where(blank, found.data, own.data),
            broken=np.where(blank, found.broken, own.broken),
            whole_days=None if whole is None or filled is None else np.where(blank, filled, whole),
        )


def _table(note: Notebook, typed: Mapping[str, Typed]) -> Table:
    sheet, found, rows = note.sheet, note.found, note.records
    header = sheet.first_row + found.header
    places = found.places(sheet.first_column)
    derived = {name: source for name, (source, _) in note.derived.items() if name not in places}
    return Table(
        form=found.form.id,
        sheet=sheet.name,
        language=found.language,
        columns={name: column.data for name, column in typed.items()},
        rows=rows.rows,
        whole_days={
            name: column.whole_days for name, column in typed.items() if column.whole_days is not None
        },
        raw={**rows.raw, **{name: rows.raw[source] for name, source in derived.items()}},
        broken={name: column.broken for name, column in typed.items()},
        places={**places, **{name: places[source] for name, source in derived.items()}},
        header_row=header,
        last_row=int(rows.rows[-1]) if len(rows.rows) else header,
        last_column=sheet.first_column + max(found.titles),
        before=sheet.first_row + found.stop if found.stop < len(sheet.rows) else None,
        missing=found.missing,
        unread=found.unread,
        open_fields=tuple(found.open_fields),
        own=found.own,
        engine=rows.engine,
        asides={name: column.asides for name, column in typed.items() if column.asides is not None},
    )
