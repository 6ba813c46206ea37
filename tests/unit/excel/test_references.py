"""References in formulas move, reach and are found as Excel does it."""

import pytest

from sheetsync.excel.references import filled, lengthened, named
from sheetsync.excel.sheet import LAST_COLUMN, LAST_ROW, Area


@pytest.mark.parametrize(
    ("formula", "below"),
    [
        ("D2*2", "D3*2"),
        ("$D$2+D$2+$D2", "$D$2+D$2+$D3"),
        ("SUM(A1:B2)", "SUM(A2:B3)"),
        ("SUM(A:B)", "SUM(A:B)"),
        ("SUM(2:$4)", "SUM(3:$4)"),
        ("'A1 表'!B2+Sheet1!B2+任务!B2", "'A1 表'!B3+Sheet1!B3+任务!B3"),
        ("'张''B1'!B2", "'张''B1'!B3"),
        ('IF(A2="A2","见 B2 ""C2""",A2)', 'IF(A3="A2","见 B2 ""C2""",A3)'),
        ("LOG10(A2)+ATAN2(A2,B2)", "LOG10(A3)+ATAN2(A3,B3)"),
        ("表1[[#This Row],[A1]]+表1[B2]", "表1[[#This Row],[A1]]+表1[B2]"),
        ("[1]Sheet1!A2", "[1]Sheet1!A3"),
        ("税率A1+XFE1+A0+1E5+Q1.x", "税率A1+XFE1+A0+1E5+Q1.x"),
        ("Q1!A2", "Q1!A3"),
        ("1+1", "1+1"),
    ],
)
def test_a_formula_is_filled_down(formula: str, below: str) -> None:
    assert filled(formula, 1) == below


def test_a_formula_is_filled_to_the_right() -> None:
    assert filled("$A1+B$1+SUM(C:D)", 0, 2) == "$A1+D$1+SUM(E:F)"


@pytest.mark.parametrize(
    ("formula", "down", "right"), [("A1", -1, 0), (f"A{LAST_ROW}", 1, 0), ("XFD1", 0, 1)]
)
def test_no_reference_leaves_the_sheet(formula: str, down: int, right: int) -> None:
    assert filled(formula, down, right) is None


def test_what_a_formula_names_is_found() -> None:
    found = [(one.sheet, one.area) for one in named("'a ''b'!$B$3:A1+SUM(C:D)+任务!E5+SUM(2:3)+\"F6\"")]
    assert sorted(found, key=str) == sorted(
        [
            ("a 'b", Area(1, 1, 3, 2)),
            ("任务", Area(5, 5, 5, 5)),
            (None, Area(1, 3, LAST_ROW, 4)),
            (None, Area(2, 1, 3, LAST_COLUMN)),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("formula", "longer"),
    [
        ("SUM(D2:D4)", "SUM(D2:D9)"),
        ("SUM($D$2:$D$4)/COUNT(A3:A4)", "SUM($D$2:$D$9)/COUNT(A3:A9)"),
        ("SUM(D2:D3)+D4", "SUM(D2:D3)+D4"),
        ("SUM(其他!D2:D4)", "SUM(其他!D2:D4)"),
        ("SUM(D1:D4)", "SUM(D1:D4)"),
        ("SUM(H2:H4)", "SUM(H2:H4)"),
    ],
)
def test_ranges_over_all_records_reach_further(formula: str, longer: str) -> None:
    assert lengthened(formula, Area(2, 1, 4, 5), 9) == longer
