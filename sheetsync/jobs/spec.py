"""What a job file is: when, on which workbooks, which steps, and what happens when one fails."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from sheetsync.config.reminders import Channel
from sheetsync.config.section import ADDRESS, Address, Zone, one_address
from sheetsync.forms.spec import Spec, Words
from sheetsync.jobs import lengths, phrases
from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.model.finding import Level
from sheetsync.model.job import CatchUp, OnRestDay, StepName
from sheetsync.text import Text

CHANNELS = ("feishu", "webhook")
"""Who hears of a failure without being a mail address."""


def _many(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read one value as a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def _cadence(words: str) -> str:
    phrases.parse(words)
    return words


def _length(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return lengths.parse(value if isinstance(value, str) else str(value))


def _lengths(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, str):
        return [one.strip() for one in value.replace("，", ",").replace("、", ",").split(",")]
    return value


def _bounded(least: timedelta, most: timedelta) -> AfterValidator:
    def bounded(value: timedelta) -> timedelta:
        if not least <= value <= most:
            low, high = lengths.said(least), lengths.said(most)
            raise WrongValueError(Text(f"应在 {low} 到 {high} 之间", f"must be {low} to {high}"))
        return value

    return AfterValidator(bounded)


def _listener(value: str) -> str:
    if value in CHANNELS:
        return value
    if "@" not in value:
        raise WrongValueError(
            Text(
                f"应为邮箱地址，或 {'、'.join(CHANNELS)} 之一",
                f"must be a mail address or one of {', '.join(CHANNELS)}",
            )
        )
    return one_address(value)


LengthText = Annotated[str, Field(pattern=f"^{lengths.PATTERN}$")]
_STRICT = Field(strict=True)
_READ = BeforeValidator(_length, json_schema_input_type=LengthText)
_WRITTEN = PlainSerializer(lengths.said)
Grace: TypeAlias = Annotated[
    timedelta, _STRICT, _READ, _bounded(timedelta(minutes=1), timedelta(days=366)), _WRITTEN
]
RunLength: TypeAlias = Annotated[
    timedelta, _STRICT, _READ, _bounded(timedelta(minutes=1), timedelta(days=1)), _WRITTEN
]
Pause: TypeAlias = Annotated[
    timedelta, _STRICT, _READ, _bounded(timedelta(seconds=1), timedelta(days=1)), _WRITTEN
]
Name: TypeAlias = Annotated[str, Field(min_length=1)]
Names: TypeAlias = Annotated[
    tuple[Name, ...], BeforeValidator(_many, json_schema_input_type=Name | tuple[Name, ...])
]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Listener: TypeAlias = Annotated[
    str,
    AfterValidator(_listener),
    Field(json_schema_extra={"pattern": f"^({'|'.join(CHANNELS)}|{ADDRESS.pattern})$"}),
]
Slot: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class StepSpec(Spec):
    """One step.

    Args:
        step: What is done.
    """

    step: StepName


class CheckStep(StepSpec):
    """Reads and judges the workbooks; changes nothing in them.

    Args:
        rules: Rule packs, by name or path; those of the settings when it is not given.
        jobs: How many workbooks at a time.
        fail_on: The step fails where a finding is at this level or above; never when it is not given.
    """

    step: Literal["check"]
    rules: Names | None = None
    jobs: Annotated[int, Field(strict=True, ge=1, le=64)] | None = None
    fail_on: Level | None = None


class WriteStep(CheckStep):
    """Checks the workbooks and marks them: status, colours, dashboard, data problems."""

    step: Literal["write"]  # type: ignore[assignment] # takes what `check` takes, under another name


class SyncStep(StepSpec):
    """Mirrors the pairs, field by field; without a pair it does nothing.

    Args:
        prefer: Which side wins where both changed a field; the pair's policy when it is not given.
    """

    step: Literal["sync"]
    prefer: Literal["left", "right"] | None = None


class SnapshotStep(StepSpec):
    """Remembers how the workbooks stand, for later comparison; changes nothing in them."""

    step: Literal["snapshot"]


class RemindStep(StepSpec):
    """Sends the digests that are now due, one a person.

    Args:
        channels: The ways they leave by; those of the settings when it is not given.
        slot: The occasion: on one day nobody hears twice on the same one. A word of your own; in `urgent`
            only what is urgent leaves.
    """

    step: Literal["remind"]
    channels: Annotated[
        tuple[Channel, ...] | None, BeforeValidator(lambda value: None if value is None else _many(value))
    ] = None
    slot: Slot | None = None


class ReportStep(StepSpec):
    """Writes the weekly summary as a workbook and sends it.

    Args:
        to: Who gets it, each a mail of their own; those of [report] or [mail] when it is not given.
        channels: The ways it leaves by; those of [report] when it is not given.
        folder: Where the workbook goes, from the project folder; `reports` when it is not given.
        mail: False to write the workbook and send nothing.
    """

    step: Literal["report"]
    to: (
        Annotated[
            tuple[Address, ...], BeforeValidator(_many, json_schema_input_type=Address | tuple[Address, ...])
        ]
        | None
    ) = None
    channels: Annotated[
        tuple[Channel, ...] | None, BeforeValidator(lambda value: None if value is None else _many(value))
    ] = None
    folder: Name | None = None
    mail: Flag | None = None


class ArchiveStep(StepSpec):
    """Copies the workbooks as they are, each copy dated.

    Args:
        folder: Where the copies go, from the project folder; `archive` when it is not given.
        keep: How many copies of a workbook stay there; all when it is not given.
    """

    step: Literal["archive"]
    folder: Name | None = None
    keep: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None


STEPS: Mapping[StepName, type[StepSpec]] = {
    "check": CheckStep,
    "write": WriteStep,
    "sync": SyncStep,
    "snapshot": SnapshotStep,
    "remind": RemindStep,
    "report": ReportStep,
    "archive": ArchiveStep,
}
"""Every step with what it may be told; whoever runs jobs implements exactly these."""


def arguments_of(step: StepName) -> tuple[str, ...]:
    """Return the names of what a step may be told."""
    return tuple(name for name in STEPS[step].model_fields if name != "step")


def _step(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read a bare word as a step without arguments; refuse steps and arguments that there are not."""
    given = {"step": value} if isinstance(value, str) else value
    if not isinstance(given, dict):
        raise WrongValueError(
            Text("应写成 write，或 {step: write, …}", "write it like write, or {step: write, …}")
        )
    name: Any = given.get("step")
    if name not in STEPS:
        raise WrongValueError(_no_such("步骤", "step", name, tuple(STEPS)))
    known = arguments_of(name)
    for key in given:
        if key != "step" and key not in known:
            if not known:
                raise WrongValueError(Text(f"步骤 {name} 没有参数", f"the step {name} takes no arguments"))
            raise WrongValueError(
                _no_such(f"步骤 {name} 的参数", f"argument of the step {name}:", key, known)
            )
    return given


def _no_such(zh: str, en: str, given: object, known: tuple[str, ...]) -> Text:
    if given is None:
        return Text(
            f"缺少{zh} step，可用：{'、'.join(known)}", f"the {en} is missing; known: {', '.join(known)}"
        )
    near = nearest(str(given), known)
    return Text(
        f"没有{zh} {given}" + (f"，是否想写 {near}" if near else f"，可用：{'、'.join(known)}"),
        f"no such {en} '{given}'" + (f"; did you mean {near}" if near else f"; known: {', '.join(known)}"),
    )


_AnyStep: TypeAlias = Annotated[
    CheckStep | WriteStep | SyncStep | SnapshotStep | RemindStep | ReportStep | ArchiveStep,
    Field(discriminator="step"),
]
Step: TypeAlias = Annotated[_AnyStep, BeforeValidator(_step, json_schema_input_type=StepName | _AnyStep)]


class WhenSpec(Spec):
    """One cadence with what becomes of it on rest days.

    Args:
        at: In words, such as Friday 17:00 or 每周五 17:00.
        on_rest_day: Not due, moved to the next working day or the one before, or due all the same.
    """

    at: Annotated[str, AfterValidator(_cadence)]
    on_rest_day: OnRestDay | None = None


When: TypeAlias = Annotated[
    WhenSpec,
    BeforeValidator(
        lambda value: {"at": value} if isinstance(value, str) else value,
        json_schema_input_type=str | WhenSpec,
    ),
]


class RetrySpec(Spec):
    """How often, and after which pauses, a run that failed is tried again.

    Args:
        times: How often; once for each pause when it is not given, 0 for never.
        pauses: How long to wait, time by time; the last one counts for all that follow.
    """

    times: Annotated[int, Field(strict=True, ge=0, le=20)] | None = None
    pauses: Annotated[
        tuple[Pause, ...],
        Field(min_length=1),
        BeforeValidator(_lengths, json_schema_input_type=str | tuple[LengthText, ...]),
    ] = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))


class OnFailureSpec(Spec):
    """What happens when a step has failed for good.

    Args:
        then: Whether the steps after it still run.
        tell: Who hears of it: mail addresses, or feishu and webhook for these channels.
    """

    then: Literal["stop", "continue"] = "stop"
    tell: Annotated[
        tuple[Listener, ...], BeforeValidator(_many, json_schema_input_type=Listener | tuple[Listener, ...])
    ] = ()


class JobFile(Spec):
    """What runs when.

    Args:
        job: Its name, that of the file.
        title: What people call it.
        enabled: False for one that only runs by hand.
        when: One cadence or several.
        timezone: The zone that its times are meant in; the project's when it is not given.
        on_rest_day: For its cadences that do not say it themselves.
        workbooks: Names of the settings, files, folders, patterns; those of the project when empty.
        pairs: Names of pairs for the step sync; all when empty.
        steps: What it does, in order.
        retry: How a run that failed is tried again.
        time_limit: How long a run may take.
        on_failure: What happens when a step has failed for good.
        catch_up: Of missed due times, the latest runs, all run, or none does.
        grace: How long after its due time a run may still begin.
    """

    job: Annotated[str, Field(pattern=r"^[\w-]+$", max_length=64)]
    title: Words
    enabled: Flag = True
    when: Annotated[
        tuple[When, ...],
        Field(min_length=1),
        BeforeValidator(_many, json_schema_input_type=When | tuple[When, ...]),
    ]
    timezone: Zone | None = None
    on_rest_day: OnRestDay | None = None
    workbooks: Names = ()
    pairs: Names = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    retry: RetrySpec = RetrySpec()
    time_limit: RunLength = timedelta(minutes=30)
    on_failure: Annotated[
        OnFailureSpec,
        BeforeValidator(
            lambda value: {"then": value} if isinstance(value, str) else value,
            json_schema_input_type=Literal["stop", "continue"] | OnFailureSpec,
        ),
    ] = OnFailureSpec()
    catch_up: CatchUp = "latest"
    grace: Grace | None = None
