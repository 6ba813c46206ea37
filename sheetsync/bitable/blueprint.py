"""What the table of a form is in a base: fields with types, options and formats, and views. Values only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sheetsync import palette
from sheetsync.bitable.colours import options_of
from sheetsync.bitable.field import DATE, NUMBER, SELECT, TEXT, USER
from sheetsync.bitable.marks import described
from sheetsync.bitable.names import free_name
from sheetsync.config.bitable import OPTION_COLOURS
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, Form, Vocabulary
from sheetsync.model.edit import EngineColumn
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.text import Language, Text

Persons = Literal["user", "text"]
Head = Mapping[str, object]
"""A field, as the call that makes it tells it."""

DAY, MOMENT = "yyyy-MM-dd", "yyyy-MM-dd HH:mm"
ALL, MINE, LATE, BY_DEPARTMENT = (
    Text("全部", "All"),
    Text("我的", "Mine"),
    Text("延期", "Late"),
    Text("按部门", "By department"),
)
_INDEXED = frozenset({TEXT, NUMBER, DATE})
"""Types that the first field may have, of those that we make."""

_UNNAMED = str.maketrans({"[": "（", "]": "）"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedField:
    """A field that a table should have.

    Args:
        name: Id of the form's column, title of an open one, or our own name.
        head: What Feishu is told of it.
        ours: True for one that the engine fills.
    """

    name: str
    head: Head
    ours: bool = False

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.head["field_name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedView:
    """A view that a table should have.

    Args:
        title: What people call it.
        status: The word of 预警状态 that its records have, None where it shows all.
        by_hand: What a person has to set in it once, for no call can; None where nothing is.
    """

    title: str
    status: str | None = None
    by_hand: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The table of a form.

    Args:
        form: Its id.
        title: What people call it.
        fields: The fields in their order, the index field first.
        views: The views in their order; the first one is made with the table.
    """

    form: str
    title: str
    fields: tuple[PlannedField, ...]
    views: tuple[PlannedView, ...]


def blueprint(
    form: Form,
    catalogue: Catalogue,
    engine: Sequence[EngineColumn],
    *,
    language: Language,
    persons: Persons = "user",
    colours: Mapping[str, int] = OPTION_COLOURS,
) -> Blueprint:
    """Return what the table of a form is.

    Args:
        form: The form.
        catalogue: Its vocabularies.
        engine: Our columns.
        language: The language of names and words.
        persons: What columns of people become.
        colours: Style to number of an option's colour.
    """
    fields = [
        PlannedField(name=column.id, head=_head(column, catalogue, language, persons, colours))
        for column in form.shown
    ]
    if form.open_columns is not None:
        fields += [
            PlannedField(name=title, head={"field_name": title, "type": TEXT})
            for title in form.open_columns.titles
        ]
    # The index field is of few types; the key is what a person looks for.
    first = next((one for one in fields if one.name == form.key and _may_be_index(one)), None)
    first = first or next(one for one in fields if _may_be_index(one))
    fields.sort(key=lambda one: one is not first)
    for ours in () if form.is_support else engine:
        head = _engine_head(ours, free_name(ours.title, [one.title for one in fields]), language, colours)
        fields.append(PlannedField(name=ours.name, head=head, ours=True))
    return Blueprint(
        form=form.id,
        title=form.title.say(language).translate(_UNNAMED)[:100],
        fields=tuple(fields),
        views=tuple(_views(form, language)),
    )


def _engine_head(column: EngineColumn, title: str, language: Language, colours: Mapping[str, int]) -> Head:
    """Return what Feishu is told of one of our columns."""
    made: dict[str, object] = {
        "field_name": title,
        "type": TEXT,
        "description": {"text": described(column.name)},
    }
    if column.kind == "datetime":
        made |= {"type": DATE, "property": {"date_formatter": MOMENT}}
    elif column.name == "status":
        words = [(text.say(language), palette.STATUS_STYLE[status]) for status, text in STATUS_TEXT.items()]
        made |= {"type": SELECT, "property": {"options": options_of(words, colours)}}
    return made


def _may_be_index(planned: PlannedField) -> bool:
    return planned.head["type"] in _INDEXED and "ui_type" not in planned.head


def _head(
    column: Column,
    catalogue: Catalogue,
    language: Language,
    persons: Persons,
    colours: Mapping[str, int],
) -> Head:
    made: dict[str, object] = {"field_name": column.title.say(language), "type": TEXT}
    if column.hint is not None:
        made["description"] = {"text": column.hint.say(language)}
    words = None if column.vocabulary is None else catalogue.vocabularies[column.vocabulary]
    match column.kind:
        case "date" | "datetime":
            shown = DAY if column.kind == "date" else MOMENT
            made |= {"type": DATE, "property": {"date_formatter": shown}}
        case "percent" if column.difference is not None:
            # A bar shows nothing below zero.
            made |= {"type": NUMBER, "property": {"formatter": "0.00%"}}
        case "percent":
            made |= {"type": NUMBER, "ui_type": "Progress", "property": {"formatter": "0%"}}
        case "number":
            made |= {"type": NUMBER, "property": {"formatter": "0.0"}}
        case "person" | "persons" if persons == "user":
            made |= {"type": USER, "property": {"multiple": column.kind == "persons"}}
        case "word" if words is not None and not words.open:
            made |= {"type": SELECT, "property": {"options": _options(words, language, colours)}}
    return made


def _options(words: Vocabulary, language: Language, colours: Mapping[str, int]) -> list[dict[str, object]]:
    """Return the words that can be chosen; those without a look get the colours that nothing else has."""
    spare = (number for number in range(11, 55) if number not in colours.values())
    return [
        {
            "name": word.zh if language == "zh" else word.en,
            "color": colours[word.look] if word.look else next(spare, 0),
        }
        for word in words.words
    ]


def _views(form: Form, language: Language) -> Iterator[PlannedView]:
    yield PlannedView(title=ALL.say(language))
    if form.owner is not None:
        owner = form.column(form.owner).title
        yield PlannedView(
            title=MINE.say(language),
            by_hand=Text(
                f"视图“{MINE.zh}”：请在筛选里设“{owner.zh} = 当前用户”（接口设不了）。",
                f"View '{MINE.en}': set its filter to {owner.en} = current user (no call can).",
            ),
        )
    if not form.is_support:
        yield PlannedView(title=LATE.say(language), status=STATUS_TEXT[Status.LATE].say(language))
    if form.department is not None:
        department = form.column(form.department).title
        yield PlannedView(
            title=BY_DEPARTMENT.say(language),
            by_hand=Text(
                f"视图“{BY_DEPARTMENT.zh}”：请设“按 {department.zh} 分组”（接口设不了）。",
                f"View '{BY_DEPARTMENT.en}': group it by {department.en} (no call can).",
            ),
        )
