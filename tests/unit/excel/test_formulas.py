import pytest

from sheetsync.excel.formulas import renamed, speaks_of_columns, speaks_of_sheet


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("仪表盘!$A$1", "'仪表盘（系统）'!$A$1"),
        ("SUM('仪表盘'!A1:B2)+别的!A1", "SUM('仪表盘（系统）'!A1:B2)+别的!A1"),
        ('IF(A1="仪表盘!A1",我的仪表盘!A1,0)', 'IF(A1="仪表盘!A1",我的仪表盘!A1,0)'),
        ("仪表盘!$A$1,仪表盘!$B:$B", "'仪表盘（系统）'!$A$1,'仪表盘（系统）'!$B:$B"),
    ],
)
def test_only_the_sheet_of_that_name_is_renamed(formula: str, result: str) -> None:
    assert renamed(formula, {"仪表盘": "仪表盘（系统）"}) == result


def test_an_apostrophe_in_a_title_is_doubled() -> None:
    assert renamed("'a''b'!A1", {"a'b": "c'd"}) == "'c''d'!A1"


def test_a_formula_speaks_of_a_sheet_in_either_writing() -> None:
    assert speaks_of_sheet(["1+'仪表盘'!A1"], "仪表盘")
    assert speaks_of_sheet(["1+Board!A1"], "board")
    assert not speaks_of_sheet(["1+A1"], "board")


@pytest.mark.parametrize(
    ("formula", "speaks"),
    [
        ("$P$3", True),
        ("A1:Z9", True),
        ("P:P", True),
        ("O3+Q3", False),
        ('"P3"', False),
        ("Other!P3", False),
        ("LOG10(2)", False),
    ],
)
def test_a_formula_speaks_of_columns_of_its_own_sheet(formula: str, speaks: bool) -> None:
    assert speaks_of_columns([formula], [16]) is speaks
