"""A fortnight over the National Day holidays, with a clock that is set, against a table made by hand."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheetsync.jobs.parse import parse
from tests.engine import Engine, shown, utc

FILE = Path(__file__).parents[2] / "cases" / "engine" / "fortnight.yaml"
TABLE = yaml.safe_load(FILE.read_text("utf-8"))


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_what_is_done_is_what_the_table_says(case: dict[str, Any]) -> None:
    """Nothing more, nothing less, nothing twice; what is left out is written down."""
    jobs = [parse(text, f"{name}.yaml", "Asia/Shanghai") for name, text in TABLE["jobs"].items()]
    start = moment(case["from"])
    engine = Engine(jobs, start)
    engine.beat()
    if "asleep" in case:
        off, on = map(moment, case["asleep"])
        engine.until(off, minutes=15)
        engine.now = utc(on)
        engine.server = engine.serve()
        engine.beat()
    engine.until(moment(case["until"]), minutes=15)
    assert sorted(engine.effects.seen) == sorted(tuple(line) for line in case["done"])
    missed = [run for run in engine.ticks.runs() if run.state == "missed" and run.tick.due > utc(start)]
    assert sorted([run.tick.job, shown(run.tick.due)] for run in missed) == sorted(case["missed"])


def moment(given: str | datetime) -> str:
    """Return a time as text, however YAML took it."""
    return given if isinstance(given, str) else given.isoformat()
