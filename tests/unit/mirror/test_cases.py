"""What the mirror does, rule by rule: `cases.yaml`."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheetsync.mirror.advance import advance
from sheetsync.mirror.merge import merge
from sheetsync.model.mirror import SIDES, UNREAD, Action, Agreed, Choice, Policy, Side, other
from tests.unit.mirror.world import FIELDS, KEY, POLICY, side_of

FILE = Path(__file__).with_name("cases.yaml")
PAGE = Path(__file__).parents[3] / "docs" / "sync.md"


@dataclass(frozen=True)
class Case:
    rule: str
    then: dict[str, Any]
    base: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    right: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)


CASES = [Case(**one) for one in yaml.load(FILE.read_text("utf-8"), yaml.BaseLoader)]  # noqa: S506 - texts only


def side(rows: dict[str, Any]) -> Side:
    records = {key: row for key, row in rows.items() if key not in {"repeated", "unnamed", "strays"}}
    read = {
        key: {name: UNREAD + value[1:] if value.startswith("?") else value for name, value in row.items()}
        for key, row in records.items()
    }
    return side_of(
        read,
        repeated=frozenset(rows.get("repeated", ())),
        unnamed=tuple(int(row) for row in rows.get("unnamed", ())),
        strays=tuple({name: row.get(name, "") for name in FIELDS} for row in rows.get("strays", ())),
    )


def agreed(row: dict[str, Any]) -> Agreed:
    """Return what was agreed on; `null` is a field that never was, one that is not named was empty."""
    tokens = {name: row.get(name, "") for name in FIELDS if row.get(name) != "null"}
    return Agreed(tokens=tokens, gone=row.get("gone"))


def policy(given: dict[str, Any]) -> Policy:
    choices = {
        (key, name): Choice(side=chosen, left=left, right=right)
        for key, name, chosen, left, right in given.get("choices", ())
    }
    return replace(
        POLICY,
        deletion=given.get("deletion", "mark"),
        confirmed=given.get("confirmed") == "true",
        prefer=given.get("prefer"),
        choices=choices,
    )


def told(actions: tuple[Action, ...]) -> dict[str, dict[str, str]]:
    return {
        f"{act.kind} {act.key}": {name: move.after for name, move in act.moves.items()} for act in actions
    }


@pytest.mark.parametrize("mirrored", [False, True], ids=["", "mirrored"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_holds(case: Case, *, mirrored: bool) -> None:
    """Whichever of both sides it is that people work on."""
    names = tuple(other(name) for name in SIDES) if mirrored else SIDES
    left, right = (side({"left": case.left, "right": case.right}[name]) for name in names)
    base = {key: _turned(agreed(row), mirrored=mirrored) for key, row in case.base.items()}
    plan = merge(base, left, right, key=KEY, policy=_chosen(policy(case.policy), mirrored=mirrored))
    found = dict(zip(names, (plan.left, plan.right), strict=True))
    for name in SIDES:
        assert told(found[name]) == case.then.get(name, {}), name
    assert sorted(f"{one.key} {one.field}".strip() for one in plan.conflicts) == case.then.get(
        "conflicts", []
    )
    skipped = [
        " ".join(
            filter(
                None,
                (one.why, other(one.side) if mirrored else one.side, one.key, one.field, str(one.row or "")),
            )
        )
        for one in plan.skipped
    ]
    assert skipped == case.then.get("skipped", [])
    if "agreed" in case.then:
        landed = {name: {act.key for act in plan.of(name)} for name in SIDES}
        after = advance(base, left, right, plan, key=KEY, landed=landed)
        assert after == {
            key: _turned(agreed(row), mirrored=mirrored) for key, row in case.then["agreed"].items()
        }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_rule_is_a_line_of_the_page(case: Case) -> None:
    assert f"- {case.rule}" in PAGE.read_text("utf-8").splitlines()


def _turned(known: Agreed, *, mirrored: bool) -> Agreed:
    return replace(known, gone=other(known.gone)) if mirrored and known.gone else known


def _chosen(given: Policy, *, mirrored: bool) -> Policy:
    if not mirrored:
        return given
    choices = {
        place: Choice(side=other(one.side), left=one.right, right=one.left)
        for place, one in given.choices.items()
    }
    return replace(given, prefer=given.prefer and other(given.prefer), choices=choices)
