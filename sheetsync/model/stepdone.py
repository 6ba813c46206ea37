"""What one step of a job came to."""

from dataclasses import dataclass
from typing import Literal

from sheetsync.model.job import StepName
from sheetsync.text import Text

StepState = Literal["done", "failed", "later", "skipped"]
"""Ended well; ended badly; to be tried again with its job (a workbook is open, a server does not answer); not
begun, because a step before it did not end well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """What one step of a job came to.

    Args:
        name: Of the step.
        place: Where it stands, such as `daily-check.yaml:12`.
        state: What became of it.
        note: What it did, and why the rest was not done.
        code: Exit code of interface section 3.
    """

    name: StepName
    place: str
    state: StepState
    note: Text
    code: int = 0
