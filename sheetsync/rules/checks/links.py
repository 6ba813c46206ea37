"""Checks across forms: records that others should refer to."""

import numpy as np

from sheetsync.forms.spec import FieldName
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Length, Rule


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
    other_keys = {"by_form": ("by", "awaits")}  # noqa: RUF012 - as its base declares it
    constants = ("limit",)
    facts = CLOCK_FACTS


def unreferenced(rule: Unreferenced, rows: Rows) -> Hits:
    """Records that no record of another form refers to; mild until the limit has passed."""
    referred: set[str] = set()
    for other in rows.book.of(rule.by_form):
        referred.update(key for key in other.texts(rule.by) if key is not None)
    alone = rows.known(rows.form.key) & ~rows.among(rows.form.key, referred)
    started = rows.late_moments(rule.since)
    due = rows.book.worktime.due(started, rule.limit)
    return Hits(
        fires=alone & ~np.isnat(started),
        watch=rule.awaits,
        watch_form=rule.by_form,
        mild=due >= rows.book.instant,
        started=started,
        due=due,
        limit=rule.limit,
    )
