"""Cadences as planners write them, against the official calendar: `jobs/cadences.yaml`."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheetsync.jobs import phrases
from sheetsync.worktime import WorkTime

CASES = yaml.safe_load((Path(__file__).parent / "jobs" / "cadences.yaml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['words']} {case.get('on_rest_day', '')}")
def test_a_cadence_is_due_when_the_table_says(case: dict[str, Any], worktime: WorkTime) -> None:
    """Every due time of the days, and no other."""
    cadence = phrases.parse(case["words"])
    cadence = replace(cadence, on_rest_day=case.get("on_rest_day", cadence.on_rest_day))
    first: date = case["first"]
    before = datetime.combine(first, time()) - timedelta(microseconds=1)
    due = cadence.between(before, datetime.combine(case["last"], time.max), worktime)
    assert [f"{one:%m-%d %H:%M}" for one in due] == case["due"]
