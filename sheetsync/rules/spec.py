"""What a rule pack is: each rule says what it watches, the limit, the level, who acts, and in which words.

A rule is one entry of a file in `rules/`. Its `check` names the vector function that tests it
(`rules.checks`); the other keys are that check's parameters. Columns are named by their ids in the form.
"""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from sheetsync.forms.spec import FieldName, Spec, Words
from sheetsync.model.finding import Level, Status
from sheetsync.text import Text, same
from sheetsync.worktime import Limit


def _many(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read one text as a list of one."""
    return (value,) if isinstance(value, str) else value


def _limit(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return Limit.parse(value) if isinstance(value, str) else value


RuleId = Annotated[str, Field(pattern=r"^[A-Z]{1,3}\d{1,3}$")]
Fields = Annotated[tuple[FieldName, ...], BeforeValidator(_many)]
"""One column, or several of which the first that is filled counts."""
Length = Annotated[Limit, BeforeValidator(_limit)]
WordsOfState = Annotated[tuple[str, ...], BeforeValidator(_many)]
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
    forms: Annotated[tuple[str, ...], BeforeValidator(_many), Field(alias="form", min_length=1)]
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
            value = getattr(self, key)
            yield key, (value,) if isinstance(value, str) else value

    def entries(self) -> Iterator[tuple[str, Text]]:
        """Yield each key the rule sets, with its value as a person writes it."""
        for key, info in type(self).model_fields.items():
            if key in self.model_fields_set:
                yield info.alias or key, _written(getattr(self, key))

    def word_status(self, level: Level) -> Status:
        """Return the word a finding of `level` gives its record."""
        return self.status or DEFAULT_STATUS[level]


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


class Sla(Rule):
    """From one moment to another within a limit.

    Args:
        start: When the clock starts.
        stop: When it stops; the column that is watched.
        implied_by: Later moments that mean it must have stopped by then.
        settled_by: Columns that end the matter when filled, though they tell no time.
        limit: How long it may run.
        finished_too: True if the clock runs on in records of a finished state.
    """

    start: Fields
    stop: FieldName
    implied_by: Fields = ()
    settled_by: Fields = ()
    limit: Length
    finished_too: bool = False

    column_keys = ("start", "stop", "implied_by", "settled_by")
    constants = ("limit",)
    facts = CLOCK_FACTS


class Deadline(Rule):
    """A due time has passed and the record is not finished.

    Args:
        due: The due time; the column that is watched.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
    """

    due: FieldName
    progress: FieldName
    handed_in: WordsOfState = ()

    column_keys = ("due", "progress")
    state_keys = ("handed_in",)
    facts = CLOCK_FACTS


class Approaching(Deadline):
    """A due time is near.

    Args:
        within: How near, in working days after today.
    """

    within: Length
    constants = ("within",)


class Deviation(Rule):
    """The actual progress is behind the plan.

    Args:
        start: The planned start, for records without a typed plan.
        due: The due time.
        planned: The typed plan, which comes before the computed one.
        actual: The actual progress; the column that is watched.
        over: Flagged when more percentage points behind than this.
        paused: States in which nobody expects progress.
        left_out: States of sub-tasks that do not count in their task's progress.
    """

    start: Fields
    due: FieldName
    planned: FieldName
    actual: FieldName
    over: Annotated[float, Field(ge=0, le=100)]
    paused: WordsOfState = ()
    left_out: WordsOfState = ()

    column_keys = ("start", "due", "planned", "actual")
    state_keys = ("paused", "left_out")
    constants = ("over",)
    facts = (*Rule.facts, "planned", "actual", "deviation")


class Stale(Rule):
    """No update by a time of day of the next working day.

    Args:
        updated: When the record was last updated; the column that is watched.
        by: The time of day.
    """

    updated: FieldName
    by: time

    column_keys = ("updated",)
    constants = ("by",)
    facts = CLOCK_FACTS


class Unreferenced(Rule):
    """No record of another form refers to this one; milder until a limit has passed.

    Args:
        by_form: The other form.
        by: Its column that refers to this form's key.
        awaits: Its column that is waited for: what the finding is about.
        since: When the wait began.
        limit: How long it may take.
    """

    by_form: str
    by: FieldName
    awaits: FieldName
    since: FieldName
    limit: Length

    column_keys = ("since",)
    constants = ("limit",)
    facts = CLOCK_FACTS


class Elements(Rule):
    """All of several columns must be filled; milder before the work begins.

    Args:
        elements: The columns.
        none_counts: Those where 无 is an answer.
        must_read: Those where an unreadable cell is none.
        begun: States from which on the full level applies.
    """

    elements: Fields
    none_counts: Fields = ()
    must_read: Fields = ()
    begun: WordsOfState

    column_keys = ("elements", "none_counts", "must_read")
    state_keys = ("begun",)
    facts = (*Rule.facts, "missing", "score")


class LetterCount(Rule):
    """How often a letter stands in a record's open columns.

    Args:
        letter: The letter.
        least: At least so often.
        most: At most so often, None for any number.
    """

    letter: Annotated[str, Field(pattern="^[RACI]$")]
    least: Annotated[int, Field(ge=0)] = 0
    most: int | None = None
    constants = ("letter",)
    facts = (*Rule.facts, "count", "where")


class UnknownLetters(Rule):
    """Cells of the open columns that hold none of the letters."""

    facts = (*Rule.facts, "where")


RULES: Mapping[str, type[Rule]] = {
    "sla": Sla,
    "deadline": Deadline,
    "approaching": Approaching,
    "deviation": Deviation,
    "stale": Stale,
    "unreferenced": Unreferenced,
    "elements": Elements,
    "letter_count": LetterCount,
    "unknown_letters": UnknownLetters,
}
"""The model of each check's rules."""
