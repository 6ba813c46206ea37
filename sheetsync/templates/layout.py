"""Where things stand on a form's tab: title rows, header, columns and rows. Arithmetic, no file format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheetsync.forms.spec import Column, Form
from sheetsync.model.edit import EngineColumn
from sheetsync.model.value import Kind
from sheetsync.text import Language, Text, same

TITLE_ROW = 0
LEGEND_ROW = 1
HEADER_ROW = 2
FIRST_ROW = 3
"""Rows count from 0 here, as the writer does."""

_WIDEST_OF_OURS = 44
"""On a printed page; people widen the column where they read long notes."""

_OURS = Text("（系统）", " (system)")
"""What tells our column from people's of the same title; as on workbooks that we did not make."""

ENGINE_TITLES = {
    "status": Text("预警状态", "Status"),
    "note": Text("预警说明", "Status note"),
    "since": Text("预警时间", "Status since"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One column of a tab.

    Args:
        index: Column number, from 0.
        field: The form's field, the title of an open column, or the engine's own name.
        title: The header.
        kind: What the cells hold.
        width: In characters of the default font.
        required: People must fill it.
        engine: The engine fills it.
        vocabulary: Name of the word list, if any.
        hint: Shown when a cell is selected.
        column: The form's column, None for open and engine columns.
    """

    index: int
    field: str
    title: str
    kind: Kind
    width: float
    required: bool = False
    engine: bool = False
    vocabulary: str | None = None
    hint: Text | None = None
    column: Column | None = None

    @property
    def is_live(self) -> bool:
        """True where a formula stands."""
        return self.column is not None and self.column.is_live


def engine_columns(language: Language) -> tuple[EngineColumn, ...]:
    """Return our three columns as every workbook gets them, template or not."""
    titles = {name: title.say(language) for name, title in ENGINE_TITLES.items()}
    return (
        EngineColumn(name="status", title=titles["status"], width=11),
        EngineColumn(name="note", title=titles["note"], width=60, sentence=True),
        EngineColumn(name="since", title=titles["since"], width=17, kind="datetime"),
    )


def slots(form: Form, language: Language, open_titles: Sequence[str] = ()) -> tuple[Slot, ...]:
    """Lay out the columns of a form's tab from left to right, ours last; a support sheet has none of ours.

    Args:
        form: The form.
        language: The language of the headers.
        open_titles: Headers of the open columns; those of the form when empty.
    """
    return tuple(_slots(form, language, open_titles))


def _slots(form: Form, language: Language, open_titles: Sequence[str]) -> Iterator[Slot]:
    index = 0
    for column in form.shown:
        yield Slot(
            index=index,
            field=column.id,
            title=column.title.say(language),
            kind=column.kind,
            width=column.width,
            required=column.required,
            vocabulary=column.vocabulary,
            hint=column.hint,
            column=column,
        )
        index += 1
    if form.open_columns is not None:
        for title in open_titles or form.open_columns.titles:
            yield Slot(
                index=index,
                field=title,
                title=title,
                kind=form.open_columns.kind,
                width=form.open_columns.width,
                vocabulary=form.open_columns.vocabulary,
                hint=form.open_columns.hint,
            )
            index += 1
    if form.is_support:
        return
    hint = Text("由系统填写，请勿手工修改", "Filled in by the engine; please leave it")
    theirs = {column.title.say(language) for column in form.shown}
    for ours in engine_columns(language):
        yield Slot(
            index=index,
            field=ours.name,
            title=ours.title + _OURS.say(language) if ours.title in theirs else ours.title,
            kind="datetime" if ours.kind == "datetime" else "long" if ours.sentence else "text",
            width=min(ours.width, _WIDEST_OF_OURS),
            engine=True,
            vocabulary="alert_state" if ours.name == "status" else None,
            hint=hint,
        )
        index += 1


def sheet_name(form: Form, language: Language) -> str:
    """Return the tab's name: the form's title without what Excel forbids, at most 31 characters."""
    title = form.title.say(language)
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in title).strip("'")[:31]


def quoted(name: str) -> str:
    """Return a tab's name as references write it."""
    return "'" + name.replace("'", "''") + "'"


LEGEND = Text(
    "表头带 * 为必填，带 ƒ 为自动计算，紫色由系统填写。",
    "* is required, ƒ a formula; the engine fills purple.",
)

WORDS_SHEET = Text("词表", "Words")
GUIDE_SHEET = Text("填写说明", "How to fill in")
EMPTY = same("")
