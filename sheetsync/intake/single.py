"""Reads one text as if it stood in a cell of another table, such as the new value in a change request."""

from datetime import date

from sheetsync.intake.dated import end_meant
from sheetsync.intake.days import Anchor
from sheetsync.intake.ids import year_of
from sheetsync.intake.numbers import read_percent
from sheetsync.intake.readers import ANCHORED, Readers, anchored_reader
from sheetsync.intake.shown import in_words
from sheetsync.model.table import RawValue, Table
from sheetsync.model.value import Reading


def read_as(
    readers: Readers, table: Table, field: str, position: int, typed: RawValue, day: date | None
) -> Reading | None:
    """Read what somebody typed elsewhere as the cell of a record.

    Args:
        readers: The readers of the run.
        table: The table.
        field: The field, one of the form's.
        position: Position of the record, from 0.
        typed: What was typed.
        day: What a date may count from that leaves something out; the year in the record's id when None.

    Returns:
        The reading, None where it cannot be read.
    """
    form = readers.catalogue.forms[table.form]
    column = form.column(field)
    if column.kind in ANCHORED:
        key = table.frame[form.key].iloc[position] if form.key in table.frame.columns else None
        anchor = Anchor(day=day) if day is not None else Anchor(year=year_of(key))
        cell = anchored_reader(column.kind, end_meant(form, field))(typed, anchor)
    elif column.kind == "percent":
        cell = read_percent(typed)
    else:
        cell = readers.reader(column)(typed)
    if cell.broken:
        return None
    words = in_words(column.kind, cell.value, whole_day=cell.whole_day)
    doubt = cell.doubt if cell.doubt is not None and cell.doubt.kind != "info" else None
    return Reading(
        value=cell.value,
        whole_day=cell.whole_day,
        words=words,
        doubt=None if doubt is None else doubt.message,
    )
