"""What a form is: columns, kinds, words, synonyms. One definition drives template, intake and rules."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.model.value import Kind
from sheetsync.text import Text, same


def _text(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read `{zh: …, en: …}`, or one text that serves both languages."""
    if isinstance(value, str):
        return Text(value, value)
    if (
        isinstance(value, dict)
        and set(value) == {"zh", "en"}
        and all(isinstance(v, str) for v in value.values())
    ):
        return Text(value["zh"], value["en"])
    if isinstance(value, Text):
        return value
    raise WrongValueError(
        Text("中英文都要写：{zh: …, en: …}", "needs both wordings: {zh: …, en: …}"),
    )


class Spec(BaseModel):
    """Base of everything that is read from a spec file: frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Wording(Spec):
    """A text in both languages, as files have it.

    Args:
        zh: In Chinese.
        en: In English.
    """

    zh: str
    en: str


Words = Annotated[Text, BeforeValidator(_text, json_schema_input_type=str | Wording)]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


Look = Literal["late", "risk", "soon", "normal", "done", "faulty"]
"""Names of the palette's styles, as forms may give them to words."""


class Word(Spec):
    """One standard word of a vocabulary.

    Args:
        zh: The standard word.
        en: Its English counterpart.
        synonyms: What people type instead; compared without regard to case, width and spaces.
        finished: True for a state in which nothing is left to do: rules of time no longer run.
        paused: True for a state in which the work rests: nobody expects progress, news or the due time of it.
        look: How a fresh workbook colours cells with this word, before any run; None for plain.
    """

    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    finished: bool = False
    paused: bool = False
    look: Look | None = None


class Doubtful(Spec):
    """A way of writing that is understood but not accepted as it is.

    Args:
        pattern: Regular expression over the whole normalised cell.
        read_as: The standard word it is taken for, or None when it says nothing about this column.
        kind: How severe the problem is.
        message: What the person is told.
    """

    pattern: str
    read_as: str | None = None
    kind: Literal["error", "warning", "info"]
    message: Words


class Vocabulary(Spec):
    """The words a column may hold.

    Args:
        title: What the list is called on the vocabulary tab.
        words: Standard words in their natural order.
        doubtful: Ways of writing with a doubt, tried after the words.
        open: True when other words are fine too (departments of a company we do not know yet).
    """

    title: Words
    words: tuple[Word, ...]
    doubtful: tuple[Doubtful, ...] = ()
    open: bool = False


class Derive(Spec):
    """A field that may be read out of another one when its own cell is empty.

    Args:
        source: The field to read from, of kind `milestones`.
        take: Which of its moments: the start (first) or the end (last).
    """

    source: FieldName
    take: Literal["start", "end"]


class WorkdaysLeft(Spec):
    """Working days from today to a date, by the 工作日历 tab; negative once it has passed.

    Args:
        kind: Always `workdays_left`.
        until: The field of the date.
        state: The field of the state; nothing is left where it is a finished or a paused one.
    """

    kind: Literal["workdays_left"]
    until: FieldName
    state: FieldName | None = None


class Filled(Spec):
    """How many of some fields are filled, such as the five elements of a sub-task (spec 7.2).

    Args:
        kind: Always `filled`.
        fields: The fields.
    """

    kind: Literal["filled"]
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=20)]


class RaciCheck(Spec):
    """Whether the open columns of the row hold exactly one A and at least one R (spec Q01, Q02).

    Args:
        kind: Always `raci`.
    """

    kind: Literal["raci"]


class DayCount(Spec):
    """What a day of the 工作日历 adds to the working days of an ordinary week: 1, 0 or -1.

    Args:
        kind: Always `day_count`.
        day: The field of the day.
        kind_of_day: The field that says what kind of day it is.
    """

    kind: Literal["day_count"]
    day: FieldName
    kind_of_day: FieldName


Live = Annotated[WorkdaysLeft | Filled | RaciCheck | DayCount, Field(discriminator="kind")]
"""What a template shows as a formula, so that it is right before any run."""


class Column(Spec):
    """One column of a form.

    Args:
        id: Name in code, rules and JSON Schema.
        title: Header.
        synonyms: Other headers people use for it.
        kind: What its cells hold (`model.value`).
        required: True when a record without it is incomplete.
        required_when: When it is required though not always: a column of words, and the words.
        machine: True for what people need not type: read out of other columns, stamped or computed.
        vocabulary: For kind `word`, and for departments: the list of words.
        pattern: For ids: regular expression of the canonical id.
        unique: No two records may share it.
        max_length: Longest text in characters; quotes and spaces at both ends do not count.
        refers_to: Forms whose key this is.
        derive: Where to read it from when the cell is empty.
        difference: Two percent fields; the template shows first minus second as a live formula.
        planned_over: For a difference: start and due; where nobody typed the first of the two percentages, it
            is the share of the working days between these that have ended.
        live: What the template computes here by a formula.
        people_of: For a person: the field of the department whose people the dropdown offers.
        composed_of: For the key of a form without ids: the fields that together tell one record from another.
            Such a column stands on no sheet.
        width: Column width in characters of the default font.
        hint: Shown when the cell is selected.
        example: Shown on the 填写说明 tab.
    """

    id: FieldName
    title: Words
    synonyms: tuple[str, ...] = ()
    kind: Kind
    required: bool = False
    required_when: dict[FieldName, tuple[str, ...]] = {}
    machine: bool = False
    vocabulary: str | None = None
    pattern: str | None = None
    unique: bool = False
    max_length: int | None = None
    refers_to: tuple[str, ...] = ()
    derive: Derive | None = None
    difference: tuple[FieldName, FieldName] | None = None
    planned_over: tuple[FieldName, FieldName] | None = None
    live: Live | None = None
    people_of: FieldName | None = None
    composed_of: tuple[FieldName, ...] = ()
    width: float = 14
    hint: Words | None = None
    example: str | None = None

    @property
    def is_live(self) -> bool:
        """True where a template shows a formula."""
        return self.difference is not None or self.live is not None


class OpenColumns(Spec):
    """Columns beyond the named ones, such as one per department in a RACI matrix.

    Args:
        kind: What their cells hold.
        vocabulary: The list of words.
        titles: The headers a new template starts with.
        hint: Shown when a cell is selected.
        width: Column width.
    """

    kind: Kind
    vocabulary: str | None = None
    titles: tuple[str, ...]
    hint: Words | None = None
    width: float = 9


class Explode(Spec):
    """Where the records of a form stand when nobody keeps a sheet of it: in a text of another form.

    Args:
        form: The other form.
        field: Its column: of kind `resolutions`, or free text with commitments in it.
    """

    form: str
    field: FieldName


Stage = Literal[
    "initiation", "kickoff", "execution", "meetings", "issues", "changes", "acceptance", "retro", "support"
]
"""Where in the life of a project a form is filled (spec SM11)."""


class Life(Spec):
    """A form's place in the life of a project: its tab stands there, and the cover says who fills it when.

    Args:
        stage: The part of the project's life.
        who: Who fills it.
        when: When they do.
        order: Lower ones come first within a stage, those alike by their codes.
    """

    stage: Stage
    who: Words
    when: Words
    order: int = 0


class Form(Spec):
    """One form.

    Args:
        id: Name on the command line.
        code: Number in the catalogue, such as `F01`.
        title: Sheet name and heading.
        synonyms: Other names of the form.
        purpose: One sentence for the 填写说明 tab.
        life: Its place in the life of a project; after all stages where not given.
        key: The field that identifies a record.
        name: The field that tells a person which record it is.
        owner: The field of the one person responsible, if the form has one.
        department: The field of the department a record counts for, if any.
        anchors: Fields that relative dates of a row count from, best first.
        columns: The columns in their order.
        open_columns: What other columns hold, where a form may grow sideways.
        telltale: Columns of which one must be there for a sheet to be this form: names and departments alone
            are no directory.
        explodes: Texts of other forms that its records are read from when no sheet of it is kept.
        internal: True for records that only ever stand in such texts: no template, no sheet of their own.
        sample: The seed's rows: field to cell as a person types it; open columns by their title.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    code: str
    title: Words
    synonyms: tuple[str, ...] = ()
    purpose: Words
    life: Life | None = None
    key: FieldName
    name: FieldName
    owner: FieldName | None = None
    department: FieldName | None = None
    anchors: tuple[FieldName, ...] = ()
    columns: tuple[Column, ...]
    open_columns: OpenColumns | None = None
    telltale: tuple[FieldName, ...] = ()
    explodes: tuple[Explode, ...] = ()
    internal: bool = False
    sample: tuple[dict[str, str | int | float], ...] = ()

    def column(self, field: str) -> Column:
        """Return the column with this id.

        Raises:
            KeyError: The form has no such column.
        """
        for column in self.columns:
            if column.id == field:
                return column
        raise KeyError(field)

    def has(self, field: str) -> bool:
        """Tell whether the form has a column with this id."""
        return any(column.id == field for column in self.columns)

    @property
    def is_support(self) -> bool:
        """True for a sheet that tells about days, words, people or settings: it bears no marks of ours."""
        return self.code.startswith("B")

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that stand on a sheet."""
        return tuple(column for column in self.columns if not column.composed_of)

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        ids = [column.id for column in self.columns]
        for field in ids:
            if ids.count(field) > 1:
                raise WrongValueError(Text(f"列 {field} 重复", f"column {field} is defined twice"))
        for field in _referenced(self):
            if field not in ids:
                near = nearest(field, ids)
                hint = Text(f"，是否想写 {near}", f"; did you mean {near}") if near else same("")
                raise WrongValueError(
                    Text(f"没有列 {field}{hint.zh}", f"there is no column {field}{hint.en}")
                )
        _check_live(self)
        return self


class VocabularyFile(Spec):
    """The file `vocabularies.yaml`.

    Args:
        vocabularies: The lists of words by name.
    """

    vocabularies: dict[str, Vocabulary]


def _check_live(form: Form) -> None:
    """Refuse formulas that would have nothing to count."""
    kinds = {column.id: column.kind for column in form.columns}
    for column in form.columns:
        live = column.live
        if isinstance(live, RaciCheck) and (form.open_columns is None or form.open_columns.kind != "raci"):
            raise WrongValueError(
                Text(
                    f"列 {column.id} 检查 RACI，但表单没有 open_columns: {{ kind: raci }}",
                    f"column {column.id} checks RACI letters; the form has no open_columns of kind raci",
                )
            )
        dates = (live.until,) if isinstance(live, WorkdaysLeft) else column.planned_over or ()
        shares = column.difference or ()
        for fields, allowed, zh, en in (
            (dates, ("date", "datetime"), "日期", "date"),
            (shares, ("percent",), "百分比", "percentage"),
        ):
            for field in fields:
                if kinds[field] not in allowed:
                    raise WrongValueError(
                        Text(
                            f"列 {column.id} 用到的 {field} 应为{zh}列",
                            f"column {column.id} needs a {en} in {field}",
                        )
                    )


def _referenced(form: Form) -> Iterable[str]:
    yield form.key
    yield form.name
    yield from (field for field in (form.owner, form.department) if field)
    yield from form.anchors
    yield from form.telltale
    for column in form.columns:
        if column.derive:
            yield column.derive.source
        yield from column.required_when
        yield from column.composed_of
        yield from column.difference or ()
        yield from column.planned_over or ()
        if column.people_of:
            yield column.people_of
        yield from _live_fields(column.live)


def _live_fields(live: WorkdaysLeft | Filled | RaciCheck | DayCount | None) -> Iterable[str]:
    match live:
        case WorkdaysLeft():
            yield live.until
            if live.state:
                yield live.state
        case Filled():
            yield from live.fields
        case DayCount():
            yield from (live.day, live.kind_of_day)
