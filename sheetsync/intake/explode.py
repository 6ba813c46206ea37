"""Records that stand in a text of another form: a row for each resolution and each commitment."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.intake.coded import Coded
from sheetsync.intake.columns import Evidence, Typed, read_anchored, read_distinct
from sheetsync.intake.commitments import may_commit, read_commitments
from sheetsync.intake.dates import NO_ANCHOR
from sheetsync.intake.ids import year_of
from sheetsync.intake.normalise import cell_address
from sheetsync.model.finding import Problem
from sheetsync.model.table import Ints, Place, RawValue, Table
from sheetsync.model.value import Resolution
from sheetsync.worktime import Days

SOURCE, DUE = "source", "due"
"""Fields that every form read out of another one's text fills, beside its key, name and owner."""
_NUMBERED = re.compile(r"(-[A-Z]*)(\d+)$")


def exploded(texts: Sequence["HeldText"]) -> list[Table]:
    """Return tables of the records that stand in texts.

    Args:
        texts: The columns of texts, as `held_texts` finds them.

    Returns:
        A table for each text column, with the key, what is to be done, by whom, until when and the key of the
        record it was read from. `rows` repeats where a record holds several; every field's place is the text.
    """
    return [_table(text) for text in texts]


def damaged(texts: Sequence["HeldText"]) -> Iterator[Problem]:
    """Yield the time limits in free text that are damaged: `今日12:前`; all else in free text is right."""
    for text in texts:
        source, read = text.table, text.read
        rows = read.rows_where(lambda cell: cell.doubt is not None).tolist()
        owners = text.owners() if rows else []
        for row in rows:
            doubt = read.cells[int(read.codes[row])].doubt
            if doubt is None:
                continue
            place, number = text.place, int(source.rows[row])
            yield Problem(
                sheet=source.sheet,
                row=number,
                cell=cell_address(number, place.number),
                column=place.title,
                raw=source.raw[text.field][row],
                kind=doubt.kind,
                message=doubt.message,
                suggestion=doubt.suggestion,
                owner=owners[row],
                table=source.id,
            )


@dataclass(frozen=True)
class HeldText:
    """A column of texts with records of another form in them.

    Args:
        held: The form whose records stand in it.
        table: The table it stands in.
        form: That table's form.
        field: The column.
    """

    held: Form
    table: Table
    form: Form
    field: str

    @property
    def place(self) -> Place:
        """Where the column stands."""
        return self.table.places[self.field]

    @cached_property
    def read(self) -> Typed:
        """What the texts hold: for each record a tuple of `Resolution`."""
        count = len(self.table)
        if self.form.column(self.field).kind == "resolutions":  # read with all the rest
            none = np.zeros(count, dtype=np.bool_)
            codes = np.arange(count, dtype=np.int64)
            data = self.table.columns[self.field]
            return Typed(kind="resolutions", data=data, broken=none, cells={}, codes=codes)
        coded = Coded.of(self.table.raw[self.field])
        first = read_distinct(coded, _plain, partial(read_commitments, anchor=NO_ANCHOR))
        evidence = Evidence(days=self._days, years=self._years, near=_nobody_knows)
        return read_anchored("resolutions", coded, read_commitments, first, evidence)

    def keys(self) -> list[str | None]:
        """Return the key of each record."""
        return self._words(self.form.key)

    def owners(self) -> list[str | None]:
        """Return the person that each record names as responsible."""
        return self._words(self.form.owner or "")

    def asides(self) -> Sequence[str | None]:
        """Return the department beside that person."""
        return self.table.asides.get(self.form.owner or "") or [None] * len(self.table)

    def _words(self, field: str) -> list[str | None]:
        if field not in self.table.columns:
            return [None] * len(self.table)
        return [value if isinstance(value, str) else None for value in self.table.columns[field].tolist()]

    def _days(self) -> Days:
        """Return the day that relative dates of each record count from; NaT where it has none."""
        days: Days = np.full(len(self.table), np.datetime64("NaT", "D"))
        for name in self.form.anchors:
            if name in self.table.columns:
                own = self.table.columns[name].astype("datetime64[D]")
                days = np.where(np.isnat(days), own, days)
        return days

    def _years(self, rows: Ints) -> Ints:
        """Return the year in the key of some records, 0 where it has none."""
        if self.form.key not in self.table.columns:
            return np.zeros(len(rows), dtype=np.int64)
        keys = self.table.columns[self.form.key][rows]
        return np.fromiter((year_of(key) or 0 for key in keys), dtype=np.int64, count=len(rows))


def held_texts(tables: Sequence[Table], catalogue: Catalogue) -> list[HeldText]:
    """Return, for each form that is not kept by hand, every column that its records stand in.

    Args:
        tables: The tables of a document.
        catalogue: The forms; those with `explodes` tell in which texts their records stand.
    """
    kept = {table.form for table in tables}
    return [
        HeldText(form, table, catalogue.forms[explode.form], explode.field)
        for form in catalogue.forms.values()
        if form.id not in kept
        for explode in form.explodes
        for table in tables
        if table.form == explode.form and explode.field in table.raw
    ]


def _table(text: HeldText) -> Table:
    """Return the records that the texts of one column hold."""
    form, source, read = text.held, text.table, text.read
    found: list[tuple[int, Resolution]] = [
        (row, one) for row, held in enumerate(read.data.tolist()) if held for one in held
    ]
    at = np.fromiter((row for row, _ in found), dtype=np.int64, count=len(found))
    nothing: list[str | None] = []
    all_keys, owners = (text.keys(), text.owners()) if found else (nothing, nothing)
    asides = text.asides() if found else nothing
    keys = [all_keys[row] for row, _ in found]
    values: dict[str, npt.NDArray[Any]] = {
        form.key: _objects(_ids(form, keys, [one.number for _, one in found])),
        SOURCE: _objects(keys),
        form.name: _objects([one.action or None for _, one in found]),
        form.owner or "": _objects([one.actor or owners[row] for row, one in found]),
        DUE: np.array([one.due.at for _, one in found], dtype="datetime64[us]"),
    }
    # A project may have a form of its own, with fewer fields.
    columns = {name: data for name, data in values.items() if form.has(name)}
    cells = [source.raw[text.field][row] for row in at.tolist()]
    return Table(
        form=form.id,
        sheet=source.sheet,
        language=source.language,
        columns=columns,
        rows=source.rows[at],
        whole_days={DUE: np.array([one.due.whole_day for _, one in found], dtype=np.bool_)},
        raw=dict.fromkeys(columns, cells),
        broken={name: np.zeros(len(found), dtype=np.bool_) for name in columns},
        places=dict.fromkeys(columns, text.place),
        header_row=source.header_row,
        last_row=source.last_row,
        last_column=source.last_column,
        asides={form.owner: [None if one.actor else asides[row] for row, one in found]} if form.owner else {},
        exploded_from=source.form,
    )


def _ids(form: Form, keys: Sequence[str | None], numbers: Sequence[int]) -> list[str | None]:
    """Return the keys of the records: the source's with the item's number, as the form's example shows it."""
    example = _NUMBERED.search(form.column(form.key).example or "")
    between, width = (example[1], len(example[2])) if example else ("-", 2)
    return [
        None if key is None else f"{key}{between}{number:0{width}d}"
        for key, number in zip(keys, numbers, strict=True)
    ]


def _plain(raws: Sequence[RawValue]) -> list[object]:
    """Return () for texts that cannot hold a time limit, None for those that must be read."""
    return [None if isinstance(raw, str) and may_commit(raw) else () for raw in raws]


def _nobody_knows() -> None:
    """Return no typical date: a promise is dated by its own row or not at all."""


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
