"""The cell that a change request means: one record, one column, and whether it may be written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetsync.forms.spec import Column, Form
from sheetsync.model.value import RawValue
from sheetsync.rules.agreed import CHANGES, RefusedError
from sheetsync.rules.rows import Book, Rows, state_column
from sheetsync.rules.shown import folded_name
from sheetsync.text import Text


@dataclass(frozen=True, eq=False)
class Target:
    """A cell that a change speaks of.

    Args:
        rows: Its table.
        position: Position of its record, from 0.
        field: Its field.
        here: False where it stands in another document.
    """

    rows: Rows
    position: int
    field: str
    here: bool = True

    @property
    def column(self) -> Column:
        """The form's column."""
        return self.rows.form.column(self.field)

    @property
    def place(self) -> tuple[int, int, str]:
        """What tells it from other cells."""
        return id(self.rows), self.position, self.field

    @property
    def named(self) -> Text:
        """The cell in words."""
        key, title = self.rows.keys[self.position], self.rows.title(self.field)
        return Text(f"{key} 的“{title}”", f"'{title}' of {key}")

    @property
    def raw(self) -> RawValue:
        """The cell as typed; the empty text where nothing can be seen in it."""
        raw = self.rows.table.raw[self.field][self.position]
        return "" if isinstance(raw, str) and not raw.strip() else raw

    @property
    def row(self) -> int:
        """Its row number."""
        return int(self.rows.table.rows[self.position])

    @property
    def number(self) -> int:
        """Its column number."""
        return self.rows.table.places[self.field].number


Records = Mapping[str, Sequence[tuple[Rows, int]]]
"""Where the records with an id stand: table and position."""


def records(book: Book, tables: Iterable[Rows]) -> Records:
    """Return where the records that a change may speak of stand in some tables."""
    forms = book.catalogue.forms[CHANGES].column("task_id").refers_to
    found: dict[str, list[tuple[Rows, int]]] = defaultdict(list)
    for rows in tables:
        if rows.form.id in forms and rows.table.exploded_from is None:
            for place, key in enumerate(rows.keys.tolist()):
                if key is not None:
                    found[key].append((rows, place))
    return found


def only_record(task: str, here: Records, beside: Records) -> tuple[Rows, int, bool]:
    """Return where the only record with an id stands: table, position, and whether that is in this document.

    Raises:
        RefusedError: It stands nowhere, or twice.
    """
    own = here.get(task, ())
    found = own or beside.get(task, ())
    if not found:
        raise RefusedError(Text(f"没有找到任务 {task}", f"there is no task {task}"))
    if len(found) > 1:
        raise RefusedError(
            Text(f"任务 {task} 有 {len(found)} 行，分不出是哪一行", f"task {task} has {len(found)} rows")
        )
    return (*found[0], bool(own))


def field_meant(rows: Rows, said: str) -> str:
    """Return the one column that a header means: as written on the sheet, else by the form's names.

    Raises:
        RefusedError: There is none, or more than one.
    """
    own = [name for name in rows.table.places if rows.form.has(name) and not _read_elsewhere(rows, name)]
    wanted = folded_name(said)
    written = [name for name in own if folded_name(rows.title(name)) == wanted]
    named = [column.id for column in rows.form.columns if wanted in map(folded_name, _names(column))]
    found = written or [name for name in named if name in own]
    twice = wanted in map(folded_name, rows.table.unread)
    if len(found) == 1 and not twice:
        return found[0]
    sheet = rows.table.sheet
    if found:
        raise RefusedError(
            Text(f"“{said}”在“{sheet}”里对应多列", f"'{said}' means several columns of '{sheet}'")
        )
    if any(_read_elsewhere(rows, name) for name in named):
        source = rows.title(named[0])
        raise RefusedError(
            Text(
                f"“{sheet}”没有“{said}”这一列，它由“{source}”读出",
                f"'{sheet}' has no column '{said}'; it is read from '{source}'",
            )
        )
    raise RefusedError(Text(f"“{sheet}”没有“{said}”这一列", f"'{sheet}' has no column '{said}'"))


def _read_elsewhere(rows: Rows, name: str) -> bool:
    """Tell whether a field has no column of its own and is read out of another one."""
    derive = rows.form.column(name).derive
    places = rows.table.places
    if derive is None or name not in places or derive.source not in places:
        return False
    return places[name].number == places[derive.source].number


def _names(column: Column) -> Iterator[str]:
    yield from (column.title.zh, column.title.en)
    yield from column.synonyms


def barred(cell: Target) -> Text | None:
    """Return why a column is never written, None where it may be."""
    form, column = cell.rows.form, cell.column
    said: Text | None = None
    if not cell.here:
        said = Text("在另一个工作簿里", "stands in another workbook")
    elif column.id == form.key or column.kind == "id":
        said = Text("是编号", "is an id")
    elif _computed(form, column):
        said = Text("由系统推算", "is worked out by the engine")
    elif (state := state_column(form, cell.rows.book.catalogue)) is not None and state.id == column.id:
        said = Text("由负责人填写，不随变更改动", "is the owner's to set, not a change's")
    elif column.id in form.anchors:
        said = Text("是行内其他日期的起点", "is what other dates of the row count from")
    elif column.derive is not None and cell.raw == "":
        source = cell.rows.title(column.derive.source)
        said = Text(f"为空，由“{source}”读出", f"is empty and read from '{source}'")
    return None if said is None else Text(cell.named.zh + said.zh, f"{cell.named.en} {said.en}")


def _computed(form: Form, column: Column) -> bool:
    return column.difference is not None or (
        column.machine and column.derive is None and form.key != column.id
    )
