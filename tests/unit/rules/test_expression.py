"""Runs the tables in `tests/cases/expression/`, and what they cannot say."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.rules.expression.checking import Typed, check, check_condition
from sheetsync.rules.expression.evaluate import column, evaluate
from sheetsync.rules.expression.mistakes import ExpressionError
from sheetsync.rules.expression.parser import parse
from sheetsync.rules.rows import Book, Rows
from sheetsync.worktime import WorkTime

CASES = Path(__file__).parents[2] / "cases" / "expression"
CONDITIONS = yaml.safe_load((CASES / "conditions.yaml").read_text("utf-8"))
MISTAKES = yaml.safe_load((CASES / "mistakes.yaml").read_text("utf-8"))

MakeTable = Callable[..., Table]


def _rows(catalogue: Catalogue, table: Table, now: str = "2023-10-12T14:00") -> Rows:
    return Book((table,), catalogue, WorkTime.standard(), datetime.fromisoformat(now)).rows[0]


def _table(make_table: MakeTable, form: str, cells: Mapping[str, list[Any]]) -> Table:
    columns = {
        field: [_cell(None if cell == "?" else cell) for cell in cells] for field, cells in cells.items()
    }
    broken = {
        field: [place for place, cell in enumerate(cells) if cell == "?"] for field, cells in cells.items()
    }
    return make_table(form, columns, broken=broken)


def _cell(cell: object) -> object:
    match cell:
        case date():
            return cell.isoformat()
        case list():
            return tuple(cell)
        case _:
            return cell


def _typed(catalogue: Catalogue, text: str, form: str = "task-master") -> Typed:
    return check(parse(text), catalogue.forms[form], catalogue)


@pytest.mark.parametrize("case", CONDITIONS["cases"], ids=lambda case: case["when"])
def test_conditions(catalogue: Catalogue, make_table: MakeTable, case: dict[str, Any]) -> None:
    table = _table(make_table, CONDITIONS["form"], case["cells"])
    typed = check_condition(parse(case["when"]), catalogue.forms[table.form], catalogue)
    truth = evaluate(typed, _rows(catalogue, table, CONDITIONS["now"]))
    said = np.where(truth.known, truth.true.astype(object), "unknown").tolist()
    assert said == case["is"]
    assert not (truth.true & ~truth.known).any()


@pytest.mark.parametrize("case", MISTAKES["cases"], ids=lambda case: case["when"])
def test_mistakes(catalogue: Catalogue, case: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as caught:
        check_condition(parse(case["when"]), catalogue.forms[MISTAKES["form"]], catalogue)
    error = caught.value
    assert (error.line, error.column) == (case.get("line", 1), case["at"])
    assert error.suggestion == case.get("suggests")
    assert case["says"] in error.message.zh
    assert case["english"] in error.message.en
    assert case.get("suggests", "") in error.message.zh


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(DUE < now)AND not(remark IS empty)", "DUE < now and remark is not empty"),
        (
            "截止时间＜现在 且（进度 ≥ ７０％ 或 状态 不为空）",
            "截止时间 < now and (进度 >= 70% or 状态 is not empty)",
        ),
        ("x in [“高”、'it''s']", "x in ['高', 'it''s']"),
        ("a - (b - c) - -5 * 2", "a - (b - c) - -5 * 2"),
        ("-(5) < --x", "-5 < --x"),
        ("[实际 进度] 介于 10 到 20.50", "[实际 进度] between 10 and 20.5"),
        ("【1期 进度】 = [and]", "【1期 进度】 = [and]"),
        ("now + 2个工作日 >= 2023-1-5 9:00", "now + 2wd >= 2023-01-05T09:00"),
        ("not (a and b) or c == 1 or d <> 2.0", "not (a and b) or c = 1 or d != 2"),
        ("a not between 1 and 2 and b 不包含 'x'", "a not between 1 and 2 and b not contains 'x'"),
        ("IF(a > 3天, 真, 假)", "if(a > 3d, true, false)"),
    ],
)
def test_printing_is_canonical(text: str, printed: str) -> None:
    assert str(parse(text)) == printed
    assert parse(printed) == parse(text)


def test_names_and_words_are_resolved(catalogue: Catalogue) -> None:
    """The checked expression reads fields and standard words, and knows which columns it needs."""
    typed = _typed(catalogue, "状态 in ['done', '取消'] or [Actual progress] > 70 and Deadline < now")
    assert str(typed) == "state in ['已完成', '已取消'] or actual_progress > 70% and due < now"
    assert typed.fields == {"state", "actual_progress", "due"}


def test_an_expression_has_an_end() -> None:
    """Too long, too deep and too many parts are refused by place, without recursion."""
    for text, said in (
        ("a = 1 or " * 300 + "b = 2", "最长 2000 字"),
        ("(" * 900 + "a" + ")" * 900, "嵌套超过 32 层"),
        ("not " * 450 + "a", "嵌套超过 32 层"),
        ("-" * 1900 + "a", "嵌套超过 32 层"),
        ("1+" * 900 + "1", "嵌套超过 32 层"),
        ("min(" * 400 + "a", "嵌套超过 32 层"),
        ("a=1 or " * 250 + "b=2", "最多 400 个部分"),
        ("a in [" + "1," * 500 + "2]", "最多 400 个部分"),
    ):
        with pytest.raises(ExpressionError, match=said):
            parse(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("due - requested_at", [3.0, None]),
        ("due + 1d", [datetime(2023, 10, 11, 12), None]),
        ("due - 3wh", [datetime(2023, 10, 10, 9), None]),
        ("due + 1wd - 5wh", [datetime(2023, 10, 11, 13), None]),
        ("due - 1wd", [datetime(2023, 10, 9, 18), None]),
        ("coalesce(requested_at, due)", [datetime(2023, 10, 10, 9), datetime(2023, 10, 9, 18)]),
        ("actual_progress / 2", [35.0, None]),
        ("lower(remark)", ["abc", None]),
        ("remark contains 'B'", [True, None]),
        ("count(departments)", [2.0, None]),
    ],
)
def test_values(catalogue: Catalogue, make_table: MakeTable, text: str, values: list[object]) -> None:
    table = make_table(
        "task-master",
        {
            "due": ["2023-10-10T12:00", None],
            "requested_at": ["2023-10-10T09:00", "2023-10-09"],
            "actual_progress": [70.0, None],
            "remark": ["aBc", None],
            "departments": [("设计部", "品牌部"), None],
        },
    )
    assert column(_typed(catalogue, text), _rows(catalogue, table)).tolist() == values


def test_it_says_what_the_clock_of_a_rule_says(catalogue: Catalogue, make_table: MakeTable) -> None:
    """`due < now` holds where the check `deadline` sees the due time passed, days without a time included."""
    dues = ["2023-10-11", "2023-10-12", "2023-10-12T13:59", None, "2023-10-12T14:01"]
    table = make_table("task-master", {"task_id": [f"XZB202310{n:02}" for n in range(1, 6)], "due": dues})
    for now in ("2023-10-12T14:00", "2023-10-12T18:00", "2023-10-12T18:01", "2023-10-12T00:00"):
        rows = _rows(catalogue, table, now)
        fires = evaluate(_typed(catalogue, "due < now"), rows).true
        assert fires.tolist() == (rows.late_moments("due") < rows.book.instant).tolist()


def test_a_value_is_no_condition(catalogue: Catalogue, make_table: MakeTable) -> None:
    table = make_table("task-master", {"due": ["2023-10-11"]})
    with pytest.raises(TypeError):
        evaluate(_typed(catalogue, "due"), _rows(catalogue, table))


def test_tables_without_rows(catalogue: Catalogue, make_table: MakeTable) -> None:
    table = make_table("task-master", {"due": [], "departments": [], "remark": []})
    text = "due - 4wh < now and departments contains '市场' and length(remark) > 1"
    truth = evaluate(_typed(catalogue, text), _rows(catalogue, table))
    assert truth.true.shape == truth.known.shape == (0,)
