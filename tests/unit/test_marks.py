import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync import marks


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        (marks.mark_column(3, "status"), marks.ColumnMark(3, "status")),
        (marks.mark_tab("dashboard"), marks.TabMark("dashboard")),
        (marks.mark_print("dashboard"), marks.PrintMark("dashboard")),
        ("_SheetSync.1.Note", marks.ColumnMark(1, "note")),
        ("_sheetsync.0.status", None),
        ("_xlnm.Print_Area", None),
        ("my_sheetsync.dashboard", None),
    ],
)
def test_a_mark_is_read_back_from_its_name(name: str, mark: marks.Mark | None) -> None:
    assert marks.parse(name) == mark


@given(
    st.text(st.characters(exclude_characters="[]:*?/\\", exclude_categories=["Cs", "Cc"]), min_size=1),
    st.integers(1, 1_048_576),
    st.integers(1, 16_384),
)
def test_a_place_is_read_back_whatever_the_sheet_is_called(sheet: str, row: int, column: int) -> None:
    assert marks.parse_place(marks.place(sheet, row, column)) == (sheet, row, column)


@pytest.mark.parametrize("gone", ["#REF!$A$1", "Sheet1!#REF!", "'a'!$A$1:$B$2", '"text"', ""])
def test_a_vanished_place_is_none(gone: str) -> None:
    assert marks.parse_place(gone) is None


def test_a_colour_rule_says_whose_it_is_after_a_save_by_another_program() -> None:
    formula = marks.cf_formula("$P3", '说"好"', "late")
    assert formula == 'AND($P3="说""好""",N("sheetsync:late")=0)'
    assert marks.cf_style(formula.replace(",", ", ")) == "late"
    assert marks.cf_style('AND($P3="late",$Q3=0)') is None
