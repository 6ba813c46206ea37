"""Rule files: what they may say, and where a mistake stands."""

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.rules.checks.registry import CHECKS, RULES
from sheetsync.rules.parse import RulePack, build, needed_fields, parse

RULE = """\
pack: own
title: 自己的
rules:
  - id: T16
    title: 响应
    reason: 因为
    source: S3:112
    form: issues
    level: red
    check: sla
    start: submitted_at
    stop: responded_at
    limit: 2h
    when: { issue_class: [紧急] }
    actor: 主导部门
    message: "{id} 应在 {due} 前响应"
    step: 马上响应
"""


def test_a_rule_is_read(catalogue: Catalogue) -> None:
    pack = parse(RULE, "own.yaml", catalogue)
    assert [rule.name for rule in pack.rules] == ["T16"]
    assert pack.places == {"T16": "own.yaml:4"}


def test_a_rule_tells_its_keys_as_they_are_written(catalogue: Catalogue) -> None:
    (rule,) = parse(RULE, "own.yaml", catalogue).rules
    said = {key: text.zh for key, text in rule.entries()}
    assert said["form"] == "issues"
    assert said["limit"] == "2h"
    assert said["when"] == "issue_class: 紧急"
    assert "suppresses" not in said


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("form: issues", "form: isues", 8, "did you mean issues"),
        ("check: sla", "check: slaa", 10, "did you mean sla"),
        ("stop: responded_at", "stop: responed_at", 12, "did you mean responded_at"),
        ("[紧急]", "[很急]", 14, "there is no word '很急'"),
        ("{due}", "{du}", 16, "did you mean due"),
        ("{due}", "{due.year}", 16, "brace"),
        ("{due}", "{due:%Y}", 16, "brace"),
        ("limit: 2h", "limit: 2x", 13, "not a limit"),
        ("limit: 2h", "limit: 2h\n    implied_bye: fixed_at", 14, "did you mean implied_by"),
        ("level: red", "level: rad", 9, "nearest is red"),
        ("    source: S3:112\n", "", 4, "source is missing"),
        ("    check: sla\n", "", 4, "check is missing"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    catalogue: Catalogue, right: str, wrong: str, line: int, said: str
) -> None:
    with pytest.raises(SpecFileError, match=said) as caught:
        parse(RULE.replace(right, wrong), "own.yaml", catalogue)
    assert caught.value.where == f"own.yaml:{line}"


def test_all_mistakes_of_a_file_are_reported_together(catalogue: Catalogue) -> None:
    text = RULE.replace("stop: responded_at", "stop: responed_at").replace("[紧急]", "[很急]")
    with pytest.raises(SpecFileError, match=r"line 12: .*line 14: "):
        parse(text, "own.yaml", catalogue)


def test_one_rule_cannot_stand_twice(catalogue: Catalogue) -> None:
    twice = RULE + RULE[RULE.index("  - id") :]
    with pytest.raises(SpecFileError, match="stands twice"):
        parse(twice, "own.yaml", catalogue)
    with pytest.raises(SpecFileError, match=r"already defined in a\.yaml:4"):
        build([("a", "a.yaml", RULE), ("b", "b.yaml", RULE)], catalogue)


def test_the_first_pack_of_a_name_wins(catalogue: Catalogue) -> None:
    mild = RULE.replace("level: red", "level: info")
    (pack,) = build([("own", "mine/own.yaml", mild), ("own", "own.yaml", RULE)], catalogue)
    assert pack.rules[0].level == "info"


def test_every_check_has_a_model() -> None:
    assert CHECKS.keys() == RULES.keys()


def test_the_shipped_packs_hold_every_rule_of_the_core(packs: tuple[RulePack, ...]) -> None:
    shipped = {rule.id for pack in packs for rule in pack.rules}
    wanted = "T47 T48 D1 T43 T53 E5 T16 T17 T18 T19 T44 T45 T46 Q01 Q02 Q03 Q04"
    assert shipped >= set(wanted.split())


def test_what_rules_need_is_told_by_form(packs: tuple[RulePack, ...], catalogue: Catalogue) -> None:
    needed = needed_fields(packs, catalogue)
    assert {"subtask_id", "due", "state", "updated_at"} <= needed["progress"]
    assert "subtask_id" in needed["acceptance"]
    assert "milestones" in needed["task-master"]
    assert "next_step" not in needed["progress"]
