"""The checks for own rules on small tables: required, unique, one_of, reference, sum."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parse import parse
from sheetsync.worktime import WorkTime

RULE = """\
pack: own
title: {{ zh: 自定, en: Own }}
rules:
  - id: X1
    title: {{ zh: 规则, en: Rule }}
    reason: {{ zh: 原因, en: Reason }}
    source: own
    form: {form}
    level: yellow
    actor: {{ zh: 负责人, en: owner }}
    message: {{ zh: "{said}", en: "{said}" }}
    step: {{ zh: 补上, en: mend it }}
{keys}
"""

MakeTable = Callable[..., Table]
Flagged = Callable[..., list[tuple[str | None, str]]]


@pytest.fixture
def flagged(catalogue: Catalogue) -> Flagged:
    """A function (form, keys, *tables, said=…) that gives id and message of each finding."""

    def judge(form: str, keys: str, *tables: Table, said: str = "-") -> list[tuple[str | None, str]]:
        text = RULE.format(form=form, keys="\n".join(f"    {key}" for key in keys.splitlines()), said=said)
        found = evaluate(
            tables,
            (parse(text, "own.yaml", catalogue),),
            now=datetime(2023, 10, 16, 9),
            worktime=WorkTime.standard(),
            catalogue=catalogue,
        )
        return [(finding.key, finding.message.zh) for finding in found]

    return judge


def _ids(found: Sequence[tuple[str | None, str]]) -> list[str | None]:
    return [key for key, _ in found]


STATES = ["进行中", "已完成", "进行中", "进行中"]
KEYS = ["XZB20231001-01", "XZB20231001-02", "XZB20231001-03", "XZB20231001-04"]


def test_a_required_cell_is_empty_and_an_unreadable_one_is_not(
    flagged: Flagged, make_table: MakeTable
) -> None:
    table = make_table(
        "progress",
        {"subtask_id": KEYS, "state": STATES, "due": [None, None, "2023-10-13", None]},
        broken={"due": [3]},
    )
    assert _ids(flagged("progress", "check: required\nfield: due", table)) == [KEYS[0]]


def test_finished_records_are_asked_only_where_the_rule_says_so(
    flagged: Flagged, make_table: MakeTable
) -> None:
    table = make_table("progress", {"subtask_id": KEYS[:2], "state": STATES[:2], "due": [None, None]})
    assert _ids(flagged("progress", "check: required\nfield: due\nfinished_too: true", table)) == KEYS[:2]


def test_a_sheet_without_the_column_is_not_asked_for_it(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table("progress", {"subtask_id": KEYS[:1], "state": STATES[:1]})
    assert flagged("progress", "check: required\nfield: due", table) == []


@pytest.mark.parametrize(("counts", "wanted"), [("true", []), ("false", [KEYS[0]])])
def test_none_is_an_answer_where_the_rule_says_so(
    flagged: Flagged, make_table: MakeTable, counts: str, wanted: list[str]
) -> None:
    table = make_table("progress", {"subtask_id": KEYS[:1], "obstacles": [None]}, raw={"obstacles": ["无"]})
    keys = f"check: required\nfield: obstacles\nnone_counts: {counts}"
    assert _ids(flagged("progress", keys, table)) == wanted


def test_once_in_a_group_is_enough_and_the_first_stands_for_it(
    flagged: Flagged, make_table: MakeTable
) -> None:
    table = make_table(
        "progress",
        {
            "subtask_id": KEYS,
            "task_name": ["海报", "海报", "视频", "视频"],
            "deliverables": ["a.psd", None, None, None],
        },
    )
    keys = "check: required\nfield: deliverables\nonce_per: task_name"
    assert _ids(flagged("progress", keys, table)) == [KEYS[2]]


def test_what_several_records_share_is_told_with_the_other_rows(
    flagged: Flagged, make_table: MakeTable
) -> None:
    table = make_table(
        "progress",
        {"subtask_id": KEYS, "owner": ["李娜", "赵敏", "李娜", None], "task_name": ["海报"] * 4},
    )
    keys = "check: unique\nfields: [owner, task_name]"
    assert flagged("progress", keys, table, said="{others}") == [(KEYS[0], "4"), (KEYS[2], "2")]


def test_empty_cells_are_not_alike(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table("progress", {"subtask_id": KEYS[:2], "description": [None, None]})
    assert flagged("progress", "check: unique\nfields: description", table) == []


def test_only_some_words_are_allowed(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table("progress", {"subtask_id": KEYS, "resources": ["Ａ 类", "a类", "C类", None]})
    keys = "check: one_of\nfield: resources\nwords: [A类, B类]"
    assert flagged("progress", keys, table, said="{words}") == [(KEYS[2], "A类、B类")]


def test_every_unknown_id_of_a_cell_is_named(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table(
        "progress",
        {"subtask_id": KEYS[:2], "predecessors": [(KEYS[1], "XZB20231009-01", "XZB20231009-02"), None]},
    )
    keys = "check: reference\nfield: predecessors\nto: progress"
    assert flagged("progress", keys, table, said="{unknown}") == [(KEYS[0], "XZB20231009-01、XZB20231009-02")]


def test_a_form_that_is_not_in_the_run_is_not_missed(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table("acceptance", {"acceptance_id": ["YS20231001"], "subtask_id": [KEYS[0]]})
    keys = "check: reference\nfield: subtask_id\nto: progress"
    assert flagged("acceptance", keys, table) == []
    empty = make_table("progress", {"subtask_id": []})
    assert flagged("acceptance", keys, table, empty) == []
    other = make_table("progress", {"subtask_id": [KEYS[1]]})
    assert _ids(flagged("acceptance", keys, table, other)) == ["YS20231001"]


def test_a_column_without_any_id_refers_to_nothing(flagged: Flagged, make_table: MakeTable) -> None:
    table = make_table("progress", {"subtask_id": [None], "predecessors": [None]})
    master = make_table("task-master", {"task_id": ["XZB20231001"]})
    keys = "check: reference\nfield: subtask_id\nto: task-master\nwhole: true"
    assert flagged("progress", keys, table, master) == []


SUM = "check: sum\nnumber: actual_progress\npart_form: acceptance\npart_of: subtask_id\npart_number: round"


@pytest.mark.parametrize(
    ("rounds", "wanted"),
    [([60.0, 40.0], []), ([60.0, 30.0], [KEYS[0]]), ([60.0, None], []), ([0.1, 99.9], [])],
)
def test_parts_that_all_tell_their_number_add_up(
    flagged: Flagged, make_table: MakeTable, rounds: list[float | None], wanted: list[str]
) -> None:
    whole = make_table("progress", {"subtask_id": KEYS[:2], "actual_progress": [100.0, 100.0]})
    parts = make_table(
        "acceptance",
        {"acceptance_id": ["YS20231001", "YS20231002"], "subtask_id": [KEYS[0]] * 2, "round": rounds},
    )
    assert _ids(flagged("progress", SUM, whole, parts)) == wanted


def test_parts_may_stand_in_several_tables(flagged: Flagged, make_table: MakeTable) -> None:
    whole = make_table("progress", {"subtask_id": KEYS[:1], "actual_progress": [100.0]})
    parts = [
        make_table("acceptance", {"acceptance_id": [key], "subtask_id": KEYS[:1], "round": [number]})
        for key, number in (("YS20231001", 60.0), ("YS20231002", 30.0))
    ]
    assert flagged("progress", SUM, whole, *parts, said="{number}/{sum}") == [(KEYS[0], "100/90")]
