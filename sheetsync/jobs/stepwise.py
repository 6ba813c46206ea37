"""Does the steps of a job one after the other, each isolated from the errors of the others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sheetsync.crash import as_error
from sheetsync.errors import BusyError, RemoteError, SheetSyncError
from sheetsync.model.job import Job, JobStep, StepName
from sheetsync.model.stepdone import StepDone, StepState
from sheetsync.text import Text, join, same

TITLES: Mapping[StepName, Text] = {
    "check": Text("检查", "check"),
    "write": Text("检查并写入", "write"),
    "sync": Text("同步", "sync"),
    "snapshot": Text("快照", "snapshot"),
    "remind": Text("提醒", "remind"),
    "report": Text("周报", "report"),
    "archive": Text("归档", "archive"),
}
"""What people read for a step."""

NOTHING_ELSE = Text("前一步没有完成，未执行", "not begun: a step before it did not end well")


class Did(NamedTuple):
    """What a step did.

    Args:
        note: What was done, in figures.
        errors: Why some of it was not done; the rest of it was.
    """

    note: Text
    errors: tuple[SheetSyncError, ...] = ()


Step = Callable[[Job, JobStep, datetime], Did]
"""Does one step of a job for what was due at a time, UTC. Done again, it changes nothing more."""

Steps = Mapping[StepName, Step]


def do_steps(job: Job, due: datetime, steps: Steps, tell: Callable[[StepDone], None]) -> None:
    """Do the steps of a job in their order; tell of each when it is done.

    Args:
        job: Which.
        due: What it was due at, UTC.
        steps: What its steps mean.
        tell: Hears of each step, of those that were left out, too.
    """
    stopped = False
    for step in job.steps:
        if stopped:
            tell(StepDone(name=step.name, place=step.place, state="skipped", note=NOTHING_ELSE))
            continue
        done = _done(job, step, due, steps[step.name])
        tell(done)
        stopped = done.state != "done" and job.on_failure == "stop"


def _done(job: Job, step: JobStep, due: datetime, do: Step) -> StepDone:
    try:
        note, errors = do(job, step, due)
    except SheetSyncError as error:
        note, errors = None, (error,)
    except Exception as error:  # noqa: BLE001 - a bug in one step must not end the others
        note, errors = None, (as_error(error, step.place),)
    told = [] if note is None else [note]
    told += [Text(error.say("zh"), error.say("en")) for error in errors]
    return StepDone(
        name=step.name,
        place=step.place,
        state=_state(errors),
        note=join(told) if told else same(""),
        code=max((error.exit_code for error in errors), default=0),
    )


def _state(errors: tuple[SheetSyncError, ...]) -> StepState:
    if not errors:
        return "done"
    # Where waiting helps one of them, the job is tried again; what fails for good fails then, too.
    return "later" if any(isinstance(error, BusyError | RemoteError) for error in errors) else "failed"
