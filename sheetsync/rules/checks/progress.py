"""Checks of progress: how far the work is behind its plan or ahead of it, how much came in time (4.2)."""

from dataclasses import replace
from typing import Annotated

import numpy as np
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
        left_out: States of sub-tasks that do not count in their task's progress.
    """

    start: Fields
    due: FieldName
    planned: FieldName
    actual: FieldName
    over: Annotated[float, Field(ge=0, le=100)]
    left_out: WordsOfState = ()

    column_keys = ("start", "due", "planned", "actual")
    state_keys = ("left_out",)
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
    judged = ~(far.finished | far.unknown | far.paused)
    return Hits(
        fires=judged & (made.deviation > rule.over + 1e-9),  # exactly the threshold is not over it
        watch=rule.actual,
        plan=made.plan,
        facts={"planned": made.planned, "actual": made.actual, "deviation": made.deviation},
    )


class Ahead(Deviation):
    """The actual progress is so far ahead of the plan that one of them may be wrong.

    Args:
        over: Flagged when more percentage points ahead than this.
    """


def ahead(rule: Ahead, rows: Rows) -> Hits:
    """Open records whose actual progress is further ahead of the plan than is likely.

    What is at 100 % is done early, or said to be done: that is another matter.
    """
    behind = deviation(rule, rows)
    surplus = -behind.facts["deviation"]
    judged = standing(rows, progress=rule.actual).open & (behind.facts["actual"] < 100)
    return replace(
        behind, fires=judged & (surplus > rule.over + 1e-9), facts={**behind.facts, "deviation": surplus}
    )


class OnTime(Rule):
    """Of the sub-tasks of a finished task too few were finished in time.

    Args:
        due: The due time of the sub-tasks.
        finished: When they were finished.
        part_form: Their form.
        least: The share that must be in time, in %.
    """

    part_form: str
    due: FieldName
    finished: FieldName
    least: Annotated[float, Field(ge=0, le=100)]

    other_keys = {"part_form": ("due", "finished")}  # noqa: RUF012 - as its base declares it
    constants = ("least",)
    facts = (*Rule.facts, "rate", "late", "counted")


def on_time(rule: OnTime, rows: Rows) -> Hits:
    """Tasks whose sub-tasks are all finished, and some are known to have been late."""
    size = len(rows) + 1
    if not any(
        (part.rows.early_moments(rule.finished) > part.rows.late_moments(rule.due)).any()
        for part in rows.parts
    ):
        return Hits(fires=rows.none(), watch=rows.form.key)
    many, open_still, counted, late = (np.zeros(size) for _ in range(4))
    for part in rows.parts:
        own, inside = part.rows, part.whole >= 0
        due, done = own.late_moments(rule.due), own.early_moments(rule.finished)
        told = inside & ~np.isnat(due) & ~np.isnat(done)
        many += np.bincount(part.whole[inside], minlength=size)
        unfinished = inside & ~standing(own).finished
        open_still += np.bincount(part.whole[unfinished], minlength=size)
        counted += np.bincount(part.whole[told], minlength=size)
        late += np.bincount(part.whole[told & (done > due)], minlength=size)
    counted, late = rows.gathered(counted), rows.gathered(late)
    rate = 100.0 * (counted - late) / np.maximum(counted, 1)
    ended = (rows.gathered(many) > 0) & (rows.gathered(open_still) == 0)
    return Hits(
        fires=ended & (late > 0) & (rate < rule.least - 1e-9),
        watch=rows.form.key,
        facts={"rate": rate, "late": late.astype(np.int64), "counted": counted.astype(np.int64)},
    )
