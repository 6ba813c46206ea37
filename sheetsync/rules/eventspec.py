"""What an event is: which column of which form is watched, who is told, and in which words (spec 5.2).

Events stand in the files of `rules/events/`; two of one id are one, and the project's own counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from sheetsync import specfile
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form, Spec, Words
from sheetsync.mistakes import nearest
from sheetsync.model.finding import Level
from sheetsync.rules import wording
from sheetsync.rules.spec import Fields, When, WordsOfState
from sheetsync.specfile import Path
from sheetsync.text import Text

FACTS = ("id", "value", "before")
"""What a message may name beside the columns: the record, and the watched cell now and before."""

Change = Literal["new", "changed"]
"""A cell that holds something for the first time; one that held something else before."""


class Receiver(Spec):
    """Somebody who is told.

    Args:
        role: What they are called.
        fields: Columns that name who that is, the first that is filled counts (key `field`); without any, who
            that is stands in the directory or in the settings.
        form: The form that has these columns, where it is not the event's own.
        via: The column that names the record of that form, by its id or the id of a part of it.
    """

    role: Words
    fields: Annotated[Fields, Field(alias="field")] = ()
    form: str | None = None
    via: FieldName | None = None


class EventRule(Spec):
    """What is an event, and who is told of it in which words.

    Args:
        id: Name in small letters, such as `task-given`.
        title: What it is called.
        source: Where the requirement comes from.
        form: The form whose records are watched.
        enabled: False for one that nobody is told of.
        level: How severe, for the order and the colour; only what is not `info` can be urgent.
        column: The column that is watched.
        on: What counts: something for the first time, something else, or both.
        words: Only where it becomes one of these.
        when: Only records that hold one of these words, by column.
        settled_by: Columns that must all be empty: otherwise it is done already.
        dated: Column that tells when it happened; what is long past is no news, though typed in today.
        until: Column of a moment after which nobody need be told.
        finished_too: True to tell of records in a finished state, too.
        to: Who is told.
        message: What happened; columns of the form by id in braces, `{value}` and `{before}` of the watched.
        step: What to do now; the same names.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
    title: Words
    source: str
    form: str
    enabled: bool = True
    level: Level = "info"
    column: FieldName
    on: tuple[Change, ...] = ("new", "changed")
    words: WordsOfState = ()
    when: When = Field(default_factory=dict)
    settled_by: Fields = ()
    dated: FieldName | None = None
    until: FieldName | None = None
    finished_too: bool = False
    to: Annotated[tuple[Receiver, ...], Field(min_length=1)]
    message: Words
    step: Words

    def columns(self) -> Iterator[tuple[Path, str]]:
        """Yield where a column of its form is named, with the column."""
        yield ("column",), self.column
        for field in self.when:
            yield ("when", field), field
        for field in self.settled_by:
            yield ("settled_by",), field
        for key, named in (("dated", self.dated), ("until", self.until)):
            if named is not None:
                yield (key,), named
        for number, receiver in enumerate(self.to):
            for field in receiver.fields if receiver.form is None else ():
                yield ("to", number, "field"), field
            if receiver.via is not None:
                yield ("to", number, "via"), receiver.via


class EventFile(Spec):
    """A file of events.

    Args:
        title: What they are about.
        events: The events.
    """

    title: Words
    events: tuple[EventRule, ...]


def build(files: Iterable[tuple[str, str, str]], catalogue: Catalogue) -> tuple[EventRule, ...]:
    """Build the events in force from their files; of two of one id the first counts.

    Args:
        files: (name without ending, path to show in messages, text), the project's own first.
        catalogue: The forms they are about.

    Raises:
        SpecFileError: A file is wrong, with its line.
    """
    found: dict[str, EventRule] = {}
    for _, shown, text in files:
        tree = specfile.parse_yaml(text, shown)
        own: set[str] = set()
        for number, rule in enumerate(specfile.check(tree, EventFile).events):
            for path, said in _mistakes(rule, catalogue):
                raise specfile.mistake(tree, ("events", number, *path), said)
            if rule.id in own:
                twice = Text(f"{rule.id} 重复", f"{rule.id} stands twice")
                raise specfile.mistake(tree, ("events", number, "id"), twice)
            own.add(rule.id)
            found.setdefault(rule.id, rule)
    return tuple(rule for rule in found.values() if rule.enabled)


def names_in(rule: EventRule) -> frozenset[str]:
    """Return what the messages of an event name."""
    words = (rule.message.zh, rule.message.en, rule.step.zh, rule.step.en)
    return frozenset(name for text in words for name in wording.template(text).names)


def _mistakes(rule: EventRule, catalogue: Catalogue) -> Iterator[tuple[Path, Text]]:
    """Yield what the model cannot see: unknown forms, columns, words and names in messages."""
    form = catalogue.forms.get(rule.form)
    if form is None:
        yield ("form",), _no_such("form", "表单", rule.form, catalogue.forms)
        return
    known = [column.id for column in form.columns]
    for path, field in rule.columns():
        if field not in known:
            yield path, _no_such("column", "列", field, known)
    for path, field, words in (
        (("words",), rule.column, rule.words),
        *((("when", field), field, words) for field, words in rule.when.items()),
    ):
        if form.has(field):
            yield from _unknown_words(path, form, field, words, catalogue)
    for number, receiver in enumerate(rule.to):
        yield from _lost(number, receiver, catalogue)
    for key, said in (("message", rule.message), ("step", rule.step)):
        for language, text in (("zh", said.zh), ("en", said.en)):
            for wrong in _unknown_names(text, (*FACTS, *known)):
                yield (key, language), wrong


def _unknown_names(words: str, known: Sequence[str]) -> Iterator[Text]:
    try:
        names = wording.template(words).names
    except ValueError as error:
        yield Text(f"花括号只能写成 {{value}} 这样：{words}", str(error))
        return
    for name in names:
        if name not in known:
            yield _no_such("name", "占位符", name, known)


def _unknown_words(
    path: Path, form: Form, field: str, words: Sequence[str], catalogue: Catalogue
) -> Iterator[tuple[Path, Text]]:
    vocabulary = form.column(field).vocabulary
    if words and vocabulary is None:
        yield path, Text(f"列 {field} 没有词表", f"the column {field} has no list of words")
        return
    listed = [word.zh for word in catalogue.vocabulary(vocabulary).words] if vocabulary else []
    for word in words:
        if word not in listed:
            yield path, _no_such("word", "词", word, listed)


def _lost(number: int, receiver: Receiver, catalogue: Catalogue) -> Iterator[tuple[Path, Text]]:
    at: Path = ("to", number)
    if (receiver.form is None) != (receiver.via is None):
        yield at, Text("form 与 via 要一起写", "form and via go together")
    if receiver.form is None:
        return
    other = catalogue.forms.get(receiver.form)
    if other is None:
        yield (*at, "form"), _no_such("form", "表单", receiver.form, catalogue.forms)
        return
    for field in receiver.fields:
        if not other.has(field):
            yield (*at, "field"), _no_such("column", "列", field, [one.id for one in other.columns])


def _no_such(kind: str, chinese: str, given: str, known: Iterable[str]) -> Text:
    near = nearest(given, known)
    return Text(
        f"没有{chinese} {given}" + (f"，是否想写 {near}" if near else ""),
        f"there is no {kind} '{given}'" + (f"; did you mean {near}" if near else ""),
    )
