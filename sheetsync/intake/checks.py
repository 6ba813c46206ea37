"""What whole rows tell of their cells: required cells, orders of dates, rest days, ids that repeat."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import compress

import numpy as np

from sheetsync.forms.spec import Column, Form
from sheetsync.intake.cell import Doubt
from sheetsync.intake.columns import Typed
from sheetsync.intake.ids import ONE_EACH, IdPattern, next_free
from sheetsync.intake.notebook import Notebook
from sheetsync.intake.records import Records
from sheetsync.model.table import Bools, Ints
from sheetsync.model.value import MOMENTS, Resolution
from sheetsync.text import Text
from sheetsync.worktime import Days, WorkTime

SPANS = (("start", "due"), ("planned_start", "due"), ("held_at", "ended_at"))
"""Fields of which the second must not be before the first."""
ON_WORKDAYS = ("due", "planned_fix_at")
"""Fields that should not fall on a rest day."""
FIVE_ELEMENTS: Mapping[str, frozenset[str]] = {
    "progress": frozenset({"owner", "helpers", "resources", "standard", "due"})
}
"""Required fields that rule E5 judges, and nobody else (spec 7.2)."""
_FAR = np.timedelta64(2 * 366, "D")
_FILL_IN = Text("请补填", "fill it in")
_NEW_ID = Text("请填一个没有用过的编号", "give it an id that is not in use")
_IN_ORDER = Text("核对这两个日期，结束不能早于开始", "check both dates; the end cannot be before the start")


def required(form: Form, typed: Mapping[str, Typed], records: Records) -> Iterator[tuple[int, Doubt, str]]:
    """Yield each record that lacks required cells, with all of them named at once, and the first of them."""
    fields = [
        column
        for column in form.columns
        if column.required
        and not column.machine
        and column.id in records.raw
        and column.id != form.key
        and column.id not in FIVE_ELEMENTS.get(form.id, ())
    ]
    unanswered = [(column, _unanswered(column.id, typed, records)) for column in fields]
    lacking = [(column, lacks) for column, lacks in unanswered if lacks.any()]
    if not lacking:
        return
    fields = [column for column, _ in lacking]
    lacks = np.stack([lacks for _, lacks in lacking], axis=1)
    rows = np.flatnonzero(lacks.any(axis=1))
    # Few distinct combinations exist, however many records there are.
    doubts: dict[tuple[bool, ...], tuple[Doubt, str]] = {}
    for row, pattern in zip(rows.tolist(), map(tuple, lacks[rows].tolist()), strict=True):
        if pattern not in doubts:
            columns = list(compress(fields, pattern))
            doubts[pattern] = _required(columns), columns[0].id
        yield row, *doubts[pattern]


def conditions(form: Form, typed: Mapping[str, Typed], records: Records, note: Notebook) -> None:
    """Note cells that the words of other cells make necessary, such as 修改意见 where 不通过 stands."""
    for column in form.columns:
        if not column.required_when or column.id not in records.raw:
            continue
        lacks = _unanswered(column.id, typed, records)
        for name, words in column.required_when.items():
            if name not in typed:
                continue
            for row in np.flatnonzero(lacks).tolist():
                if typed[name].data[row] not in words:
                    continue
                word = str(typed[name].data[row])
                title = form.column(name).title
                message = Text(f"{title.zh}为“{word}”时必填", f"required where {title.en} is '{word}'")
                note.cell(row, column.id, Doubt("error", message, column.hint or _FILL_IN))


def keys(column: Column, typed: Typed, note: Notebook) -> None:
    """Note ids that are missing, with the next free one, and ids that stand on several records."""
    values = typed.data.tolist()
    if None in values and not column.composed_of:
        empty = np.array([value is None for value in values], dtype=np.bool_) & ~typed.broken
        if empty.any():
            _propose(column, values, empty, note)
    if not column.unique or len(set(values)) == len(values):
        return
    times = Counter(values)
    rows = [row for row, value in enumerate(values) if value is not None and times[value] > 1]
    parts = "、".join(note.found.form.column(part).title.zh for part in column.composed_of)
    english = ", ".join(note.found.form.column(part).title.en for part in column.composed_of)
    groups: dict[str, list[int]] = {}
    for row in rows:
        groups.setdefault(str(typed.data[row]), []).append(row)
    numbers = note.records.rows
    for row in rows:
        others = [str(numbers[other]) for other in groups[str(typed.data[row])][:11] if other != row][:10]
        listed = "、".join(others)
        if column.composed_of:
            message = Text(
                f"与第 {listed} 行重复（{parts}相同）", f"the same as row {', '.join(others)} ({english})"
            )
            note.row(row, Doubt("warning", message), column.composed_of[0])
            continue
        message = Text(f"编号重复，与第 {listed} 行相同", f"the id stands on row {', '.join(others)} too")
        note.cell(row, column.id, Doubt("error", message, ONE_EACH), str(typed.data[row]))


def own_scheme(typed: Typed, patterns: tuple[IdPattern, ...]) -> tuple[Typed, int]:
    """Return an id column without its doubts where most ids follow another scheme, and how many do."""
    if not patterns:
        return typed, 0
    foreign = {
        code
        for code, cell in typed.cells.items()
        if cell.doubt is not None and cell.doubt.kind == "warning" and cell.doubt.suggestion is None
    }
    count = int(np.isin(typed.codes, list(foreign)).sum()) if foreign else 0
    if count < 2 or count * 2 <= len(typed.codes):
        return typed, 0
    cells = {code: cell for code, cell in typed.cells.items() if code not in foreign}
    return replace(typed, cells=cells), count


def order(typed: dict[str, Typed], note: Notebook) -> None:
    """Refuse both cells where an end is before its start."""
    for first, last in SPANS:
        if first not in typed or last not in typed:
            continue
        start, end = typed[first], typed[last]
        ends = end.data.astype("datetime64[us]")
        starts = start.data.astype("datetime64[us]")
        if end.whole_days is not None:  # a day as the end means all of it
            starts = np.where(end.whole_days, starts.astype("datetime64[D]").astype("datetime64[us]"), starts)
        wrong = ends < starts
        for row in np.flatnonzero(wrong).tolist():
            said = [typed[name].in_words(row) for name in (first, last)]
            message = Text(
                f"结束 {said[1]} 早于开始 {said[0]}", f"the end {said[1]} is before the start {said[0]}"
            )
            for name in (first, last):
                note.cell(row, name, Doubt("error", message, _IN_ORDER))
        if wrong.any():
            typed[first], typed[last] = _refused(start, wrong), _refused(end, wrong)


def rest_days(typed: Mapping[str, Typed], worktime: WorkTime, note: Notebook) -> None:
    """Note due dates on rest days, with the nearest working days; make-up working days are none."""
    for name in ON_WORKDAYS:
        if name not in typed:
            continue
        days = typed[name].data.astype("datetime64[D]")
        rest = ~np.isnat(days) & ~worktime.is_workday(days)
        rows = np.flatnonzero(rest)
        if not len(rows):
            continue
        doubts = _rest_doubts(days, rows, worktime)
        for (row, doubt), said in zip(doubts, typed[name].said(rows), strict=True):
            note.cell(row, name, doubt, said)
    for name, column in typed.items():
        if column.kind == "resolutions":
            _resolution_rest_days(name, column, worktime, note)


def far_dates(form: Form, typed: Mapping[str, Typed], anchor: Days, note: Notebook) -> None:
    """Note dates more than two years from the date of their row."""
    for name, column in typed.items():
        if column.kind not in MOMENTS or name in form.anchors:
            continue
        days = column.data.astype("datetime64[D]")
        far = np.abs(days - anchor) > _FAR  # what is not known is not far
        for row in np.flatnonzero(far).tolist():
            message = Text(
                f"离本行日期 {anchor[row]} 超过两年", f"more than two years from the row's date {anchor[row]}"
            )
            note.cell(row, name, Doubt("warning", message), column.in_words(row))


def _unanswered(name: str, typed: Mapping[str, Typed], records: Records) -> Bools:
    """Return where a cell is blank, or says 无 where that is no answer."""
    blank = records.blank[name]
    if name not in typed:
        return blank
    empty = typed[name].rows_where(lambda cell: cell.empty)
    if not len(empty):
        return blank
    unanswered = blank.copy()
    unanswered[empty] = True
    return unanswered


def _required(columns: list[Column]) -> Doubt:
    zh = "、".join(column.title.zh for column in columns)
    en = ", ".join(column.title.en for column in columns)
    return Doubt("warning", Text(f"必填未填：{zh}", f"required but empty: {en}"))


def _propose(column: Column, values: Sequence[object], empty: Bools, note: Notebook) -> None:
    taken = {value for value in values if isinstance(value, str)}
    good = IdPattern.of(column.pattern, column.example).regex if column.pattern else None
    after: str | None = next(
        (v for v in values if isinstance(v, str) and (good is None or good.fullmatch(v))), None
    )
    for row, value in enumerate(values):
        if not empty[row]:
            if isinstance(value, str) and (good is None or good.fullmatch(value)):
                after = value
            continue
        free = next_free(after, taken, column.example)
        suggestion = _NEW_ID
        if free is not None:
            taken.add(free)
            after = free
            suggestion = Text(f"可用 {free}", f"{free} is free")
        message = Text("有内容但没有编号", "the row has content and no id")
        note.cell(row, column.id, Doubt("error", message, suggestion))


def _rest_doubts(days: Days, rows: Ints, worktime: WorkTime) -> Iterator[tuple[int, Doubt]]:
    distinct, places = np.unique(days[rows], return_inverse=True)
    before, after = worktime.previous_workday(distinct), worktime.next_workday(distinct)
    doubts = [
        _rest_doubt(day, earlier, later, worktime.day_label(day))
        for day, earlier, later in zip(distinct.tolist(), before.tolist(), after.tolist(), strict=True)
    ]
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        yield row, doubts[place]


def _rest_doubt(day: date, before: date, after: date, label: Text) -> Doubt:
    message = Text(f"截止日为休息日：{day} 是{label.zh}", f"due on a rest day: {day} ({label.en})")
    return Doubt("warning", message, Text(f"改为 {before} 或 {after}", f"use {before} or {after}"))


def _resolution_rest_days(name: str, column: Typed, worktime: WorkTime, note: Notebook) -> None:
    places: list[tuple[int, Resolution]] = [
        (row, resolution) for row, found in enumerate(column.data) for resolution in found or ()
    ]
    days = np.array([node.due.at for _, node in places], dtype="datetime64[D]")
    rest = np.flatnonzero(~worktime.is_workday(days))
    for place, doubt in _rest_doubts(days, rest, worktime):
        row, resolution = places[place]
        message = Text(
            f"第 {resolution.number} 条{doubt.message.zh}", f"item {resolution.number}: {doubt.message.en}"
        )
        note.cell(row, name, replace(doubt, message=message), str(days[place]))


def _refused(typed: Typed, wrong: Bools) -> Typed:
    values = typed.data.copy()
    values[wrong] = np.datetime64("NaT")
    return replace(typed, data=values, broken=typed.broken | wrong)
