"""A job as its file tells it: when it is due, which workbooks it is about, and what it does step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sheetsync.text import Text

CatchUp = Literal["latest", "all", "none"]
"""Of several due times that were missed: the last one runs, all run in their order, none does. How late is
missed, or too late to be made up, tells the grace of the job."""

OnRestDay = Literal["skip", "next", "previous", "run"]
"""Where a cadence falls on a rest day: nothing is due, it moves to the next working day or to the one before,
or it is due all the same."""

StepName = Literal["check", "write", "sync", "snapshot", "remind", "report", "archive"]

Argument = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """One cadence of a job.

    Args:
        words: As written, such as `daily 17:00` or `每周五 17:00`; known to be right.
        on_rest_day: What becomes of it on a rest day; of no meaning for cadences of working days.
    """

    words: str
    on_rest_day: OnRestDay


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep:
    """One thing that a job does.

    Args:
        name: What it is called in job files.
        arguments: What it is told, by name; only what its file says.
        place: Where it stands, such as `daily-check.yaml:12`.
    """

    name: StepName
    arguments: Mapping[str, Argument]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What runs when.

    Args:
        name: Name of its file without the ending.
        title: What people call it.
        when: Its cadences.
        zone: IANA name of the time zone that its times are meant in.
        books: Workbooks: files, folders, patterns from the project folder; those of the project when empty.
        pairs: Names of pairs for the step `sync`; all pairs of the settings when empty.
        steps: What it does, in order.
        pauses: How long to wait before it is tried again, time by time; afterwards it has failed.
        limit: How long a run may take.
        on_failure: Whether the steps after a failed one still run.
        tell: Mail addresses, or `feishu` and `webhook` for these channels, that hear of a failure.
        catch_up: What becomes of due times that were missed.
        grace: How long after its due time a run may still begin.
        enabled: False for one that only runs by hand.
        source: The file, as shown to people.
        own: True for a file of the project, False for a shipped one.
    """

    name: str
    title: Text
    when: tuple[When, ...]
    zone: str
    books: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    steps: tuple[JobStep, ...]
    pauses: tuple[timedelta, ...]
    limit: timedelta
    on_failure: Literal["stop", "continue"] = "stop"
    tell: tuple[str, ...] = ()
    catch_up: CatchUp = "latest"
    grace: timedelta
    enabled: bool = True
    source: str
    own: bool = False
