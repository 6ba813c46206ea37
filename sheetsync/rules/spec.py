"""What a rule pack is: each rule says what it watches, the limit, the level, who acts, and in which words.

A rule is one entry of a file in `rules/`. Its `check` names the vector function that tests it (see
`rules.checks.registry`); the other keys are the parameters of that check. Columns are named by their ids.
"""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import FieldName, Form, Spec, Words
from sheetsync.mistakes import WrongValueError
from sheetsync.model.finding import Level, Status
from sheetsync.text import Text, same
from sheetsync.worktime import Limit


def _many(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read one text as a list of one."""
    return (value,) if isinstance(value, str) else value


def _limit(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if not isinstance(value, str):
        return value
    try:
        return Limit.parse(value)
    except ValueError as error:
        raise WrongValueError(
            Text("不是时限，应写成 90m、2h、2wh 或 3wd", "not a limit; write it like 90m, 2h, 2wh or 3wd")
        ) from error


RuleId = Annotated[str, Field(pattern=r"^[A-Z]{1,3}\d{1,3}$")]
Fields = Annotated[
    tuple[FieldName, ...],
    BeforeValidator(_many, json_schema_input_type=FieldName | tuple[FieldName, ...]),
]
"""One column, or several of which the first that is filled counts."""
LengthText = Annotated[str, Field(pattern=r"^ *[0-9]+(\.[0-9]+)? *([mh]|w[hd]) *$")]
Length = Annotated[Limit, BeforeValidator(_limit, json_schema_input_type=LengthText)]
Many = BeforeValidator(_many, json_schema_input_type=str | tuple[str, ...])
WordsOfState = Annotated[tuple[str, ...], Many]
When = dict[FieldName, WordsOfState]
"""Columns of words, each with the words of which one must stand there."""

DEFAULT_STATUS: Mapping[Level, Status] = {
    "red": Status.LATE,
    "yellow": Status.RISK,
    "info": Status.NORMAL,
}


class Rule(Spec):
    """What every rule has.

    Args:
        id: Spec id, such as `T16`.
        variant: Names one of several entries of one id.
        title: What it is called.
        reason: Why the rule exists.
        source: Where the requirement comes from, such as `S3:112`.
        forms: The form it judges, or several (key `form`).
        enabled: False for a rule that is not in force.
        level: How severe.
        mild_level: The level of the milder case, for checks that know one.
        status: The word a record gets, where it is not the level's usual one.
        check: The check that tests it.
        when: Only records that hold one of these words are judged.
        actor: Who must act.
        actor_field: The column that names who that is in this record, or several of which the first counts.
        suppresses: Rules that are not reported for a record this one is reported for.
        message: What is not met; facts by name, such as `{id}` or `{due}`.
        step: The next step; the same names.
    """

    id: RuleId
    variant: FieldName | None = None
    title: Words
    reason: Words
    source: str
    forms: Annotated[tuple[str, ...], Many, Field(alias="form", min_length=1)]
    enabled: bool = True
    level: Level
    mild_level: Level = "info"
    status: Status | None = None
    check: str
    when: When = Field(default_factory=dict)
    actor: Words
    actor_field: Fields = ()
    suppresses: tuple[RuleId, ...] = ()
    message: Words
    step: Words

    column_keys: ClassVar[tuple[str, ...]] = ()
    """The parameters that hold column names."""
    state_keys: ClassVar[tuple[str, ...]] = ()
    """The parameters that hold words of the form's state column."""
    other_keys: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The parameters that name another form, each with those that hold column names of that form."""
    past_keys: ClassVar[tuple[str, ...]] = ()
    """The parameters that hold columns whose past the rule looks at."""
    constants: ClassVar[tuple[str, ...]] = ()
    """The parameters that a message may name."""
    facts: ClassVar[tuple[str, ...]] = ("id", "name", "column", "value", "owner", "actor")
    """What else a message may name."""

    @property
    def name(self) -> str:
        """Id and variant, such as `T43/unrequested`."""
        return f"{self.id}/{self.variant}" if self.variant else self.id

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each parameter that names columns, with the columns."""
        yield "actor_field", self.actor_field
        yield "when", tuple(self.when)
        for key in self.column_keys:
            yield key, _names(getattr(self, key))

    def reads(self, form: Form, catalogue: Catalogue) -> frozenset[str]:  # noqa: ARG002 - others need it
        """Return the columns of one of its forms that the rule looks at."""
        return frozenset(field for _, fields in self.columns() for field in fields if form.has(field))

    def mistakes(self, form: Form, catalogue: Catalogue) -> Iterator[tuple[str, Text]]:  # noqa: ARG002 - as above
        """Yield the parameters that are wrong for one of its forms, with why, beyond names and words."""
        yield from ()

    def remembers(self) -> Iterator[str]:
        """Yield the columns whose past the rule looks at."""
        for key in self.past_keys:
            yield from _names(getattr(self, key))

    def elsewhere(self) -> Iterator[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
        """Yield each parameter that names another form, that form, and its columns by parameter."""
        for key, holders in self.other_keys.items():
            name = getattr(self, key)
            if name is not None:
                yield key, name, {holder: _names(getattr(self, holder)) for holder in holders}

    def entries(self) -> Iterator[tuple[str, Text]]:
        """Yield each key the rule sets, with its value as a person writes it."""
        for key, info in type(self).model_fields.items():
            if key in self.model_fields_set:
                yield info.alias or key, _written(getattr(self, key))

    def word_status(self, level: Level) -> Status:
        """Return the word a finding of `level` gives its record."""
        return self.status or DEFAULT_STATUS[level]


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return what a parameter of columns names."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _written(value: object) -> Text:
    """Return a parameter as a rule file has it."""
    match value:
        case Text():
            return value
        case tuple():
            return same("、".join(map(str, value)))
        case dict():
            return same("；".join(f"{key}: {'、'.join(words)}" for key, words in value.items()))
        case time():
            return same(f"{value:%H:%M}")
        case float():
            return same(f"{value:g}")
        case _:
            return same(str(value))


CLOCK_FACTS = (*Rule.facts, "started", "due", "stopped")
"""What the messages of checks with a clock may name beside."""
