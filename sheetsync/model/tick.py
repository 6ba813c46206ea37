"""A due moment of a job, and what became of it. Times are UTC without zone information."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sheetsync.text import Text

TickState = Literal["running", "done", "failed", "later", "interrupted", "missed"]
"""Being run; ended well; ended badly, not tried again; to be tried again at a known time (a workbook is open,
a server does not answer); its owner went away in the middle of it, to be tried again; due while nobody was
there, and left out by policy."""

TICK_TEXT: Mapping[str, Text] = {
    "running": Text("运行中", "running"),
    "done": Text("完成", "done"),
    "failed": Text("失败", "failed"),
    "later": Text("稍后重试", "later"),
    "interrupted": Text("中断", "interrupted"),
    "missed": Text("错过未补", "missed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One due moment of one job; what names it is when it is due, never when it runs.

    Args:
        job: Name of the job.
        due: UTC.
    """

    job: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRun:
    """What is known of a tick that somebody claimed, or that was left out.

    Args:
        tick: Which.
        state: What became of it.
        owner: Who claimed it: host, process and a random word.
        tries: How often it was begun.
        started: When it was begun last, UTC.
        changed: Last sign of life, UTC.
        again: When it is to be tried again, UTC; None where it is not.
        note: Why it failed, waits or was left out; what it did, where it is done.
    """

    tick: Tick
    state: TickState
    owner: str
    tries: int
    started: datetime
    changed: datetime
    again: datetime | None = None
    note: str = ""
