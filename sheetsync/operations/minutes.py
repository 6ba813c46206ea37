"""`minutes`: rows of the minutes form to printable pages. The workbook is only read."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sheetsync.errors import UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.table import Table
from sheetsync.model.value import Resolution
from sheetsync.operations.naming import plain
from sheetsync.ports import TableReader
from sheetsync.templates.minutes import Action, Minutes
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

_DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class _Record:
    """One row of a table."""

    table: Table
    index: int

    def text(self, field: str) -> str:
        """Return a cell as somebody typed it; a date as people write dates."""
        value = self.value(field)
        if isinstance(value, pd.Timestamp):
            return _moment(value, whole=bool(self.table.whole_days[field][self.index]))
        raw = self.table.raw[field][self.index] if field in self.table.raw else ""
        return str(raw).strip()

    def value(self, field: str) -> Any:  # noqa: ANN401 - whatever the frame holds
        """Return what a cell was read as, None for what is missing or could not be read."""
        if field not in self.table.frame:
            return None
        value = self.table.frame[field].iloc[self.index]
        return value if isinstance(value, tuple) or not pd.isna(value) else None

    def several(self, field: str) -> tuple[str, ...]:
        """Return the items of a cell; all of it as one where it was not read as a list."""
        value = self.value(field)
        if isinstance(value, tuple):
            return tuple(map(str, value))
        text = self.text(field)
        return (text,) if text else ()

    def broken(self, field: str) -> bool:
        """Tell whether a cell holds something that could not be read."""
        return field in self.table.broken and bool(self.table.broken[field][self.index])


def minutes_of(
    reader: TableReader, keys: Sequence[str], catalogue: Catalogue, *, worktime: WorkTime
) -> tuple[Minutes, ...]:
    """Return the meetings of a workbook as their pages show them.

    Args:
        reader: Where the workbook is.
        keys: Ids of meetings, in any spelling that intake understands; all meetings when empty.
        catalogue: Forms and vocabularies.
        worktime: The project's calendar.

    Returns:
        In the order asked for, else in that of the sheet; an id that stands twice gives two.

    Raises:
        UsageError: The workbook has no minutes, or none of that id; the nearest is named.
        InputRefusedError: The workbook cannot be read safely.
    """
    # Nothing but these is typed. Asking for these forms only would take other sheets for them.
    fields = {
        name: frozenset(column.id for column in catalogue.forms[name].columns)
        for name in ("minutes", "notice", "resolutions")
    }
    reading = interpret(reader.read(), catalogue, worktime=worktime, fields=fields)
    meetings = _by_id(reading.tables, "minutes", "meeting_id")
    if not meetings:
        raise UsageError(
            Text("没有找到会议纪要。", "There are no minutes in it."),
            why=Text(
                "没有表头像“会议编号、会议主题、会议时间……”的表，或表里没有记录。",
                "No sheet has headers such as meeting ID, subject and time, or it has no records.",
            ),
            fix=Text(
                "sheetsync new minutes 可以生成会议纪要表。", "sheetsync new minutes makes such a sheet."
            ),
        )
    wanted = [_found(key, meetings) for key in keys] or list(meetings)
    notices = _by_id(reading.tables, "notice", "meeting_id")
    kept = _by_id(reading.tables, "resolutions", "source")
    return tuple(
        _minutes(record, notices.get(key, [None])[0], kept.get(key, ()))
        for key in dict.fromkeys(wanted)
        for record in meetings[key]
    )


def _by_id(tables: Sequence[Table], form: str, field: str) -> Mapping[str, list[_Record]]:
    found: dict[str, list[_Record]] = {}
    for table in tables:
        if table.form == form and field in table.frame:
            for index in range(len(table)):
                record = _Record(table, index)
                found.setdefault(plain(str(record.value(field) or record.text(field))), []).append(record)
    found.pop("", None)
    return found


def _found(key: str, meetings: Mapping[str, object]) -> str:
    wanted = plain(key)
    if wanted in meetings:
        return wanted
    near = difflib.get_close_matches(wanted, meetings, n=1)
    raise UsageError(
        Text(f"没有编号为“{key}”的会议。", f"There is no meeting '{key}'."),
        fix=Text(f"最接近的是 {near[0]}。", f"The nearest is {near[0]}.") if near else None,
    )


def _minutes(record: _Record, notice: _Record | None, kept: Sequence[_Record]) -> Minutes:
    form = record.text("meeting_form")
    place = notice.text("place") if notice else ""
    both = f"{place}（{form}）" if record.table.language == "zh" else f"{place} ({form})"
    return Minutes(
        id=record.text("meeting_id"),
        subject=record.text("subject"),
        kind=record.text("meeting_type"),
        held=_held(record),
        place=both if place and form else place or form,
        chair=record.text("chair"),
        recorder=record.text("recorder"),
        present=record.text("participants"),
        participants=record.several("participants"),
        absent=record.text("absent"),
        agenda=record.several("agenda"),
        discussion=record.several("discussion"),
        progress=record.text("department_progress"),
        disputes=record.text("disputes"),
        actions=tuple(map(_kept, kept)) if kept else tuple(_agreed(record)),
        as_written=record.text("resolutions") if not kept and record.broken("resolutions") else "",
        unresolved=record.several("unresolved"),
        follow_up=record.several("follow_up"),
        next_actions=record.several("next_actions"),
        sent=record.text("minutes_sent_at"),
        signers=record.several("signers"),
        signed=record.text("signed_at"),
    )


def _kept(record: _Record) -> Action:
    """Return a resolution from the sheet that people keep of them."""
    return Action(
        content=record.text("content"),
        owner=record.text("owner"),
        due=record.text("due"),
        state=record.text("state"),
    )


def _agreed(record: _Record) -> Iterator[Action]:
    """Yield the resolutions that stand in the text of the minutes, in its own words."""
    agreed = record.value("resolutions")
    text = record.text("resolutions")
    for one in agreed if isinstance(agreed, tuple) else ():
        if isinstance(one, Resolution):
            due = _moment(pd.Timestamp(one.due.at), whole=one.due.whole_day)
            yield Action(content=_written(one.action, text), owner=_written(one.actor, text), due=due)


def _written(words: str, text: str) -> str:
    """Return words as they stand in a text: reading them has dropped the spaces."""
    found = re.search(r"\s*".join(map(re.escape, words)), text)
    return found[0] if found else words


def _held(record: _Record) -> str:
    begins, ends = record.value("held_at"), record.value("ended_at")
    if not isinstance(begins, pd.Timestamp):
        return record.text("held_at")
    said = f"{begins:%Y-%m-%d}"
    if record.table.language == "zh":
        said += f"（周{_DAYS[begins.weekday()]}）"
    if not record.table.whole_days["held_at"][record.index]:
        said += f" {begins:%H:%M}"
    if isinstance(ends, pd.Timestamp):
        said += f"–{ends:%H:%M}" if ends.date() == begins.date() else f" – {ends:%Y-%m-%d %H:%M}"
    return said


def _moment(value: pd.Timestamp, *, whole: bool) -> str:
    return value.strftime("%Y-%m-%d" if whole or value == value.normalize() else "%Y-%m-%d %H:%M")
