"""Checks of progress: how far the work is behind its plan (D1, spec section 4.2)."""

from typing import Annotated

from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import Fields, Rule, WordsOfState
from sheetsync.rules.standing import progress, standing


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


def deviation(rule: Deviation, rows: Rows) -> Hits:
    """Records whose actual progress is further behind the plan than allowed."""
    made = progress(
        rows,
        start=rule.start,
        due=rule.due,
        planned=rule.planned,
        actual=rule.actual,
        left_out=rule.left_out,
    )
    far = standing(rows, progress=rule.actual)
    judged = ~far.finished & ~far.unknown & ~rows.among(rows.state or "", rule.paused)
    return Hits(
        fires=judged & (made.deviation > rule.over + 1e-9),  # exactly the threshold is not over it
        watch=rule.actual,
        facts={"planned": made.planned, "actual": made.actual, "deviation": made.deviation},
    )
